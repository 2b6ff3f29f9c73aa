//! Promises 1 to 4 against a power cut: the service is killed again and again under load, and what
//! it confirmed is found afterwards, once.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use trucban::clock::{Clock, real_sleep};
use trucban::domain::directory::Setup;
use trucban::domain::ids::IncidentCode;
use trucban::ledger::Reader;
use trucban::sandbox::Sandbox;

use super::load::{self, CALLED, REPORTERS, Sent, TOKEN};
use super::place::{Dice, Place, Service, free_port};
use super::verdict;

const BOT: &str = "7000000001:SANDBOX-TOKEN-OF-THE-PROCESS-TEST-ONLY";
const TEAM_CHAT: i64 = -1_009_000_000_001;
const KILLS: u32 = 24;

/// Nothing may take longer.
const PATIENCE: Duration = Duration::from_secs(90);

fn config(api: &str, port: u16) -> String {
    format!(
        r#"
[team]
name = "Đội ứng cứu tỉnh Mẫu"
province = "Tỉnh Mẫu"
hotline = "số trực"
[store]
path = "trucban.db"
[telegram]
token = "{BOT}"
api_url = "{api}"
team_chat = {TEAM_CHAT}
[http]
listen = "127.0.0.1:{port}"
[[intake]]
name = "siem"
token = "{TOKEN}"
per_minute = 100000
[escalation]
exhausted_every = "60s"
lease_grace = "15m"
[[escalation.policy]]
severities = ["low"]
lease = "24h"
[[escalation.policy.level]]
notify = ["duty"]
wait = "30m"
[[escalation.policy]]
repeat = 1
lease = "2h"
[[escalation.policy.level]]
notify = ["duty"]
wait = "1s"
[[escalation.policy.level]]
notify = ["backup", "lead"]
wait = "1s"
[[escalation.policy.level]]
notify = ["managers"]
wait = "2s"
[channels]
order = ["telegram"]
"#
    )
}

fn people() -> String {
    let mut rows = "id,full_name,title,unit,roles,telegram_id,zalo_id,phone,email\n".to_owned();
    let roles = ["responder", "responder", "lead", "lead", "manager"];
    for (account, role) in CALLED.iter().zip(roles) {
        rows += &format!("p-{account},Người {account},,so,{role},{account},,,\n");
    }
    for account in REPORTERS {
        rows += &format!("p-{account},Đầu mối {account},,xa,reporter,{account},,,\n");
    }
    rows + "p-9,Quản trị,,so,admin,,,,\n"
}

/// The world around the service, and its folder.
struct World {
    place: Place,
    sandbox: Sandbox,
    servers: JoinSet<std::io::Result<()>>,
    port: u16,
}

impl World {
    fn build() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (sandbox, api) = Sandbox::bind(any, Clock::System, BOT).expect("a port");
        let mut servers = JoinSet::new();
        servers.spawn(api);
        let everybody: Vec<i64> = CALLED.into_iter().chain(REPORTERS).collect();
        for account in &everybody {
            sandbox.add_user(*account, &format!("người {account}"));
        }
        sandbox.add_group(TEAM_CHAT, "Đội", &everybody);
        let port = free_port();
        let place = Place::prepared(&config(&sandbox.url(), port));
        let units = "code,name,kind,parent,active_from,active_to,successor\n\
                     so,Sở Mẫu,so,,,,\nxa,UBND xã Mẫu,xa,so,,,\n";
        let units = place.write("units.csv", units);
        place.done(&["units", "import", &units]);
        let people = place.write("people.csv", &people());
        place.done(&["people", "import", &people]);
        for account in &everybody {
            sandbox.press_start(*account);
        }
        Self { place, sandbox, servers, port }
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.place.path("trucban.db"), Setup::default()).expect("a database")
    }

    fn start(&self) -> Service {
        let mut service = self.place.serve();
        assert!(service.ready().is_some(), "it does not start:\n{}", self.place.log());
        service
    }

    /// Waits until `done`, or fails with what the service said last.
    async fn until(&self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let began = Clock::System.read().mono;
        while !done(self) {
            let waited = Clock::System.read().mono.saturating_sub(began);
            assert!(waited < PATIENCE, "{what} never came:\n{}", self.place.log());
            real_sleep(Duration::from_millis(50)).await;
        }
    }

    /// Kills the service `KILLS` times, at moments the dice choose.
    async fn kill_again_and_again(&self, dice: &mut Dice) {
        for _ in 0..KILLS {
            let mut service = self.place.serve();
            // One in four dies while it is still starting.
            if dice.below(4) == 0 {
                real_sleep(Duration::from_millis(dice.below(120))).await;
            } else {
                assert!(service.ready().is_some(), "no start:\n{}", self.place.log());
                self.a_moment(dice).await;
            }
            service.kill();
        }
    }

    /// Until after a while, or something was said, or a message is just on its way: on a busy machine
    /// time alone would often kill the service before it has done anything.
    async fn a_moment(&self, dice: &mut Dice) {
        let (said, more) = (self.sandbox.journal().len(), 1 + dice.below(40) as usize);
        let what = dice.below(3);
        let mut left = if what == 0 { 20 + dice.below(650) } else { 4000 };
        let reached = || match what {
            0 => false,
            1 => self.sandbox.journal().len() >= said + more,
            _ => self.sandbox.in_flight() > 1,
        };
        while left > 0 && !reached() {
            let step = left.min(5);
            real_sleep(Duration::from_millis(step)).await;
            left -= step;
        }
    }

    /// Somebody takes every incident nobody holds, so that no ladder calls any more.
    fn take_everything(&self) -> bool {
        let open = self.reader().incidents(true, true).expect("read");
        let free: Vec<IncidentCode> = open
            .into_iter()
            .filter(|incident| incident.ladder_runs())
            .map(|incident| incident.code)
            .collect();
        if self.sandbox.unread() == 0 {
            for (code, account) in free.iter().zip(CALLED.iter().take(4).cycle()) {
                self.sandbox.say(*account, *account, &format!("/nhan {code}"));
            }
        }
        free.is_empty()
    }
}

#[test]
fn killed_at_any_moment_it_loses_nothing_and_says_nothing_twice() {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().expect("a runtime");
    let seed = std::env::var("TRUCBAN_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7);
    println!("TRUCBAN_SEED={seed}");
    runtime.block_on(play(seed));
}

async fn play(seed: u64) {
    let mut world = World::build();
    let sent = Sent::default();
    let (stop, stopped) = watch::channel(false);
    let mut loads = JoinSet::new();
    let (sandbox, gate) = (world.sandbox.clone(), stopped.clone());
    loads.spawn(load::report(sandbox, sent.clone(), gate, Dice::new(seed + 1)));
    let (sandbox, gate) = (world.sandbox.clone(), stopped.clone());
    loads.spawn(load::press(sandbox, sent.clone(), gate, Dice::new(seed + 2)));
    for worker in 0..3 {
        loads.spawn(load::alert(world.port, worker, sent.clone(), stopped.clone()));
    }
    world.kill_again_and_again(&mut Dice::new(seed)).await;
    let service = world.start();
    // Some load on the one that lives, too.
    real_sleep(Duration::from_millis(500)).await;
    let presses = || *sent.presses.lock().expect("free");
    world.until("enough presses", |_| presses() > 5).await;
    stop.send(true).expect("heard");
    while loads.join_next().await.is_some() {}
    world.until("an end of unread updates", |world| world.sandbox.unread() == 0).await;
    world.until("a holder for everything", World::take_everything).await;
    world.until("an end of waiting pages and answers", verdict_waits).await;
    let (ended, took) = service.terminate();
    assert_eq!(ended.code(), Some(0), "{}", world.place.log());
    assert!(took < Duration::from_secs(5), "stopping took {took:?}");
    let facts = verdict::Facts::gather(&world.reader(), &world.sandbox, &sent);
    facts.check();
    check_from_outside(&world.place, facts.incidents());
    world.servers.shutdown().await;
}

/// Whether no page, and no receipt of a report, waits or is on its way.
fn verdict_waits(world: &World) -> bool {
    let rows = world.reader().outbox().expect("read");
    rows.iter().filter(|row| verdict::matters(row)).all(verdict::ended)
}

/// The same from the command line: chain, derived tables, list.
fn check_from_outside(place: &Place, incidents: usize) {
    let verified = place.json(&["ledger", "verify"]);
    assert_eq!(verified["ok"], true, "{verified}");
    place.done(&["ledger", "verify"]);
    let rebuilt = place.json(&["rebuild"]);
    assert_eq!(rebuilt["differences"], serde_json::json!([]), "{rebuilt}");
    place.done(&["rebuild"]);
    let listed = place.json(&["incident", "list"]);
    assert_eq!(listed.as_array().map(Vec::len), Some(incidents));
    assert!(place.json(&["check"])["ok"] == true);
}
