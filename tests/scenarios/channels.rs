//! Pages by webhook and e-mail: what is sent, and what each answer means for the person paged.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::task::JoinSet;
use trucban::channels::email::Email;
use trucban::channels::webhook::Webhook;
use trucban::clock::{Clock, Simulated};
use trucban::domain::directory::Directory;
use trucban::domain::envelope::{Origin, Sent};
use trucban::domain::escalation::who::Why;
use trucban::domain::ids::{IncidentCode, PersonId};
use trucban::domain::incident::event::WhyFailed;
use trucban::domain::notice::{Body, Notice, PageKind, Priority, Reader, Team, View};
use trucban::domain::values::ChannelKind;
use trucban::engine::channel::{Address, Channel, Mode, Outgoing, Sending};
use trucban::engine::health::Health;

use crate::harness::served::{DUTY, HOTLINE, Province, START, render, until};
use crate::harness::sms::{Answers, Gateway};
use crate::harness::smtp::{Says, Server};

fn health() -> Health {
    Health::new(Clock::Simulated(Simulated::new(START.parse().unwrap())))
}

fn outgoing(channel: ChannelKind, to: Address, body: Body, priority: Priority) -> Outgoing {
    let (name, hotline) = ("Team".to_owned(), HOTLINE.to_owned());
    let zone = chrono_tz::Asia::Ho_Chi_Minh;
    let view = View {
        drills: Vec::new(),
        scenarios: Default::default(),
        history: Vec::new(),
        quoted: None,
        incidents: Vec::new(),
        plays: trucban::domain::notice::Plays::default(),
        directory: Arc::new(Directory::default()),
        team: Arc::new(Team { name, hotline, zone, bot_name: None }),
        reader: Reader::Person(PersonId::new(DUTY)),
        link: Some("https://trucban.example/p/abc".to_owned()),
        resend: false,
        now: START.parse().unwrap(),
    };
    let notice = Notice { origin: Origin::Real, body };
    let (rows, mode, bundle) = (vec![(1, 1)], Mode::Post, false);
    Outgoing { rows, channel, to, mode, notice, bundle, waited: None, view, priority }
}

fn page() -> Body {
    Body::Page {
        code: IncidentCode::new("SC-2026-0001"),
        episode: 1,
        kind: PageKind::Assigned,
        why: Why::Assigned,
    }
}

fn sms(body: Body, priority: Priority) -> Outgoing {
    let to = Address::Phone { person: DUTY.to_owned(), phone: "0900000001".to_owned() };
    outgoing(ChannelKind::Webhook, to, body, priority)
}

fn mail(to: &str) -> Outgoing {
    outgoing(ChannelKind::Email, Address::Mail(to.to_owned()), page(), Priority::Page)
}

fn webhook(url: &str) -> Webhook {
    Webhook::new(url, Some("s3cret".to_owned()), render(), health()).unwrap()
}

fn email(url: &str) -> Email {
    Email::new(url, "Truc Ban <trucban@example.vn>", render(), health()).unwrap()
}

/// An address nobody listens on.
async fn nobody(scheme: &str) -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    format!("{scheme}://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn a_webhook_gets_person_phone_text_code_and_kind() {
    let mut tasks = JoinSet::new();
    let gateway = Gateway::open(&mut tasks).await;
    let channel = webhook(&gateway.url);
    assert_eq!(channel.send(&sms(page(), Priority::Page)).await, Sent::Accepted(None));
    channel.send(&sms(Body::TestPage, Priority::Page)).await;
    let (token, message) = gateway.taken.lock().unwrap()[0].clone();
    assert_eq!(token.as_deref(), Some("Bearer s3cret"));
    let expected = json!({
        "person": DUTY, "phone": "0900000001", "code": "SC-2026-0001", "kind": "page",
        "text": "short https://trucban.example/p/abc",
    });
    assert_eq!(message, expected);
    let test = gateway.messages()[1].clone();
    assert_eq!((&test["kind"], &test["code"]), (&json!("test"), &json!("")));
    assert!(!format!("{channel:?}").contains("s3cret"));
}

#[tokio::test]
async fn every_answer_of_a_gateway_means_something() {
    let mut tasks = JoinSet::new();
    let gateway = Gateway::open(&mut tasks).await;
    let channel = webhook(&gateway.url);
    let bad = Sent::Refused(WhyFailed::BadAddress);
    let rejected = Sent::Refused(WhyFailed::Rejected);
    let (down, perhaps) = (Sent::Down { maybe: false }, Sent::Down { maybe: true });
    for (answer, meaning) in [
        (Answers::Status(200), Sent::Accepted(None)),
        (Answers::Status(204), Sent::Accepted(None)),
        (Answers::Status(302), down.clone()),
        (Answers::Status(400), bad.clone()),
        (Answers::Status(401), down.clone()),
        (Answers::Status(403), down.clone()),
        (Answers::Status(404), bad.clone()),
        (Answers::Status(405), rejected.clone()),
        (Answers::Status(408), down.clone()),
        (Answers::Status(410), bad.clone()),
        (Answers::Status(413), rejected.clone()),
        (Answers::Status(422), bad.clone()),
        (Answers::Status(425), down.clone()),
        (Answers::Status(429), Sent::Retry(30_000)),
        (Answers::Busy("7"), Sent::Retry(7_000)),
        (Answers::Busy("soon"), Sent::Retry(30_000)),
        (Answers::Busy("3600"), Sent::Retry(3_600_000)),
        (Answers::Status(500), perhaps.clone()),
        (Answers::Status(503), perhaps.clone()),
    ] {
        gateway.answer(answer);
        assert_eq!(channel.send(&sms(page(), Priority::Page)).await, meaning, "{answer:?}");
    }
}

#[tokio::test]
async fn a_message_that_may_have_arrived_is_told_from_one_that_cannot_have() {
    let mut tasks = JoinSet::new();
    let page = sms(page(), Priority::Page);
    let channel = webhook(&nobody("http").await);
    assert_eq!(channel.send(&page).await, Sent::Down { maybe: false });

    let gateway = Gateway::open(&mut tasks).await;
    gateway.answer(Answers::Never);
    let channel = webhook(&gateway.url).within(Duration::from_millis(300));
    assert_eq!(channel.send(&page).await, Sent::Down { maybe: true });

    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let channel = webhook(&format!("http://{}", listener.local_addr().unwrap()));
    tasks.spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // The first bytes are enough: it goes away with the message in hand.
        assert!(stream.read(&mut [0; 512]).await.unwrap() > 0);
    });
    assert_eq!(channel.send(&page).await, Sent::Down { maybe: true });
}

#[tokio::test]
async fn a_mail_holds_subject_and_text_and_asks_for_no_automatic_answer() {
    let mut tasks = JoinSet::new();
    let server = Server::open(&mut tasks).await;
    let sent = email(&server.url).send(&mail("an@example.vn")).await;
    assert_eq!(sent, Sent::Accepted(None));
    let taken = server.taken.lock().unwrap()[0].clone();
    for line in [
        "From: \"Truc Ban\" <trucban@example.vn>",
        "To: an@example.vn",
        "Subject: subject SC-2026-0001",
        "Date: Sat, 21 Nov 2026 07:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "https://trucban.example/p/abc",
    ] {
        assert!(taken.lines().any(|found| found == line), "{line} in\n{taken}");
    }
}

#[tokio::test]
async fn every_answer_of_a_mail_server_means_something() {
    let mut tasks = JoinSet::new();
    let server = Server::open(&mut tasks).await;
    let channel = email(&server.url).within(Duration::from_millis(500));
    for (says, meaning) in [
        (Says::ToRecipient("550 no such user"), Sent::Refused(WhyFailed::BadAddress)),
        (Says::ToRecipient("450 come later"), Sent::Down { maybe: false }),
        (Says::ToRecipient("530 say who you are"), Sent::Down { maybe: false }),
        (Says::ToMessage("554 not this"), Sent::Refused(WhyFailed::Rejected)),
        (Says::ToMessage("451 come later"), Sent::Down { maybe: false }),
        (Says::CutsAfterMessage, Sent::Down { maybe: true }),
        (Says::Nothing, Sent::Down { maybe: true }),
    ] {
        server.say(says);
        assert_eq!(channel.send(&mail("an@example.vn")).await, meaning, "{says:?}");
    }
    let bad = channel.send(&mail("no address")).await;
    assert_eq!(bad, Sent::Refused(WhyFailed::BadAddress));
    let channel = email(&nobody("smtp").await);
    assert_eq!(channel.send(&mail("an@example.vn")).await, Sent::Down { maybe: false });
}

#[test]
fn what_is_configured_wrongly_is_said_without_repeating_it() {
    let bad = Webhook::new("not a url: s3cret", None, render(), health()).unwrap_err();
    assert!(!bad.to_string().contains("s3cret"));
    let bad = Email::new("ftp://user:s3cret@host", "a@b.vn", render(), health()).unwrap_err();
    assert!(!bad.to_string().contains("s3cret"));
    assert!(Email::new("smtp://localhost", "nobody", render(), health()).is_err());
}

fn both(province: &Province, gateway: &Gateway, server: &Server) -> Vec<Arc<dyn Channel>> {
    let health = &province.health;
    let from = "trucban@example.vn";
    vec![
        Arc::new(Webhook::new(&gateway.url, None, render(), health.clone()).unwrap()),
        Arc::new(Email::new(&server.url, from, render(), health.clone()).unwrap()),
    ]
}

fn states(province: &Province) -> Vec<(String, String)> {
    let rows = province.reopened().outbox().unwrap();
    rows.iter().map(|row| (row.channel.to_string(), row.state.clone())).collect()
}

#[tokio::test]
async fn a_page_reaches_the_person_on_duty_and_its_link_takes_charge() {
    let mut province = Province::new().await;
    let gateway = Gateway::open(&mut province.tasks).await;
    let server = Server::open(&mut province.tasks).await;
    let channels = both(&province, &gateway, &server);
    province.pump(channels);
    let code = province.report("r").await;
    until("the page", || gateway.messages().len() == 1).await;
    let text = gateway.messages()[0]["text"].as_str().unwrap().to_owned();
    let path = text.strip_prefix("short https://trucban.example").unwrap().to_owned();
    let page = province.get(&path).await.text().await.unwrap();
    let nonce = page.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let url = format!("{}{path}", province.url);
    let press = province.client.post(url).form(&[("nonce", nonce)]).send().await.unwrap();
    assert_eq!(press.status(), 200);
    let incident = province.reopened().incident(&code).unwrap().unwrap();
    assert_eq!(incident.holder(), Some(&PersonId::new(DUTY)));
    assert!(server.taken.lock().unwrap().is_empty(), "one channel was enough");
}

#[tokio::test]
async fn a_gateway_with_a_wrong_token_costs_nobody_a_page() {
    let mut province = Province::new().await;
    let gateway = Gateway::open(&mut province.tasks).await;
    let server = Server::open(&mut province.tasks).await;
    gateway.answer(Answers::Status(401));
    let channels = both(&province, &gateway, &server);
    province.pump(channels);
    province.report("r").await;
    until("the mail", || server.taken.lock().unwrap().len() == 1).await;
    let webhook = || ("webhook".to_owned(), "queued".to_owned());
    until("the page waits", || states(&province).contains(&webhook())).await;
    let (status, answer) = province.ready().await;
    assert_eq!((status, &answer["degraded"]), (200, &json!(["channels"])));

    gateway.answer(Answers::Status(200));
    province.step(5);
    until("the page", || gateway.messages().len() == 2).await;
    until("it is sent", || states(&province).contains(&("webhook".to_owned(), "sent".to_owned())))
        .await;
    assert_eq!(province.ready().await.1["status"], "ok");
}

#[tokio::test]
async fn a_refused_number_is_followed_by_the_mailbox_and_then_by_the_next_rung() {
    let mut province = Province::new().await;
    let gateway = Gateway::open(&mut province.tasks).await;
    let server = Server::open(&mut province.tasks).await;
    gateway.answer(Answers::Status(404));
    server.say(Says::ToRecipient("550 no such user"));
    let channels = both(&province, &gateway, &server);
    province.pump(channels);
    province.report("r").await;
    // Both rungs, each person on both channels, without any waiting in between.
    let failed = || states(&province).iter().filter(|(_, state)| state == "failed").count();
    until("everybody was tried", || failed() >= 4).await;
    assert_eq!(province.now(), START.parse().unwrap());
    until("nobody was reached", || province.engine.reader().figures().unwrap().nobody == 1).await;
}

#[tokio::test]
async fn a_page_told_to_wait_long_or_down_only_later_goes_on_by_the_next_channel() {
    for (first, wait) in [(Answers::Busy("3600"), 0), (Answers::Busy("2"), 2)] {
        let mut province = Province::new().await;
        let gateway = Gateway::open(&mut province.tasks).await;
        let server = Server::open(&mut province.tasks).await;
        gateway.answer(first);
        let channels = both(&province, &gateway, &server);
        province.pump(channels);
        province.report("r").await;
        let attempts = || province.reopened().outbox().unwrap()[0].attempt;
        let waits = || states(&province)[0].1 == "queued";
        until("the gateway was busy", || attempts() == 1 && waits()).await;
        if wait > 0 {
            assert!(server.taken.lock().unwrap().is_empty(), "a short wait is waited for");
            gateway.answer(Answers::Status(401));
            province.step(wait);
        }
        until("the mail", || server.taken.lock().unwrap().len() == 1).await;
        assert_eq!(states(&province).len(), 2, "each channel once");
    }
}

/// A channel whose code fails over every message.
#[derive(Debug)]
struct Broken;

impl Channel for Broken {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Webhook
    }

    fn send<'a>(&'a self, _: &'a Outgoing) -> Sending<'a> {
        Box::pin(async { panic!("a fault of our own") })
    }
}

/// While it holds a message, the incident behind it becomes unreadable.
#[derive(Debug)]
struct Spoils(std::path::PathBuf);

impl Channel for Spoils {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Webhook
    }

    fn send<'a>(&'a self, _: &'a Outgoing) -> Sending<'a> {
        Box::pin(async {
            let conn = rusqlite::Connection::open(&self.0).unwrap();
            conn.busy_timeout(Duration::from_secs(5)).unwrap();
            conn.execute_batch("UPDATE incident SET state = '{'").unwrap();
            Sent::Refused(WhyFailed::Rejected)
        })
    }
}

#[tokio::test]
async fn a_message_whose_outcome_cannot_be_taken_in_does_not_stay_on_its_way() {
    let mut province = Province::new().await;
    province.pump(vec![Arc::new(Spoils(province.path()))]);

    province.report("r").await;

    until("it ended", || states(&province)[0].1 == "unknown").await;
}

#[tokio::test]
async fn a_channel_that_panics_over_a_page_has_refused_it() {
    let mut province = Province::new().await;
    let gateway = Gateway::open(&mut province.tasks).await;
    let server = Server::open(&mut province.tasks).await;
    let mut channels = both(&province, &gateway, &server);
    channels.retain(|channel| channel.kind() != ChannelKind::Webhook);
    channels.push(Arc::new(Broken));
    province.pump(channels);

    province.report("r").await;

    until("the mail", || server.taken.lock().unwrap().len() == 1).await;
    assert_eq!(states(&province)[0].1, "failed");
}
