//! Words people type instead of pressing a button. They are compared without marks and case, so
//! each stands here once, as it is written; spellings common on telephones stand beside it.

use crate::domain::drill::notice::WordsFor;
use crate::domain::drill::run::DrillAct;
use crate::domain::drill::run::event::{Mark, Presence, Resume, Rsvp};
use crate::domain::values::{Flag, Severity, Tlp};

/// Yes: the button's word first. Without marks it must mean nothing else: "đúng" would be "dừng".
pub const YES: &[&str] = &["Có", "Vâng", "Có thuộc", "Yes", "Y"];

/// No.
pub const NO: &[&str] =
    &["Không", "Không có", "Không phải", "Không thuộc", "Ko", "Ko có", "Hông", "No", "N"];

/// Not known.
pub const UNKNOWN: &[&str] = &[
    "Không rõ",
    "Không biết",
    "Không chắc",
    "Chưa rõ",
    "Chưa biết",
    "Ko rõ",
    "Ko biết",
    "Unknown",
];

/// Courtesies before an answer.
pub const BEFORE_ANSWER: &[&str] = &["dạ", "vâng", "thưa", "em", "tôi", "anh", "chị"];

/// Courtesies after an answer.
pub const AFTER_ANSWER: &[&str] = &["ạ", "nhé", "nha", "em", "anh", "chị", "thưa"];

/// Leave the step.
pub const CANCEL: &[&str] = &["Hủy", "Huỷ bỏ", "Thôi", "Cancel"];

/// What the reason of a false alarm begins with when it is typed after `/ketthuc`.
pub const FALSE_ALARM: &[&str] = &["báo nhầm", "báo động nhầm", "báo động giả"];

/// The short answer to "dealt with, or a false alarm?": dealt with.
pub const DEALT_WITH: &[&str] = &["Đã xử lý", "Đã xử lý xong", "Là sự cố"];

/// What stands before the person evidence is given to.
pub const HAND: &[&str] = &["giao", "bàn giao", "chuyển"];

/// Evidence that was given has arrived.
pub const RECEIVE: &[&str] = &["nhận", "đã nhận", "Đã nhận tin"];
/// The backup, before a name.
pub const BACKUP: &[&str] = &["Dự bị", "Trực dự bị"];

/// A month, before its number.
pub const MONTH: &[&str] = &["tháng"];

/// A quarter, before its number.
pub const QUARTER: &[&str] = &["Quý"];

/// A year, before its number.
pub const YEAR: &[&str] = &["năm"];

/// What a note begins with that the reporters of every part are to read.
pub const FOR_ALL: &[&str] = &["Tất cả:", "Gửi tất cả:"];

/// No category.
pub const NO_CATEGORY: &[&str] = &["Không rõ", "Chưa rõ", "Bỏ phân loại", "null", "-"];

/// Severities, lowest first: the number of an answer is its place here.
pub const SEVERITIES: [(Severity, &[&str]); 4] = [
    (Severity::Low, &["Thấp", "low"]),
    (Severity::Medium, &["Trung bình", "Vừa", "TB", "medium"]),
    (Severity::High, &["Cao", "high"]),
    (Severity::Critical, &["Rất cao", "Khẩn cấp", "critical"]),
];

/// TLP labels, most open first.
pub const LABELS: [(Tlp, &[&str]); 5] = [
    (Tlp::Clear, &["CLEAR", "WHITE", "Trắng"]),
    (Tlp::Green, &["GREEN", "Xanh"]),
    (Tlp::Amber, &["AMBER", "Vàng", "Hổ phách"]),
    (Tlp::AmberStrict, &["AMBER+STRICT", "AMBER STRICT", "AMBER-STRICT"]),
    (Tlp::Red, &["RED", "Đỏ"]),
];

/// Words on buttons that may be typed, and the command each stands for.
pub const BUTTONS: &[(&str, &str)] = &[
    ("Báo sự cố", "baosuco"),
    ("Tiếp nhận", "nhan"),
    ("Trả lại", "tralai"),
    ("Còn xử lý", "conxuly"),
    ("Phân công", "phancong"),
    ("Ghi chú", "ghichu"),
    ("Mức độ", "mucdo"),
    ("Phân loại", "phanloai"),
    ("Bổ sung", "bosung"),
    ("Chuyển cấp", "chuyencap"),
    ("Khoanh vùng xong", "khoanhvung"),
    ("Khắc phục xong", "khacphuc"),
    ("Kết thúc", "ketthuc"),
    ("Mở lại", "molai"),
    ("Trợ giúp", "trogiup"),
    ("Xem", "suco"),
    ("Dấu hiệu", "co"),
    ("TLP", "tlp"),
    ("Chứng cứ", "bangchung"),
    ("Rút", "rut"),
    ("Gộp", "gop"),
    ("Gộp diện rộng", "dienrong"),
    ("Tách ra", "tach"),
    ("Vì sao tôi nhận tin này", "visao"),
    ("Vì sao anh/chị nhận tin này", "visao"),
    ("Vì sao", "visao"),
    ("Bỏ qua", "huy"),
    ("Để sau", "huy"),
    ("Hủy", "huy"),
];

/// The button that takes over the watch.
pub const TAKE_WATCH: &[&str] = &["Nhận ca"];

/// One's own data in the directory still hold.
pub const RIGHT: &[&str] = &["Đúng", "Còn đúng", "Vẫn đúng"];

/// They do not.
pub const CORRECT: &[&str] = &["Sửa"];

/// Units that are not covered.
pub const COVERAGE: &[&str] = &["Thiếu", "Thiếu đầu mối"];

/// Every contact is asked.
pub const ASK_ALL: &[&str] = &["Xác nhận", "Hỏi lại"];

/// One's own duty in the calendar of a telephone.
pub const OWN_FEED: &[&str] = &["Thêm vào lịch điện thoại", "Liên kết", "Link"];

/// Everybody's.
pub const TEAM_FEED: &[&str] = &["Lịch cả Đội vào điện thoại", "Liên kết cả Đội", "Link cả đội"];

/// Another link for one's own.
pub const NEW_FEED: &[&str] = &["Đổi liên kết", "Liên kết mới"];

/// Another link for everybody's.
pub const NEW_TEAM_FEED: &[&str] = &["Đổi liên kết cả Đội", "Liên kết cả Đội mới"];

/// No link for one's own any more.
pub const NO_FEED: &[&str] = &["Ngừng liên kết", "Hủy liên kết"];

/// No link for everybody's any more.
pub const NO_TEAM_FEED: &[&str] = &["Ngừng liên kết cả Đội", "Hủy liên kết cả Đội"];

/// The button that says evidence has arrived.
pub const RECEIVED: &[&str] = &["Đã nhận tin"];

/// Short names of flags, beside the words on their buttons.
pub const FLAGS: &[(Flag, &[&str])] = &[
    (Flag::Serious, &["nghiêm trọng"]),
    (Flag::NationalSecuritySign, &["an ninh quốc gia", "dấu hiệu an ninh quốc gia"]),
    (Flag::MajorOutage, &["gián đoạn", "gián đoạn nghiêm trọng"]),
    (Flag::BeyondCapacity, &["vượt quá khả năng", "vượt khả năng"]),
    (Flag::DangerousSituation, &["tình huống nguy hiểm", "nguy hiểm"]),
    (Flag::PersonalData, &["dữ liệu cá nhân"]),
    (Flag::LocationOrBiometric, &["dữ liệu vị trí", "vị trí", "sinh trắc học", "sinh trắc"]),
    (Flag::ImportantSystem, &["hệ thống quan trọng", "hệ thống thông tin quan trọng"]),
];

/// What people say instead of a command's name, and the command.
pub const SPOKEN: &[(&str, &str)] = &[
    ("tôi nhận", "nhan"),
    ("em nhận", "nhan"),
    ("nhận việc", "nhan"),
    ("trả", "tralai"),
    ("đang xử lý", "conxuly"),
    ("giao", "phancong"),
    ("giao cho", "phancong"),
    ("note", "ghichu"),
    ("thêm", "bosung"),
    ("cô lập", "khoanhvung"),
    ("đã khoanh vùng", "khoanhvung"),
    ("xong", "khacphuc"),
    ("đã xong", "khacphuc"),
    ("đã khắc phục", "khacphuc"),
    ("đóng", "ketthuc"),
    ("close", "ketthuc"),
    ("mở", "molai"),
    ("xem", "suco"),
];

/// This very moment.
pub const NOW: &[&str] = &[
    "Bây giờ",
    "Vừa xong",
    "Vừa mới",
    "Mới đây",
    "Mới xong",
    "Ngay bây giờ",
    "Lúc này",
    "Hiện tại",
];

/// What stands right after an amount of time that has passed.
pub const AGO: &[&str] = &["trước", "rồi"];

/// The last word before such an amount: "cách đây".
pub const HENCE: &[&str] = &["đây"];

/// After "trước": before something else than now.
pub const BEFORE_WHAT: &[&str] = &["khi", "lúc", "đó", "giờ", "ngày", "hôm"];

/// After an amount of time: not an instant that has passed.
pub const NO_INSTANT: &[&str] = &["qua", "nữa", "sau", "liền", "đồng"];

/// Amounts in words.
pub const AMOUNTS: &[(&str, u64)] = &[
    ("một", 1),
    ("hai", 2),
    ("ba", 3),
    ("bốn", 4),
    ("năm", 5),
    ("sáu", 6),
    ("bảy", 7),
    ("tám", 8),
    ("chín", 9),
    ("mười", 10),
];

/// Ten, as it stands before or after another amount: such amounts are not read.
pub const TENS: &[&str] = &["mười", "mươi"];

/// Half of a unit, before it.
pub const HALF_A: &[&str] = &["nửa"];

/// And a half, after the unit.
pub const AND_HALF: &[&str] = &["rưỡi", "rưởi"];

/// Minutes that are wanting to the hour.
pub const SHORT_OF: &[&str] = &["kém"];

/// The hour of a clock.
pub const HOUR: &[&str] = &["giờ", "h", "g"];

/// The minute, also of a clock.
pub const MINUTE: &[&str] = &["phút", "p", "ph"];

/// Units of time that have passed, in seconds.
pub const UNITS: &[(&[&str], u64)] = &[
    (MINUTE, 60),
    (&["giờ", "tiếng", "h", "g"], 3600),
    (&["ngày", "hôm"], 24 * 3600),
    (&["tuần"], 7 * 24 * 3600),
];

/// Days by name, word by word, and how many days back each is.
pub const DAYS: &[(&[&str], u64)] =
    &[(&["hôm", "nay"], 0), (&["hôm", "qua"], 1), (&["hôm", "kia"], 2), (&["hôm", "kìa"], 3)];

/// Days after a part of the day: "sáng nay", "tối qua".
pub const PART_OF: &[(&str, u64)] = &[("nay", 0), ("qua", 1), ("kia", 2)];

/// Parts of the day.
pub const MORNING: &[&str] = &["sáng"];
/// Around noon.
pub const NOON: &[&str] = &["trưa"];
/// The afternoon.
pub const AFTERNOON: &[&str] = &["chiều"];
/// The evening.
pub const EVENING: &[&str] = &["tối"];
/// The night.
pub const NIGHT: &[&str] = &["đêm", "khuya"];

/// A day, before its number.
pub const DAY_WORD: &[&str] = &["ngày"];

/// Words that say nothing of the instant they stand beside.
pub const AROUND: &[&str] = &[
    "lúc", "khoảng", "vào", "tầm", "hồi", "từ", "cỡ", "chừng", "ngày", "rạng", "dạ", "ạ", "thưa",
    "nhé", "phát", "hiện", "thấy", "cách", "đây",
];

/// Words that may move an instant to another day than it seems: nothing is read beside them.
pub const ELSEWHEN: &[&[&str]] =
    &[&["thứ"], &["chủ", "nhật"], &["tuần"], &["tháng"], &["mai"], &["hôm"], &["bữa"], &["tết"]];

/// The scenarios drills are played from.
pub const SCENARIOS: &[&str] = &["kịch bản", "các kịch bản"];

/// The plan of a year.
pub const YEAR_PLAN: &[&str] = &["kế hoạch", "ke-hoach"];

/// Series of drills.
pub const SERIES: &[&str] = &["chuỗi"];

/// Who has drilled and who has not.
pub const COMPLIANCE: &[&str] = &["tuân thủ"];

/// The plan of a year goes to the managers.
pub const SUBMIT: &[&str] = &["gửi duyệt"];

/// They agree.
pub const APPROVE: &[&str] = &["duyệt"];

/// They do not.
pub const DISAPPROVE: &[&str] = &["không duyệt"];

/// The units that are missing are reminded.
pub const REMIND: &[&str] = &["nhắc", "nhắc đơn vị còn thiếu"];

/// Before the units of a series.
pub const UNIT: &[&str] = &["đơn vị", "loại"];

/// Before the least level of a system.
pub const LEVEL: &[&str] = &["từ cấp độ", "cấp độ", "cấp"];

/// Every unit.
pub const EVERY_UNIT: &[&str] = &["tất cả", "mọi đơn vị", "tất cả đơn vị"];

/// A drill is planned.
pub const PLAN: &[&str] = &["lập", "lập cuộc", "tạo"];

/// The word that plans a drill.
pub const PLAN_WORD: &str = "lập";

/// The word that asks a manager to agree to it.
pub const SUBMIT_WORD: &str = "gửi duyệt";

/// Something real happens.
pub const REAL: &[&str] = &["SỰ CỐ THẬT", "thật", "là thật", "sự cố thật rồi"];

/// It is only the drill.
pub const ONLY_DRILL: &[&str] = &["DIỄN TẬP", "chỉ là diễn tập", "là diễn tập", "thuộc diễn tập"];

/// Somebody else leads a drill, before the name.
pub const APPOINT: &[&str] = &["giao chỉ đạo", "chỉ đạo"];

/// The group in which it is said is a drill's own.
pub const OWN_CHAT: &[&str] = &["nhóm", "nhóm này", "nhóm riêng"];

/// It is so no longer.
pub const NO_CHAT: &[&str] = &["nhóm không", "bỏ nhóm", "không nhóm"];

/// Somebody has real work to do, before the name.
pub const RELEASE: &[&str] = &["cho rút"];

/// What somebody saw, before the words.
pub const OBSERVED: &[&str] = &["quan sát", "ghi chép"];

/// What somebody thinks after a drill, before the number of the question.
pub const OPINION: &[&str] = &["ý kiến", "ykien"];

/// What is done with a drill and needs words: they follow.
pub const DRILL_WORDS: &[(&[&str], WordsFor)] = &[
    (&["không duyệt"], WordsFor::Decline),
    (&["dời lịch", "dời"], WordsFor::Move),
    (&["hủy"], WordsFor::Cancel),
    (&["đã tổ chức ngoài hệ thống", "ngoài hệ thống"], WordsFor::Outside),
    (&["dừng hẳn"], WordsFor::Abort),
    (&["cử người thay", "cử"], WordsFor::StandIn),
    (&["phó chỉ đạo", "phó"], WordsFor::Deputy),
    (&["ban giám khảo", "giám khảo"], WordsFor::Evaluators),
    (&["các phiên", "phiên"], WordsFor::Sessions),
];

/// What is done with a drill and needs no more.
pub const DRILL_ACTS: &[(&[&str], DrillAct)] = &[
    (&["gửi duyệt"], DrillAct::Submit),
    (&["duyệt"], DrillAct::Approve),
    (&["tham gia"], DrillAct::Rsvp(Rsvp::Yes)),
    (&["không tham gia"], DrillAct::Rsvp(Rsvp::No)),
    (&["có mặt", "có mặt tại hội trường"], DrillAct::CheckIn(Presence::Hall)),
    (&["có mặt trực tuyến"], DrillAct::CheckIn(Presence::Online)),
    (&["phát lệnh", "phát lệnh bắt đầu", "bắt đầu"], DrillAct::Start),
    (&["tạm dừng", "dừng"], DrillAct::Pause),
    (&["tiếp tục", "tiếp tục, lùi lịch"], DrillAct::Resume(Resume::Shift)),
    (&["tiếp tục bỏ qua", "tiếp tục, bỏ tình huống đã lỡ"], DrillAct::Resume(Resume::Skip)),
    (&["tiếp tục dồn", "tiếp tục, dồn cho kịp giờ"], DrillAct::Resume(Resume::Compress)),
    (&["kết thúc"], DrillAct::End),
    (&["đính chính"], DrillAct::Correct),
    (&["SỰ CỐ THẬT"], DrillAct::ClaimReal),
];

/// Objectives of a drill are judged.
pub const RATING: &[&str] = &["đánh giá"];

/// What is to be made better after a drill.
pub const ITEMS: &[&str] = &["kiến nghị", "kien nghi"];

/// An item is done: what shows it follows.
pub const ITEM_DONE: &[&str] = &["xong", "đã xong", "đã làm"];

/// An item is done indeed, another one says.
pub const ITEM_FINE: &[&str] = &["đạt", "xác nhận", "đã xác minh"];

/// An item is not done: why follows.
pub const ITEM_NOT: &[&str] = &["chưa đạt", "trả lại", "làm lại"];

/// The report of a drill is handed in.
pub const REPORT_SUBMIT: &[&str] = &["nộp báo cáo", "trình báo cáo", "gửi báo cáo"];

/// A manager agrees to the report of a drill.
pub const REPORT_APPROVE: &[&str] = &["duyệt báo cáo"];

/// Marks of an objective as they are typed.
pub const MARKS: &[(&[&str], Mark)] = &[
    (&["P", "tốt"], Mark::Performed),
    (&["S", "khá"], Mark::Some),
    (&["M", "hạn chế"], Mark::Major),
    (&["U", "chưa làm được"], Mark::Unable),
    (&["N", "N/A", "không áp dụng"], Mark::NotApplicable),
];
