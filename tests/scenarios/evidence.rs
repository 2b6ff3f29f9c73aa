//! Files as evidence: fetched, told by their content, kept once under their hash; what is not taken
//! leaves nothing behind; who has what is on record.

use std::fs;
use std::path::PathBuf;

use trucban::app::case_file::write;
use trucban::domain::evidence::kind::tell;
use trucban::domain::evidence::{NotTaken, Piece, State};
use trucban::domain::ids::IncidentCode;
use trucban::ledger::files::{Wrong, sha256};
use trucban::sandbox::{Attachment, Fault, Sender};

use crate::harness::{DUTY, LEAD, NEIGHBOUR, Province, REPORTER, TEAM, given, hours, minutes};

pub const JPEG: &[u8] = b"\xff\xd8\xff\xe0 what stood on the screen";
const PDF: &[u8] = b"%PDF-1.7 a letter";

pub fn photo(bytes: &[u8]) -> Attachment {
    Attachment::Photo { jpeg: bytes.to_vec(), width: 640, height: 360 }
}

pub fn document(name: &str, bytes: &[u8]) -> Attachment {
    let mime = "application/octet-stream".to_owned();
    Attachment::Document { name: name.to_owned(), mime, bytes: bytes.to_vec() }
}

impl Province {
    pub async fn send(&self, who: i64, caption: &str, files: &[Attachment]) {
        self.after(std::time::Duration::from_secs(5)).await;
        self.world.sandbox.send_files(who, who, caption, files);
        self.settle().await;
    }

    /// The same as an album whose words stand under the last file.
    pub async fn send_with_caption_last(&self, who: i64, caption: &str, files: &[Attachment]) {
        self.after(std::time::Duration::from_secs(5)).await;
        self.world.sandbox.send_album(who, who, (caption, files.len().saturating_sub(1)), files);
        self.settle().await;
    }

    /// The messages of a person that still stand in the private chat.
    pub fn said_by(&self, who: i64) -> Vec<i32> {
        let all = self.world.sandbox.messages(who).into_iter();
        let own = all.filter(|shown| !matches!(shown.from, Sender::Bot) && !shown.deleted);
        own.map(|shown| shown.message_id).collect()
    }

    fn folder(&self) -> PathBuf {
        self.world.dir().join("files")
    }

    /// The names in the folder of evidence.
    pub fn kept(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder()) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub fn pieces(&self, code: &IncidentCode) -> Vec<Piece> {
        self.incident(code).evidence
    }

    fn why_not(&self, code: &IncidentCode, number: u32) -> NotTaken {
        match &self.incident(code).piece(number).unwrap().state {
            State::NotTaken(why) => why.clone(),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_photo_sent_soon_after_a_report_is_kept_under_its_hash_and_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut province = given().await;
    let code = province.report(REPORTER, "Màn hình đòi tiền chuộc").await;
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    province.forget();

    province.send(REPORTER, "", &[photo(JPEG)]).await;

    province.hears(&[(REPORTER, "Đã ghi nhận tệp cho SC-2026-0001"), (DUTY, "gửi chứng cứ")]);
    let name = sha256(JPEG);
    assert_eq!(province.kept(), std::slice::from_ref(&name));
    assert_eq!(fs::read(province.folder().join(&name)).unwrap(), JPEG);
    let mode = fs::metadata(province.folder().join(&name)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(
        matches!(&province.pieces(&code)[0].state, State::Stored(stored) if stored.sha256 == name)
    );
    province.end().await;
}

#[tokio::test]
async fn a_report_may_be_nothing_but_a_photo_and_words_are_asked_for_afterwards() {
    let mut province = given().await;
    province.say(REPORTER, "/baosuco").await;
    province.press(REPORTER, REPORTER, "Không").await;
    province.forget();

    province.send(REPORTER, "", &[photo(JPEG)]).await;

    province.hears(&[
        (REPORTER, "nhắn thêm vài chữ mô tả"),
        (TEAM, "Ảnh không kèm mô tả"),
        (DUTY, "CẦN NGƯỜI TIẾP NHẬN"),
    ]);
    let code = province.newest();
    assert_eq!(province.kept(), [sha256(JPEG)]);
    province.say(REPORTER, "Máy kế toán").await;
    assert!(province.story(&code).contains(&"note_added"));
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_album_of_five_in_a_report_is_one_incident_with_five_pieces_and_one_receipt() {
    let mut province = given().await;
    province.say(REPORTER, "/baosuco").await;
    province.press(REPORTER, REPORTER, "Không").await;
    province.forget();
    let album: Vec<Attachment> =
        (0..5_u8).map(|number| photo(&[JPEG, &[number]].concat())).collect();

    province.send(REPORTER, "Trang xã bị đổi giao diện", &album).await;

    province.hears(&[
        (REPORTER, "Đã ghi nhận SC-2026-0001"),
        (TEAM, "Trang xã bị đổi giao diện"),
        (DUTY, "CẦN NGƯỜI TIẾP NHẬN"),
    ]);
    assert_eq!(province.codes().len(), 1);
    assert_eq!(province.pieces(&province.newest()).len(), 5);
    assert_eq!(province.count(TEAM, "Chứng cứ: 5"), 1);
    assert_eq!(province.kept().len(), 5);
    province.end().await;
}

#[tokio::test]
async fn a_spoken_report_is_kept_and_people_are_called() {
    let mut province = given().await;
    province.say(REPORTER, "/baosuco").await;
    province.press(REPORTER, REPORTER, "Không").await;
    province.forget();

    let spoken = Attachment::Voice { ogg: b"OggS spoken".to_vec(), seconds: 7 };
    province.send(REPORTER, "", &[spoken]).await;

    province.hears(&[
        (REPORTER, "Đã ghi nhận SC-2026-0001"),
        (TEAM, "Tin thoại không kèm mô tả"),
        (DUTY, "CẦN NGƯỜI TIẾP NHẬN"),
    ]);
    assert_eq!(province.kept(), [sha256(b"OggS spoken")]);
    province.end().await;
}

#[tokio::test]
async fn a_program_called_a_picture_never_reaches_the_disk_and_its_hash_is_asked_for() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Thư lạ có tệp đính kèm").await;
    province.forget();

    province.send(REPORTER, "", &[document("anh.jpg", b"MZ\x90\0 a program")]).await;

    province.hears(&[
        (REPORTER, "Đã ghi nhận tệp"),
        (REPORTER, "tệp số 1 không được lưu vì là chương trình chạy được"),
    ]);
    assert!(province.last(REPORTER).text.contains("/bangchung SC-2026-0001 MÃ_SHA256 nơi giữ"));
    assert_eq!(province.why_not(&code, 1), NotTaken::Program);
    assert_eq!(province.count(TEAM, "Chứng cứ"), 0);
    assert!(province.kept().is_empty());

    let hash = "AB".repeat(32);
    province.say(REPORTER, &format!("/bangchung {code} {hash} Ổ cứng tại phòng Văn thư")).await;
    province.hears(&[(REPORTER, "Đã ghi nhận chứng cứ giữ bên ngoài")]);
    let piece = province.pieces(&code).pop().unwrap();
    assert_eq!(piece.sha256(), Some(hash.to_lowercase().as_str()));
    assert_eq!(piece.custodian.unwrap().as_str(), "p-017");
    province.end().await;
}

#[tokio::test]
async fn what_is_larger_than_is_taken_is_refused_before_and_while_it_is_fetched() {
    let province = given().await;
    let code = province.report(REPORTER, "Bản ghi màn hình").await;
    let mut large = PDF.to_vec();
    large.resize(20 * 1024 * 1024 + 1, b'x');
    let mut fits = PDF.to_vec();
    fits.resize(20 * 1024 * 1024, b'x');

    province.send(REPORTER, "", &[document("to.pdf", &large)]).await;
    province.send(REPORTER, "", &[document("vua.pdf", &fits)]).await;

    assert_eq!(province.why_not(&code, 1), NotTaken::TooLarge(20));
    assert_eq!(province.kept(), [sha256(&fits)]);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_text_with_a_password_is_not_kept_and_its_sender_is_told() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Thư lừa đảo").await;
    province.forget();

    let text = "Ghi chép của tôi\nmật khẩu: Quacamvang77!\n";
    province.send(REPORTER, "", &[document("ghi-chep.txt", text.as_bytes())]).await;
    province.after(minutes(1)).await;

    assert!(matches!(province.why_not(&code, 1), NotTaken::Secrets(_)));
    assert!(province.kept().is_empty());
    province.hears(&[
        (REPORTER, "Đã ghi nhận tệp"),
        (REPORTER, "không được lưu vì có mật khẩu"),
        (REPORTER, "Đã xóa tin gốc"),
    ]);
    province.end().await;
}

#[tokio::test]
async fn on_an_incident_handled_outside_the_system_no_file_is_taken() {
    let mut province = given().await;
    province.say(REPORTER, "/baosuco").await;
    province.press(REPORTER, REPORTER, "Có").await;
    let code = province.newest();
    province.forget();

    province.send(REPORTER, "", &[photo(JPEG)]).await;
    province.send(REPORTER, &format!("/bangchung {code}"), &[photo(JPEG)]).await;

    province.hears(&[(REPORTER, "không ghi nội dung nào"), (REPORTER, "không ghi nội dung nào")]);
    assert!(province.pieces(&code).is_empty());
    assert!(province.kept().is_empty());
    province.end().await;
}

#[tokio::test]
async fn a_file_that_telegram_does_not_give_out_is_fetched_later_and_in_the_end_given_up() {
    let province = given().await;
    let code = province.report(REPORTER, "Màn hình lạ").await;
    province.world.sandbox.fail_next(Some("getfile"), Fault::Status(500), 1);
    province.world.sandbox.fail_next(Some("download"), Fault::DropBefore, 1);
    province.send(REPORTER, "", &[photo(JPEG)]).await;
    assert!(province.kept().is_empty());
    let figures = || {
        let found = province.world.engine().unwrap().reader().figures().unwrap();
        (found.downloads, found.not_fetched)
    };
    assert_eq!(figures(), (1, 0));

    province.after(minutes(2)).await;
    assert_eq!(province.kept(), [sha256(JPEG)]);
    assert_eq!(figures(), (0, 0));

    province
        .world
        .sandbox
        .fail_always(Some("getfile"), Fault::Says(400, "Bad Request: wrong file_id"));
    province.send(LEAD, &format!("/bangchung {code}"), &[photo(PDF)]).await;
    province.after(hours(2)).await;
    assert_eq!(province.why_not(&code, 2), NotTaken::NotFetched);
    assert_eq!(figures(), (0, 1));
    assert_eq!(province.count(LEAD, "tệp số 2 không được lưu vì không tải về được"), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_crash_in_the_middle_of_fetching_loses_nothing() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Màn hình lạ").await;
    province.world.sandbox.fail_next(Some("download"), Fault::DropBefore, 1);
    province.send(REPORTER, "", &[photo(JPEG)]).await;
    fs::create_dir_all(province.folder()).unwrap();
    fs::write(province.folder().join(format!("{}.part", sha256(JPEG))), "half").unwrap();

    province.crash().await;
    province.after(minutes(2)).await;

    assert_eq!(province.kept(), [sha256(JPEG)]);
    assert!(province.pieces(&code)[0].is_kept());
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_folder_that_takes_no_file_is_tried_again() {
    let province = given().await;
    let code = province.report(REPORTER, "Màn hình lạ").await;
    // Stands for a disk without room: the folder cannot be made.
    fs::write(province.folder(), "").unwrap();
    province.send(REPORTER, "", &[photo(JPEG)]).await;
    assert!(!province.pieces(&code)[0].is_kept());

    fs::remove_file(province.folder()).unwrap();
    province.after(minutes(2)).await;

    assert!(province.pieces(&code)[0].is_kept());
    assert_eq!(province.kept(), [sha256(JPEG)]);
    province.end_without_listening().await;
}

#[tokio::test]
async fn the_same_file_on_two_incidents_is_kept_once_and_stays_while_one_needs_it() {
    let province = given().await;
    let one = province.report(REPORTER, "Màn hình lạ").await;
    let two = province.report(NEIGHBOUR, "Cũng màn hình đó").await;
    province.send(REPORTER, "", &[photo(JPEG)]).await;
    province.send(NEIGHBOUR, "", &[photo(JPEG)]).await;
    assert_eq!(province.kept(), [sha256(JPEG)]);

    for (code, left) in [(&one, 1), (&two, 0)] {
        let seq = province.pieces(code)[0].seq;
        province.say(LEAD, &format!("/rut {code} {seq} gửi nhầm")).await;
        province.until(|| province.kept().len() == left).await;
        assert!(matches!(province.pieces(code)[0].state, State::Removed { .. }));
    }
    province.end_without_listening().await;
}

#[tokio::test]
async fn evidence_is_handed_over_and_whoever_gets_it_confirms() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Màn hình lạ").await;
    province.send(REPORTER, "", &[photo(JPEG)]).await;
    province.forget();

    province.say(REPORTER, &format!("/bangchung {code} 1 giao p-003 chuyển giám định")).await;
    province.hears(&[(REPORTER, "Chỉ thành viên Đội")]);
    province.say(DUTY, &format!("/bangchung {code} 1 giao p-003 chuyển giám định")).await;
    province.hears(&[(DUTY, "chờ người nhận xác nhận"), (LEAD, "bàn giao chứng cứ số 1")]);
    assert_eq!(province.pieces(&code)[0].custodian, None);
    province.press(LEAD, LEAD, "Đã nhận tin").await;

    let piece = province.pieces(&code).remove(0);
    assert_eq!(piece.custodian.unwrap().as_str(), "p-003");
    assert_eq!(piece.handed_to, None);
    province.say(LEAD, &format!("/bangchung {code}")).await;
    let list = province.last(LEAD).text;
    assert!(list.contains("1. ảnh, 28 B") || list.contains("1. ảnh"), "{list}");
    assert!(list.contains("Đội trưởng giữ"), "{list}");
    province.end_without_listening().await;
}

#[tokio::test]
async fn after_bangchung_files_belong_to_that_incident_for_ten_minutes() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Màn hình lạ").await;
    province.say(LEAD, &format!("/bangchung {code}")).await;
    province.send(LEAD, "", &[photo(JPEG)]).await;
    province.send(LEAD, "", &[document("cong-van.pdf", PDF)]).await;
    assert_eq!(province.kept().len(), 2);

    province.after(minutes(11)).await;
    province.forget();
    province.send(LEAD, "", &[photo(b"\xff\xd8\xff another")]).await;

    province.hears(&[(LEAD, "Cách viết: /bangchung")]);
    assert_eq!(province.pieces(&code).len(), 2);
    province.end().await;
}

#[tokio::test]
async fn with_several_recent_reports_a_file_waits_until_the_right_one_is_chosen() {
    let mut province = given().await;
    let one = province.report(REPORTER, "Màn hình đòi tiền chuộc").await;
    let two = province.report(REPORTER, "Thư lừa đảo gửi cả xã").await;
    province.forget();

    province.send(REPORTER, "", &[photo(JPEG)]).await;
    province.hears(&[(REPORTER, "Tin vừa rồi bổ sung cho sự cố nào?")]);
    assert!(province.kept().is_empty());
    province.restart().await;
    province.press(REPORTER, REPORTER, one.as_str()).await;

    assert!(province.last(REPORTER).text.contains("Đã ghi nhận tệp cho SC-2026-0001"));
    assert_eq!(province.kept(), [sha256(JPEG)]);
    assert_eq!((province.pieces(&one).len(), province.pieces(&two).len()), (1, 0));
    province.end_without_listening().await;
}

#[tokio::test]
async fn an_album_with_words_and_what_follows_wait_together_and_are_one_note_and_its_files() {
    let mut province = given().await;
    let one = province.report(REPORTER, "Màn hình đòi tiền chuộc").await;
    let two = province.report(REPORTER, "Thư lừa đảo gửi cả xã").await;
    province.forget();
    let album: Vec<Attachment> =
        (0..3_u8).map(|number| photo(&[JPEG, &[number]].concat())).collect();

    province.send(REPORTER, "Ảnh chụp ba máy", &album).await;
    province.hears(&[(REPORTER, "Tin vừa rồi bổ sung cho sự cố nào?")]);
    province.send(REPORTER, "", &[document("cong-van.pdf", PDF)]).await;
    province.say(REPORTER, "và công văn").await;
    province.forget();
    province.say(REPORTER, "2").await;

    province.hears(&[(REPORTER, "Đã ghi nhận ghi chú của SC-2026-0001")]);
    assert_eq!((province.pieces(&one).len(), province.pieces(&two).len()), (4, 0));
    assert_eq!(province.kept().len(), 4);
    let notes = |kind: &&&str| **kind == "note_added";
    assert_eq!(province.story(&one).iter().filter(notes).count(), 1);
    let engine = province.world.engine().unwrap();
    let history = engine.reader().history(&one).unwrap();
    let words = history.iter().filter_map(|told| told.words.clone());
    assert!(words.into_iter().any(|words| words == "Ảnh chụp ba máy\nvà công văn"));
    province.end().await;
}

#[tokio::test]
async fn the_file_that_waited_is_taken_back_with_its_own_message() {
    let province = given().await;
    let code = province.report(REPORTER, "Màn hình đòi tiền chuộc").await;
    province.report(REPORTER, "Thư lừa đảo gửi cả xã").await;
    province.send(REPORTER, "", &[photo(JPEG)]).await;
    let sent = province.said_by(REPORTER);
    province.say(REPORTER, code.as_str()).await;

    let seq = province.pieces(&code)[0].seq;
    province.say(REPORTER, &format!("/rut {code} {seq} gửi nhầm")).await;

    province.until(|| province.kept().is_empty()).await;
    assert!(!province.said_by(REPORTER).contains(sent.last().unwrap()));
    province.end_without_listening().await;
}

#[tokio::test]
async fn taking_a_file_back_deletes_its_message_and_the_words_with_it_stay_on_record() {
    let province = given().await;
    let code = province.report(REPORTER, "Màn hình đòi tiền chuộc").await;
    province.send(REPORTER, "Chụp lúc 8 giờ", &[photo(JPEG)]).await;
    let sent = province.said_by(REPORTER);
    let note = province.pieces(&code)[0].seq - 1;

    let seq = province.pieces(&code)[0].seq;
    province.say(REPORTER, &format!("/rut {code} {seq} gửi nhầm")).await;

    province.until(|| province.kept().is_empty()).await;
    province.settle().await;
    assert!(!province.said_by(REPORTER).contains(sent.last().unwrap()));
    let told = province.last(REPORTER).text;
    assert!(told.contains(&format!("Tin gốc còn có mục {note}")), "{told}");
    let history = province.world.engine().unwrap().reader().history(&code).unwrap();
    assert!(history.iter().any(|told| told.words.as_deref() == Some("Chụp lúc 8 giờ")));

    province.say(REPORTER, &format!("/rut {code} {note} gửi nhầm")).await;
    let told = province.last(REPORTER).text;
    assert!(!told.contains("Tin gốc còn có mục"), "{told}");
    province.end_without_listening().await;
}

#[test]
fn what_a_file_is_comes_from_its_content_and_a_name_can_only_make_it_less_welcome() {
    use trucban::domain::evidence::Kind::{Audio, Image, Office, Pdf, Text};
    let zip = |names: &[&str]| {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(64, 0);
        let at = u32::try_from(bytes.len()).unwrap();
        for name in names {
            let mut entry = b"PK\x01\x02".to_vec();
            entry.resize(46, 0);
            entry[28] = u8::try_from(name.len()).unwrap();
            bytes.extend(entry);
            bytes.extend(name.bytes());
        }
        bytes.extend(b"PK\x05\x06\0\0\0\0\0\0");
        bytes.extend(u16::try_from(names.len()).unwrap().to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(at.to_le_bytes());
        bytes.extend([0; 2]);
        bytes
    };
    let log = "2026-11-21 10:00:01 login failed\n".repeat(9);
    let story = "Kính gửi Đội,\nSáng nay máy kế toán không mở được tệp.\n";
    let word = ["[Content_Types].xml", "word/document.xml"];
    let known = [
        (JPEG.to_vec(), "a.exe", Image),
        (PDF.to_vec(), "a.pdf", Pdf),
        (b"OggS".to_vec(), "a.oga", Audio),
        (zip(&word), "a.docx", Office),
        (story.as_bytes().to_vec(), "a.txt", Text),
        (b"\xff\xfeK\0".to_vec(), "a.txt", Text),
    ];
    for (bytes, name, kind) in known {
        assert_eq!(tell(&bytes, Some(name)).map(|known| known.kind), Ok(kind), "{name}");
    }
    let macros = [&word[..], &["word/vbaProject.bin"]].concat();
    let mut disk = vec![0; 1024];
    disk[510..512].copy_from_slice(b"\x55\xaa");
    let refused = [
        (b"MZ\x90".to_vec(), "a.pdf", NotTaken::Program),
        (b"\x7fELF".to_vec(), "a.jpg", NotTaken::Program),
        (b"#!/bin/sh\n".to_vec(), "a.txt", NotTaken::Script),
        (b"<?php echo 1;".to_vec(), "a.txt", NotTaken::Script),
        (b"del /q *".to_vec(), "a.BAT", NotTaken::Script),
        (zip(&macros), "a.docx", NotTaken::Macros),
        (zip(&["a.exe"]), "a.docx", NotTaken::Archive),
        (b"PK\x03\x04 cut".to_vec(), "a.docx", NotTaken::Archive),
        (b"Rar!\x1a".to_vec(), "a.jpg", NotTaken::Archive),
        (disk, "a.bin", NotTaken::DiskImage),
        (b"ElfFile\0".to_vec(), "a.txt", NotTaken::Log),
        (log.into_bytes(), "a.txt", NotTaken::Log),
        (b"one line".to_vec(), "access.log", NotTaken::Log),
        (b"\xd4\xc3\xb2\xa1".to_vec(), "a.bin", NotTaken::Capture),
        (Vec::new(), "a.txt", NotTaken::Unknown),
        (b"\0\x01\x02".to_vec(), "a.txt", NotTaken::Unknown),
    ];
    for (bytes, name, why) in refused {
        assert_eq!(tell(&bytes, Some(name)), Err(why), "{name} {bytes:?}");
    }
}

#[tokio::test]
async fn the_evidence_of_an_incident_leaves_with_a_manifest_that_anybody_can_check() {
    let province = given().await;
    let code = province.report(REPORTER, "Màn hình lạ").await;
    province.send(REPORTER, "", &[photo(JPEG)]).await;
    province.send(REPORTER, "", &[document("cong-van.pdf", PDF)]).await;
    province.send(REPORTER, "", &[document("la.exe", b"MZ")]).await;
    let said = format!("/bangchung {code}");
    province.world.sandbox.send_files(DUTY, TEAM, &said, &[photo(&[JPEG, b"2"].concat())]);
    province.settle().await;
    province.say(DUTY, &format!("/bangchung {code} 1 giao p-003 giám định")).await;
    province.press(LEAD, LEAD, "Đã nhận tin").await;
    let reader = province.world.engine().unwrap().reader();
    let to = province.world.dir().join("out");
    let export = || {
        let (incident, history) = (province.incident(&code), reader.history(&code).unwrap());
        let whole = serde_json::json!({"code": code});
        write(reader, &incident, &history, &whole, &to, chrono_tz::Asia::Ho_Chi_Minh)
    };

    let written = export().unwrap();

    assert_eq!((written.files, written.damaged), (3, vec![]));
    let sums = fs::read_to_string(to.join("SHA256SUMS")).unwrap();
    assert_eq!(sums.lines().count(), 5);
    for line in sums.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        assert_eq!(sha256(&fs::read(to.join(name)).unwrap()), sum, "{name}");
    }
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(to.join("manifest.json")).unwrap()).unwrap();
    let head = reader.head().unwrap();
    assert_eq!(manifest["ledger"]["hash"], trucban::ledger::chain::hex(&head.hash));
    assert_eq!(manifest["evidence"][1]["name"], "cong-van.pdf");
    assert_eq!(manifest["evidence"][0]["file"], format!("files/{}", sha256(JPEG)));
    assert_eq!(manifest["evidence"][2]["state"], "not_taken");
    // Where each came from, and by whom.
    let origins: Vec<(&str, &str)> = manifest["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|piece| (piece["source"].as_str().unwrap(), piece["by"].as_str().unwrap()))
        .collect();
    let private = ("private", "p-017");
    assert_eq!(origins, [private, private, private, ("group", "p-001")]);
    let chain = manifest["evidence"][0]["custody"].as_array().unwrap();
    let events: Vec<&str> = chain.iter().map(|entry| entry["event"].as_str().unwrap()).collect();
    let expected = ["evidence_offered", "evidence_stored", "evidence_handed", "evidence_received"];
    assert_eq!(events, expected);
    assert_eq!(chain[2]["reason"], "giám định");
    assert!(export().is_err(), "it overwrites nothing");
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_file_that_was_altered_or_lost_is_named() {
    let province = given().await;
    let code = province.report(REPORTER, "Màn hình lạ").await;
    province.send(REPORTER, "", &[photo(JPEG)]).await;
    province.send(REPORTER, "", &[document("cong-van.pdf", PDF)]).await;
    let reader = province.world.engine().unwrap().reader();
    assert!(reader.damaged_evidence().unwrap().is_empty());

    fs::write(province.folder().join(sha256(JPEG)), "something else").unwrap();
    fs::remove_file(province.folder().join(sha256(PDF))).unwrap();

    let found = reader.damaged_evidence().unwrap();
    let found: Vec<_> = found.into_iter().map(|one| (one.code, one.number, one.wrong)).collect();
    assert_eq!(found, [(code.clone(), 1, Wrong::Altered), (code, 2, Wrong::Missing)]);
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_file_of_a_kind_the_configuration_leaves_out_is_not_taken_and_never_on_disk() {
    let mut province = given().await;
    let code = province.report(REPORTER, "Màn hình lạ").await;
    province.world.config.evidence.kinds.remove(&trucban::domain::evidence::Kind::Image);
    province.restart().await;

    province.send(REPORTER, "", &[photo(JPEG)]).await;
    province.send(REPORTER, "", &[document("cong-van.pdf", PDF)]).await;
    province.after(minutes(1)).await;

    let image = trucban::domain::evidence::Kind::Image;
    assert_eq!(province.why_not(&code, 1), NotTaken::Kind(image));
    assert_eq!(province.kept(), [sha256(PDF)]);
    assert_eq!(province.count(REPORTER, "Đội không nhận loại này"), 1);
    assert_eq!(province.count(REPORTER, "MÃ_SHA256 nơi giữ"), 1);
    province.end_without_listening().await;
}
