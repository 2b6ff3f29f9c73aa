//! The questions after a report, and the short lists of flags and labels.

use super::ask::{Offered, offer};
use super::buttons;
use super::markup::{Markup, one_line};
use super::message::Button;
use super::people;
use super::words;
use crate::domain::directory::Directory;
use crate::domain::incident::Incident;
use crate::domain::incident::act::{Aim, Detail, Noticed};
use crate::domain::notice::{MoreStep, Shown, View};
use crate::domain::press::{Choice, Press, Verb};
use crate::domain::systems::System;
use crate::domain::values::{Category, Flag, Impact, Tlp, Tri};

/// How many of a unit's systems are offered; others are told in words.
const SYSTEMS: usize = 8;

/// The name of a system on its button, in UTF-16 units.
const LABEL_UNITS: usize = 40;

/// The question.
pub fn question(aim: &Aim, step: MoreStep, view: &View) -> Vec<Markup> {
    let code = &aim.code;
    let number = MoreStep::ALL.iter().zip(1_u32..).find(|(one, _)| **one == step);
    let place = format!(" ({}/{})", number.map_or(1, |(_, number)| number), MoreStep::ALL.len());
    let asked = match step {
        MoreStep::Kind => "Giống loại nào nhất?",
        MoreStep::System => "Hệ thống, máy hoặc tài khoản nào? Xin gửi bằng chữ.",
        MoreStep::When => "Phát hiện lúc nào?",
        MoreStep::Impact => "Ảnh hưởng tới đâu?",
        MoreStep::Data => "Có dữ liệu cá nhân bị ảnh hưởng không?",
    };
    let mut lines = vec![Markup::new().text(format!("{code}{place}")), Markup::new().bold(asked)];
    if step == MoreStep::When {
        let estimated =
            super::card::find(view, code).is_none_or(|one| one.incident.detected_estimated);
        let now = estimated.then(|| Markup::new().text("Hiện tạm lấy giờ báo."));
        lines.extend(now);
        lines.push(Markup::new().text("Giờ khác: gửi bằng chữ, ví dụ 9h30 hôm qua."));
    }
    lines
}

/// The answers to it.
pub fn offered(incident: &Incident, step: MoreStep, directory: &Directory) -> Vec<Offered> {
    let one = |detail: Detail, words: &str, label: &str| {
        offer(incident, Verb::Detail(detail), words.to_owned(), label)
    };
    match step {
        MoreStep::Kind => {
            let kind = |category: &Category| {
                let detail = Detail::Kind(*category);
                one(detail, words::category(*category), words::category_short(*category))
            };
            Category::ALL.iter().filter_map(kind).collect()
        }
        MoreStep::System => {
            let unit = incident.unit.as_ref();
            let systems = unit.map(|unit| directory.systems_of(unit)).unwrap_or_default();
            let system = |system: &System| {
                let label = one_line(&system.name, LABEL_UNITS);
                one(Detail::System(system.code.clone()), &people::system(system), &label)
            };
            systems.into_iter().take(SYSTEMS).filter_map(system).collect()
        }
        MoreStep::When => [
            (Noticed::AtReport, "Bây giờ"),
            (Noticed::HourBefore, "1 giờ trước"),
            (Noticed::DayBefore, "Hôm qua"),
        ]
        .into_iter()
        .filter_map(|(when, words)| one(Detail::Noticed(when), words, words))
        .chain(offer(incident, Verb::NoticedAt, buttons::OTHER.to_owned(), buttons::OTHER))
        .collect(),
        MoreStep::Impact => {
            let impact = |impact: &Impact| {
                let label = words::impact_short(*impact);
                one(Detail::Impact(*impact), words::impact(*impact), label)
            };
            Impact::ALL.iter().filter_map(impact).collect()
        }
        MoreStep::Data => answers(|value| one(Detail::PersonalData(value), tri(value), tri(value))),
    }
}

/// Passing the question over, and leaving all of them.
pub fn ways_out(aim: &Aim, step: MoreStep, incidents: &[Shown]) -> Vec<Button> {
    let next = step.next().and_then(|next| {
        let incident =
            incidents.iter().map(|one| &one.incident).find(|one| one.code == aim.code)?;
        let (episode, firing) = (aim.episode.unwrap_or(incident.episode), incident.firings);
        let press = Press { verb: Verb::More(next), code: aim.code.clone(), episode, firing };
        Button::press(buttons::PASS, &press)
    });
    // After the last question there is none: passing it over leaves them.
    let last = step.next().is_none().then(|| Button::choice(buttons::PASS, Choice::Cancel));
    let later = Button::choice(buttons::LATER, Choice::Cancel);
    next.into_iter().chain(last).chain([later]).collect()
}

/// The flags, with what was said of each.
pub fn flags(incident: &Incident) -> Vec<Offered> {
    let one = |flag: &Flag| {
        let word = words::flag(*flag);
        let said = incident.flags.get(flag).filter(|value| **value != Tri::Unknown);
        let said = said.map(|value| format!(" ({})", words::tri(*value))).unwrap_or_default();
        offer(incident, Verb::Flag(*flag), format!("{word}{said}"), word)
    };
    Flag::ALL.iter().filter_map(one).collect()
}

/// The values of a flag.
pub fn values(incident: &Incident, flag: Flag) -> Vec<Offered> {
    answers(|value| offer(incident, Verb::SetFlag(flag, value), tri(value).to_owned(), tri(value)))
}

/// The TLP labels.
pub fn labels(incident: &Incident) -> Vec<Offered> {
    let one = |label: &Tlp| {
        let words = format!("TLP:{label} – {}", words::tlp(*label));
        offer(incident, Verb::SetTlp(*label), words, label.as_str())
    };
    Tlp::ALL.iter().filter_map(one).collect()
}

fn answers(one: impl Fn(Tri) -> Option<Offered>) -> Vec<Offered> {
    [Tri::No, Tri::Yes, Tri::Unknown].into_iter().filter_map(one).collect()
}

fn tri(value: Tri) -> &'static str {
    match value {
        Tri::No => buttons::NO,
        Tri::Yes => buttons::YES,
        Tri::Unknown => buttons::UNKNOWN,
    }
}
