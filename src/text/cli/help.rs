//! What `--help` says of each command and option.

/// The program.
pub const ABOUT: &str = "Trực Ban: bot điều phối ứng cứu sự cố an ninh mạng của tỉnh";
/// Below the list of commands.
pub const AFTER: &str = "Lần đầu: trucban demo --tour để xem thử, trucban init để cài đặt.\nMã thoát: 0 xong; 1 xong nhưng có điều sai; 2 không thực hiện được.";

/// `demo`.
pub const DEMO: &str = "Xem thử trên máy này: không cần token, cấu hình hay mạng";
/// `init`.
pub const INIT: &str = "Tạo trucban.toml, cơ sở dữ liệu và mã của người quản trị đầu tiên";
/// `run`.
pub const RUN: &str = "Chạy dịch vụ: Telegram và các kênh khác, HTTP, các việc đến giờ";
/// `check`.
pub const CHECK: &str = "Kiểm tra cấu hình và dữ liệu: nêu mọi điều sai, ở đâu, sửa thế nào";
/// `doctor`.
pub const DOCTOR: &str = "Khám toàn bộ cài đặt: kênh, quyền của bot, đồng hồ, đĩa, tệp, sổ cái";
/// `units`.
pub const UNITS: &str = "Đơn vị";
/// `units import`.
pub const UNITS_IMPORT: &str = "Nhập đơn vị từ tệp CSV hoặc XLSX: thêm mới hoặc cập nhật theo mã";
/// `units export`.
pub const UNITS_EXPORT: &str = "Xuất đơn vị ra tệp .csv hoặc .xlsx, nhập lại được";
/// `systems`.
pub const SYSTEMS: &str = "Hệ thống thông tin của các đơn vị";
/// `systems import`.
pub const SYSTEMS_IMPORT: &str =
    "Nhập hệ thống thông tin từ tệp CSV hoặc XLSX: thêm mới hoặc cập nhật theo mã";
/// `systems export`.
pub const SYSTEMS_EXPORT: &str = "Xuất hệ thống thông tin ra tệp .csv hoặc .xlsx";
/// `systems list`.
pub const SYSTEMS_LIST: &str = "Danh sách hệ thống thông tin, cấp độ cao trước";
/// `people export`.
pub const PEOPLE_EXPORT: &str = "Xuất danh bạ ra tệp .csv hoặc .xlsx; tệp chứa dữ liệu cá nhân";
/// Where a table goes.
pub const EXPORT_FILE: &str = "Tệp .csv hoặc .xlsx sẽ tạo; không ghi đè tệp đã có";
/// `--force`.
pub const FORCE: &str = "Ghi đè tệp đã có";
/// `units coverage`.
pub const UNITS_COVERAGE: &str =
    "Đơn vị chưa có đầu mối, không liên hệ được, hoặc quá một năm chưa xác nhận; mã thoát 1 nếu có";
/// `people`.
pub const PEOPLE: &str = "Người trong danh bạ";
/// `people import`.
pub const PEOPLE_IMPORT: &str = "Nhập người từ tệp CSV hoặc XLSX: thêm mới hoặc cập nhật theo id";
/// `people invite`.
pub const PEOPLE_INVITE: &str = "Tạo mã mời để một người liên kết tài khoản Telegram";
/// `people unlink`.
pub const PEOPLE_UNLINK: &str = "Gỡ tài khoản của một người, như khi mất điện thoại";
/// `duty`.
pub const DUTY: &str = "Lịch trực";
/// `duty show`.
pub const DUTY_SHOW: &str = "Ai đang trực, hoặc lịch của nhiều ngày";
/// `duty check`.
pub const DUTY_CHECK: &str = "Chỗ trống và người không liên lạc được trong 14 ngày tới";
/// `duty import`.
pub const DUTY_IMPORT: &str = "Nhập lịch trực từ roster.toml; chỉ đổi từ nay về sau";
/// `duty export`.
pub const DUTY_EXPORT: &str = "Xuất lịch trực thành roster.toml, nhập lại được";
/// Where a roster goes.
pub const ROSTER_EXPORT_FILE: &str = "Tệp sẽ tạo; không ghi thì in ra màn hình";
/// How many days.
pub const DAYS: &str = "Số ngày, từ 1 đến 366";
/// `escalation`.
pub const ESCALATION: &str = "Thứ tự gọi khi có sự cố";
/// `escalation explain`.
pub const ESCALATION_EXPLAIN: &str = "Cho biết ai sẽ được gọi, lúc nào, qua kênh nào, vì sao";
/// `page`.
pub const PAGE: &str = "Gọi người";
/// `page test --channel`.
pub const PAGE_CHANNEL: &str = "Chỉ thử kênh này (telegram, webhook, email)";
/// `page test --wait`.
pub const PAGE_WAIT: &str = "Chờ kết quả tối đa N giây, từ 1 đến 600; không ghi thì 60";
/// `page test --no-wait`.
pub const PAGE_NO_WAIT: &str = "Xếp tin rồi thôi, không chờ kết quả";
/// `page test`.
pub const PAGE_TEST: &str = "Gửi tin thử tới một người qua từng kênh, cho biết kết quả";
/// `incident`.
pub const INCIDENT: &str = "Sự cố";
/// `incident list`.
pub const INCIDENT_LIST: &str = "Danh sách sự cố";
/// `incident evidence`.
pub const INCIDENT_EVIDENCE: &str =
    "Xuất chứng cứ của một sự cố ra thư mục mới, kèm bản kê và mã băm";
/// The new folder.
pub const EVIDENCE_DIR: &str = "Thư mục mới; không ghi đè";
/// `incident show`.
pub const INCIDENT_SHOW: &str = "Một sự cố với toàn bộ diễn biến";
/// `playbook`.
pub const PLAYBOOK: &str = "Quy trình ứng cứu";
/// `playbook list`.
pub const PLAYBOOK_LIST: &str = "Danh sách quy trình, có sẵn và của đơn vị";
/// `playbook show`.
pub const PLAYBOOK_SHOW: &str = "Một quy trình, từng bước như người làm đọc";
/// `playbook lint`.
pub const PLAYBOOK_LINT: &str =
    "Kiểm tra quy trình: nêu mọi điều sai, ở dòng nào, sửa thế nào; chạy cả phép thử trong tệp";
/// `playbook graph`.
pub const PLAYBOOK_GRAPH: &str = "Sơ đồ một quy trình, dạng Mermaid hoặc tệp SVG";
/// `playbook simulate`.
pub const PLAYBOOK_SIMULATE: &str =
    "Chạy thử một quy trình với đồng hồ ảo: ai được giao việc gì, lúc nào, mất bao lâu";
/// A playbook's id or file.
pub const PLAYBOOK_ID: &str = "Mã quy trình, ví dụ ma-doc-tong-tien, hoặc một tệp .toml";
/// Files to check.
pub const PLAYBOOK_FILES: &str = "Tệp quy trình; bỏ trống là mọi quy trình có sẵn và của đơn vị";
/// `--svg`.
pub const PLAYBOOK_SVG: &str = "Ghi sơ đồ ra tệp SVG";
/// `--answers`.
pub const PLAYBOOK_ANSWERS: &str =
    "Tệp câu trả lời: các khóa incident, args, answers, times_out như trong [[test]]";
/// `--seed`.
pub const PLAYBOOK_SEED: &str = "Hạt giống chọn những câu trả lời không cho trước";

/// `drill`.
pub const DRILL: &str = "Diễn tập";
/// `drill preview`.
pub const DRILL_PREVIEW: &str = "Những ngày một lịch diễn tập rơi vào, và vì sao phải dời";
/// The rule.
pub const DRILL_RULE: &str =
    "Lịch, ví dụ “hằng năm ngày 15/10 lúc 9h”, “thứ Sáu cuối cùng của tháng 10”";
/// `--count`.
pub const DRILL_COUNT: &str = "Số ngày cần xem; không nêu thì 3";
/// `--from`.
pub const DRILL_FROM: &str = "Xem từ ngày này (ví dụ 2027-01-01); không nêu thì từ bây giờ";
/// `drill list`.
pub const DRILL_LIST: &str = "Danh sách các cuộc diễn tập";
/// `--year`.
pub const DRILL_YEAR: &str = "Năm, ví dụ 2027";
/// `--ics`.
pub const DRILL_ICS: &str = "In ra dạng lịch iCalendar, mở được bằng phần mềm lịch";
/// `--output` of the calendar.
pub const DRILL_OUTPUT: &str = "Ghi lịch vào tệp này";
/// `drill show`.
pub const DRILL_SHOW: &str = "Một cuộc diễn tập";
/// A drill's code.
pub const DRILL_CODE: &str = "Mã cuộc diễn tập, ví dụ DT-2027-001";
/// `drill compliance`.
pub const DRILL_COMPLIANCE: &str = "Đơn vị nào đã diễn tập đủ, đơn vị nào còn thiếu";
/// `drill lint`.
pub const DRILL_LINT: &str =
    "Kiểm tra kịch bản diễn tập: nêu mọi điều sai, ở dòng nào, sửa thế nào";
/// Files and folders to check.
pub const DRILL_FILES: &str =
    "Tệp hoặc thư mục kịch bản; bỏ trống là mọi kịch bản có sẵn và của đơn vị";
/// `drill scenario`.
pub const DRILL_SCENARIO: &str = "Danh sách kịch bản diễn tập, hoặc trọn một kịch bản để đọc, in";
/// A scenario's id or file.
pub const DRILL_SCENARIO_ID: &str = "Mã kịch bản, ví dụ lo-lot-du-lieu, hoặc một tệp .toml";

/// `report`.
pub const REPORT: &str = "Báo cáo ra tệp";
/// `report drill`.
pub const REPORT_DRILL: &str = "Dự thảo báo cáo kết quả diễn tập: .docx, .xlsx hoặc .html";
/// A drill's code.
pub const REPORT_CODE: &str = "Mã cuộc diễn tập, ví dụ DT-2026-001";

/// `ledger`.
pub const LEDGER: &str = "Sổ cái: chuỗi mọi việc đã xảy ra";
/// `ledger verify`.
pub const LEDGER_VERIFY: &str = "Tính lại cả chuỗi, nêu mục đầu tiên bị sai";
/// `ledger head`.
pub const LEDGER_HEAD: &str = "Mục cuối cùng và mã băm của nó";
/// `rebuild`.
pub const REBUILD: &str = "Dựng lại các bảng suy ra từ sổ cái, báo chỗ khác";
/// `redact`.
pub const REDACT: &str =
    "Rút nội dung của một mục: xóa hẳn khỏi tệp dữ liệu, giữ lại việc đã xảy ra";
/// Which entry.
pub const REDACT_SEQ: &str = "Số của mục, như trong incident show CODE";
/// Why.
pub const REDACT_REASON: &str = "Lý do; được ghi lại, nên không nhắc lại nội dung đó";
/// `backup`.
pub const BACKUP: &str = "Sao lưu mọi dữ liệu vào một tệp, cả khi dịch vụ đang chạy";
/// `restore`.
pub const RESTORE: &str = "Phục hồi từ một bản sao lưu; dịch vụ phải dừng trước";
/// `completions`.
pub const COMPLETIONS: &str = "In kịch bản hoàn thành lệnh cho bash, zsh hoặc fish";

/// `--config`.
pub const CONFIG: &str = "Tệp cấu hình";
/// `--json`.
pub const JSON: &str = "In một tài liệu JSON và không in gì khác";
/// `--dry-run`.
pub const DRY_RUN: &str = "Chỉ kiểm tra, không ghi";
/// `--listen`.
pub const LISTEN: &str = "Địa chỉ mở trang xem thử";
/// `--dir`.
pub const DIR: &str = "Thư mục cài đặt";
/// `--tour`.
pub const TOUR: &str =
    "Tự chạy qua việc chính trong chưa đến 20 giây, in cuộc trò chuyện rồi thoát";
/// `--severity`.
pub const SEVERITY: &str =
    "Mức độ: low (Thấp), medium (Trung bình), high (Cao), critical (Rất cao)";
/// `--unit`.
pub const UNIT: &str = "Mã đơn vị";
/// `--at`.
pub const AT: &str = "Thời điểm, ví dụ 2026-11-21T14:05:00+07:00; bỏ trống là bây giờ";
/// `--open`.
pub const OPEN: &str = "Chỉ sự cố đang mở";
/// `--exercise`.
pub const EXERCISE: &str = "Kể cả sự cố diễn tập";
/// A file to import.
pub const FILE: &str = "Tệp CSV (dấu phẩy, chấm phẩy hoặc tab) hoặc XLSX";
/// A roster to import.
pub const ROSTER_FILE: &str = "Tệp roster.toml";
/// `--log-format`.
pub const LOG_FORMAT: &str = "Nhật ký dạng json (mỗi dòng một đối tượng) hoặc text";
/// A shell.
pub const SHELL: &str = "bash, zsh hoặc fish";
/// Where a backup goes.
pub const BACKUP_FILE: &str = "Tệp sẽ tạo; không ghi đè tệp đã có";
/// A backup.
pub const RESTORE_FILE: &str = "Tệp do trucban backup tạo";
/// A person's id.
pub const PERSON: &str = "Id của người, ví dụ p-003";
/// An incident's code.
pub const CODE: &str = "Mã sự cố, ví dụ SC-2026-0001";
/// `--help`.
pub const HELP: &str = "Hiện trợ giúp";
/// `--version`.
pub const VERSION: &str = "Hiện phiên bản";

/// The heading over commands.
pub const COMMANDS: &str = "Lệnh";
/// The heading over options.
pub const OPTIONS: &str = "Tùy chọn";
/// The heading over arguments.
pub const ARGUMENTS: &str = "Tham số";
/// The whole of `--help`, as clap's template.
pub const TEMPLATE: &str = "{about-with-newline}\nCách dùng: {usage}\n\n{all-args}{after-help}";

/// The words that the parser of the command line puts in by itself, and ours for them.
const PUT_IN: [(&str, &str); 5] = [
    ("Commands:", "Lệnh:"),
    ("[OPTIONS]", "[TÙY CHỌN]"),
    ("<COMMAND>", "<LỆNH>"),
    ("[default: ", "[mặc định: "),
    ("[env: ", "[biến môi trường: "),
];

/// A page of help with no word left that the parser put in by itself.
pub fn in_our_words(page: &str) -> String {
    PUT_IN.iter().fold(page.to_owned(), |page, (theirs, ours)| page.replace(theirs, ours))
}
