//! Drills in chat: planned, agreed to, held, stopped and ended.

use trucban::domain::drill::run::Drill;
use trucban::domain::drill::run::state::Status;
use trucban::domain::ids::DrillCode;
use trucban::domain::values::Severity;

use super::playbooks::seen;
use crate::harness::{
    ADMIN, DEPUTY, DUTY, LEAD, MANAGER, NEIGHBOUR, Province, REPORTER, TEAM, alert, given, hours,
    minutes,
};

pub fn code() -> DrillCode {
    DrillCode::new("DT-2026-001")
}

pub fn drill(province: &Province) -> Drill {
    let reader = province.world.engine().unwrap().reader();
    reader.shown_drill(&code()).unwrap().expect("a drill").drill
}

/// A drill of this scenario, planned by the captain for the same afternoon and agreed to.
pub async fn scheduled(province: &Province, scenario: &str) {
    province.say(LEAD, &format!("/dientap lập {scenario} 21/11/2026 15h30")).await;
    province.say(LEAD, "/dientap DT-2026-001 gửi duyệt").await;
    province.press(MANAGER, MANAGER, "Duyệt").await;
}

/// The same, begun.
pub async fn begun(province: &Province, scenario: &str) {
    scheduled(province, scenario).await;
    let start = drill(province).planning.at;
    province.after(start.since(province.now()) - minutes(60)).await;
    let points = 2 + province.scenario(&code()).checklist.len();
    for point in 1..=points {
        province.press(LEAD, LEAD, &format!("✔ {point}.")).await;
    }
    province.after(minutes(60)).await;
    province.press(LEAD, LEAD, "PHÁT LỆNH BẮT ĐẦU").await;
    province.after(minutes(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_is_planned_by_a_lead_agreed_to_by_a_manager_and_people_are_invited() {
    let province = given().await;
    province.say(LEAD, "/dientap lập kiem-tra-lien-lac 23/11/2026 9h").await;
    assert!(province.last(LEAD).text.contains("DT-2026-001"), "{}", seen(&province, LEAD));
    province.say(LEAD, "/dientap DT-2026-001 duyệt").await;
    assert_eq!(drill(&province).status, Status::Draft);
    province.say(LEAD, "/dientap DT-2026-001 gửi duyệt").await;
    assert!(province.last(MANAGER).text.contains("Xin duyệt"), "{}", seen(&province, MANAGER));
    province.press(MANAGER, MANAGER, "Duyệt").await;
    assert_eq!(drill(&province).status, Status::Scheduled);
    let invited = seen(&province, REPORTER);
    assert!(invited.contains("Mời anh/chị tham gia diễn tập"), "{invited}");
    assert!(invited.starts_with("DIỄN TẬP"), "{invited}");
    province.press(REPORTER, REPORTER, "Tham gia").await;
    assert!(drill(&province).people.values().any(|one| one.rsvp.is_some()));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_begins_by_its_lead_and_every_message_of_it_bears_the_mark() {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    assert_eq!(drill(&province).status, Status::Running);
    let inject = seen(&province, REPORTER);
    assert!(inject.contains("Tình huống 1"), "{inject}");
    assert!(inject.contains("[SỰ CỐ THẬT]"), "{inject}");
    province.press(REPORTER, REPORTER, "Đã nhận tin").await;
    let played = drill(&province);
    let first = played.injects.values().find(|one| one.sent.is_some()).unwrap();
    assert_eq!(first.delivered.len(), 2);
    assert_eq!(first.replies.len(), 1);
    province.after(minutes(1)).await;
    let board = seen(&province, LEAD);
    assert!(board.contains("đã gửi 2/2, trả lời 1"), "{board}");
    for chat in [REPORTER, NEIGHBOUR, DUTY, LEAD, MANAGER] {
        for message in province.messages(chat) {
            if message.text.contains("DT-2026") {
                assert!(message.text.trim_start().starts_with("DIỄN TẬP"), "{}", message.text);
                assert!(message.text.trim_end().ends_with("DIỄN TẬP"), "{}", message.text);
            }
        }
    }
    assert!(!province.messages(TEAM).iter().any(|one| one.text.contains("DT-2026")));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn su_co_that_stops_everything_at_once_and_silence_means_real() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.press(REPORTER, REPORTER, "SỰ CỐ THẬT").await;
    assert_eq!(drill(&province).status, Status::Paused);
    assert!(seen(&province, REPORTER).contains("Có đúng là sự cố thật không?"));
    let told = province.messages(NEIGHBOUR).len();
    // Whatever of the story would have come stays where it is.
    province.after(minutes(3)).await;
    let stopped = seen(&province, NEIGHBOUR);
    assert!(stopped.contains("DỪNG DIỄN TẬP DT-2026-001"), "{stopped}");
    assert!(province.messages(NEIGHBOUR).len() <= told + 1);
    let code = province.newest();
    assert!(code.as_str().starts_with("SC-"), "{code}");
    assert_eq!(province.incident(&code).reported_by.unwrap().as_str(), "p-017");
    assert!(province.last(DUTY).text.contains(code.as_str()), "{}", seen(&province, DUTY));
    province.after(hours(3)).await;
    let late = |one: &trucban::sandbox::Shown| one.text.contains("Tình huống 3");
    assert!(!province.messages(NEIGHBOUR).iter().any(late));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_claim_stays_linked_to_its_drill_by_the_code_of_its_incident() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    // One nobody says anything more about, one its lead calls real at once.
    province.press(REPORTER, REPORTER, "SỰ CỐ THẬT").await;
    province.after(minutes(3)).await;
    let silent = province.newest();
    assert_eq!(drill(&province).real, std::slice::from_ref(&silent));
    province.press(NEIGHBOUR, NEIGHBOUR, "SỰ CỐ THẬT").await;
    province.press(LEAD, LEAD, "Là sự cố thật").await;
    let pressed = province.newest();
    assert_ne!(pressed, silent);
    assert_eq!(drill(&province).real, [silent, pressed]);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_by_mistake_is_taken_back_and_the_drill_goes_on_by_as_much_later() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    let due = |province: &Province| {
        drill(province)
            .injects
            .values()
            .filter_map(|one| one.due.filter(|_| one.sent.is_none()))
            .min()
    };
    let before = due(&province).unwrap();
    province.press(REPORTER, REPORTER, "SỰ CỐ THẬT").await;
    province.after(minutes(1)).await;
    province.press(REPORTER, REPORTER, "DIỄN TẬP").await;
    let after = drill(&province);
    assert_eq!(after.status, Status::Running);
    assert!(due(&province).unwrap() > before);
    assert!(province.codes().is_empty());
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_somebody_who_plays_is_asked_about_and_silence_means_real() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.say(REPORTER, "/baosuco Thấy dữ liệu bị rao bán trên mạng").await;
    let asked = seen(&province, REPORTER);
    assert!(asked.contains("[DIỄN TẬP][SỰ CỐ THẬT]"), "{asked}");
    province.press(REPORTER, REPORTER, "DIỄN TẬP").await;
    let one = province.codes();
    assert_eq!(one.iter().map(|code| code.as_str()).collect::<Vec<_>>(), ["DT-2026-001-01"]);
    province.after(hours(1)).await;
    for outsider in [MANAGER, TEAM] {
        let told = |one: &trucban::sandbox::Shown| one.text.contains("DT-2026-001-01");
        assert!(!province.messages(outsider).iter().any(told), "{outsider}");
    }
    province.say(NEIGHBOUR, "/baosuco Máy chủ xã mất mạng thật").await;
    province.after(minutes(3)).await;
    let real = province.codes().into_iter().find(|code| code.as_str().starts_with("SC-"));
    let real = province.incident(&real.expect("a real one"));
    assert_eq!(real.reported_by.unwrap().as_str(), "p-018");
    assert!(drill(&province).people.values().any(|one| one.released.is_some()));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_critical_incident_stops_a_drill_and_one_of_high_severity_proposes_it() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.alerts("a", vec![alert("Cổng tỉnh", Severity::High)]).await;
    province.after(minutes(1)).await;
    let proposed = |one: &trucban::sandbox::Shown| one.text.contains("Đề nghị tạm dừng");
    assert!(province.messages(LEAD).iter().any(proposed), "{}", seen(&province, LEAD));
    assert_eq!(drill(&province).status, Status::Running);
    province.alerts("b", vec![alert("Mã độc lan rộng", Severity::Critical)]).await;
    assert_eq!(drill(&province).status, Status::Paused);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_nobody_started_is_missed_and_three_ways_out_are_offered() {
    let province = given().await;
    scheduled(&province, "lo-lot-du-lieu").await;
    let start = drill(&province).planning.at;
    province.after(start.since(province.now()) + hours(2)).await;
    assert_eq!(drill(&province).status, Status::Missed);
    let offered = seen(&province, LEAD);
    for way in ["Dời lịch", "Hủy", "Đã tổ chức ngoài hệ thống"] {
        assert!(offered.contains(way), "{offered}");
    }
    province.press(LEAD, LEAD, "Đã tổ chức ngoài hệ thống").await;
    province.say(LEAD, "Báo cáo 12/BC-ĐƯCSC, lưu tại văn thư").await;
    assert_eq!(drill(&province).status, Status::HeldOutside);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_correction_reaches_exactly_those_who_got_something_and_its_time_is_told() {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    province.say(LEAD, "/dinhchinh DT-2026-001").await;
    province.after(minutes(1)).await;
    let got = |who: i64, words: &str| {
        province.messages(who).iter().filter(|one| one.text.contains(words)).count()
    };
    for who in [REPORTER, NEIGHBOUR, DUTY, LEAD, DEPUTY, MANAGER, TEAM, ADMIN] {
        // Whoever sends it knows, and is told when it arrived.
        let took_part = who != LEAD && got(who, "BẮT ĐẦU DIỄN TẬP") > 0;
        assert_eq!(got(who, "ĐÍNH CHÍNH"), usize::from(took_part), "{who}");
    }
    assert_eq!((got(REPORTER, "ĐÍNH CHÍNH"), got(MANAGER, "ĐÍNH CHÍNH")), (1, 0));
    assert_eq!(got(LEAD, "đính chính đã tới"), 1, "{}", seen(&province, LEAD));
    province.end_without_listening().await;
}

/// What the province knows of its real incidents, by every way in which it is asked.
async fn real_figures(province: &Province) -> Vec<String> {
    let reader = province.world.engine().unwrap().reader();
    let mut seen: Vec<String> = Vec::new();
    for open in [true, false] {
        let incidents = reader.incidents(open, false).unwrap();
        seen.extend(incidents.iter().map(|one| format!("{} {:?}", one.code, one.status())));
    }
    for (who, asked) in [
        (LEAD, "/thongke"),
        (MANAGER, "/thongke"),
        (REPORTER, "/thongke"),
        (LEAD, "/suco"),
        (DUTY, "/suco"),
    ] {
        province.say(who, asked).await;
        province.after(minutes(1)).await;
        let answers = province.messages(who);
        // Of a drill nothing is said here, so the last answer is this one.
        let answer = answers.iter().rev().find(|one| !one.text.contains("DIỄN TẬP")).unwrap();
        seen.push(format!("{asked}: {}", answer.text));
    }
    let url = province.world.config.http.as_ref().unwrap().public_url.clone().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for page in ["metrics", "readyz"] {
        let sheet = client.get(format!("{url}/{page}")).send().await.unwrap().text().await.unwrap();
        let of_incidents = |line: &&str| {
            !["outbox", "ledger", "_seconds"].iter().any(|other| line.contains(other))
        };
        seen.extend(sheet.lines().filter(of_incidents).map(str::to_owned));
    }
    seen
}

/// The same real night, with a drill beside it or without.
async fn a_night(drilled: bool) -> Vec<String> {
    let province = given().await;
    if drilled {
        begun(&province, "lo-lot-du-lieu").await;
        for words in ["Thấy dữ liệu bị rao bán", "Máy chủ bị mã hóa, đòi tiền chuộc"]
        {
            province.say(REPORTER, &format!("/baosuco {words}")).await;
            province.press(REPORTER, REPORTER, "DIỄN TẬP").await;
        }
        // Nobody takes them: their ladder ends at the lead of the drill.
        province.after(hours(2)).await;
    } else {
        let begins: trucban::domain::time::Timestamp = "2026-11-21T15:31:00+07:00".parse().unwrap();
        province.after(begins.since(province.now())).await;
        province.after(hours(2)).await;
    }
    province.alerts("real", vec![alert("Cổng tỉnh không vào được", Severity::Medium)]).await;
    province.after(minutes(10)).await;
    let seen = real_figures(&province).await;
    province.end_without_listening().await;
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_beside_real_incidents_changes_no_figure_of_theirs() {
    let (without, with) = (a_night(false).await, a_night(true).await);
    let clock = regex::Regex::new(r"\d{1,2}:\d{2}").unwrap();
    let plain = |seen: Vec<String>| -> Vec<String> {
        seen.iter().map(|one| clock.replace_all(one, "hh:mm").into_owned()).collect()
    };
    assert_eq!(plain(with), plain(without));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_outside_a_drill_is_ever_told_of_its_incidents_even_where_they_are_assigned_or_raised()
 {
    let province = given().await;
    begun(&province, "kiem-tra-lien-lac").await;
    province.say(REPORTER, "/baosuco Máy chủ bị mã hóa, đòi tiền chuộc").await;
    province.press(REPORTER, REPORTER, "DIỄN TẬP").await;
    let code = "DT-2026-001-01";
    province.say(LEAD, &format!("/phancong {code} p-005")).await;
    province.say(LEAD, &format!("/chuyencap {code}")).await;
    province.say(LEAD, &format!("/quytrinh {code} Mã độc tống tiền")).await;
    province.after(hours(5)).await;
    for outsider in [MANAGER, TEAM, crate::harness::ADMIN] {
        let told = |one: &trucban::sandbox::Shown| one.text.contains(code);
        let leaked: Vec<_> = province.messages(outsider).into_iter().filter(told).collect();
        assert!(leaked.is_empty(), "{outsider}: {leaked:#?}");
    }
    for chat in [REPORTER, LEAD, DUTY] {
        for one in province.messages(chat).iter().filter(|one| one.text.contains(code)) {
            assert!(one.text.trim_start().starts_with("DIỄN TẬP"), "{}", one.text);
            assert!(one.text.trim_end().ends_with("DIỄN TẬP"), "{}", one.text);
        }
    }
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_that_was_played_when_the_program_went_away_waits_for_its_lead() {
    let mut province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.world.stop().await.unwrap();
    province.world.sleep_through(hours(1));
    province.start().await;
    province.after(minutes(1)).await;
    let stopped = drill(&province);
    assert_eq!(stopped.status, Status::Paused);
    assert!(seen(&province, LEAD).contains("[Tiếp tục, lùi lịch]"), "{}", seen(&province, LEAD));
    province.press(LEAD, LEAD, "Tiếp tục, lùi lịch").await;
    assert_eq!(drill(&province).status, Status::Running);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_came_with_a_report_is_evidence_of_whatever_the_report_becomes() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    for (who, settled) in [(REPORTER, "DIỄN TẬP"), (NEIGHBOUR, "SỰ CỐ THẬT")] {
        let words = "/baosuco Màn hình có thông báo lạ";
        province.world.sandbox.send_files(
            who,
            who,
            words,
            &[super::evidence::photo(super::evidence::JPEG)],
        );
        province.settle().await;
        assert!(province.codes().iter().all(|code| province.incident(code).reported_by.is_some()));
        province.press(who, who, settled).await;
        province.after(minutes(1)).await;
    }
    for code in province.codes() {
        assert_eq!(province.incident(&code).evidence.len(), 1, "{code}");
    }
    assert_eq!(province.codes().len(), 2);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_derived_from_a_drill_can_be_made_again_from_the_ledger_alone() {
    let mut province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.press(REPORTER, REPORTER, "Chụp nơi đăng").await;
    province.say(NEIGHBOUR, "/baosuco Thấy bài rao bán").await;
    province.press(NEIGHBOUR, NEIGHBOUR, "DIỄN TẬP").await;
    province.say(LEAD, "/dientap DT-2026-001 cho rút p-018").await;
    province.say(LEAD, "/dientap DT-2026-001 tạm dừng").await;
    province.after(minutes(20)).await;
    province.say(LEAD, "/dientap DT-2026-001 tiếp tục dồn").await;
    province.say(LEAD, "/dientap DT-2026-001 quan sát Xã Một trả lời nhanh").await;
    province.after(minutes(30)).await;
    province.say(LEAD, "/dientap DT-2026-001 kết thúc").await;
    province.after(hours(30)).await;
    let (path, now) = (province.world.dir().join("trucban.db"), province.now());
    province.world.stop().await.unwrap();
    let mut store = trucban::ledger::Store::open(&path, trucban::ledger::Durability::Off).unwrap();
    assert_eq!(store.compare(now).unwrap().differences, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_nothing_to_do_with_a_drill_cannot_look_at_it() {
    let province = given().await;
    scheduled(&province, "lo-lot-du-lieu").await;
    province.say(crate::harness::ADMIN, "/dientap DT-2026-001").await;
    let answer = seen(&province, crate::harness::ADMIN);
    assert!(answer.contains("Không có cuộc diễn tập"), "{answer}");
    assert!(!answer.contains("trợ cấp"), "{answer}");
    province.say_in(TEAM, LEAD, "/dientap DT-2026-001").await;
    assert!(!province.messages(TEAM).iter().any(|one| one.text.contains("trợ cấp")));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_outlives_the_end_of_its_drill_and_silence_still_means_real() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.press(REPORTER, REPORTER, "SỰ CỐ THẬT").await;
    province.say(LEAD, "/dientap DT-2026-001 kết thúc").await;
    assert_eq!(drill(&province).status, Status::Ended);
    province.after(minutes(3)).await;
    assert!(province.newest().as_str().starts_with("SC-"));
    // Whoever presses later is told how to report.
    let told = province.press(NEIGHBOUR, NEIGHBOUR, "SỰ CỐ THẬT").await;
    assert!(told.contains("/baosuco"), "{told}");
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_critical_incident_keeps_a_drill_stopped_whatever_comes_of_a_claim() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.press(REPORTER, REPORTER, "SỰ CỐ THẬT").await;
    province.alerts("a", vec![alert("Mã độc lan rộng", Severity::Critical)]).await;
    province.press(REPORTER, REPORTER, "DIỄN TẬP").await;
    province.after(minutes(30)).await;
    assert_eq!(drill(&province).status, Status::Paused);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_a_drill_is_over_its_incidents_call_nobody() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.say(REPORTER, "/baosuco Thấy bài rao bán").await;
    province.press(REPORTER, REPORTER, "DIỄN TẬP").await;
    province.say(LEAD, "/dientap DT-2026-001 kết thúc").await;
    province.after(minutes(2)).await;
    let pages = |who: i64| province.count(who, "DT-2026-001-01");
    let before = (pages(DUTY), pages(LEAD));
    province.after(hours(3)).await;
    assert_eq!((pages(DUTY), pages(LEAD)), before);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_comes_back_just_after_the_start_waits_for_the_lead_and_for_nothing_past() {
    let mut province = given().await;
    scheduled(&province, "lo-lot-du-lieu").await;
    let late = drill(&province).planning.at.since(province.now()) + minutes(10);
    province.world.stop().await.unwrap();
    province.world.sleep_through(late);
    province.start().await;
    province.after(minutes(5)).await;
    assert_eq!(drill(&province).status, Status::Scheduled);
    let due = province.world.engine().unwrap().reader().first_due().unwrap().unwrap();
    assert!(due.try_at > province.now(), "{due:?}");
    province.after(minutes(20)).await;
    assert_eq!(drill(&province).status, Status::Missed);
    province.end_without_listening().await;
}
