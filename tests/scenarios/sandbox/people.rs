//! What people do, and how the bot hears of it.

use super::*;

#[tokio::test]
async fn a_person_must_press_start_and_may_block() {
    let given = given();
    given.sandbox.add_user(7, "Stranger");
    let send = async |chat| given.bot.send_message(ChatId(chat), "x").await.map(drop).map_err(api);
    let initiate = "Forbidden: bot can't initiate conversation with a user".to_owned();
    assert_eq!(send(7).await, Err(ApiError::Unknown(initiate)));
    assert_eq!(send(404).await, Err(ApiError::ChatNotFound));
    given.sandbox.press_start(7);
    assert_eq!(send(7).await, Ok(()));
    given.sandbox.block(7);
    assert_eq!(send(7).await, Err(ApiError::BotBlocked));
    given.sandbox.unblock(7);
    assert_eq!(send(7).await, Ok(()));
}

#[tokio::test]
async fn a_group_may_throw_the_bot_out_move_or_vanish() {
    let given = given_read().await;
    given.sandbox.add_group(SUPERGROUP, "Big", &[AN]);
    let send = async |chat| given.bot.send_message(ChatId(chat), "x").await.map(drop);
    given.sandbox.kick_bot(AN, SUPERGROUP);
    assert_eq!(api(send(SUPERGROUP).await.unwrap_err()), ApiError::BotKickedFromSupergroup);
    given.sandbox.invite_bot(AN, SUPERGROUP);
    send(SUPERGROUP).await.unwrap();
    given.sandbox.delete_chat(SUPERGROUP);
    assert_eq!(api(send(SUPERGROUP).await.unwrap_err()), ApiError::ChatNotFound);

    let moved = -1_000_000_000_500;
    given.sandbox.upgrade(GROUP, moved);
    let error = send(GROUP).await.unwrap_err();
    assert!(matches!(error, RequestError::MigrateToChatId(ChatId(id)) if id == moved));
    send(moved).await.unwrap();
    assert!(given.sandbox.say(AN, moved, "here") > 0);

    let kinds = given.read().await.into_iter().map(|update| update.kind);
    let kinds: Vec<_> = kinds.collect();
    assert!(kinds.iter().all(|kind| !matches!(kind, UpdateKind::Error(_))), "{kinds:?}");
    let memberships = kinds.iter().filter(|kind| matches!(kind, UpdateKind::MyChatMember(_)));
    assert_eq!((kinds.len(), memberships.count()), (5, 2));
}

#[tokio::test]
async fn a_plain_group_that_threw_the_bot_out_says_so() {
    let given = given();
    given.sandbox.kick_bot(AN, GROUP);
    let error = given.bot.send_message(ChatId(GROUP), "x").await.unwrap_err();
    let words = "Forbidden: bot was kicked from the group chat".to_owned();
    assert_eq!(api(error), ApiError::Unknown(words));
}

#[tokio::test]
async fn chats_members_and_administrators_can_be_looked_up() {
    let given = given();
    let bot = &given.bot;
    assert!(bot.get_chat(ChatId(AN)).await.unwrap().is_private());
    let group = bot.get_chat(ChatId(GROUP)).await.unwrap();
    assert_eq!((group.is_group(), group.title()), (true, Some("Team")));
    given.sandbox.add_user(7, "Stranger");
    assert_eq!(api(bot.get_chat(ChatId(7)).await.unwrap_err()), ApiError::ChatNotFound);
    given.sandbox.promote(GROUP, given.sandbox.bot_id());
    let me = bot.get_chat_member(ChatId(GROUP), UserId(123_456)).await.unwrap();
    assert!(me.is_administrator() && me.can_delete_messages());
    let an = bot.get_chat_member(ChatId(GROUP), UserId(1001)).await.unwrap();
    assert!(an.is_present() && !an.is_privileged());
    let stranger = bot.get_chat_member(ChatId(GROUP), UserId(7)).await.unwrap();
    assert!(!stranger.is_present());
    assert_eq!(bot.get_chat_administrators(ChatId(GROUP)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_people_do_reaches_the_bot_as_updates_it_understands() {
    let given = given_read().await;
    let sandbox = &given.sandbox;
    let said = sandbox.say(AN, AN, "/report fire");
    assert!(sandbox.edit(AN, AN, said, "/report flood"));
    assert!(!sandbox.edit(BINH, AN, said, "not mine"));
    sandbox.say_reply(BINH, GROUP, sandbox.say(AN, GROUP, "who?"), "me");
    sandbox.say_anonymously(GROUP, "shadow");
    let photo = json!({"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1,
        "file_size": 10});
    sandbox.post(AN, AN, json!({"photo": [photo], "caption": "look", "media_group_id": "9"}));
    sandbox.leave(BINH, GROUP);
    let updates = given.read().await;
    let messages: Vec<_> = updates
        .iter()
        .map(|update| match &update.kind {
            UpdateKind::Message(message) | UpdateKind::EditedMessage(message) => message,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(messages.len(), 7);
    assert_eq!(messages[1].text(), Some("/report flood"));
    assert_eq!(messages[3].reply_to_message().and_then(|m| m.text()), Some("who?"));
    let shadow = messages[4];
    assert!(shadow.from.as_ref().unwrap().is_anonymous());
    assert_eq!(shadow.sender_chat.as_ref().map(|chat| chat.id), Some(ChatId(GROUP)));
    assert_eq!(messages[5].caption(), Some("look"));
    assert_eq!(messages[5].photo().map(<[_]>::len), Some(1));
    assert_eq!(messages[6].left_chat_member().map(|user| user.id), Some(UserId(1002)));
    assert_eq!(sandbox.messages(GROUP).last().unwrap().from, Sender::User(ANONYMOUS));
}

#[tokio::test]
async fn privacy_mode_hides_group_talk_that_is_not_for_the_bot() {
    let given = given_read().await;
    given.sandbox.set_privacy(true);
    let own = given.bot.send_message(ChatId(GROUP), "question").await.unwrap();
    given.sandbox.say(AN, GROUP, "chatter");
    given.sandbox.say(AN, GROUP, "/help");
    given.sandbox.say(AN, GROUP, "ask @sandbox_bot");
    given.sandbox.say_reply(AN, GROUP, own.id.0, "answer");
    assert_eq!(given.sandbox.unread(), 3);
}

#[tokio::test]
async fn a_press_is_delivered_and_answered_once_in_time() {
    let given = given_read().await;
    let (bot, sandbox) = (&given.bot, &given.sandbox);
    let card = bot.send_message(ChatId(GROUP), "card").reply_markup(keyboard("Take it", "t:1"));
    let card = card.await.unwrap();
    let pressed = sandbox.press(AN, GROUP, card.id.0, "Take").unwrap();
    let updates = given.read().await;
    let UpdateKind::CallbackQuery(query) = &updates[0].kind else { panic!("{updates:?}") };
    assert_eq!((query.id.0.as_str(), query.data.as_deref()), (pressed.as_str(), Some("t:1")));
    assert_eq!(query.from.id, UserId(1001));
    assert!(query.regular_message().is_some_and(|message| message.reply_markup().is_some()));
    let answer = bot.answer_callback_query(query.id.clone()).text("Yours").show_alert(true);
    answer.await.unwrap();
    let alert = sandbox.alerts().pop().unwrap();
    assert_eq!((alert.user, alert.chat, alert.message_id), (AN, GROUP, card.id.0));
    assert_eq!((alert.text.as_deref(), alert.modal), (Some("Yours"), true));

    let late = sandbox.press(BINH, GROUP, card.id.0, "Take").unwrap();
    given.clock.step(Duration::from_secs(15 * 60 + 1));
    let too_old = "Bad Request: query is too old and response timeout expired or query ID is \
                   invalid"
        .to_owned();
    for id in [late, "made up".to_owned()] {
        let answer = bot.answer_callback_query(CallbackQueryId(id)).await;
        assert_eq!(api(answer.unwrap_err()), ApiError::Unknown(too_old.clone()));
    }
}

#[tokio::test]
async fn a_button_must_be_there_to_be_pressed_but_presses_can_be_forged() {
    let given = given_read().await;
    let (bot, sandbox) = (&given.bot, &given.sandbox);
    let card = bot.send_message(ChatId(GROUP), "x").reply_markup(keyboard("A", "a")).await.unwrap();
    let press = |user, message, label| sandbox.press(user, GROUP, message, label).unwrap_err();
    let nothing = PressError::NoButton { wanted: "B".into(), there: vec!["A".into()] };
    assert_eq!(press(AN, card.id.0, "B"), nothing);
    assert_eq!(press(AN, 99, "A"), PressError::NoMessage(99));
    assert_eq!(press(7, card.id.0, "A"), PressError::NoChat(GROUP));
    bot.delete_message(ChatId(GROUP), card.id).await.unwrap();
    assert_eq!(press(AN, card.id.0, "A"), PressError::NoMessage(card.id.0));
    sandbox.press_data(AN, GROUP, card.id.0, "forged").unwrap();
    let updates = given.read().await;
    let UpdateKind::CallbackQuery(query) = &updates[0].kind else { panic!("{updates:?}") };
    assert_eq!(query.data.as_deref(), Some("forged"));
    assert!(query.message.is_some() && query.regular_message().is_none());
}

#[tokio::test]
async fn a_listener_hears_the_conversation_in_order_and_may_take_part() {
    let given = given();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (log, sandbox) = (Arc::clone(&heard), given.sandbox.clone());
    given.sandbox.on_event(Box::new(move |event| {
        let line = match &event.what {
            What::Said(shown) => format!("said {}", shown.text),
            What::Edited(shown) => format!("edited {}", shown.text),
            What::Deleted { .. } => "deleted".to_owned(),
            What::Pressed { label, data, .. } => format!("pressed {label} {data}"),
            What::Answered(alert) => format!("answered {:?}", alert.text),
        };
        log.lock().unwrap().push(line);
        if matches!(&event.what, What::Said(shown) if shown.from == Sender::Bot) {
            sandbox.press(AN, event.chat, shown_id(&event.what), "A").unwrap();
        }
    }));
    given.sandbox.say(AN, AN, "hi");
    let sent = given.bot.send_message(ChatId(AN), "card").reply_markup(keyboard("A", "a"));
    let sent = sent.await.unwrap();
    given.bot.edit_message_text(ChatId(AN), sent.id, "done").await.unwrap();
    given.bot.delete_message(ChatId(AN), sent.id).await.unwrap();
    let expected = ["said hi", "said card", "pressed A a", "edited done", "deleted"];
    assert_eq!(*heard.lock().unwrap(), expected);
}

fn shown_id(what: &What) -> i32 {
    match what {
        What::Said(shown) => shown.message_id,
        _ => 0,
    }
}

#[tokio::test]
async fn a_webhook_stops_polls_until_it_is_deleted_and_shows_in_its_info() {
    let given = given();
    assert!(given.bot.get_webhook_info().await.unwrap().url.is_none());
    given.sandbox.set_webhook("https://elsewhere.example/hook");
    let info = given.bot.get_webhook_info().await.unwrap();
    assert_eq!(info.url.unwrap().as_str(), "https://elsewhere.example/hook");
    let refused = api(given.bot.get_updates().await.unwrap_err());
    let known =
        |said: &String| said.contains("can't use getUpdates method while webhook is active");
    assert!(matches!(&refused, ApiError::Unknown(said) if known(said)), "{refused:?}");
    given.bot.delete_webhook().await.unwrap();
    given.bot.get_updates().await.unwrap();
}
