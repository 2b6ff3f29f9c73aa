//! What people do with playbooks: mostly the right thing by the right person, at times anything by
//! anybody.

use trucban::domain::envelope::{Actor, Command, Envelope};
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::act::{Act, Aim};
use trucban::domain::playbook::model::{Answer, PlaybookId, Task};
use trucban::domain::playbook::run::PlayAct;
use trucban::domain::time::Timestamp;

use super::reference::{Is, Open, task};
use crate::simulation::driver::{Check, Sim};
use crate::simulation::town::{PEOPLE, id};

/// What can be asked for by name.
const NAMES: [&str; 4] = ["mo-phong", "don-gian", "chung", "khong-co"];

impl Sim {
    /// A few acts in a row.
    pub fn plays(&mut self) -> Check {
        let going: Vec<IncidentCode> = self
            .model
            .cases
            .keys()
            .filter(|code| self.model.plays.live(code).next().is_some())
            .cloned()
            .collect();
        let cases = self.model.cases.iter().filter(|(_, case)| case.open() && !case.off_channel);
        let open: Vec<IncidentCode> = cases.map(|(code, _)| code.clone()).collect();
        let code = match self.rng.below(100) {
            0..80 if !going.is_empty() => self.rng.pick(&going).clone(),
            0..95 if !open.is_empty() => self.rng.pick(&open).clone(),
            _ => self.code(),
        };
        for _ in 0..3 + self.rng.below(9) {
            let live = self.model.plays.live(&code).count();
            if live == 0 && self.rng.chance(90) || self.rng.chance(3) {
                self.starts_playbook(&code)?;
            } else {
                self.works_on(&code)?;
            }
        }
        Ok(())
    }

    fn anybody(&mut self) -> PersonId {
        id(self.rng.pick(&PEOPLE).0)
    }

    fn submits(&mut self, who: PersonId, code: &IncidentCode, act: PlayAct) -> Check {
        let episode = self.model.cases.get(code).map_or(1, |case| case.episode);
        let episode = match self.rng.below(20) {
            0..10 => None,
            10..19 => Some(episode),
            _ => Some(episode + 1),
        };
        let key = self.key("tg");
        self.say(format!("{key}: {who} {code} {act:?}"));
        let command = Command::Play(Aim { code: code.clone(), episode }, Box::new(act));
        self.deliver(Envelope::new(key, Actor::Person(who), command))
    }

    fn starts_playbook(&mut self, code: &IncidentCode) -> Check {
        let name = if self.rng.chance(80) { NAMES[0] } else { NAMES[self.rng.index(4)] };
        let who = if self.rng.chance(85) { id("p-04") } else { self.anybody() };
        self.submits(who, code, PlayAct::Start(PlaybookId::new(name)))
    }

    fn reason(&mut self) -> String {
        match self.rng.below(12) {
            0 => "  ".to_owned(),
            _ => format!("vì {}", self.token()),
        }
    }

    /// Something about one of its steps.
    fn works_on(&mut self, code: &IncidentCode) -> Check {
        let leaves: Vec<(u32, Is, Option<&'static Task>)> = self
            .model
            .plays
            .live(code)
            .flat_map(super::reference::Run::leaves)
            .filter_map(|(spot, book)| {
                let task = task(&book.clone(), &spot.step);
                Some((spot.number?, spot.is.clone(), task))
            })
            .collect();
        if leaves.is_empty() || self.rng.chance(6) {
            return self.anything(code);
        }
        let (step, is, task) = self.rng.pick(&leaves).clone();
        let who = self.worker(code, &is, task);
        let open = match (&is, task) {
            (Is::Task(open), Some(_)) => open.clone(),
            (Is::Decision, _) => {
                let act = match self.rng.below(10) {
                    0..4 => PlayAct::Retry(step),
                    4..9 => PlayAct::Skip(step, self.reason()),
                    _ => PlayAct::Stop(step, self.reason()),
                };
                return self.submits(who, code, act);
            }
            _ => return self.anything(code),
        };
        let Some(task) = task else { return Ok(()) };
        if self.rng.chance(10) {
            return self.by_hand(code, step, who);
        }
        let act = match self.rng.below(100) {
            0..6 => PlayAct::Take(step),
            6..11 => PlayAct::Fail(step, self.reason()),
            11..16 => PlayAct::Skip(step, self.reason()),
            16..18 => return self.proves(code, step, who, false),
            _ if open.asked.is_some() => match self.rng.below(10) {
                0..8 => PlayAct::Approve(step),
                8 => PlayAct::Decline(step, self.reason()),
                _ => PlayAct::Done(step),
            },
            _ if task.asks.iter().any(|ask| !open.answered.contains(&ask.set))
                && self.rng.chance(85) =>
            {
                self.answer(step, task, &open)
            }
            _ if task.evidence.is_some() && open.proof.is_empty() && self.rng.chance(80) => {
                return self.proves(code, step, who, true);
            }
            _ => PlayAct::Done(step),
        };
        self.submits(who, code, act)
    }

    fn answer(&mut self, step: u32, task: &Task, open: &Open) -> PlayAct {
        let asks = task.asks.iter().enumerate();
        let left = asks.filter(|(_, ask)| !open.answered.contains(&ask.set)).map(|(at, _)| at);
        let left: Vec<usize> = left.collect();
        let which = match self.rng.chance(90) {
            true => *self.rng.pick(&left),
            false => self.rng.index(task.asks.len()),
        };
        let said = match &task.asks[which].question.answer {
            _ if self.rng.chance(7) => "không biết".to_owned(),
            Answer::YesNo => (*self.rng.pick(&["có", "Không"])).to_owned(),
            Answer::Number { .. } => self.rng.below(12).to_string(),
            Answer::Choice(_) => (*self.rng.pick(&["a", "b", "Loại B", "3", "1"])).to_owned(),
            Answer::Words { .. } => format!("lời {}", self.token()),
        };
        PlayAct::Answer(step, u32::try_from(which).unwrap(), said)
    }

    /// Mostly somebody who may.
    fn worker(&mut self, code: &IncidentCode, is: &Is, task: Option<&Task>) -> PersonId {
        if self.rng.chance(12) {
            return self.anybody();
        }
        let now = Timestamp::from_millis(self.now);
        let holder = self.model.cases.get(code).and_then(|case| case.holder.clone());
        let mut may: Vec<PersonId> =
            holder.into_iter().chain([id("p-04"), id("p-04"), id("p-05")]).collect();
        if let (Is::Task(open), Some(task)) = (is, task) {
            let who = task.approval.as_ref().filter(|_| open.asked.is_some());
            let who = who.map_or(&task.who, |approval| &approval.by);
            may.extend(self.model.meant(who, code, now));
            may.extend(open.taken.clone());
            if let Some(asked) = open.asked.as_ref().filter(|_| self.rng.chance(80)) {
                may.retain(|one| *one != asked.by && !asked.given.contains(one));
            }
        }
        if may.is_empty() { self.anybody() } else { self.rng.pick(&may).clone() }
    }

    /// Anything, of any step there was.
    fn anything(&mut self, code: &IncidentCode) -> Check {
        let known = self.model.plays.numbers.get(code);
        let known: Vec<u32> = known.into_iter().flatten().copied().collect();
        let step = match known.is_empty() || self.rng.chance(10) {
            true => u32::try_from(self.rng.below(30)).unwrap(),
            false => *self.rng.pick(&known),
        };
        let act = match self.rng.below(9) {
            0 => PlayAct::Take(step),
            1 => PlayAct::Answer(step, u32::try_from(self.rng.below(5)).unwrap(), "có".to_owned()),
            2 | 3 => PlayAct::Done(step),
            4 => PlayAct::Skip(step, self.reason()),
            5 => PlayAct::Fail(step, self.reason()),
            6 => PlayAct::Approve(step),
            7 => PlayAct::Decline(step, self.reason()),
            _ if self.rng.chance(20) => PlayAct::Stop(step, self.reason()),
            _ => PlayAct::Retry(step),
        };
        let who = self.anybody();
        self.submits(who, code, act)
    }

    /// The same by typing.
    fn by_hand(&mut self, code: &IncidentCode, step: u32, who: PersonId) -> Check {
        let account = self.model.staff.line(&who).and_then(|line| line.3);
        let Some(account) = account else { return Ok(()) };
        let word = self.rng.pick(&["/xong", "/xong", "/duyet", "/nhan", "/xong"]).to_owned();
        self.types(account, account, format!("{word} {code}.{step}"), None)
    }

    /// Evidence for a step: of the kind it takes, or a file.
    fn proves(&mut self, code: &IncidentCode, step: u32, who: PersonId, right: bool) -> Check {
        let place = format!("tủ {}", self.token());
        let digest = format!("{:064x}", self.tokens);
        let (key, act) = (self.key("tg"), Act::Describe(digest, place));
        self.say(format!("{key}: {who} proves {code}.{step}, rightly: {right}"));
        let command = Command::Act(Aim::typed(code.clone()), act);
        let mut envelope = Envelope::new(key, Actor::Person(who), command);
        envelope.step = Some((code.clone(), if right { step } else { step / 2 }));
        self.deliver(envelope)
    }
}
