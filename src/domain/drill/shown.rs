//! A drill with its removable words beside it, for whoever renders it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::run::Drill;
use super::run::event::{EndHow, Reply};
use super::scenario::Scenario;
use crate::domain::text::{ContentId, Text};

/// A drill, the copy of its scenario, and what of its words was not removed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownDrill {
    /// The drill.
    pub drill: Drill,
    /// What it rests on; nothing where the copy is gone.
    pub scenario: Option<Arc<Scenario>>,
    /// Words by their digest.
    pub words: BTreeMap<ContentId, String>,
}

impl ShownDrill {
    /// The words of a text, unless they were removed.
    pub fn said<'t>(&'t self, text: &'t Text) -> Option<&'t str> {
        match text {
            Text::Plain(words) => Some(words),
            Text::Sealed(id) => self.words.get(id).map(String::as_str),
        }
    }
}

impl Drill {
    /// Every piece of free text in it.
    pub fn texts(&self) -> Vec<&Text> {
        let replies = self.injects.values().flat_map(|played| played.replies.values());
        let said =
            replies.flat_map(|replies| replies.values()).filter_map(|replied| {
                match &replied.reply {
                    Reply::Said { words } => Some(words),
                    _ => None,
                }
            });
        let end = self.ended.iter().filter_map(|(_, how)| match how {
            EndHow::Aborted { reason } => Some(reason),
            _ => None,
        });
        let marks = self.marks.values().filter_map(|(_, why)| why.as_ref());
        let survey =
            self.survey.values().flat_map(|one| one.answers.iter().map(|answer| &answer.words));
        let reports = self.reports.values().map(|heard| &heard.words);
        let seen = self.observations.iter().map(|one| &one.words);
        let items = self.items.values().flat_map(|item| item.texts());
        self.remark
            .iter()
            .chain(said)
            .chain(end)
            .chain(marks)
            .chain(survey)
            .chain(reports)
            .chain(seen)
            .chain(items)
            .collect()
    }
}
