//! Every word people read, as they read it: one snapshot per topic.
#![cfg(test)]

use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use trucban::domain::access::permit_on;
use trucban::domain::directory::{Directory, Person, Private, Unit};
use trucban::domain::envelope::{Absence, Actor, Done, Origin, Report};
use trucban::domain::escalation::ladder::Rung;
use trucban::domain::escalation::policy::{PolicySet, Target};
use trucban::domain::escalation::who::{Called, Why};
use trucban::domain::ids::{DrillCode, IncidentCode, PersonId, UnitCode};
use trucban::domain::incident::act::{Act, ActKind, Aim, Closing};
use trucban::domain::incident::event::{Cause, IncidentEvent, WhyFailed};
use trucban::domain::incident::fold::At;
use trucban::domain::incident::moments::{Ctx, tick};
use trucban::domain::incident::state::{Guessed, Merged};
use trucban::domain::incident::{Incident, decide::decide, opening};
use trucban::domain::notice::{
    Again, Answer, Ask, Body, MoreStep, News, Notice, PageKind, Reader, Shown, Team, Trouble, View,
};
use trucban::domain::press::Verb;
use trucban::domain::refusal::Refusal;
use trucban::domain::text::Text;
use trucban::domain::time::Timestamp;
use trucban::domain::triage::Triage;
use trucban::domain::values::{
    Category, ChannelKind, Flag, Outcome, Role, Severity, Status, Tlp, Tri,
};
use trucban::text::{
    Bundle, ButtonAction, Message, Surface, help, pointer, refusal, render, render_bundle,
    render_incident, timeline,
};

const LEAD: &str = "p-001";
const DUTY: &str = "p-002";
const BACKUP: &str = "p-003";
const MANAGER: &str = "p-004";
const REPORTER: &str = "p-005";
const ADMIN: &str = "p-006";

const PEOPLE: [(&str, &str, &str, Role, &str); 6] = [
    (LEAD, "Phạm Minh Quân", "Đội trưởng", Role::Lead, "0912000001"),
    (DUTY, "Trần Thị Hoa", "Chuyên viên", Role::Responder, "0912000002"),
    (BACKUP, "Lê Văn Nam", "", Role::Responder, "0912000003"),
    (MANAGER, "Đỗ Hữu Thành", "Phó Giám đốc Sở", Role::Manager, "0912000004"),
    (REPORTER, "Nguyễn Thị Lan", "Cán bộ xã", Role::Reporter, "0912000005"),
    (ADMIN, "Vũ Anh Tuấn", "", Role::Admin, ""),
];

fn id(text: &str) -> PersonId {
    PersonId::new(text)
}

fn code() -> IncidentCode {
    IncidentCode::numbered("SC", 2026, 1)
}

fn at(text: &str) -> Timestamp {
    format!("2026-11-{text}:00+07:00").parse().unwrap()
}

fn directory() -> Directory {
    let unit = UnitCode::new("xa-001");
    let mut directory = Directory { channels: ChannelKind::ALL.to_vec(), ..Directory::default() };
    let named = Unit {
        code: unit.clone(),
        name: "UBND xã Gia Hưng".to_owned(),
        kind: "xã".to_owned(),
        parent: None,
        active_from: None,
        active_to: None,
        successor: None,
    };
    directory.units.insert(unit.clone(), named);
    for (number, (who, name, title, role, phone)) in (1..).zip(PEOPLE) {
        let person = Person {
            id: id(who),
            unit: (role == Role::Reporter).then(|| unit.clone()),
            roles: [role].into(),
            order: Vec::new(),
            active: true,
            hours: None,
        };
        let private = Private {
            full_name: name.to_owned(),
            title: title.to_owned(),
            telegram_id: Some(number),
            phone: (!phone.is_empty()).then(|| phone.to_owned()),
            ..Private::default()
        };
        directory.people.insert(id(who), person);
        directory.private.insert(id(who), private);
    }
    directory
}

fn policies() -> PolicySet {
    let (duty, managers) = ([Target::Duty], [Target::Managers, Target::Team]);
    let backup = [Target::Backup, Target::Lead];
    crate::harness::policy(&[(&duty, 5), (&backup, 10), (&managers, 15)], 0)
}

/// An incident and the time, moved by the domain's own decisions.
struct World {
    incident: Incident,
    now: Timestamp,
    directory: Directory,
    title: String,
}

impl World {
    fn reported(words: Option<&str>) -> Self {
        let (directory, now) = (directory(), at("21T14:05"));
        let actor = Actor::Person(id(REPORTER));
        let permit =
            trucban::domain::access::permit(&actor, ActKind::Report, None, &directory).unwrap();
        let ctx = Ctx { now, directory: &directory };
        let report = Report { words: words.map(str::to_owned) };
        let events =
            opening::report(&code(), &report, &permit, &policies(), &Triage::default(), &ctx);
        let stamp = At { seq: 1, at: now, actor };
        let IncidentEvent::Reported { opening } = &events[0] else { unreachable!() };
        let mut incident = Incident::opened(code(), opening, &stamp);
        events[1..].iter().for_each(|event| incident.apply(event, &stamp));
        Self { incident, now, directory, title: words.unwrap_or_default().to_owned() }
    }

    fn new() -> Self {
        Self::reported(Some("Máy chủ cổng thông tin <bị> mã hóa & đòi tiền chuộc"))
    }

    fn take(&mut self, events: &[IncidentEvent], actor: Actor) {
        let stamp = At { seq: 2, at: self.now, actor };
        events.iter().for_each(|event| self.incident.apply(event, &stamp));
    }

    fn act(mut self, who: &str, act: Act) -> Self {
        self.now = self.now.plus(Duration::from_secs(120));
        let actor = Actor::Person(id(who));
        let kind = act.kind(self.incident.severity);
        let permit = permit_on(&actor, kind, &self.incident, &self.directory).unwrap();
        let ctx = Ctx { now: self.now, directory: &self.directory };
        let events = decide(&self.incident, &act, None, &permit, &ctx).unwrap();
        self.take(&events, actor);
        self
    }

    fn tick(mut self) -> Self {
        self.now = self.incident.next_moment().unwrap();
        let permit = permit_on(&Actor::System, ActKind::See, &self.incident, &self.directory);
        let ctx = Ctx { now: self.now, directory: &self.directory };
        let events = tick(&self.incident, self.now, &permit.unwrap(), &ctx);
        self.take(&events, Actor::System);
        self
    }

    fn held() -> Self {
        Self::new().act(DUTY, Act::Acknowledge)
    }

    fn resolved() -> Self {
        Self::held().act(DUTY, Act::Contain).act(DUTY, Act::Resolve)
    }

    fn closed(closing: Closing) -> Self {
        Self::resolved().act(DUTY, Act::Close(closing))
    }

    fn view(&self, reader: Reader) -> View {
        let shown = Shown {
            incident: self.incident.clone(),
            title: Some(self.title.clone()),
            description: Some("Máy chủ không vào được từ 13:50.\nĐuôi tệp .locked".to_owned()),
        };
        View {
            drills: Vec::new(),
            scenarios: Default::default(),
            history: Vec::new(),
            quoted: Some("Đã ngắt máy chủ khỏi mạng <b>ngay</b>.".to_owned()),
            incidents: vec![shown],
            directory: Arc::new(self.directory.clone()),
            team: Arc::new(Team {
                name: "Đội ứng cứu sự cố an ninh mạng tỉnh Ninh Bình".to_owned(),
                hotline: "0229 3888 999".to_owned(),
                zone: Tz::Asia__Ho_Chi_Minh,
                bot_name: Some("trucban_bot".to_owned()),
            }),
            plays: trucban::domain::notice::Plays::default(),
            reader,
            link: Some("https://trucban.example.gov.vn/g/x7Kq".to_owned()),
            resend: false,
            now: self.now,
        }
    }
}

fn one(who: &str) -> Reader {
    Reader::Person(id(who))
}

fn real(body: Body) -> Notice {
    Notice { origin: Origin::Real, body }
}

fn card() -> Body {
    Body::Card { code: code() }
}

fn page(kind: PageKind, why: Why) -> Body {
    Body::Page { code: code(), episode: 1, kind, why }
}

fn chat(body: Body, view: &View) -> Message {
    render(&real(body), view, Surface::Chat)
}

/// A message as a person can read it in a snapshot.
fn drawn(message: &Message) -> String {
    let mut drawn = message.markup.html();
    for row in &message.buttons {
        let labels: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
        drawn.push_str(&format!("\n{}", labels.join(" ")));
    }
    if message.call {
        drawn.push_str("\n(có tiếng)");
    }
    drawn
}

/// Named messages, one below the other.
#[derive(Default)]
struct Sheet(String);

impl Sheet {
    fn add(&mut self, name: &str, words: &str) {
        self.0.push_str(&format!("──── {name}\n{words}\n\n"));
    }

    fn message(&mut self, name: &str, message: &Message) {
        self.add(name, &drawn(message));
    }

    fn keep(self, name: &str) {
        insta::with_settings!({
            snapshot_path => "../snapshots", prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!(name, self.0.trim_end()); });
    }
}

/// Every state a card can be in.
fn states() -> Vec<(&'static str, World)> {
    let exhausted = || World::new().tick().tick().tick();
    vec![
        ("mới ghi nhận", World::new()),
        ("đã gọi bậc 2", World::new().tick()),
        ("bậc cuối", World::new().tick().tick()),
        ("hết các vòng", exhausted()),
        ("đã phân công, chờ", World::new().act(LEAD, Act::Assign(id(BACKUP)))),
        ("có người giữ", World::held()),
        ("giữ, phân công người khác", World::held().act(LEAD, Act::Assign(id(BACKUP)))),
        ("nhắc người giữ", World::held().tick()),
        ("người giữ im lặng", World::held().tick().tick()),
        ("đã trả lại", World::held().act(DUTY, Act::HandBack)),
        ("đã khoanh vùng, có người cùng xử lý", {
            World::held().act(DUTY, Act::Contain).act(BACKUP, Act::Note("x".into()))
        }),
        ("đã khắc phục", World::resolved()),
        ("đã kết thúc", World::closed(Closing::Summary("xong".into()))),
        ("báo nhầm", World::closed(Closing::FalseAlarm("nhầm".into()))),
        ("mở lại", World::closed(Closing::Summary("x".into())).act(LEAD, Act::Reopen)),
        ("ngoài hệ thống", World::reported(None)),
        ("máy đoán, có thể liên quan", {
            let mut world = World::new();
            world.incident.severity = Severity::Critical;
            world.incident.category = Some(Category::Tc06);
            world.incident.guessed = Guessed { severity: true, category: true, named: false };
            world.incident.similar = vec![IncidentCode::numbered("SC", 2026, 7)];
            world
        }),
        ("diện rộng, có người giữ", {
            let mut world = World::held();
            let part = |number, unit: &str| Merged {
                code: IncidentCode::numbered("SC", 2026, number),
                reporter: None,
                unit: Some(UnitCode::new(unit)),
            };
            world.incident.parts = vec![part(2, "xa-001"), part(3, "phuong-002")];
            world.incident.unit = None;
            world
        }),
        ("rất cao, đã phân loại", {
            let world = World::held().act(DUTY, Act::Severity(Severity::Critical));
            world.act(DUTY, Act::Category(Some(Category::Tc06)))
        }),
    ]
}

fn kinds() -> [PageKind; 6] {
    [
        PageKind::Rung { round: 1, level: 1, last: false },
        PageKind::Rung { round: 1, level: 3, last: true },
        PageKind::Assigned,
        PageKind::SeverityRaised,
        PageKind::NobodyAnswered,
        PageKind::NobodyReached,
    ]
}

fn every_news() -> Vec<News> {
    vec![
        News::Taken { by: id(DUTY) },
        News::GivenBack { by: id(DUTY) },
        News::UnitMoved { from: UnitCode::new("xa-001"), to: UnitCode::new("so-kh") },
        News::Contained,
        News::Resolved,
        News::Closed,
        News::Reopened,
        News::Merged { main: IncidentCode::numbered("SC", 2026, 7) },
        News::SeverityChanged { from: Severity::Medium, to: Severity::Critical },
        News::SeverityChanged { from: Severity::High, to: Severity::Low },
        News::Note { by: Some(id(BACKUP)) },
        News::Note { by: None },
        News::Widespread { units: 5 },
        News::LeaseReminder { release_at: at("21T16:22") },
        News::LeaseExpired,
        News::Flapping { times: 4, within_ms: 3_600_000, quiet_ms: 1_800_000 },
        News::CloseReminder,
        News::AssignedUnreachable { person: id(BACKUP) },
    ]
}

fn every_ask() -> Vec<Ask> {
    let codes = vec![code()];
    vec![
        Ask::ReportSecrecy,
        Ask::ReportWords,
        Ask::Note(code()),
        Ask::CloseHow(Aim::typed(code())),
        Ask::CloseWords { aim: Aim::typed(code()), false_alarm: false },
        Ask::CloseWords { aim: Aim::typed(code()), false_alarm: true },
        Ask::Severity(Aim::typed(code())),
        Ask::Category(Aim::typed(code())),
        Ask::Assign(Aim::typed(code())),
        Ask::NoticedAt(Aim::typed(code())),
        Ask::Flags(Aim::typed(code())),
        Ask::Flag { aim: Aim::typed(code()), flag: Flag::PersonalData },
        Ask::Tlp(Aim::typed(code())),
        Ask::NoteOn { codes: codes.clone() },
        Ask::Which { verb: Verb::Acknowledge, codes: codes.clone(), episodes: vec![1] },
        Ask::Which { verb: Verb::Merge, codes: codes.clone(), episodes: Vec::new() },
        Ask::Which { verb: Verb::Group, codes: codes.clone(), episodes: Vec::new() },
        Ask::MergeInto { aim: Aim::typed(code()), codes },
        Ask::MergeInto { aim: Aim::typed(code()), codes: vec![] },
        Ask::Invite,
        Ask::Unlink,
    ]
    .into_iter()
    .chain(MoreStep::ALL.map(|step| Ask::More { aim: Aim::typed(code()), step }))
    .collect()
}

fn every_answer() -> Vec<Answer> {
    let mut answers = vec![
        Answer::Done(Done::Quiet),
        Answer::Done(Done::Reported(code())),
        Answer::Done(Done::Noted { code: code(), seq: 7 }),
        Answer::Done(Done::Flagged { code: code(), flag: Flag::MajorOutage, value: Tri::Yes }),
        Answer::Done(Done::Merged { duplicate: IncidentCode::new("SC-2026-0002"), main: code() }),
        Answer::Done(Done::Directory { added: 3, changed: 1 }),
        Answer::Done(Done::Invited { person: id(BACKUP), expires: at("24T14:05") }),
        Answer::Done(Done::Linked { person: id(DUTY), roles: vec![Role::Responder] }),
        Answer::Done(Done::Unlinked { person: id(BACKUP) }),
        Answer::Done(Done::TestPaged { person: id(BACKUP) }),
        Answer::Refused(Refusal::UnknownIncident("SC-9".into())),
        Answer::AskedAgain(Ask::ReportSecrecy, Again::NotRecorded),
        Answer::AskedAgain(Ask::Severity(Aim::typed(code())), Again::NotUnderstood),
        Answer::AskedAgain(
            Ask::Which { verb: Verb::Contain, codes: vec![code()], episodes: vec![1] },
            Again::NoSuchIncident,
        ),
        Answer::AskedAgain(Ask::NoticedAt(Aim::typed(code())), Again::KeptAsNote),
        Answer::Welcome { roles: vec![Role::Responder] },
        Answer::Hotline,
        Answer::AskedAgain(Ask::NoteOn { codes: vec![code()] }, Again::StillWaiting),
        Answer::Left,
        Answer::ReportLeft,
        Answer::Dropped { late: false },
        Answer::Dropped { late: true },
        Answer::FilesNotTaken,
        Answer::StillStands { code: code() },
        Answer::Thanks { code: code() },
        Answer::AccessAsked,
        Answer::NothingToLeave,
        Answer::UnknownCommand { nearest: Some("/nhan".into()) },
        Answer::UnknownCommand { nearest: None },
        Answer::Meant { verb: Box::new(Verb::Acknowledge), command: "/nhan".into(), code: code() },
        Answer::NothingFits { verb: Verb::Reopen },
        Answer::NothingFits { verb: Verb::KeepAlive },
        Answer::Usage { command: "gop".into() },
        Answer::Usage { command: "/leothang".into() },
        Answer::Incident { code: code() },
        Answer::List { codes: vec![code()], open: 1, ended: vec![] },
        Answer::List { codes: vec![], open: 0, ended: vec![code()] },
        Answer::List { codes: vec![code()], open: 31, ended: vec![] },
        Answer::Found { codes: vec![code()], count: 1 },
        Answer::Found { codes: vec![code()], count: 40 },
        Answer::Found { codes: vec![], count: 0 },
        Answer::WhyCalled { code: code() },
        Answer::Unreadable,
        Answer::Invitation {
            person: id(BACKUP),
            code: "K7QX-2M9P".into(),
            expires: at("24T14:05"),
        },
        Answer::OnlyInPrivate,
    ];
    answers.extend(every_act().map(|act| Answer::Done(Done::Acted { code: code(), act })));
    answers
}

fn every_act() -> impl Iterator<Item = ActKind> {
    use ActKind as A;
    [
        A::Acknowledge,
        A::HandBack,
        A::KeepAlive,
        A::Assign,
        A::Note,
        A::SeverityUp,
        A::SeverityDown,
        A::Category,
        A::Flag,
        A::Tlp,
        A::Raise,
        A::Contain,
        A::Resolve,
        A::Close,
        A::Reopen,
        A::Merge,
        A::Redact,
        A::Directory,
        A::Contacts,
        A::Roster,
        A::OwnDuty,
        A::Report,
        A::See,
        A::Detail,
        A::Group,
        A::TakeOut,
        A::Attach,
        A::Describe,
        A::Hand,
        A::Receive,
        A::Play,
        A::StartPlaybook,
        A::PlanDrill,
        A::ApproveDrill,
        A::TakePart,
    ]
    .into_iter()
}

mod complete;
mod contacts;
mod drills;
mod drills_plan;
mod duty;
mod evidence;
mod playbooks;
mod rules;
mod sheets;
mod tlp;
