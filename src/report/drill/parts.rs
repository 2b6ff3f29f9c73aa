//! The parts of the report, titled and ordered as officials expect them.

use super::{Block, Document, Frame, log, sheets};
use crate::domain::drill::figures::ENOUGH;
use crate::domain::drill::run::event::Mark;
use crate::domain::drill::run::files::FileOf;
use crate::domain::drill::run::state::Status;
use crate::domain::ids::IncidentCode;
use crate::text::drill::{MARKS, kind, mark};
use crate::text::{people, words};

/// What a line begins with on which an official document can rest.
const LEGAL: [&str; 10] = [
    "Luật",
    "Nghị quyết",
    "Nghị định",
    "Quyết định",
    "Chỉ thị",
    "Thông tư",
    "Kế hoạch",
    "Công văn",
    "Công điện",
    "Quy chế",
];

/// The document of a drill.
pub(super) fn document(frame: &Frame<'_>) -> Document {
    let account = frame.account;
    let local = frame.now.local(frame.zone);
    let place = format!(
        "{}, ngày {} tháng {} năm {}",
        frame.province,
        local.format("%d"),
        month(&local.format("%m").to_string()),
        local.format("%Y")
    );
    let mut body = Vec::new();
    overview(frame, &mut body);
    course(frame, &mut body);
    results(frame, &mut body);
    findings(frame, &mut body);
    body.push(Block::Part("VI. KIẾN NGHỊ, KẾ HOẠCH KHẮC PHỤC".to_owned()));
    if account.items.is_empty() {
        body.push(Block::Words("Chưa có kiến nghị nào được ghi nhận.".to_owned()));
    }
    body.push(sheets::items(frame));
    body.push(Block::Words(
        "Trên đây là báo cáo kết quả diễn tập, kính trình cấp có thẩm quyền xem xét./.".to_owned(),
    ));
    Document {
        above: above(frame.province),
        team: frame.team.to_uppercase(),
        number: "Số:        /BC-……".to_owned(),
        place,
        subject: format!("Kết quả diễn tập “{}”", account.scenario.name),
        about: format!("DỰ THẢO – Báo cáo diễn tập {}", account.code),
        basis: basis(frame),
        body,
        to: vec![
            "- Như trên;".to_owned(),
            "- Các đơn vị tham gia;".to_owned(),
            "- Lưu: VT, ƯCSC.".to_owned(),
        ],
        signs: ("ĐỘI TRƯỞNG".to_owned(), String::new()),
        appendices: appendices(frame),
    }
}

/// The authority above the team.
fn above(province: &str) -> String {
    let upper = province.to_uppercase();
    match ["TỈNH ", "THÀNH PHỐ "].iter().any(|word| upper.starts_with(word)) {
        true => format!("UBND {upper}"),
        false => format!("UBND TỈNH {upper}"),
    }
}

/// January and February with a zero before them, the other months without.
fn month(month: &str) -> String {
    match month {
        "01" | "02" => month.to_owned(),
        other => other.trim_start_matches('0').to_owned(),
    }
}

fn basis(frame: &Frame<'_>) -> Vec<String> {
    let sources = frame.shown.scenario.iter().flat_map(|scenario| &scenario.sources);
    let legal = sources.filter(|line| LEGAL.iter().any(|word| line.starts_with(word)));
    let mut all: Vec<String> = legal.map(|line| format!("Căn cứ {line};")).collect();
    if let Some((by, at)) = &frame.shown.drill.approved {
        all.push(format!(
            "Căn cứ kế hoạch diễn tập {} được {} duyệt ngày {};",
            frame.account.code,
            people::name(by, frame.directory),
            frame.day(*at)
        ));
    }
    all
}

fn overview(frame: &Frame<'_>, body: &mut Vec<Block>) {
    let account = frame.account;
    body.push(Block::Part("I. KHÁI QUÁT CHUNG".to_owned()));
    body.push(Block::Under("1. Mục đích, yêu cầu".to_owned()));
    body.push(Block::Words(account.summary.clone()));
    let titles = account.objectives.iter().map(|one| Block::Words(format!("- {}.", one.title)));
    body.extend(titles);
    body.push(Block::Under("2. Thời gian, địa điểm, hình thức".to_owned()));
    body.push(Block::Words(format!(
        "Diễn tập {}, điều hành qua hệ thống Trực Ban.",
        kind(account.scenario.kind)
    )));
    body.push(sheets::drill(frame));
    body.push(Block::Under("3. Thành phần tham gia".to_owned()));
    body.push(Block::Words(format!(
        "Chỉ đạo diễn tập: {}. {} đơn vị, {} người được mời, {} người có mặt hoặc có trả lời; danh sách tại Phụ lục I.",
        people::name(&account.lead, frame.directory),
        account.units.len(),
        account.attendance.invited,
        account.attendance.came
    )));
    body.push(Block::Under("4. Kịch bản".to_owned()));
    body.push(Block::Words(format!(
        "{} (mã {}, phiên bản {}), {} tình huống.",
        account.scenario.name,
        account.scenario.id,
        account.scenario.version,
        account.injects.len()
    )));
}

fn course(frame: &Frame<'_>, body: &mut Vec<Block>) {
    let account = frame.account;
    body.push(Block::Part("II. DIỄN BIẾN".to_owned()));
    let sent = account.injects.iter().filter(|one| one.sent.is_some()).count();
    let how = account.ended.as_ref().map(|(_, how)| log::ended(frame, how));
    let how = how.unwrap_or_else(|| "Chưa kết thúc.".to_owned());
    body.push(Block::Words(format!(
        "Đã gửi {sent}/{} tình huống; giờ dự kiến và thực tế của từng tình huống tại Phụ lục II. {how}",
        account.injects.len()
    )));
    for (from, to, why) in &account.pauses {
        let why = log::paused(why);
        let to = to.map_or_else(|| "–".to_owned(), |at| at.hour(frame.zone));
        body.push(Block::Words(format!(
            "- Tạm dừng từ {} đến {to}: {why}; không tính vào thời gian của ai.",
            from.hour(frame.zone)
        )));
    }
    for (what, codes) in [
        ("Sự cố trong diễn tập", &account.incidents),
        ("Sự cố thật được báo trong lúc diễn tập, xử lý riêng", &account.real),
    ] {
        if !codes.is_empty() {
            let codes: Vec<&str> = codes.iter().map(IncidentCode::as_str).collect();
            body.push(Block::Words(format!("- {what}: {}.", codes.join(", "))));
        }
    }
    if let Some((at, people)) = account.correction {
        body.push(Block::Words(format!(
            "- Đính chính lúc {}, đã tới {people} người.",
            at.hour(frame.zone)
        )));
    }
}

fn results(frame: &Frame<'_>, body: &mut Vec<Block>) {
    let account = frame.account;
    body.push(Block::Part("III. KẾT QUẢ ĐÁNH GIÁ".to_owned()));
    body.push(Block::Under("1. Theo mục tiêu".to_owned()));
    body.push(Block::Words(
        "P: thực hiện tốt; S: có vướng mắc nhỏ; M: có vướng mắc lớn; U: không thực hiện được."
            .to_owned(),
    ));
    body.push(sheets::objectives(frame));
    let count =
        |wanted: Mark| account.objectives.iter().filter(|one| one.mark == Some(wanted)).count();
    let spread: Vec<String> =
        MARKS.iter().map(|(one, letter, _)| format!("{letter} {}", count(*one))).collect();
    body.push(Block::Words(format!("Phân bố: {}.", spread.join(", "))));
    body.push(Block::Under("2. Theo đơn vị".to_owned()));
    body.push(Block::Words(format!(
        "{} đơn vị có kết quả; chi tiết từng đơn vị theo từng mục tiêu tại Phụ lục III. Kết quả để rút kinh nghiệm, không xếp hạng.",
        account.by_unit.iter().filter(|one| one.unit.is_some()).count()
    )));
    body.push(sheets::whole(frame));
    body.push(Block::Under("3. Chỉ số thời gian".to_owned()));
    body.push(Block::Words(format!(
        "Tính từ lúc từng người nhận được tin, trừ thời gian tạm dừng và gián đoạn; dưới {ENOUGH} trường hợp ghi “không đủ dữ liệu”."
    )));
    body.push(sheets::scores(frame));
    body.push(Block::Under("4. Lỗ hổng, điểm yếu phát hiện".to_owned()));
    if account.observations.is_empty() {
        body.push(Block::Words("Không có quan sát nào được ghi.".to_owned()));
    }
    for (at, seen) in &account.observations {
        body.push(Block::Words(format!("- {}: {}", at.hour(frame.zone), frame.said(seen))));
    }
    files(frame, body);
}

/// Photos and files that came with what was seen, or in answer to an inject.
fn files(frame: &Frame<'_>, body: &mut Vec<Block>) {
    let account = frame.account;
    for (file, number) in account.files.iter().zip(1_usize..) {
        let of = match &file.of {
            FileOf::Seen(_) => "theo quan sát".to_owned(),
            FileOf::Inject(id) => {
                let place = account.injects.iter().position(|one| one.inject == *id);
                format!("trả lời tình huống {}", place.map_or(0, |place| place.saturating_add(1)))
            }
        };
        body.push(Block::Words(format!(
            "- Ảnh, tệp kèm {number} (DIỄN TẬP), {}, {of}: {} byte, SHA-256 {}",
            file.at.hour(frame.zone),
            file.size,
            file.sha256
        )));
    }
}

/// What went well, what did not, and what is learned: the objectives by their marks; the rest is the
/// writer's.
fn findings(frame: &Frame<'_>, body: &mut Vec<Block>) {
    body.push(Block::Part("IV. ƯU ĐIỂM, TỒN TẠI, HẠN CHẾ, NGUYÊN NHÂN".to_owned()));
    let judged = |good: bool| {
        frame.account.objectives.iter().filter(move |one| match one.mark {
            Some(Mark::Performed) => good,
            Some(Mark::NotApplicable) | None => false,
            Some(_) => !good,
        })
    };
    for (title, good) in [("1. Ưu điểm", true), ("2. Tồn tại, hạn chế, nguyên nhân", false)]
    {
        body.push(Block::Under(title.to_owned()));
        let mut any = false;
        for one in judged(good) {
            any = true;
            let why = one.reason.as_ref().map(|why| format!(": {}", frame.said(why)));
            let given = one.mark.map(mark).unwrap_or_default();
            body.push(Block::Words(format!(
                "- {} ({given}){}.",
                one.title,
                why.unwrap_or_default()
            )));
        }
        if !any {
            body.push(Block::Words("[Bổ sung]".to_owned()));
        }
    }
    body.push(Block::Part("V. BÀI HỌC KINH NGHIỆM".to_owned()));
    body.push(Block::Words("[Bổ sung]".to_owned()));
}

fn appendices(frame: &Frame<'_>) -> Vec<(String, Vec<Block>)> {
    let survey = &frame.account.survey;
    let mut asked = format!(
        "{}/{} người đã trả lời. {}",
        survey.answered,
        survey.asked,
        if survey.anonymous {
            "Khảo sát ẩn danh: hệ thống không lưu ai trả lời."
        } else {
            "Báo cáo không nêu tên người trả lời."
        }
    );
    if survey.open {
        asked.push_str(" Còn đang nhận ý kiến, số liệu chưa chốt.");
    }
    let state = match frame.shown.drill.status {
        Status::Closed => "Số liệu đã được lãnh đạo duyệt và khóa.",
        _ => "Số liệu chưa được lãnh đạo duyệt.",
    };
    vec![
        ("Phụ lục I. DANH SÁCH THAM GIA".to_owned(), vec![sheets::people(frame)]),
        (
            "Phụ lục II. DÒNG THỜI GIAN".to_owned(),
            vec![sheets::injects(frame), sheets::expectations(frame)],
        ),
        ("Phụ lục III. KẾT QUẢ TỪNG ĐƠN VỊ".to_owned(), vec![sheets::units(frame)]),
        ("Phụ lục IV. PHIẾU KHẢO SÁT".to_owned(), vec![Block::Words(asked), sheets::survey(frame)]),
        (
            "Phụ lục V. NHẬT KÝ VÀ MÃ BĂM".to_owned(),
            vec![
                Block::Words(format!(
                    "{state} Kiểm tra: trucban ledger verify. Thời lượng kịch bản: {}.",
                    words::duration(frame.account.scenario.length)
                )),
                log::log(frame),
                sheets::record(frame),
            ],
        ),
    ]
}
