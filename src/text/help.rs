//! The commands, once: for help by role, for the menu, and for how a command is written.

use super::buttons;
use super::markup::Markup;
use super::people;
use super::words;
use crate::domain::access::may;
use crate::domain::incident::act::ActKind;
use crate::domain::notice::View;
use crate::domain::values::Role;

/// A command people type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Command {
    /// Without the stroke.
    pub name: &'static str,
    /// What follows it.
    pub argument: &'static str,
    /// What it does.
    pub does: &'static str,
    /// What one must be allowed to do; none when everybody in the directory may.
    pub needs: Option<ActKind>,
    /// An example of it.
    pub example: &'static str,
}

const fn command(
    name: &'static str,
    argument: &'static str,
    does: &'static str,
    needs: Option<ActKind>,
    example: &'static str,
) -> Command {
    Command { name, argument, does, needs, example }
}

/// Every command that works, in the order of help.
#[rustfmt::skip]
pub const COMMANDS: &[Command] = &[
    command("baosuco", "[nội dung]", "báo sự cố", Some(ActKind::Report), "/baosuco Trang thông tin xã bị đổi giao diện"),
    command("suco", "[MÃ hoặc từ cần tìm]", "sự cố đang mở, một sự cố, hoặc tìm", Some(ActKind::See), "/suco SC-2026-0001"),
    command("nhan", "MÃ", "tiếp nhận", Some(ActKind::Acknowledge), "/nhan SC-2026-0001"),
    command("conxuly", "MÃ", "báo anh/chị còn xử lý", Some(ActKind::KeepAlive), "/conxuly SC-2026-0001"),
    command("tralai", "MÃ", "trả lại, gọi người khác", Some(ActKind::HandBack), "/tralai SC-2026-0001"),
    command("ghichu", "MÃ nội dung", "ghi chú", Some(ActKind::Note), "/ghichu SC-2026-0001 Đã ngắt máy chủ khỏi mạng"),
    command("bosung", "[MÃ]", "bổ sung: loại, hệ thống, lúc nào, ảnh hưởng", Some(ActKind::Detail), "/bosung SC-2026-0001"),
    command("bangchung", "MÃ [SHA-256 nơi giữ]", "chứng cứ: gửi tệp, xem, bàn giao", Some(ActKind::Attach), "/bangchung SC-2026-0001"),
    command("mucdo", "MÃ [mức]", "đổi mức độ", Some(ActKind::SeverityUp), "/mucdo SC-2026-0001 cao"),
    command("phanloai", "MÃ [loại]", "phân loại", Some(ActKind::Category), "/phanloai SC-2026-0001 TC06"),
    command("co", "MÃ [dấu hiệu có|không]", "đánh dấu: dữ liệu cá nhân, nghiêm trọng…", Some(ActKind::Flag), "/co SC-2026-0001 dữ liệu cá nhân có"),
    command("tlp", "MÃ [nhãn]", "đổi nhãn TLP", Some(ActKind::Tlp), "/tlp SC-2026-0001 RED"),
    command("chuyencap", "MÃ", "gọi ngay bậc tiếp theo", Some(ActKind::Raise), "/chuyencap SC-2026-0001"),
    command("khoanhvung", "MÃ", "khoanh vùng xong", Some(ActKind::Contain), "/khoanhvung SC-2026-0001"),
    command("khacphuc", "MÃ", "khắc phục xong", Some(ActKind::Resolve), "/khacphuc SC-2026-0001"),
    command("ketthuc", "MÃ [tóm tắt]", "kết thúc", Some(ActKind::Close), "/ketthuc SC-2026-0001 Đã khôi phục từ bản sao lưu"),
    command("phancong", "MÃ [người]", "phân công", Some(ActKind::Assign), "/phancong SC-2026-0001 p-003"),
    command("molai", "MÃ", "mở lại, bỏ gộp", Some(ActKind::Reopen), "/molai SC-2026-0001"),
    command("rut", "MÃ [SỐ_MỤC LÝ_DO]", "rút nội dung đã gửi", Some(ActKind::Report), "/rut SC-2026-0001 128 gửi nhầm"),
    command("gop", "MÃ_TRÙNG MÃ_CHÍNH", "gộp sự cố trùng", Some(ActKind::Merge), "/gop SC-2026-0002 SC-2026-0001"),
    command("dienrong", "MÃ MÃ… [tên]", "gộp nhiều đơn vị thành sự cố diện rộng", Some(ActKind::Group), "/dienrong SC-2026-0001 SC-2026-0002 Mất mạng nhiều xã"),
    command("tach", "MÃ", "tách khỏi sự cố diện rộng", Some(ActKind::TakeOut), "/tach SC-2026-0002"),
    command("visao", "MÃ", "vì sao anh/chị được gọi, ai trước, ai sau", Some(ActKind::See), "/visao SC-2026-0001"),
    command("quytrinh", "[MÃ [TÊN]]", "các quy trình; bước đang chờ; bắt đầu", Some(ActKind::Play), "/quytrinh SC-2026-0001 Mã độc tống tiền"),
    command("buoc", "MÃ.BƯỚC [việc hoặc câu trả lời]", "xem, làm, trả lời một bước", Some(ActKind::Play), "/buoc SC-2026-0001.7 không làm được: không ai nghe máy"),
    command("xong", "MÃ.BƯỚC", "xong một bước của quy trình", Some(ActKind::Play), "/xong SC-2026-0001.7"),
    command("boqua", "MÃ.BƯỚC [lý do]", "bỏ qua một bước", Some(ActKind::Play), "/boqua SC-2026-0001.7 không có máy chủ"),
    command("duyet", "MÃ.BƯỚC", "duyệt một bước", Some(ActKind::Play), "/duyet SC-2026-0001.7"),
    command("khongduyet", "MÃ.BƯỚC [lý do]", "không duyệt một bước", Some(ActKind::Play), "/khongduyet SC-2026-0001.7 chờ sao lưu xong"),
    command("thongke", "[tháng|quý|năm|từ..đến]", "số liệu ngắn", Some(ActKind::See), "/thongke quý 3"),
    command("truc", "[NGƯỜI TỪ ĐẾN]", "ai đang trực; xếp người trực", Some(ActKind::OwnDuty), "/truc p-004 25/11 26/11"),
    command("lichtruc", "[liên kết]", "lịch trực hai tuần; lịch cho điện thoại", Some(ActKind::OwnDuty), "/lichtruc"),
    command("doica", "[NGÀY NGƯỜI]", "nhờ người trực thay một ca", Some(ActKind::OwnDuty), "/doica 25/11 p-004"),
    command("nghi", "[TỪ ĐẾN NGƯỜI_THAY]", "báo nghỉ", Some(ActKind::OwnDuty), "/nghi 25/11 27/11 p-004"),
    command("dientap", "[MÃ|kịch bản|lập …]", "diễn tập: lịch, tham gia, chỉ đạo", Some(ActKind::TakePart), "/dientap DT-2026-001"),
    command("dinhchinh", "[MÃ]", "gửi đính chính tới mọi người đã nhận tin diễn tập", Some(ActKind::TakePart), "/dinhchinh DT-2026-001"),
    command("danhba", "[TÊN]", "tìm người, đơn vị; xem và sửa thông tin của mình", None, "/danhba phường Hoa Lư"),
    command("moinguoi", "ID", "mời một người vào hệ thống", Some(ActKind::Directory), "/moinguoi p-003"),
    command("matmay", "ID", "gỡ ngay tài khoản trên điện thoại bị mất", Some(ActKind::Directory), "/matmay p-003"),
    command("huy", "", "bỏ bước đang làm", None, "/huy"),
    command("trogiup", "", "hiện trợ giúp này", None, "/trogiup"),
    command("start", "[mã mời]", "bắt đầu, hoặc dùng mã mời", None, "/start ABCDEFGH2345"),
];

/// Other spellings that work, and what they mean.
pub const ALIASES: &[(&str, &str)] = &[("baocao", "baosuco"), ("leothang", "chuyencap")];

/// The commands somebody with these roles may use.
pub fn for_roles(roles: &[Role]) -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().filter(move |command| match command.needs {
        Some(act) => roles.iter().any(|role| may(*role, act)),
        None => true,
    })
}

/// The menu of a chat: names and what they do.
pub fn menu(roles: &[Role]) -> Vec<(&'static str, &'static str)> {
    for_roles(roles).map(|command| (command.name, command.does)).collect()
}

/// Help for somebody with these roles.
pub fn help(roles: &[Role], view: &View) -> Markup {
    let mut lines = vec![Markup::new().bold(format!("{} – trợ giúp", words::PROGRAM))];
    let may_do = |act| roles.iter().any(|role| may(*role, act));
    if may_do(ActKind::Report) {
        lines.push(Markup::new().text(
            "Có sự cố: gửi /baosuco. Gửi xong nội dung là sự cố có mã và người trực được gọi ngay.",
        ));
        lines.push(Markup::new().text("Không gửi nội dung thuộc bí mật nhà nước vào đây."));
    }
    if may_do(ActKind::Acknowledge) {
        lines.push(Markup::new().text(format!(
            "Được gọi: bấm {} để giữ sự cố, bấm {} nếu cần thêm người.",
            buttons::ACKNOWLEDGE,
            buttons::RAISE
        )));
    }
    lines.push(Markup::new().line().bold("Lệnh"));
    for command in for_roles(roles) {
        let name = format!("/{} {}", command.name, command.argument);
        lines.push(Markup::new().text(format!("{} – {}", name.trim(), command.does)));
    }
    lines.push(
        Markup::new()
            .line()
            .text(format!("Việc gấp, xin gọi đường dây nóng: {}", people::hotline_number(view))),
    );
    Markup::lines(lines)
}

/// Who the reader is, and the first steps.
pub fn welcome(roles: &[Role], view: &View) -> Markup {
    let greeting = match &view.reader {
        crate::domain::notice::Reader::Person(id) => {
            format!("Chào anh/chị {}.", people::name(id, &view.directory))
        }
        _ => "Chào anh/chị.".to_owned(),
    };
    let team = super::markup::one_line(&view.team.name, 200);
    let mut lines = vec![Markup::new().text(greeting)];
    lines.push(Markup::new().text(format!("Đây là {} của {team}.", words::PROGRAM)));
    lines.push(Markup::new().text(format!("Vai trò: {}.", roles_of(roles))));
    if roles.iter().any(|role| may(*role, ActKind::Report)) {
        lines.push(Markup::new().text("Báo sự cố: /baosuco"));
    }
    lines.push(Markup::new().text("Các lệnh: /trogiup"));
    lines.push(Markup::new().text(people::hotline(view)));
    Markup::lines(lines)
}

/// Roles, as a part of a sentence.
pub fn roles_of(roles: &[Role]) -> String {
    if roles.is_empty() {
        return "chưa có vai trò".to_owned();
    }
    roles.iter().map(|role| words::role(*role)).collect::<Vec<_>>().join("; ")
}

/// How a command is written, with an example.
pub fn usage(command: &str) -> String {
    let typed = command.trim().trim_start_matches('/').to_lowercase();
    let name = ALIASES.iter().find(|(alias, _)| *alias == typed).map_or(typed.as_str(), |(_, n)| n);
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => {
            let whole = format!("/{} {}", command.name, command.argument);
            format!("Cách viết: {}\nVí dụ: {}", whole.trim(), command.example)
        }
        None => "Không có lệnh này. Gửi /trogiup để xem các lệnh.".to_owned(),
    }
}
