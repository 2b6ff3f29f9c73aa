//! `GET` and `POST /p/{token}` for somebody who takes the watch without chat.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::Site;
use super::page;
use super::press::Lost;
use crate::domain::envelope::{Actor, Command, Envelope, Receipt};
use crate::domain::refusal::Refusal;
use crate::domain::roster::Layer;
use crate::domain::roster::decide::{RosterRefusal, Wish};
use crate::domain::time::Timestamp;
use crate::engine::link::WatchLink;
use crate::text::{buttons, people, web};

/// What the person can do, or has just done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scene {
    /// The one button.
    Button,
    /// The form came back without what we had put into it; the button once more.
    Again,
    /// The watch is the person's now.
    Done,
    /// It was already.
    Yours,
    /// Somebody else took it.
    Taken {
        /// Who.
        by: String,
        /// When.
        at: String,
    },
    /// It is somebody else's to take.
    NotYours,
    /// Another watch has begun since.
    Over,
}

/// What the link shows before anything was pressed.
pub fn look(site: &Site, link: &WatchLink) -> Result<Scene, Lost> {
    let directory = site.engine.reader().directory()?;
    if directory.active(&link.person).is_none() {
        return Err(Lost::Unknown);
    }
    let now = site.engine.clock().now();
    let handover = directory.roster.handover.as_ref().filter(|one| one.at == link.since);
    Ok(match handover.map(|handover| &handover.taken) {
        None => Scene::Over,
        Some(Some((by, _))) if *by == link.person => Scene::Yours,
        Some(Some((by, at))) => {
            let at = at.shown(site.engine.settings().team.zone);
            Scene::Taken { by: people::name(by, &directory), at }
        }
        Some(None) => match directory.on_duty(Layer::Duty, now).ids().contains(&link.person) {
            true => Scene::Button,
            false => Scene::NotYours,
        },
    })
}

/// Takes the watch for the link's person.
pub async fn take(site: &Site, link: &WatchLink, nonce: &str) -> Result<(StatusCode, Scene), Lost> {
    let shown = look(site, link)?;
    // The nonce makes a repeated press the same one; the watch may be over meanwhile.
    if shown == Scene::Over {
        return Ok((StatusCode::CONFLICT, shown));
    }
    let (actor, command) =
        (Actor::Person(link.person.clone()), Command::Roster(Wish::TakeWatchOf(link.since)));
    let envelope = Envelope::new(format!("link:{nonce}"), actor, command);
    let receipt = site.engine.submit(envelope).await?;
    let zone = site.engine.settings().team.zone;
    let directory = site.engine.reader().directory()?;
    Ok(match receipt {
        Receipt::Done(_) => (StatusCode::OK, Scene::Done),
        Receipt::Refused(Refusal::Roster(RosterRefusal::Taken { by, at })) => {
            let by = people::name(&by, &directory);
            (StatusCode::CONFLICT, Scene::Taken { by, at: at.shown(zone) })
        }
        // Another watch began while the page was open.
        Receipt::Refused(Refusal::Roster(RosterRefusal::Over)) => {
            (StatusCode::CONFLICT, look(site, link)?)
        }
        Receipt::Refused(Refusal::NotInDirectory) => return Err(Lost::Unknown),
        Receipt::Refused(_) => (StatusCode::CONFLICT, Scene::NotYours),
    })
}

/// The page.
pub fn page(since: Timestamp, scene: &Scene, nonce: &str, site: &Site) -> Markup {
    let team = &site.engine.settings().team;
    let button = || page::button(nonce, buttons::TAKE_WATCH);
    let body = html! {
        h1 { (web::WATCH) }
        dl {
            dt { "Bắt đầu" }
            dd { (since.shown(team.zone)) }
        }
        div role="status" {
            @match scene {
                Scene::Button => {
                    p { (web::WATCH_WHAT) }
                    (button())
                }
                Scene::Again => {
                    p { (page::AGAIN) }
                    (button())
                }
                Scene::Done => {
                    h2 { (web::DONE) }
                    p { (web::WATCH_DONE) }
                }
                Scene::Yours => p { "Anh/chị đã nhận ca này." },
                Scene::Taken { by, at } => {
                    h2 { (web::REFUSED) }
                    p { (by) " đã nhận ca lúc " (at) ". Anh/chị không cần bấm nữa." }
                }
                Scene::NotYours => {
                    h2 { (web::REFUSED) }
                    p { "Anh/chị không có ca trực lúc này." }
                }
                Scene::Over => {
                    h2 { (web::EXPIRED) }
                    p { (web::WATCH_OVER) }
                }
            }
        }
        (page::call(&team.hotline))
    };
    page::frame(web::WATCH, false, &body)
}
