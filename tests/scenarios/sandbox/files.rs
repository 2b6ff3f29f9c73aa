//! Attachments, albums, forwards and topics, as a bot meets them.

use teloxide::net::Download as _;
use teloxide::payloads::SendMessageSetters as _;
use teloxide::types::{MessageId, ThreadId};
use trucban::sandbox::Attachment;

use super::*;

fn photo(bytes: &[u8]) -> Attachment {
    Attachment::Photo { jpeg: bytes.to_vec(), width: 640, height: 360 }
}

fn message(update: &Update) -> teloxide::types::Message {
    match &update.kind {
        UpdateKind::Message(message) => message.clone(),
        other => panic!("no message: {other:?}"),
    }
}

#[tokio::test]
async fn a_photo_is_fetched_by_its_id_and_only_with_the_token() {
    let given = given_read().await;
    given.sandbox.send_files(AN, AN, "the screen", &[photo(b"jpeg bytes")]);
    let message = message(&given.read().await[0]);
    assert_eq!(message.caption(), Some("the screen"));
    let largest = message.photo().unwrap().last().unwrap().clone();
    let file = given.bot.get_file(largest.file.id).send().await.unwrap();
    assert_eq!(file.meta.size, 10);
    let mut bytes = Vec::new();
    given.bot.download_file(&file.path, &mut bytes).await.unwrap();
    assert_eq!(bytes, b"jpeg bytes");
    let stranger = format!("{}/file/bot1:OTHER/{}", given.sandbox.url(), file.path);
    assert_eq!(reqwest::get(stranger).await.unwrap().status(), 401);
    let unknown = given.bot.get_file("nothing".to_owned().into()).send().await.unwrap_err();
    assert!(matches!(unknown, RequestError::Api(_)), "{unknown:?}");
}

#[tokio::test]
async fn a_download_meets_its_faults() {
    let given = given_read().await;
    given.sandbox.send_files(AN, AN, "", &[photo(b"x")]);
    let message = message(&given.read().await[0]);
    let id = message.photo().unwrap()[0].file.id.clone();
    let file = given.bot.get_file(id).send().await.unwrap();
    given.sandbox.fail_next(Some("download"), Fault::Status(500), 1);
    let url = format!("{}/file/bot{TOKEN}/{}", given.sandbox.url(), file.path);
    assert_eq!(reqwest::get(&url).await.unwrap().status(), 500);
    assert_eq!(reqwest::get(&url).await.unwrap().bytes().await.unwrap().as_ref(), b"x");
}

#[tokio::test]
async fn an_album_is_messages_with_one_group_and_one_caption() {
    let given = given_read().await;
    let sent = given.sandbox.send_files(AN, AN, "three", &[photo(b"1"), photo(b"2"), photo(b"3")]);
    assert_eq!(sent.len(), 3);
    let messages: Vec<_> = given.read().await.iter().map(message).collect();
    let group = messages[0].media_group_id().unwrap().clone();
    assert!(messages.iter().all(|message| message.media_group_id() == Some(&group)));
    let captions: Vec<_> = messages.iter().map(|message| message.caption()).collect();
    assert_eq!(captions, [Some("three"), None, None]);
    given.sandbox.send_files(AN, AN, "", &[photo(b"4")]);
    assert_eq!(message(&given.read().await[0]).media_group_id(), None);
}

#[tokio::test]
async fn documents_voices_and_forwards_are_what_they_are() {
    let given = given_read().await;
    let document = Attachment::Document {
        name: "access.log".to_owned(),
        mime: "text/plain".to_owned(),
        bytes: b"line".to_vec(),
    };
    given.sandbox.send_files(AN, AN, "", &[document]);
    given.sandbox.send_files(AN, AN, "", &[Attachment::Voice { ogg: vec![1], seconds: 7 }]);
    given.sandbox.forward(AN, AN, "Somebody", "as they wrote");
    let messages: Vec<_> = given.read().await.iter().map(message).collect();
    let document = messages[0].document().unwrap();
    assert_eq!(document.file_name.as_deref(), Some("access.log"));
    assert_eq!(messages[1].voice().unwrap().duration.seconds(), 7);
    assert!(messages[2].forward_origin().is_some());
    assert_eq!(messages[2].text(), Some("as they wrote"));
}

#[tokio::test]
async fn what_is_said_in_a_topic_stays_in_it() {
    let given = given_read().await;
    given.sandbox.add_group(SUPERGROUP, "Forum", &[AN]);
    assert_eq!(given.sandbox.open_topic(AN, SUPERGROUP, "none yet"), 0, "it has no topics");
    given.sandbox.make_forum(SUPERGROUP);
    let topic = given.sandbox.open_topic(AN, SUPERGROUP, "Incidents");
    let said = given.sandbox.say_in_topic(AN, SUPERGROUP, topic, "here");
    let updates = given.read().await;
    let heard = message(updates.last().unwrap());
    assert_eq!(heard.thread_id, Some(ThreadId(MessageId(topic))));
    assert!(heard.is_topic_message);
    let answer = given.bot.send_message(ChatId(SUPERGROUP), "there");
    let answer =
        answer.reply_parameters(ReplyParameters::new(MessageId(said))).send().await.unwrap();
    assert_eq!(answer.thread_id, Some(ThreadId(MessageId(topic))));
    let lost = given.bot.send_message(ChatId(SUPERGROUP), "lost");
    let lost = lost.message_thread_id(ThreadId(MessageId(999))).send().await.unwrap_err();
    let RequestError::Api(lost) = lost else { panic!("{lost:?}") };
    assert!(lost.to_string().contains("thread not found"), "{lost}");
}
