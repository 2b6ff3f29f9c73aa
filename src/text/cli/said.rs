//! What the commands report. Plain values come in: this part knows nothing of the engine.

use crate::domain::calendar::When;
use crate::domain::directory::Directory;
use crate::domain::notice::Team;
use crate::domain::refusal::Refusal;
use crate::text::{people, refusal};

/// Stands before a sentence that ends a command with exit code 2.
pub const ERROR: &str = "Lỗi";

/// Words were erased and somebody went on reading the database.
pub const NOT_SCRUBBED: &str = "Đã rút nội dung, nhưng tệp dữ liệu đang có tiến trình khác đọc nên \
    bản ghi tạm (WAL) có thể còn giữ. Dừng các lệnh trucban khác rồi chạy: trucban run.";

/// `init` is done.
pub fn init_done(config: &str, database: &str, code: &str) -> String {
    format!(
        "Đã tạo {config} và {database}.\n\n\
         Mã của người quản trị đầu tiên, dùng một lần:\n\n    {code}\n\n\
         Các bước tiếp theo:\n\
         1. Lấy token của bot ở @BotFather, đặt vào biến môi trường TELOXIDE_TOKEN.\n\
         2. Sửa các dòng cần sửa trong {config}, rồi chạy: trucban check\n\
         3. Kiểm tra kênh gửi tin, quyền của bot, đĩa, đồng hồ: trucban doctor\n\
         4. Chạy: trucban run\n\
         5. Mở chat riêng với bot, gửi: /start {code}\n\
         6. Nhập danh bạ: trucban units import units.csv, rồi trucban people import people.csv\n\
         7. Mời từng người: gửi /moinguoi cho bot, hoặc chạy: trucban people invite ID\n\
         8. Viết lịch trực theo mẫu trong roster.toml, rồi nhập: trucban duty import roster.toml"
    )
}

/// `init` found something in its way.
pub fn init_exists(path: &str) -> String {
    format!("{path} đã có và không bị ghi đè. Chọn thư mục khác bằng --dir, hoặc dời tệp đó đi.")
}

/// Another process holds the database.
pub fn locked(path: &str, pid: u32) -> String {
    format!(
        "{path} đang được tiến trình {pid} dùng. Dừng tiến trình đó (hoặc trucban run) rồi chạy lại."
    )
}

/// Another process holds the database and does not say which it is.
pub fn locked_by_unknown(path: &str) -> String {
    format!("{path} đang được một tiến trình khác dùng. Dừng trucban run rồi chạy lại.")
}

/// The schema has to be brought up to date, and another process works with it.
pub fn older_schema(path: &str, pid: &str) -> String {
    format!(
        "{path} còn ở cấu trúc của bản cũ và đang được tiến trình {pid} dùng. Khởi động lại trucban run bằng bản này rồi chạy lại lệnh."
    )
}

/// A stored value does not read.
pub fn does_not_read(place: &str) -> String {
    format!(
        "Dữ liệu đã lưu không đọc được ({place}). Dừng dịch vụ rồi chạy: trucban rebuild. Nếu vẫn vậy: trucban doctor, rồi phục hồi từ bản sao lưu: trucban restore."
    )
}

/// A file could not be read.
pub fn not_readable(path: &str, why: &str) -> String {
    format!("Không đọc được {path}: {why}. Kiểm tra đường dẫn và quyền đọc.")
}

/// A file could not be written.
pub fn not_writable(path: &str, why: &str) -> String {
    format!("Không ghi được {path}: {why}. Kiểm tra quyền ghi và dung lượng đĩa.")
}

/// There is no configuration.
pub fn no_config(path: &str) -> String {
    format!("Không có {path}. Tạo bằng trucban init, hoặc chỉ tệp khác bằng --config.")
}

/// There is no database yet.
pub fn no_database(path: &str) -> String {
    format!("Không có cơ sở dữ liệu {path}. Tạo bằng trucban init.")
}

/// The database was written by a later version.
pub fn newer_database(path: &str, theirs: &str, ours: &str) -> String {
    format!("{path} do phiên bản mới hơn ghi ({theirs}); đây là {ours}. Cài phiên bản mới hơn.")
}

/// The configuration is wrong; the findings follow.
pub fn config_wrong(path: &str, count: u64) -> String {
    format!("{path} có {count} điều cần sửa:")
}

/// `check` found nothing.
pub fn check_ok(path: &str, people: u64, units: u64) -> String {
    format!("{path} đúng. Danh bạ có {people} người, {units} đơn vị.")
}

/// `check` found something; the findings follow.
pub fn check_wrong(count: u64) -> String {
    format!("Có {count} điều cần sửa:")
}

/// `check`: nobody is on a rung of the ladder.
pub fn nobody_on_level(severity: &str, level: u64) -> String {
    format!(
        "Mức độ {severity}, bậc {level}: không gọi được ai. Nhập danh bạ hoặc sửa [escalation]."
    )
}

/// An import is done.
pub fn imported(file: &str, added: u64, changed: u64, same: u64) -> String {
    format!("Đã nhập {file}: thêm {added}, thay đổi {changed}, giữ nguyên {same}.")
}

/// An import would do this.
pub fn would_import(file: &str, added: u64, changed: u64, same: u64) -> String {
    format!(
        "{file} đúng. Nếu nhập: thêm {added}, thay đổi {changed}, giữ nguyên {same}. Chưa ghi gì."
    )
}

/// An import was refused; the findings follow.
pub fn import_refused(file: &str, count: u64) -> String {
    format!("Không nhập dòng nào của {file}, vì có {count} điều cần sửa:")
}

/// A table was written.
pub fn table_written(file: &str, rows: u64) -> String {
    format!("Đã xuất {rows} dòng ra {file}.")
}

/// It holds what belongs to people.
pub const PERSONAL: &str =
    "Tệp có số điện thoại và tài khoản của từng người: chỉ chủ tệp đọc được, xin giữ như vậy.";

/// The file's ending is none of ours.
pub fn unknown_ending(file: &str) -> String {
    format!("Không rõ ghi {file} theo dạng nào. Đặt tên tệp kết thúc bằng .csv hoặc .xlsx.")
}

/// There is such a file already.
pub fn would_overwrite(file: &str) -> String {
    format!("{file} đã có và không bị ghi đè. Chọn tên khác, hoặc thêm --force.")
}

/// The columns of the list of systems.
pub const SYSTEM_COLUMNS: [&str; 6] = ["Mã", "Đơn vị", "Tên", "Cấp độ", "Nơi đặt", "Đầu mối"];

/// One system of an incident's unit.
pub fn system_line(name: &str, hosting: Option<&str>, contact: Option<&str>) -> String {
    let hosting = hosting.map(|hosting| format!(", đặt tại {hosting}")).unwrap_or_default();
    let contact = contact.map(|contact| format!(", đầu mối {contact}")).unwrap_or_default();
    format!("Hệ thống của đơn vị: {name}{hosting}{contact}")
}

/// There are none.
pub const NO_SYSTEMS: &str =
    "Chưa có hệ thống thông tin nào. Nhập bằng: trucban systems import systems.csv";

/// More lines of it are wrong than are told.
pub fn more_lines(lines: u64) -> String {
    format!("… và {lines} dòng nữa. Anh/chị sửa các dòng trên rồi chạy lại; --json in ra tất cả.")
}

/// Which sheet of a workbook was read.
pub fn read_sheet(sheet: &str) -> String {
    format!("Đã đọc trang “{sheet}” của bảng tính.")
}

/// The file was in an older encoding.
pub fn converted(utf16: bool) -> String {
    let from = if utf16 { "UTF-16" } else { "Windows-1258" };
    format!("Tệp dùng bảng mã {from}, đã đổi sang UTF-8. Anh/chị xem lại dấu trong vài tên.")
}

/// An invitation, by link or by code.
pub fn invited(name: &str, code: &str, link: Option<&str>, until: &str) -> String {
    let how = match link {
        Some(link) => format!("Gửi cho người đó liên kết này:\n\n    {link}"),
        None => format!("Người đó mở chat riêng với bot và gửi:\n\n    /start {code}"),
    };
    format!(
        "Mã mời của {name}, dùng một lần, đến {until}.\n{how}\n\nAi dùng mã trước sẽ là người đó, nên chỉ gửi cho đúng người."
    )
}

/// An account was unlinked.
pub fn unlinked(name: &str, id: &str) -> String {
    format!("Đã gỡ tài khoản của {name}. Muốn dùng lại: trucban people invite {id}")
}

/// A test page was queued.
pub fn test_paged(name: &str, channels: &str) -> String {
    format!("Đã xếp tin thử tới {name} qua {channels}.")
}

/// Over the table of `escalation explain`.
pub fn explain_head(severity: &str, at: &str) -> String {
    format!("Sự cố mức độ {severity} ghi nhận lúc {at}, nếu không ai tiếp nhận:")
}

/// The last line of `duty check`.
pub fn canary_of_30_days(tests: &str) -> String {
    format!("{tests} (30 ngày qua)")
}

/// A roster was imported, or would be; perhaps only until one that was imported before.
pub fn duty_imported(from: Option<&str>, next: Option<&str>, dry_run: bool) -> String {
    let until =
        next.map(|next| format!(" đến {next}, khi lịch đã nhập trước cho từ lúc đó bắt đầu"));
    let until = until.unwrap_or_default();
    match (from, dry_run) {
        (None, _) => "Lịch trực đã như vậy, không có gì thay đổi.".to_owned(),
        (Some(from), true) => format!("Lịch trực đúng, sẽ áp dụng từ {from}{until}. Chưa ghi gì."),
        (Some(from), false) => format!(
            "Đã ghi nhận lịch trực, áp dụng từ {from}{until}. Xem: trucban duty show --days 14"
        ),
    }
}

/// A roster was written.
pub fn duty_exported(file: &str) -> String {
    format!("Đã xuất lịch trực ra {file}. Nhập lại: trucban duty import {file}")
}

/// The years of the calendar run out.
pub fn calendar_ends(last: Option<String>) -> String {
    match last {
        Some(last) => format!("Lịch nghỉ lễ chỉ có đến {last}. Thêm năm sau vào calendar/*.toml"),
        None => "Lịch nghỉ lễ không có năm nay. Thêm vào calendar/*.toml".to_owned(),
    }
}

/// A holiday no notice has confirmed.
pub fn day_unconfirmed(day: &str, name: &str) -> String {
    format!("Ngày nghỉ {day} ({name}) chưa có thông báo xác nhận. Sửa trong calendar/*.toml khi có")
}

/// A unit that ended and that nobody took the place of.
pub fn ended_unit(code: &str) -> String {
    format!(
        "Đơn vị “{code}” đã kết thúc và không có đơn vị kế thừa. Ghi successor rồi nhập lại units.csv, hoặc chọn đơn vị khác."
    )
}

/// Below the head: for which unit, after those that took the place of one that ended.
pub fn explain_unit(unit: &str) -> String {
    format!("Đơn vị: {unit}; giờ hành chính tính theo đơn vị này.")
}

/// Below the head: what hours these are.
pub fn explain_hours(in_hours: bool, holiday: Option<&str>) -> String {
    let hours = if in_hours { "trong giờ hành chính" } else { "ngoài giờ hành chính" };
    match holiday {
        Some(name) => format!("Lúc đó {hours}, ngày nghỉ: {name}."),
        None => format!("Lúc đó {hours}."),
    }
}

/// A level that is passed over.
pub fn explain_passed(level: &str) -> String {
    format!("bỏ qua {level}")
}

/// Why it is: it is only for other hours.
pub fn explain_when(when: When) -> &'static str {
    match when {
        When::InHours => "bậc này chỉ gọi trong giờ hành chính",
        When::OutOfHours => "bậc này chỉ gọi ngoài giờ hành chính",
        When::Holiday => "bậc này chỉ gọi ngày nghỉ lễ",
    }
}

/// Somebody who would be called there, outside his working hours.
pub const EXPLAIN_SPARED: &str = "ngoài giờ làm việc, cùng bậc còn người khác";

/// Somebody who would be called there and is on leave.
pub fn explain_away(stand_in: Option<&str>) -> String {
    match stand_in {
        Some(stand_in) => format!("nghỉ, {stand_in} trực thay"),
        None => "nghỉ, chưa có người trực thay".to_owned(),
    }
}

/// In the column of channels of such a person.
pub const EXPLAIN_NOT_CALLED: &str = "không gọi";

/// The columns of `escalation explain`.
pub const EXPLAIN_COLUMNS: [&str; 5] = ["Lúc", "Vòng/bậc", "Gọi ai", "Vì sao", "Qua kênh"];

/// A round and level in that table.
pub fn explain_rung(round: u32, level: u32) -> String {
    format!("{round}/{level}")
}

/// The last row: all rounds are spent.
pub const EXPLAIN_EXHAUSTED: &str = "hết vòng";

/// Nobody stands on a rung.
pub const EXPLAIN_NOBODY: &str = "không có ai, gọi bậc tiếp theo ngay";

/// The team's chat stands on a rung.
pub const EXPLAIN_TEAM: &str = "nhóm chat của Đội";

/// Somebody without any way to reach.
pub const EXPLAIN_NO_WAY: &str = "không có kênh";

/// Below that table: how it goes on.
pub fn explain_repeats(every: &str) -> String {
    format!(
        "Sau đó gọi lại Đội trưởng, Phó Đội trưởng và lãnh đạo {every} một lần cho đến khi có người tiếp nhận."
    )
}

/// Why a command was refused, with a remedy that works at the command line.
pub fn refused(why: &Refusal, directory: &Directory, team: &Team) -> String {
    match why {
        Refusal::UnknownIncident(code) => unknown_incident(code),
        Refusal::UnknownPerson(id) => unknown_person(id),
        Refusal::NotLinked(person) => format!(
            "{} chưa liên kết tài khoản. Mời: trucban people invite {person}",
            people::name(person, directory)
        ),
        Refusal::NothingToRemove { code, seq } => format!(
            "Mục {seq} của {code} không có nội dung, hoặc nội dung đã rút. Số mục đứng đầu mỗi dòng: trucban incident show {code}"
        ),
        other => refusal::sentence(other, directory, team, false),
    }
}

/// No incident has this code.
pub fn unknown_incident(code: &str) -> String {
    format!("Không có sự cố {code}. Xem danh sách: trucban incident list")
}

/// Nobody has this id.
pub fn unknown_person(id: &str) -> String {
    format!("Không có ai với id {id} trong danh bạ. Nhập bằng trucban people import.")
}

/// `check`: the line every message ends with names no telephone.
pub const NO_HOTLINE: &str = "! team.hotline chưa có số điện thoại: mọi tin của bot kết thúc bằng dòng này. Sửa trong trucban.toml.";

/// No unit has this code.
pub fn unknown_unit(code: &str) -> String {
    format!("Không có đơn vị {code}. Nhập bằng trucban units import.")
}

/// There is nothing to list.
pub const NO_INCIDENTS: &str = "Không có sự cố nào.";

/// The columns of `incident list`.
pub const INCIDENT_COLUMNS: [&str; 6] =
    ["Mã", "Mức độ", "Trạng thái", "Người giữ", "Ghi nhận", "Tiêu đề"];

/// The chain is whole.
pub fn verified(entries: u64, removed: u64, head: &str) -> String {
    format!(
        "Sổ cái nguyên vẹn: {entries} mục, {removed} nội dung đã rút đúng quy định.\nMã băm cuối: {head}"
    )
}

/// A folder with the evidence of an incident was written.
pub fn exported(code: &str, files: u64, folder: &str) -> String {
    format!(
        "Đã xuất {files} tệp chứng cứ của {code} vào {folder}. Kiểm tra: sha256sum -c SHA256SUMS"
    )
}

/// A kept file is not what the ledger says.
pub fn evidence_damaged(code: &str, number: u32) -> String {
    format!(
        "Chứng cứ số {number} của {code} bị mất hoặc bị sửa. Giữ nguyên thư mục files/ làm chứng cứ, lấy lại từ bản sao lưu."
    )
}

/// The chain is broken.
pub fn broken(seq: i64, why: &str) -> String {
    format!(
        "Sổ cái sai từ mục {seq}: {why}. Dừng dịch vụ, giữ nguyên tệp làm chứng cứ, so với bản sao lưu và mã băm đã gửi ra ngoài."
    )
}

/// Why the chain is broken: the hash is another.
pub const BROKEN_HASH: &str = "mã băm không khớp nội dung";
/// Why the chain is broken: numbers are missing.
pub const BROKEN_GAP: &str = "thiếu mục";
/// Why the chain is broken: words are not those that were recorded.
pub const BROKEN_LOST: &str = "lời văn không còn, mà không có mục nào ghi là đã xóa";
/// Words were changed.
pub const BROKEN_CONTENT: &str = "lời văn không khớp mã băm đã ghi";

/// The head of the chain.
pub fn head(seq: i64, hash: &str, at: &str) -> String {
    format!("Mục cuối: {seq}, lúc {at}\nMã băm: {hash}")
}

/// The chain is empty.
pub const HEAD_EMPTY: &str = "Sổ cái chưa có mục nào.";

/// The derived tables were the same.
pub fn rebuilt_same(entries: u64) -> String {
    format!("Đã dựng lại từ {entries} mục của sổ cái; không có gì khác trước.")
}

/// The derived tables differed; the places follow.
pub fn rebuilt_different(entries: u64, count: u64) -> String {
    format!("Đã dựng lại từ {entries} mục của sổ cái; {count} chỗ khác trước và đã được sửa:")
}

/// One place that differed.
pub fn difference(table: &str, key: &str) -> String {
    format!("- bảng {table}, {key}")
}

/// The service has started.
pub fn running(listen: Option<&str>, telegram: bool) -> String {
    let telegram = if telegram { "Telegram" } else { "không dùng Telegram" };
    let http = listen.map_or_else(|| "không mở HTTP".to_owned(), |at| format!("HTTP {at}"));
    format!("Trực Ban đang chạy: {telegram}, {http}. Dừng: Ctrl+C.")
}

/// The service has stopped as asked.
pub const STOPPED: &str = "Trực Ban đã dừng. Không tin nào bị mất.";

/// The demo is ready, and what to try first.
pub fn demo_ready(url: &str) -> String {
    format!(
        "Bản xem thử đã sẵn sàng. Mở trong trình duyệt: {url}\n\n\
         Thử trước: ở chat của Đầu mối xã Một, gửi “/baosuco Máy chủ bị mã hóa”, rồi bấm “Tới mốc kế tiếp”\n\
         vài lần để xem bot gọi ai; ở chat của Đội trưởng, bấm “Tiếp nhận”.\n\n\
         Mọi dữ liệu là giả và mất khi dừng. Dừng: Ctrl+C."
    )
}

/// The demo has stopped as asked.
pub const DEMO_OVER: &str = "Bản xem thử đã dừng, dữ liệu tạm đã xóa.";

/// The demo's address is taken.
pub fn demo_taken(address: &str) -> String {
    format!(
        "Địa chỉ {address} đang có chương trình khác dùng (có thể là một bản xem thử khác). Đóng \
         chương trình đó, hoặc chọn cổng khác: trucban demo --listen 127.0.0.1:8090"
    )
}

/// The demo's address cannot be listened on.
pub fn demo_no_address(address: &str, why: &str) -> String {
    format!(
        "Không mở được địa chỉ {address}: {why}. Chọn địa chỉ của máy này, như: \
         trucban demo --listen 127.0.0.1:8090"
    )
}

/// The tour is over.
pub fn tour_done(seconds: u64) -> String {
    format!("Xong trong {seconds} giây. Cài đặt: trucban init --dir THƯ_MỤC")
}

/// Standard output is closed or full.
pub const NO_OUTPUT: &str = "Không in được kết quả ra màn hình.";

/// Anything that was not foreseen, with what is known.
pub fn unexpected(why: &str) -> String {
    format!("Không thực hiện được: {why}")
}

/// The columns of `units coverage`.
pub const COVERAGE_COLUMNS: [&str; 3] = ["Mã", "Đơn vị", "Còn thiếu"];

/// Every unit is covered.
pub fn covered(units: usize) -> String {
    format!("Cả {units} đơn vị đều có đầu mối liên hệ được và đã xác nhận trong một năm qua.")
}

/// How many are not.
pub fn uncovered(found: usize, units: usize) -> String {
    format!("{found}/{units} đơn vị chưa bảo đảm đầu mối. Hỏi lại các đầu mối: /danhba xác nhận")
}
