//! A finished message: text, buttons, and whether it should make a sound.

use super::markup::{Markup, one_line, units};
use super::words;
use crate::domain::press::{Choice, DutyPress, Press};

/// The longest text Telegram takes, in UTF-16 units once parsed.
pub const CHAT_UNITS: usize = 4096;

/// The longest answer to a press that Telegram shows, in UTF-16 units.
pub const TOAST_UNITS: usize = 200;

/// The longest label of a button that is still readable on a telephone.
const LABEL_UNITS: usize = 48;

/// Where a message is going to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Surface {
    /// A chat with marks and buttons.
    Chat,
    /// An SMS or a pager: no content of an incident.
    Short,
    /// An e-mail: no content of an incident.
    Mail,
}

/// A message ready to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// The text.
    pub markup: Markup,
    /// Buttons, row by row.
    pub buttons: Vec<Vec<Button>>,
    /// The subject, for e-mail.
    pub subject: String,
    /// Whether it should make a sound; everything else is delivered silently.
    pub call: bool,
}

impl Message {
    /// A silent message without buttons.
    pub fn quiet(markup: Markup) -> Self {
        Self { markup, buttons: Vec::new(), subject: String::new(), call: false }
    }

    /// The same with buttons.
    #[must_use]
    pub fn with(mut self, buttons: Vec<Vec<Button>>) -> Self {
        self.buttons = buttons;
        self
    }

    /// The same, making a sound if `call`.
    #[must_use]
    pub fn calling(mut self, call: bool) -> Self {
        self.call = call;
        self
    }

    /// What fits the little window that answers a press; a drill's mark stays at both ends.
    pub fn toast(&self) -> String {
        let (words, mark) = (self.markup.plain(), words::DRILL_MARK);
        match words.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)) {
            Some(rest) => {
                let room = TOAST_UNITS.saturating_sub(2 * (units(mark) + 2));
                format!("{mark}: {} {mark}", one_line(rest, room))
            }
            None => one_line(&words, TOAST_UNITS),
        }
    }
}

/// A button under a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What it does.
    pub action: ButtonAction,
}

/// What a button does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ButtonAction {
    /// Sends this callback data.
    Press(String),
    /// Opens this address.
    Url(String),
}

impl Button {
    /// A button about an incident; none when its data does not fit.
    pub fn press(label: &str, press: &Press) -> Option<Self> {
        let action = ButtonAction::Press(press.data()?);
        Some(Self { label: one_line(label, LABEL_UNITS), action })
    }

    /// A button about who is on duty; none when its data does not fit.
    pub fn duty(label: &str, press: &DutyPress) -> Option<Self> {
        let action = ButtonAction::Press(press.data()?);
        Some(Self { label: one_line(label, LABEL_UNITS), action })
    }

    /// A button that belongs to no incident.
    pub fn choice(label: &str, choice: Choice) -> Self {
        Self { label: label.to_owned(), action: ButtonAction::Press(choice.data().to_owned()) }
    }

    /// A button that opens an address.
    pub fn url(label: &str, url: &str) -> Self {
        Self { label: label.to_owned(), action: ButtonAction::Url(url.to_owned()) }
    }
}

/// Buttons in rows of at most `per_row`.
pub fn rows(buttons: impl IntoIterator<Item = Button>, per_row: usize) -> Vec<Vec<Button>> {
    let mut rows: Vec<Vec<Button>> = Vec::new();
    for button in buttons {
        match rows.last_mut() {
            Some(row) if row.len() < per_row => row.push(button),
            _ => rows.push(vec![button]),
        }
    }
    rows
}
