//! Playbooks as they are read: steps in every state, cards, receipts, refusals, and lines of the timeline.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::*;
use trucban::domain::escalation::ladder::{Position, Rung};
use trucban::domain::escalation::who::Called;
use trucban::domain::notice::Plays;
use trucban::domain::playbook::expr::Value;
use trucban::domain::playbook::library::Bundle;
use trucban::domain::playbook::model::{self, Name, PlaybookId, ProofKind, Whom};
use trucban::domain::playbook::run::advance::Scene;
use trucban::domain::playbook::run::event::{Call, Why as WhyFailed};
use trucban::domain::playbook::run::state::OverHow;
use trucban::domain::playbook::run::{PlayAct, PlayRefusal, RunEvent, decide as run_decide};
use trucban::domain::receipt::Played;
use trucban::domain::step_press::StepReason;

/// A held incident with the playbook of ransomware on it.
struct Play {
    world: World,
    bundle: Arc<Bundle>,
    library: Arc<trucban::domain::playbook::Library>,
}

impl Play {
    fn begun() -> Self {
        let shelf = trucban::config::playbooks::Shelf::of(None);
        let library = Arc::new(shelf.library());
        let bundle =
            Arc::new(library.bundle(&PlaybookId::new("ma-doc-tong-tien")).expect("built in"));
        let mut play = Self { world: World::held(), bundle, library };
        let actor = Actor::Person(id(DUTY));
        let (world, bundle) = (&play.world, Arc::clone(&play.bundle));
        let scene =
            Scene { bundle: &bundle, now: world.now, directory: &world.directory, actor: &actor };
        let (run, events) = run_decide::start(&world.incident, "00", scene).expect("it starts");
        play.take(run, events, actor);
        play
    }

    fn take(&mut self, run: u32, events: Vec<RunEvent>, actor: Actor) {
        let events: Vec<_> =
            events.into_iter().map(|what| IncidentEvent::Run { run, what }).collect();
        self.world.take(&events, actor);
    }

    fn does(&mut self, who: &str, act: PlayAct) {
        let actor = Actor::Person(id(who));
        let (world, bundle) = (&self.world, Arc::clone(&self.bundle));
        let permit = permit_on(&actor, ActKind::Play, &world.incident, &world.directory).unwrap();
        let scene =
            Scene { bundle: &bundle, now: world.now, directory: &world.directory, actor: &actor };
        let (run, events) =
            run_decide::decide(&world.incident, &act, &permit, scene).expect("it may");
        self.take(run, events, actor);
    }

    /// The one step that waits.
    fn step(&self) -> u32 {
        self.world.incident.runs[0].pending().next().expect("one waits").0
    }

    fn skip(&mut self) {
        let step = self.step();
        self.does(LEAD, PlayAct::Skip(step, "không cần".to_owned()));
    }

    fn view(&self, reader: Reader) -> View {
        let bundles = BTreeMap::from([("00".to_owned(), Arc::clone(&self.bundle))]);
        let plays = Plays { library: Arc::clone(&self.library), bundles };
        View { plays, ..self.world.view(reader) }
    }

    fn said(&self, reader: Reader, body: Body) -> Message {
        chat(body, &self.view(reader))
    }

    fn step_as(&self, reader: Reader, call: Call) -> Message {
        self.said(reader, Body::Step { code: code(), step: self.step(), call })
    }
}

#[test]
fn steps_cards_and_lists() {
    let mut sheet = Sheet::default();
    let mut play = Play::begun();
    let untaken = Call::Untaken(Position::On(Rung::FIRST));
    sheet.message("bước của người báo", &play.step_as(one(REPORTER), Call::Begun));
    sheet.message("chưa ai nhận", &play.step_as(one(LEAD), untaken));
    sheet.message("nhóm", &play.step_as(Reader::Team, untaken));
    sheet.message("quá hạn", &play.step_as(one(LEAD), Call::Late));
    sheet.message("thẻ", &play.said(Reader::Team, Body::Run { code: code(), run: 1 }));
    for label in [Tlp::AmberStrict, Tlp::Red] {
        play.world.incident.tlp = label;
        sheet.message(
            &format!("thẻ, {label}"),
            &play.said(Reader::Team, Body::Run { code: code(), run: 1 }),
        );
        sheet.message(&format!("bước, nhóm, {label}"), &play.step_as(Reader::Team, untaken));
    }
    play.world.incident.tlp = Tlp::Amber;
    let runs = || Body::Answer(Answer::Runs { code: code() });
    sheet.message("quy trình của sự cố", &play.said(one(DUTY), runs()));
    play.skip();
    sheet.message("bước có chứng cứ", &play.step_as(one(REPORTER), Call::Begun));
    let proof = Body::Answer(Answer::StepProof { code: code(), step: play.step() });
    sheet.message("gửi chứng cứ", &play.said(one(REPORTER), proof));
    play.skip();
    let step = play.step();
    let aim = || Aim { code: code(), episode: Some(1) };
    let asked = |which| Body::Answer(Answer::Ask(Ask::StepQuestion { aim: aim(), step, which }));
    sheet.message("hỏi một số", &play.said(one(DUTY), asked(1)));
    play.does(DUTY, PlayAct::Answer(step, 0, "có".to_owned()));
    sheet.message("trả lời một phần", &play.step_as(one(DUTY), Call::Begun));
    for why in [StepReason::Skip, StepReason::Fail, StepReason::Decline, StepReason::Stop] {
        let asked = Body::Answer(Answer::Ask(Ask::StepWhy { aim: aim(), step, why }));
        sheet.message(&format!("hỏi lý do, {why:?}"), &play.said(one(DUTY), asked));
    }
    play.does(DUTY, PlayAct::Fail(step, "không ai nghe máy".to_owned()));
    let failed = Body::Step { code: code(), step, call: Call::Failed };
    sheet.message("đã dừng", &play.said(one(DUTY), failed));
    sheet.message("quy trình đã dừng", &play.said(one(DUTY), runs()));
    let before = Play::begun();
    let mut stopped = before;
    let step = stopped.step();
    stopped.does(DUTY, PlayAct::Stop(step, "báo nhầm".to_owned()));
    sheet.message(
        "bước không còn",
        &stopped.said(one(REPORTER), Body::Step { code: code(), step, call: Call::Begun }),
    );
    sheet.message(
        "thẻ khi đã dừng",
        &stopped.said(Reader::Team, Body::Run { code: code(), run: 1 }),
    );
    sheet.message(
        "không có bước",
        &stopped.said(one(DUTY), Body::Answer(Answer::Step { code: code(), step: 99 })),
    );
    sheet.keep("playbooks");
}

#[test]
fn receipts_and_refusals_of_playbooks() {
    let mut sheet = Sheet::default();
    let play = Play::begun();
    let title = || "Rút dây mạng máy bị nạn".to_owned();
    let receipts = [
        Played::Started { title: "Mã độc tống tiền".to_owned() },
        Played::Taken { title: title() },
        Played::Answered { step: 1, title: title(), next: None },
        Played::Done { title: title(), next: vec!["Chụp ảnh".to_owned()], finished: false },
        Played::Done { title: title(), next: vec![], finished: false },
        Played::Done { title: title(), next: vec![], finished: true },
        Played::ApprovalAsked { title: title(), until: at("21T15:00") },
        Played::Approved { title: title(), enough: true },
        Played::Approved { title: title(), enough: false },
        Played::Declined { title: title() },
        Played::Skipped { title: title() },
        Played::Failed { title: title(), stuck: true },
        Played::Failed { title: title(), stuck: false },
        Played::Retried { title: title() },
        Played::Stopped { title: "Mã độc tống tiền".to_owned() },
    ];
    for played in receipts {
        let name =
            format!("{played:?}").chars().take_while(char::is_ascii_alphabetic).collect::<String>();
        let done =
            Body::Answer(Answer::Done(Done::Played { code: code(), played: Box::new(played) }));
        sheet.message(&name, &play.said(one(DUTY), done));
    }
    for refusal in refusals() {
        let name = format!("{refusal:?}");
        let refused = Body::Answer(Answer::Refused(Refusal::Play(Box::new(refusal))));
        sheet.message(&name, &play.said(one(DUTY), refused));
    }
    sheet.keep("playbook_receipts");
}

#[test]
fn ending_an_incident_says_what_of_its_playbooks_stops_and_how_it_starts_again() {
    let mut sheet = Sheet::default();
    let mut play = Play::begun();
    play.skip();
    let aim = || Aim { code: code(), episode: Some(1) };
    let summary = || {
        let false_alarm = false;
        Body::Answer(Answer::Ask(Ask::CloseWords { aim: aim(), false_alarm }))
    };
    let alarm = Ask::CloseWords { aim: aim(), false_alarm: true };
    let merge = Ask::MergeInto { aim: aim(), codes: Vec::new() };
    sheet.message("hỏi tóm tắt", &play.said(one(DUTY), summary()));
    sheet.message("hỏi lý do báo nhầm", &play.said(one(DUTY), Body::Answer(Answer::Ask(alarm))));
    sheet.message("hỏi gộp vào đâu", &play.said(one(DUTY), Body::Answer(Answer::Ask(merge))));
    play.world.incident.tlp = Tlp::Red;
    sheet.message("hỏi tóm tắt, RED", &play.said(one(DUTY), summary()));
    let acted = |act| Body::Answer(Answer::Done(Done::Acted { code: code(), act }));
    let actor = || Actor::Person(id(DUTY));
    let closed = IncidentEvent::Closed { outcome: Outcome::FalseAlarm, text: None, main: None };
    play.world.take(&[closed], actor());
    sheet.message("đã kết thúc, RED", &play.said(one(DUTY), acted(ActKind::Close)));
    play.world.incident.tlp = Tlp::Amber;
    sheet.message("đã kết thúc", &play.said(one(DUTY), acted(ActKind::Close)));
    play.world.take(&[IncidentEvent::Reopened], actor());
    sheet.message("mở lại", &play.said(one(DUTY), acted(ActKind::Reopen)));
    play.world.incident.tlp = Tlp::Red;
    sheet.message("mở lại, RED", &play.said(one(DUTY), acted(ActKind::Reopen)));
    sheet.keep("playbook_ending");
}

fn refusals() -> Vec<PlayRefusal> {
    use PlayRefusal as R;
    let title = || "Sao lưu máy chủ".to_owned();
    let (by, who) = (Some(id(DUTY)), Whom::Target(Target::Lead));
    let over =
        |how| R::Over { title: title(), how, at: at("21T14:20"), by: Actor::Person(id(DUTY)) };
    let wants =
        |answer| R::NoAnswer { label: "Bao nhiêu máy?".to_owned(), answer: Box::new(answer) };
    vec![
        R::NoPlaybook("lạ".to_owned()),
        R::Runs { title: "Mã độc tống tiền".to_owned() },
        R::TooMany,
        R::NoStep { code: code(), step: 9 },
        over(OverHow::Done),
        over(OverHow::Skipped),
        over(OverHow::Failed),
        over(OverHow::Dropped),
        R::NotYours { title: title(), by, who: Whom::Holder },
        R::NotYours { title: title(), by: None, who: who.clone() },
        R::Missing {
            title: title(),
            questions: vec!["Bao nhiêu máy?".to_owned()],
            pieces: 2,
            fetching: 0,
            kinds: vec![ProofKind::Photo, ProofKind::File],
            what: Some("ảnh màn hình".to_owned()),
        },
        R::Missing {
            title: title(),
            questions: vec![],
            pieces: 1,
            fetching: 1,
            kinds: vec![],
            what: None,
        },
        R::AnswersFirst { title: title(), questions: vec!["Bao nhiêu máy?".to_owned()] },
        wants(model::Answer::YesNo),
        wants(model::Answer::Number { min: 0, max: 10 }),
        wants(model::Answer::Choice(vec![
            ("a".to_owned(), "Máy chủ".to_owned()),
            ("b".to_owned(), "Máy trạm".to_owned()),
        ])),
        wants(model::Answer::Words {
            pattern: Some("^[0-9]+$".to_owned()),
            example: Some("12/BC-UBND".to_owned()),
        }),
        R::Required { title: title() },
        R::WaitsForApproval { title: title(), by: who.clone() },
        R::NoApproval { title: title() },
        R::OwnApproval { title: title() },
        R::ApprovedAlready { title: title() },
        R::NotApprover { title: title(), by: who },
        R::NotFailed { title: title() },
        R::Failed { title: title() },
        R::NothingRuns(code()),
        R::WrongProof { title: title(), kinds: vec![ProofKind::Photo] },
        R::NoProof { title: title() },
    ]
}

/// Every kind of event of a run.
fn events() -> Vec<RunEvent> {
    use RunEvent as E;
    let reason = || Text::plain("…");
    let called = |cause| E::Called {
        step: 7,
        cause,
        people: vec![Called { id: id(DUTY), why: Why::Duty }],
        team: false,
        reachable: true,
        next: None,
    };
    let play = Play::begun();
    let actor = Actor::Person(id(DUTY));
    let scene = Scene {
        bundle: &play.bundle,
        now: play.world.now,
        directory: &play.world.directory,
        actor: &actor,
    };
    let (_, mut all) = run_decide::start(&World::held().incident, "00", scene).expect("it starts");
    all.extend([
        E::Taken { step: 7 },
        E::Answered { step: 7, name: Name::new("so_may"), value: Value::Number(3) },
        E::Proved { step: 7, number: 2 },
        E::ApprovalAsked { step: 7, until: at("21T15:00") },
        E::Approved { step: 7 },
        E::Agreed { step: 7 },
        E::Declined { step: 7, reason: reason() },
        E::ApprovalLapsed { step: 7 },
        E::Reminded { step: 7, next: at("21T15:00") },
        E::Late { step: 7 },
        E::Done { step: 7 },
        E::Skipped { step: 7, reason: reason() },
        E::Failed { step: 7, why: WhyFailed::Timeout, reason: None },
        E::Retried { step: 7 },
        E::Finished,
        E::Reasked { step: 7 },
        E::Freed { step: 7, call_at: at("21T15:00") },
        E::Lost,
        E::Stopped { reason: reason() },
    ]);
    let untaken = Call::Untaken(Position::On(Rung::FIRST));
    all.extend(
        [
            untaken,
            Call::Approval,
            Call::Late,
            Call::Failed,
            Call::Lapsed,
            Call::Agreed,
            Call::Declined,
            Call::Reminder,
            Call::Dropped,
        ]
        .map(called),
    );
    all
}

#[test]
fn the_timeline_has_a_line_for_every_event_of_a_run() {
    let all = events();
    let kinds: BTreeSet<&str> = all.iter().map(RunEvent::kind).collect();
    assert_eq!(kinds, BTreeSet::from(RunEvent::KINDS));
    let directory = World::held().directory;
    let lines = all.into_iter().map(|what| {
        let actor = Actor::Person(id(DUTY));
        let event = IncidentEvent::Run { run: 1, what };
        timeline::line(&event, &actor, &directory, Some("lời người viết"), Tz::Asia__Ho_Chi_Minh)
    });
    let mut sheet = Sheet::default();
    sheet.add("dòng thời gian", &lines.collect::<Vec<_>>().join("\n"));
    sheet.keep("playbook_timeline");
}

/// Events of runs as earlier versions wrote them read for ever: shapes change only by addition.
#[test]
fn every_event_of_a_run_ever_written_still_reads() {
    let samples = include_str!("../../samples/run_events.jsonl");
    let mut kinds = BTreeSet::new();
    for (number, line) in samples.lines().enumerate() {
        let event: IncidentEvent = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("line {}: {error}", number + 1));
        kinds.insert(event.kind());
    }
    assert_eq!(kinds, BTreeSet::from(RunEvent::KINDS));
}

#[test]
fn every_kind_of_refusal_of_a_playbook_has_its_words_in_the_sheet() {
    let source = include_str!("../../../src/domain/playbook/run/refusal.rs");
    let declared = source.lines().filter_map(|line| line.strip_prefix("    "));
    let declared = declared.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    let name = |said: &str| said.chars().take_while(char::is_ascii_alphabetic).collect::<String>();
    let declared: BTreeSet<String> = declared.map(name).collect();
    let shown: BTreeSet<String> = refusals().iter().map(|one| name(&format!("{one:?}"))).collect();
    assert_eq!(shown, declared);
}
