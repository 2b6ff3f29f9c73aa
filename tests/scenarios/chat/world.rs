//! The little world messages are read in, and the checks on what comes of them.

use std::collections::BTreeSet;

use trucban::chat::drill::Asked as AskedInDrill;
use trucban::chat::{Brief, Context, Incidents, Recent, read};
use trucban::domain::directory::{Directory, Person, Private, Unit};
use trucban::domain::envelope::{
    Actor, Asked, Command, Envelope, Incoming, Origin, Report, Route, Said, Session, Waiting,
};
use trucban::domain::escalation::policy::Target;
use trucban::domain::ids::{DrillCode, IncidentCode, PersonId, UnitCode};
use trucban::domain::incident::Incident;
use trucban::domain::incident::act::{Act, Aim};
use trucban::domain::incident::event::Opening;
use trucban::domain::incident::fold::At;
use trucban::domain::notice::{Answer, Ask, Shown};
use trucban::domain::press::{Press, Verb};
use trucban::domain::refusal::Refusal;
use trucban::domain::search::Query;
use trucban::domain::statistics::{Span, count};
use trucban::domain::text::Text;
use trucban::domain::time::Timestamp;
use trucban::domain::values::{ChannelKind, Role, Severity, Status, Tlp};

pub const PRIVATE: i64 = 1003;
pub const TEAM: i64 = -100_500;
pub const NOW: Timestamp = Timestamp::from_millis(1_795_244_400_000);

pub struct Open(Vec<Brief>, Vec<Recent>);

impl Incidents for Open {
    fn sees(&self, _person: &PersonId, _code: &IncidentCode) -> bool {
        true
    }

    fn open_for(&self, _person: &PersonId) -> Vec<Brief> {
        self.0.clone()
    }

    fn reported_since(&self, _person: &PersonId, since: Timestamp) -> Vec<Recent> {
        assert_eq!(since, Timestamp::from_millis(NOW.millis() - 30 * 60_000));
        self.1.clone()
    }

    fn drill_of(&self, _person: &PersonId) -> Option<DrillCode> {
        None
    }

    fn question_in_drill(&self, _person: &PersonId) -> Option<(DrillCode, AskedInDrill)> {
        None
    }

    fn ended_for(&self, _person: &PersonId) -> Vec<IncidentCode> {
        vec![code(8)]
    }

    fn parts_for(&self, _person: &PersonId) -> Vec<IncidentCode> {
        vec![code(9)]
    }

    fn listed(&self, _person: &PersonId) -> Answer {
        let codes: Vec<IncidentCode> = self.0.iter().map(|brief| brief.code.clone()).collect();
        Answer::List { open: codes.len(), codes, ended: Vec::new() }
    }

    fn found(&self, _person: &PersonId, words: &Query, _private: bool) -> Answer {
        let count = usize::from(Query::new("mang") == Some(words.clone()));
        Answer::Found { codes: Vec::new(), count }
    }

    fn figures(&self, _person: &PersonId, span: Span) -> Option<Answer> {
        span.days(NOW, chrono_tz::Asia::Ho_Chi_Minh).map(|days| {
            let none = (NOW, NOW);
            Answer::Figures(Box::new(count(&[], days, false, none)))
        })
    }

    fn open_question(&self, _code: &IncidentCode, _step: u32) -> Option<u32> {
        None
    }

    fn shown(&self, code: &IncidentCode) -> Option<Shown> {
        Some(shown(code))
    }
}

/// The same, with no words beside it.
pub fn shown(code: &IncidentCode) -> Shown {
    Shown { incident: incident(code), title: None, description: None }
}

/// An incident just reported.
fn incident(code: &IncidentCode) -> Incident {
    let policies = crate::harness::policy(&[(&[Target::Duty], 5)], 1);
    let opening = Opening {
        origin: Origin::Real,
        title: Text::plain("x"),
        description: None,
        unit: None,
        severity: Severity::Medium,
        category: None,
        guessed: false,
        similar: Vec::new(),
        among: Default::default(),
        detected_at: NOW,
        detected_estimated: true,
        off_channel: false,
        tlp: Tlp::Amber,
        reported_by: None,
        dedup: None,
        follows: None,
        policies: Box::new(policies),
    };
    let at = At { seq: 1, at: NOW, actor: Actor::System };
    Incident::opened(code.clone(), &opening, &at)
}

/// One message and the little world it is read in.
pub struct Case {
    pub incoming: Incoming,
    pub session: Option<Session>,
    pub open: Vec<Brief>,
    pub recent: Vec<Recent>,
}

pub fn said(said: Said, account: i64, chat: i64) -> Case {
    let private = chat > 0;
    let route = Route {
        channel: ChannelKind::Telegram,
        chat,
        thread: (!private).then_some(7),
        reply_to: Some(55),
        private,
    };
    let key = "tg:1:2:3:4".to_owned();
    let name = "Máy lạ".to_owned();
    let incoming = Incoming {
        key,
        route,
        account,
        name,
        anonymous: false,
        said,
        step: None,
        drill: None,
        about: Vec::new(),
        to_question: false,
        to_us: private,
        attached: None,
    };
    let open = vec![brief("SC-2026-0001", Status::Reported, None)];
    Case { incoming, session: None, open, recent: Vec::new() }
}

/// The responder p-003 in private.
pub fn private(words: &str) -> Case {
    said(Said::Words(words.to_owned()), PRIVATE, PRIVATE)
}

/// The same person in the team's chat.
pub fn team(words: &str) -> Case {
    said(Said::Words(words.to_owned()), PRIVATE, TEAM)
}

pub fn stranger(words: &str, chat: i64) -> Case {
    said(Said::Words(words.to_owned()), 9999, chat)
}

pub fn press(data: &str) -> Case {
    said(Said::Pressed { data: data.to_owned(), message: 9 }, PRIVATE, PRIVATE)
}

pub fn button(verb: Verb) -> Case {
    let press_ = Press { verb, code: code(1), episode: 2, firing: 5 };
    press(&press_.data().unwrap())
}

impl Case {
    pub fn during(mut self, asked: Asked) -> Self {
        self.session.get_or_insert_default().asked = Some(asked);
        self
    }

    pub fn while_waiting(mut self, waiting: Waiting) -> Self {
        self.session.get_or_insert_default().waiting = Some(waiting);
        self
    }

    pub fn on_card(mut self, number: u64) -> Self {
        self.incoming.about = vec![code(number)];
        self.incoming.to_us = true;
        self
    }

    /// The speaker reported these within half an hour, some of them outside the system.
    pub fn having_reported(mut self, recent: &[(u64, bool)]) -> Self {
        let one = |(number, off_channel): &(u64, bool)| Recent {
            code: code(*number),
            off_channel: *off_channel,
        };
        self.recent = recent.iter().map(one).collect();
        self
    }

    /// It answers one of the bot's messages.
    pub fn answering(mut self) -> Self {
        self.incoming.to_us = true;
        self
    }

    pub fn by(mut self, account: i64) -> Self {
        self.incoming.account = account;
        self
    }

    pub fn anonymous(mut self) -> Self {
        self.incoming.anonymous = true;
        self
    }

    pub fn with_open(mut self, open: &[(&str, Status, Option<&str>)]) -> Self {
        self.open =
            open.iter().map(|(code, status, holder)| brief(code, *status, *holder)).collect();
        self
    }

    pub fn read(&self) -> Option<Envelope> {
        let directory = directory();
        let open = Open(self.open.clone(), self.recent.clone());
        let context = Context {
            session: self.session.as_ref(),
            directory: &directory,
            incidents: &open,
            fresh: &|| "fresh-code".to_owned(),
            now: NOW,
            zone: chrono_tz::Asia::Ho_Chi_Minh,
            bot_name: Some("TrucBanBot"),
        };
        read(&self.incoming, &context)
    }
}

pub fn code(number: u64) -> IncidentCode {
    IncidentCode::numbered("SC", 2026, number)
}

pub fn brief(code: &str, status: Status, holder: Option<&str>) -> Brief {
    Brief { code: IncidentCode::new(code), status, holder: holder.map(PersonId::new) }
}

pub fn directory() -> Directory {
    let mut directory = Directory::default();
    let people = [
        ("p-001", "Nguyễn Văn An", Role::Lead, Some(1001)),
        ("p-002", "Trần Thị Bình", Role::Responder, Some(1002)),
        ("p-003", "Lê Đức Cường", Role::Responder, Some(PRIVATE)),
        ("p-004", "Trần Thị Bình", Role::Manager, Some(1004)),
        ("p-017", "Đỗ Thị Hường", Role::Reporter, Some(1017)),
    ];
    let unit = UnitCode::new("xa-001");
    directory.units.insert(
        unit.clone(),
        Unit {
            code: unit.clone(),
            name: "Xã Một".into(),
            kind: "xa".into(),
            parent: None,
            active_from: None,
            active_to: None,
            successor: None,
        },
    );
    for (id, name, role, telegram_id) in people {
        let id = PersonId::new(id);
        let roles = BTreeSet::from([role]);
        let unit = Some(unit.clone());
        let person =
            Person { id: id.clone(), unit, roles, order: Vec::new(), active: true, hours: None };
        let full_name = name.to_owned();
        let private = Private { full_name, telegram_id, ..Private::default() };
        directory.people.insert(id.clone(), person);
        directory.private.insert(id, private);
    }
    directory
}

pub fn act(number: u64, act: Act) -> Command {
    Command::Act(Aim::typed(code(number)), act)
}

pub fn pressed(act: Act) -> Command {
    Command::Act(Aim { code: code(1), episode: Some(2) }, act)
}

/// Bound to the episode the little world's incidents are in.
pub fn now_on(number: u64) -> Aim {
    Aim { code: code(number), episode: Some(1) }
}

/// Bound to the episode of the little world's buttons.
pub fn button_on(number: u64) -> Aim {
    Aim { code: code(number), episode: Some(2) }
}

pub fn ask(ask: Ask) -> Command {
    Command::Say(Answer::Ask(ask))
}

pub fn say(answer: Answer) -> Command {
    Command::Say(answer)
}

pub fn refused(refusal: Refusal) -> Command {
    say(Answer::Refused(refusal))
}

pub fn usage(command: &str) -> Command {
    say(Answer::Usage { command: command.to_owned() })
}

pub fn unknown(nearest: Option<&str>) -> Command {
    say(Answer::UnknownCommand { nearest: nearest.map(str::to_owned) })
}

pub fn reports(words: Option<&str>) -> Command {
    Command::Report(Report { words: words.map(str::to_owned) })
}

pub fn note(words: &str) -> Command {
    act(1, Act::Note(words.to_owned()))
}

/// The message leads to `command`, and the session is left as it was, unless the command is a
/// question with numbered answers and no report is being made: then a number answers it.
#[track_caller]
pub fn check(case: &Case, command: Command) {
    let envelope = case.read().expect("an envelope");
    assert_eq!(envelope.command, command, "{:?}", case.incoming.said);
    let before = case.session.as_ref().and_then(|session| session.asked.as_ref());
    let reporting = before.is_some_and(Asked::of_a_report);
    let asked = match &envelope.command {
        Command::Say(Answer::Ask(ask)) if !reporting => Asked::by(ask),
        _ => None,
    };
    let to = envelope.session.as_ref().map(|change| change.to.asked.clone());
    assert_eq!(to, asked.map(Some), "{:?}", case.incoming.said);
    assert_eq!(envelope.key, "tg:1:2:3:4");
    assert_eq!(envelope.route.as_ref(), Some(&case.incoming.route));
}

/// The message leads to `command`, and `to` is asked then.
#[track_caller]
pub fn check_to(case: &Case, command: Command, to: Option<Asked>) {
    let envelope = case.read().expect("an envelope");
    assert_eq!(envelope.command, command, "{:?}", case.incoming.said);
    let change = envelope.session.expect("a change of the session");
    assert_eq!(change.to.asked, to, "{:?}", case.incoming.said);
    let route = &case.incoming.route;
    let place = (route.chat, case.incoming.account, route.thread.unwrap_or(0));
    assert_eq!((change.chat, change.account, change.thread), place);
}

/// The message leads to `command`, and this waits for its incident then.
#[track_caller]
pub fn check_waits(case: &Case, command: Command, waiting: Option<Waiting>) {
    let envelope = case.read().expect("an envelope");
    assert_eq!(envelope.command, command, "{:?}", case.incoming.said);
    let before = case.session.clone().unwrap_or_default();
    let after = envelope.session.map_or(before, |change| change.to);
    assert_eq!((after.asked, after.waiting), (None, waiting), "{:?}", case.incoming.said);
}

#[track_caller]
pub fn check_ignored(case: &Case) {
    assert_eq!(case.read(), None, "{:?}", case.incoming.said);
}
