//! A scenario made by chance, written as a file and read again, is the same scenario; so is one kept as JSON,
//! which is what a drill's copy is and what its digest is taken of.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use trucban::config::drills::parse;
use trucban::config::playbooks;
use trucban::config::{Problem, drills};
use trucban::domain::drill::scenario::lint::lint;
use trucban::domain::drill::scenario::{
    Attachment, Audience, DrillKind, Expect, ExpectId, Expectation, Guide, Inject, InjectId,
    Objective, ObjectiveId, Part, PartId, PartWho, Scenario, ScenarioId, SurveyId, SurveyQuestion,
    Trigger,
};
use trucban::domain::playbook::model::{Answer, PlaybookId, Question, StepId};
use trucban::domain::values::Role;

use crate::simulation::rng::Rng;

/// A maker of scenarios: whatever it says may stand in a file, sense or not.
struct Maker(Rng);

const WORDS: [&str; 9] = [
    "máy",
    "\"ngoặc\"",
    "một\ndòng",
    "'''",
    "C:\\tệp",
    "tab\tở giữa",
    "đơn vị",
    "# dấu thăng",
    "[[inject]]",
];

impl Maker {
    fn words(&mut self) -> String {
        let count = 1 + self.0.index(4);
        let words: Vec<&str> = (0..count).map(|_| *self.0.pick(&WORDS)).collect();
        words.join(" ")
    }

    fn span(&mut self) -> Duration {
        let unit = *self.0.pick(&[1, 60, 3600, 86_400]);
        Duration::from_secs((1 + self.0.below(20)) * unit)
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.0.chance(50).then(|| make(self))
    }

    fn some<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self, usize) -> T) -> Vec<T> {
        let count = self.0.index(most + 1);
        (0..count).map(|number| make(self, number)).collect()
    }

    fn choices(&mut self) -> Vec<(String, String)> {
        let count = 2 + self.0.index(7);
        // From the last to the first: the order of the file counts, and not that of the alphabet.
        (0..count).rev().map(|number| (format!("v{number}"), self.words())).collect()
    }

    fn trigger(&mut self) -> Trigger {
        let (inject, expect) = (InjectId::new("t0"), ExpectId::new("e0"));
        let delay = self.maybe(Self::span).unwrap_or_default();
        match self.0.below(5) {
            0 => Trigger::At { offset: delay },
            1 => Trigger::After { inject, delay },
            2 => {
                let value = self.maybe(|_| "v0".to_owned());
                Trigger::OnAnswer { inject, expect, value, delay }
            }
            3 => Trigger::OnSilence { inject, expect, delay },
            _ => Trigger::ByHand,
        }
    }

    fn expect(&mut self) -> Expect {
        match self.0.below(7) {
            0 => Expect::Acknowledge,
            1 => {
                let choices = self.choices();
                let right: BTreeSet<String> = choices
                    .iter()
                    .filter(|_| self.0.chance(40))
                    .map(|(one, _)| one.clone())
                    .collect();
                Expect::Choose { choices, right }
            }
            2 => Expect::Report,
            3 => {
                let step = self.maybe(|_| StepId::new("rut-mang"));
                Expect::Step { playbook: PlaybookId::new("ma-doc-tong-tien"), step }
            }
            4 => Expect::Keyword { any: vec![self.words(), self.words()] },
            5 => Expect::File { count: 1 + u32::try_from(self.0.below(20)).unwrap() },
            _ => Expect::Judged { what: self.words() },
        }
    }

    fn inject(&mut self, number: usize) -> Inject {
        let to = self.some(3, |_, number| match number {
            0 => Audience::Everyone,
            other => Audience::Part(PartId::new(format!("p{other}"))),
        });
        let expects = self.some(4, |maker, number| Expectation {
            id: ExpectId::new(format!("e{number}")),
            kind: maker.expect(),
            objective: ObjectiveId::new("o0"),
            target: maker.span(),
            expires: maker.span(),
        });
        Inject {
            id: InjectId::new(format!("t{number}")),
            place: u32::try_from(number).unwrap(),
            title: self.words(),
            from: self.maybe(Self::words),
            body: self.words(),
            to,
            trigger: self.trigger(),
            contingency: self.0.chance(30),
            attachments: self
                .some(2, |maker, _| Attachment { name: maker.words(), text: maker.words() }),
            expects,
        }
    }

    fn question(&mut self) -> Question {
        let answer = match self.0.below(3) {
            0 => Answer::YesNo,
            1 => Answer::Number { min: 0, max: 10 },
            _ => Answer::Choice(self.choices()),
        };
        Question { label: self.words(), answer }
    }

    fn scenario(&mut self) -> Scenario {
        let who = [
            PartWho::Unit,
            PartWho::Team,
            PartWho::Lead,
            PartWho::Managers,
            PartWho::Role(Role::Reporter),
        ];
        Scenario {
            id: ScenarioId::new("thu"),
            version: 1 + u32::try_from(self.0.below(9)).unwrap(),
            title: self.words(),
            summary: self.words(),
            kind: *self.0.pick(DrillKind::ALL),
            length: self.span(),
            setting: self.maybe(Self::words).unwrap_or_default(),
            not_for: self.maybe(Self::words),
            sources: self.some(3, |maker, _| maker.words()),
            parts: self.some(3, |maker, number| Part {
                id: PartId::new(format!("p{number}")),
                title: maker.words(),
                who: *maker.0.pick(&who),
            }),
            objectives: self.some(3, |maker, number| Objective {
                id: ObjectiveId::new(format!("o{number}")),
                title: maker.words(),
                capability: maker.words(),
                guide: Guide {
                    performed: maker.words(),
                    some: maker.maybe(Self::words).unwrap_or_default(),
                    major: maker.words(),
                    unable: maker.maybe(Self::words).unwrap_or_default(),
                },
            }),
            injects: self.some(6, Self::inject),
            survey: self.some(3, |maker, number| SurveyQuestion {
                id: SurveyId::new(format!("q{number}")),
                question: maker.question(),
                optional: maker.0.chance(30),
            }),
            anonymous: self.0.chance(50),
            correction: self.maybe(Self::words).unwrap_or_default(),
            checklist: self.some(3, |maker, _| maker.words()),
        }
    }
}

/// Writes keys as a person would; what is empty is left out.
struct File(String);

impl File {
    fn text(&mut self, key: &str, words: &str) {
        if !words.is_empty() {
            let _ = writeln!(self.0, "{key} = {}", toml::Value::String(words.to_owned()));
        }
    }

    fn list<'a>(&mut self, key: &str, words: impl IntoIterator<Item = &'a String>) {
        let all = words.into_iter().map(|word| toml::Value::String(word.clone())).collect();
        let _ = writeln!(self.0, "{key} = {}", toml::Value::Array(all));
    }

    fn plain(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "{key} = {value}");
    }

    fn span(&mut self, key: &str, span: Duration) {
        let seconds = span.as_secs();
        let shown = if seconds.is_multiple_of(60) {
            format!("{}m", seconds / 60)
        } else {
            format!("{seconds}s")
        };
        self.text(key, &shown);
    }

    fn choices(&mut self, choices: &[(String, String)]) {
        let one = |(value, word): &(String, String)| {
            format!("{value} = {}", toml::Value::String(word.clone()))
        };
        let all: Vec<String> = choices.iter().map(one).collect();
        let _ = writeln!(self.0, "choices = {{ {} }}", all.join(", "));
    }

    fn trigger(&mut self, trigger: &Trigger) {
        match trigger {
            Trigger::At { offset } => self.span("at", *offset),
            Trigger::After { inject, delay } => {
                self.text("after", inject.as_str());
                self.span("delay", *delay);
            }
            Trigger::OnAnswer { inject, expect, value, delay } => {
                self.text("on_answer", &format!("{inject}/{expect}"));
                self.text("value", value.as_deref().unwrap_or_default());
                self.span("delay", *delay);
            }
            Trigger::OnSilence { inject, expect, delay } => {
                self.text("on_silence", &format!("{inject}/{expect}"));
                self.span("delay", *delay);
            }
            Trigger::ByHand => self.plain("by_hand", true),
        }
    }

    fn expect(&mut self, expect: &Expectation) {
        self.0.push_str("[[inject.expect]]\n");
        self.text("id", expect.id.as_str());
        self.text("objective", expect.objective.as_str());
        self.span("target", expect.target);
        self.span("expires", expect.expires);
        match &expect.kind {
            Expect::Acknowledge => self.text("kind", "acknowledge"),
            Expect::Choose { choices, right } => {
                self.text("kind", "choose");
                self.choices(choices);
                self.list("right", right);
            }
            Expect::Report => self.text("kind", "report"),
            Expect::Step { playbook, step } => {
                self.text("kind", "step");
                self.text("playbook", playbook.as_str());
                self.text("step", step.as_ref().map_or("", |step| step.as_str()));
            }
            Expect::Keyword { any } => {
                self.text("kind", "keyword");
                self.list("any", any);
            }
            Expect::File { count } => {
                self.text("kind", "file");
                self.plain("count", count);
            }
            Expect::Judged { what } => {
                self.text("kind", "judged");
                self.text("what", what);
            }
        }
    }

    fn inject(&mut self, inject: &Inject) {
        self.0.push_str("[[inject]]\n");
        self.text("id", inject.id.as_str());
        self.text("title", &inject.title);
        self.text("from", inject.from.as_deref().unwrap_or_default());
        self.text("body", &inject.body);
        let to: Vec<String> = inject
            .to
            .iter()
            .map(|to| match to {
                Audience::Everyone => "all".to_owned(),
                Audience::Part(part) => part.to_string(),
            })
            .collect();
        self.list("to", &to);
        self.trigger(&inject.trigger);
        self.plain("contingency", inject.contingency);
        for attachment in &inject.attachments {
            self.0.push_str("[[inject.attachment]]\n");
            self.text("name", &attachment.name);
            self.text("text", &attachment.text);
        }
        inject.expects.iter().for_each(|expect| self.expect(expect));
    }

    fn question(&mut self, asked: &SurveyQuestion) {
        self.0.push_str("[[question]]\n");
        self.text("id", asked.id.as_str());
        self.text("label", &asked.question.label);
        self.plain("optional", asked.optional);
        match &asked.question.answer {
            Answer::YesNo => self.text("kind", "yes_no"),
            Answer::Number { min, max } => {
                self.text("kind", "number");
                self.plain("min", min);
                self.plain("max", max);
            }
            Answer::Choice(choices) => {
                self.text("kind", "choice");
                self.choices(choices);
            }
            Answer::Words { .. } => self.text("kind", "text"),
        }
    }
}

fn written(one: &Scenario) -> String {
    let mut file = File(String::new());
    file.text("id", one.id.as_str());
    file.plain("version", one.version);
    file.text("title", &one.title);
    file.text("summary", &one.summary);
    file.text("kind", one.kind.as_str());
    file.span("length", one.length);
    file.text("setting", &one.setting);
    file.text("not_for", one.not_for.as_deref().unwrap_or_default());
    file.list("sources", &one.sources);
    file.plain("anonymous", one.anonymous);
    file.text("correction", &one.correction);
    file.list("checklist", &one.checklist);
    for part in &one.parts {
        file.0.push_str("[[part]]\n");
        file.text("id", part.id.as_str());
        file.text("title", &part.title);
        file.text("who", &part.who.to_string());
    }
    for objective in &one.objectives {
        file.0.push_str("[[objective]]\n");
        file.text("id", objective.id.as_str());
        file.text("title", &objective.title);
        file.text("capability", &objective.capability);
        file.text("guide.performed", &objective.guide.performed);
        file.text("guide.some", &objective.guide.some);
        file.text("guide.major", &objective.guide.major);
        file.text("guide.unable", &objective.guide.unable);
    }
    one.injects.iter().for_each(|inject| file.inject(inject));
    one.survey.iter().for_each(|asked| file.question(asked));
    file.0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_scenario_written_to_a_file_and_read_again_is_the_same(seed in any::<u64>()) {
        let scenario = Maker(Rng::new(seed)).scenario();
        let text = written(&scenario);
        let read = parse(&text, Path::new("thu.toml")).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(Problem::words).collect();
            TestCaseError::fail(format!("{}\n{text}", lines.join("\n")))
        })?;
        prop_assert_eq!(&read.scenario, &scenario);
        // Whatever it holds, looking at it comes to an end.
        lint(&scenario, None);
    }

    #[test]
    fn a_scenario_kept_as_json_is_the_same_and_its_json_too(seed in any::<u64>()) {
        let scenario = Maker(Rng::new(seed)).scenario();
        let json = serde_json::to_string(&scenario).unwrap();
        let read: Scenario = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &scenario);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }
}

#[test]
fn each_scenario_built_in_is_the_same_after_it_was_kept_and_written() {
    let library = playbooks::Shelf::of(None).library();
    for read in drills::Shelf::of(None).read {
        let json = serde_json::to_string(&read.scenario).unwrap();
        let kept: Scenario = serde_json::from_str(&json).unwrap();
        assert_eq!(kept, read.scenario);
        let again = parse(&written(&kept), read.path()).unwrap().scenario;
        assert_eq!(again, kept);
        assert_eq!(lint(&again, Some(&library)), Vec::new());
    }
}
