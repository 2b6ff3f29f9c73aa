//! What a button about a drill says.

use std::str::FromStr as _;

use super::run::DrillAct;
use super::run::event::{Mark, Presence, Resume, Rsvp};
use crate::domain::ids::{DrillCode, PersonId};
use crate::domain::press::MAX_BYTES;

use super::notice::WordsFor;

/// What stands before everything else.
const HEAD: &str = "1|dr|";

/// A button about a drill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DrillPress {
    /// Which drill.
    pub code: DrillCode,
    /// What it does.
    pub verb: DrillVerb,
}

/// What it does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DrillVerb {
    /// Shows it.
    Show,
    /// Does this at once.
    Act(DrillAct),
    /// Asks for words first.
    Ask(WordsFor),
    /// Shows a question after the end, by its place.
    Survey(u32),
    /// Shows an objective to be judged, by its place.
    Rating(u32),
    /// Shows what is to be made better.
    Items,
}

/// Verbs that are only a word, with what they do.
fn plain() -> [(&'static str, DrillVerb); 32] {
    use DrillAct as A;
    use DrillVerb::{Act, Ask, Show};
    [
        ("sh", Show),
        ("sb", Act(A::Submit)),
        ("ap", Act(A::Approve)),
        ("st", Act(A::Start)),
        ("pa", Act(A::Pause)),
        ("rs", Act(A::Resume(Resume::Shift))),
        ("rk", Act(A::Resume(Resume::Skip))),
        ("rc", Act(A::Resume(Resume::Compress))),
        ("en", Act(A::End)),
        ("rl", Act(A::ClaimReal)),
        ("cy", Act(A::SettleClaim(true))),
        ("cn", Act(A::SettleClaim(false))),
        ("co", Act(A::Correct)),
        ("ry", Act(A::Rsvp(Rsvp::Yes))),
        ("rn", Act(A::Rsvp(Rsvp::No))),
        ("ih", Act(A::CheckIn(Presence::Hall))),
        ("io", Act(A::CheckIn(Presence::Online))),
        ("xs", Ask(WordsFor::StandIn)),
        ("xd", Ask(WordsFor::Decline)),
        ("xm", Ask(WordsFor::Move)),
        ("xc", Ask(WordsFor::Cancel)),
        ("xo", Ask(WordsFor::Outside)),
        ("xa", Ask(WordsFor::Abort)),
        ("xp", Ask(WordsFor::Deputy)),
        ("xv", Ask(WordsFor::Observe)),
        ("xe", Ask(WordsFor::Evaluators)),
        ("xn", Ask(WordsFor::Sessions)),
        ("py", Act(A::SettleReport(None, true))),
        ("pn", Act(A::SettleReport(None, false))),
        ("rp", Act(A::SubmitReport)),
        ("ra", Act(A::ApproveReport)),
        ("im", DrillVerb::Items),
    ]
}

const MARKS: [(&str, Mark); 5] = [
    ("p", Mark::Performed),
    ("s", Mark::Some),
    ("m", Mark::Major),
    ("u", Mark::Unable),
    ("n", Mark::NotApplicable),
];

impl DrillPress {
    /// A button that does something at once.
    pub fn act(code: &DrillCode, act: DrillAct) -> Self {
        Self { code: code.clone(), verb: DrillVerb::Act(act) }
    }

    /// A button that asks for words.
    pub fn ask(code: &DrillCode, what: WordsFor) -> Self {
        Self { code: code.clone(), verb: DrillVerb::Ask(what) }
    }

    /// A button that shows something of it.
    pub fn of(code: &DrillCode, verb: DrillVerb) -> Self {
        Self { code: code.clone(), verb }
    }

    /// A button that shows it.
    pub fn show(code: &DrillCode) -> Self {
        Self { code: code.clone(), verb: DrillVerb::Show }
    }

    /// The callback data; `None` when it does not fit, and then there must be no such button.
    pub fn data(&self) -> Option<String> {
        let data = format!("{HEAD}{}|{}", self.code, self.word()?);
        (data.len() <= MAX_BYTES).then_some(data)
    }

    fn word(&self) -> Option<String> {
        use DrillAct as A;
        let known = plain().into_iter().find(|(_, verb)| *verb == self.verb);
        Some(match (&self.verb, known) {
            (_, Some((word, _))) => word.to_owned(),
            (DrillVerb::Act(A::Check(point, fine)), _) => format!("ck.{point}.{}", u8::from(*fine)),
            (DrillVerb::Act(A::Send(place)), _) => format!("is.{place}"),
            (DrillVerb::Act(A::Hold(place)), _) => format!("iw.{place}"),
            (DrillVerb::Act(A::Skip(place)), _) => format!("ik.{place}"),
            (DrillVerb::Act(A::Acknowledge(place)), _) => format!("ac.{place}"),
            (DrillVerb::Act(A::Choose(place, of, choice)), _) => {
                format!("ch.{place}.{of}.{choice}")
            }
            (DrillVerb::Act(A::SettleReport(Some(number), real)), _) => {
                format!("re.{number}.{}", u8::from(*real))
            }
            (DrillVerb::Act(A::Rate(place, mark, why)), _) if why.is_empty() => {
                let word = MARKS.iter().find(|(_, one)| one == mark).map(|(word, _)| *word)?;
                format!("rt.{place}.{word}")
            }
            // A choice goes by its number; what somebody says in words is never put on a button.
            (DrillVerb::Act(A::Survey(place, choice)), _) if choice.parse::<u32>().is_ok() => {
                format!("sv.{place}.{choice}")
            }
            (DrillVerb::Act(A::Seen(place, of, person, fine)), _) => {
                format!("jg.{place}.{of}.{}.{person}", u8::from(*fine))
            }
            (DrillVerb::Act(A::VerifyItem(number)), _) => format!("iv.{number}"),
            (DrillVerb::Survey(place), _) => format!("sq.{place}"),
            (DrillVerb::Rating(place), _) => format!("rg.{place}"),
            (DrillVerb::Ask(WordsFor::Reply(place)), _) => format!("xr.{place}"),
            (DrillVerb::Ask(WordsFor::Opinion(place)), _) => format!("xq.{place}"),
            (DrillVerb::Ask(WordsFor::RateReason(place)), _) => format!("xt.{place}"),
            (DrillVerb::Ask(WordsFor::ItemDone(number)), _) => format!("xi.{number}"),
            (DrillVerb::Ask(WordsFor::ItemReturn(number)), _) => format!("xj.{number}"),
            _ => return None,
        })
    }

    /// From callback data; `None` for what we never made.
    pub fn read(data: &str) -> Option<Self> {
        use DrillAct as A;
        let (code, word) = data.strip_prefix(HEAD)?.split_once('|')?;
        let code = (!code.is_empty() && code.len() <= 24).then(|| DrillCode::new(code))?;
        if let Some((_, verb)) = plain().into_iter().find(|(known, _)| *known == word) {
            return Some(Self { code, verb });
        }
        let mut parts = word.split('.');
        let head = parts.next()?;
        let mut number = || u32::from_str(parts.next()?).ok();
        let verb = match head {
            "ck" => DrillVerb::Act(A::Check(number()?, number()? == 1)),
            "is" => DrillVerb::Act(A::Send(number()?)),
            "iw" => DrillVerb::Act(A::Hold(number()?)),
            "ik" => DrillVerb::Act(A::Skip(number()?)),
            "ac" => DrillVerb::Act(A::Acknowledge(number()?)),
            "ch" => DrillVerb::Act(A::Choose(number()?, number()?, number()?)),
            "re" => DrillVerb::Act(A::SettleReport(Some(number()?), number()? == 1)),
            "sv" => DrillVerb::Act(A::Survey(number()?, number()?.to_string())),
            "jg" => {
                let (place, of, fine) = (number()?, number()?, number()? == 1);
                let person = word.splitn(5, '.').nth(4).filter(|person| !person.is_empty())?;
                DrillVerb::Act(A::Seen(place, of, PersonId::new(person), fine))
            }
            "iv" => DrillVerb::Act(A::VerifyItem(number()?)),
            "sq" => DrillVerb::Survey(number()?),
            "rg" => DrillVerb::Rating(number()?),
            "xr" => DrillVerb::Ask(WordsFor::Reply(number()?)),
            "xq" => DrillVerb::Ask(WordsFor::Opinion(number()?)),
            "xt" => DrillVerb::Ask(WordsFor::RateReason(number()?)),
            "xi" => DrillVerb::Ask(WordsFor::ItemDone(number()?)),
            "xj" => DrillVerb::Ask(WordsFor::ItemReturn(number()?)),
            "rt" => {
                let place = number()?;
                let word = word.rsplit('.').next()?;
                let mark = MARKS.iter().find(|(known, _)| *known == word)?.1;
                DrillVerb::Act(A::Rate(place, mark, String::new()))
            }
            _ => return None,
        };
        Some(Self { code, verb })
    }
}
