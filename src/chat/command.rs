//! The commands' names, and finding one at the start of a message or a caption.

use crate::domain::fold::{distance, fold};

/// How many characters of something not understood are repeated or compared.
const SHORT: usize = 64;

/// A command of the product.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Name {
    /// `/start [code]`.
    Start,
    /// `/trogiup`.
    Help,
    /// `/huy`.
    Cancel,
    /// `/baosuco [text]`.
    Report,
    /// `/suco [CODE]`.
    Show,
    /// `/nhan CODE`.
    Acknowledge,
    /// `/tralai CODE`.
    HandBack,
    /// `/conxuly CODE`.
    KeepAlive,
    /// `/phancong CODE PERSON`.
    Assign,
    /// `/ghichu CODE text`.
    Note,
    /// `/bosung CODE`.
    More,
    /// `/mucdo CODE level`.
    Severity,
    /// `/phanloai CODE category`.
    Category,
    /// `/co CODE flag value reason`.
    Flag,
    /// `/tlp CODE label`.
    Tlp,
    /// `/chuyencap CODE`.
    Raise,
    /// `/khoanhvung CODE`.
    Contain,
    /// `/khacphuc CODE`.
    Resolve,
    /// `/ketthuc CODE text`.
    Close,
    /// `/molai CODE`.
    Reopen,
    /// `/gop DUPLICATE MAIN`.
    Merge,
    /// `/bangchung CODE …`.
    Evidence,
    /// `/rut CODE [SEQ reason]`.
    Redact,
    /// `/moinguoi ID`.
    Invite,
    /// `/matmay ID`.
    Unlink,
    /// `/dienrong CODE CODE… [name]`.
    Group,
    /// `/tach CODE`.
    TakeOut,
    /// `/visao CODE`.
    WhyCalled,
    /// `/thongke [days]`.
    Figures,
    /// `/truc`.
    Duty,
    /// `/lichtruc`.
    DutyWeeks,
    /// `/doica [day person]`.
    Swap,
    /// `/nghi [from to person]`.
    Leave,
    /// `/danhba [words]`.
    Contacts,
    /// `/dientap [CODE …]`.
    Drills,
    /// `/dinhchinh [CODE]`.
    Correction,
    /// `/quytrinh [CODE [playbook]]`.
    Playbooks,
    /// `/buoc CODE.STEP [what or answer]`.
    Step,
    /// `/xong CODE.STEP`.
    StepDone,
    /// `/boqua CODE.STEP why`.
    StepSkip,
    /// `/duyet CODE.STEP`.
    Approve,
    /// `/khongduyet CODE.STEP why`.
    Decline,
}

/// Every command with the words it goes by, the one people are taught first.
pub const NAMES: &[(Name, &[&str])] = &[
    (Name::Start, &["/start"]),
    (Name::Help, &["/trogiup", "/help"]),
    (Name::Cancel, &["/huy", "/cancel"]),
    (Name::Report, &["/baosuco", "/baocao"]),
    (Name::Show, &["/suco"]),
    (Name::Acknowledge, &["/nhan"]),
    (Name::HandBack, &["/tralai"]),
    (Name::KeepAlive, &["/conxuly"]),
    (Name::Assign, &["/phancong"]),
    (Name::Note, &["/ghichu"]),
    (Name::More, &["/bosung"]),
    (Name::Severity, &["/mucdo"]),
    (Name::Category, &["/phanloai"]),
    (Name::Flag, &["/co"]),
    (Name::Tlp, &["/tlp"]),
    (Name::Raise, &["/chuyencap", "/leothang"]),
    (Name::Contain, &["/khoanhvung"]),
    (Name::Resolve, &["/khacphuc"]),
    (Name::Close, &["/ketthuc"]),
    (Name::Reopen, &["/molai"]),
    (Name::Merge, &["/gop"]),
    (Name::Evidence, &["/bangchung"]),
    (Name::Redact, &["/rut"]),
    (Name::Invite, &["/moinguoi"]),
    (Name::Unlink, &["/matmay"]),
    (Name::Group, &["/dienrong"]),
    (Name::TakeOut, &["/tach"]),
    (Name::WhyCalled, &["/visao"]),
    (Name::Figures, &["/thongke"]),
    (Name::Duty, &["/truc"]),
    (Name::DutyWeeks, &["/lichtruc"]),
    (Name::Swap, &["/doica"]),
    (Name::Leave, &["/nghi"]),
    (Name::Contacts, &["/danhba"]),
    (Name::Drills, &["/dientap"]),
    (Name::Correction, &["/dinhchinh"]),
    (Name::Playbooks, &["/quytrinh"]),
    (Name::Step, &["/buoc"]),
    (Name::StepDone, &["/xong"]),
    (Name::StepSkip, &["/boqua"]),
    (Name::Approve, &["/duyet"]),
    (Name::Decline, &["/khongduyet"]),
];

impl Name {
    /// The word people are taught, with its slash.
    pub fn word(self) -> &'static str {
        let known = NAMES.iter().find(|(name, _)| *name == self);
        known.and_then(|(_, words)| words.first()).copied().unwrap_or("/trogiup")
    }

    /// Whether it does nothing but look something up, where it leads to nothing but words.
    pub fn only_looks_up(self) -> bool {
        matches!(
            self,
            Self::Help
                | Self::Show
                | Self::Start
                | Self::Figures
                | Self::Duty
                | Self::DutyWeeks
                | Self::Swap
                | Self::Leave
                | Self::Drills
                | Self::Playbooks
        )
    }

    /// Whether it acts on, or shows, one incident.
    pub fn concerns_an_incident(self) -> bool {
        use Name as N;
        !matches!(
            self,
            N::Start
                | N::Help
                | N::Cancel
                | N::Report
                | N::Merge
                | N::Group
                | N::Invite
                | N::Unlink
                | N::Figures
                | N::Duty
                | N::DutyWeeks
                | N::Swap
                | N::Leave
                | N::Contacts
                | N::Drills
                | N::Correction
                | N::Playbooks
                | N::Step
                | N::StepDone
                | N::StepSkip
                | N::Approve
                | N::Decline
        )
    }

    /// From a word without its slash, in any case, with or without Vietnamese marks.
    pub fn of(word: &str) -> Option<Self> {
        let folded = bare(word);
        let goes_by =
            |words: &[&str]| words.iter().any(|known| known.strip_prefix('/') == Some(&*folded));
        NAMES.iter().find(|(_, words)| goes_by(words)).map(|(name, _)| *name)
    }
}

/// What a message begins with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard<'a> {
    /// A command and what follows it, trimmed.
    Command {
        /// Which.
        name: Name,
        /// The rest of the message, further lines included.
        arguments: &'a str,
    },
    /// Something written like a command that is none.
    Unknown {
        /// The nearest right one, with its slash.
        nearest: Option<String>,
    },
    /// A command for another bot of the group.
    ForAnotherBot,
    /// No command.
    Words,
}

/// Looks for a command at the start of `words`. In a private chat everything is for us.
pub fn hear<'a>(words: &'a str, bot_name: Option<&str>, private: bool) -> Heard<'a> {
    let words = words.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let Some(after) = words.strip_prefix('/') else { return Heard::Words };
    let (token, arguments) = first_word(after);
    let (word, bot) = token.split_once('@').map_or((token, None), |(word, bot)| (word, Some(bot)));
    // A path such as `/var/log` opens many a report and is no command.
    let like_command = !word.is_empty()
        && word.chars().count() <= SHORT
        && !bare(word).is_empty()
        && bare(word).chars().all(|c| c.is_ascii_alphanumeric());
    if !like_command {
        return Heard::Words;
    }
    if let (Some(bot), Some(ours), false) = (bot, bot_name, private)
        && !bot.eq_ignore_ascii_case(ours)
    {
        return Heard::ForAnotherBot;
    }
    match Name::of(word) {
        Some(name) => Heard::Command { name, arguments },
        None => Heard::Unknown { nearest: nearest(word).map(str::to_owned) },
    }
}

/// The right command nearest to a word typed with or without slash, where one is near.
pub fn nearest(typed: &str) -> Option<&'static str> {
    let typed = bare(&shortened(typed));
    let length = typed.chars().count();
    let all = NAMES.iter().flat_map(|(name, words)| words.iter().map(move |word| (*name, *word)));
    let near = all.clone().filter_map(|(name, word)| {
        let word = word.trim_start_matches('/');
        let edits = distance(&typed, word);
        (edits <= 2 && edits.saturating_mul(3) <= length.max(word.len())).then_some((edits, name))
    });
    let begun = || {
        all.clone()
            .find(|(_, word)| length >= 3 && word.trim_start_matches('/').starts_with(&typed))
            .map(|(name, _)| name)
    };
    let best = near.min_by_key(|(edits, _)| *edits).map(|(_, name)| name);
    best.or_else(begun).map(Name::word)
}

/// The first word of `text` and what follows it, both trimmed.
pub fn first_word(text: &str) -> (&str, &str) {
    let text = text.trim();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim())
}

/// At most 64 characters of `text`: enough to recognise it, too few to flood a chat.
pub fn shortened(text: &str) -> String {
    text.chars().take(SHORT).collect()
}

fn bare(word: &str) -> String {
    fold(word.trim_start_matches('/')).replace(['_', ' '], "")
}
