//! Words people type instead of pressing a button. They are compared without marks and case, so
//! each stands here once, as it is written; spellings common on telephones stand beside it.

use crate::domain::values::{Severity, Tlp};

/// Yes: the button's word first. Without marks it must mean nothing else: "đúng" would be "dừng".
pub const YES: &[&str] = &["Có", "Yes", "Y"];

/// No.
pub const NO: &[&str] = &["Không", "Ko", "Hông", "No", "N"];

/// Not known.
pub const UNKNOWN: &[&str] = &["Không rõ", "Không biết", "Chưa rõ", "Ko rõ", "Unknown"];

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
pub const MONTH: &[&str] = &["Tháng"];

/// A quarter, before its number.
pub const QUARTER: &[&str] = &["Quý"];

/// A year, before its number.
pub const YEAR: &[&str] = &["Năm"];

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
    ("Hủy", "huy"),
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
pub const NOW: &[&str] = &["Bây giờ", "Vừa xong", "Mới đây", "Ngay bây giờ"];

/// What stands after a number of hours that have passed.
pub const AGO: &[&str] = &["trước", "rồi"];

/// Units of time that have passed, in seconds.
pub const UNITS: &[(&str, u64)] =
    &[("phút", 60), ("p ", 60), ("giờ", 3600), ("tiếng", 3600), ("h ", 3600), ("ngày", 24 * 3600)];

/// Days by name, and how many days back each is.
pub const DAYS: &[(&str, u64)] = &[("hôm nay", 0), ("hôm qua", 1), ("hôm kia", 2)];
