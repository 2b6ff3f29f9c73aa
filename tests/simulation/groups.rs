//! Leads deal with several incidents as one, and with one of them alone again.

use trucban::domain::envelope::Said;
use trucban::domain::press::{Press, Verb};

use super::driver::{Check, Sim};
use super::steps::MOST;

impl Sim {
    /// `/dienrong`, `/tach`, or the button that gathers what looks alike.
    pub fn groups(&mut self) -> Check {
        let account = if self.rng.chance(80) { 104 } else { self.talker() };
        match self.rng.below(10) {
            0..5 if self.model.cases.len() < MOST + 2 => {
                let codes: Vec<String> =
                    (0..=self.rng.below(3)).map(|_| self.code().to_string()).collect();
                let name = if self.rng.chance(50) { self.token() } else { String::new() };
                self.types(account, account, format!("/dienrong {} {name}", codes.join(" ")), None)
            }
            0..6 if self.model.cases.len() < MOST + 2 => {
                let code = self.code();
                let episode = self.model.cases.get(&code).map_or(1, |case| case.episode);
                let press = Press { verb: Verb::Group, code, episode, firing: 0 };
                let data = press.data().unwrap();
                let message = self.outside.newest_in(account).unwrap_or(1);
                self.heard(account, account, message, Said::Pressed { data, message }, None)
            }
            _ => {
                let parts: Vec<_> = self
                    .model
                    .cases
                    .iter()
                    .filter(|(_, case)| case.parent.is_some())
                    .map(|(code, _)| code.clone())
                    .collect();
                let code = match parts.is_empty() || self.rng.chance(10) {
                    true => self.code(),
                    false => self.rng.pick(&parts).clone(),
                };
                self.types(account, account, format!("/tach {code}"), None)
            }
        }
    }
}
