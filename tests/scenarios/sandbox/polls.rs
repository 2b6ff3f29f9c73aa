//! Offsets, long polls and redelivery.

use super::*;

#[tokio::test]
async fn updates_come_again_until_an_offset_confirms_them() {
    let given = given();
    let bot = &given.bot;
    let first = bot.get_updates().limit(1).send().await.unwrap();
    let again = bot.get_updates().send().await.unwrap();
    assert_eq!((first.len(), again.len(), given.sandbox.unread()), (1, 2, 2));
    assert_eq!(first[0].id, again[0].id);
    let next = i32::try_from(again[0].id.0 + 1).unwrap();
    let rest = bot.get_updates().offset(next).send().await.unwrap();
    assert_eq!((rest.len(), given.sandbox.unread()), (1, 1));
    given.sandbox.say(AN, AN, "last");
    let newest = bot.get_updates().offset(-1).send().await.unwrap();
    assert_eq!((newest.len(), given.sandbox.unread()), (1, 1));
    assert_eq!(given.sandbox.polls(), 4);
}

#[tokio::test]
async fn a_confirmed_update_can_be_delivered_again_under_its_id() {
    let given = given_read().await;
    let last = given.sandbox.last_update().unwrap();
    assert!(given.sandbox.redeliver(last) && !given.sandbox.redeliver(last + 1));
    let offset = i32::try_from(last + 1).unwrap();
    let again = given.bot.get_updates().offset(offset).send().await.unwrap();
    assert_eq!(again.iter().map(|u| i64::from(u.id.0)).collect::<Vec<_>>(), [last]);
    assert_eq!(given.sandbox.unread(), 1);
    assert!(given.bot.get_updates().offset(offset).send().await.unwrap().is_empty());
    assert_eq!(given.sandbox.unread(), 0);
}

#[tokio::test]
async fn updates_older_than_a_day_are_lost() {
    let given = given();
    given.clock.step(Duration::from_secs(23 * 3600));
    given.sandbox.say(AN, AN, "late");
    given.clock.step(Duration::from_secs(2 * 3600));
    let kept = given.bot.get_updates().send().await.unwrap();
    assert_eq!(kept.len(), 1);
}

#[tokio::test]
async fn an_update_teloxide_cannot_read_still_has_its_id() {
    let given = given_read().await;
    let id = given.sandbox.raw_update(json!({"message": {"from": "the future"}}));
    let updates = given.bot.get_updates().send().await.unwrap();
    assert_eq!(i64::from(updates[0].id.0), id);
    assert!(matches!(updates[0].kind, UpdateKind::Error(_)));
}

#[tokio::test]
async fn only_allowed_updates_are_kept() {
    let given = given_read().await;
    given.bot.get_updates().allowed_updates([AllowedUpdate::CallbackQuery]).send().await.unwrap();
    given.sandbox.say(AN, AN, "unheard");
    assert_eq!(given.sandbox.unread(), 0);
    given.sandbox.press_data(AN, AN, 1, "heard").unwrap();
    assert_eq!(given.sandbox.unread(), 1);
}

#[tokio::test]
async fn a_long_poll_ends_with_the_first_update() {
    let given = given_read().await;
    let poll = async { given.bot.get_updates().timeout(10).send().await.unwrap() };
    let act = async {
        until(|| given.sandbox.polls() == 3).await;
        given.sandbox.say(AN, AN, "hello");
    };
    let (updates, ()) = real_timeout(Duration::from_secs(5), async { tokio::join!(poll, act) })
        .await
        .expect("the poll ends long before its time-out");
    assert_eq!(updates.len(), 1);
}

#[tokio::test]
async fn the_younger_of_two_polls_wins() {
    let given = given_read().await;
    let older = async { given.bot.get_updates().timeout(10).send().await };
    let younger = async {
        until(|| given.sandbox.polls() == 3).await;
        given.bot.get_updates().send().await
    };
    let (older, younger) = tokio::join!(older, younger);
    assert_eq!(api(older.unwrap_err()), ApiError::TerminatedByOtherGetUpdates);
    assert!(younger.unwrap().is_empty());
}
