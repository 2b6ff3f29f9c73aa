//! When something was noticed is evidence: every spelling is read as it was meant, or not at all.

use trucban::chat::when::{Said, read};

use super::world::NOW;

/// It is 14:00 on Saturday, 21 November 2026. What is `true` says nothing but the instant.
const READ: &[(&str, &str, bool)] = &[
    ("14:00", "14:00 21/11/2026", true),
    ("9h30", "09:30 21/11/2026", true),
    ("lúc 9h", "09:00 21/11/2026", true),
    ("9 giờ trước", "05:00 21/11/2026", true),
    ("2 tiếng trước", "12:00 21/11/2026", true),
    ("30 phút trước", "13:30 21/11/2026", true),
    ("30p trước", "13:30 21/11/2026", true),
    ("2h trước", "12:00 21/11/2026", true),
    ("1 tiếng rưỡi trước", "12:30 21/11/2026", true),
    ("1 giờ 30 phút trước", "12:30 21/11/2026", true),
    ("nửa tiếng trước", "13:30 21/11/2026", true),
    ("một tiếng trước ạ", "13:00 21/11/2026", true),
    ("cách đây 2 tiếng", "12:00 21/11/2026", true),
    ("2 tiếng rồi", "12:00 21/11/2026", true),
    ("2 ngày trước", "14:00 19/11/2026", true),
    ("2 ngày trước lúc 9h", "09:00 19/11/2026", true),
    ("23:50", "23:50 20/11/2026", true),
    ("9h30 hôm qua", "09:30 20/11/2026", true),
    ("hom qua", "14:00 20/11/2026", true),
    ("20/11 14h05", "14:05 20/11/2026", true),
    ("14:05 20-11-2025", "14:05 20/11/2025", true),
    ("14:05 20/11/26", "14:05 20/11/2026", true),
    ("2026-11-20 14:05", "14:05 20/11/2026", true),
    ("8h ngày 20 tháng 11", "08:00 20/11/2026", true),
    ("31/12", "14:00 31/12/2025", true),
    ("Bây giờ", "14:00 21/11/2026", true),
    ("2h chiều hôm qua", "14:00 20/11/2026", true),
    ("2h chiều", "14:00 21/11/2026", true),
    ("2h chie\u{302}\u{300}u", "14:00 21/11/2026", true),
    ("3h chiều", "15:00 20/11/2026", true),
    ("9h tối qua", "21:00 20/11/2026", true),
    ("9 giờ tối", "21:00 20/11/2026", true),
    ("tối qua lúc 9h", "21:00 20/11/2026", true),
    ("9h toi qua", "21:00 20/11/2026", true),
    ("14h hôm qua, trời mưa", "14:00 20/11/2026", false),
    ("8 giờ sáng", "08:00 21/11/2026", true),
    ("8 giờ 30", "08:30 21/11/2026", true),
    ("8 giờ 30 phút sáng nay", "08:30 21/11/2026", true),
    ("8g30", "08:30 21/11/2026", true),
    ("8h30'", "08:30 21/11/2026", true),
    ("8 rưỡi", "08:30 21/11/2026", true),
    ("8h rưỡi sáng nay", "08:30 21/11/2026", true),
    ("9 giờ kém 15", "08:45 21/11/2026", true),
    ("sáng nay 8h15", "08:15 21/11/2026", true),
    ("8 gio 30 sang nay", "08:30 21/11/2026", true),
    ("tám giờ sáng", "08:00 21/11/2026", true),
    ("12h trưa", "12:00 21/11/2026", true),
    ("1h trưa nay", "13:00 21/11/2026", true),
    ("12h đêm qua", "00:00 21/11/2026", true),
    ("2h đêm qua", "02:00 21/11/2026", true),
    ("11h đêm hôm kia", "23:00 19/11/2026", true),
    ("9h hôm kia", "09:00 19/11/2026", true),
    ("3h chiều qua", "15:00 20/11/2026", true),
    ("sáng nay", "08:00 21/11/2026", false),
    ("chiều qua", "15:00 20/11/2026", false),
    ("tối qua", "20:00 20/11/2026", false),
    ("sáng nay máy chủ treo", "08:00 21/11/2026", false),
    ("9h12 máy bị khóa", "09:12 21/11/2026", false),
    ("9h 12 máy bị khóa", "09:00 21/11/2026", false),
    ("khoảng 9h, máy chủ tự khởi động lại", "09:00 21/11/2026", false),
];

/// What may mean another instant than it seems, or none at all.
const NOT_READ: &[&str] = &[
    "",
    "không nhớ",
    "25:00",
    "31/2",
    "99/99",
    "hôm nay 23:50",
    "2 giờ chiều hôm trước",
    "2 giờ trước khi họp",
    "14h chiều sáng",
    "14h sáng",
    "9h thứ hai",
    "9h chủ nhật",
    "9h sáng mai",
    "9h tuần trước",
    "9h đến 10h",
    "mất mạng 2 giờ",
    "3 giờ qua",
    "mười một giờ trước",
    "8h toi phat hien",
    "máy 10.0.0.5",
    "chạy 24/7",
    "mạng 4G",
    "Máy KT-02",
];

#[test]
fn an_instant_is_read_as_people_type_it() {
    for (words, at, whole) in READ {
        let said = read(words, NOW, chrono_tz::Asia::Ho_Chi_Minh);
        let said = said.map(|Said { at, whole }| (at.shown(chrono_tz::Asia::Ho_Chi_Minh), whole));
        assert_eq!(said, Some(((*at).to_owned(), *whole)), "{words}");
    }
}

#[test]
fn an_instant_that_may_be_another_one_is_not_read() {
    for words in NOT_READ {
        assert_eq!(read(words, NOW, chrono_tz::Asia::Ho_Chi_Minh), None, "{words}");
    }
}
