//! The playbooks there are, and the copy of them that a run keeps for its life.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::model::{Playbook, PlaybookId, Step, StepId};
use crate::domain::fold::fold;
use crate::domain::incident::state::Incident;
use crate::domain::values::Tri;

/// Every playbook that can be started or called.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Library {
    /// By id.
    pub all: BTreeMap<PlaybookId, Arc<Playbook>>,
}

/// A playbook with all it calls: what a run rests on, whatever becomes of the files.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Bundle {
    /// The one that was started.
    pub root: PlaybookId,
    /// It and those it calls.
    pub playbooks: BTreeMap<PlaybookId, Playbook>,
}

/// How the steps of two versions differ.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Difference {
    /// Steps only the newer one has, by title.
    pub added: Vec<String>,
    /// Steps it has no more.
    pub removed: Vec<String>,
    /// Steps that say something else.
    pub changed: Vec<String>,
}

impl Library {
    /// One by id.
    pub fn get(&self, id: &PlaybookId) -> Option<&Arc<Playbook>> {
        self.all.get(id)
    }

    /// One that can be started, by its id, its title or the beginning of either, without marks.
    pub fn named(&self, said: &str) -> Option<&Arc<Playbook>> {
        let said = fold(said.trim());
        let startable = || self.all.values().filter(|one| !one.shared);
        let is = |one: &&Arc<Playbook>| fold(one.id.as_str()) == said || fold(&one.title) == said;
        let begins = |one: &&Arc<Playbook>| {
            fold(one.id.as_str()).starts_with(&said) || fold(&one.title).starts_with(&said)
        };
        let mut near = startable().filter(begins);
        startable().find(is).or_else(|| match (near.next(), near.next()) {
            (Some(one), None) if !said.is_empty() => Some(one),
            _ => None,
        })
    }

    /// Whether a copy is what there is now. Copies share nothing with it, so this looks at each step once and
    /// copies none.
    pub fn has(&self, bundle: &Bundle) -> bool {
        bundle.playbooks.iter().all(|(id, own)| self.get(id).is_some_and(|now| now.as_ref() == own))
    }

    /// The playbook with everything it calls, as it is now.
    pub fn bundle(&self, id: &PlaybookId) -> Option<Bundle> {
        let mut playbooks = BTreeMap::new();
        let mut wanted = vec![id];
        while let Some(id) = wanted.pop() {
            if playbooks.contains_key(id) {
                continue;
            }
            let playbook = self.get(id)?;
            wanted.extend(playbook.calls());
            playbooks.insert(id.clone(), playbook.as_ref().clone());
        }
        Some(Bundle { root: id.clone(), playbooks })
    }

    /// Those that fit an incident with these words, the best first: what somebody said of it (its category,
    /// its flags) counts more than words.
    pub fn fitting(&self, incident: &Incident, words: &str) -> Vec<&Arc<Playbook>> {
        let words = fold(words);
        let mut fitting: Vec<(u32, &Arc<Playbook>)> = Vec::new();
        for one in self.all.values().filter(|one| !one.shared) {
            let fits = &one.fits;
            if !fits.severities.is_empty() && !fits.severities.contains(&incident.severity) {
                continue;
            }
            let category = incident.category.is_some_and(|is| fits.categories.contains(&is));
            let set = |flag| incident.flags.get(flag) == Some(&Tri::Yes);
            let flag = fits.flags.iter().any(set);
            let tags = fits.tags.iter().filter(|tag| words.contains(&fold(tag))).count();
            let tags = u32::try_from(tags).unwrap_or(u32::MAX).min(9);
            let score = u32::from(category) * 10 + u32::from(flag) * 10 + tags;
            if score > 0 {
                fitting.push((score, one));
            }
        }
        fitting.sort_by(|(one, left), (other, right)| other.cmp(one).then(left.id.cmp(&right.id)));
        fitting.into_iter().map(|(_, one)| one).collect()
    }
}

impl Bundle {
    /// The playbook that was started.
    pub fn root(&self) -> Option<&Playbook> {
        self.playbooks.get(&self.root)
    }

    /// A step of one of its playbooks.
    pub fn step(&self, playbook: &PlaybookId, step: &StepId) -> Option<&Step> {
        self.playbooks.get(playbook)?.steps.get(step)
    }

    /// What a newer one does otherwise.
    pub fn difference(&self, newer: &Self) -> Difference {
        let mut difference = Difference::default();
        let ids: BTreeSet<_> = self.playbooks.keys().chain(newer.playbooks.keys()).collect();
        for id in ids {
            let steps = |bundle: &Self| {
                let playbook = bundle.playbooks.get(id);
                playbook.map(|one| one.steps.clone()).unwrap_or_default()
            };
            let (old, new) = (steps(self), steps(newer));
            let shown = |step: &Step| step.task().map(|task| task.title.clone());
            for (id, step) in &new {
                match old.get(id) {
                    None => difference.added.extend(shown(step)),
                    Some(before) if before.does != step.does || before.next != step.next => {
                        difference.changed.extend(shown(step));
                    }
                    Some(_) => {}
                }
            }
            let gone = old.iter().filter(|(id, _)| !new.contains_key(*id));
            difference.removed.extend(gone.filter_map(|(_, step)| shown(step)));
        }
        difference
    }
}
