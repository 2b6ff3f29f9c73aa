//! `trucban demo`: the sandbox with its page, until somebody stops it.

use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::demo::{ACCOUNTS, World};
use super::province::TEAM_CHAT;
use super::scratch::Scratch;
use crate::clock::real_timeout;
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::time::Timestamp;
use crate::ledger::{Durability, Reader};
use crate::sandbox::page::{Backstage, Line, Move, Moved, Page, Seat, Wish};
use crate::text::tour;

/// The chats in the order in which the story usually goes.
const ORDER: [i64; 9] = [1017, TEAM_CHAT, 1001, 1003, 1002, 1004, 1005, 1018, 1006];

/// How long browsers may take to let go.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What the page may see of the program: the ledger, and when it wants to act next.
struct Book(Reader);

impl Backstage for Book {
    fn book(&self, most: usize) -> Vec<Line> {
        // A page without its ledger is better than none; the next look will have it.
        let entries = self.0.newest_entries(most).unwrap_or_default();
        let line = |(entry, hash): (crate::ledger::chain::Entry, String)| Line {
            seq: entry.seq,
            at: Timestamp::from_millis(entry.at),
            stream: entry.stream,
            kind: entry.kind,
            hash,
        };
        entries.into_iter().map(line).collect()
    }

    fn ahead(&self) -> Option<Timestamp> {
        self.0.first_due().ok().flatten().map(|due| due.try_at)
    }
}

/// Opens the page on `listener`, says so, and runs until `stop`. The folder is gone afterwards.
pub async fn open(
    listener: TcpListener,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let at = listener.local_addr()?;
    let scratch = Scratch::make().context("a temporary folder")?;
    let world = World::start(scratch.path(), Durability::Off).await?;
    let played = match world.open_watch().await {
        Ok(()) => play(&world, listener, || ready(at), stop).await,
        Err(error) => Err(error),
    };
    let ended = world.end().await;
    drop(scratch);
    played.and(ended)
}

async fn play(
    world: &World,
    listener: TcpListener,
    ready: impl FnOnce(),
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let directory = Arc::new(world.engine()?.reader().directory()?);
    let book = Book(world.engine()?.reader().another()?);
    let zone = world.engine()?.settings().team.zone;
    let (page, wishes) = Page::new(&world.sandbox, seats(&directory), zone, Box::new(book));
    texts(world, &page, directory);
    let mut tasks = JoinSet::new();
    tasks.spawn(page.clone().serve(listener));
    let (mut commits, follower) = (world.engine()?.commits(), page.clone());
    tasks.spawn(async move {
        while commits.changed().await.is_ok() {
            follower.changed();
        }
        Ok(())
    });
    ready();
    let ended = tokio::select! {
        () = stop => Ok(()),
        () = grant(world, wishes) => Ok(()),
        Some(ended) = tasks.join_next() => ended.context("the page")?.context("the page"),
    };
    page.close();
    // A browser that does not let go in time is cut off.
    let _ = real_timeout(LAST_WORDS, tasks.join_next()).await;
    tasks.shutdown().await;
    ended
}

/// Lets time pass as the page asks, one request after the other.
async fn grant(world: &World, mut wishes: mpsc::Receiver<Wish>) {
    while let Some(wish) = wishes.recv().await {
        let moved = {
            let moving = pin!(pass(world, wish.what));
            moving.await
        };
        let moved = moved.unwrap_or_else(|error| {
            tracing::warn!(error = format!("{error:#}"), "time did not pass");
            Moved::Stuck
        });
        // The browser may have left.
        let _ = wish.done.send(moved);
    }
}

async fn pass(world: &World, what: Move) -> anyhow::Result<Moved> {
    let span = match what {
        Move::Pass(span) => span,
        Move::Next => match world.engine()?.reader().first_due()? {
            Some(due) => due.try_at.since(world.time.read().wall),
            None => return Ok(Moved::NothingAhead),
        },
    };
    world.pass(span).await?;
    Ok(Moved::Done)
}

/// The second channel's messages go to the page as well.
fn texts(world: &World, page: &Page, directory: Arc<Directory>) {
    let (time, page) = (world.time.clone(), page.clone());
    world.sms.on_message(Box::new(move |sms| {
        let person = directory.private.get(&PersonId::new(&sms.person));
        if let Some(account) = person.and_then(|person| person.telegram_id) {
            page.texted(account, time.read().wall, &sms.text);
        }
    }));
}

fn seats(directory: &Directory) -> Vec<Seat> {
    ORDER.iter().filter_map(|chat| seat(directory, *chat)).collect()
}

fn seat(directory: &Directory, chat: i64) -> Option<Seat> {
    if chat == TEAM_CHAT {
        let about = tour::members(ACCOUNTS.len().saturating_sub(2));
        return Some(Seat { chat, name: tour::TEAM.to_owned(), about });
    }
    let person = directory.by_telegram(chat)?;
    let unit = person.unit.as_ref().and_then(|unit| directory.units.get(unit));
    Some(Seat {
        chat,
        name: directory.name(&person.id).to_owned(),
        about: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
    })
}
