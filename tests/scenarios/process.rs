//! Stopping, starting, and two programs on one database.

use trucban::app::App;
use trucban::clock::Clock;
use trucban::ledger::Durability;

use crate::harness::{DUTY, LEAD, REPORTER, TEAM, given, minutes};

const REPORT: &str = "Mất điện trung tâm dữ liệu";

async fn another(province: &crate::harness::Province) -> anyhow::Result<App> {
    let clock = Clock::Simulated(province.world.time.clone());
    App::start(&province.world.config, clock, Durability::Off).await
}

#[tokio::test]
async fn a_second_program_on_the_same_database_is_told_who_has_it() {
    let mut province = given().await;

    let refused = another(&province).await.unwrap_err();

    let words = format!("{refused:#}");
    assert!(words.contains(&std::process::id().to_string()), "{words}");
    province.report(REPORTER, REPORT).await;
    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "bậc 1")]);
    province.end().await;
}

#[tokio::test]
async fn asked_to_stop_it_ends_in_order_and_lets_the_database_go() {
    let mut province = given().await;
    province.report(REPORTER, REPORT).await;
    province.world.stop().await.unwrap();
    let app = another(&province).await.unwrap();
    app.ready().await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let signal = async {
        stopped.await.ok();
    };

    let run = async { app.run_until(signal).await };
    let (ended, ()) = tokio::join!(run, async { stop.send(()).unwrap() });

    ended.unwrap();
    province.start().await;
    province.forget();
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.hears(&[(REPORTER, "đã tiếp nhận")]);
    province.end().await;
}

#[tokio::test]
async fn a_stop_in_the_middle_of_work_leaves_nothing_half_done_and_nothing_marked_as_a_copy() {
    let mut province = given().await;
    province.world.sandbox.say(REPORTER, REPORTER, &format!("/baosuco {REPORT}"));
    province
        .until(|| {
            province.world.sandbox.journal().iter().any(|call| {
                call.method == "sendmessage" && call.body["text"].to_string().contains(REPORT)
            })
        })
        .await;

    province.restart().await;

    province.hears(&[(REPORTER, "Đã ghi nhận"), (TEAM, REPORT), (DUTY, "bậc 1")]);
    for chat in [REPORTER, TEAM, DUTY] {
        assert_eq!(province.count(chat, "có thể trùng"), 0);
    }
    province.end().await;
}

#[tokio::test]
async fn what_was_under_way_goes_on_after_a_stop_and_a_start() {
    let mut province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.say(REPORTER, &format!("/ghichu {code}")).await;
    province.restart().await;
    province.forget();

    province.say(REPORTER, "Máy phát điện không nổ").await;
    province.hears(&[(REPORTER, "Đã ghi nhận ghi chú")]);
    province.after(minutes(5)).await;
    assert_eq!(province.count(LEAD, "vòng 1, bậc 2"), 1);
    province.press(DUTY, TEAM, "Tiếp nhận").await;

    assert!(province.card(DUTY, &code).text.contains("Người giữ: Cán bộ trực chính"));
    assert_eq!(province.count(TEAM, code.as_str()), 1, "the card is still the same one");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_fault_says_where_and_never_what_somebody_wrote() {
    let province = given().await;
    let engine = province.world.engine().unwrap();
    let work = |_: &mut trucban::ledger::Tx<'_>, _: &_| -> Result<(), _> {
        let wrote = String::from(REPORT);
        panic!("cannot cut {wrote}")
    };
    let fault = engine.call(work).await.unwrap_err();
    assert!(!fault.to_string().contains(REPORT), "{fault}");
    province.end().await;
}
