//! `GET` and `POST /p/{token}`: a page outside chat is answered here. Looking changes nothing, so
//! that whatever previews links takes charge of nothing; a press counts once however often it comes.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use maud::Markup;
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::Deserialize;

use super::Site;
use super::page::{self, Facts, Scene};
use super::watch;
use crate::domain::envelope::{Actor, Command, Envelope, Origin, Receipt};
use crate::domain::incident::Incident;
use crate::domain::incident::act::Act;
use crate::domain::incident::act::Aim;
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;
use crate::engine::Fault;
use crate::engine::link::{Link, WatchLink};
use crate::ledger::StorageError;
use crate::text::people;

/// Why a page cannot be shown.
pub(super) enum Lost {
    /// We never made this link, or its person is not here any more.
    Unknown,
    /// The database, or the system, does not answer.
    Trouble,
}

impl From<Fault> for Lost {
    fn from(fault: Fault) -> Self {
        tracing::error!(%fault, "a press was not written");
        Self::Trouble
    }
}

impl From<StorageError> for Lost {
    fn from(error: StorageError) -> Self {
        tracing::error!(%error, "a page could not be read");
        Self::Trouble
    }
}

/// The form of the page.
#[derive(Deserialize, Debug)]
pub struct Pressed {
    nonce: String,
}

/// What a link is for.
enum Opened {
    /// To take charge of an incident.
    Incident(Link),
    /// To take the watch.
    Watch(WatchLink),
}

/// Shows the incident, or the watch, and the one button.
pub async fn show(State(site): State<Arc<Site>>, Path(token): Path<String>) -> Response {
    let shown = async {
        let (opened, secret) = open(&site, &token).await?;
        let nonce = fresh_nonce(&token, secret)?;
        let markup = match opened {
            Opened::Incident(link) => {
                let incident = known(&site, &link)?;
                shown(&site, &incident, &before(&link, &incident, nonce))
            }
            Opened::Watch(link) => {
                watch::page(link.since, &watch::look(&site, &link)?, &nonce, &site)
            }
        };
        Ok((StatusCode::OK, markup))
    };
    answer(&site, shown.await)
}

/// Takes charge, or the watch, for the link's person.
pub async fn take(
    State(site): State<Arc<Site>>,
    Path(token): Path<String>,
    form: Result<Form<Pressed>, FormRejection>,
) -> Response {
    let pressed = async {
        let (opened, secret) = open(&site, &token).await?;
        let nonce = form.ok().map(|Form(pressed)| pressed.nonce);
        let nonce = nonce.filter(|nonce| made_here(nonce, &token, secret));
        match opened {
            Opened::Incident(link) => {
                let (code, scene) = match nonce {
                    Some(nonce) => acknowledged(&site, &link, &nonce).await?,
                    None => (
                        StatusCode::UNPROCESSABLE_ENTITY,
                        Scene::Again { nonce: fresh_nonce(&token, secret)? },
                    ),
                };
                Ok((code, shown(&site, &known(&site, &link)?, &scene)))
            }
            Opened::Watch(link) => {
                let fresh = fresh_nonce(&token, secret)?;
                let (code, scene) = match nonce {
                    Some(nonce) => watch::take(&site, &link, &nonce).await?,
                    None => match watch::look(&site, &link)? {
                        watch::Scene::Button => {
                            (StatusCode::UNPROCESSABLE_ENTITY, watch::Scene::Again)
                        }
                        scene => (StatusCode::UNPROCESSABLE_ENTITY, scene),
                    },
                };
                Ok((code, watch::page(link.since, &scene, &fresh, &site)))
            }
        }
    };
    answer(&site, pressed.await)
}

/// Takes charge for the link's person.
async fn acknowledged(site: &Site, link: &Link, nonce: &str) -> Result<(StatusCode, Scene), Lost> {
    let aim = Aim { code: link.code.clone(), episode: Some(link.episode) };
    let actor = Actor::Person(link.person.clone());
    let command = Command::Act(aim, Act::Acknowledge);
    let receipt =
        site.engine.submit(Envelope::new(format!("link:{nonce}"), actor, command)).await?;
    let scene = after(site, &receipt)?;
    Ok((if scene == Scene::Done { StatusCode::OK } else { StatusCode::CONFLICT }, scene))
}

/// Reads the token; anything we did not make is the same as nothing.
async fn open<'a>(site: &'a Site, token: &str) -> Result<(Opened, &'a [u8]), Lost> {
    let secret = site.secret().await?;
    let incident = || Link::read(token, secret).map(Opened::Incident);
    let watch = || WatchLink::read(token, secret).map(Opened::Watch);
    Ok((incident().or_else(watch).ok_or(Lost::Unknown)?, secret))
}

/// The incident of the link, or the one it was merged into, for a person who is still here.
fn known(site: &Site, link: &Link) -> Result<Incident, Lost> {
    let reader = site.engine.reader();
    if reader.directory()?.active(&link.person).is_none() {
        return Err(Lost::Unknown);
    }
    let mut incident = reader.incident(&link.code)?.ok_or(Lost::Unknown)?;
    while let Some(main) = incident.main().cloned() {
        incident = reader.incident(&main)?.ok_or(Lost::Unknown)?;
    }
    Ok(incident)
}

/// What the page offers before anything was pressed.
fn before(link: &Link, incident: &Incident, nonce: String) -> Scene {
    let own = incident.code == link.code;
    if own && incident.episode != link.episode {
        return Scene::OldEpisode(None);
    }
    if incident.open().is_none() {
        return Scene::Over { moved: None };
    }
    if incident.holder() == Some(&link.person) {
        return Scene::Yours;
    }
    Scene::Button { nonce }
}

/// What a press came to.
fn after(site: &Site, receipt: &Receipt) -> Result<Scene, Lost> {
    let directory = site.engine.reader().directory()?;
    let zone = site.engine.settings().team.zone;
    let at = |since: &Timestamp| since.shown(zone);
    Ok(match receipt {
        Receipt::Done(_) => Scene::Done,
        Receipt::Refused(refusal) => match refusal {
            Refusal::AlreadyHeld { by, since, .. } => {
                Scene::Held { by: people::name(by, &directory), since: at(since) }
            }
            Refusal::NoChange { .. } => Scene::Yours,
            Refusal::OldEpisode { since, .. } => Scene::OldEpisode(Some(at(since))),
            Refusal::NotNow { since, by, .. } => {
                Scene::Over { moved: Some((at(since), people::actor(by, &directory))) }
            }
            Refusal::NotAllowed(_) => Scene::NotAllowed,
            Refusal::NotInDirectory | Refusal::UnknownIncident(_) => return Err(Lost::Unknown),
            _ => Scene::Over { moved: None },
        },
    })
}

/// A nonce for this page alone: eight random bytes and the proof that we made them for it.
fn fresh_nonce(token: &str, secret: &[u8]) -> Result<String, Lost> {
    let mut seed = [0_u8; 8];
    SystemRandom::new().fill(&mut seed).map_err(|_| Lost::Trouble)?;
    let seed = u64::from_be_bytes(seed);
    Ok(format!("{seed:016x}{:032x}", proof(seed, token, secret)))
}

fn proof(seed: u64, token: &str, secret: &[u8]) -> u128 {
    let said = format!("nonce|{seed:016x}|{token}");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), said.as_bytes());
    tag.as_ref().iter().take(16).fold(0, |proof, byte| proof << 8 | u128::from(*byte))
}

/// Whether we made the nonce for this page. Its seed is random and it opens nothing, so comparing
/// may take the time it takes.
fn made_here(nonce: &str, token: &str, secret: &[u8]) -> bool {
    let Some((seed, _)) = nonce.split_at_checked(16) else { return false };
    let Ok(seed) = u64::from_str_radix(seed, 16) else { return false };
    nonce == format!("{seed:016x}{:032x}", proof(seed, token, secret))
}

fn shown(site: &Site, incident: &Incident, scene: &Scene) -> Markup {
    let facts = Facts {
        code: incident.code.to_string(),
        severity: incident.severity,
        status: incident.status(),
        drill: matches!(incident.origin, Origin::Drill(_)),
    };
    page::incident(&facts, &site.engine.settings().team.hotline, scene)
}

fn answer(site: &Site, shown: Result<(StatusCode, Markup), Lost>) -> Response {
    let hotline = &site.engine.settings().team.hotline;
    let (code, markup) = match shown {
        Ok(shown) => shown,
        Err(Lost::Unknown) => (StatusCode::NOT_FOUND, page::unknown(hotline)),
        Err(Lost::Trouble) => (StatusCode::SERVICE_UNAVAILABLE, page::trouble(hotline)),
    };
    guarded(code, markup)
}

/// The page with what keeps it from being kept, told on, or framed.
fn guarded(code: StatusCode, markup: Markup) -> Response {
    let mut response = (code, Html(markup.into_string())).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&page::policy()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
