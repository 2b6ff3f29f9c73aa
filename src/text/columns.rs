//! What people call the columns of the tables they import, without marks and in lower case.

/// Each name a column goes by, and the column. Where two tables call theirs alike, the first that
/// the table has is meant.
const NAMES: &[(&str, &[&str])] = &[
    ("code", &["ma", "ma don vi", "ma dv", "ma he thong", "ma ht"]),
    ("id", &["ma", "ma nguoi", "ma can bo", "stt", "so tt"]),
    ("name", &["ten", "ten don vi", "don vi", "ten he thong", "he thong"]),
    ("full_name", &["ho ten", "ho va ten", "ten", "can bo", "nguoi phu trach"]),
    ("title", &["chuc vu", "chuc danh"]),
    ("kind", &["loai", "loai don vi", "loai hinh"]),
    ("parent", &["cap tren", "don vi cap tren", "don vi quan ly", "truc thuoc"]),
    ("unit", &["don vi", "ma don vi", "don vi cong tac"]),
    ("roles", &["vai tro", "quyen"]),
    ("telegram_id", &["telegram", "id telegram"]),
    ("zalo_id", &["zalo", "id zalo"]),
    ("phone", &["dien thoai", "so dien thoai", "sdt", "di dong", "so di dong", "dt"]),
    ("email", &["thu dien tu", "e mail", "mail", "hop thu"]),
    ("channels", &["kenh", "kenh lien lac"]),
    ("active", &["dang lam viec", "con lam viec", "trang thai"]),
    ("active_from", &["tu ngay", "ngay bat dau", "hieu luc tu", "ngay thanh lap"]),
    ("active_to", &["den ngay", "ngay ket thuc", "het hieu luc", "hieu luc den"]),
    ("successor", &["don vi ke thua", "ke thua", "don vi moi", "sap nhap vao"]),
    ("level", &["cap do", "cap do an toan", "muc do"]),
    ("hosting", &["noi dat", "noi luu tru", "ha tang"]),
    ("contact", &["dau moi", "nguoi lien he", "lien he"]),
];

/// The columns that go by this name, the likeliest first.
pub fn meant(name: &str) -> impl Iterator<Item = &'static str> {
    NAMES.iter().filter(move |(_, names)| names.contains(&name)).map(|(column, _)| *column)
}
