//! What a regular expression cannot say about a secret.

use serde::Deserialize;

/// A condition on the secret a pattern found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// It has a letter or a digit at all.
    Solid,
    /// It does not look like an ordinary word or date.
    Mixed,
    /// A known issuer, its length, and the check digit (ISO/IEC 7812-1).
    Card,
    /// Province and century of a citizen's number (Circular 59/2021/TT-BCA, article 4, and its
    /// annex of provinces; numbers given before the mergers of 2025 stay valid).
    Citizen,
}

impl Check {
    /// Whether `secret` fulfils it.
    pub fn holds(self, secret: &str) -> bool {
        match self {
            Self::Solid => secret.chars().any(char::is_alphanumeric),
            Self::Mixed => is_mixed(secret),
            Self::Card => is_card(&digits(secret)),
            Self::Citizen => is_citizen(&digits(secret)),
        }
    }
}

fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

/// At least four characters, and: letters beside digits, a sign nobody writes inside a word, or six
/// digits and more in one piece.
fn is_mixed(secret: &str) -> bool {
    let text = secret.trim_matches(|c: char| matches!(c, '"' | '\'' | '“' | '”' | ',' | '.' | ';'));
    if text.chars().count() < 4 {
        return false;
    }
    let letter = text.chars().any(char::is_alphabetic);
    let digit = text.chars().any(|c| c.is_ascii_digit());
    let sign = text.chars().any(|c| "@#$%^&*!~+".contains(c));
    let number = text.len() >= 6 && text.chars().all(|c| c.is_ascii_digit());
    number || (letter && (digit || sign)) || (digit && sign)
}

fn is_card(digits: &[u32]) -> bool {
    let first = |count: usize| digits.iter().take(count).fold(0, |sum, digit| sum * 10 + digit);
    let issued = match digits.len() {
        13 => first(1) == 4,
        15 => matches!(first(2), 34 | 37),
        16 => {
            first(1) == 4
                || matches!(first(2), 51..=55 | 62)
                || matches!(first(4), 2221..=2720 | 3528..=3589 | 9704)
        }
        17 | 18 => first(2) == 62,
        19 => first(1) == 4 || first(2) == 62 || first(4) == 9704,
        _ => false,
    };
    issued && luhn(digits)
}

fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let add = |(place, digit): (usize, &u32)| if place % 2 == 1 { doubled(*digit) } else { *digit };
    digits.iter().rev().enumerate().map(add).sum::<u32>() % 10 == 0
}

/// The provinces' codes, in order.
const PROVINCES: &[u32] = &[
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37,
    38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77,
    79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
];

fn is_citizen(digits: &[u32]) -> bool {
    let province = digits.iter().take(3).fold(0, |sum, digit| sum * 10 + digit);
    // Sex and century: 0 and 1 the twentieth, 2 and 3 the twenty-first.
    let century = digits.get(3).is_some_and(|digit| *digit <= 3);
    digits.len() == 12 && century && PROVINCES.binary_search(&province).is_ok()
}
