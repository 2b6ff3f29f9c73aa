//! What was typed wrongly on the command line, each with how to go on.

/// The last line of every such message.
pub const SEE_HELP: &str = "Xem cách dùng: trucban --help";

/// No such command.
pub fn unknown_command(typed: &str, nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("Không có lệnh “{typed}”. Có phải anh/chị muốn “{nearest}”?"),
        None => format!("Không có lệnh “{typed}”."),
    }
}

/// No such option or one argument too many.
pub fn unknown_argument(typed: &str, nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("Không có tham số “{typed}”. Có phải anh/chị muốn “{nearest}”?"),
        None => format!("Không có tham số “{typed}”."),
    }
}

/// A command of several needs one of them.
pub fn missing_command(command: &str) -> String {
    format!("Lệnh “{command}” cần thêm một lệnh con.")
}

/// An argument is missing.
pub fn missing_argument(names: &str) -> String {
    format!("Thiếu tham số: {names}.")
}

/// An option stands without its value.
pub fn missing_value(option: &str) -> String {
    format!("Tùy chọn “{option}” cần một giá trị.")
}

/// A value is none of those taken.
pub fn invalid_value(option: &str, value: &str, possible: &[&str]) -> String {
    if possible.is_empty() {
        return format!("Giá trị “{value}” của “{option}” không đúng.");
    }
    format!("Giá trị “{value}” của “{option}” không đúng. Chọn một trong: {}.", possible.join(", "))
}

/// Two options exclude each other.
pub fn conflict(one: &str, other: &str) -> String {
    format!("Không dùng “{one}” cùng với “{other}”.")
}

/// An option was given more often than makes sense.
pub fn repeated(option: &str) -> String {
    format!("“{option}” chỉ được viết một lần.")
}

/// Not UTF-8.
pub fn not_utf8() -> String {
    "Tham số không phải UTF-8.".to_owned()
}

/// Anything else that clap does not understand.
pub fn other() -> String {
    "Không hiểu dòng lệnh.".to_owned()
}
