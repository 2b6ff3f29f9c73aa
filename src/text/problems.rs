//! What can be wrong in `trucban.toml` and in imported tables: each finding is one line with its
//! place and its remedy.

use std::fmt;

use super::markup::one_line;

/// Where something is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The file, as the person named it.
    pub file: String,
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
    Empty {} = "tệp không có dòng dữ liệu nào", "Kiểm tra có đúng tệp cần nhập không";

    // trucban.toml.
    Syntax { why: String } = "sai cú pháp TOML ({why})", "Sửa dòng này theo mẫu do trucban init tạo";
    UnknownKey { key: String } = "không có khóa “{key}”", "Xóa dòng này, hoặc xem tên đúng trong mẫu do trucban init tạo";
    UnknownKeyNear { key: String, nearest: String } = "không có khóa “{key}”", "Đổi thành “{nearest}” nếu đúng ý anh/chị";
    MissingKey { key: String, example: String } = "thiếu khóa “{key}”", "Thêm dòng: {key} = {example}";
    WrongType { expected: String } = "giá trị sai kiểu", "Viết {expected}";
    EmptyValue {} = "giá trị để trống", "Điền giá trị, hoặc xóa dòng nếu không dùng";
    BadDuration { value: String } = "“{value}” không phải khoảng thời gian", "Viết như 90s, 5m, 2h hoặc 3d";
    ZeroDuration {} = "khoảng thời gian phải lớn hơn 0", "Viết như 90s, 5m, 2h hoặc 3d";
    BadTimezone { value: String } = "không có múi giờ “{value}”", "Ở Việt Nam viết Asia/Ho_Chi_Minh";
    BadPrefix { value: String } = "tiền tố mã “{value}” không dùng được", "Dùng 1 đến 12 chữ cái hoặc chữ số không dấu, ví dụ SC";
    SamePrefix { value: String } = "mã sự cố và mã diễn tập cùng tiền tố “{value}”", "Đặt hai tiền tố khác nhau, ví dụ SC và DT";
    SecretTwice { one: String, other: String } = "cùng một bí mật ghi ở cả “{one}” và “{other}”", "Giữ lại một";
    SecretEnvUnset { variable: String } = "biến môi trường {variable} chưa được đặt", "Đặt biến này trước khi chạy";
    SecretFileUnreadable { file: String, why: String } = "không đọc được tệp bí mật {file} ({why})", "Kiểm tra đường dẫn và quyền đọc của người chạy dịch vụ";
    SecretEmpty {} = "bí mật để trống", "Điền bí mật, hoặc xóa dòng nếu không dùng";
    WeakToken { least: u64 } = "token quá ngắn, dễ đoán", "Dùng ít nhất {least} ký tự ngẫu nhiên, ví dụ từ lệnh openssl rand -hex 32";
    NoPolicy {} = "chưa có thứ tự gọi nào", "Thêm ít nhất một [[escalation.policy]] không có severities";
    LastPolicyConditional {} = "thứ tự gọi cuối cùng còn kèm điều kiện, nên có sự cố không gọi ai", "Thêm một [[escalation.policy]] không có severities ở cuối";
    PolicyNeverReached { number: u64 } = "thứ tự gọi số {number} không bao giờ được dùng, vì một thứ tự trước nó đã nhận hết", "Chuyển nó lên trước, hoặc xóa";
    PolicyWithoutLevel { number: u64 } = "thứ tự gọi số {number} không có bậc nào", "Thêm [[escalation.policy.level]] với notify và wait";
    LevelWithoutTarget {} = "bậc này không gọi ai", "Điền notify, ví dụ [\"duty\"]";
    UnknownTarget { value: String } = "không có đối tượng gọi “{value}”", "Dùng duty, backup, lead, managers, team, role:<vai trò> hoặc person:<id>";
    UnknownSeverity { value: String } = "không có mức độ “{value}”", "Dùng low, medium, high hoặc critical";
    UnknownChannel { value: String } = "không có kênh “{value}”", "Dùng telegram, webhook hoặc email";
    ChannelTwice { value: String } = "kênh “{value}” ghi hai lần", "Giữ lại một";
    ChannelNotConfigured { value: String } = "kênh “{value}” có trong thứ tự nhưng chưa được cấu hình", "Thêm phần cấu hình của kênh, hoặc bỏ khỏi order";
    BadUrl { value: String } = "“{value}” không phải địa chỉ web", "Viết đầy đủ, bắt đầu bằng https:// hoặc http://";
    BadProxy { value: String } = "“{value}” không phải địa chỉ proxy", "Viết bắt đầu bằng http://, https:// hoặc socks5://";
    BadListen { value: String } = "“{value}” không phải địa chỉ lắng nghe", "Viết như 127.0.0.1:8088";
    BadSmtp { value: String } = "“{value}” không phải địa chỉ máy chủ thư", "Viết như smtps://máy-chủ:465";
    BadAddress { value: String } = "“{value}” không phải địa chỉ thư điện tử", "Viết như trucban@tinh.gov.vn";
    BadChat { value: String } = "“{value}” không phải số hiệu nhóm chat", "Nhóm của Telegram là số âm, ví dụ -1001234567890";
    BadIntakeName { value: String } = "tên nguồn cảnh báo “{value}” không dùng được", "Dùng chữ thường không dấu, chữ số, gạch nối";
    DuplicateIntake { name: String } = "hai nguồn cảnh báo cùng tên “{name}”", "Đặt tên khác nhau";
    OutOfRange { least: String, most: String } = "giá trị ngoài khoảng cho phép", "Chọn từ {least} đến {most}";

    // units.csv and people.csv.
    Table { why: String } = "không đọc được dòng này ({why})", "Kiểm tra dấu ngăn cách và dấu ngoặc kép";
    MissingColumn { column: String } = "thiếu cột “{column}”", "Thêm cột này vào dòng đầu";
    UnknownColumn { column: String } = "không có cột “{column}”", "Xóa cột, hoặc sửa tên ở dòng đầu";
    DuplicateColumn { column: String } = "cột “{column}” có hai lần", "Giữ lại một";
    RequiredField { column: String } = "ô “{column}” để trống", "Điền vào; cột này bắt buộc";
    DuplicateId { id: String, first: u64 } = "mã “{id}” đã có ở dòng {first}", "Mỗi mã chỉ một dòng";
    BadId { value: String } = "mã “{value}” không dùng được", "Dùng chữ không dấu, chữ số, gạch nối, tối đa 24 ký tự";
    UnknownUnit { code: String } = "không có đơn vị “{code}”", "Nhập đơn vị này trước, hoặc sửa mã";
    ParentCycle { path: String } = "đơn vị cấp trên đi vòng tròn ({path})", "Sửa cột parent";
    UnknownRole { value: String } = "không có vai trò “{value}”", "Dùng reporter, responder, lead, manager, admin; nhiều vai trò ngăn bằng dấu chấm phẩy";
    BadPhone { value: String } = "“{value}” không phải số điện thoại", "Viết như 0912345678 hoặc +84912345678";
    BadEmail { value: String } = "“{value}” không phải địa chỉ thư điện tử", "Viết như ten@tinh.gov.vn";
    BadTelegramId { value: String } = "“{value}” không phải id Telegram", "Id là một số dương; để trống nếu dùng mã mời";
    TelegramIdTwice { value: String, first: u64 } = "id Telegram {value} đã có ở dòng {first}", "Mỗi tài khoản thuộc một người";
    BadDate { value: String } = "“{value}” không phải ngày", "Viết như 2026-11-21";
    DatesReversed {} = "ngày kết thúc trước ngày bắt đầu", "Sửa active_from hoặc active_to";
    LastAdmin { id: String } = "{id} là người quản trị cuối cùng, không bỏ vai trò admin được", "Giao vai trò admin cho người khác trong cùng tệp";
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
