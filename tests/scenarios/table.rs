//! The contract's two tables once more, as people meet them: every command and every button, in every
//! status, by everybody, through reading and deciding, with what comes back.

use trucban::channels::telegram::handle::said;
use trucban::chat::command::{NAMES, Name};
use trucban::domain::envelope::{Command, Done, Incoming, Receipt, Route, Said};
use trucban::domain::ids::{IncidentCode, PersonId, UnitCode};
use trucban::domain::incident::act::{Act, Detail};
use trucban::domain::notice::{Answer, Ask, Body, MoreStep, Notice, View};
use trucban::domain::press::{Press, Verb};
use trucban::domain::step_press::StepVerb;
use trucban::domain::values::{Category, ChannelKind, Flag, Impact, Severity, Tlp, Tri};
use trucban::engine::claim::view;
use trucban::engine::settings::Settings;
use trucban::ledger::outbox::Recipient;
use trucban::ledger::{StorageError, Tx};
use trucban::text::{Surface, render};

use super::given::{
    ADMIN, BACKUP, DEPUTY, DUTY, GONE, Given, LEAD, MANAGER, OTHER_REPORTER, REPORTER, WORDS,
};
use super::incident::{PLACES, TABLE, WHO, admits, forbidden, place, reason, word};
use crate::simulation::town::{TEAM, id};

/// What the first table does not hold: a look, words taken back, several at once. `s`
/// stands for whoever sees it, the other letters are those of [`TABLE`].
const MORE: [(&str, &str); 9] = [
    ("shown", "s s s s s s s s s s"),
    ("nothing", "s s s s s s s s s s"),
    ("merge", "l l l l l l l - - -"),
    ("merge into it", "l l l l l l l - - -"),
    ("group", "l l l l l - - - - -"),
    ("take out", "- - - - - - - - - m"),
    ("take back", "r r r r r r r r r r"),
    ("nobody", "- - - - - - - - - m"),
    ("no such", "- - - - - - - - - -"),
];

/// What is typed, and its line of a table. `C` is the incident, `D` another open one of the same
/// unit, `#` the entry of its report. What is asked for is asked of those for whom an answer would do
/// something, and everybody else hears at once why it would not.
const TYPED: [(&str, &str); 44] = [
    ("/suco C", "shown"),
    ("/visao C", "shown"),
    ("/nhan C", "acknowledge"),
    ("/tralai C", "hand back"),
    ("/conxuly C", "keep alive"),
    ("/phancong C", "asked: assign"),
    ("/phancong C p-05", "assign"),
    ("/phancong C p-01", "assign holder"),
    ("/phancong C Người Lạ", "nobody"),
    ("/ghichu C", "asked: note"),
    ("/ghichu C lời", "note"),
    ("/bosung C", "asked: detail"),
    ("/mucdo C", "asked: severity up"),
    ("/mucdo C cao", "severity up"),
    ("/mucdo C thấp", "severity down"),
    ("/mucdo C trung bình", "same severity"),
    ("/phanloai C", "asked: category"),
    ("/phanloai C TC06", "category"),
    ("/co C", "asked: flag"),
    ("/co C serious", "asked: flag"),
    ("/co C serious có", "flag"),
    ("/co C no_such", "asked: flag"),
    ("/tlp C", "asked: tlp"),
    ("/tlp C RED", "tlp"),
    ("/chuyencap C", "raise"),
    ("/khoanhvung C", "contain"),
    ("/khacphuc C", "resolve"),
    ("/ketthuc C", "asked: close, alarm"),
    ("/ketthuc C đã vá", "close, summary"),
    ("/ketthuc C báo nhầm: thử", "close, alarm"),
    ("/molai C", "reopen"),
    ("/rut C", "asked: shown"),
    ("/rut C #", "asked: take back"),
    ("/rut C # gửi nhầm", "take back"),
    ("/tach C", "take out"),
    ("/gop C", "asked: merge"),
    ("/gop C D", "merge"),
    ("/gop D C", "merge into it"),
    ("/dienrong C D", "group"),
    ("/bangchung C", "listed"),
    ("/bangchung C 1 giao", "asked: hand over"),
    ("/bangchung C 1 giao p-05", "hand over"),
    ("/bangchung C 1 giao lạ", "hand over"),
    ("/bangchung C 1 nhận", "receive"),
];

/// The line of a table a button stands on. A new verb does not compile before it is given one.
fn line(verb: &Verb) -> &'static str {
    match verb {
        Verb::Acknowledge => "acknowledge",
        Verb::HandBack => "hand back",
        Verb::KeepAlive => "keep alive",
        Verb::AssignTo(person) if *person == id(DUTY) => "assign holder",
        Verb::AssignTo(person) if *person == id(DEPUTY) => "assign",
        Verb::AssignTo(_) => "nobody",
        Verb::SetSeverity(Severity::Low) => "severity down",
        Verb::SetSeverity(Severity::Medium) => "same severity",
        Verb::SetSeverity(_) => "severity up",
        Verb::SetCategory(_) => "category",
        Verb::Raise => "raise",
        Verb::Contain => "contain",
        Verb::Resolve => "resolve",
        Verb::Group => "group",
        Verb::Reopen => "reopen",
        Verb::Withdraw(_) => "withdraw",
        Verb::Show => "shown",
        Verb::NoteHere => "nothing",
        Verb::Detail(_) => "detail",
        Verb::SetFlag(..) => "flag",
        Verb::SetTlp(_) => "tlp",
        Verb::TakeOut => "take out",
        Verb::WhyCalled => "shown",
        Verb::Merge => "asked: merge",
        Verb::MergeInto(_) => "merge",
        Verb::Evidence => "listed",
        Verb::HandTo(..) => "hand over",
        Verb::Received(_) => "receive",
        Verb::Runs => "shown",
        Verb::StartPlaybook(_) => "start playbook",
        Verb::Step(StepVerb::Show, _) => "shown",
        Verb::Step(..) => "step",
        Verb::Assign => "asked: assign",
        Verb::Hand(_) => "asked: hand over",
        Verb::Note => "asked: note",
        Verb::Severity => "asked: severity up",
        Verb::Category => "asked: category",
        Verb::Close | Verb::CloseFalseAlarm => "asked: close, alarm",
        Verb::CloseSummary => "asked: close, summary",
        Verb::Words => "asked: shown",
        Verb::Tlp => "asked: tlp",
        Verb::Redact(_) => "asked: take back",
        Verb::More(_) | Verb::NoticedAt => "asked: detail",
        Verb::Flags | Verb::Flag(_) => "asked: flag",
    }
}

fn verbs(entry: i64, other: &IncidentCode) -> Vec<Verb> {
    vec![
        Verb::Acknowledge,
        Verb::HandBack,
        Verb::KeepAlive,
        Verb::Assign,
        Verb::AssignTo(id(DEPUTY)),
        Verb::AssignTo(id(DUTY)),
        Verb::AssignTo(id("p-404")),
        Verb::Note,
        Verb::Severity,
        Verb::SetSeverity(Severity::Low),
        Verb::SetSeverity(Severity::Medium),
        Verb::SetSeverity(Severity::High),
        Verb::Category,
        Verb::SetCategory(Category::Tc06),
        Verb::Raise,
        Verb::Contain,
        Verb::Resolve,
        Verb::Close,
        Verb::CloseSummary,
        Verb::CloseFalseAlarm,
        Verb::Group,
        Verb::Reopen,
        Verb::Redact(entry),
        Verb::Withdraw(entry),
        Verb::Show,
        Verb::NoteHere,
        Verb::More(MoreStep::Kind),
        Verb::NoticedAt,
        Verb::Detail(Detail::Impact(Impact::Unit)),
        Verb::Flags,
        Verb::Flag(Flag::Serious),
        Verb::SetFlag(Flag::Serious, Tri::Yes),
        Verb::Tlp,
        Verb::SetTlp(Tlp::Red),
        Verb::TakeOut,
        Verb::WhyCalled,
        Verb::Merge,
        Verb::MergeInto(other.clone()),
        Verb::Words,
        Verb::Evidence,
        Verb::Hand(1),
        Verb::HandTo(1, id(DEPUTY)),
        Verb::Received(1),
        Verb::Runs,
        Verb::Step(StepVerb::Show, 1),
    ]
}

/// What somebody heard, and whether anything was recorded.
#[derive(Debug)]
pub struct Heard {
    pub outcome: &'static str,
    pub recorded: bool,
    words: String,
}

/// The province with an account for everybody, and the administrator in the reporter's unit.
pub fn province() -> Given {
    let mut given = Given::new();
    given.change_person(OTHER_REPORTER, |_, private| private.telegram_id = Some(108));
    given.change_person(ADMIN, |person, _| person.unit = Some(UnitCode::new("xa-001")));
    given
}

pub fn account(who: &str) -> i64 {
    match who.strip_prefix("p-").and_then(|number| number.parse::<i64>().ok()) {
        Some(number) if number < 99 => 100 + number,
        _ => 999,
    }
}

/// What would come of it if `who` said this, in private or in the team's chat.
pub fn says(given: &mut Given, who: &str, what: Said, chat: i64) -> Heard {
    let settings = given.settings.clone();
    let route = Route {
        channel: ChannelKind::Telegram,
        chat,
        thread: None,
        reply_to: Some(55),
        private: chat > 0,
    };
    let incoming = Incoming {
        key: "tg:1:2:3:4".to_owned(),
        route,
        account: account(who),
        name: "Máy".to_owned(),
        anonymous: false,
        said: what,
        step: None,
        drill: None,
        about: Vec::new(),
        to_question: false,
        to_us: true,
        attached: None,
    };
    let mut heard = None;
    let undone: Result<(), _> = given.store.transaction(given.now, |tx| {
        heard = Some(hears(tx, &settings, &incoming, who)?);
        Err(StorageError::Stopped)
    });
    assert!(undone.is_err());
    heard.unwrap()
}

fn hears(
    tx: &mut Tx<'_>,
    settings: &Settings,
    incoming: &Incoming,
    who: &str,
) -> Result<Heard, StorageError> {
    let rows = "SELECT coalesce(max(id), 0) FROM outbox";
    let newest = |tx: &Tx<'_>| tx.connection().query_row(rows, [], |row| row.get::<_, i64>(0));
    let (before, row) = (tx.head().seq, newest(tx)?);
    let toast = said(tx, settings, incoming, None)?;
    let person = tx.directory()?.by_telegram(incoming.account).map(|person| person.id.clone());
    let mut words: Vec<String> = Vec::new();
    let mut asked = None;
    if let Some(toast) = &toast {
        words.push(shown(&toast.notice, &toast.view));
        asked = answered(&toast.notice.body);
    }
    for id in row + 1..=newest(tx)? {
        let Some(row) = tx.row(id)? else { continue };
        let to_them = match &row.to {
            Recipient::Person(to) => *to == PersonId::new(who),
            Recipient::Chat { chat, .. } => {
                *chat == account(who)
                    || (*chat == incoming.route.chat && row.key.starts_with("answer:"))
            }
        };
        if to_them {
            let codes = row.notice.body.codes();
            let mut view = view(tx, settings, &codes, person.clone())?;
            for code in &codes {
                view.history.extend(tx.history(code)?);
            }
            words.push(shown(&row.notice, &view));
            asked = asked.or(answered(&row.notice.body));
        }
    }
    let key = tx.sealed_key(&incoming.key)?;
    let receipt = tx.outcome(&key)?;
    let outcome = match (receipt, asked) {
        (Some(Receipt::Refused(refusal)), _) => word(&refusal),
        (Some(Receipt::Done(Done::Quiet)), Some(asked)) => asked,
        (Some(Receipt::Done(Done::Quiet)), None) => "quiet",
        (Some(Receipt::Done(_)), _) => "done",
        (None, _) => "nothing at all",
    };
    Ok(Heard { outcome, recorded: tx.head().seq > before, words: words.join("\n") })
}

fn shown(notice: &Notice, view: &View) -> String {
    let message = render(notice, view, Surface::Chat);
    format!("{} {:?}", message.markup.plain(), message.buttons)
}

fn answered(body: &Body) -> Option<&'static str> {
    match body {
        Body::Answer(Answer::Ask(_)) => Some("asked"),
        Body::Answer(Answer::Incident { .. } | Answer::WhyCalled { .. }) => Some("shown"),
        Body::Answer(Answer::Runs { .. } | Answer::Step { .. }) => Some("shown"),
        Body::Answer(Answer::Evidence { .. }) => Some("listed"),
        Body::Answer(Answer::Hotline) => Some("hotline"),
        Body::Answer(Answer::OnlyInPrivate) => Some("in private"),
        Body::Answer(Answer::NothingToLeave) => Some("nothing"),
        Body::Answer(Answer::Refused(refusal)) => Some(word(refusal)),
        _ => None,
    }
}

/// What the contract says comes of it.
fn expected(line: &str, column: usize, who: &str) -> &'static str {
    if let Some(answer) = line.strip_prefix("asked: ") {
        return match expected(answer, column, who) {
            "done" | "shown" => "asked",
            refused => refused,
        };
    }
    let place = PLACES[column];
    let held = place.ends_with(", held");
    let (seen, lead) = (!matches!(who, OTHER_REPORTER | ADMIN), who == LEAD);
    let letter = |table: &[(&str, &str)]| {
        let row = table.iter().find(|(name, _)| *name == line);
        row.and_then(|(_, row)| row.split(' ').nth(column)).map(str::to_owned)
    };
    if matches!(who, GONE | "p-99") {
        return "hotline";
    }
    match line {
        "nothing" => return "nothing",
        _ if !seen => return "unknown",
        "shown" => return "shown",
        "listed" => return "listed",
        // There is no such piece.
        "receive" => return "no piece",
        "hand over" if matches!(who, REPORTER | MANAGER) => return "not allowed",
        "hand over" => return "no piece",
        "take back" | "withdraw" if who == REPORTER || (lead && line == "take back") => {
            return "done";
        }
        "withdraw" if lead => return "other",
        "take back" | "withdraw" => return "not yours",
        _ => {}
    }
    if let Some(letter) = letter(&TABLE) {
        // The main incident was just reported.
        let column = if letter == "m" { 0 } else { column };
        let letter = TABLE.iter().find(|(name, _)| *name == line).unwrap().1;
        let letter = letter.split(' ').nth(column).unwrap();
        let held = held && column != 0;
        return match forbidden(who, line) {
            Some(why) => why,
            None if admits(letter, who, held) => "done",
            None => reason(line, PLACES[column], who),
        };
    }
    let letter = letter(&MORE).unwrap();
    match line {
        _ if !lead => "not allowed",
        "take out" => "no part",
        "nobody" if place.starts_with("closed, ") && letter != "m" => "not now",
        "nobody" if place.starts_with("resolved") => "not now",
        "nobody" => "unknown person",
        _ if admits(&letter, who, held) => "done",
        "merge" if place == "closed, duplicate" => "merged",
        "merge into it" => "into closed",
        _ => "not now",
    }
}

/// Nothing is recorded unless it was done, and whoever may not see it learns nothing of it.
fn wrong(heard: &Heard, expected: &str, who: &str) -> Option<String> {
    let outside = matches!(who, OTHER_REPORTER | ADMIN | GONE | "p-99");
    let told = [WORDS, "xa-001", DUTY].into_iter().find(|word| heard.words.contains(word));
    match told.filter(|_| outside) {
        Some(word) => Some(format!("hears “{word}”: {}", heard.words)),
        None if heard.outcome != expected => Some(format!("{}, not {expected}", heard.outcome)),
        None if heard.recorded != (expected == "done") => Some("recorded".to_owned()),
        None => None,
    }
}

fn entry(given: &Given, code: &IncidentCode) -> i64 {
    given.see(code).reported_seq
}

#[test]
fn every_command_about_an_incident_stands_in_the_table() {
    for (name, words) in NAMES {
        let about = name.concerns_an_incident() || matches!(name, Name::Merge | Name::Group);
        let stands = TYPED.iter().any(|(typed, _)| typed.starts_with(&format!("{} ", words[0])));
        assert_eq!(about, stands, "{name:?}");
    }
}

#[test]
fn every_command_typed_by_everybody_in_every_status_does_what_the_tables_say() {
    let mut found = Vec::new();
    for (column, name) in PLACES.iter().enumerate() {
        let mut given = province();
        let code = place(&mut given, name);
        let other = given.reported_by(REPORTER);
        let entry = entry(&given, &code).to_string();
        for (typed, line) in TYPED {
            let words =
                typed.replace(" C", &format!(" {code}")).replace(" D", &format!(" {other}"));
            let words = words.replace('#', &entry);
            for who in WHO {
                let said = Said::Words(words.clone());
                let heard = says(&mut given, who, said, account(who));
                if let Some(wrong) = wrong(&heard, expected(line, column, who), who) {
                    found.push(format!("{who} “{typed}” on {name}: {wrong}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn press(given: &Given, code: &IncidentCode, verb: Verb) -> Press {
    let incident = given.see(code);
    Press { verb, code: code.clone(), episode: incident.episode, firing: incident.firings }
}

fn pressed(press: &Press) -> Said {
    Said::Pressed { data: press.data().unwrap(), message: 9 }
}

#[test]
fn every_button_pressed_by_everybody_in_every_status_does_what_the_tables_say() {
    let mut found = Vec::new();
    for (column, name) in PLACES.iter().enumerate() {
        let mut given = province();
        let code = place(&mut given, name);
        let (entry, other) = (entry(&given, &code), given.reported_by(REPORTER));
        for verb in verbs(entry, &other) {
            let data = pressed(&press(&given, &code, verb.clone()));
            for (who, in_team) in WHO.iter().flat_map(|who| [(*who, false), (*who, true)]) {
                let chat = if in_team { TEAM } else { account(who) };
                let heard = says(&mut given, who, data.clone(), chat);
                let expect = match expected(line(&verb), column, who) {
                    // The list quotes what was said.
                    "asked" | "unknown" if in_team && verb == Verb::Words => "in private",
                    "shown" | "unknown" if in_team && verb == Verb::WhyCalled => "in private",
                    // Nothing else here is of its kind, and one alone is not widespread.
                    "done" if verb == Verb::Group => "other",
                    expect => expect,
                };
                if let Some(wrong) = wrong(&heard, expect, who) {
                    found.push(format!("{who} {verb:?} on {name}, team {in_team}: {wrong}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_button_with_an_episode_or_a_code_that_is_not_its_own_does_nothing_for_anybody() {
    let mut given = province();
    let code = place(&mut given, "closed, false alarm");
    given.does(LEAD, &code, Act::Reopen);
    let (entry, other) = (entry(&given, &code), given.reported_by(REPORTER));
    // Words are no less true in another episode, and a look changes nothing.
    let free = |verb: &Verb| {
        matches!(
            verb,
            Verb::Note
                | Verb::Show
                | Verb::WhyCalled
                | Verb::NoteHere
                | Verb::Words
                | Verb::Redact(_)
                | Verb::Withdraw(_)
                | Verb::Evidence
                | Verb::Runs
                | Verb::Step(StepVerb::Show, _)
        )
    };
    let mut found = Vec::new();
    for verb in verbs(entry, &other).into_iter().filter(|verb| !free(verb)) {
        for (who, episode) in WHO.iter().flat_map(|who| [0, 1, 3, u32::MAX].map(|at| (*who, at))) {
            let forged = Press { episode, ..press(&given, &code, verb.clone()) };
            let heard = says(&mut given, who, pressed(&forged), account(who));
            let expect = match expected(line(&verb), 0, who) {
                before @ ("hotline" | "unknown" | "not allowed") => before,
                _ => "old episode",
            };
            if let Some(wrong) = wrong(&heard, expect, who) {
                found.push(format!("{who} {verb:?} of episode {episode}: {wrong}"));
            }
        }
    }
    for verb in verbs(entry, &other).into_iter().filter(|verb| *verb != Verb::NoteHere) {
        for (who, other) in
            WHO.iter().flat_map(|who| ["SC-2026-0404", "DT-2026-001-01"].map(|code| (*who, code)))
        {
            let forged =
                Press { code: IncidentCode::new(other), ..press(&given, &code, verb.clone()) };
            let heard = says(&mut given, who, pressed(&forged), account(who));
            let expect = if matches!(who, GONE | "p-99") { "hotline" } else { "unknown" };
            if let Some(wrong) = wrong(&heard, expect, who) {
                found.push(format!("{who} {verb:?} of {other}: {wrong}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_answer_to_a_question_about_somebody_else_s_incident_is_refused_as_its_button_is() {
    let mut given = province();
    let code = place(&mut given, "acknowledged, held");
    let aim = trucban::domain::incident::act::Aim { code: code.clone(), episode: Some(1) };
    let asks = [
        Ask::Note(code.clone()),
        Ask::Severity(aim.clone()),
        Ask::CloseHow(aim.clone()),
        Ask::Assign(aim),
        Ask::Redact(code),
    ];
    for (ask, who) in asks.iter().flat_map(|ask| [OTHER_REPORTER, ADMIN].map(|who| (ask, who))) {
        let command = Command::Say(Answer::Ask(ask.clone()));
        let receipt = given.would(crate::simulation::town::by(who), command);
        let Receipt::Refused(refusal) = receipt else { panic!("{who} {ask:?}: {receipt:?}") };
        assert_eq!(word(&refusal), "unknown", "{who} {ask:?}");
    }
    assert!(WHO.contains(&BACKUP) && WHO.contains(&MANAGER));
}
