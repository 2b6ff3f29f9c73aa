//! Nothing that can be said is without its words: the kinds are read from where they are declared.

use std::collections::BTreeSet;
use std::fmt::Debug;

use super::*;
use trucban::chat::command::NAMES;
use trucban::domain::playbook::run::PlayRefusal;
use trucban::text::buttons;

/// The variants of an enum, from its source.
fn declared(source: &str, name: &str) -> BTreeSet<String> {
    let (_, body) = source.split_once(&format!("pub enum {name} {{\n")).expect("it is there");
    let (body, _) = body.split_once("\n}\n").expect("it ends");
    let variant = |line: &str| {
        let line = line.strip_prefix("    ")?;
        let word: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
        line.starts_with(|c: char| c.is_ascii_uppercase()).then_some(word)
    };
    body.lines().filter_map(variant).collect()
}

/// The variants of these samples.
fn shown<T: Debug>(samples: impl IntoIterator<Item = T>) -> BTreeSet<String> {
    let variant = |sample: T| {
        let said = format!("{sample:?}");
        said.chars().take_while(char::is_ascii_alphanumeric).collect()
    };
    samples.into_iter().map(variant).collect()
}

pub fn every_refusal() -> Vec<Refusal> {
    use Refusal as R;
    let (since, by) = (at("21T14:07"), Actor::Person(id(DUTY)));
    let not_now = |act, status| R::NotNow { code: code(), act, status, since, by: by.clone() };
    let old = R::OldEpisode { code: code(), status: Status::Closed, since, by: by.clone() };
    let mut all = vec![
        R::NotInDirectory,
        R::OffChannel(code()),
        R::AnonymousAdmin,
        R::UnknownIncident("SC-2026-0099".into()),
        R::AlreadyHeld { code: code(), by: id(DUTY), since },
        R::NotHolder { code: code(), holder: Some(id(DUTY)) },
        R::NotHolder { code: code(), holder: None },
        not_now(ActKind::Acknowledge, Status::Resolved),
        not_now(ActKind::Contain, Status::Contained),
        not_now(ActKind::Resolve, Status::Reported),
        not_now(ActKind::Close, Status::Acknowledged),
        not_now(ActKind::Reopen, Status::Acknowledged),
        not_now(ActKind::Raise, Status::Closed),
        old,
        R::AlreadyRaised { code: code(), at: since, by: Actor::System },
        R::MergedInto { code: code(), main: IncidentCode::new("SC-2026-0007") },
        R::TooLong { limit: 8000 },
        R::UnknownPerson("Hùng".into()),
        R::CannotHold(id(MANAGER)),
        R::MergeIntoItself(code()),
        R::MergeIntoClosed(code()),
        R::PartOf { code: code(), parent: IncidentCode::numbered("SC", 2026, 7) },
        R::NoPart(code()),
        R::NobodyToTell(code()),
        R::HasParts(code()),
        R::StricterPart { code: code(), tlp: Tlp::Red },
        R::NothingToGroup,
        R::MergeAcrossOrigins,
        R::BadInvitation,
        R::AccountTaken,
        R::NotLinked(id(BACKUP)),
        R::NoSuchWay(id(ADMIN)),
        R::LastAdmin(id(ADMIN)),
        R::StateSecret,
        R::NothingToRemove { code: code(), seq: 128 },
        R::NotYoursToRemove(code()),
    ];
    all.extend(every_act().map(R::NotAllowed));
    all.extend(every_act().map(|act| R::NoChange { code: code(), act }));
    all.extend(every_act().map(|act| R::WordsNeeded { act }));
    all
}

#[test]
fn every_kind_of_refusal_act_and_news_has_its_words_in_a_sheet() {
    let refusal = include_str!("../../../src/domain/refusal.rs");
    let act = include_str!("../../../src/domain/incident/act.rs");
    let news = include_str!("../../../src/domain/news.rs");
    let refusals = every_refusal().into_iter().chain(evidence::refusals()).chain(duty::refusals());
    let refusals = refusals.chain([Refusal::Play(Box::new(PlayRefusal::TooMany))]);
    let refusals = refusals.chain(drills::refusals());
    assert_eq!(shown(refusals), declared(refusal, "Refusal"));
    assert_eq!(shown(every_act()), declared(act, "ActKind"));
    assert_eq!(shown(every_news().into_iter().chain(evidence::news())), declared(news, "News"));
}

fn every_receipt() -> Vec<Done> {
    vec![
        Done::Quiet,
        Done::Reported(code()),
        Done::Acted { code: code(), act: ActKind::Contain },
        Done::Flagged { code: code(), flag: Flag::Serious, value: Tri::No },
        Done::Noted { code: code(), seq: 7 },
        Done::Redacted {
            code: code(),
            seq: 7,
            backups: vec!["trucban-1.db".into()],
            stays: Vec::new(),
        },
        Done::Edited { code: code(), seq: 7 },
        Done::Merged { duplicate: IncidentCode::new("SC-2026-0002"), main: code() },
        Done::Grouped { parent: code(), parts: 3 },
        Done::Filed(Vec::new()),
        Done::Directory { added: 1, changed: 2 },
        Done::Invited { person: id(BACKUP), expires: at("24T14:05") },
        Done::Linked { person: id(DUTY), roles: vec![Role::Responder] },
        Done::Unlinked { person: id(BACKUP) },
        Done::TestPaged { person: id(BACKUP) },
        Done::Duty(trucban::domain::receipt::DutyDone::WatchTaken),
        Done::Contacts(trucban::domain::contacts::ContactsDone::Told),
        Done::Book(trucban::domain::drill::plan::said::BookDone::SeriesSet { drills: 2 }),
        Done::Drill(trucban::domain::drill::notice::DrillDone::Planned {
            code: drills::drill_code(),
        }),
        Done::Played {
            code: code(),
            played: Box::new(trucban::domain::receipt::Played::Taken {
                title: "Sao lưu".to_owned(),
            }),
        },
    ]
}

#[test]
fn every_kind_of_question_answer_receipt_and_trouble_has_its_words() {
    let samples = include_str!("../../samples/notices.jsonl").lines();
    let notices = samples.map(|line| serde_json::from_str::<Notice>(line).expect("a notice"));
    let mut bodies: Vec<Body> = notices.map(|notice| notice.body).collect();
    bodies.extend(every_receipt().into_iter().map(|done| Body::Answer(Answer::Done(done))));
    let view = World::held().view(one(LEAD));
    for body in &bodies {
        let said = chat(body.clone(), &view).markup.plain();
        assert!(said.chars().any(char::is_alphabetic), "{body:?}");
    }
    let (mut answers, mut asks, mut troubles) = (Vec::new(), Vec::new(), Vec::new());
    for body in bodies {
        match body {
            Body::Answer(answer) => {
                if let Answer::Ask(ask) = &answer {
                    asks.push(ask.clone());
                }
                answers.push(answer);
            }
            Body::Trouble(trouble) => troubles.push(trouble),
            _ => {}
        }
    }
    let notice = include_str!("../../../src/domain/notice.rs");
    let ask = include_str!("../../../src/domain/ask.rs");
    let receipt = include_str!("../../../src/domain/receipt.rs");
    let trouble = include_str!("../../../src/domain/trouble.rs");
    assert_eq!(shown(answers), declared(notice, "Answer"));
    assert_eq!(shown(asks), declared(ask, "Ask"));
    assert_eq!(shown(every_receipt()), declared(receipt, "Done"));
    assert_eq!(shown(troubles), declared(trouble, "Trouble"));
}

#[test]
fn every_refusal_is_a_sentence_for_people_and_says_what_to_do() {
    let view = World::held().view(one(BACKUP));
    for refusal in every_refusal().into_iter().chain(evidence::refusals()).chain(duty::refusals()) {
        let said = refusal::sentence(&refusal, &view.directory, &view.team, true);
        let ours = ["{", "}", "(\"", "::", "Some", "None", "IncidentCode", "PersonId"];
        for debug in ours {
            assert!(!said.contains(debug), "{debug} in: {said}");
        }
        let remedy = ["xin ", "Xin ", "/", "nhờ ", "không cần"];
        assert!(remedy.iter().any(|word| said.contains(word)), "{refusal:?}: {said}");
        assert!(said.chars().any(char::is_lowercase), "{refusal:?}: {said}");
    }
}

#[test]
fn every_command_stands_in_help_and_every_word_on_a_button_in_the_reference() {
    let helped: BTreeSet<&str> = help::COMMANDS.iter().map(|command| command.name).collect();
    let known: BTreeSet<&str> =
        NAMES.iter().filter_map(|(_, words)| words[0].strip_prefix('/')).collect();
    assert_eq!(helped, known);
    let reference = include_str!("../../../docs/reference.md");
    for (name, world) in states() {
        let verbs = chat(card(), &world.view(Reader::Team)).buttons;
        for button in verbs.into_iter().flatten() {
            assert!(reference.contains(&button.label), "{name}: {}", button.label);
        }
    }
    let others = [buttons::MORE, buttons::FLAGS, buttons::PASS, buttons::LATER, buttons::GROUP];
    for label in others.into_iter().chain([buttons::REDACT, buttons::ASK_ACCESS]) {
        assert!(reference.contains(label), "{label}");
    }
}
