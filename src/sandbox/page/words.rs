//! The words of the page, apart from those its people and its bot say.

/// The title.
pub(super) const TITLE: &str = "Trực Ban: bản xem thử";
/// What it is.
pub(super) const ABOUT: &str = "Mọi người và đơn vị đều là giả định";
/// For whoever comes from elsewhere.
pub(super) const FOREIGN: &str =
    "Trang xem thử chỉ nhận yêu cầu từ chính máy này, qua đúng địa chỉ đã in ra.\n";

/// What to try first.
pub(super) const TRY: &str = "Thử gì trước?";
/// The steps of it.
pub(super) const STEPS: [&str; 4] = [
    "Ở chat của Đầu mối xã Một, gõ “/baosuco Máy chủ cổng thông tin bị mã hóa” rồi bấm Gửi.",
    "Không ai trả lời: bấm “Tới mốc kế tiếp” vài lần, xem bot gọi ai, theo bậc nào, qua kênh nào.",
    "Ở chat của Đội trưởng, bấm “Tiếp nhận”; sau đó “Khoanh vùng xong”, “Khắc phục xong”, “Kết thúc”.",
    "Bật một trục trặc của Telegram rồi làm lại, và xem sổ cái ghi gì.",
];

/// The clock's region.
pub(super) const CLOCK: &str = "Đồng hồ mô phỏng";
/// How it moves.
pub(super) const STILL: &str = "Đứng yên khi không ai bấm; mỗi thao tác trong chat tính là 5 giây.";
/// Buttons of the clock.
pub(super) const MINUTE: &str = "+1 phút";
pub(super) const FIVE: &str = "+5 phút";
pub(super) const NEXT: &str = "Tới mốc kế tiếp";
/// The next moment.
pub(super) const AHEAD: &str = "Mốc kế tiếp của bot: ";
pub(super) const NO_MOMENT: &str = "Bot chưa hẹn mốc nào";
/// Time is passing.
pub(super) const BUSY: &str = "Đang chạy…";
pub(super) const NOTHING_AHEAD: &str = "Bot chưa hẹn mốc nào: hãy báo một sự cố trước.";
pub(super) const STUCK: &str =
    "Một phút rồi mà việc chưa xong. Xem có trục trặc nào đang bật không.";

/// The faults' region.
pub(super) const FAULTS: &str = "Telegram";
pub(super) const FINE: &str = "Bình thường";
pub(super) const SLOW: &str = "Chậm";
pub(super) const FLOOD: &str = "Lỗi 429";
pub(super) const GONE: &str = "Mất mạng";
pub(super) const FINE_WHAT: &str = "Telegram trả lời ngay.";
pub(super) const SLOW_WHAT: &str = "Mỗi lời gọi chậm 1,5 giây thật.";
pub(super) const FLOOD_WHAT: &str = "Mọi lời gọi bị từ chối: thử lại sau 20 giây mô phỏng.";
pub(super) const GONE_WHAT: &str =
    "Không gửi, không nhận được gì. Nối lại thì bot cần đến nửa phút thật để đọc tin đã chờ.";

/// The tabs of a small screen.
pub(super) const TABS: &str = "Các chat";
/// The ledger.
pub(super) const LEDGER: &str = "Sổ cái";
pub(super) const LEDGER_WHAT: &str =
    "Chỉ thêm, không sửa, không xóa; mỗi mục mang mã băm của mục trước. Mục mới nhất ở trên.";
pub(super) const LEDGER_COLUMNS: [&str; 5] = ["Số", "Lúc", "Thuộc về", "Việc", "Mã băm"];
pub(super) const EMPTY_LEDGER: &str = "Chưa có mục nào.";

/// How many entries there are.
pub(super) fn entries(count: i64) -> String {
    format!("Sổ cái: {count} mục")
}

/// The bot, as a sender.
pub(super) const BOT: &str = "Trực Ban";
/// A short message by the second channel.
pub(super) const SMS: &str = "SMS";
/// Marks below a message.
pub(super) const EDITED: &str = "đã sửa";
pub(super) const SILENT: &str = "không chuông";
/// Words on the page's own buttons.
pub(super) const SEND: &str = "Gửi";
pub(super) const REPLY: &str = "Trả lời";
pub(super) const EDIT: &str = "Sửa";
pub(super) const CANCEL: &str = "Thôi";
pub(super) const CLOSE: &str = "Đóng";
pub(super) const START: &str = "Bắt đầu";
pub(super) const BLOCK: &str = "Chặn bot";
pub(super) const UNBLOCK: &str = "Bỏ chặn";
pub(super) const SPEAKER: &str = "Thao tác với vai";
pub(super) const SPEAKER_SET: &str = "Chọn";
/// What can be attached.
pub(super) const ATTACH: &str = "Đính kèm mẫu";
pub(super) const PHOTO: &str = "Ảnh";
pub(super) const ALBUM: &str = "Bộ 3 ảnh";
pub(super) const DOCUMENT: &str = "Tệp nhật ký";
pub(super) const VOICE: &str = "Ghi âm";
pub(super) const FORWARD: &str = "Tin chuyển tiếp";
/// What they look like.
pub(super) const PHOTO_ALT: &str = "Ảnh mẫu: màn hình máy chủ báo dữ liệu đã bị mã hóa";
pub(super) const FORWARDED: &str = "Chuyển tiếp từ ";
pub(super) const FORWARDED_BY: &str = "Kỹ thuật viên thuê ngoài";
pub(super) const FORWARDED_TEXT: &str = "Máy chủ web01 có nhiều lần đăng nhập sai rồi thành công lúc 13:44, sau đó tệp bị đổi tên hàng loạt.";

/// Something spoken.
pub(super) fn voice(seconds: u64) -> String {
    format!("🎤 Ghi âm, {seconds} giây")
}

/// How the bot stands with a chat.
pub(super) const STRANGE: &str = "Chưa bấm Bắt đầu: bot không nhắn được.";
pub(super) const BLOCKED: &str = "Đã chặn bot: bot không nhắn được.";
pub(super) const NO_MESSAGES: &str = "Chưa có tin nhắn.";
/// What the next words are.
pub(super) const REPLYING: &str = "Trả lời: ";
pub(super) const EDITING: &str = "Sửa tin: ";
/// In the field.
pub(super) const WRITE: &str = "Viết tin nhắn";

/// What the field is, to whoever does not see it.
pub(super) fn write_in(chat: &str) -> String {
    format!("Tin nhắn trong chat {chat}")
}

/// The messages of a chat.
pub(super) fn messages_of(chat: &str) -> String {
    format!("Tin nhắn: {chat}")
}

/// Nothing comes from the program any more.
pub(super) const LOST: &str = "Mất kết nối với bản xem thử. Chương trình còn chạy không?";
/// Without script.
pub(super) const NO_SCRIPT: &str =
    "Trình duyệt không chạy script: trang vẫn dùng được, tải lại để thấy tin mới.";
