//! Reading updates when Telegram makes it hard: nothing is lost, and the operator is told plainly.

use trucban::app::province::TOKEN;
use trucban::config::Secret;
use trucban::sandbox::Fault;

use crate::harness::log::Log;
use crate::harness::{ADMIN, DUTY, Province, REPORTER, TEAM, given};

const REPORT: &str = "Trang tin bị chèn mã độc";

async fn poll_from_elsewhere(province: &Province) {
    let url = format!("{}/bot{TOKEN}/getUpdates", province.world.sandbox.url());
    let body = serde_json::json!({"timeout": 0, "offset": 1});
    reqwest::Client::new().post(url).json(&body).send().await.unwrap();
}

#[tokio::test]
async fn two_programs_on_one_token_are_said_plainly_and_reading_goes_on_afterwards() {
    let log = Log::listen();
    let mut province = given().await;

    poll_from_elsewhere(&province).await;
    province.until(|| log.count("another program polls with the same bot token") > 0).await;
    province.report(REPORTER, REPORT).await;

    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "bậc 1")]);
    province.end().await;
}

#[tokio::test]
async fn a_webhook_set_on_the_bot_is_told_from_a_second_program_and_the_remedy_said() {
    let log = Log::listen();
    let mut province = given().await;
    let words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook \
                 to delete the webhook first";
    province.world.stop().await.unwrap();
    province.world.sandbox.fail_next(Some("getUpdates"), Fault::Says(409, words), 1);
    province.start().await;

    province.until(|| log.count("a webhook is set on the bot") > 0).await;
    assert!(log.text().contains("deleteWebhook"));
    assert_eq!(log.count("another program polls"), 0);
    province.report(REPORTER, REPORT).await;
    assert_eq!(province.codes().len(), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn with_a_token_that_is_refused_nobody_waits_for_answers_that_cannot_be_read() {
    let log = Log::listen();
    let mut province = given().await;
    let telegram = province.world.config.telegram.as_mut().unwrap();
    telegram.token = Secret::new("1:WRONG".to_owned());

    province.restart().await;

    assert!(log.count("does not accept the bot's token") > 0);
    assert_eq!(log.count("went on without reading every waiting update"), 0);
    province.end_without_listening().await;
}

#[tokio::test]
async fn polls_that_fail_for_a_while_lose_nothing() {
    let log = Log::listen();
    let mut province = given().await;
    for fault in [Fault::Status(502), Fault::Garbage, Fault::DropBefore] {
        province.world.sandbox.fail_next(Some("getUpdates"), fault, 1);
    }

    province.report(REPORTER, REPORT).await;

    province.until(|| log.count("Telegram does not answer") >= 3).await;
    assert!(!log.text().contains(TOKEN), "the token is in no log");
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "bậc 1")]);
    assert_eq!(province.codes().len(), 1);
    province.end().await;
}

#[tokio::test]
async fn a_get_me_that_fails_at_the_start_is_tried_again_and_stops_nothing() {
    let mut province = given().await;
    province.world.stop().await.unwrap();
    for fault in [Fault::DropBefore, Fault::Status(500), Fault::Garbage] {
        province.world.sandbox.fail_next(Some("getMe"), fault, 1);
    }
    province.world.sandbox.name_bot("Trực Ban", "ten_moi_bot");
    province.start().await;
    province.forget();

    province.report(REPORTER, REPORT).await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "bậc 1")]);
    province.report(REPORTER, "Việc khác").await;
    province.report(REPORTER, "Việc khác nữa").await;
    province.say(ADMIN, "/moinguoi p-002").await;

    assert!(province.last(ADMIN).text.contains("t.me/ten_moi_bot"), "its name was learned at last");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_start_without_telegram_still_calls_people_by_other_means() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.world.stop().await.unwrap();
    province.world.sandbox.set_unreachable(true);
    province.world.sleep_through(crate::harness::minutes(10));
    let before = province.world.sms.taken().len();

    province.world.run().await.unwrap();
    province.settle().await;

    let texted = province.world.sms.taken();
    assert!(texted.iter().skip(before).any(|sms| sms.code == code.as_str()), "{texted:?}");
    province.end_without_listening().await;
}
