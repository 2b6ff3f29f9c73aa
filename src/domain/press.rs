//! What a button says: verb, incident, episode and firing in at most 64 bytes.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::detail_press;
use super::ids::{IncidentCode, PersonId};
use super::incident::act::{ActKind, Detail};
use super::notice::MoreStep;
use super::playbook::PlaybookId;
use super::roster::feed::FeedWish;
use super::roster::{Layer, RosterId, Span};
use super::step_press::StepVerb;
use super::time::Timestamp;
use super::values::{Category, Flag, Severity, Tlp, Tri};

/// The longest callback data Telegram takes, in bytes.
pub const MAX_BYTES: usize = 64;

/// The version of the form; an unknown one is answered by "this button is too old".
const VERSION: &str = "1";

/// What a button does.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// `Tiếp nhận`.
    Acknowledge,
    /// `Trả lại`.
    HandBack,
    /// `Còn xử lý`.
    KeepAlive,
    /// `Phân công`: asks whom.
    Assign,
    /// This person.
    AssignTo(PersonId),
    /// `Ghi chú`: asks for words.
    Note,
    /// `Mức độ`: asks which.
    Severity,
    /// This severity.
    SetSeverity(Severity),
    /// `Phân loại`: asks which.
    Category,
    /// This category.
    SetCategory(Category),
    /// `Chuyển cấp`.
    Raise,
    /// `Khoanh vùng xong`.
    Contain,
    /// `Khắc phục xong`.
    Resolve,
    /// `Kết thúc`: asks how.
    Close,
    /// With a summary: asks for words.
    CloseSummary,
    /// As a false alarm: asks for words.
    CloseFalseAlarm,
    /// Deal with it and its likes as one widespread incident.
    Group,
    /// `Mở lại`.
    Reopen,
    /// Asks which words are to be taken back.
    Words,
    /// Take back the words of this entry: asks why.
    Redact(i64),
    /// Take back one's own words of this entry, at once.
    Withdraw(i64),
    /// Show the incident.
    Show,
    /// `Vì sao tôi nhận tin này?`.
    WhyCalled,
    /// The words that wait belong to this incident.
    NoteHere,
    /// `Bổ sung`: asks, from this question on, what the report left open.
    More(MoreStep),
    /// `Khác`: asks in words when it was noticed.
    NoticedAt,
    /// An answer to one of those questions.
    Detail(Detail),
    /// Asks which flag.
    Flags,
    /// Asks for the value of this flag.
    Flag(Flag),
    /// This value.
    SetFlag(Flag, Tri),
    /// Asks for the TLP label.
    Tlp,
    /// This TLP label.
    SetTlp(Tlp),
    /// Deal with it alone again.
    TakeOut,
    /// It is a duplicate: asks of which.
    Merge,
    /// It is a duplicate of this one.
    MergeInto(IncidentCode),
    /// `Chứng cứ`: the list, and files from now on belong to it.
    Evidence,
    /// Asks to whom this piece is given.
    Hand(u32),
    /// It is given to this person.
    HandTo(u32, PersonId),
    /// Whoever presses has it.
    Received(u32),
    /// `Quy trình`: those that run, and those that fit.
    Runs,
    /// Starts this one.
    StartPlaybook(PlaybookId),
    /// Something about a step of one.
    Step(StepVerb, u32),
}

/// A button on a message about an incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Press {
    /// What it does.
    pub verb: Verb,
    /// To which incident.
    pub code: IncidentCode,
    /// Of which episode.
    pub episode: u32,
    /// At which firing of the ladder; means something only for raising.
    pub firing: u32,
}

/// A button that belongs to no incident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Choice {
    /// The report holds no state secret.
    SecrecyNo,
    /// The report holds a state secret.
    SecrecyYes,
    /// The reporter does not know.
    SecrecyUnknown,
    /// Leave the step.
    Cancel,
    /// Somebody nobody knows asks to be let in.
    AskAccess,
    /// Invite this person.
    Invite(PersonId),
    /// Let go of this person's account.
    Unlink(PersonId),
    /// One's own data in the directory still hold.
    StillRight,
    /// They do not.
    NotRight,
}

/// What stands before the person to invite.
const INVITE: &str = "1|iv|";

/// What stands before the person whose account is to be let go.
const UNLINK: &str = "1|ul|";

impl Choice {
    /// Every choice that is about nobody, with its word.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::SecrecyNo, "1|sn"),
        (Self::SecrecyYes, "1|sy"),
        (Self::SecrecyUnknown, "1|su"),
        (Self::Cancel, "1|x"),
        (Self::AskAccess, "1|in"),
        (Self::StillRight, "1|cy"),
        (Self::NotRight, "1|cn"),
    ];

    /// The callback data.
    pub fn data(&self) -> String {
        match self {
            Self::Invite(person) => format!("{INVITE}{person}"),
            Self::Unlink(person) => format!("{UNLINK}{person}"),
            other => {
                let known = Self::ALL.into_iter().find(|(choice, _)| choice == other);
                known.map_or_else(String::new, |(_, data)| data.to_owned())
            }
        }
    }

    /// From callback data.
    pub fn read(data: &str) -> Option<Self> {
        let person =
            |word: &str| data.strip_prefix(word).filter(|id| !id.is_empty()).map(PersonId::new);
        person(INVITE).map(Self::Invite).or_else(|| person(UNLINK).map(Self::Unlink)).or_else(
            || Self::ALL.into_iter().find(|(_, known)| *known == data).map(|(choice, _)| choice),
        )
    }
}

/// A button about who is on duty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DutyPress {
    /// `Nhận ca`, of the watch that began then.
    TakeWatch(Timestamp),
    /// The one who was asked to take a stretch answers.
    Swap {
        /// Which swap.
        id: RosterId,
        /// Whether he takes it.
        agreed: bool,
    },
    /// A lead answers.
    Decide {
        /// Which swap.
        id: RosterId,
        /// Whether it may be.
        agreed: bool,
    },
    /// This stretch of one's own is to be given away: asks to whom.
    Shift {
        /// Which chair.
        layer: Layer,
        /// An instant in it.
        at: Timestamp,
    },
    /// To this person.
    Give {
        /// Which chair.
        layer: Layer,
        /// Which stretch, to the second.
        span: Span,
        /// To whom.
        to: PersonId,
    },
    /// A leave is taken back.
    EndLeave(RosterId),
    /// A change by hand is taken back.
    EndChange(RosterId),
    /// `Đã nhận tin`: the test of the way was received.
    Canary(RosterId),
    /// The presser's own calendar for telephones, or that of all.
    Feed {
        /// Whether that of all.
        team: bool,
        /// What of it.
        wish: FeedWish,
    },
}

impl DutyPress {
    /// The callback data; `None` when it does not fit, and then there must be no such button.
    pub fn data(&self) -> Option<String> {
        let data = match self {
            Self::TakeWatch(since) => format!("{VERSION}|duty|take|{}", since.millis()),
            Self::Swap { id, agreed: true } => format!("{VERSION}|duty|sy|{}", id.0),
            Self::Swap { id, agreed: false } => format!("{VERSION}|duty|sn|{}", id.0),
            Self::Decide { id, agreed: true } => format!("{VERSION}|duty|dy|{}", id.0),
            Self::Decide { id, agreed: false } => format!("{VERSION}|duty|dn|{}", id.0),
            Self::Shift { layer, at } => {
                format!("{VERSION}|duty|sh|{}|{}", layer.as_str(), at.millis())
            }
            Self::Give { layer, span, to } => {
                let (from, end) = (span.from.millis() / 1000, span.to.millis() / 1000);
                format!("{VERSION}|duty|to|{}|{from}-{end}|{to}", layer.as_str())
            }
            Self::EndLeave(id) => format!("{VERSION}|duty|le|{}", id.0),
            Self::EndChange(id) => format!("{VERSION}|duty|ce|{}", id.0),
            Self::Canary(id) => format!("{VERSION}|duty|ok|{}", id.0),
            Self::Feed { team, wish } => {
                let whose = if *team { "t" } else { "p" };
                let wish = match wish {
                    FeedWish::Have => "have",
                    FeedWish::Renew => "renew",
                    FeedWish::Stop => "stop",
                };
                format!("{VERSION}|duty|fe|{whose}|{wish}")
            }
        };
        (data.len() <= MAX_BYTES).then_some(data)
    }

    /// From callback data.
    pub fn read(data: &str) -> Option<Self> {
        let rest = data.strip_prefix(VERSION)?.strip_prefix("|duty|")?;
        let mut parts = rest.splitn(4, '|');
        let verb = parts.next()?;
        let id = |text: Option<&str>| Some(RosterId(text?.parse().ok()?));
        let layer = |text: &str| Layer::ALL.iter().copied().find(|one| one.as_str() == text);
        let at = |text: &str| Some(Timestamp::from_millis(text.parse().ok()?));
        Some(match verb {
            "take" => Self::TakeWatch(at(parts.next()?)?),
            "sy" => Self::Swap { id: id(parts.next())?, agreed: true },
            "sn" => Self::Swap { id: id(parts.next())?, agreed: false },
            "dy" => Self::Decide { id: id(parts.next())?, agreed: true },
            "dn" => Self::Decide { id: id(parts.next())?, agreed: false },
            "sh" => Self::Shift { layer: layer(parts.next()?)?, at: at(parts.next()?)? },
            "to" => {
                let layer = layer(parts.next()?)?;
                let (from, end) = parts.next()?.split_once('-')?;
                let second = |text: &str| at(text).map(|at| at.millis().saturating_mul(1000));
                let span = Span {
                    from: Timestamp::from_millis(second(from)?),
                    to: Timestamp::from_millis(second(end)?),
                };
                let to = parts.next().filter(|to| !to.is_empty())?;
                Self::Give { layer, span, to: PersonId::new(to) }
            }
            "le" => Self::EndLeave(id(parts.next())?),
            "ce" => Self::EndChange(id(parts.next())?),
            "ok" => Self::Canary(id(parts.next())?),
            "fe" => {
                let team = match parts.next()? {
                    "t" => true,
                    "p" => false,
                    _ => return None,
                };
                let wish = match parts.next()? {
                    "have" => FeedWish::Have,
                    "renew" => FeedWish::Renew,
                    "stop" => FeedWish::Stop,
                    _ => return None,
                };
                Self::Feed { team, wish }
            }
            _ => return None,
        })
    }
}

impl Press {
    /// The callback data; `None` when it does not fit, and then there must be no such button.
    pub fn data(&self) -> Option<String> {
        let (verb, argument) = self.verb.words();
        let (code, episode, firing) = (&self.code, self.episode, self.firing);
        let data = format!("{VERSION}|{verb}|{code}|{episode}|{firing}|{argument}");
        (data.len() <= MAX_BYTES).then_some(data)
    }

    /// From callback data; `None` for what we never made.
    pub fn read(data: &str) -> Option<Self> {
        let mut parts = data.splitn(6, '|');
        let version = parts.next()?;
        let (verb, code) = (parts.next()?, parts.next()?);
        let (episode, firing) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let verb = Verb::read(verb, parts.next()?)?;
        let code = IncidentCode::read(code)?;
        (version == VERSION).then_some(Self { verb, code, episode, firing })
    }
}

impl Verb {
    /// The act it leads to, as rights name it.
    pub fn act(&self) -> ActKind {
        match self {
            Self::Acknowledge => ActKind::Acknowledge,
            Self::HandBack => ActKind::HandBack,
            Self::KeepAlive => ActKind::KeepAlive,
            Self::Assign | Self::AssignTo(_) => ActKind::Assign,
            Self::Note | Self::NoteHere => ActKind::Note,
            Self::Severity | Self::SetSeverity(_) => ActKind::SeverityUp,
            Self::Category | Self::SetCategory(_) => ActKind::Category,
            Self::Raise => ActKind::Raise,
            Self::Contain => ActKind::Contain,
            Self::Resolve => ActKind::Resolve,
            Self::Close | Self::CloseSummary | Self::CloseFalseAlarm => ActKind::Close,
            Self::Group => ActKind::Group,
            Self::TakeOut => ActKind::TakeOut,
            Self::Merge | Self::MergeInto(_) => ActKind::Merge,
            Self::Reopen => ActKind::Reopen,
            // Own words are anybody's to take back: whose they are is looked at, and not the role.
            Self::Words | Self::Redact(_) | Self::Withdraw(_) => ActKind::See,
            Self::Show | Self::WhyCalled | Self::Evidence => ActKind::See,
            Self::More(_) | Self::NoticedAt | Self::Detail(_) => ActKind::Detail,
            Self::Flags | Self::Flag(_) | Self::SetFlag(..) => ActKind::Flag,
            Self::Tlp | Self::SetTlp(_) => ActKind::Tlp,
            Self::Hand(_) | Self::HandTo(..) => ActKind::Hand,
            Self::Received(_) => ActKind::Receive,
            Self::Runs | Self::Step(StepVerb::Show, _) => ActKind::See,
            Self::Step(..) => ActKind::Play,
            Self::StartPlaybook(_) => ActKind::StartPlaybook,
        }
    }

    fn words(&self) -> (&'static str, String) {
        let plain = |word: &'static str| (word, String::new());
        match self {
            Self::Acknowledge => plain("ack"),
            Self::HandBack => plain("back"),
            Self::KeepAlive => plain("keep"),
            Self::Assign => plain("as"),
            Self::AssignTo(person) => ("at", person.to_string()),
            Self::Note => plain("note"),
            Self::Severity => plain("sv"),
            Self::SetSeverity(severity) => ("ss", severity.to_string()),
            Self::Category => plain("ct"),
            Self::SetCategory(category) => ("sc", category.to_string()),
            Self::Raise => plain("up"),
            Self::Contain => plain("cont"),
            Self::Resolve => plain("res"),
            Self::Close => plain("cl"),
            Self::CloseSummary => plain("cs"),
            Self::CloseFalseAlarm => plain("cf"),
            Self::Group => plain("grp"),
            Self::Reopen => plain("open"),
            Self::Words => plain("rw"),
            Self::Redact(seq) => ("rd", seq.to_string()),
            Self::Withdraw(seq) => ("wd", seq.to_string()),
            Self::Show => plain("show"),
            Self::WhyCalled => plain("why"),
            Self::NoteHere => plain("here"),
            Self::NoticedAt => plain("na"),
            Self::More(step) => ("more", step.to_string()),
            Self::Detail(detail) => ("d", detail_press::word(detail)),
            Self::Flags => plain("fl"),
            Self::Flag(flag) => ("fv", flag.to_string()),
            Self::SetFlag(flag, value) => ("sf", format!("{value}:{flag}")),
            Self::Tlp => plain("tl"),
            Self::SetTlp(label) => ("st", label.to_string()),
            Self::TakeOut => plain("out"),
            Self::Merge => plain("mg"),
            Self::MergeInto(main) => ("mi", main.to_string()),
            Self::Evidence => plain("ev"),
            Self::Hand(number) => ("eh", number.to_string()),
            Self::HandTo(number, person) => ("et", format!("{number}:{person}")),
            Self::Received(number) => ("er", number.to_string()),
            Self::Runs => plain("pb"),
            Self::StartPlaybook(id) => ("ps", id.to_string()),
            Self::Step(verb, step) => ("sp", verb.word(*step)),
        }
    }

    fn read(word: &str, argument: &str) -> Option<Self> {
        Some(match word {
            "ack" => Self::Acknowledge,
            "back" => Self::HandBack,
            "keep" => Self::KeepAlive,
            "as" => Self::Assign,
            "at" if !argument.is_empty() => Self::AssignTo(PersonId::new(argument)),
            "note" => Self::Note,
            "sv" => Self::Severity,
            "ss" => Self::SetSeverity(Severity::from_str(argument).ok()?),
            "ct" => Self::Category,
            "sc" => Self::SetCategory(Category::from_str(argument).ok()?),
            "up" => Self::Raise,
            "cont" => Self::Contain,
            "res" => Self::Resolve,
            "cl" => Self::Close,
            "cs" => Self::CloseSummary,
            "cf" => Self::CloseFalseAlarm,
            "grp" => Self::Group,
            "open" => Self::Reopen,
            "rw" => Self::Words,
            "rd" => Self::Redact(argument.parse().ok()?),
            "wd" => Self::Withdraw(argument.parse().ok()?),
            "show" => Self::Show,
            "why" => Self::WhyCalled,
            "here" => Self::NoteHere,
            "na" => Self::NoticedAt,
            "more" => Self::More(MoreStep::from_str(argument).ok()?),
            "d" => Self::Detail(detail_press::read(argument)?),
            "fl" => Self::Flags,
            "fv" => Self::Flag(Flag::from_str(argument).ok()?),
            "sf" => {
                let (value, flag) = argument.split_once(':')?;
                Self::SetFlag(Flag::from_str(flag).ok()?, Tri::from_str(value).ok()?)
            }
            "tl" => Self::Tlp,
            "out" => Self::TakeOut,
            "mg" => Self::Merge,
            "mi" => Self::MergeInto(IncidentCode::read(argument)?),
            "st" => Self::SetTlp(Tlp::from_str(argument).ok()?),
            "ev" => Self::Evidence,
            "eh" => Self::Hand(argument.parse().ok()?),
            "et" => {
                let (number, person) = argument.split_once(':')?;
                Self::HandTo(number.parse().ok()?, PersonId::new(person))
            }
            "er" => Self::Received(argument.parse().ok()?),
            "pb" => Self::Runs,
            "ps" if !argument.is_empty() => Self::StartPlaybook(PlaybookId::new(argument)),
            "sp" => {
                let (verb, step) = StepVerb::read(argument)?;
                Self::Step(verb, step)
            }
            _ => return None,
        })
    }
}
