//! Answers to what a person asked.

use super::ask;
use super::buttons;
use super::card;
use super::contacts;
use super::drill;
use super::duty;
use super::evidence;
use super::figures;
use super::help;
use super::markup::{Markup, one_line};
use super::masked;
use super::message::{Button, Message};
use super::people;
use super::play;
use super::refusal;
use super::taken_back;
use super::timeline;
use super::why;
use super::words;
use crate::domain::envelope::Done;
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::IncidentEvent;
use crate::domain::incident::act::ActKind;
use crate::domain::incident::state::{Lease, Open, Phase, Watch};
use crate::domain::notice::{Answer, MoreStep, Reader, Shown, Told, View};
use crate::domain::press::{Choice, Verb};
use crate::domain::receipt::DutyDone;
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;
use crate::domain::values::{Flag, Tri};

/// Up to so many incidents in a list have a button each.
const FEW: usize = 6;

const REPORT_LEFT: &str = "Báo cáo đang làm dở đã dừng, chưa ghi sự cố nào. Báo lại: /baosuco";
const DROPPED: &str = "Đã bỏ: tin và tệp đang chờ không được ghi vào sự cố nào.";
const DROPPED_LATE: &str = "Tin anh/chị gửi hôm trước chưa được ghi vào sự cố nào, vì sau 24 giờ vẫn chưa \
    chọn sự cố, và đã bị xóa. Nếu còn cần, xin gửi lại bằng cách trả lời (reply) vào thẻ của sự cố.";
const NOT_TAKEN: &str = "Tệp gửi kèm chưa được nhận. Đang báo sự cố: xin gửi lại khi bot hỏi mô tả. Sự cố đã \
    có mã: xin gửi lại bằng cách trả lời (reply) vào thẻ của nó, hoặc kèm /bangchung MÃ";

/// The answer.
pub fn message(answer: &Answer, view: &View) -> Message {
    let words = |sentence: &str| Message::quiet(Markup::new().text(sentence));
    match answer {
        Answer::Done(done) => done_message(done, view),
        Answer::DoneMasked { done, found } => masked::receipt(done_message(done, view), found),
        Answer::Masked { found, deleted } => masked::told(found, *deleted, view),
        Answer::Stays(stays) => taken_back::stays(stays, view),
        Answer::Refused(refusal) => refused(refusal, view),
        Answer::Help { roles } => Message::quiet(help::help(roles, view)),
        Answer::Welcome { roles } => Message::quiet(help::welcome(roles, view)),
        Answer::Hotline => hotline(view),
        Answer::Ask(question) => ask::message(question, view),
        Answer::AskedAgain(ask, why) => ask::again(ask, *why, view),
        Answer::Left => words("Đã bỏ bước đang làm. Chưa có gì được gửi đi."),
        Answer::ReportLeft => words(REPORT_LEFT),
        Answer::Dropped { late: false } => words(DROPPED),
        Answer::Dropped { late: true } => words(DROPPED_LATE),
        Answer::FilesNotTaken => words(NOT_TAKEN),
        Answer::StillStands { code } => words(&format!(
            "Đã bỏ bước đang làm. Sự cố {code} vẫn được ghi nhận như trước. Bổ sung: /bosung {code}"
        )),
        Answer::Thanks { code } => words(&format!(
            "Cảm ơn anh/chị. Thông tin đã vào {code}. Có gì thêm, xin cứ nhắn vào đây, hoặc /ghichu {code} nội dung."
        )),
        Answer::Duty(answer) => duty::message(answer, view),
        Answer::Contacts(answer) => contacts::message(answer, view),
        Answer::Drill(answer) => drill::message(answer, view),
        Answer::AccessAsked => words(&format!(
            "Đã chuyển đề nghị tới Đội. Khi được cấp mã mời, xin gửi /start kèm mã. Có sự cố, xin gọi ngay. {}",
            people::hotline(view)
        )),
        Answer::NothingToLeave => {
            words("Không có bước nào đang làm. Báo sự cố: /baosuco. Các lệnh: /trogiup")
        }
        Answer::UnknownCommand { nearest: Some(nearest) } => {
            let nearest = one_line(nearest.trim_start_matches('/'), 40);
            words(&format!(
                "Không có lệnh này. Có phải anh/chị muốn /{nearest}? Các lệnh: /trogiup"
            ))
        }
        Answer::UnknownCommand { nearest: None } => words(
            "Chưa hiểu tin này nên chưa ghi vào đâu. Các lệnh: /trogiup. Báo sự cố: /baosuco. Thêm vào một sự cố: trả lời (reply) vào thẻ của nó.",
        ),
        Answer::Meant { verb, command, code } => meant(verb, command, code, view),
        Answer::NothingFits { verb } => words(&nothing_fits(verb)),
        Answer::Usage { command } => words(&help::usage(command)),
        Answer::Incident { code } => incident(code, view, &history(view)),
        Answer::WhyCalled { code } => why::message(code, view),
        Answer::Evidence { code } => evidence::list(code, view),
        Answer::Runs { code } => play::list::runs(code, view),
        Answer::Playbooks => play::list::playbooks(view),
        Answer::Step { code, step } => play::step::message(code, *step, None, view),
        Answer::StepProof { code, step } => play::list::proof(code, *step, view),
        Answer::EvidenceNotTaken { code, number, why } => {
            evidence::not_taken(code, *number, why, view)
        }
        Answer::List { codes, open, ended } => list(codes, *open, ended, view),
        Answer::Found { codes, count } => found(codes, *count, view),
        Answer::Figures(counted) => Message::quiet(figures::figures(counted, view)),
        Answer::Unreadable => words(&format!(
            "Chưa đọc được tin này nên chưa ghi nhận gì. Xin gửi lại bằng chữ, hoặc gọi điện.\n{}",
            people::hotline(view)
        )),
        Answer::Invitation { person, code, expires } => invitation(person, code, *expires, view),
        Answer::OnlyInPrivate => {
            words("Việc này chỉ làm trong chat riêng. Xin mở chat riêng với bot và gửi lại lệnh.")
        }
    }
}

/// One tap instead of typing it again.
fn meant(verb: &Verb, command: &str, code: &IncidentCode, view: &View) -> Message {
    let label = format!("{} {code}", buttons::label(verb));
    let command = one_line(command, 40);
    let said = format!(
        "Ý anh/chị là “{label}”? Chưa ghi nhận gì. Đúng thì bấm nút, hoặc gửi {command} {code}"
    );
    let button =
        card::find(view, code).and_then(|one| buttons::on(&one.incident, verb.clone(), &label));
    let rows = button.into_iter().map(|button| vec![button]).collect();
    Message::quiet(Markup::new().text(said)).with(rows)
}

fn nothing_fits(verb: &Verb) -> String {
    let label = buttons::label(verb);
    format!(
        "Hiện không có sự cố nào phù hợp với “{label}”. Các sự cố đang mở: /suco. Các lệnh: /trogiup"
    )
}

/// One incident in full, without the marks that [`super::render_incident`] puts on.
pub(super) fn incident(code: &IncidentCode, view: &View, timeline: &[String]) -> Message {
    let Some(shown) = card::find(view, code) else {
        return refused(&Refusal::UnknownIncident(code.to_string()), view);
    };
    let mut rows = card::playbooks(shown, view);
    rows.extend(buttons::of_card(&shown.incident, &view.reader, &view.directory));
    Message::quiet(card::full(shown, view, timeline)).with(rows)
}

/// All that somebody outside the directory is told.
pub fn hotline(view: &View) -> Message {
    let team = one_line(&view.team.name, 200);
    Message::quiet(Markup::lines([
        Markup::new().text(format!("Đây là {} của {team}.", words::PROGRAM)),
        Markup::new().text("Anh/chị chưa có trong danh bạ nên bot không ghi nhận tin của anh/chị."),
        Markup::new().text("Có sự cố, xin gọi ngay: ").bold(people::hotline_number(view)),
        Markup::new().text(
            "Muốn dùng bot: bấm Xin cấp quyền, hoặc xin người quản trị của Đội mã mời rồi gửi /start kèm mã.",
        ),
    ]))
    .with(vec![vec![Button::choice(buttons::ASK_ACCESS, Choice::AskAccess)]])
}

fn refused(refusal: &Refusal, view: &View) -> Message {
    let said = if matches!(refusal, Refusal::Play(_)) && view.reader == Reader::Team {
        // Nobody knows here what the label of its incident lets this chat read.
        play::refused::IN_TEAM.to_owned()
    } else {
        let numbers = matches!(view.reader, Reader::Person(_));
        refusal::sentence(refusal, &view.directory, &view.team, numbers)
    };
    let code = match refusal {
        Refusal::AlreadyHeld { code, .. }
        | Refusal::NotHolder { code, .. }
        | Refusal::NotNow { code, .. }
        | Refusal::OldEpisode { code, .. }
        | Refusal::AlreadyRaised { code, .. } => Some(code),
        Refusal::MergedInto { main, .. } => Some(main),
        // Every other one says by itself where to look.
        _ => None,
    };
    let show = code.and_then(|code| card::find(view, code)).and_then(show_button);
    let rows = show.into_iter().map(|button| vec![button]).collect();
    let outside = view.reader == Reader::Stranger && *refusal != Refusal::NotInDirectory;
    let hotline = outside.then(|| Markup::new().text(people::hotline(view)));
    let lines = [Markup::new().text(said)].into_iter().chain(hotline);
    Message::quiet(Markup::lines(lines)).with(rows)
}

fn show_button(shown: &Shown) -> Option<Button> {
    let code = &shown.incident.code;
    buttons::on(&shown.incident, Verb::Show, &format!("{} {code}", buttons::SHOW))
}

fn list(codes: &[IncidentCode], open: usize, ended: &[IncidentCode], view: &View) -> Message {
    let shown = among(codes, view);
    let mut lines = vec![match shown.is_empty() {
        true => Markup::new().text("Không có sự cố nào đang mở."),
        false => Markup::new().bold(format!("{open} sự cố đang mở")),
    }];
    lines.extend(shown.iter().map(|one| card::line(one, view, 60)));
    let more = open.saturating_sub(shown.len());
    if more > 0 {
        lines.push(Markup::new().text(format!("… và {more} sự cố khác")));
    }
    let over = among(ended, view);
    if !over.is_empty() {
        lines.push(Markup::new().line().bold("Kết thúc gần đây"));
        lines.extend(over.iter().map(|one| card::line(one, view, 60)));
    }
    lines.push(Markup::new().text("Xem: /suco MÃ. Tìm: /suco từ cần tìm"));
    Message::quiet(Markup::lines(lines)).with(show_buttons(&[shown, over].concat()))
}

fn found(codes: &[IncidentCode], count: usize, view: &View) -> Message {
    let shown = among(codes, view);
    if shown.is_empty() {
        return Message::quiet(
            Markup::new().text(
                "Không tìm thấy sự cố nào anh/chị được xem, đang mở hoặc trong 12 tháng qua.\nXin thử từ khác, ngắn hơn. Biết mã: /suco SC-2026-0001. Đang mở: /suco",
            ),
        );
    }
    let more = count.saturating_sub(shown.len());
    let newest = if more > 0 {
        format!(", hiện {} sự cố mới nhất", shown.len())
    } else {
        String::new()
    };
    let mut lines = vec![Markup::new().bold(format!("Tìm thấy {count} sự cố{newest}"))];
    lines.extend(shown.iter().map(|one| card::line(one, view, 60)));
    lines.push(Markup::new().text("Xem: /suco MÃ"));
    Message::quiet(Markup::lines(lines)).with(show_buttons(&shown))
}

fn among<'v>(codes: &[IncidentCode], view: &'v View) -> Vec<&'v Shown> {
    codes.iter().filter_map(|code| card::find(view, code)).collect()
}

/// A button for each, while they are few.
fn show_buttons(shown: &[&Shown]) -> Vec<Vec<Button>> {
    let few = shown.iter().filter(|_| shown.len() <= FEW).filter_map(|one| show_button(one));
    super::message::rows(few, 2)
}

fn invitation(person: &PersonId, code: &str, expires: Timestamp, view: &View) -> Message {
    let name = people::name(person, &view.directory);
    let until = expires.shown(view.team.zone);
    let mut lines =
        vec![Markup::new().text(format!("Mã mời của {name}, dùng một lần, đến {until}:"))];
    lines.push(Markup::new().bold(one_line(code, 80)));
    let link = view.team.bot_name.as_deref().map(|bot| invitation_link(bot, code));
    lines.push(match link {
        Some(link) => Markup::new().text("Gửi cho người đó liên kết này: ").link(&link, &link),
        None => {
            Markup::new().text(format!("Người đó mở bot và gửi: /start {}", one_line(code, 80)))
        }
    });
    lines.push(Markup::new().text("Chỉ gửi cho đúng người; ai dùng mã trước sẽ là người đó."));
    Message::quiet(Markup::lines(lines))
}

/// The link that opens the bot with an invitation.
pub fn invitation_link(bot: &str, code: &str) -> String {
    let safe = |c: &char| c.is_ascii_alphanumeric() || *c == '_' || *c == '-';
    let (bot, code): (String, String) =
        (bot.chars().filter(safe).collect(), code.chars().filter(safe).collect());
    format!("https://t.me/{bot}?start={code}")
}

fn done_message(done: &Done, view: &View) -> Message {
    let said = match done {
        Done::Duty(DutyDone::Feed { of, renewed, .. }) => {
            return duty::feed_link(of, *renewed, view.link.as_deref());
        }
        Done::Quiet => "Đã ghi nhận.".to_owned(),
        Done::Reported(code) => return reported(code, view),
        Done::Acted { code, act } => return acted(code, *act, view),
        Done::Flagged { code, flag, value } => return flagged(code, *flag, *value, view),
        Done::Noted { code, seq } => return noted(code, *seq, view),
        Done::Grouped { parent, parts } => format!(
            "Đã ghi nhận: {parts} sự cố được xử lý chung trong sự cố diện rộng {parent}. Báo cho mọi đơn vị: /ghichu {parent} tất cả: nội dung. Tách ra: /tach MÃ"
        ),
        Done::Redacted { code, seq, backups, stays } => {
            taken_back::done(code, *seq, backups, stays)
        }
        Done::Edited { code, seq } => {
            format!("Đã ghi nhận bản sửa cho mục {seq} của {code}. Bản trước vẫn còn trong hồ sơ.")
        }
        Done::Merged { duplicate, main } => return merged(duplicate, main, view),
        Done::Filed(filed) => {
            let codes: Vec<&str> = filed.iter().take(20).map(|one| one.code.as_str()).collect();
            format!("Đã ghi nhận {} cảnh báo: {}", filed.len(), codes.join(", "))
        }
        Done::Directory { added, changed } => {
            format!("Đã cập nhật danh bạ: thêm {added}, thay đổi {changed}.")
        }
        Done::Invited { person, expires } => format!(
            "Đã tạo mã mời cho {}, dùng đến {}.",
            people::name(person, &view.directory),
            expires.shown(view.team.zone)
        ),
        Done::Linked { roles, .. } => return linked(roles, view),
        Done::Unlinked { person } => format!(
            "Đã gỡ tài khoản của {}. Muốn dùng lại: /moinguoi {person}",
            people::name(person, &view.directory)
        ),
        Done::Duty(done) => return duty::done(done, view),
        Done::Contacts(done) => contacts::receipt(done, view),
        Done::Drill(done) => drill::receipt(done, view),
        Done::Book(done) => drill::plan::receipt(done),
        Done::Played { code, played } => play::receipt::receipt(code, played, view),
        Done::TestPaged { person } => {
            format!("Đang gửi tin thử tới {}.", people::name(person, &view.directory))
        }
    };
    Message::quiet(Markup::new().text(said))
}

fn merged(duplicate: &IncidentCode, main: &IncidentCode, view: &View) -> Message {
    let said = format!(
        "Đã ghi nhận: {duplicate} trùng với {main} và đã gộp vào đó. Gộp nhầm: /molai {duplicate}"
    );
    let also = play::ending::came_of(duplicate, ActKind::Merge, view);
    Message::quiet(Markup::lines([Markup::new().text(said)].into_iter().chain(also)))
}

fn linked(roles: &[crate::domain::values::Role], view: &View) -> Message {
    let done = Markup::new().bold("Đã liên kết tài khoản này với anh/chị.");
    Message::quiet(Markup::lines([done, help::welcome(roles, view)]))
}

/// The receipt of a report: the code, who is being called, what can be done now.
fn reported(code: &IncidentCode, view: &View) -> Message {
    let Some(shown) = card::find(view, code) else {
        let said = format!("Đã ghi nhận {code}, đang gọi người trực.\n{}", people::hotline(view));
        return Message::quiet(Markup::new().text(said));
    };
    let incident = &shown.incident;
    let off = incident.off_channel;
    let hidden = !card::shows_content(incident, view);
    let about = if hidden && !off {
        format!("TLP:{}", incident.tlp)
    } else if off {
        format!("Sự cố {}.", words::OFF_CHANNEL)
    } else {
        card::title(shown, 160)
    };
    let mut lines = vec![
        Markup::new().text("Đã ghi nhận ").bold(code.as_str()).text(", đang gọi người trực."),
        Markup::new().text(about),
    ];
    let untitled = shown.title.as_deref().is_some_and(evidence::is_untitled) && !off;
    if untitled {
        lines.push(Markup::new().bold("Xin anh/chị nhắn thêm vài chữ mô tả sự cố vào đây."));
    }
    lines.push(Markup::new().text(if off {
        "Xin không gửi nội dung vào đây. Chờ người trực gọi lại, hoặc gọi ngay đường dây nóng."
            .to_owned()
    } else {
        format!("Biết thêm gì, xin nhắn vào đây, hoặc bấm {}. Không bắt buộc.", buttons::MORE)
    }));
    // What can be done before anybody has read it, where its content may stand at all.
    if !off && !hidden {
        lines.extend(play::list::first(shown, view));
    }
    lines.push(Markup::new().text(format!("Chưa thấy ai gọi lại: /chuyencap {code}")));
    lines.push(Markup::new().text(people::hotline(view)));
    let mut rows = buttons::of_card(incident, &view.reader, &view.directory);
    let alone = matches!(view.reader, Reader::Person(_)) && !off;
    let more = buttons::on(incident, Verb::More(MoreStep::Kind), buttons::MORE).filter(|_| alone);
    rows.extend(more.map(|button| vec![button]));
    Message::quiet(Markup::lines(lines)).with(rows)
}

/// The receipt of a note. In private its writer may take it back by one tap.
fn noted(code: &IncidentCode, seq: i64, view: &View) -> Message {
    let shown = card::find(view, code);
    let alone = matches!(view.reader, Reader::Person(_));
    let undo = shown
        .filter(|_| alone)
        .and_then(|shown| buttons::on(&shown.incident, Verb::Withdraw(seq), buttons::CANCEL));
    let row = undo.into_iter().chain(shown.and_then(show_button)).collect();
    let said = receipt(code, ActKind::Note, shown, view);
    Message::quiet(Markup::new().text(said)).with(vec![row])
}

/// The receipt of a flag. Where the content may not stand, neither may what it is about.
fn flagged(code: &IncidentCode, flag: Flag, value: Tri, view: &View) -> Message {
    let shown = card::find(view, code);
    if shown.is_some_and(|shown| !card::shows_content(&shown.incident, view)) {
        return acted(code, ActKind::Flag, view);
    }
    let said = format!("Đã ghi nhận cho {code}: {} – {}.", words::flag(flag), words::tri(value));
    let rows = shown.and_then(show_button).into_iter().map(|button| vec![button]).collect();
    Message::quiet(Markup::new().text(said)).with(rows)
}

fn acted(code: &IncidentCode, act: ActKind, view: &View) -> Message {
    let shown = card::find(view, code);
    let said = evidence::receipt(code, act).unwrap_or_else(|| receipt(code, act, shown, view));
    let show = shown.and_then(show_button);
    let rows = show.into_iter().map(|button| vec![button]).collect();
    let also = play::ending::came_of(code, act, view);
    Message::quiet(Markup::lines([Markup::new().text(said)].into_iter().chain(also))).with(rows)
}

fn receipt(code: &IncidentCode, act: ActKind, shown: Option<&Shown>, view: &View) -> String {
    let incident = shown.map(|shown| &shown.incident);
    let moment = |at: Timestamp| words::moment(at, view.now, view.team.zone);
    let reminded = incident.and_then(|incident| match &incident.phase {
        Phase::Open(Open {
            watch: Watch::Held { lease: Lease::Running { until }, .. }, ..
        }) => Some(moment(*until)),
        _ => None,
    });
    let reminded = reminded
        .map(|at| format!(" Trước {at}, xin cập nhật hoặc bấm Còn xử lý."))
        .unwrap_or_default();
    match act {
        ActKind::Acknowledge => format!("Đã ghi nhận: anh/chị đang giữ {code}.{reminded}"),
        ActKind::HandBack => format!("Đã ghi nhận: anh/chị trả lại {code}. Đang gọi người khác."),
        ActKind::KeepAlive => format!("Đã ghi nhận: anh/chị còn xử lý {code}.{reminded}"),
        ActKind::Assign => match incident.and_then(|incident| incident.assigned.as_ref()) {
            Some(person) => format!(
                "Đã ghi nhận: phân công {code} cho {}, đang gọi.",
                people::name(person, &view.directory)
            ),
            None => format!("Đã ghi nhận phân công {code}."),
        },
        ActKind::Note => format!("Đã ghi nhận ghi chú của {code}."),
        ActKind::Detail => format!("Đã ghi nhận vào {code}."),
        ActKind::SeverityUp | ActKind::SeverityDown => match incident {
            Some(incident) => {
                format!("Đã ghi nhận: mức độ của {code} là {}.", words::severity(incident.severity))
            }
            None => format!("Đã ghi nhận mức độ của {code}."),
        },
        ActKind::Category => categorised(code, shown, view),
        ActKind::Flag => format!("Đã ghi nhận dấu hiệu của {code}."),
        ActKind::Tlp => match incident {
            Some(incident) => format!("Đã ghi nhận: nhãn của {code} là TLP:{}.", incident.tlp),
            None => format!("Đã ghi nhận nhãn TLP của {code}."),
        },
        ActKind::Raise => format!("Đã ghi nhận: chuyển cấp {code}. Đang gọi bậc tiếp theo."),
        ActKind::Contain => format!("Đã ghi nhận: {code} đã khoanh vùng xong."),
        ActKind::Resolve => {
            format!(
                "Đã ghi nhận: {code} đã khắc phục xong. Xin kết thúc bằng tóm tắt: /ketthuc {code}"
            )
        }
        ActKind::Close => format!("Đã ghi nhận: {code} đã kết thúc."),
        ActKind::Reopen => format!("Đã ghi nhận: {code} mở lại. Đang gọi người trực."),
        ActKind::TakeOut => {
            format!("Đã ghi nhận: {code} được xử lý riêng. Đang gọi người trực.")
        }
        // Those of evidence are said above, and those below have receipts of their own.
        ActKind::Attach
        | ActKind::Describe
        | ActKind::Hand
        | ActKind::Receive
        | ActKind::Report
        | ActKind::Roster
        | ActKind::Contacts
        | ActKind::OwnDuty
        | ActKind::PlanDrill
        | ActKind::ApproveDrill
        | ActKind::TakePart
        | ActKind::See
        | ActKind::Play
        | ActKind::StartPlaybook
        | ActKind::Merge
        | ActKind::Group
        | ActKind::Redact
        | ActKind::Directory => "Đã ghi nhận.".to_owned(),
    }
}

/// Where the content may not stand, neither may its category.
fn categorised(code: &IncidentCode, shown: Option<&Shown>, view: &View) -> String {
    if shown.is_some_and(|shown| !card::shows_content(&shown.incident, view)) {
        return format!("Đã ghi nhận phân loại của {code}.");
    }
    match shown.and_then(|shown| shown.incident.category) {
        Some(one) => format!("Đã ghi nhận: {code} thuộc loại {one} – {}.", words::category(one)),
        None => format!("Đã ghi nhận: {code} chưa phân loại."),
    }
}

/// One line for each thing that happened, with its time.
fn history(view: &View) -> Vec<String> {
    let line = |told: &Told| {
        let at = words::moment(told.at.at, view.now, view.team.zone);
        let said = told.words.as_deref();
        let what =
            timeline::line(&told.event, &told.at.actor, &view.directory, said, view.team.zone);
        format!("{at} {what}")
    };
    // An alert that comes a thousand times would leave no room for anything else.
    let repeated = |told: &&Told| matches!(told.event, IncidentEvent::AlertRepeated { .. });
    let newest = view.history.iter().rfind(repeated);
    let told = view.history.iter().filter(|told| !repeated(told) || Some(*told) == newest);
    told.map(line).collect()
}
