//! Whatever a button does can be typed: the words on it do the same, and what is no answer has the
//! question asked again.

use trucban::domain::envelope::{Command, Envelope, Session};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::{Act, Detail};
use trucban::domain::notice::{Again, Answer, Ask, MoreStep};
use trucban::domain::press::Verb;
use trucban::domain::roster::decide::Wish;
use trucban::domain::roster::feed::{FeedOf, FeedWish};
use trucban::domain::values::{Category, Flag, Tri};
use trucban::text::ButtonAction;
use trucban::text::ask::{offered, ways_out};

use super::world::*;

fn every_ask() -> Vec<Ask> {
    let aim = || now_on(1);
    let mut asks = vec![
        Ask::ReportSecrecy,
        Ask::ReportWords,
        Ask::Note(code(1)),
        Ask::CloseHow(aim()),
        Ask::CloseWords { aim: aim(), false_alarm: false },
        Ask::Severity(aim()),
        Ask::Category(aim()),
        Ask::Assign(aim()),
        Ask::Redact(code(1)),
        Ask::RedactWhy(code(1), 3),
        Ask::NoticedAt(aim()),
        Ask::Flags(aim()),
        Ask::Tlp(aim()),
        Ask::Hand { aim: aim(), number: 1 },
        Ask::MergeInto { aim: aim(), codes: vec![code(2), code(3)] },
        Ask::Invite,
        Ask::Unlink,
        Ask::Which { verb: Verb::Contain, codes: vec![code(1), code(2)] },
    ];
    asks.extend(Flag::ALL.iter().map(|flag| Ask::Flag { aim: aim(), flag: *flag }));
    asks.extend(MoreStep::ALL.map(|step| Ask::More { aim: aim(), step }));
    asks
}

fn session(ask: &Ask) -> Session {
    match ask {
        Ask::ReportSecrecy => Session::ReportSecrecy,
        Ask::ReportWords => Session::ReportWords,
        Ask::Note(code) => Session::Note { code: code.clone() },
        Ask::CloseWords { aim, false_alarm } => {
            Session::Close { aim: aim.clone(), false_alarm: *false_alarm }
        }
        other => Session::Asked(Box::new(other.clone())),
    }
}

fn incidents() -> Vec<trucban::domain::notice::Shown> {
    [1, 2, 3].map(|number| shown(&code(number))).to_vec()
}

#[test]
fn the_words_on_every_button_of_every_question_do_what_the_button_does() {
    let mut tried = 0;
    for ask in every_ask() {
        let mut buttons: Vec<_> = offered(&ask, &incidents(), &directory())
            .into_iter()
            .flat_map(|one| {
                [(one.words, one.button.clone()), (one.button.label.clone(), one.button)]
            })
            .collect();
        buttons.extend(ways_out(&ask, &incidents()).into_iter().map(|b| (b.label.clone(), b)));
        for (label, button) in buttons {
            let ButtonAction::Press(data) = button.action else { continue };
            let alike = label == "Trần Thị Bình";
            for words in [label.clone(), label.to_lowercase(), format!("{label} ạ")] {
                let what = |one: Envelope| (one.command, one.then);
                let pressed = press(&data).during(session(&ask)).read().map(what);
                let typed = private(&words).during(session(&ask)).read().map(what);
                assert!(pressed == typed || alike, "{ask:?} {words}: {pressed:?} {typed:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 300, "{tried}");
}

#[test]
fn what_people_say_for_an_answer_is_one() {
    let on = |act| Command::Act(now_on(1), act);
    let asked = |ask: Ask| Session::Asked(Box::new(ask));
    let more = |step| Ask::More { aim: now_on(1), step };
    for words in ["TC06", "tc06 ạ", "Mã hóa dữ liệu", "6"] {
        let category = on(Act::Category(Some(Category::Tc06)));
        check_to(&private(words).during(asked(Ask::Category(now_on(1)))), category, None);
        let kind = private(words).during(asked(more(MoreStep::Kind))).read().unwrap().command;
        assert_eq!(kind, on(Act::Detail(Detail::Kind(Category::Tc06))), "{words}");
    }
    let hand = asked(Ask::Hand { aim: now_on(1), number: 2 });
    let to = PersonId::new("p-001");
    check_to(&private("Nguyễn Văn An").during(hand), on(Act::Hand(2, to, String::new())), None);
    for words in ["dữ liệu cá nhân", "personal_data", "Dữ liệu cá nhân bị ảnh hưởng", "6"]
    {
        let asks = Ask::Flag { aim: now_on(1), flag: Flag::PersonalData };
        let case = private(words).during(asked(Ask::Flags(now_on(1))));
        check_to(&case, ask(asks.clone()), Some(asked(asks)));
    }
    let flag = |reason: &str| Act::Flag(Flag::PersonalData, Tri::Yes, reason.to_owned());
    check(&private("/co SC-2026-0001 dữ liệu cá nhân có"), act(1, flag("")));
    check(
        &private("/co SC-2026-0001 personal_data có: danh sách dân cư"),
        act(1, flag("danh sách dân cư")),
    );
    let summary = Ask::CloseWords { aim: now_on(1), false_alarm: false };
    let close = Session::Close { aim: now_on(1), false_alarm: false };
    check_to(
        &private("Đã xử lý xong ạ").during(asked(Ask::CloseHow(now_on(1)))),
        ask(summary),
        Some(close),
    );
}

#[test]
fn courtesy_around_an_answer_does_not_count() {
    let secrecy = || Session::ReportSecrecy;
    for no in
        ["Không ạ", "Dạ không", "Không có", "dạ thưa anh không có ạ", "Không nhé", "Vâng không"]
    {
        let case = private(no).during(secrecy());
        check_to(&case, ask(Ask::ReportWords), Some(Session::ReportWords));
    }
    for yes in ["Có ạ", "Vâng", "Dạ vâng ạ", "dạ có", "Dạ không rõ ạ", "em không biết"]
    {
        check_to(&private(yes).during(secrecy()), reports(None), None);
    }
}

#[test]
fn what_is_no_answer_has_the_question_asked_again() {
    let asked = |ask: Ask| Session::Asked(Box::new(ask));
    let again = |ask: Ask, why| say(Answer::AskedAgain(ask, why));
    let more = |step| Ask::More { aim: now_on(1), step };
    let misses = [
        (Ask::Severity(now_on(1)), "5"),
        (Ask::Severity(now_on(1)), "khủng"),
        (Ask::CloseHow(now_on(1)), "9"),
        (Ask::Tlp(now_on(1)), "hồng"),
        (more(MoreStep::Kind), "99"),
        (more(MoreStep::Impact), "to lắm"),
        (more(MoreStep::When), "9"),
    ];
    for (ask, words) in misses {
        let case = private(words).during(asked(ask.clone()));
        let to = Some(asked(ask.clone()));
        check_to(&case, again(ask, Again::NotUnderstood), to);
    }
    let long = "Tối qua cả phòng nghe tiếng quạt máy chủ kêu rất to rồi tự tắt";
    let case = private(long).during(asked(Ask::Severity(now_on(1))));
    let severity = Ask::Severity(now_on(1));
    check_to(&case, again(severity.clone(), Again::NotRecorded), Some(asked(severity)));
    let secret = private(long).during(Session::ReportSecrecy);
    let secrecy = again(Ask::ReportSecrecy, Again::NotRecorded);
    check_to(&secret, secrecy, Some(Session::ReportSecrecy));
    for step in [MoreStep::When, MoreStep::Impact] {
        let kept = "không nhớ chính xác lúc nào đâu ạ";
        let case = private(kept).during(asked(more(step)));
        check_to(&case, note(kept), Some(asked(more(step))));
        let then = case.read().unwrap().then.map(|then| *then);
        let why = Again::KeptAsNote;
        assert_eq!(then, Some(Answer::AskedAgain(more(step), why)));
    }
    // A command by its word leaves the question.
    let case = private("Tiếp nhận").during(asked(more(MoreStep::System)));
    check_to(&case, act(1, Act::Acknowledge), None);
}

#[test]
fn another_instant_than_those_offered_is_asked_for_in_words() {
    let when = || Session::Asked(Box::new(Ask::More { aim: now_on(1), step: MoreStep::When }));
    let asked = Ask::NoticedAt(now_on(1));
    for words in ["Khác", "4"] {
        let to = Some(Session::Asked(Box::new(asked.clone())));
        check_to(&private(words).during(when()), ask(asked.clone()), to);
    }
}

#[test]
fn a_button_s_word_without_a_question_is_its_command() {
    let takes = Command::Roster(Wish::TakeWatch);
    assert_eq!(private("Nhận ca").read().unwrap().command, takes);
    assert_eq!(private("/truc nhận ca").read().unwrap().command, takes);
    for (words, team, wish) in [
        ("Thêm vào lịch điện thoại", false, FeedWish::Have),
        ("Lịch cả Đội vào điện thoại", true, FeedWish::Have),
        ("Đổi liên kết", false, FeedWish::Renew),
        ("Đổi liên kết cả Đội", true, FeedWish::Renew),
        ("Ngừng liên kết", false, FeedWish::Stop),
        ("Ngừng liên kết cả Đội", true, FeedWish::Stop),
    ] {
        let read = private(words).read().unwrap().command;
        let Command::Roster(Wish::Feed { of, wish: read }) = read else { panic!("{read:?}") };
        assert_eq!((of == FeedOf::Team, read), (team, wish), "{words}");
    }
    let list = Answer::List { codes: vec![code(1)], open: 1, ended: vec![] };
    check(&private("Xem"), say(list));
    check(&private("Dấu hiệu SC-2026-0001"), ask(Ask::Flags(now_on(1))));
    check(&team("Tách ra").on_card(1), act(1, Act::TakeOut));
    assert_eq!(private("Rút SC-2026-0001").read().unwrap().command, ask(Ask::Redact(code(1))));
    check(&private("Để sau"), say(Answer::NothingToLeave));
    let evidence = private("Chứng cứ SC-2026-0001").read().unwrap().command;
    assert_eq!(evidence, say(Answer::Evidence { code: code(1) }));
}
