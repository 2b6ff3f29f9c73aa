//! What the bot asks for: messages, edits, deletions, and their checks.

use super::*;

#[tokio::test]
async fn the_bot_learns_who_it_is() {
    let given = given();
    let me = given.bot.get_me().await.unwrap();
    assert_eq!(me.id, UserId(123_456));
    assert!(me.can_read_all_group_messages);
    given.sandbox.name_bot("Watch", "watch_bot");
    given.sandbox.set_privacy(true);
    let me = given.bot.get_me().await.unwrap();
    assert_eq!((me.username(), me.can_read_all_group_messages), ("watch_bot", false));
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized_and_an_unknown_method_not_found() {
    let given = given();
    let stranger = Bot::new("1:WRONG").set_api_url(given.sandbox.url().parse().unwrap());
    assert_eq!(api(stranger.get_me().await.unwrap_err()), ApiError::InvalidToken);
    let (status, answer) = given.raw("sendTelepathy", json!({})).await;
    assert_eq!((status, &answer["description"]), (404, &json!("Not Found: method not found")));
}

#[tokio::test]
async fn a_message_is_shown_as_people_read_it_and_dated_by_the_sandbox_clock() {
    let given = given();
    let sent = given
        .bot
        .send_message(ChatId(AN), "<b>Hello</b> &lt;An&gt;")
        .parse_mode(ParseMode::Html)
        .disable_notification(true)
        .reply_markup(keyboard("Yes", "y"))
        .await
        .unwrap();
    assert_eq!(sent.text(), Some("Hello <An>"));
    assert_eq!(sent.entities().map(<[_]>::len), Some(1));
    assert_eq!(sent.date.timestamp(), given.clock.read().wall.millis() / 1000);
    assert!(sent.reply_markup().is_some());
    let shown = given.sandbox.last_from_bot(AN).unwrap();
    assert_eq!((shown.message_id, shown.from), (sent.id.0, Sender::Bot));
    assert_eq!(shown.text, "Hello <An>");
    assert_eq!(shown.html, "<b>Hello</b> &lt;An&gt;");
    assert_eq!(shown.labels(), ["Yes"]);
    assert!(shown.silent && !shown.deleted);
}

#[tokio::test]
async fn a_reply_names_the_message_it_answers() {
    let given = given();
    let first = given.sandbox.say(AN, AN, "question");
    let to = ReplyParameters::new(MessageId(first));
    let sent = given.bot.send_message(ChatId(AN), "answer").reply_parameters(to).await.unwrap();
    assert_eq!(sent.reply_to_message().and_then(|message| message.text()), Some("question"));
    assert_eq!(given.sandbox.last_from_bot(AN).unwrap().reply_to, Some(first));
    let to = ReplyParameters::new(MessageId(999));
    let lost = given.bot.send_message(ChatId(AN), "answer").reply_parameters(to.clone()).await;
    assert_eq!(api(lost.unwrap_err()), ApiError::MessageToReplyNotFound);
    let to = to.allow_sending_without_reply();
    given.bot.send_message(ChatId(AN), "answer").reply_parameters(to).await.unwrap();
}

#[tokio::test]
async fn text_is_measured_after_its_markup_is_taken_away() {
    let given = given();
    assert_eq!(api(given.refused(" \n").await), ApiError::MessageTextIsEmpty);
    assert_eq!(api(given.refused("<b></b>").await), ApiError::MessageTextIsEmpty);
    assert_eq!(api(given.refused(&"x".repeat(4097)).await), ApiError::MessageIsTooLong);
    // Two UTF-16 units each.
    assert_eq!(api(given.refused(&"\u{1f534}".repeat(2049)).await), ApiError::MessageIsTooLong);
    let long = format!("<b>{}</b>", "x".repeat(4096));
    let sent = given.bot.send_message(ChatId(AN), long).parse_mode(ParseMode::Html).await.unwrap();
    let edit = given.bot.edit_message_text(ChatId(AN), sent.id, "x".repeat(4097)).await;
    assert_eq!(api(edit.unwrap_err()), ApiError::EditedMessageIsTooLong);
}

#[tokio::test]
async fn faulty_markup_is_refused_before_anything_is_sent() {
    let given = given();
    for html in ["<b>open", "<h1>no</h1>", "1 < 2", "</i>", "<b><i>crossed</b></i>"] {
        let error = api(given.refused(html).await);
        assert!(matches!(error, ApiError::CantParseEntities(_)), "{html}: {error:?}");
    }
    assert!(given.sandbox.last_from_bot(AN).is_none());
}

#[tokio::test]
async fn buttons_are_checked() {
    let given = given();
    let send = async |markup| {
        let sent = given.bot.send_message(ChatId(AN), "x").reply_markup(markup).await;
        sent.map_err(api)
    };
    assert!(send(keyboard("64 bytes", &"d".repeat(64))).await.is_ok());
    assert_eq!(send(keyboard("65", &"d".repeat(65))).await, Err(ApiError::ButtonDataInvalid));
    let link = |url: &str| {
        let button = InlineKeyboardButton::url("open", url.parse().unwrap());
        InlineKeyboardMarkup::new([[button]])
    };
    assert!(send(link("https://example.gov.vn/x")).await.is_ok());
    assert!(matches!(send(link("http://localhost/x")).await, Err(ApiError::Unknown(_))));
}

#[tokio::test]
async fn edits_replace_text_and_buttons_and_must_change_something() {
    let given = given();
    let bot = &given.bot;
    let sent = bot.send_message(ChatId(AN), "one").reply_markup(keyboard("A", "a")).await.unwrap();
    given.clock.step(Duration::from_secs(5));
    let same = bot.edit_message_text(ChatId(AN), sent.id, "one").reply_markup(keyboard("A", "a"));
    assert_eq!(api(same.await.unwrap_err()), ApiError::MessageNotModified);
    let edited = bot.edit_message_text(ChatId(AN), sent.id, "two").await.unwrap();
    assert!(edited.edit_date().is_some());
    let shown = given.sandbox.last_from_bot(AN).unwrap();
    assert_eq!((shown.text.as_str(), shown.labels().len(), shown.edits), ("two", 0, 1));
    assert_eq!(shown.edited_at, Some(given.clock.read().wall));
    let markup = bot.edit_message_reply_markup(ChatId(AN), sent.id);
    markup.reply_markup(keyboard("B", "b")).await.unwrap();
    assert_eq!(given.sandbox.last_from_bot(AN).unwrap().labels(), ["B"]);
    let theirs = given.sandbox.say(AN, AN, "mine");
    let edit = bot.edit_message_text(ChatId(AN), MessageId(theirs), "x").await;
    assert_eq!(api(edit.unwrap_err()), ApiError::MessageCantBeEdited);
    let edit = bot.edit_message_text(ChatId(AN), MessageId(99), "x").await;
    assert_eq!(api(edit.unwrap_err()), ApiError::MessageToEditNotFound);
}

#[tokio::test]
async fn deleting_others_messages_in_a_group_needs_the_right() {
    let given = given();
    let theirs = MessageId(given.sandbox.say(AN, GROUP, "secret"));
    let delete = async |id| given.bot.delete_message(ChatId(GROUP), id).await.map_err(api);
    assert_eq!(delete(theirs).await, Err(ApiError::MessageCantBeDeleted));
    given.sandbox.promote(GROUP, given.sandbox.bot_id());
    assert!(delete(theirs).await.is_ok());
    assert_eq!(delete(theirs).await, Err(ApiError::MessageToDeleteNotFound));
    assert!(given.sandbox.messages(GROUP).last().unwrap().deleted);
    let own = given.bot.send_message(ChatId(GROUP), "x").await.unwrap();
    given.clock.step(Duration::from_secs(49 * 3600));
    assert!(delete(own.id).await.is_err());
}

#[tokio::test]
async fn commands_are_set_and_a_webhook_is_deleted() {
    let given = given();
    given.bot.set_my_commands([BotCommand::new("help", "shows help")]).await.unwrap();
    let set = json!([{"command": "help", "description": "shows help"}]);
    assert_eq!(given.sandbox.commands(), set);
    given.bot.delete_webhook().await.unwrap();
    assert_eq!(given.sandbox.unread(), 2);
}
