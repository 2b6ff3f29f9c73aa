//! Questions people open and answer, by button, in words, too late or never; what they type in one go;
//! what they say without being asked.

use trucban::domain::envelope::Said;

use super::driver::{Check, Sim};
use super::steps::MOST;
use super::talk::Place;
use super::town::TEAM;

/// Commands that ask when nothing stands after the code.
const ASKING: [&str; 9] =
    ["/mucdo", "/phanloai", "/co", "/tlp", "/ketthuc", "/ghichu", "/bosung", "/phancong", "/rut"];

/// Answers in words: numbers, values, yes and no, instants, leaving.
const ANSWERS: [&str; 15] = [
    "1",
    "2",
    "3",
    "9",
    "Cao",
    "RED",
    "Có",
    "Không",
    "Không rõ",
    "30 phút trước",
    "Hủy",
    "/huy",
    "Bỏ qua",
    "Để sau",
    "TC06",
];

impl Sim {
    /// Mostly in private, at times in the team's chat.
    fn place_of(&mut self, account: i64) -> i64 {
        if self.rng.chance(88) { account } else { TEAM }
    }

    /// Somebody starts something that is not said in one go.
    pub fn opens(&mut self) -> Check {
        let account = self.talker();
        let chat = self.place_of(account);
        let words = match self.rng.below(10) {
            0..2 if self.model.cases.len() < MOST => "/baosuco".to_owned(),
            2 => (*self.rng.pick(&["/nhan", "/mucdo", "/ghichu", "/ketthuc"])).to_owned(),
            _ => format!("{} {}", self.rng.pick(&ASKING), self.code()),
        };
        self.types(chat, account, words, None)
    }

    /// Somebody who was asked answers, or says something else.
    pub fn answers(&mut self) -> Check {
        let places: Vec<Place> = self.sessions.keys().copied().collect();
        if places.is_empty() {
            return self.opens();
        }
        let (chat, account, _) = *self.rng.pick(&places);
        let newest = self.outside.newest_in(chat);
        let reply_to = if chat < 0 { newest } else { None };
        match self.rng.below(10) {
            0..4 => self.presses_in(chat, account, 3),
            4..7 => {
                let words = (*self.rng.pick(&ANSWERS)).to_owned();
                self.types(chat, account, words, reply_to)
            }
            7..9 => {
                let words = format!("câu trả lời {}", self.token());
                self.types(chat, account, words, reply_to)
            }
            _ => {
                let now = self.mono;
                let message = self.outside.spoken_in(chat, account, "", now);
                self.heard(chat, account, message, Said::Other, reply_to)
            }
        }
    }

    /// Somebody presses a button: of the newest messages there, or one that is old.
    pub fn presses(&mut self) -> Check {
        let account = self.talker();
        let chat = self.place_of(account);
        let depth = if self.rng.chance(60) { 6 } else { 400 };
        self.presses_in(chat, account, depth)
    }

    fn presses_in(&mut self, chat: i64, account: i64, depth: usize) -> Check {
        let buttons = self.outside.buttons_in(chat, depth);
        if buttons.is_empty() {
            return Ok(());
        }
        let (message, data) = self.rng.pick(&buttons).clone();
        self.say(format!("{account} presses {data} on {message} in {chat}"));
        let watch = data.contains("|duty|");
        self.heard(chat, account, message, Said::Pressed { data, message }, None)?;
        // Who is on duty may have changed with it.
        if watch { self.tick().map(drop) } else { Ok(()) }
    }

    /// A whole command in one message, or a look at something.
    pub fn commands(&mut self) -> Check {
        let account = self.talker();
        let chat = self.place_of(account);
        let (code, mark) = (self.code(), self.token());
        let words = match self.rng.below(15) {
            0 if self.model.cases.len() < MOST => format!("/baosuco nội dung {mark}"),
            0 | 1 => format!("/ghichu {code} thêm {mark}"),
            2 => format!("/ghichu {code} Tất cả: thêm {mark}"),
            3 => format!("/co {code} serious có vì {mark}"),
            4 => format!("/tlp {code} {}", self.rng.pick(&["CLEAR", "AMBER", "RED"])),
            5 => format!("/tlp {code} AMBER+STRICT"),
            6 => format!("/mucdo {code} {}", self.rng.pick(&["thấp", "cao", "4"])),
            7 => format!("/ketthuc {code} đã xong {mark}"),
            8 => format!("/ketthuc {code} báo nhầm {mark}"),
            9 => format!("/bangchung {code} {} ở kho {mark}", "0a".repeat(32)),
            10 => "/suco".to_owned(),
            11 => format!("/suco {code}"),
            12 => "/suco nội dung".to_owned(),
            13 => format!("/thongke {}", self.rng.below(40)),
            _ => (*self.rng.pick(&["/trogiup", "/huy", "/nhann", "/khacphuc"])).to_owned(),
        };
        self.types(chat, account, words, None)
    }

    /// Plain words that nobody asked for: soon after a report they belong to it. Or words under a card.
    pub fn chats(&mut self) -> Check {
        let reporters = [107, 107, 110, 101, 104];
        let account = *self.rng.pick(&reporters);
        let words = format!("lời thêm {}", self.token());
        match self.rng.below(10) {
            0..7 => self.types(account, account, words, None),
            7 => self.types(TEAM, account, words, None),
            _ => {
                let chat = self.place_of(account);
                let card = self.outside.newest_in(chat);
                self.types(chat, account, words, card)
            }
        }
    }
}
