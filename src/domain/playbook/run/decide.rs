//! What somebody wants of a run, decided.

use super::act::PlayAct;
use super::advance::{Scene, Way};
use super::event::{Call, RunEvent, StepNumber, Why};
use super::refusal::PlayRefusal;
use super::state::{Pending, Run, Token, Waits};
use super::whom::resolve;
use crate::domain::access::Permit;
use crate::domain::evidence::{Form, Piece};
use crate::domain::ids::PersonId;
use crate::domain::incident::act::ActKind;
use crate::domain::incident::decide::words_for;
use crate::domain::incident::state::Incident;
use crate::domain::playbook::expr::Value;
use crate::domain::playbook::library::Bundle;
use crate::domain::playbook::model::{Ask, Proof, ProofKind, Task, Whom};
use crate::domain::refusal::Refusal;
use crate::domain::text::Text;

/// No more run on one incident at once.
pub const MOST_RUNS: usize = 8;

/// Events of one run, with its number.
pub type Events = (u32, Vec<RunEvent>);

/// Starts the root of `scene.bundle`, whose copy has the digest `hash`.
pub fn start(incident: &Incident, hash: &str, scene: Scene<'_>) -> Result<Events, Refusal> {
    if !incident.is_open() {
        return Err(crate::domain::incident::decide::not_now(incident, ActKind::Play));
    }
    let Some(root) = scene.bundle.root().filter(|root| !root.shared) else {
        return Err(refused(PlayRefusal::NoPlaybook(scene.bundle.root.to_string())));
    };
    if incident.live_runs().any(|run| run.playbook == root.id) {
        return Err(refused(PlayRefusal::Runs { title: root.title.clone() }));
    }
    if incident.live_runs().count() >= MOST_RUNS {
        return Err(refused(PlayRefusal::TooMany));
    }
    let number = incident.runs.iter().map(|run| run.number).max().unwrap_or(0).saturating_add(1);
    let started = RunEvent::Started {
        playbook: root.id.clone(),
        version: root.version,
        title: root.title.clone(),
        hash: hash.to_owned(),
    };
    let mut after = incident.clone();
    let at =
        crate::domain::incident::fold::At { seq: 0, at: scene.now, actor: scene.actor.clone() };
    after.run_on(number, &started, &at);
    let Some(run) = after.runs.pop() else { return Ok((number, vec![started])) };
    let mut way = Way::new(incident, run, scene);
    way.events.push(started);
    way.start();
    Ok((number, way.events))
}

/// The run an act is about.
pub fn run_for<'a>(incident: &'a Incident, act: &PlayAct) -> Result<&'a Run, Refusal> {
    let found = match act {
        PlayAct::Stop(step, _) => incident.live_runs().find(|run| run.tokens.contains_key(step)),
        other => other.step().and_then(|step| incident.run_of(step)),
    };
    found.ok_or_else(|| match act.step() {
        Some(step) => refused(PlayRefusal::NoStep { code: incident.code.clone(), step }),
        None => refused(PlayRefusal::NothingRuns(incident.code.clone())),
    })
}

/// Events of `act` on one of the incident's runs, whose copy is `scene.bundle`.
pub fn decide(
    incident: &Incident,
    act: &PlayAct,
    permit: &Permit,
    scene: Scene<'_>,
) -> Result<Events, Refusal> {
    let run = run_for(incident, act)?;
    let mut look = Look { incident, permit, way: Way::new(incident, run.clone(), scene) };
    match act {
        PlayAct::Start(_) => {}
        PlayAct::Take(step) => look.take(*step)?,
        PlayAct::Answer(step, which, said) => look.answer(*step, *which, Reply::Said(said))?,
        PlayAct::Choose(step, which, choice) => {
            look.answer(*step, *which, Reply::Chosen(*choice))?;
        }
        PlayAct::Redo(step) => look.redo(*step)?,
        PlayAct::Done(step) => look.done(*step)?,
        PlayAct::Skip(step, reason) => look.skip(*step, reason)?,
        PlayAct::Fail(step, reason) => look.fail(*step, reason)?,
        PlayAct::Approve(step) => look.approve(*step)?,
        PlayAct::Decline(step, reason) => look.decline(*step, reason)?,
        PlayAct::Retry(step) => look.retry(*step)?,
        PlayAct::Stop(_, reason) => {
            look.decides()?;
            let reason = words(reason)?;
            look.way.happened(RunEvent::Stopped { reason });
        }
    }
    Ok((run.number, look.way.events))
}

/// A piece of evidence that came for a step.
pub fn prove(
    incident: &Incident,
    step: StepNumber,
    piece: (u32, ProofKind),
    permit: &Permit,
    scene: Scene<'_>,
) -> Result<Events, Refusal> {
    let run = run_for(incident, &PlayAct::Take(step))?;
    let mut look = Look { incident, permit, way: Way::new(incident, run.clone(), scene) };
    let (token, pending) = look.mine(step)?;
    look.not_approved(&token, &pending)?;
    let title = look.title(step);
    let proof = look.task_of(&token).and_then(|task| task.evidence.clone());
    let Some(proof) = proof else { return Err(refused(PlayRefusal::NoProof { title })) };
    if !takes(&proof, piece.1) {
        let kinds = proof.kinds.into_iter().collect();
        return Err(refused(PlayRefusal::WrongProof { title, kinds }));
    }
    look.taken_by(step);
    look.way.happened(RunEvent::Proved { step, number: piece.0 });
    Ok((run.number, look.way.events))
}

/// How many pieces of evidence a step has; one that could not be kept is none, and one that is still being
/// fetched is none yet.
pub fn has(incident: &Incident, pending: &Pending) -> u32 {
    count(incident, pending, Piece::is_kept)
}

/// How many are still being fetched.
pub fn fetching(incident: &Incident, pending: &Pending) -> u32 {
    count(incident, pending, |piece| piece.counts() && !piece.is_kept())
}

fn count(incident: &Incident, pending: &Pending, fits: impl Fn(&Piece) -> bool) -> u32 {
    let fits = |number: &&u32| incident.piece(**number).is_some_and(&fits);
    u32::try_from(pending.proof.iter().filter(fits).count()).unwrap_or(u32::MAX)
}

/// Whether a proof takes a piece of this kind.
pub fn takes(proof: &Proof, kind: ProofKind) -> bool {
    proof.kinds.is_empty() || proof.kinds.contains(&kind)
}

/// What kind of proof a piece is.
pub fn proof_kind(piece: &Piece) -> ProofKind {
    match piece.form {
        Some(Form::Photo) => ProofKind::Photo,
        Some(_) => ProofKind::File,
        None => ProofKind::Described,
    }
}

pub(super) fn refused(why: PlayRefusal) -> Refusal {
    Refusal::Play(Box::new(why))
}

pub(super) fn words(said: &str) -> Result<Text, Refusal> {
    words_for(ActKind::Play, said)
}

/// Somebody at a run.
pub(super) struct Look<'a> {
    pub incident: &'a Incident,
    pub permit: &'a Permit,
    pub way: Way<'a>,
}

/// How a question is answered.
#[derive(Clone, Copy)]
enum Reply<'a> {
    /// In words.
    Said(&'a str),
    /// By a button, by its place from zero.
    Chosen(u32),
}

impl Look<'_> {
    pub(super) fn title(&self, step: StepNumber) -> String {
        let run = &self.way.run;
        let over =
            || run.over.iter().find(|over| over.number == step).map(|over| over.title.clone());
        let token = run.tokens.get(&step);
        let title = token.and_then(|token| match &token.waits {
            Waits::Task(pending) => Some(pending.title.clone()),
            Waits::Decision { title, .. } => title.clone(),
            _ => None,
        });
        title.or_else(over).unwrap_or_else(|| run.title.clone())
    }

    /// A step that waits for people, or why it is none.
    pub(super) fn waiting(&self, step: StepNumber) -> Result<(Token, Pending), Refusal> {
        let run = &self.way.run;
        let Some(token) = run.tokens.get(&step) else {
            let Some(over) = run.over.iter().find(|over| over.number == step) else {
                let code = self.incident.code.clone();
                return Err(refused(PlayRefusal::NoStep { code, step }));
            };
            let (title, how) = (over.title.clone(), over.how);
            let (at, by) = (over.at.at, over.at.by.clone());
            return Err(refused(PlayRefusal::Over { title, how, at, by }));
        };
        match &token.waits {
            Waits::Task(pending) => Ok((token.clone(), pending.as_ref().clone())),
            Waits::Decision { .. } => Err(refused(PlayRefusal::Failed { title: self.title(step) })),
            _ => Err(refused(PlayRefusal::NoStep { code: self.incident.code.clone(), step })),
        }
    }

    /// A step that the actor may work on: he has it, or nobody has and it is his, or he has the incident, or
    /// leads.
    fn mine(&self, step: StepNumber) -> Result<(Token, Pending), Refusal> {
        let (token, pending) = self.waiting(step)?;
        let Some(person) = self.permit.person() else {
            return Err(Refusal::NotAllowed(ActKind::Play));
        };
        let has = pending.taken.as_ref().is_some_and(|(taken, _)| taken == person);
        let whole = self.incident.holder() == Some(person) || self.permit.leads();
        let free = pending.taken.is_none() && self.is_for(&pending, person);
        if has || whole || free {
            return Ok((token, pending));
        }
        let by = pending.taken.map(|(taken, _)| taken);
        let by = by.or_else(|| {
            let holder = self.incident.holder().cloned();
            holder.filter(|_| pending.who == Whom::Holder)
        });
        let (title, who) = (pending.title, pending.who);
        Err(refused(PlayRefusal::NotYours { title, by, who }))
    }

    /// Whether a step is this person's: by its own words, because he was called for it, or because the whole
    /// Team is meant.
    fn is_for(&self, pending: &Pending, person: &PersonId) -> bool {
        let scene = self.way.scene;
        let (people, team) =
            resolve(&pending.who, self.incident, scene.now, scene.directory, Call::Begun);
        let nobody_holds = pending.who == Whom::Holder && self.incident.holder().is_none();
        people.iter().any(|called| called.id == *person)
            || pending.called.contains(person)
            || ((team || nobody_holds) && self.permit.works())
    }

    pub(super) fn task_of(&self, token: &Token) -> Option<&Task> {
        let playbook = &self.way.run.frames.get(&token.frame)?.playbook;
        self.way.scene.bundle.step(playbook, &token.step)?.task()
    }

    /// Whoever works on a step has it from then on.
    fn taken_by(&mut self, step: StepNumber) {
        let own = self.way.run.task(step).and_then(|pending| pending.taken.as_ref());
        if own.map(|(taken, _)| taken) != self.permit.person() {
            self.way.happened(RunEvent::Taken { step });
        }
    }

    fn take(&mut self, step: StepNumber) -> Result<(), Refusal> {
        let (_, pending) = self.waiting(step)?;
        let by = pending.taken.map(|(taken, _)| taken);
        if by.is_some() && by.as_ref() == self.permit.person() {
            return Err(Refusal::NoChange { code: self.incident.code.clone(), act: ActKind::Play });
        }
        // Taking it from somebody is for whoever answers for the whole.
        self.mine(step)?;
        self.way.happened(RunEvent::Taken { step });
        Ok(())
    }

    fn answer(&mut self, step: StepNumber, which: u32, reply: Reply<'_>) -> Result<(), Refusal> {
        let (token, pending) = self.mine(step)?;
        self.not_approved(&token, &pending)?;
        let ask =
            usize::try_from(which).ok().and_then(|which| self.task_of(&token)?.asks.get(which));
        let Some(ask) = ask.cloned() else {
            return Err(refused(PlayRefusal::NoStep { code: self.incident.code.clone(), step }));
        };
        let value = match reply {
            Reply::Said(said) => ask.question.answer.read(said),
            Reply::Chosen(choice) => ask.question.answer.chosen(choice),
        };
        let Some(value) = value else {
            let (label, answer) = (ask.question.label, Box::new(ask.question.answer));
            return Err(refused(PlayRefusal::NoAnswer { label, answer }));
        };
        if let Value::Words(Text::Plain(said)) = &value {
            words(said)?;
        }
        self.taken_by(step);
        self.way.happened(RunEvent::Answered { step, name: ask.set, value });
        Ok(())
    }

    /// Its questions are asked again.
    fn redo(&mut self, step: StepNumber) -> Result<(), Refusal> {
        let (token, pending) = self.mine(step)?;
        self.not_approved(&token, &pending)?;
        self.taken_by(step);
        self.way.happened(RunEvent::Reasked { step });
        Ok(())
    }

    /// While others look at what was done it does not change.
    fn not_approved(&self, token: &Token, pending: &Pending) -> Result<(), Refusal> {
        let by =
            self.task_of(token).and_then(|task| task.approval.as_ref()).map(|one| one.by.clone());
        match (&pending.approval, by) {
            (Some(_), Some(by)) => {
                Err(refused(PlayRefusal::WaitsForApproval { title: pending.title.clone(), by }))
            }
            _ => Ok(()),
        }
    }

    fn open_questions(&self, token: &Token, pending: &Pending) -> Vec<String> {
        let asks = self.task_of(token).map(|task| task.asks.as_slice()).unwrap_or_default();
        let open = asks.iter().filter(|ask| !ask.optional && !pending.answered.contains(&ask.set));
        open.map(|ask| ask.question.label.clone()).collect()
    }

    fn done(&mut self, step: StepNumber) -> Result<(), Refusal> {
        let (token, pending) = self.mine(step)?;
        self.not_approved(&token, &pending)?;
        let task = self.task_of(&token).cloned();
        let approval = task.as_ref().and_then(|task| task.approval.clone());
        let approval = approval.filter(|_| !pending.agreed);
        let before = approval.as_ref().is_some_and(|approval| !approval.after);
        if !before {
            self.nothing_missing(&token, &pending, task.as_ref())?;
        }
        self.taken_by(step);
        match approval {
            None => self.over(&token, RunEvent::Done { step }),
            Some(approval) => self.ask_approval(step, &approval),
        }
        Ok(())
    }

    pub(super) fn nothing_missing(
        &self,
        token: &Token,
        pending: &Pending,
        task: Option<&Task>,
    ) -> Result<(), Refusal> {
        let questions = self.open_questions(token, pending);
        let proof = task.and_then(|task| task.evidence.as_ref());
        let pieces =
            proof.map_or(0, |proof| proof.count.saturating_sub(has(self.incident, pending)));
        if pieces == 0 && questions.is_empty() {
            return Ok(());
        }
        let kinds = proof.map(|proof| proof.kinds.iter().copied().collect()).unwrap_or_default();
        let what = proof.and_then(|proof| proof.what.clone());
        let title = pending.title.clone();
        let fetching = fetching(self.incident, pending);
        Err(refused(PlayRefusal::Missing { title, questions, pieces, fetching, kinds, what }))
    }

    pub(super) fn over(&mut self, token: &Token, event: RunEvent) {
        self.way.happened(event);
        self.way.after(token.parent, token.frame, &token.step);
    }

    fn skip(&mut self, step: StepNumber, reason: &str) -> Result<(), Refusal> {
        if let Some(token) = self.stuck(step) {
            self.decides()?;
            let reason = words(reason)?;
            let title = self.title(step);
            if self.is_required(&token) && !self.permit.leads() {
                return Err(refused(PlayRefusal::Required { title }));
            }
            let questions = self.unset(&token);
            if !questions.is_empty() {
                return Err(refused(PlayRefusal::AnswersFirst { title, questions }));
            }
            self.over(&token, RunEvent::Skipped { step, reason });
            return Ok(());
        }
        let (token, pending) = self.mine(step)?;
        if self.is_required(&token) && !self.permit.leads() {
            return Err(refused(PlayRefusal::Required { title: pending.title }));
        }
        // What later conditions rest on has to be answered all the same.
        let questions = self.open_questions(&token, &pending);
        if !questions.is_empty() {
            let (title, kinds) = (pending.title, Vec::new());
            let missing = PlayRefusal::Missing {
                title,
                questions,
                pieces: 0,
                fetching: 0,
                kinds,
                what: None,
            };
            return Err(refused(missing));
        }
        let reason = words(reason)?;
        self.over(&token, RunEvent::Skipped { step, reason });
        Ok(())
    }

    /// Questions of a step that failed whose variables nothing has set: later conditions may rest on them.
    fn unset(&self, token: &Token) -> Vec<String> {
        let vars = self.way.run.vars(token.frame);
        let asks = self.task_of(token).map(|task| task.asks.as_slice()).unwrap_or_default();
        let set = |ask: &Ask| vars.is_some_and(|vars| vars.contains_key(&ask.set));
        let open = asks.iter().filter(|ask| !ask.optional && !set(ask));
        open.map(|ask| ask.question.label.clone()).collect()
    }

    fn is_required(&self, token: &Token) -> bool {
        self.task_of(token).is_some_and(|task| task.required)
    }

    fn fail(&mut self, step: StepNumber, reason: &str) -> Result<(), Refusal> {
        self.mine(step)?;
        let reason = Some(words(reason)?);
        self.taken_by(step);
        self.way.happened(RunEvent::Failed { step, why: Why::Said, reason });
        self.way.failed(step, Why::Said);
        Ok(())
    }

    fn stuck(&self, step: StepNumber) -> Option<Token> {
        let token = self.way.run.tokens.get(&step)?;
        matches!(token.waits, Waits::Decision { .. }).then(|| token.clone())
    }

    /// Whoever answers for the whole: the holder or a lead.
    fn decides(&self) -> Result<(), Refusal> {
        let holds = self.incident.holder().is_some_and(|holder| self.permit.is(holder));
        if holds || self.permit.leads() {
            return Ok(());
        }
        let holder = self.incident.holder().cloned();
        Err(Refusal::NotHolder { code: self.incident.code.clone(), holder })
    }

    fn retry(&mut self, step: StepNumber) -> Result<(), Refusal> {
        let Some(token) = self.stuck(step) else {
            let (_, pending) = self.waiting(step)?;
            return Err(refused(PlayRefusal::NotFailed { title: pending.title }));
        };
        self.decides()?;
        self.way.happened(RunEvent::Retried { step });
        self.way.again(step, token.parent, token.frame, token.step);
        Ok(())
    }
}

/// What somebody may look up of a step: the task as its copy says.
pub fn task<'a>(run: &Run, bundle: &'a Bundle, step: StepNumber) -> Option<&'a Task> {
    let token = run.tokens.get(&step)?;
    let playbook = &run.frames.get(&token.frame)?.playbook;
    bundle.step(playbook, &token.step)?.task()
}

/// The questions of a step that wait for an answer, by their places; those that may stay open come last.
pub fn open_questions(run: &Run, bundle: &Bundle, step: StepNumber) -> Vec<u32> {
    let (Some(pending), Some(task)) = (run.task(step), task(run, bundle, step)) else {
        return Vec::new();
    };
    let open = |optional: bool| {
        let asks = (0_u32..).zip(&task.asks);
        asks.filter(move |(_, ask)| {
            ask.optional == optional && !pending.answered.contains(&ask.set)
        })
    };
    open(false).chain(open(true)).map(|(place, _)| place).collect()
}
