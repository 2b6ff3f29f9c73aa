//! What people read about who is on duty.

use super::*;
use trucban::domain::duty_notice::{DutyNotice as N, Unanswered};
use trucban::domain::reach::Red;
use trucban::domain::receipt::DutyDone as D;
use trucban::domain::roster::check::Finding as F;
use trucban::domain::roster::decide::RosterRefusal as R;
use trucban::domain::roster::feed::FeedOf;
use trucban::domain::roster::{
    Change, Layer, Leave, OpenSpan, RosterId, Span, Swap, SwapState, Through,
};
use trucban::text::duty;

fn span() -> Span {
    Span { from: at("22T07:30"), to: at("23T07:30") }
}

fn days() -> Span {
    Span { from: at("25T00:00"), to: at("28T00:00") }
}

fn swap() -> Swap {
    let (from, to) = (id(DUTY), id(BACKUP));
    Swap { layer: Layer::Duty, span: span(), from, to, state: SwapState::Proposed }
}

fn change(people: Vec<PersonId>) -> Change {
    let (layer, through) = (Layer::Duty, Through::Change);
    Change { layer, span: span(), instead_of: None, people, through }
}

fn leave(stand_in: Option<&str>) -> Leave {
    Leave { person: id(DUTY), span: days(), stand_in: stand_in.map(id) }
}

pub fn refusals() -> impl Iterator<Item = Refusal> {
    let person = || id(DUTY);
    let all = [
        R::Past,
        R::Backwards,
        R::TooFar,
        R::UnknownPerson(PersonId::new("Hùng")),
        R::NotInTeam(id(MANAGER)),
        R::NobodyInIt,
        R::Overlaps { span: span() },
        R::Asked { to: id(BACKUP), span: span() },
        R::Away { person: person(), span: span() },
        R::NotOnDuty { person: person(), at: span().from },
        R::StandInNeeded { person: person(), span: span() },
        R::WithOneself,
        R::NotYours,
        R::Over,
        R::Unknown,
        R::Taken { by: person(), at: span().from },
        R::NotOnWatch,
        R::NothingTested,
        R::NotAllowed,
        R::NoAddress,
    ];
    all.into_iter().map(Refusal::Roster)
}

fn notices() -> Vec<N> {
    let (at, people) = (span().from, vec![id(BACKUP)]);
    vec![
        N::Incoming { at, outgoing: vec![id(DUTY)], open: vec![code()], more: 3, taken: None },
        N::Incoming { at, outgoing: Vec::new(), open: Vec::new(), more: 0, taken: None },
        N::Incoming { at, outgoing: Vec::new(), open: Vec::new(), more: 0, taken: Some(id(DUTY)) },
        N::Outgoing { at, incoming: people.clone(), held: vec![code()] },
        N::Outgoing { at, incoming: Vec::new(), held: Vec::new() },
        N::Taken { by: id(BACKUP) },
        N::Untaken { at, incoming: people },
        N::Gap { at, until: Some(span().to) },
        N::Gap { at, until: None },
        N::SwapAsked { id: RosterId(12), swap: swap() },
        N::SwapToDecide { id: RosterId(12), swap: swap() },
        N::SwapDone { swap: swap() },
        N::SwapOff { swap: swap(), by: Some(id(BACKUP)) },
        N::Seated { layer: Layer::Backup, span: span() },
        N::SwapOff { swap: swap(), by: Some(id(DUTY)) },
        N::StandIn { person: id(DUTY), span: days() },
        N::Replaced { layer: Layer::Duty, span: span(), people: vec![id(DUTY)] },
        N::Replaced { layer: Layer::Backup, span: span(), people: Vec::new() },
        N::LeaveSet { leave: leave(Some(BACKUP)), by: Some(id(LEAD)) },
        N::LeaveSet { leave: leave(None), by: None },
        N::LeaveOver { person: id(DUTY), span: days() },
        N::LeaveOver { person: id(BACKUP), span: days() },
        N::NewPlan { from: at },
        N::Unseated { layer: Layer::Duty, span: span() },
        N::LeaveOver { person: id(DUTY), span: days() },
        N::LeaveOver { person: id(BACKUP), span: days() },
        N::Reach { found: reds(13), red: 20, reachable: Vec::new(), green: 0 },
        N::Reach { found: reds(2), red: 2, reachable: vec![id(LEAD)], green: 7 },
        N::Reach { found: Vec::new(), red: 0, reachable: vec![id(LEAD)], green: 7 },
        N::Canary { id: RosterId(40), until: span().to },
        N::CanaryMissed {
            unanswered: vec![
                Unanswered { person: id(DUTY), arrived: true },
                Unanswered { person: id(BACKUP), arrived: false },
            ],
        },
    ]
}

fn receipts() -> Vec<D> {
    vec![
        D::Planned { from: Some(span().from), next: None },
        D::Planned { from: Some(span().from), next: Some(days().from) },
        D::Planned { from: None, next: None },
        D::Changed { id: RosterId(41), change: Box::new(change(vec![id(BACKUP)])) },
        D::Changed { id: RosterId(41), change: Box::new(change(Vec::new())) },
        D::ChangeEnded,
        D::LeaveSet { id: RosterId(43), leave: Box::new(leave(Some(BACKUP))) },
        D::LeaveSet { id: RosterId(43), leave: Box::new(leave(None)) },
        D::LeaveEnded,
        D::SwapProposed { swap: swap() },
        D::SwapAnswered { state: SwapState::Accepted },
        D::SwapAnswered { state: SwapState::Done },
        D::SwapAnswered { state: SwapState::Off },
        D::WatchTaken,
        D::CanaryAnswered { took_ms: 42_000 },
        D::Feed { of: FeedOf::Person(id(BACKUP)), number: 1, renewed: false },
        D::Feed { of: FeedOf::Team, number: 2, renewed: true },
        D::FeedStopped,
    ]
}

fn reds(count: usize) -> Vec<Red> {
    let again = |finding| Red { again: usize::from(matches!(finding, F::Empty { .. })), finding };
    findings().into_iter().take(count).map(again).collect()
}

fn findings() -> [F; 16] {
    let person = || id(DUTY);
    let open = |to| OpenSpan { from: span().from, to };
    [
        F::NoRoster,
        F::Empty { layer: Layer::Duty, span: open(Some(span().to)), away: Vec::new() },
        F::Empty { layer: Layer::Backup, span: open(Some(span().to)), away: vec![person()] },
        F::NoBackup,
        F::BackupOfHimself { person: person(), span: open(Some(span().to)) },
        F::Left { person: person() },
        F::NoWay { person: person() },
        F::NotLinked { person: person() },
        F::Blocked { person: person(), since: span().from },
        F::Silent { person: person(), since: Some(span().from) },
        F::Silent { person: person(), since: None },
        F::OneWay { person: person() },
        F::OnLeave { person: id(LEAD), span: days() },
        F::NoChannels,
        F::Empty { layer: Layer::Backup, span: open(None), away: Vec::new() },
        F::BackupOfHimself { person: person(), span: open(None) },
    ]
}

#[test]
fn duty_in_words() {
    let mut sheet = Sheet::default();
    let world = World::held();
    let link = || Some("https://trucban.example/lich/abc".to_owned());
    let view = || View { link: link(), ..world.view(one(BACKUP)) };
    for notice in notices() {
        sheet.message("tin", &chat(Body::Duty(notice), &view()));
    }
    for done in receipts() {
        let answer = Answer::Done(Done::Duty(done));
        sheet.message("đã ghi nhận", &chat(Body::Answer(answer), &view()));
    }
    for refusal in refusals() {
        let answer = Answer::Refused(refusal);
        sheet.message("không được", &chat(Body::Answer(answer), &view()));
    }
    let mut view_with_link = view();
    view_with_link.link = Some("https://trucban.example/p/LINK".to_owned());
    for notice in notices() {
        for surface in [Surface::Short, Surface::Mail] {
            let message = render(&real(Body::Duty(notice.clone())), &view_with_link, surface);
            let text = message.markup.plain();
            for hidden in ["Hoa", "Nam", "Quân", "SC-2026"] {
                assert!(!text.contains(hidden), "{hidden} left chat: {text}");
            }
            if surface == Surface::Short {
                sheet.add("tin nhắn", &text);
            }
        }
    }
    let zone = view().team.zone;
    for finding in findings() {
        sheet.add("kiểm tra", &duty::found(&finding, &view().directory, zone));
    }
    sheet.keep("duty");
}
