//! The report of a drill: the same figures in every form, nobody named in the survey, and what a manager
//! agreed to known again.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx};
use trucban::domain::drill::account::account;
use trucban::domain::ids::DrillCode;
use trucban::ledger::drills::digest_of;
use trucban::report::drill::{Block, Document, Form, Frame};

use super::drills::begun;
use crate::harness::{LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, given, hours, minutes};

const CODE: &str = "DT-2026-001";

fn document(province: &Province) -> (Document, String) {
    let reader = province.world.engine().unwrap().reader();
    let shown = reader.shown_drill(&DrillCode::new(CODE)).unwrap().unwrap();
    let account = account(&shown).unwrap();
    let digest = digest_of(&serde_json::to_string(&account).unwrap());
    let directory = reader.directory().unwrap();
    let document = Document::of(&Frame {
        shown: &shown,
        account: &account,
        directory: &directory,
        team: "Đội ứng cứu sự cố an toàn thông tin mạng",
        province: "Ninh Bình",
        zone: chrono_tz::Asia::Ho_Chi_Minh,
        now: province.now(),
        head: (reader.head().unwrap().seq, "c0ffee"),
        digest: &digest,
    });
    (document, digest)
}

/// A drill that was held, said something of, judged, and whose report a manager agreed to.
async fn closed() -> Province {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.press(REPORTER, REPORTER, "Chụp nơi đăng").await;
    province.after(minutes(20)).await;
    province.say(LEAD, &format!("/dientap {CODE} quan sát Đầu mối xã gọi lại sau 5 phút")).await;
    province.after(hours(1)).await;
    province.say(LEAD, &format!("/dientap {CODE} kết thúc")).await;
    province.say(NEIGHBOUR, &format!("/dientap {CODE} ý kiến 1 Rõ")).await;
    province.say(NEIGHBOUR, &format!("/dientap {CODE} ý kiến 5 Cần thêm người trực đêm")).await;
    for number in 1..=5 {
        let mark = ["P", "S", "M", "P", "N"][number - 1];
        province
            .say(LEAD, &format!("/dientap {CODE} đánh giá {number} {mark} Theo quan sát"))
            .await;
    }
    let item = format!("/dientap {CODE} kiến nghị Rà soát thư mục chia sẻ; p-017; 15/12/2026");
    province.say(LEAD, &item).await;
    province.after(hours(49)).await;
    province.say(LEAD, &format!("/dientap {CODE} nộp báo cáo")).await;
    province.press(MANAGER, MANAGER, "Duyệt báo cáo").await;
    province
}

/// The rows of every sheet of a workbook, the head first.
fn sheets(bytes: Vec<u8>) -> Vec<(String, Vec<Vec<String>>)> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    let read = |name: String| {
        let range = book.worksheet_range(&name).unwrap();
        let rows = range.rows().map(|row| row.iter().map(ToString::to_string).collect());
        (name, rows.collect())
    };
    names.into_iter().map(read).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_report_says_the_same_and_names_nobody_in_the_survey() {
    let province = closed().await;
    let (document, digest) = document(&province);
    let tables = document.tables();
    let names: Vec<_> = tables.iter().map(|table| table.name).collect();
    assert_eq!(
        names,
        [
            "Mục tiêu",
            "Tổng hợp",
            "Chỉ số thời gian",
            "Khắc phục",
            "Điểm danh",
            "Tình huống",
            "Kỳ vọng & điểm",
            "Đơn vị",
            "Khảo sát",
            "Nhật ký"
        ]
    );
    // The workbook, cell by cell.
    let sheets = sheets(document.written(Form::Xlsx).unwrap());
    for (table, (name, rows)) in tables.iter().zip(&sheets) {
        assert_eq!(table.name, name);
        let mut expected = vec![table.columns.iter().map(|one| (*one).to_owned()).collect()];
        expected.extend(table.rows.clone());
        assert_eq!(&expected, rows, "{name}");
    }
    // The page, row by row, and the Word file, cell by cell in order.
    let page = String::from_utf8(document.written(Form::Html).unwrap()).unwrap();
    let file = document.written(Form::Docx).unwrap();
    let word = docx_rs::read_docx(&file).unwrap().json();
    let escaped = |cell: &String| cell.replace('&', "&amp;").replace('"', "&quot;");
    let mut from = 0;
    for row in tables.iter().flat_map(|table| &table.rows) {
        let cells: String = row.iter().map(|cell| format!("<td>{}</td>", escaped(cell))).collect();
        assert!(page.contains(&cells), "{cells}");
        for cell in row.iter().filter(|cell| !cell.is_empty()) {
            let said = serde_json::to_string(cell).unwrap();
            let found = word[from..].find(&said);
            from += found.unwrap_or_else(|| panic!("{cell} is not in the Word file"));
        }
    }
    // Titles stand in their order in both.
    let parts = document.body.iter().filter_map(|block| match block {
        Block::Part(title) => Some(title.as_str()),
        _ => None,
    });
    let begins: Vec<_> = parts.map(|title| title.split('.').next().unwrap()).collect();
    assert_eq!(begins, ["I", "II", "III", "IV", "V", "VI"]);
    for words in ["DỰ THẢO", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "BÁO CÁO", "Nơi nhận:"]
    {
        assert!(page.contains(words) && word.contains(words), "{words}");
    }
    // What a manager agreed to is what the report is made from now.
    let reader = province.world.engine().unwrap().reader();
    let drill = reader.shown_drill(&DrillCode::new(CODE)).unwrap().unwrap().drill;
    assert_eq!(drill.report.digest.as_deref(), Some(digest.as_str()));
    // The survey says what was said, and by nobody.
    let survey = tables.iter().find(|table| table.name == "Khảo sát").unwrap();
    let said = survey.rows.concat().join("\n");
    assert!(said.contains("Cần thêm người trực đêm"), "{said}");
    let directory = reader.directory().unwrap();
    for person in directory.people.values() {
        assert!(!said.contains(directory.name(&person.id)), "{}", person.id);
        assert!(!said.contains(person.id.as_str()), "{}", person.id);
    }
    // To look at: where somebody names a folder.
    if let Some(folder) = std::env::var_os("TRUCBAN_DOCUMENTS") {
        let folder = std::path::Path::new(&folder);
        std::fs::write(folder.join("drill.docx"), &file).unwrap();
        std::fs::write(folder.join("drill.html"), &page).unwrap();
    }
    province.end_without_listening().await;
}
