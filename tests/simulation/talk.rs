//! People talk to the bot as they do on Telegram: words, buttons, files, each heard as the program hears
//! it, in the conversation they are in the middle of.

use trucban::channels::telegram::handle;
use trucban::domain::envelope::{
    Actor, Command, Envelope, Incoming, Receipt, Route, Said, Session,
};
use trucban::domain::evidence::Attached;
use trucban::domain::incident::act::Act;
use trucban::domain::notice::Answer;
use trucban::domain::refusal::Refusal;
use trucban::domain::values::ChannelKind;
use trucban::engine::due::{DRAFT, sign_of_life};
use trucban::ledger::StorageError;

use super::driver::{Check, Sim};
use super::written;
use crate::hold;

/// Accounts that write: everybody who has Telegram, somebody who has left, and a stranger.
pub const TALKERS: [i64; 9] = [101, 102, 104, 106, 107, 109, 110, 111, 999];

/// So long after a report, words in private belong to it.
const SOON: i64 = 1_800_000;

/// Where somebody talks: chat, account, topic.
pub type Place = (i64, i64, i32);

/// What is delivered: an envelope, or something said with the envelope it is heard as.
#[derive(Clone, Debug)]
pub struct Input {
    pub envelope: Envelope,
    pub said: Option<(Incoming, Option<i64>)>,
}

impl From<Envelope> for Input {
    fn from(envelope: Envelope) -> Self {
        Self { envelope, said: None }
    }
}

impl Sim {
    /// Somebody who writes: under the account he has now, or had before.
    pub fn talker(&mut self) -> i64 {
        let account = *self.rng.pick(&TALKERS);
        let moved = self.model.staff.by_account(account + 100).and_then(|line| line.3);
        moved.filter(|_| self.rng.chance(80)).unwrap_or(account)
    }

    /// A mark nobody has written yet.
    pub fn token(&mut self) -> String {
        self.tokens += 1;
        written::mark(self.tokens)
    }

    /// Somebody writes a message, in answer to another one or not.
    pub fn types(
        &mut self,
        chat: i64,
        account: i64,
        words: String,
        reply_to: Option<i64>,
    ) -> Check {
        let now = self.mono;
        let message = self.outside.spoken_in(chat, account, &words, now);
        self.say(format!("{account} in {chat}: {}", words.chars().take(60).collect::<String>()));
        self.heard(chat, account, message, Said::Words(words), reply_to)
    }

    /// One update without a file.
    pub fn heard(
        &mut self,
        chat: i64,
        account: i64,
        message: i64,
        said: Said,
        reply_to: Option<i64>,
    ) -> Check {
        self.update(chat, account, message, said, reply_to, None)
    }

    /// One update.
    pub fn update(
        &mut self,
        chat: i64,
        account: i64,
        message: i64,
        said: Said,
        reply_to: Option<i64>,
        attached: Option<Attached>,
    ) -> Check {
        let pressed = matches!(said, Said::Pressed { .. });
        let incoming = Incoming {
            key: self.key("tg"),
            route: Route {
                channel: ChannelKind::Telegram,
                chat,
                thread: None,
                reply_to: Some(message),
                private: chat > 0,
            },
            account,
            name: "name".to_owned(),
            anonymous: false,
            said,
            step: None,
            drill: None,
            about: Vec::new(),
            to_question: false,
            to_us: chat > 0 || pressed || reply_to.is_some(),
            attached: attached.map(Box::new),
        };
        let Some(envelope) = self.hear(&incoming, reply_to)? else { return Ok(()) };
        self.read_rightly(&incoming, reply_to, &envelope)?;
        self.deliver(Input { envelope, said: Some((incoming, reply_to)) })
    }

    /// What the program hears, in the conversation as it is now.
    fn hear(
        &mut self,
        incoming: &Incoming,
        reply_to: Option<i64>,
    ) -> Result<Option<Envelope>, String> {
        let (now, settings) = (self.at(), self.settings.clone());
        let mut heard = None;
        let undone: Result<(), _> = self.store().transaction(now, |tx| {
            heard = Some(handle::heard(tx, &settings, incoming, reply_to)?);
            Err(StorageError::Stopped)
        });
        heard.ok_or_else(|| format!("{undone:?}"))
    }

    /// Who it is, and, of plain words in private, which incident they belong to: the one its writer
    /// reported within half an hour.
    fn read_rightly(
        &self,
        incoming: &Incoming,
        reply_to: Option<i64>,
        envelope: &Envelope,
    ) -> Check {
        let line = self.model.staff.by_account(incoming.account);
        let actor = line.map_or(Actor::Stranger, |line| super::town::by(line.0));
        hold!(envelope.actor == actor, "{} was taken for {}", incoming.account, envelope.actor);
        let (Said::Words(words), Some(line)) = (&incoming.said, line) else { return Ok(()) };
        let place = (incoming.route.chat, incoming.account, 0);
        let plain = words.starts_with("lời thêm ") && incoming.attached.is_none();
        if !plain || reply_to.is_some() || self.sessions.contains_key(&place) || place.0 < 0 {
            return Ok(());
        }
        let (recent, ended): (Vec<_>, Vec<_>) = self
            .model
            .cases
            .iter()
            .filter(|(_, case)| case.parts.is_empty())
            .filter(|(_, case)| case.reported_by.as_ref().is_some_and(|by| by.as_str() == line.0))
            .filter(|(_, case)| case.reported_at >= self.now - SOON)
            .partition(|(_, case)| case.open());
        let command = &envelope.command;
        let off = recent.iter().any(|(_, case)| case.off_channel);
        // Where the clock was set meanwhile, what has ended may be too long ago to count.
        let ended_off = ended.iter().any(|(_, case)| case.off_channel);
        let right = match (recent.as_slice(), command) {
            (_, Command::Say(Answer::Refused(_))) if off || ended_off => true,
            ([(only, _)], Command::Act(aim, Act::Note(note))) if !off => {
                aim.code == **only && note == words
            }
            ([], Command::Say(Answer::UnknownCommand { .. })) => true,
            ([_, _, ..], Command::Say(Answer::Ask(_))) if !off => {
                let to = envelope.session.as_ref();
                let to = to.and_then(|change| change.to.waiting.as_ref());
                to.is_some_and(|waiting| waiting.words() == *words)
            }
            _ => false,
        };
        hold!(right, "{words:?} with {recent:?} was taken for {command:?}");
        Ok(())
    }

    /// What the conversation became: what the envelope says, and nothing where it was refused.
    pub fn conversation(&mut self, input: &Input, receipt: &Receipt) -> Check {
        let Some(change) = &input.envelope.session else { return Ok(()) };
        let place = (change.chat, change.account, change.thread);
        let refused = matches!(receipt, Receipt::Refused(_));
        let mut session = if refused { change.refused.clone() } else { change.to.clone() };
        if matches!(receipt, Receipt::Refused(Refusal::OffChannel(_)))
            && change.to.waiting != change.refused.waiting
        {
            session.waiting = None;
        }
        match session {
            over if over.is_over() => drop(self.sessions.remove(&place)),
            session => drop(self.sessions.insert(place, (session, self.now))),
        }
        self.conversations()
    }

    /// Every conversation that goes on is on disk as it was left, and no other one.
    pub fn conversations(&mut self) -> Check {
        let sql = "SELECT chat, account, thread, body FROM session";
        let stored: Vec<(Place, String)> = {
            let conn = self.store().connection();
            let mut statement = conn.prepare_cached(sql).unwrap();
            let rows = statement
                .query_map([], |row| Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?)));
            rows.unwrap().map(Result::unwrap).collect()
        };
        let count = (stored.len(), self.sessions.len());
        hold!(count.0 == count.1, "{} questions wait for an answer, not {}", count.0, count.1);
        for (place, body) in stored {
            let session: Session = serde_json::from_str(&body).map_err(|e| e.to_string())?;
            let known = self.sessions.get(&place).map(|(session, _)| session);
            hold!(known == Some(&session), "{place:?} is in {session:?}, not in {known:?}");
        }
        Ok(())
    }

    /// The service gives a sign of life; questions of a day ago are forgotten with it.
    pub fn beat(&mut self) -> Check {
        let now = self.at();
        self.store().transaction(now, sign_of_life).map_err(|error| error.to_string())?;
        let oldest = now.minus(DRAFT).millis();
        self.sessions.retain(|_, (_, at)| *at >= oldest);
        self.conversations()
    }

    /// Everybody leaves the question that still waits: each must still be there to be left.
    pub fn leave_all(&mut self) -> Check {
        self.beat()?;
        // A question, what waits beside it, and where files go.
        let places: Vec<Place> = self.sessions.keys().copied().collect();
        for (chat, account, _) in [places.clone(), places.clone(), places].concat() {
            let words = if self.rng.chance(50) { "/huy" } else { "Hủy" };
            let answered = (chat < 0).then(|| self.outside.newest_in(chat)).flatten();
            let words = if chat < 0 { "/huy" } else { words };
            self.types(chat, account, words.to_owned(), answered)?;
        }
        hold!(self.sessions.is_empty(), "questions that nobody can leave: {:?}", self.sessions);
        Ok(())
    }
}
