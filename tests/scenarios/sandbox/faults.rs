//! Flood limits, faults to order, and the journal.

use super::*;

#[tokio::test]
async fn flood_limits_follow_the_sandbox_clock() {
    let given = given();
    let send = async |chat: i64| given.bot.send_message(ChatId(chat), "x").await.map(drop);
    for _ in 0..3 {
        send(AN).await.unwrap();
    }
    let (status, answer) = given.raw("sendMessage", json!({"chat_id": AN, "text": "x"})).await;
    assert_eq!(status, 429);
    assert_eq!(answer["description"], "Too Many Requests: retry after 1");
    let error = send(AN).await.unwrap_err();
    assert!(matches!(error, RequestError::RetryAfter(wait) if wait.seconds() == 1));
    given.clock.step(Duration::from_secs(1));
    send(AN).await.unwrap();
    for _ in 0..20 {
        given.clock.step(Duration::from_secs(1));
        send(GROUP).await.unwrap();
    }
    let error = send(GROUP).await.unwrap_err();
    assert!(matches!(error, RequestError::RetryAfter(wait) if wait.seconds() == 41));
    given.sandbox.set_limits(Limits::off());
    for _ in 0..50 {
        send(GROUP).await.unwrap();
    }
}

#[tokio::test]
async fn a_cut_connection_is_a_network_error_and_only_the_lost_reply_took_effect() {
    let given = given();
    let send = async |text: &str| given.bot.send_message(ChatId(AN), text).await;
    given.sandbox.fail_next(Some("sendMessage"), Fault::DropBefore, 1);
    given.sandbox.fail_next(Some("sendMessage"), Fault::DropAfter, 1);
    for text in ["before", "after"] {
        let error = send(text).await.unwrap_err();
        assert!(matches!(error, RequestError::Network(_)), "{error:?}");
    }
    send("through").await.unwrap();
    let messages = given.sandbox.messages(AN);
    assert_eq!(bot_texts(&messages), ["after", "through"]);
    let outcomes = given.sandbox.journal().into_iter().map(|entry| entry.outcome);
    let expected = [Outcome::NotTaken, Outcome::ReplyLost, Outcome::Done];
    assert_eq!(outcomes.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn an_unreachable_network_cuts_waiting_polls_too() {
    let given = given_read().await;
    let poll = async { given.bot.get_updates().timeout(10).send().await };
    let cut = async {
        until(|| given.sandbox.polls() == 3).await;
        given.sandbox.set_unreachable(true);
        given.bot.get_me().await
    };
    let (poll, me) = tokio::join!(poll, cut);
    assert!(matches!(poll, Err(RequestError::Network(_))));
    assert!(matches!(me, Err(RequestError::Network(_))));
    given.sandbox.set_unreachable(false);
    given.bot.get_me().await.unwrap();
}

#[tokio::test]
async fn other_faults_are_what_they_are_called() {
    let given = given();
    let sandbox = &given.sandbox;
    sandbox.fail_next(None, Fault::Garbage, 1);
    sandbox.fail_next(None, Fault::RetryAfter(7), 1);
    sandbox.fail_next(None, Fault::Slow(Duration::from_millis(1)), 1);
    let error = given.bot.get_me().await.unwrap_err();
    assert!(matches!(error, RequestError::InvalidJson { .. }));
    let error = given.bot.get_me().await.unwrap_err();
    assert!(matches!(error, RequestError::RetryAfter(wait) if wait.seconds() == 7));
    given.bot.get_me().await.unwrap();
    // Teloxide itself waits ten seconds over any 5xx; a plain client does not.
    sandbox.fail_always(Some("getMe"), Fault::Status(500));
    for _ in 0..2 {
        let (status, answer) = given.raw("GetMe", json!({})).await;
        assert_eq!((status, &answer["description"]), (500, &json!("Internal Server Error")));
    }
    sandbox.clear_faults();
    sandbox.fail_next(Some("getme"), Fault::BadGatewayPage, 1);
    let url = format!("{}/bot{TOKEN}/getMe", sandbox.url());
    let page = reqwest::get(url).await.unwrap();
    assert_eq!(page.status(), 502);
    assert!(page.text().await.unwrap().contains("<html>"));
    given.bot.get_me().await.unwrap();
}

#[tokio::test]
async fn the_journal_keeps_calls_in_order_with_what_became_of_them() {
    let given = given();
    let sent = given.bot.send_message(ChatId(AN), "x").await.unwrap();
    let _ = given.refused("").await;
    let journal = given.sandbox.journal();
    assert_eq!(journal.len(), 2);
    let first = &journal[0];
    assert_eq!((first.method.as_str(), first.chat), ("sendmessage", Some(AN)));
    assert_eq!((first.message_id, &first.outcome), (Some(sent.id.0), &Outcome::Done));
    assert_eq!(first.body["text"], "x");
    assert!(matches!(journal[1].outcome, Outcome::Refused { code: 400, .. }));
    assert_eq!(given.sandbox.in_flight(), 0);
}

fn bot_texts(messages: &[Shown]) -> Vec<&str> {
    let of_bot = messages.iter().filter(|shown| shown.from == Sender::Bot);
    of_bot.map(|shown| shown.text.as_str()).collect()
}
