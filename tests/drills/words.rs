//! What in the words of a drill could be taken for real is found, and nothing else is.

use trucban::domain::drill::scenario::real::{DATA, Words, built_in};

#[test]
fn every_example_of_the_data_file_is_found_as_it_says() {
    let words = Words::read(DATA).unwrap();
    assert!(words.examples.len() >= 20);
    for example in &words.examples {
        let hits = words.look_at(&example.text, true);
        let found = hits.first().map_or("none", |hit| hit.kind());
        assert_eq!(found, example.found, "{}: {hits:?}", example.text);
    }
}

#[test]
fn a_phrase_counts_only_where_people_play_and_an_address_everywhere() {
    let words = built_in().unwrap();
    let said = "Tin này thuộc diễn tập, không có sự cố thật.";
    assert_eq!(words.look_at(said, true).len(), 1);
    assert!(words.look_at(said, false).is_empty());
    assert_eq!(words.look_at("Xem cong.gov.vn", false).len(), 1);
}

#[test]
fn marks_case_and_what_editors_slip_between_letters_hide_no_phrase() {
    let words = built_in().unwrap();
    let hidden = [
        "SỰ CỐ THẬT",
        "su co that",
        "sự  cố,\nthật",
        "sự cố tha\u{323}\u{302}t",
        "sự cố th\u{200b}ật",
    ];
    for said in hidden {
        assert!(!words.look_at(said, true).is_empty(), "{said:?}");
    }
}

#[test]
fn a_file_beside_a_message_is_named_like_a_text() {
    let words = built_in().unwrap();
    for right in ["ghi-chu.txt", "Danh sách.csv", "thư gốc.eml", "nhat_ky.01.log"] {
        assert_eq!(words.bad_name(right), None, "{right}");
    }
    for program in ["hoa-don.exe", "hoa-don.pdf.exe", "anh.exe.txt", "mo.PS1", "macro.docm"] {
        assert_eq!(words.bad_name(program), Some(true), "{program}");
    }
    for odd in ["anh.png", "khong-duoi", ".txt", "../len/tren.txt", "hai\ndong.txt"] {
        assert_eq!(words.bad_name(odd), Some(false), "{odd}");
    }
}

#[test]
fn looking_takes_time_in_proportion_to_the_length() {
    let words = built_in().unwrap();
    let text = "0912 345 67x a.b.c@d.e ".repeat(20_000);
    // Half a megabyte: what grew with its square would not come to an end here.
    assert!(words.look_at(&text, true).len() <= 3);
}
