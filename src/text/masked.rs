//! What the guard masked: said in the receipt, and afterwards with what to do about it.

use super::markup::Markup;
use super::message::Message;
use super::people;
use crate::domain::notice::View;
use crate::domain::secrecy::{Secret, built_in};

/// The names of what was masked, as one piece of a sentence.
fn names(found: &[Secret]) -> String {
    let names: Vec<&str> = found.iter().map(|secret| built_in().name(*secret)).collect();
    names.join(", ")
}

/// A receipt with what was masked under it.
pub fn receipt(message: Message, found: &[Secret]) -> Message {
    let said = if found.contains(&Secret::Stamp) {
        "Nội dung có dấu bí mật nhà nước nên không được giữ lại.".to_owned()
    } else {
        format!("Đã che trong nội dung: {}.", names(found))
    };
    let markup = Markup::lines([message.markup, Markup::new().bold(said)]);
    Message { markup, ..message }
}

/// What to do about it, and whether the message is gone.
pub fn told(found: &[Secret], deleted: bool, view: &View) -> Message {
    let names = names(found);
    let gone = if deleted {
        format!("Đã xóa tin gốc vì có {names}.")
    } else {
        format!("Bot không xóa được tin gốc. Xin anh/chị tự xóa tin có {names} khỏi chat này.")
    };
    let has = |secret| found.contains(&secret);
    let mut lines = vec![Markup::new().bold(gone)];
    if has(Secret::Stamp) {
        lines.push(Markup::new().text(
            "Nội dung bí mật nhà nước xin trao đổi trực tiếp, không gửi qua chat. Bot không giữ \
             gì của tin này.",
        ));
        lines.push(Markup::new().text(people::hotline(view)));
        return Message::quiet(Markup::lines(lines));
    }
    if has(Secret::Password) {
        lines.push(Markup::new().text("Xin đổi ngay mật khẩu đó: tin đã đi qua máy chủ ở ngoài."));
    }
    if has(Secret::Key) || has(Secret::PrivateKey) {
        lines.push(Markup::new().text("Xin thu hồi và cấp lại khóa đó."));
    }
    if has(Secret::CitizenNumber) || has(Secret::CardNumber) {
        lines.push(
            Markup::new().text("Nếu cần số đó để xử lý, xin báo trực tiếp cho người giữ sự cố."),
        );
    }
    Message::quiet(Markup::lines(lines))
}
