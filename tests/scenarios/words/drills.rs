//! What people read of a drill, and that each of it bears the mark.

use std::collections::BTreeMap;
use std::sync::Arc;

use trucban::config::drills::Shelf;
use trucban::domain::actor::{Actor, Origin};
use trucban::domain::drill::notice::{DrillActed, DrillAnswer, DrillDone, DrillNotice, WordsFor};
use trucban::domain::drill::run::event::{
    Cast, Cause, DrillEvent, EndHow, PauseWhy, Pinned, Planning, Reminder, Reply, Rsvp,
};
use trucban::domain::drill::run::state::Status;
use trucban::domain::drill::run::{Drill, DrillRefusal, cast};
use trucban::domain::drill::scenario::{Scenario, ScenarioId};
use trucban::domain::drill::shown::ShownDrill;
use trucban::domain::ids::{DrillCode, IncidentCode};
use trucban::domain::incident::fold::At;
use trucban::domain::text::Text;
use trucban::text::Surface;

use super::*;

pub fn drill_code() -> DrillCode {
    DrillCode::new("DT-2026-001")
}

fn scenario() -> Arc<Scenario> {
    let library = Shelf::of(None).library();
    Arc::clone(&library.all[&ScenarioId::new("lo-lot-du-lieu")])
}

/// A drill that has come as far as these events bring it.
struct Play {
    world: World,
    scenario: Arc<Scenario>,
    drill: Drill,
}

impl Play {
    fn planned() -> Self {
        let (world, scenario) = (World::held(), scenario());
        let pinned = Pinned {
            id: scenario.id.clone(),
            version: scenario.version,
            hash: "00".to_owned(),
            name: scenario.title.clone(),
            kind: scenario.kind,
            length: scenario.length,
        };
        let planning = Planning {
            scenario: pinned,
            at: at("25T09:00"),
            lead: id(LEAD),
            deputy: None,
            evaluators: Default::default(),
            units: world.view(Reader::Team).directory.units.keys().cloned().collect(),
            sessions: Vec::new(),
            chat: None,
            of: None,
        };
        let by = At { seq: 1, at: at("21T08:00"), actor: Actor::Person(id(LEAD)) };
        let drill = Drill::planned(drill_code(), &planning, &by);
        Self { world, scenario, drill }
    }

    fn then(mut self, events: Vec<DrillEvent>, when: &str) -> Self {
        for event in events {
            let by = At { seq: 9, at: at(when), actor: Actor::Person(id(LEAD)) };
            self.drill.apply(&event, &by, Some(&self.scenario));
        }
        self
    }

    /// Agreed to, with everybody invited.
    fn scheduled() -> Self {
        let play = Self::planned();
        let directory = play.world.view(Reader::Team).directory;
        let cast: Vec<Cast> = cast::cast(&play.drill, &play.scenario, &directory);
        let approved = vec![
            DrillEvent::DrillSubmitted,
            DrillEvent::DrillApproved,
            DrillEvent::DrillCast { cast },
            DrillEvent::RsvpGiven { person: id(REPORTER), rsvp: Rsvp::Yes },
            DrillEvent::GoAsked,
        ];
        play.then(approved, "21T08:30")
    }

    fn running() -> Self {
        let play = Self::scheduled();
        let first = play.scenario.in_order()[0].clone();
        let to = cast::audience(&play.drill, &first);
        let expect = first.expects[0].id.clone();
        let sent = vec![
            DrillEvent::DrillStarted,
            DrillEvent::InjectSent { inject: first.id.clone(), to: to.clone(), cause: Cause::Time },
            DrillEvent::InjectDelivered { inject: first.id.clone(), person: id(REPORTER) },
            DrillEvent::Replied {
                inject: first.id.clone(),
                expect,
                person: id(REPORTER),
                reply: Reply::Chose("chup_bao".to_owned()),
            },
        ];
        play.then(sent, "25T09:00")
    }

    fn view(&self, who: &str) -> View {
        let shown = ShownDrill {
            drill: self.drill.clone(),
            scenario: Some(Arc::clone(&self.scenario)),
            words: BTreeMap::new(),
        };
        View { drills: vec![Arc::new(shown)], ..self.world.view(one(who)) }
    }

    fn says(&self, who: &str, notice: DrillNotice) -> Message {
        self.says_on(who, notice, Surface::Chat)
    }

    fn says_on(&self, who: &str, notice: DrillNotice, surface: Surface) -> Message {
        let body = Body::Drill { code: drill_code(), notice: Box::new(notice) };
        let origin = Origin::Drill(drill_code());
        let said = trucban::text::render(&Notice { origin, body }, &self.view(who), surface);
        let words = said.markup.plain();
        assert!(words.starts_with("DIỄN TẬP") && words.ends_with("DIỄN TẬP"), "{words}");
        assert!(said.buttons.iter().flatten().all(|button| button.label.chars().count() <= 48));
        said
    }
}

#[test]
fn whoever_has_no_chat_hears_that_a_drill_stops_and_reads_its_correction() {
    let mut sheet = Sheet::default();
    let play = Play::running();
    let real = IncidentCode::new("SC-2026-0007");
    for (name, notice) in [
        ("giấy mời", DrillNotice::Invitation),
        ("bắt đầu", DrillNotice::Started),
        ("dừng", DrillNotice::Paused { why: PauseWhy::Lead }),
        ("người báo", DrillNotice::Claimed { by: id(REPORTER) }),
        ("thành sự cố thật", DrillNotice::Became { incident: real, real: true }),
        ("tiếp tục", DrillNotice::Resumed),
        ("đính chính", DrillNotice::Correction),
        ("kết thúc", DrillNotice::Ended { how: EndHow::Lead }),
        ("rút kinh nghiệm", DrillNotice::Survey { time: 1 }),
    ] {
        sheet.message(name, &play.says_on(REPORTER, notice, Surface::Short));
    }
    sheet.keep("drill_outside");
}

#[test]
fn what_is_told_before_a_drill() {
    let mut sheet = Sheet::default();
    let play = Play::scheduled();
    for (name, who, notice) in [
        ("xin duyệt", MANAGER, DrillNotice::ToApprove { again: false }),
        ("xin duyệt, nhắc", MANAGER, DrillNotice::ToApprove { again: true }),
        ("đã duyệt", LEAD, DrillNotice::Approved { agreed: true }),
        ("giấy mời", REPORTER, DrillNotice::Invitation),
        ("nhắc 7 ngày", REPORTER, DrillNotice::Reminder { what: Reminder::Week }),
        ("nhắc 2 giờ", REPORTER, DrillNotice::Reminder { what: Reminder::TwoHours }),
        ("kiểm tra", LEAD, DrillNotice::Go),
        ("phó chỉ đạo", LEAD, DrillNotice::Task { deputy: true }),
        ("giám khảo", LEAD, DrillNotice::Task { deputy: false }),
        ("lỡ lịch", LEAD, DrillNotice::Missed { due: at("25T09:00") }),
    ] {
        sheet.message(name, &play.says(who, notice));
    }
    let declined = DrillEvent::DrillDeclined { reason: Text::plain("trùng kỳ họp") };
    let off = Play::planned().then(vec![declined], "21T09:00");
    sheet.message("không duyệt", &off.says(LEAD, DrillNotice::Approved { agreed: false }));
    sheet.message("dời", &off.says(REPORTER, DrillNotice::Off { to: Some(at("28T09:00")) }));
    sheet.message("hủy", &off.says(REPORTER, DrillNotice::Off { to: None }));
    insta::assert_snapshot!("drill_before", sheet.0);
}

#[test]
fn what_is_told_while_it_is_played_and_after() {
    let mut sheet = Sheet::default();
    let play = Play::running();
    let first = play.scenario.in_order()[0].id.clone();
    let real = IncidentCode::new("SC-2026-0003");
    let paused = |why| DrillNotice::Paused { why };
    for (name, who, notice) in [
        ("bắt đầu", REPORTER, DrillNotice::Started),
        ("tình huống", REPORTER, DrillNotice::Inject { inject: first }),
        ("bảng", LEAD, DrillNotice::Board),
        ("tạm dừng", REPORTER, paused(PauseWhy::Lead)),
        ("dừng, có người báo thật", REPORTER, paused(PauseWhy::Claimed { by: id(REPORTER) })),
        ("dừng, sự cố thật", REPORTER, paused(PauseWhy::Real { incident: real.clone() })),
        ("dừng, gián đoạn", LEAD, paused(PauseWhy::Away)),
        ("dừng, đồng hồ", LEAD, paused(PauseWhy::Clock)),
        ("hết phiên", REPORTER, paused(PauseWhy::SessionOver)),
        ("phiên sau", REPORTER, DrillNotice::Session { at: at("26T08:00"), begins: false }),
        ("đến giờ phiên sau", LEAD, DrillNotice::Session { at: at("26T08:00"), begins: true }),
        ("tiếp tục", REPORTER, DrillNotice::Resumed),
        ("người chỉ đạo nghỉ", LEAD, DrillNotice::LeadLeft),
        ("các phiên đổi", REPORTER, DrillNotice::Sessions),
        ("nhóm không nhận được", LEAD, DrillNotice::GroupLost),
        ("có thật không", REPORTER, DrillNotice::IsItReal),
        ("người báo", LEAD, DrillNotice::Claimed { by: id(REPORTER) }),
        ("sự cố thật bên cạnh", LEAD, DrillNotice::RealIncident { incident: real.clone() }),
        ("thành sự cố thật", LEAD, DrillNotice::Became { incident: real, real: true }),
        ("đính chính", REPORTER, DrillNotice::Correction),
        (
            "đã đính chính",
            LEAD,
            DrillNotice::Corrected { people: 124, took_ms: 95_000, silent: Vec::new() },
        ),
        (
            "đã đính chính, một người không nhận được",
            LEAD,
            DrillNotice::Corrected { people: 123, took_ms: 95_000, silent: vec![id(REPORTER)] },
        ),
        ("kết thúc", REPORTER, DrillNotice::Ended { how: EndHow::Lead }),
        ("hết giờ", REPORTER, DrillNotice::Ended { how: EndHow::Time }),
        ("rút kinh nghiệm", REPORTER, DrillNotice::Survey { time: 1 }),
        ("kết quả nhanh", MANAGER, DrillNotice::QuickNote),
    ] {
        sheet.message(name, &play.says(who, notice));
    }
    insta::assert_snapshot!("drill_played", sheet.0);
}

pub fn refusals() -> Vec<Refusal> {
    use DrillRefusal as R;
    let code = drill_code;
    let all = vec![
        R::Unknown("DT-2026-009".into()),
        R::UnknownScenario(ScenarioId::new("khong-co")),
        R::Past,
        R::TooFar,
        R::NotNow { code: code(), status: Status::Ended },
        R::OnlyItsLead { code: code(), lead: id(LEAD) },
        R::OwnPlan,
        R::NotAParticipant(code()),
        R::OfTheDrillOnly(code()),
        R::UnknownPerson(id(LEAD)),
        R::TakesPart(id(REPORTER)),
        R::NobodyTakesPart,
        R::Clash { other: code(), people: 3 },
        R::NotReady { open: 2 },
        R::RealIncident { incident: IncidentCode::new("SC-2026-0003") },
        R::NoSuchInject,
        R::InjectOver,
        R::NotExpected,
        R::TooLate,
        R::Answered(at("25T09:05")),
        R::NothingToSettle,
        R::CorrectionSent(at("25T09:05")),
        R::NobodyTold,
        R::NoWords,
        R::BadSession(at("26T08:00")),
        R::TooManySessions,
        R::NotThisChat,
        R::NoSuchQuestion,
    ];
    all.into_iter().map(|one| Refusal::Drill(Box::new(one))).collect()
}

#[test]
fn what_is_answered_about_drills() {
    let mut sheet = Sheet::default();
    let play = Play::scheduled();
    let answers = [
        ("danh sách", LEAD, Answer::Drill(DrillAnswer::List)),
        ("một cuộc", MANAGER, Answer::Drill(DrillAnswer::Show { code: drill_code() })),
        (
            "một cuộc, người tham gia",
            REPORTER,
            Answer::Drill(DrillAnswer::Show { code: drill_code() }),
        ),
        ("cách lập", LEAD, Answer::Drill(DrillAnswer::HowTo)),
        ("lập xong", LEAD, Answer::Done(Done::Drill(DrillDone::Planned { code: drill_code() }))),
        (
            "đã làm",
            LEAD,
            Answer::Done(Done::Drill(DrillDone::Acted {
                code: drill_code(),
                what: DrillActed::Started,
            })),
        ),
        ("dời lịch", LEAD, Answer::Ask(Ask::Drill { code: drill_code(), what: WordsFor::Move })),
        ("phó", LEAD, Answer::Ask(Ask::Drill { code: drill_code(), what: WordsFor::Deputy })),
        ("chấm", LEAD, Answer::Ask(Ask::Drill { code: drill_code(), what: WordsFor::Evaluators })),
        ("phiên", LEAD, Answer::Ask(Ask::Drill { code: drill_code(), what: WordsFor::Sessions })),
        ("thấy", LEAD, Answer::Ask(Ask::Drill { code: drill_code(), what: WordsFor::Observe })),
        ("cách nêu phiên", LEAD, Answer::Drill(DrillAnswer::HowToSessions { code: drill_code() })),
        (
            "tệp không giữ",
            LEAD,
            Answer::Drill(DrillAnswer::FileNotTaken {
                code: drill_code(),
                why: trucban::domain::evidence::NotTaken::Program,
            }),
        ),
    ];
    for (name, who, answer) in answers {
        sheet.message(name, &chat(Body::Answer(answer), &play.view(who)));
    }
    let view = play.view(LEAD);
    for refusal in refusals() {
        let said = refusal::sentence(&refusal, &view.directory, &view.team, false);
        sheet.0.push_str(&format!("──── {refusal:?}\n{said}\n\n"));
    }
    insta::assert_snapshot!("drill_answers", sheet.0);
}
