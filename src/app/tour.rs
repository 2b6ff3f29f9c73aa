//! The tour: the main job once through, at simulated time, with the unmodified program.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow, ensure};

use super::demo::World;
use super::province::TEAM_CHAT;
use super::scratch::Scratch;
use crate::clock::Clock;
use crate::domain::directory::Directory;
use crate::domain::drill::run::state as drill;
use crate::domain::ids::{DrillCode, IncidentCode, PersonId};
use crate::domain::time::Timestamp;
use crate::domain::values::{Outcome, Status};
use crate::ledger::Durability;
use crate::ledger::chain::hex;
use crate::sandbox::page::samples;
use crate::sandbox::{Event, Sender, What};
use crate::text::{buttons, tour, typed};

/// Where the lines go.
pub type Print = Box<dyn Fn(&str) + Send + Sync>;

const REPORTER: i64 = 1017;
const LEAD: i64 = 1003;
const MANAGER: i64 = 1005;
const HOUR: Duration = Duration::from_secs(3600);
const MINUTE: Duration = Duration::from_secs(60);

/// Plays the tour; returns how many seconds of real time it took.
pub async fn play(print: Print) -> anyhow::Result<u64> {
    let started = Clock::System.read().mono;
    let scratch = Scratch::make()?;
    let print: Arc<dyn Fn(&str) + Send + Sync> = Arc::from(print);
    print(tour::OPENING);
    let world = World::start(scratch.path(), Durability::Full).await?;
    world.open_watch().await?;
    listen(&world, &print)?;
    let story = story(&world, &print).await;
    world.end().await?;
    story?;
    Ok(Clock::System.read().mono.saturating_sub(started).as_secs())
}

/// Prints the conversation as it happens.
fn listen(world: &World, print: &Arc<dyn Fn(&str) + Send + Sync>) -> anyhow::Result<()> {
    let directory = Arc::new(world.engine()?.reader().directory()?);
    let zone = world.engine()?.settings().team.zone;
    let (time, out) = (world.time.clone(), Arc::clone(print));
    let names = Arc::clone(&directory);
    world.sandbox.on_event(Box::new(move |event| {
        if let Some(line) = line(event, &event.at.hour(zone), &names) {
            out(&line);
        }
    }));
    let out = Arc::clone(print);
    world.sms.on_message(Box::new(move |sms| {
        let who = PersonId::new(&sms.person);
        out(&tour::sms(&time.read().wall.hour(zone), directory.name(&who), &sms.text));
    }));
    Ok(())
}

fn line(event: &Event, time: &str, directory: &Directory) -> Option<String> {
    let name = |account: i64| match directory.by_telegram(account) {
        Some(person) => directory.name(&person.id).to_owned(),
        None => account.to_string(),
    };
    let chat = if event.chat < 0 { tour::TEAM.to_owned() } else { name(event.chat) };
    let who = |sender: &Sender| match sender {
        Sender::Bot => tour::BOT.to_owned(),
        Sender::User(account) => name(*account),
    };
    match (&event.what, &event.who) {
        (What::Said(shown), Sender::User(_)) => {
            let words = if shown.picture { tour::picture(&shown.text) } else { shown.text.clone() };
            Some(tour::said(time, &chat, &who(&event.who), &words))
        }
        (What::Said(shown) | What::Edited(shown), Sender::Bot) => {
            let buttons: Vec<String> = shown.labels().into_iter().map(str::to_owned).collect();
            let edited = matches!(event.what, What::Edited(_));
            Some(tour::told(time, &chat, &shown.text, &buttons, edited))
        }
        (What::Pressed { label, .. }, sender) => {
            Some(tour::pressed(time, &chat, &who(sender), label))
        }
        (What::Answered(alert), _) => {
            alert.text.as_ref().map(|words| tour::toast(time, &name(alert.user), words))
        }
        _ => None,
    }
}

async fn story(world: &World, print: &Arc<dyn Fn(&str) + Send + Sync>) -> anyhow::Result<()> {
    let zone = world.engine()?.settings().team.zone;
    let step = |title: &str| print(&tour::step(title));
    step(tour::steps::REPORT);
    world.sandbox.say(REPORTER, REPORTER, &format!("/baosuco {}", tour::REPORT));
    world.settle().await?;
    let code = newest(world)?;
    step(tour::steps::PHOTO);
    world.sandbox.send_files(REPORTER, REPORTER, "", &[samples::photo()]);
    // The receipt waits its turn: Telegram takes about a message a second for one chat.
    world.advance(Duration::from_secs(5)).await?;
    for (minutes, title) in [(5, tour::steps::SECOND), (10, tour::steps::THIRD)] {
        let span = MINUTE.saturating_mul(minutes);
        let then = world.time.read().wall.plus(span);
        print(&tour::passes(span, &then.hour(zone)));
        step(title);
        world.advance(span).await?;
    }
    step(tour::steps::TAKE);
    press(world, buttons::ACKNOWLEDGE).await?;
    expect(world, &code, Status::Acknowledged)?;
    world.advance(MINUTE).await?;
    step(tour::steps::PLAYBOOK);
    press(world, buttons::BEGIN).await?;
    world.advance(MINUTE).await?;
    press_as(world, REPORTER, buttons::DONE).await?;
    world.advance(MINUTE).await?;
    step(tour::steps::PROOF);
    press_as(world, REPORTER, buttons::DONE).await?;
    press_as(world, REPORTER, buttons::EVIDENCE).await?;
    world.sandbox.send_files(REPORTER, REPORTER, "", &[samples::photo()]);
    world.advance(MINUTE).await?;
    press_as(world, REPORTER, buttons::DONE).await?;
    world.advance(MINUTE).await?;
    step(tour::steps::NOTE);
    world.sandbox.say(LEAD, LEAD, &format!("/ghichu {code} {}", tour::NOTE));
    world.advance(MINUTE).await?;
    press(world, buttons::CONTAIN).await?;
    expect(world, &code, Status::Contained)?;
    world.advance(MINUTE.saturating_mul(40)).await?;
    press(world, buttons::RESOLVE).await?;
    expect(world, &code, Status::Resolved)?;
    world.advance(MINUTE).await?;
    step(tour::steps::CLOSE);
    world.sandbox.say(LEAD, LEAD, &format!("/ketthuc {code} {}", tour::SUMMARY));
    world.advance(MINUTE).await?;
    expect(world, &code, Status::Closed)?;
    drill(world, print).await?;
    step(tour::steps::LEDGER);
    finish(world, &code, print)
}

/// A drill of two minutes: planned, agreed to, begun, answered, stopped by mistake, ended.
async fn drill(world: &World, print: &Arc<dyn Fn(&str) + Send + Sync>) -> anyhow::Result<()> {
    let zone = world.engine()?.settings().team.zone;
    let step = |title: &str| print(&tour::step(title));
    step(tour::steps::DRILL);
    let at = world.time.read().wall.plus(HOUR.saturating_mul(3)).local(zone);
    let when = at.format("%d/%m/%Y %Hh");
    let scenario = tour::SCENARIO;
    world.sandbox.say(LEAD, LEAD, &format!("/dientap {} {scenario} {when}", typed::PLAN_WORD));
    world.pass(MINUTE).await?;
    let codes = world.engine()?.reader().drill_codes(&[drill::Status::Draft])?;
    let code = codes.into_iter().next().context("no drill was planned")?;
    world.sandbox.say(LEAD, LEAD, &format!("/dientap {code} {}", typed::SUBMIT_WORD));
    world.pass(MINUTE).await?;
    press_as(world, MANAGER, buttons::APPROVE).await?;
    world.pass(MINUTE).await?;
    press_as(world, REPORTER, tour::COMES).await?;
    let start = planned(world, &code)?;
    world.pass(start.since(world.time.read().wall)).await?;
    step(tour::steps::DRILL_GO);
    while let Ok(()) = press_as(world, LEAD, tour::CHECKED).await {
        world.pass(MINUTE).await?;
    }
    press_as(world, LEAD, tour::START).await?;
    world.pass(MINUTE).await?;
    press_as(world, REPORTER, buttons::RECEIVED).await?;
    step(tour::steps::DRILL_REAL);
    press_as(world, REPORTER, crate::text::drill::REAL).await?;
    world.pass(Duration::from_secs(30)).await?;
    press_as(world, REPORTER, crate::text::drill::ONLY_DRILL).await?;
    world.pass(Duration::from_secs(30)).await?;
    press_as(world, LEAD, buttons::CLOSE).await?;
    world.pass(MINUTE).await?;
    let shown = world.engine()?.reader().shown_drill(&code)?.context("the drill is gone")?;
    ensure!(shown.drill.status == drill::Status::Ended, "the drill did not end");
    let answered = shown.drill.injects.values().any(|played| !played.replies.is_empty());
    ensure!(answered && shown.drill.pauses.len() == 1, "nobody answered, or nothing stopped it");
    Ok(())
}

fn planned(world: &World, code: &DrillCode) -> anyhow::Result<Timestamp> {
    let shown = world.engine()?.reader().shown_drill(code)?.context("the drill is gone")?;
    Ok(shown.drill.planning.at)
}

/// The lead presses a button on the newest card in private that has it.
async fn press(world: &World, label: &str) -> anyhow::Result<()> {
    press_as(world, LEAD, label).await
}

async fn press_as(world: &World, who: i64, label: &str) -> anyhow::Result<()> {
    let messages = world.sandbox.messages(who);
    let has = |shown: &&crate::sandbox::Shown| {
        !shown.deleted && shown.labels().iter().any(|there| there.contains(label))
    };
    let message = messages.iter().rev().find(has).context("no card with the button")?;
    world
        .sandbox
        .press(who, who, message.message_id, label)
        .map_err(|error| anyhow!("press: {error:?}"))?;
    world.settle().await
}

fn newest(world: &World) -> anyhow::Result<IncidentCode> {
    let open = world.engine()?.reader().incidents(true, false)?;
    Ok(open.into_iter().next().context("the report became no incident")?.code)
}

fn expect(world: &World, code: &IncidentCode, status: Status) -> anyhow::Result<()> {
    let found = world.engine()?.reader().incident(code)?.context("the incident is gone")?;
    ensure!(found.status() == status, "{code} is {}, not {status}", found.status());
    Ok(())
}

/// What the tour promises must have happened: a second channel, a right chain, a closed incident.
fn finish(
    world: &World,
    code: &IncidentCode,
    print: &Arc<dyn Fn(&str) + Send + Sync>,
) -> anyhow::Result<()> {
    ensure!(!world.sms.taken().is_empty(), "nothing went over the second channel");
    let team = world.sandbox.messages(TEAM_CHAT);
    ensure!(
        team.iter().any(|shown| shown.text.contains(code.as_str())),
        "no card in the team's chat"
    );
    let reader = world.engine()?.reader();
    let incident = reader.incident(code)?.context("the incident is gone")?;
    ensure!(incident.outcome() == Some(Outcome::Incident), "closed with another outcome");
    let kept = incident.evidence.iter().filter(|piece| piece.is_kept()).count();
    ensure!(kept == 2 && reader.damaged_evidence()?.is_empty(), "the picture is not kept");
    let asked = incident.runs.first().context("no playbook was run")?;
    ensure!(asked.done >= 2, "the steps of the reporter are not done");
    let found = reader.verify()?;
    ensure!(found.broken.is_none(), "the chain is broken: {:?}", found.broken);
    let head = hex(&found.head.hash);
    print(&tour::ledger(found.entries, head.get(..16).unwrap_or(&head)));
    Ok(())
}
