//! Words inside a `roster.toml` that was written by the program.

/// The head of the file.
pub fn exported(at: &str) -> String {
    format!(
        "Lịch trực xuất lúc {at}: lịch đang áp dụng, các lịch tiếp theo và các thay đổi chưa hết hạn.\n\
         Nhập lại: trucban duty import TỆP. Lịch nghỉ (/nghi) không ghi trong tệp này."
    )
}

/// People it names who are not in the Team any more.
pub fn left(people: &str) -> String {
    format!("Không còn là thành viên Đội: {people}. Thay bằng người khác trước khi nhập lại.")
}

/// Before a plan that follows.
pub const LATER: &str = "Lịch tiếp theo, thay lịch ghi ở trên từ thời điểm from.";

/// Before the changes by hand.
pub const OVERRIDES: &str = "Thay đổi trên lịch; people = [] là để trống có chủ ý.";
