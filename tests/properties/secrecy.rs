//! The guard: each pattern's examples, and what holds for every text.

use std::time::Duration;

use proptest::prelude::*;
use trucban::clock::Clock;
use trucban::domain::secrecy::patterns::Guard;
use trucban::domain::secrecy::{Secret, guard};
use unicode_normalization::UnicodeNormalization as _;

const FILE: &str = include_str!("../../playbooks/secrecy.toml");

/// Each way a keyboard may have written the same words.
fn forms(words: &str) -> [String; 2] {
    [words.nfc().collect(), words.nfd().collect()]
}

#[test]
fn every_pattern_hits_what_it_must_and_masks_just_that() {
    for pattern in Guard::examples(FILE).unwrap() {
        assert!(!pattern.hit.is_empty() && !pattern.miss.is_empty(), "{}", pattern.id);
        for example in &pattern.hit {
            for text in forms(&example.text) {
                let seen = guard(&text);
                let id = &pattern.id;
                assert!(seen.found.contains(&pattern.secret), "{id} misses {text:?}: {seen:?}");
                if let Some(masked) = &example.masked {
                    let (seen, masked): (String, String) =
                        (seen.words.nfc().collect(), masked.nfc().collect());
                    assert_eq!(seen, masked, "{id} on {text:?}");
                }
            }
        }
    }
}

#[test]
fn what_only_looks_like_a_secret_is_left_alone() {
    for pattern in Guard::examples(FILE).unwrap() {
        for text in pattern.miss.iter().flat_map(|text| forms(text)) {
            let seen = guard(&text);
            assert!(seen.found.is_empty(), "{} hits {text:?}: {seen:?}", pattern.id);
            assert_eq!(seen.words, text);
        }
    }
}

#[test]
fn evidence_is_never_masked() {
    let evidence = "SC-2026-0001 0912345678 +84 912 345 678 203.0.113.9 fe80::1 \
        congthongtin.example.gov.vn d41d8cd98f00b204e9800998ecf8427e 00:1a:2b:3c:4d:5e \
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 CVE-2026-12345 \
        3f2504e0-4f89-11d3-9a0c-037099012345 https://example.gov.vn:8443/a?b=c 14:05 21/11/2026";
    let seen = guard(evidence);
    assert_eq!(seen.words, evidence, "{:?}", seen.found);
}

#[test]
fn letters_that_do_not_show_hide_no_secret() {
    assert!(guard("mật\u{200B} kh\u{AD}ẩu: Abc@1234").found.contains(&Secret::Password));
    assert!(guard("M\u{200B}ẬT\nnội dung").stamped());
    assert!(guard("p\u{200D}assword: Abc@1234").found.contains(&Secret::Password));
}

#[test]
fn a_hundred_kilobytes_made_to_be_slow_take_no_longer_than_their_length() {
    let hostile: Vec<String> = [
        "mk:",
        "mk ",
        "mat khau ",
        "pass la ",
        "0",
        "4111 ",
        "001",
        "M\u{323}\u{302}",
        "«đã che: ",
        "-----BEGIN PRIVATE KEY-----",
        "eyJ",
        "http://a:",
        "\"",
        "MẬT ",
        "\n",
        "token=",
        "a\u{301}",
        "mysql -p",
        "\u{200B}",
        "đã ",
        "«đã che: mật khẩu»",
        "(",
        "mk : da ",
    ]
    .into_iter()
    .map(|piece| piece.repeat(100_000 / piece.len()))
    .collect();
    guard("warm");
    for text in &hostile {
        let begun = Clock::System.read().mono;
        let masked = guard(text).words;
        let took = Clock::System.read().mono.saturating_sub(begun);
        let start: String = text.chars().take(12).collect();
        // Squared, it would be minutes in a build without optimisation.
        assert!(took < Duration::from_secs(20), "{start:?} took {took:?}");
        assert!(masked.len() <= text.len().saturating_mul(12));
    }
}

/// A secret, and a part of it that must be gone afterwards.
fn secret() -> impl Strategy<Value = (String, String)> {
    let word = "[A-Za-z]{4,10}[0-9]{2,6}[@#!]?";
    let said =
        prop::sample::select(vec!["mật khẩu: ", "mk: ", "password=", "MẬT KHẨU = ", "pass: "]);
    prop_oneof![
        (said, word).prop_map(|(said, word)| (format!("{said}{word}"), word)),
        "[A-Z0-9]{16}".prop_map(|key| (format!("AKIA{key}"), key)),
        "03[0-8][0-3][0-9]{8}"
            .prop_filter("a province", |number| !number.starts_with("032"))
            .prop_map(|number| (format!("CCCD {number}"), number)),
        "[A-Za-z0-9]{20,60}".prop_map(|key| {
            let begin = "-----BEGIN PRIVATE KEY-----";
            (format!("{begin}\n{key}\n-----END PRIVATE KEY-----"), key)
        }),
    ]
}

fn talk() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[a-zA-Z0-9 .,:;=()/@ăâđêôơưạảấầẩẫậắằ\n-]{0,24}",
        1 => prop::sample::select(vec!["mk ", "mật khẩu ", "là ", "«đã che: mật khẩu»", "«", "»"])
            .prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn masked_words_come_back_the_same(before in talk(), (said, _) in secret(), after in talk()) {
        let once = guard(&format!("{before} {said} {after}"));
        let twice = guard(&once.words);
        prop_assert_eq!(&twice.words, &once.words);
    }

    #[test]
    fn no_secret_is_left(before in talk(), (said, gone) in secret(), after in talk()) {
        let text = format!("{before}\n{said}\n{after}");
        // Words before it may hold the same letters by chance.
        prop_assume!(!before.contains(&gone) && !after.contains(&gone));
        let words = guard(&text).words;
        prop_assert!(!words.contains(&gone), "{words:?}");
    }

    #[test]
    fn text_outside_of_secrets_stays_as_it_is(text in talk()) {
        let seen = guard(&text);
        let masks = ["«đã che: mật khẩu»", "«đã che: khóa truy cập»", "«đã che: số căn cước»",
            "«đã che: số thẻ ngân hàng»", "«đã che: khóa riêng»"];
        let mut pieces = vec![seen.words.as_str()];
        for mask in masks {
            pieces = pieces.iter().flat_map(|piece| piece.split(mask)).collect();
        }
        let mut rest = text.as_str();
        for piece in pieces {
            let at = rest.find(piece);
            prop_assert!(at.is_some(), "{piece:?} is not from {text:?}");
            rest = rest.get(at.unwrap_or(0) + piece.len()..).unwrap_or_default();
        }
    }
}
