//! Files of a drill: kept with what was seen and with answers to injects, and named by its report.

use trucban::domain::drill::account::account;
use trucban::domain::drill::run::files::FileOf;
use trucban::domain::drill::run::state::Status;
use trucban::domain::evidence::{NotTaken, State};
use trucban::ledger::files::sha256;

use super::drills::{begun, code, drill};
use super::evidence::{JPEG, document, photo};
use super::playbooks::seen;
use crate::harness::{DUTY, LEAD, Province, REPORTER, given, hours, minutes};

/// The newest message of a chat with these words.
fn newest(province: &Province, chat: i64, words: &str) -> i32 {
    let has = |one: &&trucban::sandbox::Shown| one.text.contains(words);
    let messages = province.messages(chat);
    messages.iter().rev().find(has).unwrap_or_else(|| panic!("{messages:#?}")).message_id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_whose_caption_is_an_observation_is_kept_and_stands_beside_it() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    let words = "/dientap DT-2026-001 quan sát Phòng trực không có ai";
    province.send(LEAD, words, &[photo(JPEG)]).await;
    province.after(minutes(1)).await;
    let played = drill(&province);
    assert_eq!(played.observations.len(), 1);
    assert_eq!(played.files.len(), 1);
    assert_eq!(played.files[0].of, FileOf::Seen(0));
    assert_eq!(played.files[0].stored().unwrap().sha256, sha256(JPEG));
    assert_eq!(province.kept(), [sha256(JPEG)]);
    province.say(LEAD, "/dientap DT-2026-001 quan sát").await;
    let list = seen(&province, LEAD);
    assert!(list.contains("Phòng trực không có ai (ảnh, tệp kèm: 1)"), "{list}");
    assert!(list.starts_with("DIỄN TẬP"), "{list}");
    assert!(province.codes().is_empty(), "it is no report");
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_answers_the_question_for_an_observation() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.say(LEAD, "/dientap DT-2026-001 quan sát").await;
    province.press(LEAD, LEAD, "Ghi quan sát").await;
    province.send(LEAD, "Bảng trực chưa cập nhật", &[photo(JPEG)]).await;
    province.say(LEAD, "/dientap DT-2026-001 quan sát").await;
    province.press(LEAD, LEAD, "Ghi quan sát").await;
    province.send(LEAD, "", &[photo(b"\xff\xd8\xff\xe0 another")]).await;
    province.after(minutes(1)).await;
    let played = drill(&province);
    let of: Vec<_> = played.files.iter().map(|file| file.of.clone()).collect();
    assert_eq!(of, [FileOf::Seen(0), FileOf::Seen(1)]);
    assert!(played.files.iter().all(|file| file.stored().is_some()));
    province.say(LEAD, "/dientap DT-2026-001 quan sát").await;
    let list = seen(&province, LEAD);
    assert!(
        list.contains("Bảng trực chưa cập nhật (ảnh") && list.contains("Ảnh không kèm"),
        "{list}"
    );
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_answer_to_an_inject_counts_and_is_kept() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.after(minutes(101)).await;
    let inject = newest(&province, DUTY, "viết tay bản nháp");
    province.world.sandbox.reply_with_file(DUTY, DUTY, inject, &photo(JPEG));
    province.settle().await;
    province.after(minutes(1)).await;
    let played = drill(&province);
    let of = played.injects.iter().find(|(id, _)| id.as_str() == "ban-nhap").unwrap();
    assert_eq!(of.1.replies.values().map(|all| all.len()).sum::<usize>(), 1);
    assert_eq!(played.files[0].of, FileOf::Inject(of.0.clone()));
    assert_eq!(played.files[0].by.as_ref().unwrap().as_str(), "p-001");
    assert_eq!(province.kept(), [sha256(JPEG)]);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_not_kept_with_a_drill_and_its_sender_hears_why() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    let words = "/dientap DT-2026-001 quan sát Thấy tệp lạ trên máy";
    province.send(LEAD, words, &[document("anh.jpg", b"MZ\x90\x00 a program")]).await;
    province.after(minutes(1)).await;
    let played = drill(&province);
    assert_eq!(played.observations.len(), 1, "what was seen is kept all the same");
    assert_eq!(played.files[0].state, State::NotTaken(NotTaken::Program));
    let told = seen(&province, LEAD);
    assert!(
        province.messages(LEAD).iter().any(|one| one.text.contains("không được lưu vì")),
        "{told}"
    );
    assert_eq!(province.kept(), Vec::<String>::new());
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_a_drill_stand_in_what_its_report_is_made_from_and_are_derived_from_the_ledger()
 {
    let mut province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    let words = "/dientap DT-2026-001 quan sát Phòng trực không có ai";
    province.send(LEAD, words, &[photo(JPEG)]).await;
    province.after(hours(1)).await;
    province.say(LEAD, "/dientap DT-2026-001 kết thúc").await;
    let reader = province.world.engine().unwrap().reader();
    let account = account(&reader.shown_drill(&code()).unwrap().unwrap()).unwrap();
    assert_eq!(account.files.len(), 1);
    assert_eq!(account.files[0].sha256, sha256(JPEG));
    assert_eq!(reader.damaged_evidence().unwrap(), []);
    std::fs::remove_file(province.world.dir().join("files").join(sha256(JPEG))).unwrap();
    assert_eq!(reader.damaged_evidence().unwrap().len(), 1);
    let (path, now) = (province.world.dir().join("trucban.db"), province.now());
    province.world.stop().await.unwrap();
    let mut store = trucban::ledger::Store::open(&path, trucban::ledger::Durability::Off).unwrap();
    assert_eq!(store.compare(now).unwrap().differences, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_a_file_of_a_drill_is_fetched_loses_it_not() {
    let mut province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.after(minutes(1)).await;
    let words = "/dientap DT-2026-001 quan sát Phòng trực không có ai";
    province.send(REPORTER, words, &[photo(JPEG)]).await;
    province.crash().await;
    province.after(minutes(1)).await;
    assert!(drill(&province).files[0].stored().is_some(), "{:?}", drill(&province).files);
    assert_eq!(province.kept(), [sha256(JPEG)]);
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_with_the_words_that_something_is_real_stops_the_drill() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.send(REPORTER, "SỰ CỐ THẬT", &[photo(JPEG)]).await;
    assert_eq!(drill(&province).status, Status::Paused, "{}", seen(&province, REPORTER));
    province.after(minutes(3)).await;
    assert!(province.newest().as_str().starts_with("SC-"));
    assert!(drill(&province).observations.is_empty());
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_part_of_an_album_is_kept_with_the_drill_and_none_with_an_incident() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    let album = [photo(JPEG), photo(b"\xff\xd8\xff\xe0 second"), photo(b"\xff\xd8\xff\xe0 third")];
    province.send(LEAD, "/dientap DT-2026-001 quan sát Ba máy chưa khóa", &album).await;
    province.after(minutes(1)).await;
    let played = drill(&province);
    assert_eq!(played.files.len(), 3, "{:?}", played.files);
    assert!(played.files.iter().all(|file| file.stored().is_some()));
    assert!(province.codes().is_empty());
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_kept_can_be_sent_again() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.after(minutes(101)).await;
    let inject = newest(&province, DUTY, "viết tay bản nháp");
    let sent = |played: &trucban::domain::drill::run::Drill| {
        let of = played.injects.iter().find(|(id, _)| id.as_str() == "ban-nhap").unwrap();
        of.1.replies.values().map(|all| all.len()).sum::<usize>()
    };
    for (file, counts) in [(document("anh.jpg", b"MZ\x90\x00 a program"), 0), (photo(JPEG), 1)] {
        province.world.sandbox.reply_with_file(DUTY, DUTY, inject, &file);
        province.settle().await;
        province.after(minutes(1)).await;
        assert_eq!(sent(&drill(&province)), counts);
    }
    let states: Vec<bool> =
        drill(&province).files.iter().map(|file| file.stored().is_some()).collect();
    assert_eq!(states, [false, true], "{}", seen(&province, DUTY));
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_under_a_file_that_answers_an_inject_are_kept_with_it() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    province.after(minutes(101)).await;
    let inject = newest(&province, DUTY, "viết tay bản nháp");
    let press = province.messages(DUTY).into_iter().find(|one| one.message_id == inject).unwrap();
    let label = press.labels().into_iter().find(|label| label.contains("Trả lời")).unwrap();
    province.press_on(DUTY, DUTY, inject, label).await;
    province.send(DUTY, "Bản nháp, chờ Đội trưởng xem", &[photo(JPEG)]).await;
    province.after(minutes(1)).await;
    let played = drill(&province);
    assert_eq!(played.files.len(), 1, "{}", seen(&province, DUTY));
    province.say(LEAD, "/dientap DT-2026-001 quan sát").await;
    let list = seen(&province, LEAD);
    assert!(list.contains("Bản nháp, chờ Đội trưởng xem"), "{list}");
    province.end_without_listening().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_in_reply_to_the_end_of_a_drill_is_not_taken_for_a_part_of_it() {
    let province = given().await;
    begun(&province, "lo-lot-du-lieu").await;
    let began = newest(&province, REPORTER, "BẮT ĐẦU DIỄN TẬP");
    province.world.sandbox.reply_with_file(REPORTER, REPORTER, began, &photo(JPEG));
    province.settle().await;
    assert_eq!(drill(&province).observations.len(), 1);
    province.say(LEAD, "/dientap DT-2026-001 kết thúc").await;
    province.after(minutes(1)).await;
    let over = newest(&province, REPORTER, "KẾT THÚC DIỄN TẬP");
    province.world.sandbox.reply_with_file(REPORTER, REPORTER, over, &photo(JPEG));
    province.settle().await;
    assert_eq!(drill(&province).observations.len(), 1);
    let told = seen(&province, REPORTER);
    assert!(told.contains("/bangchung"), "{told}");
    province.end_without_listening().await;
}
