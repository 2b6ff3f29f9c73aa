//! Files that people send: what a message says of them, `getFile`, and the bytes behind it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Sandbox;
use super::methods::Refusal;

/// The largest file the Bot API lets a bot fetch.
const FETCH_LIMIT: usize = 20 * 1024 * 1024;

/// Something a person attaches to a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Attachment {
    /// A picture, which Telegram gives as JPEG in several sizes.
    Photo {
        /// The bytes.
        jpeg: Vec<u8>,
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// Any file, under the name the person gave it.
    Document {
        /// The name.
        name: String,
        /// What kind of file it claims to be.
        mime: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Something spoken.
    Voice {
        /// The bytes.
        ogg: Vec<u8>,
        /// How long it is.
        seconds: u32,
    },
}

/// A file as it is kept.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    unique: String,
}

/// Every file ever sent.
#[derive(Debug, Default)]
pub(super) struct Files {
    kept: BTreeMap<String, File>,
}

impl Files {
    /// Keeps a file and returns the fields every object about a file has.
    fn keep(&mut self, folder: &str, ending: &str, bytes: &[u8]) -> Value {
        let number = self.kept.len();
        let id = format!("AgACAgUAAxkBAAI{number:05}SANDBOX");
        let unique = format!("AQAD{number:05}");
        let path = format!("{folder}/file_{number}.{ending}");
        let file = File { path, bytes: bytes.to_vec(), unique: unique.clone() };
        self.kept.insert(id.clone(), file);
        json!({"file_id": id, "file_unique_id": unique, "file_size": bytes.len()})
    }

    /// A file by its id.
    pub(super) fn by_id(&self, id: &str) -> Option<&File> {
        self.kept.get(id)
    }

    /// The bytes behind a path that `getFile` gave out.
    pub(super) fn by_path(&self, path: &str) -> Option<&File> {
        self.kept.values().find(|file| file.path == path)
    }

    /// `getFile`.
    pub(super) fn get(&self, body: &Value) -> Result<Value, Refusal> {
        let id = body.get("file_id").and_then(Value::as_str).unwrap_or_default();
        let file = self
            .by_id(id)
            .ok_or_else(|| Refusal::bad("wrong file_id or the file is temporarily unavailable"))?;
        if file.bytes.len() > FETCH_LIMIT {
            return Err(Refusal::bad("file is too big"));
        }
        Ok(json!({"file_id": id, "file_unique_id": file.unique, "file_size": file.bytes.len(),
            "file_path": file.path}))
    }

    /// The fields a message has for its attachment.
    fn fields(&mut self, attachment: &Attachment) -> Value {
        let with = |mut object: Value, more: Value| {
            super::updates::merge(&mut object, more);
            object
        };
        match attachment {
            Attachment::Photo { jpeg, width, height } => {
                let small = with(
                    self.keep("thumbnails", "jpg", jpeg),
                    json!({"width": width.div_ceil(4), "height": height.div_ceil(4)}),
                );
                let large = with(
                    self.keep("photos", "jpg", jpeg),
                    json!({"width": width, "height": height}),
                );
                json!({"photo": [small, large]})
            }
            Attachment::Document { name, mime, bytes } => {
                let ending = name.rsplit_once('.').map_or("bin", |(_, ending)| ending);
                let kept = self.keep("documents", ending, bytes);
                json!({"document": with(kept, json!({"file_name": name, "mime_type": mime}))})
            }
            Attachment::Voice { ogg, seconds } => {
                let kept = self.keep("voice", "oga", ogg);
                json!({"voice": with(kept, json!({"duration": seconds, "mime_type": "audio/ogg"}))})
            }
        }
    }
}

impl Sandbox {
    /// Sends files, each in a message of its own as Telegram has it; several are an album, whose
    /// first message carries the caption. Returns the numbers of the messages.
    pub fn send_files(
        &self,
        user: i64,
        chat: i64,
        caption: &str,
        attachments: &[Attachment],
    ) -> Vec<i32> {
        self.send_album(user, chat, (caption, 0), attachments)
    }

    /// Sends a file in answer to a message.
    pub fn reply_with_file(
        &self,
        user: i64,
        chat: i64,
        reply_to: i32,
        attachment: &Attachment,
    ) -> i32 {
        let content = self.with(|state, _| state.files.fields(attachment));
        self.post_reply(user, chat, reply_to, content)
    }

    /// The same with the caption on the message of this place, counted from zero: people's programs put it
    /// under the first picture and under the last document.
    pub fn send_album(
        &self,
        user: i64,
        chat: i64,
        (caption, place): (&str, usize),
        attachments: &[Attachment],
    ) -> Vec<i32> {
        let album = self.with(|state, _| state.next_album(attachments.len()));
        let mut sent = Vec::new();
        for attachment in attachments {
            let mut content = self.with(|state, _| state.files.fields(attachment));
            if let Some(album) = &album {
                super::updates::merge(&mut content, json!({"media_group_id": album}));
            }
            if sent.len() == place && !caption.is_empty() {
                super::updates::merge(&mut content, json!({"caption": caption}));
            }
            sent.push(self.post(user, chat, content));
        }
        sent
    }

    /// Passes on a text somebody wrote elsewhere who hides behind this name.
    pub fn forward(&self, user: i64, chat: i64, written_by: &str, text: &str) -> i32 {
        let date = super::updates::date(self.now());
        let origin = json!({"type": "hidden_user", "sender_user_name": written_by, "date": date});
        self.post(user, chat, json!({"text": text, "forward_origin": origin}))
    }
}
