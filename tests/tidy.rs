//! The house as the architecture has it, held by reading the source: who may import whom, where
//! SQL, Vietnamese and clocks may stand, and how long files and functions may be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Who may import whom: the first path segment after `crate::`.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &["domain"]),
    ("text", &["domain"]),
    ("config", &["domain", "text"]),
    ("ledger", &["domain"]),
    ("chat", &["text", "domain"]),
    ("engine", &["ledger", "clock", "domain"]),
    ("channels", &["engine", "chat", "text", "domain", "clock", "ledger"]),
    ("intake", &["engine", "domain"]),
    ("report", &["text", "domain"]),
    ("sandbox", &["clock", "domain"]),
    ("web", &["engine", "ledger", "report", "text", "domain"]),
    (
        "app",
        &[
            "domain", "clock", "text", "config", "ledger", "chat", "engine", "channels", "intake",
            "report", "sandbox", "web",
        ],
    ),
    ("cli", &["app", "config", "report", "ledger", "text", "domain", "clock"]),
];

/// Longest file, and longest function, in lines.
const FILE: usize = 500;
const FUNCTION: usize = 70;

/// Functions that may be longer, each with its reason. The list may only shrink.
const LONG_FUNCTIONS: &[(&str, &str, &str)] = &[];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(dir: &Path, found: &mut Vec<(PathBuf, String)>) {
        let mut entries: Vec<_> = fs::read_dir(dir).expect("readable").flatten().collect();
        entries.sort_by_key(fs::DirEntry::path);
        for entry in entries {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let text = fs::read_to_string(&path).expect("readable");
                found.push((path, text));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found
        .into_iter()
        .map(|(path, text)| (path.strip_prefix(&root).expect("inside").to_owned(), text))
        .collect()
}

/// The room a file stands in: its first folder, or its own name.
fn room(path: &Path) -> String {
    let first = path.components().next().expect("a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn code_only(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") { "" } else { line }
}

#[test]
fn rooms_import_only_what_the_architecture_lets_them() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        if room == "lib" || room == "main" {
            continue;
        }
        let may = allowed.get(room.as_str()).unwrap_or_else(|| panic!("no rule for {room}"));
        for (number, line) in text.lines().enumerate() {
            for piece in code_only(line).split("crate::").skip(1) {
                let word: String =
                    piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if !word.is_empty() && word != room && !may.contains(&word.as_str()) {
                    wrong.push(format!("{}:{}: {room} -> {word}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the rule:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_ledger_knows_sql_and_only_telegram_and_the_app_know_its_library() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let room = room(&path);
        for (number, line) in text.lines().enumerate() {
            let line = code_only(line);
            if line.contains("rusqlite") && room != "ledger" {
                wrong.push(format!("{}:{}: rusqlite", path.display(), number + 1));
            }
            if line.contains("teloxide") && !path.starts_with("channels/telegram") {
                wrong.push(format!("{}:{}: teloxide", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn vietnamese_words_stand_only_where_they_belong() {
    let may = ["text", "web", "sandbox", "report"];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if may.contains(&room(&path).as_str()) || path.ends_with("domain/fold.rs") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let quoted = code_only(line).split('"').skip(1).step_by(2).any(|piece| {
                piece.chars().any(|c| {
                    ('\u{1ea0}'..='\u{1ef9}').contains(&c)
                        || "ăâđêôơưĂÂĐÊÔƠƯáàãéèíìóòõúùý".contains(c)
                })
            });
            if quoted {
                wrong.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "words outside text/:\n{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_behind() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            let bad = ["FIXME", "XXX", "#[allow", "#![allow", "todo!(", "unimplemented!("];
            if bad.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_and_functions_stay_short() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        if lines.len() > FILE {
            wrong.push(format!("{}: {} lines", path.display(), lines.len()));
        }
        let mut start: Option<(usize, usize, String)> = None;
        for (number, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start();
            // A trait's method without a body ends where it begins.
            let declared = head.ends_with(';');
            let is_fn = [
                "fn ",
                "pub fn ",
                "async fn ",
                "pub async fn ",
                "pub(super) fn ",
                "pub(crate) fn ",
                "const fn ",
                "pub const fn ",
            ]
            .iter()
            .any(|word| head.starts_with(word));
            if is_fn && !declared && start.is_none() {
                let name = head.split("fn ").nth(1).unwrap_or("");
                let name: String =
                    name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                start = Some((number, indent, name));
            }
            if let Some((from, at, name)) = &start
                && head.starts_with('}')
                && indent == *at
            {
                let length = number - from + 1;
                let excused = LONG_FUNCTIONS
                    .iter()
                    .any(|(file, function, _)| path.ends_with(file) && function == name);
                if length > FUNCTION && !excused {
                    wrong.push(format!("{}: fn {name}: {length} lines", path.display()));
                }
                start = None;
            }
        }
    }
    assert!(wrong.is_empty(), "too long:\n{}", wrong.join("\n"));
}
