//! Words and files that wait for their incident never vanish without a word, and where files go is ended by
//! nothing that is said meanwhile.

use trucban::domain::directory::Person;
use trucban::domain::ids::{IncidentCode, UnitCode};
use trucban::domain::values::Role;
use trucban::sandbox::Attachment;

use crate::harness::{DUTY, LEAD, NEIGHBOUR, Province, REPORTER, given, hours, minutes};

const REPORT: &str = "Máy kế toán hiện thông báo đòi tiền chuộc";
const OTHER: &str = "Trang thông tin xã bị đổi nội dung";
const WORDS: &str = "Máy thứ hai cũng bị như vậy";
const WHICH: &str = "Tin của anh/chị bổ sung cho sự cố nào?";

fn photo(mark: u8) -> Attachment {
    let jpeg = [b"\xff\xd8\xff\xe0 on the screen ".as_slice(), &[mark]].concat();
    Attachment::Photo { jpeg, width: 640, height: 360 }
}

impl Province {
    /// Two reports of one person, and words that wait for one of them.
    async fn waiting(&self) -> (IncidentCode, IncidentCode) {
        let one = self.report(REPORTER, REPORT).await;
        let two = self.report(REPORTER, OTHER).await;
        self.say(REPORTER, WORDS).await;
        assert!(self.last(REPORTER).text.contains(WHICH), "{}", self.last(REPORTER).text);
        (one, two)
    }

    async fn shows(&self, code: &IncidentCode, words: &str) -> bool {
        self.say(LEAD, &format!("/suco {code}")).await;
        self.last(LEAD).text.contains(words)
    }

    /// Whether the words of some entry contain these.
    fn holds(&self, words: &str) -> bool {
        let conn = rusqlite::Connection::open(self.world.dir().join("trucban.db")).unwrap();
        let sql = "SELECT EXISTS (SELECT 1 FROM content WHERE instr(CAST(bytes AS TEXT), ?1))";
        conn.query_row(sql, [words], |row| row.get(0)).unwrap()
    }

    async fn sends(&self, who: i64, caption: &str, files: &[Attachment]) {
        self.after(std::time::Duration::from_secs(5)).await;
        self.world.sandbox.send_files(who, who, caption, files);
        self.settle().await;
    }

    /// Somebody is nothing but a reporter of this unit from now on.
    async fn reports_for(&self, who: &str, unit: Option<UnitCode>) {
        let change =
            |person: &mut Person| (person.unit, person.roles) = (unit, [Role::Reporter].into());
        self.change_person(who, |person, _| change(person)).await;
    }

    fn pieces_of(&self, code: &IncidentCode) -> usize {
        self.incident(code).evidence.len()
    }
}

#[tokio::test]
async fn words_that_wait_are_still_there_after_a_button_that_asked_something_else() {
    let province = given().await;
    let (one, two) = province.waiting().await;

    province.press(REPORTER, REPORTER, "Bổ sung").await;
    province.press(REPORTER, REPORTER, "Bỏ qua").await;
    province.press(REPORTER, REPORTER, one.as_str()).await;

    assert_eq!((province.notes(&one), province.notes(&two)), (1, 0));
    assert!(province.shows(&one, WORDS).await);
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_that_wait_are_still_there_after_other_commands_and_even_after_another_report() {
    let province = given().await;
    let (one, two) = province.waiting().await;

    for command in ["/truc", "/lichtruc", "/thongke", "/suco", "/trogiup", "/nhann"] {
        province.say(REPORTER, command).await;
    }
    province.say(REPORTER, &format!("/chuyencap {two}")).await;
    province.say(REPORTER, &format!("/ghichu {two}")).await;
    province.say(REPORTER, "Đã gọi điện cho bên cung cấp").await;
    province.say(REPORTER, "/baosuco").await;
    province.press(REPORTER, REPORTER, "Không").await;
    province.say(REPORTER, "Máy in in ra chữ lạ").await;
    assert_eq!(province.codes().len(), 3);
    province.say(REPORTER, one.as_str()).await;

    assert_eq!((province.notes(&one), province.notes(&two)), (1, 1));
    assert!(province.shows(&one, WORDS).await);
    province.end_without_listening().await;
}

#[tokio::test]
async fn of_words_that_wait_what_is_too_long_or_stamped_is_refused_and_what_was_said_before_stays()
{
    let province = given().await;
    let (one, _) = province.waiting().await;
    let long = |mark: &str| format!("{mark} {}", "dài ".repeat(950));

    province.say(REPORTER, &long("Thứ nhất")).await;
    province.say(REPORTER, &long("Thứ hai")).await;
    assert!(province.last(REPORTER).text.contains(WHICH));
    province.say(REPORTER, &long("Thứ ba")).await;
    assert_eq!(province.count(REPORTER, "8000 ký tự"), 1);
    province.say(REPORTER, "[TỐI MẬT]\nbản đồ số bảy").await;
    assert!(province.count(REPORTER, "bí mật nhà nước") > 0);
    assert!(province.count(REPORTER, "vẫn đang chờ") > 0, "the question comes again");
    province.press(REPORTER, REPORTER, one.as_str()).await;

    assert!(province.shows(&one, WORDS).await);
    let kept =
        [WORDS, "Thứ nhất", "Thứ hai", "Thứ ba", "bản đồ"].map(|words| province.holds(words));
    assert_eq!(kept, [true, true, true, false, false]);
    province.end_without_listening().await;
}

#[tokio::test]
async fn of_incidents_a_message_told_of_only_those_are_asked_about_that_one_may_see_now() {
    let province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    let two = province.report(REPORTER, OTHER).await;
    let hidden = province.report(NEIGHBOUR, "Không vào được thư điện tử").await;
    province.say(DUTY, "/suco").await;
    let list = province.last(DUTY).message_id;
    let unit = province.incident(&one).unit;
    let reader = province.world.engine().unwrap().reader().directory().unwrap();
    let duty = reader.by_telegram(DUTY).unwrap().id.to_string();
    province.reports_for(&duty, unit).await;

    province.reply(DUTY, DUTY, list, WORDS).await;

    let asked = province.last(DUTY);
    assert!(asked.text.contains(WHICH) && asked.text.contains(one.as_str()), "{}", asked.text);
    assert!(!asked.text.contains(hidden.as_str()), "{}", asked.text);
    province.press(DUTY, DUTY, two.as_str()).await;
    assert_eq!((province.notes(&one), province.notes(&two), province.notes(&hidden)), (0, 1, 0));
    // Where only one is left, it is that one.
    province.reports_for(&duty, province.incident(&hidden).unit).await;
    province.reply(DUTY, DUTY, list, WORDS).await;
    assert_eq!(province.notes(&hidden), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_nobody_placed_are_forgotten_after_a_day_and_their_writer_is_told() {
    let mut province = given().await;
    province.waiting().await;
    province.say(DUTY, "/truc").await;
    province.after(hours(23)).await;
    assert_eq!(province.count(REPORTER, "chưa được ghi vào sự cố nào"), 0);
    province.forget();

    province.after(hours(2)).await;

    assert_eq!(province.count(REPORTER, "chưa được ghi vào sự cố nào"), 1);
    assert_eq!(province.count(DUTY, "chưa được ghi vào sự cố nào"), 0);
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_that_wait_are_given_up_by_leaving_them_which_says_so() {
    let province = given().await;
    let (one, two) = province.waiting().await;
    province.say(REPORTER, &format!("/bosung {one}")).await;

    province.say(REPORTER, "/huy").await;
    assert!(province.last(REPORTER).text.contains("vẫn đang chờ"));
    province.say(REPORTER, "/huy").await;
    assert!(province.last(REPORTER).text.contains("không được ghi vào sự cố nào"));

    province.say(REPORTER, "/huy").await;
    assert!(province.last(REPORTER).text.contains("Không có bước nào"));
    assert_eq!((province.notes(&one), province.notes(&two)), (0, 0));
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_description_is_not_lost_by_answering_a_message_about_several() {
    let province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    province.report(REPORTER, OTHER).await;
    province.say(REPORTER, "/suco").await;
    let list = province.last(REPORTER).message_id;
    province.say(REPORTER, "/baosuco").await;
    province.press(REPORTER, REPORTER, "Không").await;

    province.say(REPORTER, "/truc").await;
    province.reply(REPORTER, REPORTER, list, WORDS).await;
    province.say(REPORTER, one.as_str()).await;
    assert_eq!((province.notes(&one), province.codes().len()), (1, 2));
    province.say(REPORTER, "Máy in in ra chữ lạ").await;

    assert_eq!(province.codes().len(), 3, "the report went on");
    province.end_without_listening().await;
}

#[tokio::test]
async fn whoever_leaves_a_report_by_another_command_hears_that_it_was_left() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    province.say(DUTY, "/baosuco").await;
    province.press(DUTY, DUTY, "Không").await;

    province.say(DUTY, &format!("/nhan {code}")).await;

    assert!(province.count(DUTY, "Báo cáo đang làm dở đã dừng") == 1);
    assert_eq!(province.codes().len(), 1);
    province.end_without_listening().await;
}

#[tokio::test]
async fn words_and_commands_do_not_end_the_ten_minutes_in_which_files_belong_to_an_incident() {
    let province = given().await;
    let one = province.report(REPORTER, REPORT).await;
    let two = province.report(REPORTER, OTHER).await;
    province.after(minutes(40)).await;
    let recent = province.report(REPORTER, "Máy in in ra chữ lạ").await;
    province.say(REPORTER, &format!("/bangchung {one}")).await;

    province.say(REPORTER, "Em gửi ảnh màn hình của máy đó đây ạ").await;
    province.say(REPORTER, &format!("/ghichu {two} đã tắt máy chủ")).await;
    province.sends(REPORTER, "", &[photo(1)]).await;
    province.sends(REPORTER, "ảnh thứ hai của máy đó", &[photo(2)]).await;

    let pieces = [&one, &two, &recent].map(|code| province.pieces_of(code));
    assert_eq!(pieces, [2, 0, 0]);
    assert_eq!(province.notes(&recent), 1);
    province.after(minutes(11)).await;
    province.sends(REPORTER, "", &[photo(3)]).await;
    assert_eq!((province.pieces_of(&one), province.pieces_of(&recent)), (2, 1));
    // A new report ends it: what is sent then is about that.
    province.say(REPORTER, &format!("/bangchung {one}")).await;
    let newest = province.report(REPORTER, "Cửa phòng máy bị cạy").await;
    province.sends(REPORTER, "", &[photo(4)]).await;
    province.say(REPORTER, newest.as_str()).await;
    assert_eq!((province.pieces_of(&one), province.pieces_of(&newest)), (2, 1));
    province.end_without_listening().await;
}

#[tokio::test]
async fn a_photo_with_a_command_that_asks_back_is_evidence_of_the_incident_it_names() {
    for command in ["/ghichu", "/suco", "/ketthuc", "/mucdo"] {
        let mut province = given().await;
        let code = province.report(REPORTER, REPORT).await;
        province.press(DUTY, DUTY, "Tiếp nhận").await;
        province.forget();
        let album = [photo(1), photo(2)];

        province.sends(DUTY, &format!("{command} {code}"), &album).await;

        assert_eq!(province.pieces_of(&code), 2, "{command}");
        assert_eq!(province.count(DUTY, "Đã ghi nhận tệp"), 1);
        let asked = province.last(DUTY).text;
        assert!(asked.contains(code.as_str()) && !asked.contains("Đã ghi nhận tệp"), "{asked}");
        if command == "/ghichu" {
            province.say(DUTY, "Ảnh chụp lúc hai giờ chiều").await;
            assert_eq!(province.notes(&code), 1);
        }
        province.end_without_listening().await;
    }
}

#[tokio::test]
async fn a_photo_that_nothing_took_is_said_not_to_be_taken() {
    let province = given().await;
    let not_taken = |who: i64| province.count(who, "Tệp gửi kèm chưa được nhận");
    province.sends(REPORTER, "/baosuco", &[photo(1)]).await;
    assert_eq!(not_taken(REPORTER), 1);
    province.press(REPORTER, REPORTER, "Không").await;
    province.say(REPORTER, REPORT).await;
    let code = province.newest();
    assert_eq!(province.pieces_of(&code), 0);

    province.report(REPORTER, OTHER).await;
    for (said, command) in ["/ghichu", "/truc", "/trogiup"].into_iter().enumerate() {
        province.sends(REPORTER, command, &[photo(2)]).await;
        assert_eq!(not_taken(REPORTER), said + 2, "{command}");
    }
    // Nor where the command is refused.
    province.sends(REPORTER, &format!("/mucdo {code} cao"), &[photo(3)]).await;
    assert_eq!(not_taken(REPORTER), 5);
    province.sends(REPORTER, &format!("/mucdo {code}"), &[photo(3)]).await;
    assert_eq!(not_taken(REPORTER), 6);
    assert!(province.codes().iter().all(|code| province.pieces_of(code) == 0));
    province.end_without_listening().await;
}
