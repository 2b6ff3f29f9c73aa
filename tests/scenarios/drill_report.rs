//! The report of a drill: the same figures in every form, nobody named in the survey, and what a manager
//! agreed to known again.

use std::io::Cursor;

use calamine::{Data, DataType as _, Reader as _, Xlsx};
use trucban::domain::drill::account::account;
use trucban::domain::ids::DrillCode;
use trucban::ledger::drills::digest_of;
use trucban::report::cell::Cell;
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
    // Words that a spreadsheet would reckon with.
    province.say(LEAD, &format!("/dientap {CODE} kiến nghị =1+1; p-017; 16/12/2026")).await;
    province.say(LEAD, &format!("/dientap {CODE} quan sát @SUM(A1) của cán bộ")).await;
    province.say(LEAD, &format!("/dientap {CODE} quan sát +3-2 người vắng")).await;
    province.after(hours(49)).await;
    province.say(LEAD, &format!("/dientap {CODE} nộp báo cáo")).await;
    province.press(MANAGER, MANAGER, "Duyệt báo cáo").await;
    province
}

/// The rows of every sheet of a workbook, the head first, as programs read them.
fn sheets(bytes: &[u8]) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    let read = |name: String| {
        let range = book.worksheet_range(&name).unwrap();
        // None is a formula, whatever the words begin with.
        assert_eq!(book.worksheet_formula(&name).unwrap().used_cells().count(), 0, "{name}");
        (name, range.rows().map(<[Data]>::to_vec).collect())
    };
    names.into_iter().map(read).collect()
}

/// What a cell of the model has to be in the workbook: a date, a length of time or a number where it is one.
fn same(cell: &Cell, read: &Data) -> bool {
    match (cell, read) {
        (Cell::Words(words), Data::String(read)) => words == read,
        (Cell::Words(words), Data::Empty) => words.is_empty(),
        (Cell::Count(count), Data::Float(read)) => *count as f64 == *read,
        (Cell::Share { part, of }, Data::Float(read)) => *part as f64 / *of as f64 == *read,
        (Cell::Time(_) | Cell::Day(_), Data::DateTime(read)) if read.is_datetime() => {
            let (year, month, day, hour, minute, ..) = read.to_ymd_hms_milli();
            let whole = format!("{day:02}/{month:02}/{year} {hour:02}:{minute:02}");
            whole == cell.to_string() || whole == format!("{cell} 00:00")
        }
        (Cell::Span(span), Data::DateTime(read)) if read.is_duration() => {
            (read.as_f64() * 86_400.0).round() == span.as_secs() as f64
        }
        _ => false,
    }
}

/// One part of a file that is a ZIP archive.
fn part(file: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
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
            "Cuộc diễn tập",
            "Mục tiêu",
            "Tổng hợp",
            "Chỉ số thời gian",
            "Khắc phục",
            "Điểm danh",
            "Tình huống",
            "Kỳ vọng & điểm",
            "Đơn vị",
            "Khảo sát",
            "Nhật ký",
            "Mã băm"
        ]
    );
    // The workbook, cell by cell.
    let book = document.written(Form::Xlsx).unwrap();
    let sheets = sheets(&book);
    assert_eq!(sheets.len(), tables.len());
    for table in &tables {
        let (_, rows) = sheets.iter().find(|(name, _)| name == table.name).unwrap();
        let head: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
        assert_eq!(head, table.columns, "{}", table.name);
        assert_eq!(rows.len() - 1, table.rows.len(), "{}", table.name);
        for (row, read) in table.rows.iter().zip(&rows[1..]) {
            assert_eq!(row.len(), read.len(), "{}: {row:?}", table.name);
            for (cell, read) in row.iter().zip(read) {
                assert!(same(cell, read), "{}: {cell:?} is {read:?}", table.name);
            }
        }
    }
    // The page, row by row, and the Word file, cell by cell in order.
    let page = String::from_utf8(document.written(Form::Html).unwrap()).unwrap();
    let file = document.written(Form::Docx).unwrap();
    let word = docx_rs::read_docx(&file).unwrap().json();
    let escaped = |cell: &Cell| cell.to_string().replace('&', "&amp;").replace('"', "&quot;");
    let mut from = 0;
    let plain = page.replace("<td class=\"n\">", "<td>");
    for row in tables.iter().flat_map(|table| &table.rows) {
        let cells: String = row.iter().map(|cell| format!("<td>{}</td>", escaped(cell))).collect();
        assert!(plain.contains(&cells), "{cells}");
        for cell in row.iter().filter(|cell| !cell.is_empty()) {
            let said = serde_json::to_string(&cell.to_string()).unwrap();
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
    let said: Vec<String> = survey.rows.concat().iter().map(Cell::to_string).collect();
    let said = said.join("\n");
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
        std::fs::write(folder.join("drill.xlsx"), &book).unwrap();
    }
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workbook_can_be_reckoned_with_filtered_and_printed() {
    let province = closed().await;
    let (document, _) = document(&province);
    let book = document.written(Form::Xlsx).unwrap();
    let sheets = sheets(&book);
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Tổng hợp",
            "Cuộc diễn tập",
            "Mục tiêu",
            "Chỉ số thời gian",
            "Điểm danh",
            "Tình huống",
            "Kỳ vọng & điểm",
            "Đơn vị",
            "Khắc phục",
            "Khảo sát",
            "Nhật ký",
            "Mã băm"
        ]
    );
    let rows = |name: &str| &sheets.iter().find(|(one, _)| one == name).unwrap().1;
    let column = |sheet: &str, name: &str| -> Vec<&Data> {
        let at = rows(sheet)[0].iter().position(|one| *one == Data::String(name.to_owned()));
        rows(sheet)[1..].iter().map(|row| &row[at.unwrap()]).collect()
    };
    let times = |cells: Vec<&Data>| cells.iter().filter(|cell| cell.is_datetime()).count();
    let counts = |cells: Vec<&Data>| cells.iter().filter(|cell| cell.is_float()).count();
    assert_eq!(times(column("Nhật ký", "Thời gian")), rows("Nhật ký").len() - 1);
    assert_eq!(times(column("Khắc phục", "Thời hạn")), 2);
    assert!(times(column("Tình huống", "Thực tế")) > 0);
    assert_eq!(counts(column("Tình huống", "Gửi tới")), rows("Tình huống").len() - 1);
    assert_eq!(counts(column("Khảo sát", "Số phiếu")), rows("Khảo sát").len() - 1);
    assert_eq!(counts(column("Kỳ vọng & điểm", "Đạt")), rows("Kỳ vọng & điểm").len() - 1);
    // No time stands beside an answer.
    assert!(rows("Khảo sát").concat().iter().all(|cell| !cell.is_datetime()));
    // Words that look like formulas are words.
    assert!(column("Khắc phục", "Nội dung").contains(&&Data::String("=1+1".to_owned())));
    for seen in ["@SUM(A1) của cán bộ", "+3-2 người vắng"] {
        let all = column("Nhật ký", "Chi tiết");
        assert!(all.contains(&&Data::String(seen.to_owned())), "{seen}: {all:?}");
    }
    let styles = part(&book, "xl/styles.xml");
    for format in ["dd/mm/yyyy hh:mm", "dd/mm/yyyy", "[h]:mm:ss"] {
        assert!(styles.contains(&format!("formatCode=\"{format}\"")), "{format}: {styles}");
    }
    for number in 1..=sheets.len() {
        let sheet = part(&book, &format!("xl/worksheets/sheet{number}.xml"));
        for wanted in [
            "state=\"frozen\"",
            "<autoFilter ",
            "paperSize=\"9\"",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "DT-2026-001",
        ] {
            assert!(sheet.contains(wanted), "{number}: {wanted}");
        }
    }
    // The head is printed on each page.
    let parts = part(&book, "xl/workbook.xml");
    assert_eq!(parts.matches("_xlnm.Print_Titles").count(), sheets.len(), "{parts}");
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_over_several_pages_has_its_head_on_each_and_no_row_is_cut_in_two() {
    let province = closed().await;
    let (document, _) = document(&province);
    let file = document.written(Form::Docx).unwrap();
    let word = part(&file, "word/document.xml");
    let with_head: Vec<&str> =
        word.split("<w:tbl>").skip(1).filter(|table| table.contains("<w:cantSplit />")).collect();
    assert_eq!(with_head.len(), document.tables().len());
    for table in with_head {
        let rows: Vec<&str> = table.split("<w:tr>").skip(1).collect();
        assert!(rows[0].starts_with("<w:trPr><w:cantSplit /><w:tblHeader /></w:trPr>"), "{table}");
        for row in &rows[1..] {
            assert!(row.starts_with("<w:trPr><w:cantSplit /></w:trPr>"), "{row}");
        }
    }
    province.end_without_listening().await;
}
