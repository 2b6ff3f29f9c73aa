//! Comparing what people type: Vietnamese marks and case do not count, composed or decomposed.
//!
//! Letters are named by their code points, after the Unicode charts Latin-1 Supplement, Latin
//! Extended-A, Latin Extended-B and Latin Extended Additional.

/// `text` in lower case, without Vietnamese marks; `đ` becomes `d`.
pub fn fold(text: &str) -> String {
    text.chars().flat_map(fold_char).collect()
}

/// What is left of `text` after `prefix`, compared by [`fold`]; `None` when it does not begin so.
pub fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let mut wanted = fold(prefix).chars().collect::<Vec<_>>().into_iter().peekable();
    for (at, letter) in text.char_indices() {
        let mut folded = fold_char(letter).peekable();
        // A combining mark folds to nothing and still belongs to the letter before it.
        if wanted.peek().is_none() && folded.peek().is_some() {
            return text.get(at..);
        }
        for plain in folded {
            if wanted.next() != Some(plain) {
                return None;
            }
        }
    }
    wanted.peek().is_none().then_some("")
}

fn fold_char(letter: char) -> impl Iterator<Item = char> {
    let base = if is_mark(letter) { None } else { Some(base(letter)) };
    base.into_iter().flat_map(char::to_lowercase)
}

/// Combining diacritical marks, and what editors slip between letters without showing it.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// The letter under the marks.
fn base(letter: char) -> char {
    match letter {
        '\u{C0}'..='\u{C5}' | '\u{E0}'..='\u{E5}' | '\u{102}' | '\u{103}' => 'a',
        '\u{C8}'..='\u{CB}' | '\u{E8}'..='\u{EB}' => 'e',
        '\u{CC}'..='\u{CF}' | '\u{EC}'..='\u{EF}' | '\u{128}' | '\u{129}' => 'i',
        '\u{D2}'..='\u{D6}' | '\u{F2}'..='\u{F6}' | '\u{1A0}' | '\u{1A1}' => 'o',
        '\u{D9}'..='\u{DC}' | '\u{F9}'..='\u{FC}' | '\u{168}' | '\u{169}' => 'u',
        '\u{1AF}' | '\u{1B0}' => 'u',
        '\u{DD}' | '\u{FD}' => 'y',
        // The Icelandic eth looks like `Đ` and is what some keyboards write.
        '\u{D0}' | '\u{F0}' | '\u{110}' | '\u{111}' => 'd',
        '\u{1EA0}'..='\u{1EB7}' => 'a',
        '\u{1EB8}'..='\u{1EC7}' => 'e',
        '\u{1EC8}'..='\u{1ECB}' => 'i',
        '\u{1ECC}'..='\u{1EE3}' => 'o',
        '\u{1EE4}'..='\u{1EF1}' => 'u',
        '\u{1EF2}'..='\u{1EF9}' => 'y',
        other => other,
    }
}

/// How many single-letter edits (insert, drop, change, swap of neighbours) lie between two words.
pub fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (row, letter) in left.chars().enumerate() {
        let mut line = vec![row.saturating_add(1)];
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(row);
            let next = column.saturating_add(1);
            let change = at(&above, column).saturating_add(usize::from(letter != *other));
            let drop = at(&above, next).saturating_add(1);
            let insert = at(&line, column).saturating_add(1);
            let mut best = change.min(drop).min(insert);
            let neighbour = column.checked_sub(1).and_then(|previous| right.get(previous));
            if last == Some(*other) && neighbour == Some(&letter) {
                best = best.min(at(&before, column.saturating_sub(1)).saturating_add(1));
            }
            line.push(best);
        }
        before = std::mem::replace(&mut above, line);
        last = Some(letter);
    }
    above.last().copied().unwrap_or(0)
}
