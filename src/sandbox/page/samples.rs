//! What a person of the demo can attach: samples, and how attachments are shown.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::Value;

use super::{Page, words};
use crate::sandbox::Attachment;
use crate::sandbox::world::Message;

const SCREEN: &[u8] = include_bytes!("samples/screen.jpg");
const LOG: &[u8] = include_bytes!("samples/access.log");

/// What can be attached: the value of the button, and the words on it.
pub(super) const ALL: [(&str, &str); 5] = [
    ("photo", words::PHOTO),
    ("album", words::ALBUM),
    ("document", words::DOCUMENT),
    ("voice", words::VOICE),
    ("forward", words::FORWARD),
];

/// A picture of a screen.
pub fn photo() -> Attachment {
    Attachment::Photo { jpeg: SCREEN.to_vec(), width: 640, height: 360 }
}

impl Page {
    /// Sends a sample with these words; false when there is no such sample.
    pub(super) fn attach(&self, what: &str, user: i64, chat: i64, text: &str) -> bool {
        let sandbox = &self.0.sandbox;
        let files = match what {
            "photo" => vec![photo()],
            "album" => vec![photo(), photo(), photo()],
            "document" => vec![Attachment::Document {
                name: "access.log".to_owned(),
                mime: "text/plain".to_owned(),
                bytes: LOG.to_vec(),
            }],
            // The beginning of an Ogg stream: nobody here listens to it.
            "voice" => vec![Attachment::Voice { ogg: b"OggS\0\x02".to_vec(), seconds: 7 }],
            "forward" => {
                let text = if text.is_empty() { words::FORWARDED_TEXT } else { text };
                sandbox.forward(user, chat, words::FORWARDED_BY, text);
                return true;
            }
            _ => return false,
        };
        sandbox.send_files(user, chat, text, &files);
        true
    }
}

/// What a message carries beside its words.
pub(super) fn attached(message: &Message) -> Markup {
    let extra = &message.extra;
    let field = |path: &str| extra.pointer(path).and_then(Value::as_str);
    let photo = extra.get("photo").and_then(Value::as_array).and_then(|sizes| sizes.last());
    let photo = photo.and_then(|size| size.get("file_id")).and_then(Value::as_str);
    html! {
        @if let Some(name) = field("/forward_origin/sender_user_name") {
            p .quote { (words::FORWARDED) (name) }
        }
        @if let Some(id) = photo {
            img src=(format!("/file/{id}")) width="640" height="360" alt=(words::PHOTO_ALT);
        }
        @if let (Some(id), Some(name)) = (field("/document/file_id"), field("/document/file_name")) {
            p .file { a href=(format!("/file/{id}")) download=(name) { (name) } }
        }
        @if let Some(seconds) = extra.pointer("/voice/duration").and_then(Value::as_u64) {
            p .file { (words::voice(seconds)) }
        }
    }
}

/// `GET /file/ID`: a picture is shown, anything else is kept.
pub(super) async fn file(State(page): State<Page>, Path(id): Path<String>) -> Response {
    let found = page.0.sandbox.with(|state, _| {
        state.files.by_id(&id).map(|file| (file.path.clone(), file.bytes.clone()))
    });
    let Some((path, bytes)) = found else { return StatusCode::NOT_FOUND.into_response() };
    if path.ends_with(".jpg") {
        return ([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response();
    }
    let kept = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
    ];
    (kept, bytes).into_response()
}
