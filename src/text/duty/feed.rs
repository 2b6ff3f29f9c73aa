//! The calendar for telephones: its link, for whoever asked and nobody else.

use crate::domain::press::DutyPress;
use crate::domain::roster::feed::{FeedOf, FeedWish};
use crate::text::markup::Markup;
use crate::text::message::{Button, Message, rows};
use crate::text::typed;

/// What offers a calendar: one's own, and to leads that of all.
pub fn offer(leads: bool) -> Vec<Vec<Button>> {
    let have = |team| DutyPress::Feed { team, wish: FeedWish::Have };
    let own = Button::duty(first(typed::OWN_FEED), &have(false));
    let team = Button::duty(first(typed::TEAM_FEED), &have(true)).filter(|_| leads);
    rows(own.into_iter().chain(team), 1)
}

/// The link, how to use it, and how to stop it.
pub fn link(of: &FeedOf, renewed: bool, link: Option<&str>) -> Message {
    let Some(link) = link else {
        let words = "Liên kết lịch chỉ hiện trong chat riêng của người có lịch đó.";
        return Message::quiet(Markup::new().text(words));
    };
    if *of == FeedOf::Drills {
        return drills(renewed, link);
    }
    let team = *of == FeedOf::Team;
    let head = if team {
        "Lịch trực cả Đội cho điện thoại"
    } else {
        "Lịch trực của anh/chị cho điện thoại"
    };
    let stopped =
        "Liên kết trước đã ngừng; điện thoại nào dùng nó phải thêm lại bằng liên kết này.";
    let press = |wish| DutyPress::Feed { team, wish };
    let (renew, stop) = if team {
        (first(typed::NEW_TEAM_FEED), first(typed::NO_TEAM_FEED))
    } else {
        (first(typed::NEW_FEED), first(typed::NO_FEED))
    };
    let buttons =
        [Button::duty(renew, &press(FeedWish::Renew)), Button::duty(stop, &press(FeedWish::Stop))];
    Message::quiet(Markup::lines([
        Markup::new().bold(head),
        Markup::new().text(link),
        Markup::new().text("Trong ứng dụng Lịch, chọn thêm lịch bằng địa chỉ (URL) rồi dán liên kết. Lịch tự cập nhật; việc nhận ca vẫn theo tin của bot."),
        Markup::new().text(if renewed { stopped } else { "" }),
        Markup::new().text("Ai có liên kết đều xem được lịch này: xin không chuyển cho người khác. Lộ thì đổi liên kết."),
    ]))
    .with(rows(buttons.into_iter().flatten(), 2))
}

/// The same for drills; its link is changed and stopped by words.
fn drills(renewed: bool, link: &str) -> Message {
    let stopped = "Liên kết trước đã ngừng.";
    Message::quiet(Markup::lines([
        Markup::new().bold("Lịch diễn tập cho điện thoại"),
        Markup::new().text(link),
        Markup::new().text("Trong ứng dụng Lịch, chọn thêm lịch bằng địa chỉ (URL) rồi dán liên kết. Lịch tự cập nhật khi dời, hủy."),
        Markup::new().text(if renewed { stopped } else { "" }),
        Markup::new().text("Đổi liên kết: /dientap đổi liên kết. Ngừng: /dientap ngừng liên kết. Ai có liên kết đều xem được lịch này."),
    ]))
}

fn first(words: &'static [&'static str]) -> &'static str {
    words.first().copied().unwrap_or_default()
}
