//! What `backup` and `restore` report. Plain values come in.

/// A backup was made.
pub fn backed_up(file: &str, seq: i64, head: &str, evidence: u64, size: &str) -> String {
    format!(
        "Đã sao lưu vào {file} ({size}): sổ cái đến mục {seq}, {evidence} tệp chứng cứ.\n\
         Mã băm cuối: {head}\n\
         Tệp này chứa dữ liệu cá nhân và nội dung sự cố: cất ở máy khác, chỉ người có trách nhiệm đọc được."
    )
}

/// A piece of evidence is not what it was.
pub fn evidence_damaged(name: &str) -> String {
    format!(
        "Tệp chứng cứ files/{name} đã hỏng nên không vào bản sao lưu. Tìm bản đúng trong các bản sao lưu trước."
    )
}

/// How far a large copy is.
pub fn copying(percent: u64) -> String {
    format!("Đang sao chép: {percent} %")
}

/// A size people read.
pub fn size(bytes: u64) -> String {
    let mebibytes = bytes.div_ceil(1024 * 1024);
    format!("{mebibytes} MB")
}

/// Something has the name already.
pub fn exists(path: &str) -> String {
    format!("{path} đã có và không bị ghi đè. Chọn tên khác.")
}

/// A file is not taken for a backup; the reason follows.
pub fn not_restored(file: &str, why: &str) -> String {
    format!("Không phục hồi từ {file}: {why}. Cơ sở dữ liệu hiện tại còn nguyên.")
}

/// Why: something else.
pub const FOREIGN: &str = "đây không phải bản sao lưu của trucban backup, hoặc tệp bị cắt cụt";
/// Why: other bytes than were sealed.
pub const ALTERED: &str = "nội dung khác với lúc sao lưu";
/// Why: SQLite says so.
pub fn damaged(why: &str) -> String {
    format!("tệp bị hỏng ({why})")
}
/// Why: the chain does not hold.
pub fn chain_broken(seq: i64, why: &str) -> String {
    format!("sổ cái trong đó sai từ mục {seq} ({why})")
}
/// Why: a piece of evidence is another.
pub fn evidence_wrong(name: &str) -> String {
    format!("tệp chứng cứ {name} trong đó đã hỏng")
}
/// Why: a newer version made it.
pub fn newer_backup(theirs: i64, ours: i64) -> String {
    format!(
        "bản sao lưu do phiên bản mới hơn tạo (lược đồ {theirs}, ở đây biết đến {ours}). Cài phiên bản mới hơn"
    )
}

/// A restore was cut off between two steps.
pub const RESTORE_CUT_OFF: &str = "Lần phục hồi trước bị ngắt giữa chừng. Chạy lại trucban restore với cùng tệp; cơ sở dữ liệu cũ nằm trong tệp có đuôi .replaced-… bên cạnh.";

/// A backup was put back.
pub fn restored(file: &str, at: &str, entries: u64, cancelled: u64, evidence: u64) -> String {
    format!(
        "Đã phục hồi từ {file}, sao lưu lúc {at}: {entries} mục sổ cái, {evidence} tệp chứng cứ.\n\
         Đã hủy {cancelled} tin chưa gửi; không tin nào được gửi đi. Cuộc trò chuyện dang dở bị bỏ."
    )
}

/// Invitations that are not valid any more.
pub fn invitations_void(count: u64) -> String {
    format!(
        "Đã hủy {count} mã mời chưa dùng trong bản sao lưu, vì có thể đã được dùng sau đó. Mời lại: trucban people invite ID, hoặc /moinguoi."
    )
}

/// Where the replaced database is.
pub fn replaced(path: &str) -> String {
    format!("Cơ sở dữ liệu trước đó giữ ở {path}. Khi chắc không cần nữa hãy tự xóa.")
}

/// The first code that will be given out.
pub fn next_code(code: &str) -> String {
    format!("Mã sự cố tiếp theo: {code}")
}

/// Incidents that are no longer known.
pub fn lost_incidents(codes: &str) -> String {
    format!(
        "Sự cố ghi nhận sau bản sao lưu, nay không còn trong sổ: {codes}. Cần thì ghi nhận lại."
    )
}

/// How many entries are no longer there.
pub fn lost_entries(count: i64) -> String {
    format!(
        "Sổ trước đó có thêm {count} mục sau bản sao lưu. Xem lại danh bạ: tài khoản đã gỡ sau lúc đó nay có lại."
    )
}

/// Content that was removed is back.
pub fn removed_again(code: &str, seq: i64) -> String {
    format!("Nội dung đã rút nay có lại: {code}, mục {seq}. Hãy rút lại.")
}

/// Nobody knows what came after.
pub const SINCE_UNKNOWN: &str =
    "Không đọc được sổ trước đó nên chừa rộng các mã có thể đã báo cho người khác.";

/// What to do next.
pub const RESTORE_NEXT: &str = "Tiếp theo: trucban check, trucban ledger verify, rồi trucban run. Các sự cố đang mở sẽ được gọi tiếp theo đúng bậc.";
