//! The directory as people read it in chat, and the yearly question whether it still holds.

use super::buttons;
use super::markup::{Markup, one_line, paragraph};
use super::message::{Button, Message, rows};
use super::people;
use crate::domain::contacts::{
    ContactsAnswer, ContactsDone, ContactsNotice, Uncovered, standing, uncovered,
};
use crate::domain::directory::Directory;
use crate::domain::ids::{PersonId, UnitCode};
use crate::domain::notice::{Reader, View};
use crate::domain::press::Choice;
use crate::domain::values::Role;

/// A list names so many units.
const UNITS: usize = 20;

/// A list names so many people.
const PEOPLE: usize = 20;

/// What people are told unasked.
pub fn told(notice: &ContactsNotice, view: &View) -> Message {
    match notice {
        ContactsNotice::StillRight { again } => still_right(*again, view),
        ContactsNotice::Correction { person, words } => Message::quiet(Markup::lines([
            Markup::new().bold(format!(
                "{} đề nghị sửa thông tin liên hệ",
                people::name(person, &view.directory)
            )),
            of_person(person, &view.directory, private(view)),
            Markup::new().text(format!("Lời nhắn: {}", paragraph(words, 600))),
            Markup::new().text(format!(
                "Sửa trong tệp danh bạ rồi nhập: trucban people import. Xong thì gửi /danhba đúng {person}"
            )),
        ])),
        ContactsNotice::Ended { asked, wrong, silent } => ended(*asked, wrong, silent, view),
    }
}

fn private(view: &View) -> bool {
    matches!(view.reader, Reader::Person(_))
}

fn still_right(again: bool, view: &View) -> Message {
    let Reader::Person(reader) = &view.reader else {
        return Message::quiet(Markup::new().text("Việc này chỉ làm trong chat riêng."));
    };
    let head = match again {
        false => "Thông tin của anh/chị còn đúng không?",
        true => "Nhắc lại: thông tin của anh/chị còn đúng không?",
    };
    Message::quiet(Markup::lines([
        Markup::new().bold(head),
        of_person(reader, &view.directory, true),
        Markup::new().text("Mỗi năm Đội hỏi một lần để khi có sự cố gọi được đúng người."),
    ]))
    .with(rows(
        [
            Button::choice(buttons::RIGHT, Choice::StillRight),
            Button::choice(buttons::CORRECT, Choice::NotRight),
        ],
        2,
    ))
}

fn ended(asked: u64, wrong: &[PersonId], silent: &[PersonId], view: &View) -> Message {
    let directory = &view.directory;
    let answered = asked.saturating_sub(u64::try_from(silent.len()).unwrap_or(asked));
    let mut lines = vec![
        Markup::new().bold("Đã xong đợt xác nhận đầu mối"),
        Markup::new().text(format!("Đã hỏi {asked} người, {answered} người trả lời.")),
    ];
    for (words, people) in [("Cần sửa", wrong), ("Chưa trả lời, xin gọi điện", silent)]
    {
        if people.is_empty() {
            continue;
        }
        lines.push(Markup::new().bold(format!("{words} ({})", people.len())));
        lines.extend(people.iter().take(PEOPLE).map(|id| of_person(id, directory, private(view))));
        lines.extend(more(people.len(), PEOPLE));
    }
    if !(wrong.is_empty() && silent.is_empty()) {
        lines.push(Markup::new().text("Gọi xong, ghi nhận thay: /danhba đúng MÃ_NGƯỜI"));
    }
    lines.push(Markup::new().text("Đơn vị còn thiếu đầu mối: /danhba thiếu"));
    Message::quiet(Markup::lines(lines))
}

/// The answer to a look into the directory.
pub fn message(answer: &ContactsAnswer, view: &View) -> Message {
    match answer {
        ContactsAnswer::Found { units, people, more } => found(units, people, *more, view),
        ContactsAnswer::Own => own(view),
        ContactsAnswer::Coverage => coverage(view),
        ContactsAnswer::HowToCorrect => Message::quiet(Markup::new().text(
            "Xin gửi: /danhba sửa và nội dung đúng, ví dụ /danhba sửa số điện thoại mới là …",
        )),
    }
}

fn found(units: &[UnitCode], found: &[PersonId], left: u64, view: &View) -> Message {
    let directory = &view.directory;
    if units.is_empty() && found.is_empty() {
        return Message::quiet(
            Markup::new().text(
                "Không tìm thấy trong danh bạ. Thử ít chữ hơn, có dấu hay không dấu đều được.",
            ),
        );
    }
    let numbers = private(view);
    let mut lines = Vec::new();
    for code in units {
        lines.push(Markup::new().bold(format!("{} ({code})", people::unit(code, directory))));
        let contacts: Vec<&PersonId> = directory.contacts(code).map(|person| &person.id).collect();
        if contacts.is_empty() {
            lines.push(Markup::new().text("Chưa có đầu mối."));
        }
        lines.extend(contacts.into_iter().map(|id| of_person(id, directory, numbers)));
    }
    lines.extend(found.iter().map(|id| of_person(id, directory, numbers)));
    if left > 0 {
        lines.push(Markup::new().text(format!("và {left} mục nữa; xin gõ thêm chữ.")));
    }
    if !numbers {
        lines.push(Markup::new().text("Số điện thoại chỉ hiện trong chat riêng với bot."));
    }
    Message::quiet(Markup::lines(lines))
}

fn own(view: &View) -> Message {
    let mut lines = vec![Markup::new().bold("Danh bạ")];
    if let Reader::Person(reader) = &view.reader {
        lines.push(of_person(reader, &view.directory, true));
        lines.push(Markup::new().text("Sai thì gửi /danhba sửa và nội dung đúng."));
    }
    lines.push(Markup::new().text("Tìm: /danhba và tên người hoặc đơn vị, không cần dấu."));
    if keeps(view) {
        let missing = uncovered(&view.directory, view.now).len();
        let units = standing(&view.directory, view.now).count();
        lines.push(Markup::new().text(format!(
            "{missing}/{units} đơn vị chưa bảo đảm đầu mối: /danhba thiếu. Hỏi lại mọi đầu mối: /danhba xác nhận"
        )));
    }
    lines.push(Markup::new().text(people::hotline(view)));
    Message::quiet(Markup::lines(lines))
}

fn keeps(view: &View) -> bool {
    let Reader::Person(reader) = &view.reader else { return false };
    [Role::Lead, Role::Admin].iter().any(|role| view.directory.has_role(reader, *role))
}

fn coverage(view: &View) -> Message {
    let missing = uncovered(&view.directory, view.now);
    if missing.is_empty() {
        return Message::quiet(Markup::new().text("Mọi đơn vị đều có đầu mối liên hệ được."));
    }
    let head = format!("{} đơn vị chưa bảo đảm đầu mối", missing.len());
    let mut lines = vec![Markup::new().bold(head)];
    for (code, why) in missing.iter().take(UNITS) {
        lines.push(Markup::new().text(format!(
            "• {} ({code}): {}",
            people::unit(code, &view.directory),
            why_uncovered(why, view)
        )));
    }
    lines.extend(more(missing.len(), UNITS));
    lines.push(
        Markup::new().text("Đủ danh sách: trucban units coverage. Hỏi lại: /danhba xác nhận"),
    );
    Message::quiet(Markup::lines(lines))
}

/// Why a unit is not covered, with the remedy.
fn why_uncovered(why: &Uncovered, view: &View) -> String {
    let zone = view.team.zone;
    match why {
        Uncovered::NotConfirmed(Some(at)) => {
            format!("xác nhận lần cuối {}; hỏi lại", at.local(zone).format("%d/%m/%Y"))
        }
        other => why_bare(other).to_owned(),
    }
}

/// The same where no date can be shown.
pub fn why_bare(why: &Uncovered) -> &'static str {
    match why {
        Uncovered::NoContact => "chưa có đầu mối; thêm một người có vai trò reporter",
        Uncovered::NobodyReachable => "chưa liên hệ được đầu mối nào; mời vào bot hoặc thêm số",
        Uncovered::NotConfirmed(None) => "chưa ai xác nhận thông tin; hỏi lại",
        Uncovered::NotConfirmed(Some(_)) => "quá một năm chưa xác nhận; hỏi lại",
    }
}

fn more(all: usize, shown: usize) -> Option<Markup> {
    let left = all.saturating_sub(shown);
    (left > 0).then(|| Markup::new().text(format!("và {left} mục nữa.")))
}

/// One line for a person: name, title, unit, number.
fn of_person(id: &PersonId, directory: &Directory, numbers: bool) -> Markup {
    let private = directory.private.get(id);
    let title = private.map(|one| one_line(&one.title, 60)).filter(|title| !title.is_empty());
    let unit = directory.people.get(id).and_then(|person| person.unit.as_ref());
    let unit = unit.map(|unit| people::unit(unit, directory));
    let phone = people::phone(id, directory).filter(|_| numbers);
    let mail = private.and_then(|one| one.email.as_deref()).filter(|_| numbers);
    let mail = mail.map(|mail| one_line(mail, 60)).filter(|mail| !mail.is_empty());
    let rest: Vec<String> = [title, unit, phone, mail].into_iter().flatten().collect();
    let name = format!("{} ({id})", people::name(id, directory));
    Markup::new().text(if rest.is_empty() {
        name
    } else {
        format!("{name} – {}", rest.join(", "))
    })
}

/// The receipt.
pub fn receipt(done: &ContactsDone, view: &View) -> String {
    match done {
        ContactsDone::Confirmed { person } if view.reader == Reader::Person(person.clone()) => {
            "Đã ghi nhận, cảm ơn anh/chị. Có thay đổi, xin gửi /danhba sửa và nội dung đúng."
                .to_owned()
        }
        ContactsDone::Confirmed { person } => {
            format!("Đã ghi nhận thông tin của {} còn đúng.", people::name(person, &view.directory))
        }
        ContactsDone::Wrong => {
            "Xin gửi: /danhba sửa và nội dung đúng, ví dụ /danhba sửa số điện thoại mới là …"
                .to_owned()
        }
        ContactsDone::Told => {
            "Đã ghi nhận và chuyển tới Đội. Thông tin đổi khi Đội nhập lại danh bạ.".to_owned()
        }
        ContactsDone::Began { asked: 0 } => {
            "Chưa hỏi ai: mọi đầu mối vừa xác nhận, hoặc danh bạ chưa có đầu mối.".to_owned()
        }
        ContactsDone::Began { asked } => {
            format!("Đã hỏi {asked} đầu mối. Bot tự nhắc người chưa trả lời và báo lại kết quả.")
        }
    }
}
