//! From a notice to a message, for one reader and one surface. The marks that every message may
//! have to carry are put on here and nowhere else.

use super::markup::Markup;
use super::message::{CHAT_UNITS, Message, Surface};
use super::{
    answer, buttons, card, contacts, drill as drills, duty, news, outside, page, play, trouble,
    words,
};
use crate::domain::envelope::{Done, Origin};
use crate::domain::ids::IncidentCode;
use crate::domain::notice::{Answer, Body, Notice, Reader, View};
use crate::domain::refusal::Refusal;

/// Renders `notice` for the reader of `view`.
pub fn render(notice: &Notice, view: &View, surface: Surface) -> Message {
    let drill = is_of_drill(notice, view);
    let subject = outside::subject(&notice.body);
    let message = match surface {
        Surface::Chat => chat(&notice.body, view),
        Surface::Short | Surface::Mail => outside::message(&notice.body, view, surface),
    };
    let mut message = marked(message, drill, view.resend);
    message.subject =
        if drill { format!("{0} – {subject} – {0}", words::DRILL_MARK) } else { subject };
    message
}

/// Whether a message is of a drill: by its origin, by what it says, or by the incident it is about.
fn is_of_drill(notice: &Notice, view: &View) -> bool {
    let about = notice.body.code().and_then(|code| card::find(view, code));
    let about = about.is_some_and(|shown| matches!(shown.incident.origin, Origin::Drill(_)));
    let refused = matches!(&notice.body, Body::Answer(Answer::Refused(Refusal::Drill(_))));
    about || refused || matches!(notice.origin, Origin::Drill(_)) || notice.body.drill().is_some()
}

/// `/suco CODE` in a chat, with one line of [`super::timeline::line`] for each thing that happened.
pub fn render_incident(code: &IncidentCode, view: &View, timeline: &[String]) -> Message {
    if view.reader == Reader::Stranger {
        return answer::hotline(view);
    }
    let origin = card::find(view, code).map(|shown| &shown.incident.origin);
    let drill = matches!(origin, Some(Origin::Drill(_)));
    marked(answer::incident(code, view, timeline), drill, view.resend)
}

fn chat(body: &Body, view: &View) -> Message {
    if view.reader == Reader::Stranger && !told_to_strangers(body) {
        return answer::hotline(view);
    }
    match body {
        Body::Card { code } => posted(code, view),
        Body::Page { code, kind, why, .. } => page::page(code, *kind, *why, view),
        Body::TeamCall { code, kind } => page::team_call(code, *kind, view),
        Body::Step { code, step, call } => play::step::message(code, *step, Some(*call), view),
        Body::Run { code, run } => play::list::card_of(code, *run, view),
        Body::News { code, news, .. } => news::message(code, news, view),
        Body::Answer(answer) => answer::message(answer, view),
        Body::Digest { away, open, more } => trouble::digest(*away, open, *more, view),
        Body::TestPage => trouble::test_page(view),
        Body::Contacts(notice) => contacts::told(notice, view),
        Body::Book(notice) => drills::plan::told(notice, view),
        Body::Drill { code, notice } => drills::told(code, notice, view),
        Body::Duty(notice) => duty::told(notice, view),
        Body::AccessAsked { name } => trouble::access_asked(name, view),
        Body::Trouble(trouble) => trouble::message(trouble),
    }
}

/// The little that somebody outside the directory is told beside the hotline: why `/start CODE`
/// did not work, and how to stop being anonymous.
fn told_to_strangers(body: &Body) -> bool {
    // Trouble goes to administrators, also in a chat of their own, and holds nothing of an incident.
    matches!(body, Body::Trouble(_))
        || matches!(
            body,
            Body::Answer(
                Answer::Hotline
                    | Answer::AccessAsked
                    | Answer::Done(Done::Linked { .. })
                    | Answer::Refused(
                        Refusal::BadInvitation
                            | Refusal::AccountTaken
                            | Refusal::AnonymousAdmin
                            | Refusal::NotInDirectory
                    )
            )
        )
}

fn posted(code: &IncidentCode, view: &View) -> Message {
    match card::find(view, code) {
        Some(shown) => {
            let mut rows = card::playbooks(shown, view);
            rows.extend(buttons::of_card(&shown.incident, &view.reader, &view.directory));
            Message::quiet(card::body(shown, view)).with(rows)
        }
        None => Message::quiet(Markup::new().text(format!("Xem: /suco {code}"))),
    }
}

/// Puts on the marks, within the length a chat takes: what is cut is never a mark.
pub fn marked(mut message: Message, drill: bool, resent: bool) -> Message {
    let before = drill.then(|| Markup::new().bold(words::DRILL_MARK));
    let resent = resent.then(|| Markup::new().text(words::RESENT));
    let after: Vec<Markup> = resent.into_iter().chain(before.clone()).collect();
    let marks: usize = before.iter().chain(&after).map(|mark| mark.units() + 1).sum();
    let text = message.markup.limited(CHAT_UNITS.saturating_sub(marks));
    message.markup = Markup::lines(before.into_iter().chain([text]).chain(after));
    message
}
