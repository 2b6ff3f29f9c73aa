//! The page as a whole: its head with clock and faults, the tabs, the chats, the ledger.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use chrono::Datelike as _;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::chat::{View, slug};
use super::{Line, Network, Page, words};

const STYLE: &str = include_str!("page.css");
/// A watch in the night.
const ICON: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>\
    <rect width='32' height='32' rx='8' fill='#0b5c8a'/>\
    <path d='M16 7v9l6 4' fill='none' stroke='#fff' stroke-width='3' stroke-linecap='round'/></svg>";
const SCRIPT: &str = include_str!("page.js");

/// How many entries of the ledger are shown.
const BOOK: usize = 60;

/// Where the ledger stands on the page.
const LEDGER: &str = "socai";

/// `GET /`.
pub(super) async fn show(State(page): State<Page>) -> Response {
    // The revision is taken first: what changes between the two is sent again, and harms nothing.
    let revision = page.refresh();
    Html(whole(&page, revision).into_string()).into_response()
}

/// `GET /page.css`.
pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// `GET /page.js`.
pub(super) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}

/// `GET /icon.svg`.
pub(super) async fn icon() -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml")], ICON).into_response()
}

/// Every part that is brought up to date, by name.
pub(super) fn parts(page: &Page) -> Vec<(String, String)> {
    let book = page.0.backstage.book(BOOK);
    let mut parts = vec![
        ("clock".to_owned(), clock(page).into_string()),
        ("faults".to_owned(), faults(page).into_string()),
        ("count".to_owned(), words::entries(book.first().map_or(0, |line| line.seq))),
        ("book".to_owned(), ledger(page, &book).into_string()),
    ];
    for seat in &page.0.seats {
        parts.extend(View::new(page, seat).parts());
    }
    parts
}

/// A part as it was rendered.
pub(super) fn part(parts: &BTreeMap<String, String>, name: &str) -> PreEscaped<String> {
    PreEscaped(parts.get(name).cloned().unwrap_or_default())
}

fn whole(page: &Page, revision: u64) -> Markup {
    let parts: BTreeMap<String, String> = parts(page).into_iter().collect();
    html! {
        (DOCTYPE)
        html lang="vi" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (words::TITLE) }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/page.css";
                script src="/page.js" defer {}
            }
            body data-revision=(revision) data-run=(page.run()) data-lost=(words::LOST) {
                (head(page, &parts))
                (tabs(page))
                main {
                    @for seat in &page.0.seats { (View::new(page, seat).whole(&parts)) }
                    section .ledger #(LEDGER) aria-labelledby="h-socai" {
                        header {
                            h2 #h-socai { (words::LEDGER) }
                            p { (words::LEDGER_WHAT) }
                        }
                        div .book tabindex="0" role="region" aria-labelledby="h-socai" data-part="book" {
                            (part(&parts, "book"))
                        }
                    }
                }
                p #lost role="alert" hidden {}
            }
        }
    }
}

fn head(page: &Page, parts: &BTreeMap<String, String>) -> Markup {
    html! {
        header .top {
            div .brand {
                h1 { (words::TITLE) }
                p { (words::ABOUT) }
                noscript { p { (words::NO_SCRIPT) } }
            }
            form .clock method="post" action="/clock" aria-label=(words::CLOCK) {
                div .face data-part="clock" role="status" { (part(parts, "clock")) }
                div .go {
                    button type="submit" name="go" value="1m" { (words::MINUTE) }
                    button type="submit" name="go" value="5m" { (words::FIVE) }
                    button .main type="submit" name="go" value="next" { (words::NEXT) }
                }
            }
            form .faults method="post" action="/network" data-part="faults" {
                (part(parts, "faults"))
            }
            // Open until somebody has reported: nothing is ahead before.
            details .try open[page.0.backstage.ahead().is_none()] {
                summary { (words::TRY) }
                ol { @for step in words::STEPS { li { (step) } } }
                p { (words::STILL) }
            }
            a .count href=(format!("#{LEDGER}")) data-part="count" { (part(parts, "count")) }
        }
    }
}

fn tabs(page: &Page) -> Markup {
    html! {
        nav .tabs aria-label=(words::TABS) {
            @for seat in &page.0.seats {
                a href=(format!("#{}", slug(seat.chat))) { (seat.name) }
            }
            a href=(format!("#{LEDGER}")) { (words::LEDGER) }
        }
    }
}

fn clock(page: &Page) -> Markup {
    let zone = page.0.zone;
    let now = page.now();
    let local = now.local(zone);
    let (busy, remark) = {
        let table = page.table();
        (table.busy > 0, table.remark)
    };
    html! {
        p .now {
            time datetime=(now.rfc3339(zone)) { (local.format("%H:%M:%S").to_string()) }
            span { (format!("{:02}/{:02}/{}", local.day(), local.month(), local.year())) }
            @if busy { span .busy { (words::BUSY) } }
        }
        p .ahead {
            @if let Some(remark) = remark { strong { (remark) } }
            @else if let Some(ahead) = page.0.backstage.ahead() {
                (words::AHEAD)
                b { @if ahead.local(zone).date_naive() == local.date_naive() { (ahead.hour(zone)) }
                    @else { (ahead.shown(zone)) } }
            } @else { (words::NO_MOMENT) }
        }
    }
}

fn faults(page: &Page) -> Markup {
    let now = page.table().network;
    let all = [
        (Network::Fine, "fine", words::FINE, words::FINE_WHAT),
        (Network::Slow, "slow", words::SLOW, words::SLOW_WHAT),
        (Network::Flood, "flood", words::FLOOD, words::FLOOD_WHAT),
        (Network::Gone, "gone", words::GONE, words::GONE_WHAT),
    ];
    html! {
        div .switch .bad[now != Network::Fine] role="group" aria-label=(words::FAULTS) {
            span aria-hidden="true" { (words::FAULTS) }
            @for (network, value, name, what) in all {
                button type="submit" name="network" value=(value) title=(what)
                    aria-pressed=(network == now) { (name) }
            }
        }
        @for (_, _, _, what) in all.iter().filter(|(network, ..)| *network == now) {
            p { (what) }
        }
    }
}

fn ledger(page: &Page, book: &[Line]) -> Markup {
    if book.is_empty() {
        return html! { p { (words::EMPTY_LEDGER) } };
    }
    html! {
        table {
            thead { tr { @for column in words::LEDGER_COLUMNS { th scope="col" { (column) } } } }
            tbody data-keyed {
                @for line in book {
                    tr id=(format!("l-{}", line.seq)) {
                        td { (line.seq) }
                        td { (line.at.hour(page.0.zone)) }
                        td { (line.stream) }
                        td { (line.kind) }
                        td { code { (line.hash.get(..8).unwrap_or(&line.hash)) } }
                    }
                }
            }
        }
    }
}
