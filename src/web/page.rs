//! The page behind a one-person link: for a telephone, without scripts, readable in the night.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use ring::digest::{SHA256, digest};

use crate::domain::values::{Severity, Status};
use crate::text::{buttons, web, words as said};

/// The style; black on white and white on dark blue, both far above a contrast of 7 to 1.
const STYLE: &str = "*{box-sizing:border-box}body{margin:0;background:#fff;color:#111;\
font:1.125rem/1.5 system-ui,sans-serif}main{max-width:32rem;margin:0 auto;padding:1rem}\
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.25rem;margin:.5rem 0}dl{margin:1rem 0}dt{color:#444}dd{margin:0 0 .5rem;\
font-weight:600}button{width:100%;min-height:3.5rem;font:inherit;font-weight:700;color:#fff;\
background:#0b3d91;border:0;border-radius:.5rem}button:focus-visible,a:focus-visible{\
outline:.2rem solid #b35900;outline-offset:.2rem}a{color:#0b3d91}\
.drill{font-weight:700;text-align:center;border:.15rem solid #111;padding:.25rem;margin:0}";

/// What a browser may do with the page: nothing but show it and send its form back.
pub fn policy() -> String {
    let style = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// What a page shows of an incident: no title, no names, since the link travels outside chat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Its code.
    pub code: String,
    /// Its severity.
    pub severity: Severity,
    /// Its status.
    pub status: Status,
    /// Whether it is part of a drill: such a page begins and ends with the mark.
    pub drill: bool,
}

/// What the person can do, or has just done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scene {
    /// The one button.
    Button {
        /// What makes repeated presses one.
        nonce: String,
    },
    /// The form came back without what we had put into it; the button once more.
    Again {
        /// What makes repeated presses one.
        nonce: String,
    },
    /// The person has it now.
    Done,
    /// The person has had it already.
    Yours,
    /// Somebody else has it.
    Held {
        /// Who.
        by: String,
        /// Since when.
        since: String,
    },
    /// The link belongs to an earlier opening of the incident; since when it stands as it does.
    OldEpisode(Option<String>),
    /// The incident needs nobody to take it any more.
    Over {
        /// Since when, and by whom.
        moved: Option<(String, String)>,
    },
    /// The person's role does not allow it.
    NotAllowed,
}

/// The page of an incident.
pub fn incident(facts: &Facts, hotline: &str, scene: &Scene) -> Markup {
    let body = html! {
        h1 { (facts.code) }
        dl {
            dt { (buttons::SEVERITY) }
            dd { (said::severity(facts.severity)) }
            dt { "Trạng thái" }
            dd { (said::status(facts.status)) }
        }
        div role="status" { (words(&facts.code, scene)) }
        (call(hotline))
    };
    frame(web::TITLE, facts.drill, &body)
}

/// For a link we never made, or made for somebody who is not here any more.
pub fn unknown(hotline: &str) -> Markup {
    let body = html! {
        h1 { (web::EXPIRED) }
        p { (web::EXPIRED_WHAT) }
        (call(hotline))
    };
    frame(web::EXPIRED, false, &body)
}

/// For a moment in which nothing can be written.
pub fn trouble(hotline: &str) -> Markup {
    let body = html! {
        h1 { (web::FAILED) }
        p { (web::FAILED_WHAT) }
        (call(hotline))
    };
    frame(web::FAILED, false, &body)
}

fn words(code: &str, scene: &Scene) -> Markup {
    match scene {
        Scene::Button { nonce } => html! {
            p { (web::WHAT) }
            (button(nonce, web::BUTTON))
        },
        Scene::Again { nonce } => html! {
            p { (AGAIN) }
            (button(nonce, web::BUTTON))
        },
        Scene::Done => html! {
            h2 { (web::DONE) }
            p { (web::done(code)) }
        },
        Scene::Yours => html! { p { "Anh/chị đang giữ sự cố này, không cần tiếp nhận lại." } },
        Scene::Held { by, since } => html! {
            h2 { (web::REFUSED) }
            p { (by) " đã tiếp nhận " (code) " lúc " (since) ". Anh/chị không cần làm gì thêm." }
        },
        Scene::OldEpisode(since) => html! {
            h2 { (web::EXPIRED) }
            p {
                (web::EXPIRED_WHAT)
                @if let Some(since) = since { " Trạng thái trên có từ lúc " (since) "." }
            }
        },
        Scene::Over { moved } => html! {
            p {
                "Sự cố không còn chờ tiếp nhận."
                @if let Some((since, by)) = moved {
                    " Thay đổi gần nhất: " (since) ", " (by) "."
                }
            }
        },
        Scene::NotAllowed => html! {
            h2 { (web::REFUSED) }
            p { "Vai trò của anh/chị không tiếp nhận sự cố được. Xin gọi đường dây nóng." }
        },
    }
}

/// What stands above the button once more.
pub(super) const AGAIN: &str = "Trang đã cũ nên chưa ghi nhận được. Anh/chị vui lòng bấm lại.";

/// The form that is the page's one button.
pub(super) fn button(nonce: &str, label: &str) -> Markup {
    html! {
        form method="post" {
            input type="hidden" name="nonce" value=(nonce);
            button type="submit" { (label) }
        }
    }
}

/// The hotline, to be called by a tap.
pub(super) fn call(hotline: &str) -> Markup {
    let number: String = hotline.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let words = web::hotline(hotline);
    html! {
        p { @if number.len() >= 3 { a href=(format!("tel:{number}")) { (words) } } @else { (words) } }
    }
}

/// A whole page.
pub(super) fn frame(title: &str, drill: bool, body: &Markup) -> Markup {
    let mark = html! { @if drill { p .drill { (said::DRILL_MARK) } } };
    html! {
        (DOCTYPE)
        html lang="vi" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { @if drill { (said::DRILL_MARK) " – " } (title) @if drill { " – " (said::DRILL_MARK) } }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (mark) (body) (mark) } }
        }
    }
}
