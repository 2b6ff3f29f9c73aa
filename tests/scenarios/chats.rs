//! Chats that are gone, closed or moved: the incident goes on without them or follows them.

use trucban::sandbox::Fault;

use crate::harness::{DEPUTY, DUTY, LEAD, REPORTER, TEAM, given, minutes};

const REPORT: &str = "Máy chủ thư điện tử phát tán thư rác";
const MOVED: i64 = -1_009_000_000_099;

#[tokio::test]
async fn whoever_blocked_the_bot_is_passed_over_at_once_and_it_is_on_the_timeline() {
    let mut province = given().await;
    province.world.sandbox.block(DUTY);

    let code = province.report(REPORTER, REPORT).await;

    province.hears(&[
        (REPORTER, "Đã ghi nhận"),
        (TEAM, REPORT),
        (LEAD, "bậc 2"),
        (DEPUTY, "bậc 2"),
    ]);
    assert_eq!(province.world.sms.taken().iter().filter(|sms| sms.person == "p-002").count(), 1);
    let story = province.story(&code);
    assert!(story.contains(&"page_failed") && story.contains(&"rung_undeliverable"), "{story:?}");
    province.world.sandbox.unblock(DUTY);
    province.after(minutes(25)).await;
    assert!(province.card(DUTY, &code).text.contains("vòng 2, bậc 1"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn without_the_teams_chat_incidents_still_run_to_their_end() {
    let mut province = given().await;
    province.world.sandbox.delete_chat(TEAM);

    let code = province.report(REPORTER, REPORT).await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (DUTY, "CẦN NGƯỜI TIẾP NHẬN")]);
    province.after(minutes(5)).await;
    province.hears(&[(LEAD, "bậc 2"), (DEPUTY, "bậc 2")]);
    province.press(LEAD, LEAD, "Tiếp nhận").await;
    province.press(LEAD, LEAD, "Khắc phục xong").await;
    province.say(LEAD, &format!("/ketthuc {code} Đã khóa tài khoản")).await;

    assert_eq!(province.incident(&code).status().to_string(), "closed");
    assert!(province.last(LEAD).text.contains("đã kết thúc"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn thrown_out_of_the_teams_chat_and_taken_back_the_card_is_there_with_the_next_change() {
    let mut province = given().await;
    province.world.sandbox.kick_bot(LEAD, TEAM);
    let code = province.report(REPORTER, REPORT).await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (DUTY, "bậc 1")]);

    province.world.sandbox.invite_bot(LEAD, TEAM);
    province.press(DUTY, DUTY, "Tiếp nhận").await;

    province.hears(&[(REPORTER, "đã tiếp nhận"), (TEAM, REPORT)]);
    assert!(province.card(TEAM, &code).text.contains("Người giữ: Cán bộ trực chính"));
    province.end().await;
}

#[tokio::test]
async fn when_the_team_removed_the_card_a_new_one_comes_with_the_next_change() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    let card = province.card(TEAM, &code).message_id;
    province.forget();
    let url = format!(
        "{}/bot{}/deleteMessage",
        province.world.sandbox.url(),
        trucban::app::province::TOKEN
    );
    let body = serde_json::json!({"chat_id": TEAM, "message_id": card});
    reqwest::Client::new().post(url).json(&body).send().await.unwrap();

    province.press(DUTY, DUTY, "Tiếp nhận").await;

    province.hears(&[(REPORTER, "đã tiếp nhận"), (TEAM, "Người giữ: Cán bộ trực chính")]);
    province.end().await;
}

#[tokio::test]
async fn a_group_that_became_a_supergroup_gets_the_cards_under_its_new_id_also_after_a_restart() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.forget();

    province.world.sandbox.upgrade(TEAM, MOVED);
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.hears(&[(REPORTER, "đã tiếp nhận"), (MOVED, "Người giữ: Cán bộ trực chính")]);
    province.restart().await;
    province.press(LEAD, MOVED, "Khoanh vùng xong").await;

    assert!(province.card(MOVED, &code).text.contains("Đã khoanh vùng"));
    province.forget();
    province.report(REPORTER, "Việc khác").await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (DUTY, "bậc 1"), (MOVED, "Việc khác")]);
    province.end().await;
}

#[tokio::test]
async fn a_move_nobody_told_is_learned_from_the_refusal() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.world.stop().await.unwrap();
    province.world.sandbox.upgrade(TEAM, MOVED);
    let url = format!(
        "{}/bot{}/deleteWebhook",
        province.world.sandbox.url(),
        trucban::app::province::TOKEN
    );
    let body = serde_json::json!({"drop_pending_updates": true});
    reqwest::Client::new().post(url).json(&body).send().await.unwrap();
    province.start().await;
    province.forget();

    province.press(DUTY, DUTY, "Tiếp nhận").await;

    province.hears(&[(REPORTER, "đã tiếp nhận"), (MOVED, "Người giữ: Cán bộ trực chính")]);
    assert!(province.card(MOVED, &code).labels().iter().any(|label| label.contains("Trả lại")));
    province.end().await;
}

#[tokio::test]
async fn in_a_group_that_moved_nothing_is_deleted_under_an_old_number_and_its_writer_is_asked_to() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.say_in(TEAM, DUTY, &format!("/ghichu {code} Laphongdovang")).await;
    let events = province.world.engine().unwrap().reader().events(&code).unwrap();
    let note = events.iter().find(|one| one.event.kind() == "note_added").unwrap().at.seq;
    province.world.sandbox.fail_always(Some("deleteMessage"), Fault::RetryAfter(60));
    province.say_in(TEAM, DUTY, &format!("/ghichu {code} mật khẩu: Bachtuocnau8")).await;

    province.world.sandbox.upgrade(TEAM, MOVED);
    province.settle().await;
    province.world.sandbox.clear_faults();
    province.after(minutes(2)).await;
    assert_eq!(province.count(MOVED, "Bot không xóa được tin gốc"), 1);

    // What was said before it moved is taken back where it can be.
    province.say(LEAD, &format!("/rut {code} {note} nhầm")).await;
    province.after(minutes(2)).await;
    assert_eq!(province.count(LEAD, "Đã rút nội dung mục"), 1);
    assert_eq!(province.count(LEAD, "bot không xóa được 1 tin"), 1);
    let journal = province.world.sandbox.journal();
    let there = |call: &&trucban::sandbox::Entry| {
        call.method == "deletemessage" && call.chat == Some(MOVED)
    };
    assert_eq!(journal.iter().filter(there).count(), 0, "an unrelated message might go");
    province.end_without_listening().await;
}
