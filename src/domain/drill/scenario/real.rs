//! Words that could be taken for real, or lead out of the drill. What is looked for is data,
//! `playbooks/drill-words.toml`, with examples of what must and what must not be found.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::domain::fold::fold;

/// The data file, as it is built in.
pub const DATA: &str = include_str!("../../../../playbooks/drill-words.toml");

/// Something that must not stand in the words of a drill, as it stands there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Hit {
    /// Says that it is no drill, or that the drill is over.
    Taken(String),
    /// Leads to a place that may be there.
    Link(String),
    /// A mailbox that may be somebody's.
    Mail(String),
    /// A telephone that may ring.
    Telephone(String),
    /// A computer that may be somebody's.
    Address(String),
}

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    phrases: Vec<String>,
    unless_next: Vec<String>,
    reserved: Vec<String>,
    files: Vec<String>,
    domains: Vec<String>,
    attachments: Vec<String>,
    programs: Vec<String>,
    /// What must and what must not be found.
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
}

/// Words and what is found in them.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The words.
    pub text: String,
    /// The kind of the first hit, or `none`.
    pub found: String,
}

/// A number as it is dialled in the country: with a zero or the country's code, or a service's.
const TELEPHONE: &str = r"(?:\(?\+?84\)?(?:[ .()-]{0,2}[0-9]){8,10}|0(?:[ .()-]{0,2}[0-9]){9,10}|1[89]00(?:[ .-]?[0-9]){4,6})";

/// The short numbers of help, after words that say to dial them.
const EMERGENCY: &str =
    r"(?-u:\b)(?:goi|dien thoai|duong day nong)(?: ngay)?(?: cho)?(?: so)? ?11[1-5](?-u:\b)";

/// What separates words, and stands in no address.
const BETWEEN: &str = "\"'“”‘’«»<>()[]{}|,;!…*`\\";

static BUILT_IN: LazyLock<Option<Words>> = LazyLock::new(|| Words::read(DATA).ok());
static NUMBERS: LazyLock<Option<[Regex; 2]>> =
    LazyLock::new(|| Some([Regex::new(TELEPHONE).ok()?, Regex::new(EMERGENCY).ok()?]));

/// The words built in. A file that does not read is found by a test; if it ever got here, every word
/// would be refused by [`Words::look_at`].
pub fn built_in() -> Option<&'static Words> {
    BUILT_IN.as_ref()
}

impl Hit {
    /// Its word in the data file.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Taken(_) => "taken",
            Self::Link(_) => "link",
            Self::Mail(_) => "mail",
            Self::Telephone(_) => "telephone",
            Self::Address(_) => "address",
        }
    }
}

impl Words {
    /// From the text of a data file.
    pub fn read(file: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(file)
    }

    /// Everything in `words` that could be taken for real, each once; phrases only where `played` says
    /// that people read it while they play.
    pub fn look_at(&self, words: &str, played: bool) -> Vec<Hit> {
        let mut hits = Vec::new();
        if played {
            hits.extend(self.phrases(words));
        }
        let blank = |c: char| c.is_whitespace() || BETWEEN.contains(c);
        let tokens = words.split(blank).map(|token| token.trim_end_matches(['.', ':', '?']));
        hits.extend(tokens.filter_map(|token| self.address(token)));
        hits.extend(telephones(words));
        hits.sort();
        hits.dedup();
        hits
    }

    /// Why `name` is no name of a plain text: whether a program's ending stands in it.
    pub fn bad_name(&self, name: &str) -> Option<bool> {
        let mut parts = name.split('.').skip(1).map(fold).peekable();
        let none = parts.peek().is_none();
        let endings: Vec<String> = parts.collect();
        let program = endings.iter().any(|ending| self.programs.contains(ending));
        let fits = |c: char| c.is_alphanumeric() || "-_. ".contains(c);
        let text = endings.last().is_some_and(|ending| self.attachments.contains(ending));
        let right = !none && text && !name.starts_with('.') && name.chars().all(fits);
        (program || !right || name.chars().count() > 64).then_some(program)
    }

    fn phrases(&self, words: &str) -> Vec<Hit> {
        let plain = |words: &str| {
            let words = fold(words);
            let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.collect::<Vec<_>>().join(" ")
        };
        let text = format!(" {} ", plain(words));
        let stands = |phrase: &&String| {
            let wanted = format!(" {} ", plain(phrase));
            text.match_indices(&wanted).any(|(at, _)| {
                let after = text.get(at.saturating_add(wanted.len())..).unwrap_or_default();
                let next = after.split(' ').next().unwrap_or_default();
                !self.unless_next.iter().any(|word| fold(word) == next)
            })
        };
        self.phrases.iter().filter(stands).cloned().map(Hit::Taken).collect()
    }

    /// Where a word leads, unless it is known to lead nowhere.
    fn address(&self, token: &str) -> Option<Hit> {
        if let Some((_, rest)) = token.split_once("://") {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let host = host.rsplit('@').next().unwrap_or_default();
            let host = host.split(':').next().unwrap_or_default();
            let nowhere = self.is_reserved(host) || host.parse().is_ok_and(is_nowhere);
            return (!nowhere).then(|| Hit::Link(token.to_owned()));
        }
        if let Some((local, host)) = token.rsplit_once('@') {
            let mention = local.is_empty()
                && host.len() > 3
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if mention {
                return Some(Hit::Link(token.to_owned()));
            }
            let mail = !local.is_empty() && host.contains('.') && !self.is_reserved(host);
            return mail.then(|| Hit::Mail(token.to_owned()));
        }
        token.split('/').find_map(|part| self.part(part))
    }

    fn part(&self, part: &str) -> Option<Hit> {
        if let Ok(address) = part.parse::<Ipv6Addr>() {
            return (!is_nowhere(address.into())).then(|| Hit::Address(part.to_owned()));
        }
        let host = part.split([':', '?', '#']).next().unwrap_or_default();
        if let Ok(address) = host.parse::<Ipv4Addr>() {
            return (!is_nowhere(address.into())).then(|| Hit::Address(host.to_owned()));
        }
        (self.is_domain(host) && !self.is_reserved(host)).then(|| Hit::Link(host.to_owned()))
    }

    fn is_reserved(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        let is = |name: &String| {
            host.strip_suffix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        self.reserved.iter().any(is)
    }

    /// Whether people, or a chat's own eyes, would take it for an address.
    fn is_domain(&self, host: &str) -> bool {
        let labels: Vec<&str> = host.split('.').collect();
        let fits = |label: &&str| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        };
        let Some(last) = labels.last().filter(|last| last.chars().count() > 1) else {
            return false;
        };
        if labels.len() < 2 || !labels.iter().all(fits) || !last.chars().all(char::is_alphabetic) {
            return false;
        }
        let ending = last.to_lowercase();
        let plain = host.is_ascii() && last.bytes().all(|b| b.is_ascii_lowercase());
        self.domains.contains(&ending) || plain && !self.files.contains(&ending)
    }
}

/// Whether nobody stands behind an address: kept for documents, or for a network of one's own.
fn is_nowhere(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(one) => {
            one.is_documentation()
                || one.is_private()
                || one.is_loopback()
                || one.is_link_local()
                || one.is_unspecified()
        }
        IpAddr::V6(one) => {
            let documents = one.segments().starts_with(&[0x2001, 0xdb8]);
            documents
                || one.is_unique_local()
                || one.is_unicast_link_local()
                || one.is_loopback()
                || one.is_unspecified()
        }
    }
}

fn telephones(words: &str) -> Vec<Hit> {
    let Some([telephone, emergency]) = NUMBERS.as_ref() else { return Vec::new() };
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some(found) = telephone.find_at(words, from) {
        let before = words.get(..found.start()).and_then(|before| before.chars().next_back());
        let after = words.get(found.end()..).and_then(|after| after.chars().next());
        let inside = before.is_some_and(|c| c.is_alphanumeric() || ".-/:".contains(c));
        if inside || after.is_some_and(|c| c.is_alphanumeric()) {
            // What begins it is one byte: a digit, a bracket or a plus.
            from = found.start().saturating_add(1);
            continue;
        }
        hits.push(Hit::Telephone(found.as_str().to_owned()));
        from = found.end();
    }
    let plain = fold(words);
    let digits =
        |found: regex::Match<'_>| found.as_str().chars().filter(char::is_ascii_digit).collect();
    hits.extend(emergency.find_iter(&plain).map(|found| Hit::Telephone(digits(found))));
    hits
}
