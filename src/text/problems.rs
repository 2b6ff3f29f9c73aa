//! What can be wrong in `trucban.toml` and in imported tables: each finding is one line with its
//! place and its remedy.

use std::fmt;

use super::markup::one_line;

/// Where something is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The file, as the person named it.
    pub file: String,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The cell of a workbook, such as `D7`; it says the line as well.
    pub cell: Option<String>,
    /// The line, counted from one.
    pub line: Option<u64>,
    /// The column, counted from one.
    pub column: Option<u64>,
    /// The key or the column's name, such as `escalation.policy[2].level[1].wait`.
    pub key: Option<String>,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// The same, at a key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The same, at a line.
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same, at a column of that line.
    #[must_use]
    pub fn column(mut self, column: u64) -> Self {
        self.column = Some(column);
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(sheet) = &self.sheet {
            write!(f, ", trang “{sheet}”")?;
        }
        if let Some(cell) = &self.cell {
            write!(f, ", ô {cell}")?;
        }
        if let Some(line) = self.line {
            write!(f, ", dòng {line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ", cột {column}")?;
        }
        match &self.key {
            Some(key) => write!(f, ", {key}"),
            None => Ok(()),
        }
    }
}

/// One thing that is wrong, with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Where.
    pub place: Place,
    /// What.
    pub problem: Problem,
}

impl Finding {
    /// Something wrong at a place.
    pub fn new(place: Place, problem: Problem) -> Self {
        Self { place, problem }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, one_line(&self.problem.to_string(), 600))
    }
}

macro_rules! problems {
    ($($variant:ident { $($field:ident: $type:ty),* } = $what:literal, $remedy:literal;)+) => {
        /// What can be wrong; secrets never stand in it, only the names of their keys. Each is
        /// described by its own sentence: what is wrong, then what to do.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Problem {
            $(
                #[doc = $what]
                $variant {
                    $(#[doc = "As the sentence has it."] $field: $type),*
                },
            )+
        }

        impl fmt::Display for Problem {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant { $($field),* } => {
                        write!(f, concat!($what, ". ", $remedy, "."), $($field = $field),*)
                    })+
                }
            }
        }
    };
}

problems! {
    // Files.
    NotReadable { why: String } = "không đọc được tệp ({why})", "Kiểm tra đường dẫn và quyền đọc";
    NotUtf8 {} = "tệp không phải UTF-8", "Lưu lại với bảng mã UTF-8";

    // trucban.toml.
    Syntax { why: String } = "sai cú pháp TOML ({why})", "Sửa chỗ này theo mẫu (trucban init tạo, hoặc trong docs/reference.md)";
    ExampleFails { came: String } = "câu ví dụ này được đoán là {came}", "Sửa từ khóa, trọng số, hoặc sửa ví dụ";
    UnknownKey { key: String } = "không có khóa “{key}”", "Xóa dòng này, hoặc xem tên đúng trong mẫu (trucban init tạo, hoặc trong docs/reference.md)";
    UnknownKeyNear { key: String, nearest: String } = "không có khóa “{key}”", "Đổi thành “{nearest}” nếu đúng ý anh/chị";
    MissingKey {} = "thiếu khóa này", "Thêm theo mẫu (trucban init tạo, hoặc trong docs/reference.md)";
    WrongType { expected: String } = "giá trị sai kiểu", "Viết {expected}";
    EmptyValue {} = "giá trị để trống", "Điền giá trị, hoặc xóa dòng nếu không dùng";
    UnknownValue { value: String, known: String } = "không có giá trị “{value}”", "Dùng một trong: {known}";
    Twice { value: String } = "“{value}” ghi hai lần", "Giữ lại một";
    OutOfRange { least: i64, most: i64 } = "giá trị ngoài khoảng cho phép", "Chọn từ {least} đến {most}";
    BadChat {} = "không phải số hiệu nhóm chat", "Nhóm của Telegram là số âm, ví dụ -1001234567890";
    BadDuration {} = "không phải khoảng thời gian lớn hơn 0", "Viết như 90s, 5m, 2h hoặc 3d";
    TooShort { least: String } = "khoảng thời gian quá ngắn", "Chọn từ {least} trở lên";
    BadTimezone {} = "không có múi giờ này", "Ở Việt Nam viết Asia/Ho_Chi_Minh";
    BadDay {} = "không phải ngày", "Viết như 2026-11-24";
    BadInstant {} = "không phải ngày, cũng không phải giờ của một ngày", "Viết như 2026-11-24 hoặc 2026-11-24T07:30";
    BadTime {} = "không phải giờ trong ngày", "Viết như 07:30";
    BadHours {} = "không phải khoảng giờ", "Viết như 07:30-11:30";
    Backwards {} = "kết thúc trước khi bắt đầu", "Đổi lại thứ tự";
    Overlaps {} = "chồng lên khoảng ghi trước", "Viết theo thứ tự thời gian, không chồng nhau";
    OtherYear { year: i64 } = "ngày không thuộc năm {year}", "Chuyển sang [[year]] của năm đó";
    NotInTeam { id: String } = "không có thành viên Đội “{id}” đang làm việc", "Dùng id của người có vai trò responder hoặc lead trong people.csv";
    BadListen {} = "không phải địa chỉ lắng nghe", "Viết như 127.0.0.1:8088";
    BadUrl { schemes: String } = "không phải địa chỉ đầy đủ", "Viết bắt đầu bằng {schemes}";
    BadEmail {} = "không phải địa chỉ thư điện tử", "Viết như trucban@tinh.gov.vn";
    BadPrefix {} = "tiền tố mã không dùng được", "Dùng 1 đến 6 chữ cái hoặc chữ số không dấu, bắt đầu bằng chữ, ví dụ SC";
    BadName {} = "tên không dùng được", "Dùng chữ không dấu, chữ số, gạch nối, tối đa 32 ký tự";
    WhichUnits {} = "không rõ đơn vị nào", "Ghi đúng một trong: all = true, kinds = [\"xa\"], level = 3";
    SamePrefix {} = "mã sự cố và mã diễn tập cùng tiền tố", "Đặt hai tiền tố khác nhau, ví dụ SC và DT";
    SecretTwice { keys: String } = "cùng một bí mật ghi ở nhiều khóa ({keys})", "Giữ lại một";
    SecretEnvUnset { variable: String } = "biến môi trường {variable} chưa được đặt", "Đặt biến này trước khi chạy";
    SecretFileUnreadable { file: String, why: String } = "không đọc được tệp bí mật {file} ({why})", "Kiểm tra đường dẫn và quyền đọc của người chạy dịch vụ";
    SecretFileEmpty { file: String } = "tệp bí mật {file} trống hoặc không phải văn bản", "Ghi bí mật vào tệp, một dòng";
    SecretMalformed {} = "bí mật có dấu cách hoặc xuống dòng", "Chép lại đúng bí mật";
    SecretShared { with: String } = "trùng token với nguồn cảnh báo “{with}”", "Mỗi nguồn một token riêng";
    UnknownTarget { value: String } = "không có đối tượng gọi “{value}”", "Dùng duty, backup, lead, managers, team, role:<vai trò> hoặc person:<id>";
    OnlyLowMayWait {} = "chỉ sự cố mức Thấp được chờ giờ làm việc", "Đặt severities = [\"low\"] cho thứ tự gọi này, hoặc bỏ in_hours_only";
    BadDayOfYear {} = "không phải ngày trong năm", "Viết ngày/tháng như 01/03, hoặc none nếu không hỏi";
    LastPolicyConditional {} = "thứ tự gọi cuối cùng còn kèm điều kiện, nên có sự cố không gọi ai", "Thêm một [[escalation.policy]] không có severities ở cuối";
    PolicyHidesLater {} = "thứ tự gọi này không có điều kiện mà không đứng cuối, nên các thứ tự sau không bao giờ được dùng", "Chuyển nó xuống cuối, hoặc thêm severities";
    PolicyNeverApplies {} = "thứ tự gọi này không bao giờ được dùng, vì các thứ tự trước đã nhận hết mức độ của nó", "Chuyển nó lên trước, hoặc xóa";
    Needs { section: String } = "phần này cần có phần [{section}]", "Thêm phần đó theo mẫu do trucban init tạo";
    Playbook { what: String, remedy: String } = "{what}", "{remedy}";
    ChannelNotInOrder { channel: String } = "kênh “{channel}” đã cấu hình nhưng không có trong thứ tự", "Thêm vào channels.order, hoặc xóa phần cấu hình của kênh";

    // Tables of units, people and systems.
    Utf16 {} = "tệp giống UTF-16 nhưng không đọc trọn được", "Trong bảng tính, lưu lại dạng CSV UTF-8 hoặc XLSX";
    OneByteEncoding {} = "không chắc tệp dùng bảng mã nào (Windows-1258, TCVN3, VNI…)", "Trong bảng tính, lưu lại dạng CSV UTF-8 hoặc XLSX";
    OldWorkbook {} = "bảng tính kiểu cũ (.xls) hoặc có mật khẩu", "Mở bằng phần mềm bảng tính, bỏ mật khẩu nếu có, lưu lại dạng XLSX";
    BadWorkbook {} = "không đọc được bảng tính này (tệp hỏng, hoặc không phải XLSX)", "Mở bằng phần mềm bảng tính và lưu lại dạng XLSX";
    TooManyCells {} = "bảng quá rộng hoặc quá nhiều ô", "Xóa các trang, dòng và cột thừa rồi lưu lại";
    SeveralSheets { sheets: String } = "nhiều trang cùng giống bảng cần nhập ({sheets})", "Giữ lại một trang, hoặc ẩn các trang kia";
    MergedCells { last: String } = "các ô từ đây đến {last} bị gộp", "Bỏ gộp ô (Unmerge) và điền giá trị vào từng ô";
    NoRows {} = "tệp không có dòng dữ liệu nào", "Kiểm tra có đúng tệp cần nhập không";
    MissingColumn {} = "thiếu cột này", "Thêm cột vào dòng đầu";
    UnknownColumn { known: String } = "không có cột này", "Xóa cột, hoặc sửa tên ở dòng đầu; các cột có: {known}";
    NamelessColumn { number: u64 } = "cột thứ {number} không có tên", "Ghi tên cột vào dòng đầu, hoặc xóa cột";
    UnknownColumnNear { nearest: String } = "không có cột này", "Đổi tên cột thành {nearest} nếu đúng ý anh/chị";
    DuplicateColumn {} = "cột này có hai lần", "Giữ lại một";
    CellCount { expected: u64, found: u64 } = "dòng có {found} ô, dòng đầu có {expected}", "Kiểm tra dấu ngăn cách và dấu ngoặc kép";
    RequiredField {} = "ô này để trống", "Điền vào; cột này bắt buộc";
    TooLong { limit: u32 } = "giá trị quá dài", "Tối đa {limit} ký tự";
    BadId { value: String } = "mã “{value}” không dùng được", "Dùng chữ không dấu, chữ số, gạch nối, tối đa 24 ký tự";
    DuplicateValue { value: String, first: u64 } = "“{value}” đã có ở dòng {first}", "Mỗi giá trị chỉ một dòng";
    OtherCapitals { value: String, known: String } = "mã “{value}” khác chữ hoa, chữ thường với “{known}” trong danh bạ", "Viết đúng như danh bạ";
    UnknownUnit { code: String } = "không có đơn vị “{code}”", "Nhập đơn vị này trước, hoặc sửa mã";
    ParentCycle {} = "đơn vị cấp trên đi vòng tròn", "Sửa cột parent";
    OwnSuccessor {} = "đơn vị kế thừa chính nó", "Sửa cột successor";
    SuccessorCycle {} = "các đơn vị kế thừa nhau thành vòng tròn", "Sửa cột successor";
    SuccessorWithoutEnd {} = "có đơn vị kế thừa mà thiếu ngày kết thúc", "Điền ngày cuối cùng đơn vị này còn hoạt động, hoặc bỏ trống cột successor";
    UnknownKind { value: String, known: String } = "không có loại đơn vị “{value}”", "Dùng một trong: {known}; hoặc thêm vào units.toml";
    UnknownPerson { value: String } = "không có người “{value}” trong danh bạ", "Nhập người này trước, hoặc sửa id";
    BadLevel { value: String } = "“{value}” không phải cấp độ an toàn hệ thống thông tin", "Viết một số từ 1 đến 5";
    UnknownRole { value: String, known: String } = "không có vai trò “{value}”", "Dùng {known}; nhiều vai trò ngăn bằng dấu chấm phẩy";
    UnknownChannel { value: String, known: String } = "không có kênh “{value}”", "Dùng {known}; nhiều kênh ngăn bằng dấu chấm phẩy, kênh ưu tiên viết trước";
    UnknownHours { value: String, known: String } = "“{value}” không phải giờ làm việc", "Dùng {known}, theo giờ hành chính của đơn vị người đó; để trống nếu gọi được mọi giờ";
    NotYesOrNo { value: String } = "“{value}” không phải yes hoặc no", "Viết yes khi đang làm việc hoặc còn dùng, no khi đã thôi";
    BadPhone { value: String } = "“{value}” không phải số điện thoại", "Viết như 0912345678 hoặc +84912345678";
    LostZero { value: String, meant: String } = "số điện thoại “{value}” thiếu số 0 ở đầu", "Định dạng cột là văn bản (Text) rồi viết {meant}, nếu đúng là số đó";
    BadMail { value: String } = "“{value}” không phải địa chỉ thư điện tử", "Viết như ten@tinh.gov.vn";
    BadTelegramId { value: String } = "“{value}” không phải id Telegram", "Id là một số dương; để trống nếu dùng mã mời";
    TelegramIdTaken { by: String } = "id Telegram này là của {by}", "Mỗi tài khoản thuộc một người; gỡ bằng trucban people unlink {by} nếu đã đổi";
    BadDate { value: String } = "“{value}” không phải ngày", "Viết như 2026-11-21 hoặc 21/11/2026";
    ShortYear { value: String } = "năm trong “{value}” chỉ có hai chữ số", "Viết đủ bốn chữ số, như 21/11/2026";
    MonthFirst { value: String, meant: String } = "tháng trong “{value}” lớn hơn 12", "Nếu là ngày {meant} thì viết như vậy";
    SerialDate { value: String, meant: String } = "“{value}” là số chứ không phải ngày (bảng tính hiểu là {meant})", "Định dạng cột là ngày, hoặc viết {meant}";
    DatesReversed {} = "ngày kết thúc trước ngày bắt đầu", "Sửa active_from hoặc active_to";
}

/// What a value should be, in words.
pub mod expected {
    /// Words.
    pub const TEXT: &str = "chữ trong dấu ngoặc kép";
    /// A number.
    pub const NUMBER: &str = "một số nguyên";
    /// A list.
    pub const LIST: &str = "một danh sách, ví dụ [\"duty\"]";
    /// A section.
    pub const TABLE: &str = "một phần riêng, ví dụ [team]";
    /// True or false.
    pub const TRUTH: &str = "true hoặc false, không có ngoặc kép";
    /// A list of sections.
    pub const TABLES: &str = "các phần lặp lại, ví dụ [[intake]]";
}

/// Why a file does not read.
pub mod reading {
    /// It is not there.
    pub const MISSING: &str = "không có tệp";
    /// Not allowed.
    pub const FORBIDDEN: &str = "không có quyền đọc";
    /// A folder.
    pub const FOLDER: &str = "đây là thư mục";
    /// No folder, but something else.
    pub const NO_FOLDER: &str = "trong đường dẫn có tệp không phải thư mục";
    /// The name is taken.
    pub const TAKEN: &str = "tên này đã có";
    /// The disk is full.
    pub const FULL: &str = "đĩa đầy";
    /// The disk takes no write.
    pub const READ_ONLY: &str = "đĩa chỉ cho đọc";
    /// Anything else.
    pub const OTHER: &str = "lỗi đọc";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line_with_place_and_remedy() {
        let place = Place::file("people.csv").line(7).key("phone");
        let finding = Finding::new(place, Problem::BadPhone { value: "12".to_owned() });
        assert_eq!(
            finding.to_string(),
            "people.csv, dòng 7, phone: “12” không phải số điện thoại. Viết như 0912345678 hoặc +84912345678."
        );
    }
}
