//! One chat: who it is, what was said, and what can be said and pressed.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use maud::{Markup, html};

use super::rich::rich;
use super::samples;
use super::{Desk, Page, Seat, Texted, words};
use crate::domain::time::Timestamp;
use crate::sandbox::world::{Message, Standing, buttons};
use crate::sandbox::{Alert, Sender};

/// How many messages of a chat are shown.
const MOST: usize = 120;

/// The name of a chat in addresses and ids.
pub(super) fn slug(chat: i64) -> String {
    if chat > 0 { format!("p{chat}") } else { format!("g{}", chat.unsigned_abs()) }
}

/// A chat as it stands.
pub(super) struct View<'a> {
    page: &'a Page,
    seat: &'a Seat,
    slug: String,
    standing: Standing,
    messages: Vec<Message>,
    members: Vec<i64>,
    speaker: i64,
    desk: Option<Desk>,
    flash: Option<Alert>,
    texted: Vec<Texted>,
}

impl<'a> View<'a> {
    pub(super) fn new(page: &'a Page, seat: &'a Seat) -> Self {
        let (standing, messages) = page.0.sandbox.with(|state, _| {
            let chat = state.world.chats.get(&seat.chat);
            let there = chat.into_iter().flat_map(|chat| &chat.messages);
            let mut newest: Vec<Message> =
                there.rev().filter(|message| !message.deleted).take(MOST).cloned().collect();
            newest.reverse();
            (chat.map_or(Standing::Deleted, |chat| chat.standing), newest)
        });
        let members = if seat.chat < 0 { page.0.sandbox.members(seat.chat) } else { Vec::new() };
        let speaker = page.speaker(seat.chat);
        let table = page.table();
        let texted = table.texted.iter().filter(|sms| sms.account == seat.chat).cloned().collect();
        Self {
            page,
            seat,
            slug: slug(seat.chat),
            standing,
            messages,
            members,
            speaker,
            desk: table.desks.get(&seat.chat).copied(),
            flash: table.flashes.get(&seat.chat).cloned(),
            texted,
        }
    }

    /// The parts that are brought up to date, by name.
    pub(super) fn parts(&self) -> [(String, String); 4] {
        let named =
            |name: &str, part: Markup| (format!("{name}-{}", self.slug), part.into_string());
        [
            named("log", self.log()),
            named("state", self.state()),
            named("flash", self.flash()),
            named("desk", self.desk()),
        ]
    }

    /// The whole, around its parts.
    pub(super) fn whole(&self, parts: &BTreeMap<String, String>) -> Markup {
        let Seat { chat, name, about } = self.seat;
        let part = |which: &str| super::frame::part(parts, &format!("{which}-{}", self.slug));
        html! {
            section .chat .group[*chat < 0] #(self.slug) aria-labelledby=(format!("h-{}", self.slug)) {
                form method="post" action="/act" {
                    input type="hidden" name="chat" value=(chat);
                    header {
                        span .face aria-hidden="true" { (initials(name)) }
                        div .who {
                            h2 id=(format!("h-{}", self.slug)) { (name) }
                            p { (about) }
                        }
                        div .state data-part=(format!("state-{}", self.slug)) { (part("state")) }
                    }
                    ol .log data-part=(format!("log-{}", self.slug)) data-keyed role="log" tabindex="0"
                        aria-label=(words::messages_of(name)) { (part("log")) }
                    div .flash role="status" data-part=(format!("flash-{}", self.slug)) { (part("flash")) }
                    @if *chat < 0 { (self.speakers()) }
                    div .desk data-part=(format!("desk-{}", self.slug)) { (part("desk")) }
                    div .write {
                        details .attach {
                            summary title=(words::ATTACH) { span { (words::ATTACH) } }
                            div {
                                @for (value, name) in samples::ALL {
                                    button .quiet type="submit" name="make" value=(value) { (name) }
                                }
                            }
                        }
                        textarea name="text" rows="2" maxlength="4096" placeholder=(words::WRITE)
                            aria-label=(words::write_in(name)) { (self.draft()) }
                        button .send type="submit" name="make" value="say" { (words::SEND) }
                    }
                }
            }
        }
    }

    fn speakers(&self) -> Markup {
        html! {
            div .speaker {
                label for=(format!("as-{}", self.slug)) { (words::SPEAKER) }
                select id=(format!("as-{}", self.slug)) name="user" {
                    @for id in self.members.iter().filter(|id| self.page.seat(**id).is_some()) {
                        option value=(id) selected[*id == self.speaker] { (self.page.name(*id)) }
                    }
                }
                noscript { button type="submit" name="make" value="speaker" { (words::SPEAKER_SET) } }
            }
        }
    }

    /// How the bot stands with this person, and what can be done about it.
    fn state(&self) -> Markup {
        let make = |what: &str, words: &str| {
            html! {
                button .quiet type="submit" name="make" value=(what) { (words) }
            }
        };
        if self.seat.chat < 0 {
            return html! {};
        }
        match self.standing {
            Standing::Blocked => make("unblock", words::UNBLOCK),
            Standing::Present => make("block", words::BLOCK),
            _ => html! {},
        }
    }

    fn flash(&self) -> Markup {
        let Some(alert) = &self.flash else { return html! {} };
        html! {
            div .toast .modal[alert.modal] {
                p {
                    @if self.seat.chat < 0 { b { (self.page.name(alert.user)) ": " } }
                    (alert.text.as_deref().unwrap_or_default())
                }
                button .quiet type="submit" name="make" value="dismiss" { (words::CLOSE) }
            }
        }
    }

    /// What the next words will be, and what stands in the way of any.
    fn desk(&self) -> Markup {
        html! {
            @match self.standing {
                Standing::Strange => p .notice {
                    (words::STRANGE) " "
                    button .quiet type="submit" name="make" value="start" { (words::START) }
                },
                Standing::Blocked => p .notice { (words::BLOCKED) },
                _ => {}
            }
            @if let Some(desk) = self.desk {
                p .answering data-fill=[self.editing().map(|message| &message.content.text)] {
                    span {
                        (match desk { Desk::Reply(_) => words::REPLYING, Desk::Edit(_) => words::EDITING })
                        (self.excerpt(match desk { Desk::Reply(id) | Desk::Edit(id) => id }))
                    }
                    button .quiet type="submit" name="make" value="cancel" { (words::CANCEL) }
                }
            }
        }
    }

    fn editing(&self) -> Option<&Message> {
        match self.desk {
            Some(Desk::Edit(id)) => self.messages.iter().find(|message| message.id == id),
            _ => None,
        }
    }

    fn draft(&self) -> &str {
        self.editing().map_or("", |message| &message.content.text)
    }

    fn excerpt(&self, id: i32) -> String {
        let message = self.messages.iter().find(|message| message.id == id);
        let first = message.and_then(|message| message.content.text.lines().next());
        let first = first.unwrap_or("…");
        let short: String = first.chars().take(60).collect();
        if short.len() < first.len() { format!("{short}…") } else { short }
    }

    /// Everything said here, with short messages of another channel at their time.
    fn log(&self) -> Markup {
        let said = self.messages.iter().map(|message| (message.at, self.message(message)));
        let texted = self.texted.iter().enumerate().map(|(n, sms)| (sms.at, self.sms(n, sms)));
        let mut all: Vec<(Timestamp, Markup)> = said.chain(texted).collect();
        all.sort_by_key(|(at, _)| *at);
        let mut day = None;
        html! {
            @if all.is_empty() { li .none { (words::NO_MESSAGES) } }
            @for (at, item) in &all {
                @let date = at.local(self.page.0.zone).date_naive();
                @if day.replace(date).is_some_and(|before| before != date) {
                    li .day id=(format!("d-{}-{date}", self.slug)) {
                        (format!("{:02}/{:02}/{}", date.day(), date.month(), date.year()))
                    }
                }
                (item)
            }
        }
    }

    fn sms(&self, number: usize, sms: &Texted) -> Markup {
        html! {
            li .sms id=(format!("s-{}-{number}", self.slug)) {
                p .from { (words::SMS) }
                div .text { (linked(&sms.words)) }
                p .meta { time { (sms.at.hour(self.page.0.zone)) } }
            }
        }
    }

    fn message(&self, message: &Message) -> Markup {
        let (kind, from) = match message.from {
            Sender::Bot => ("bot", Some(words::BOT.to_owned())),
            Sender::User(id) if id == self.speaker => {
                ("own", (self.seat.chat < 0).then(|| self.page.name(id)))
            }
            Sender::User(id) => ("other", Some(self.page.name(id))),
        };
        let zone = self.page.0.zone;
        html! {
            li class=(kind) id=(format!("m-{}-{}", self.slug, message.id)) {
                @if let Some(from) = from { p .from { (from) } }
                @if let Some(answered) = message.reply_to {
                    p .quote { (self.excerpt(answered)) }
                }
                (samples::attached(message))
                @if !message.content.text.is_empty() {
                    div .text { (rich(&message.content.text, &message.content.entities)) }
                }
                (keys(message))
                p .meta {
                    time { (message.at.hour(zone)) }
                    @if let Some(edited) = message.edited_at {
                        " · " (words::EDITED) " " (edited.hour(zone))
                    }
                    @if message.silent { " · " (words::SILENT) }
                    @if kind == "own" {
                        button .link type="submit" name="edit" value=(message.id) { (words::EDIT) }
                    } @else {
                        button .link type="submit" name="reply" value=(message.id) { (words::REPLY) }
                    }
                }
            }
        }
    }
}

fn keys(message: &Message) -> Markup {
    let rows = buttons(&message.content.markup);
    html! {
        @if !rows.is_empty() {
            div .keys {
                @for row in rows {
                    div .row {
                        @for key in row {
                            @if let Some(data) = key.data {
                                button type="submit" name="press" value=(format!("{}|{data}", message.id)) {
                                    (key.label)
                                }
                            } @else if let Some(url) = key.url {
                                a href=(url) rel="noopener noreferrer" target="_blank" { (key.label) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Plain words, with addresses of the web to follow.
fn linked(text: &str) -> Markup {
    html! {
        @for word in text.split_inclusive(char::is_whitespace) {
            @let bare = word.trim_end();
            @if bare.starts_with("http://") || bare.starts_with("https://") {
                a href=(bare) rel="noopener noreferrer" target="_blank" { (bare) }
                (word.get(bare.len()..).unwrap_or_default())
            } @else { (word) }
        }
    }
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}
