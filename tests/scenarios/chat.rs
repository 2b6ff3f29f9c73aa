//! Messages and presses in, envelopes out: one table per kind of message, one `check`.

mod instants;
mod labels;
mod world;

use trucban::domain::envelope::{Actor, Command, DirectoryCommand, Said, Saying, Session, Waiting};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::{Act, Aim, Closing};
use trucban::domain::notice::{Again, Answer, Ask, MoreStep};
use trucban::domain::press::{Choice, Verb};
use trucban::domain::refusal::Refusal;
use trucban::domain::time::Timestamp;
use trucban::domain::values::{Category, Flag, Role, Severity, Status, Tlp, Tri};
use world::*;

#[test]
fn commands_with_their_arguments_become_acts() {
    let closed = |closing| Command::Act(now_on(1), Act::Close(closing));
    let cases: Vec<(&str, Command)> = vec![
        ("/nhan SC-2026-0001", act(1, Act::Acknowledge)),
        ("/NHAN sc-2026-0001", act(1, Act::Acknowledge)),
        ("/nhan@trucbanbot #SC-2026-0001 tôi đang tới", act(1, Act::Acknowledge)),
        ("  /nhan\nsc\u{2013}2026\u{2013}0001,", act(1, Act::Acknowledge)),
        ("/nhận SC-2026-0001", act(1, Act::Acknowledge)),
        ("/tralai SC-2026-0002", act(2, Act::HandBack)),
        ("/conxuly SC-2026-0002", act(2, Act::KeepAlive)),
        ("/phancong SC-2026-0001 P-002", act(1, Act::Assign(PersonId::new("p-002")))),
        ("/phancong SC-2026-0001 le duc cuong", act(1, Act::Assign(PersonId::new("p-003")))),
        (
            "/ghichu SC-2026-0001 đã tắt máy <b>01</b>\ndòng hai",
            note("đã tắt máy <b>01</b>\ndòng hai"),
        ),
        ("/mucdo SC-2026-0001 rất cao", act(1, Act::Severity(Severity::Critical))),
        ("/mucdo SC-2026-0001 TRUNG BINH", act(1, Act::Severity(Severity::Medium))),
        ("/mucdo SC-2026-0001 3", act(1, Act::Severity(Severity::High))),
        ("/phanloai SC-2026-0001 tc06", act(1, Act::Category(Some(Category::Tc06)))),
        ("/phanloai SC-2026-0001 không rõ", act(1, Act::Category(None))),
        (
            "/co SC-2026-0001 serious có cả tỉnh mất mạng",
            act(1, Act::Flag(Flag::Serious, Tri::Yes, "cả tỉnh mất mạng".into())),
        ),
        (
            "/co SC-2026-0001 personal-data không rõ: chờ kiểm tra",
            act(1, Act::Flag(Flag::PersonalData, Tri::Unknown, "chờ kiểm tra".into())),
        ),
        ("/co SC-2026-0001 1 không", act(1, Act::Flag(Flag::Serious, Tri::No, String::new()))),
        ("/tlp SC-2026-0001 amber+strict", act(1, Act::Tlp(Tlp::AmberStrict))),
        ("/tlp SC-2026-0001 TLP:RED", act(1, Act::Tlp(Tlp::Red))),
        ("/chuyencap SC-2026-0001", act(1, Act::Raise(None))),
        ("/leothang SC-2026-0001", act(1, Act::Raise(None))),
        ("/khoanhvung SC-2026-0001", act(1, Act::Contain)),
        ("/khacphuc SC-2026-0001", act(1, Act::Resolve)),
        ("/ketthuc SC-2026-0001 đã vá", closed(Closing::Summary("đã vá".into()))),
        (
            "/ketthuc SC-2026-0001 Báo nhầm: diễn tập",
            closed(Closing::FalseAlarm("diễn tập".into())),
        ),
        ("/ketthuc SC-2026-0001 bao nham dien tap", closed(Closing::FalseAlarm("dien tap".into()))),
        ("/ketthuc SC-2026-0001 báo nhầmlẫn", closed(Closing::Summary("báo nhầmlẫn".into()))),
        ("/molai SC-2026-0001", act(1, Act::Reopen)),
        (
            "/gop SC-2026-0002 SC-2026-0001",
            Command::Merge { duplicate: Aim::typed(code(2)), main: code(1) },
        ),
        ("/suco SC-2026-0001", say(Answer::Incident { code: code(1) })),
        ("/suco", say(Answer::List { codes: vec![code(1)], open: 1, ended: vec![] })),
        ("/start", say(Answer::Welcome { roles: vec![Role::Responder] })),
        ("/trogiup", say(Answer::Help { roles: vec![Role::Responder] })),
    ];
    for (words, command) in cases {
        check(&private(words), command.clone());
        check(&team(words), command);
    }
}

#[test]
fn a_code_left_out_is_taken_from_the_card_or_from_the_only_candidate() {
    check(&private("/nhan"), act(1, Act::Acknowledge));
    check(&private("/ghichu mất điện từ 2026-11-21"), note("mất điện từ 2026-11-21"));
    check(&private("/mucdo cao"), act(1, Act::Severity(Severity::High)));
    check(&team("/nhan").on_card(9), act(9, Act::Acknowledge));
    check(&team("/nhan ngay").on_card(9), act(9, Act::Acknowledge));
    check(
        &private("/gop SC-2026-0001").on_card(2),
        Command::Merge { duplicate: Aim::typed(code(2)), main: code(1) },
    );
    let two = |words| {
        let other = ("SC-2026-0002", Status::Contained, Some("p-003"));
        private(words).with_open(&[other, ("SC-2026-0001", Status::Reported, None)])
    };
    check(&two("/nhan"), act(1, Act::Acknowledge));
    check(&two("/tralai"), act(2, Act::HandBack));
    check(&two("/khacphuc"), act(2, Act::Resolve));
    let which = |verb: Verb| ask(Ask::Which { verb, codes: vec![code(2), code(1)] });
    check(&two("/ghichu đã tắt"), which(Verb::Note));
    check(&two("/leothang"), which(Verb::Raise));
    let nothing = |verb: Verb| say(Answer::NothingFits { verb });
    check(&private("/nhan").with_open(&[]), nothing(Verb::Acknowledge));
    check(&private("/tralai"), nothing(Verb::HandBack));
    check(&private("/gop").with_open(&[]), nothing(Verb::Merge));
    // What changes so much is not done to the only one that fits without asking.
    let which = |verb: Verb, number| ask(Ask::Which { verb, codes: vec![code(number)] });
    check(&private("/molai"), which(Verb::Reopen, 8));
    check(&private("/tach"), which(Verb::TakeOut, 9));
    check(&private("/gop"), which(Verb::Merge, 1));
    check(&private("/dienrong"), which(Verb::Group, 1));
    check(&two("/rut"), ask(Ask::Which { verb: Verb::Words, codes: vec![code(2), code(1)] }));
}

#[test]
fn what_is_missing_is_asked_for() {
    check_to(
        &private("/ghichu SC-2026-0001"),
        ask(Ask::Note(code(1))),
        Some(Session::Note { code: code(1) }),
    );
    check(&private("/mucdo SC-2026-0001"), ask(Ask::Severity(now_on(1))));
    check(&private("/mucdo SC-2026-0001 khủng"), ask(Ask::Severity(now_on(1))));
    check(&private("/phanloai SC-2026-0001"), ask(Ask::Category(now_on(1))));
    check(&private("/phancong SC-2026-0001"), ask(Ask::Assign(now_on(1))));
    check(&private("/ketthuc SC-2026-0001"), ask(Ask::CloseHow(now_on(1))));
    let words = Ask::CloseWords { aim: now_on(1), false_alarm: true };
    let session = Session::Close { aim: now_on(1), false_alarm: true };
    check_to(&private("/ketthuc SC-2026-0001 báo nhầm"), ask(words), Some(session));
    check(&private("/co SC-2026-0001"), ask(Ask::Flags(now_on(1))));
    let serious = Ask::Flag { aim: now_on(1), flag: Flag::Serious };
    check(&private("/co SC-2026-0001 serious"), ask(serious));
    check(&private("/co SC-2026-0001 lạ có"), ask(Ask::Flags(now_on(1))));
    check(&private("/tlp SC-2026-0001"), ask(Ask::Tlp(now_on(1))));
    check(&private("/tlp SC-2026-0001 PINK"), ask(Ask::Tlp(now_on(1))));
    let more = Ask::More { aim: now_on(1), step: MoreStep::Kind };
    check(&private("/bosung"), ask(more));
    let into = Ask::MergeInto { aim: now_on(2), codes: vec![code(1)] };
    check(&private("/gop SC-2026-0002"), ask(into.clone()));
    let asked = || private("sc-2026-0001").during(Session::Asked(Box::new(into.clone())));
    check_to(&asked(), Command::Merge { duplicate: now_on(2), main: code(1) }, None);
    check(&private("/dienrong Mất mạng"), usage("/dienrong"));
    check(&private("/moinguoi"), ask(Ask::Invite));
    check(&private("/matmay"), ask(Ask::Unlink));
}

#[test]
fn words_soon_after_a_report_belong_to_it() {
    let words = "Máy thứ hai cũng bị";
    check(&private(words).having_reported(&[(1, false)]), note(words));
    check(&private("Tiếp nhận").having_reported(&[(1, false)]), act(1, Act::Acknowledge));
    check_ignored(&team(words).having_reported(&[(1, false)]));
    let off = refused(Refusal::OffChannel(code(3)));
    check(&private(words).having_reported(&[(3, true)]), off.clone());
    check(&private(words).having_reported(&[(1, false), (3, true)]), off);
    let codes = vec![code(2), code(1)];
    let waiting = |words: &str| {
        let said = words.split('\n').map(saying).collect();
        let waiting = Waiting { said, files: Vec::new() };
        Session::NoteOn { waiting, codes: codes.clone() }
    };
    let which = || ask(Ask::NoteOn { codes: codes.clone() });
    let both = private(words).having_reported(&[(2, false), (1, false)]);
    check_to(&both, which(), Some(waiting(words)));
    let both = format!("{words}\nvà máy ba");
    check_to(&private("và máy ba").during(waiting(words)), which(), Some(waiting(&both)));
    check_to(
        &said(Said::Other, PRIVATE, PRIVATE).during(waiting(words)),
        which(),
        Some(waiting(words)),
    );
    check_to(&private("2").during(waiting(words)), note(words), None);
    check_to(&private("SC-2026-0001").during(waiting(words)), note(words), None);
    check(&button(Verb::NoteHere), say(Answer::NothingToLeave));
    // An edit of what still waits changes what waits.
    let edit = |words: &str| Command::Edit { chat: PRIVATE, message: 55, words: words.to_owned() };
    let edited = |words: &str| said(Said::Edited(words.to_owned()), PRIVATE, PRIVATE);
    check_to(&edited("máy hai").during(waiting(words)), edit("máy hai"), Some(waiting("máy hai")));
    check(&edited("máy hai"), edit("máy hai"));
}

fn saying(words: &str) -> Saying {
    Saying { messages: vec![55], words: words.to_owned() }
}

#[test]
fn a_wrong_code_or_person_is_named_and_cut_short() {
    let no_incident = |typed: &str| refused(Refusal::UnknownIncident(typed.into()));
    check(&private("/nhan abc"), no_incident("abc"));
    check(&private("/nhan 2026-11-21"), no_incident("2026-11-21"));
    check(&private("/nhan <b>SC-2026-0001</b>"), no_incident("<b>SC-2026-0001</b>"));
    check(&private(&format!("/nhan {}", "x".repeat(10_000))), no_incident(&"x".repeat(64)));
    check(&private("/gop SC-2026-0001 kia"), no_incident("kia"));
    check(&private("/nhan SC-2026-9999"), act(9999, Act::Acknowledge));
    // Who there is, is looked up only for somebody who may do it.
    let nobody = |typed: &str| act(1, Act::Assign(PersonId::new(typed)));
    check(&private("/phancong SC-2026-0001 p-404"), nobody("p-404"));
    check(&private("/phancong SC-2026-0001 Trần Thị Bình"), nobody("Trần Thị Bình"));
}

#[test]
fn a_command_s_word_without_its_stroke_is_offered_as_the_command() {
    let meant = |verb: Verb, command: &str| {
        say(Answer::Meant { verb: Box::new(verb), command: command.to_owned(), code: code(1) })
    };
    check(&private("nhận SC-2026-0001"), meant(Verb::Acknowledge, "/nhan"));
    check(&private("sc-2026-0001 tôi nhận"), meant(Verb::Acknowledge, "/nhan"));
    check(&private("Đóng SC-2026-0001."), meant(Verb::Close, "/ketthuc"));
    check(&private("khoanh vung SC-2026-0001"), meant(Verb::Contain, "/khoanhvung"));
    check(&private("khoanhvugn SC-2026-0001"), meant(Verb::Contain, "/khoanhvung"));
    check(&private("nhận").on_card(1), meant(Verb::Acknowledge, "/nhan"));
    check(&private("đóng"), unknown(Some("/ketthuc")));
    // Words that say more are words, and "có" is an answer.
    let said = |words: &str| act(1, Act::Note(words.to_owned()));
    check(&private("nhận được thư lạ").on_card(1), said("nhận được thư lạ"));
    check(&private("có").on_card(1), said("có"));
    check(&private("nhận thêm hai máy SC-2026-0001"), unknown(None));
    let soon = |words| private(words).having_reported(&[(1, false)]);
    check(&soon("nhận SC-2026-0001"), meant(Verb::Acknowledge, "/nhan"));
    check(&soon("đóng"), note("đóng"));
}

#[test]
fn a_mistyped_command_gets_the_nearest_right_one() {
    let cases = [
        ("/baosco máy chủ", Some("/baosuco")),
        ("/nhann SC-2026-0001", Some("/nhan")),
        ("/hnan", Some("/nhan")),
        ("/khac", Some("/khacphuc")),
        ("/su\u{323}c\u{302}", Some("/suco")),
        ("/xyzxyzxyz", None),
        ("báo sư cố nhé", None),
        ("baosuco", Some("/baosuco")),
        ("xin chào", None),
        ("🔥🔥🔥", None),
    ];
    for (words, nearest) in cases {
        check(&private(words), unknown(nearest));
    }
    check(&team("/xyzxyzxyz"), unknown(None));
    check(&private(&"ă".repeat(10_000)), unknown(None));
    check(&private("/var/log/syslog bị xóa"), unknown(None));
}

#[test]
fn a_report_is_two_messages_long() {
    let secrecy = || Session::ReportSecrecy;
    let words = || Session::ReportWords;
    for start in [
        "/baosuco",
        "/BaoCao",
        "/báo_sự_cố",
        "/ba\u{301}osu\u{323}co\u{302}\u{301}",
        "🚨 Báo sự cố",
    ] {
        check_to(&private(start), ask(Ask::ReportSecrecy), Some(secrecy()));
    }
    check_to(&team("/baosuco"), ask(Ask::ReportSecrecy), Some(secrecy()));
    for no in ["1", "1.", "Không", "khong", "KHO\u{302}NG", "❌ Không"] {
        check_to(&private(no).during(secrecy()), ask(Ask::ReportWords), Some(words()));
    }
    for yes in ["2", "Có", "co\u{301}", "3", "Không rõ", "chưa rõ!"] {
        check_to(&private(yes).during(secrecy()), reports(None), None);
    }
    check_to(
        &press(&Choice::SecrecyNo.data()).during(secrecy()),
        ask(Ask::ReportWords),
        Some(words()),
    );
    check_to(&press(&Choice::SecrecyYes.data()).during(secrecy()), reports(None), None);
    check_to(&press(&Choice::SecrecyUnknown.data()).during(words()), reports(None), None);
    check_to(
        &private("Máy chủ bị mã hóa").during(words()),
        reports(Some("Máy chủ bị mã hóa")),
        None,
    );
    let answer = team("Máy chủ bị mã hóa").during(words());
    check_to(&answer, ask(Ask::ReportWords), Some(words()));
    check_to(&answer.answering(), reports(Some("Máy chủ bị mã hóa")), None);
    check_to(&private("/baosuco\nMáy chủ").during(secrecy()), reports(Some("Máy chủ")), None);
    check_to(&private("/baosuco@TrucBanBot Máy chủ"), reports(Some("Máy chủ")), None);
}

#[test]
fn nothing_is_taken_before_the_question_about_secrets_is_answered() {
    let case = private("Tài liệu về kế hoạch").during(Session::ReportSecrecy);
    let again = || say(Answer::AskedAgain(Ask::ReportSecrecy, Again::NotRecorded));
    check_to(&case, again(), Some(Session::ReportSecrecy));
    let number = private("4").during(Session::ReportSecrecy);
    check_to(&number, again(), Some(Session::ReportSecrecy));
    let photo = said(Said::Other, PRIVATE, PRIVATE);
    check_to(
        &photo.during(Session::ReportWords),
        ask(Ask::ReportWords),
        Some(Session::ReportWords),
    );
}

#[test]
fn a_second_tap_on_an_answer_makes_no_second_incident() {
    for choice in [Choice::SecrecyNo, Choice::SecrecyYes, Choice::SecrecyUnknown] {
        check(&press(&choice.data()), say(Answer::NothingToLeave));
    }
    let noting = Session::Note { code: code(1) };
    check(&press(&Choice::SecrecyYes.data()).during(noting), say(Answer::NothingToLeave));
}

#[test]
fn a_step_can_be_left_by_command_by_button_and_by_word() {
    let session = || Session::Note { code: code(1) };
    let stands = || say(Answer::StillStands { code: code(1) });
    check_to(&private("/huy").during(session()), stands(), None);
    check_to(&press(&Choice::Cancel.data()).during(session()), stands(), None);
    check_to(&private("Hủy").during(session()), stands(), None);
    check_to(&private("/huy").during(Session::ReportWords), say(Answer::Left), None);
    check(&private("/huy"), say(Answer::NothingToLeave));
    check(&press(&Choice::Cancel.data()), say(Answer::NothingToLeave));
}

#[test]
fn the_next_words_answer_the_question_and_end_it() {
    let noting = || Session::Note { code: code(1) };
    let long = "ế".repeat(10_000);
    check_to(&private("đã tắt máy").during(noting()), note("đã tắt máy"), None);
    check_to(&team("đã tắt máy").during(noting()).answering(), note("đã tắt máy"), None);
    check_to(&private(&long).during(noting()), note(&long), None);
    check_to(&private("/var/log bị xóa").during(noting()), note("/var/log bị xóa"), None);
    let closing = |false_alarm| Session::Close { aim: now_on(1), false_alarm };
    let on = |act| Command::Act(now_on(1), act);
    let summary = on(Act::Close(Closing::Summary("đã vá".into())));
    let reason = on(Act::Close(Closing::FalseAlarm("đã vá".into())));
    check_to(&private("đã vá").during(closing(false)), summary, None);
    check_to(&private("đã vá").during(closing(true)), reason.clone(), None);
    check_to(&private("báo nhầm, đã vá").during(closing(false)), reason, None);
}

#[test]
fn a_command_leaves_the_question_before_it_and_help_does_not() {
    let noting = || Session::Note { code: code(1) };
    check_to(&private("/nhan SC-2026-0001").during(noting()), act(1, Act::Acknowledge), None);
    check(
        &private("/trogiup").during(noting()),
        say(Answer::Help { roles: vec![Role::Responder] }),
    );
    check(
        &private("/suco").during(noting()),
        say(Answer::List { codes: vec![code(1)], open: 1, ended: vec![] }),
    );
    check(&private("/xyzxyz").during(noting()), unknown(None));
    check_to(
        &private("/baosuco").during(noting()),
        ask(Ask::ReportSecrecy),
        Some(Session::ReportSecrecy),
    );
}

#[test]
fn words_that_answer_a_card_are_a_note_or_the_word_of_a_button() {
    check(&team("đã gọi cho xã").on_card(1), note("đã gọi cho xã"));
    check(&private("đã gọi cho xã").on_card(1), note("đã gọi cho xã"));
    check(&team("✅ Tiếp nhận").on_card(1), act(1, Act::Acknowledge));
    check(&team("tra lai").on_card(1), act(1, Act::HandBack));
    check(&team("Tiếp nhận giúp tôi").on_card(1), note("Tiếp nhận giúp tôi"));
    check(&private("Tiếp nhận SC-2026-0007"), act(7, Act::Acknowledge));
    check(&private("Trợ giúp SC-2026-0007"), unknown(None));
    let other = Session::Note { code: code(5) };
    check(&team("đã gọi cho xã").on_card(1).during(other), note("đã gọi cho xã"));
}

#[test]
fn talk_in_the_group_and_commands_for_other_bots_concern_nobody_here() {
    check_ignored(&team("mọi người ăn trưa chưa?"));
    check_ignored(&team("Tiếp nhận"));
    let questions = [
        Session::Note { code: code(1) },
        Session::Close { aim: now_on(1), false_alarm: false },
        Session::Asked(Box::new(Ask::Severity(now_on(1)))),
    ];
    for question in questions {
        check_ignored(&team("3").during(question.clone()));
        check_ignored(&said(Said::Other, PRIVATE, TEAM).during(question));
    }
    check_ignored(&team("/nhan@KhacBot SC-2026-0001"));
    check_ignored(&said(Said::Other, PRIVATE, TEAM));
    check_ignored(&stranger("chào mọi người", TEAM));
    check_ignored(&team("chào").anonymous());
    check(&private("/nhan@KhacBot SC-2026-0001"), act(1, Act::Acknowledge));
    check(&said(Said::Other, PRIVATE, PRIVATE), say(Answer::Help { roles: vec![Role::Responder] }));
    check(&private(" \n\u{200B}"), say(Answer::Help { roles: vec![Role::Responder] }));
}

#[test]
fn a_stranger_gets_the_hotline_or_uses_an_invitation() {
    let private = 9999;
    for case in [
        stranger("giúp với", private),
        stranger("/nhan SC-2026-0001", private),
        stranger("/start", private),
        stranger("/suco", TEAM),
        press("1|ack|SC-2026-0001|1|0|").by(9999),
        said(Said::Other, 9999, private),
    ] {
        check(&case, say(Answer::Hotline));
        assert_eq!(case.read().unwrap().actor, Actor::Stranger);
    }
    let link = |telegram_id| {
        let code = "Ab-12".to_owned();
        Command::Directory(DirectoryCommand::Link { code, telegram_id })
    };
    check(&stranger("/start Ab-12", private), link(9999));
    check(&self::private("/start Ab-12"), link(PRIVATE));
}

#[test]
fn an_anonymous_administrator_is_told_why_nothing_happens() {
    for case in [team("/nhan"), team("ghi chú").on_card(1), button(Verb::Acknowledge)] {
        let case = case.anonymous();
        check(&case, refused(Refusal::AnonymousAdmin));
        assert_eq!(case.read().unwrap().actor, Actor::Stranger);
    }
}

#[test]
fn the_known_speaker_is_the_actor() {
    let actor = private("/nhan").read().unwrap().actor;
    assert_eq!(actor, Actor::Person(PersonId::new("p-003")));
}

#[test]
fn an_invitation_is_made_only_in_private() {
    let invite = Command::Directory(DirectoryCommand::Invite {
        person: PersonId::new("p-017"),
        code: "fresh-code".into(),
        expires: Timestamp::from_millis(NOW.millis() + 7 * 86_400_000),
    });
    check(&private("/moinguoi P-017"), invite.clone());
    check(&private("/moinguoi do thi huong"), invite);
    check(&team("/moinguoi p-017"), say(Answer::OnlyInPrivate));
    let unlink = DirectoryCommand::Unlink { person: PersonId::new("p-017") };
    check(&private("/matmay p-017"), Command::Directory(unlink));
    check(&team("/matmay p-017"), say(Answer::OnlyInPrivate));
    let unlink = DirectoryCommand::Unlink { person: PersonId::new("p-404") };
    check(&private("/matmay p-404"), Command::Directory(unlink));
}

#[test]
fn buttons_act_on_their_episode() {
    let cases = [
        (Verb::Acknowledge, pressed(Act::Acknowledge)),
        (Verb::HandBack, pressed(Act::HandBack)),
        (Verb::KeepAlive, pressed(Act::KeepAlive)),
        (Verb::AssignTo(PersonId::new("p-002")), pressed(Act::Assign(PersonId::new("p-002")))),
        (Verb::SetSeverity(Severity::Low), pressed(Act::Severity(Severity::Low))),
        (Verb::SetCategory(Category::Ht), pressed(Act::Category(Some(Category::Ht)))),
        (Verb::Raise, pressed(Act::Raise(Some(5)))),
        (Verb::Contain, pressed(Act::Contain)),
        (Verb::Resolve, pressed(Act::Resolve)),
        (Verb::Reopen, pressed(Act::Reopen)),
        (Verb::Group, Command::GroupAlike(button_on(1))),
        (Verb::Show, say(Answer::Incident { code: code(1) })),
        (Verb::Assign, ask(Ask::Assign(button_on(1)))),
        (Verb::Severity, ask(Ask::Severity(button_on(1)))),
        (Verb::Category, ask(Ask::Category(button_on(1)))),
        (Verb::Close, ask(Ask::CloseHow(button_on(1)))),
    ];
    for (verb, command) in cases {
        check(&button(verb.clone()), command.clone());
        check(&button(verb).during(Session::ReportWords), command);
    }
    let closing = |false_alarm| Session::Close { aim: button_on(1), false_alarm };
    let words = |false_alarm| ask(Ask::CloseWords { aim: button_on(1), false_alarm });
    check_to(&button(Verb::CloseSummary), words(false), Some(closing(false)));
    check_to(&button(Verb::CloseFalseAlarm), words(true), Some(closing(true)));
    check_to(&button(Verb::Note), ask(Ask::Note(code(1))), Some(Session::Note { code: code(1) }));
}

#[test]
fn old_cut_and_forged_buttons_are_answered_and_do_nothing() {
    let long = format!("1|at|SC-2026-0001|1|0|{}", "p".repeat(43));
    assert_eq!(long.len(), 65);
    let forged = [
        "",
        "1",
        "1|",
        "1|ack",
        "2|ack|SC-2026-0001|1|0|",
        "1|rm|SC-2026-0001|1|0|",
        "1|ack|x|1|0|",
        "1|ack|SC-2026-0001|-1|0|",
        "1|ack|SC-2026-0001|1|99999999999|",
        "1|ss|SC-2026-0001|1|0|huge",
        "1|at|SC-2026-0001|1|0|",
        "' OR 1=1 --",
        "🔥",
        &long,
    ];
    for data in forged {
        check(&press(data), say(Answer::Unreadable));
    }
}

#[test]
fn marks_and_case_do_not_count_however_they_are_written() {
    use trucban::domain::fold::{distance, fold, strip_prefix};
    assert_eq!(
        fold("ĐẶNG Thị Hường, Quỳnh Lưu ÝỴỶỸ ƯƠỜỜ Ðà"),
        "dang thi huong, quynh luu yyyy uooo da"
    );
    assert_eq!(fold("su\u{323}c\u{302}\u{301} D\u{306}a\u{302}"), "suc da");
    assert_eq!(strip_prefix("Báo nhâ\u{300}m: x", "báo nhầm"), Some(": x"));
    assert_eq!(strip_prefix("ba\u{301}o", "bao"), Some(""));
    assert_eq!(strip_prefix("bá", "bao"), None);
    let edits = [("", "", 0), ("nhan", "", 4), ("nhan", "nhna", 1), ("nhan", "nan", 1)];
    for (left, right, expect) in edits {
        assert_eq!(distance(left, right), expect, "{left} {right}");
        assert_eq!(distance(right, left), expect, "{right} {left}");
    }
}

proptest::proptest! {
    #[test]
    fn nothing_typed_or_pressed_makes_reading_it_fail(
        words in "/?(nhan|co|ketthuc|mucdo|baosuco|gop)?[ @]?(SC-2026-0001)? ?\\PC{0,40}",
        data in "1?\\|?(ack|ss|at|up)?\\|?(SC-2026-0001)?[|0-9]{0,6}\\PC{0,60}",
    ) {
        let sessions = [Session::ReportSecrecy, Session::ReportWords, Session::Note { code: code(1) }];
        let _ = press(&data).read();
        for session in sessions {
            proptest::prop_assert!(private(&words).during(session).read().is_some());
        }
        let _ = team(&words).read();
    }
}

#[test]
fn the_number_of_an_answer_does_what_its_button_does() {
    let asked = |ask: Ask| Session::Asked(Box::new(ask));
    let severity = || asked(Ask::Severity(now_on(1)));
    let first = |act| Command::Act(Aim { code: code(1), episode: Some(1) }, act);
    let high = first(Act::Severity(Severity::High));
    check_to(&private("3").during(severity()), high, None);
    let by_word = first(Act::Severity(Severity::Critical));
    check_to(&private("rất cao").during(severity()), by_word, None);
    let category = asked(Ask::Category(now_on(1)));
    let first_category = first(Act::Category(Some(Category::Tc01)));
    check_to(&private("1").during(category), first_category, None);
    let how = || asked(Ask::CloseHow(now_on(1)));
    let summary = first(Act::Close(Closing::Summary("đã vá và khôi phục".into())));
    check_to(&private("đã vá và khôi phục").during(how()), summary, None);
    let alarm = first(Act::Close(Closing::FalseAlarm("thử máy".into())));
    check_to(&private("báo nhầm: thử máy").during(how()), alarm, None);
    // The question was asked in an earlier episode than the incident is in now.
    let earlier = Aim { code: code(1), episode: Some(7) };
    let asked_before = asked(Ask::Severity(earlier.clone()));
    let bound = Command::Act(earlier, Act::Severity(Severity::High));
    check_to(&private("3").during(asked_before), bound, None);
    check_to(&private("/huy").during(severity()), say(Answer::StillStands { code: code(1) }), None);
}
