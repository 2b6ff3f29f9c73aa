//! What can be wrong with a scenario: what it is, and what to do.

use crate::domain::drill::scenario::lint::{LONGEST, LONGEST_WORD, Unfit, Unknown, What};
use crate::domain::drill::scenario::real::Hit;

/// What is wrong, and the remedy.
pub type Said = (String, String);

fn said(what: impl Into<String>, remedy: impl Into<String>) -> Said {
    (what.into(), remedy.into())
}

/// The file is too large.
pub fn too_large() -> Said {
    said("tệp lớn hơn 1 MiB", "Rút gọn, hoặc tách thành nhiều kịch bản")
}

/// Too many messages.
pub fn too_many(most: usize) -> Said {
    said(format!("kịch bản có hơn {most} tình huống"), "Tách thành nhiều kịch bản")
}

/// The id is not the file's name.
pub fn other_name() -> Said {
    said("id khác tên tệp", "Đặt tên tệp là id, thêm .toml")
}

/// Nobody such.
pub fn bad_who() -> Said {
    said("không có đối tượng này", "Dùng unit, team, lead, managers hoặc role:<vai trò>")
}

/// A message that goes out at no time, or at two.
pub fn no_trigger() -> Said {
    said(
        "tình huống không rõ gửi lúc nào",
        "Mỗi tình huống có đúng một trong: at, after, on_answer, on_silence, by_hand = true",
    )
}

/// Not an inject and one of its expectations.
pub fn bad_reference() -> Said {
    said(
        "không chỉ rõ điều mong đợi nào",
        "Viết mã tình huống/mã mong đợi, ví dụ bai-dang/xac-minh",
    )
}

/// A delay or a value that counts from nothing.
pub fn no_delay() -> Said {
    said(
        "khóa này không dùng ở đây",
        "delay đi với after, on_answer, on_silence; value chỉ đi với on_answer",
    )
}

/// What the whole of a scenario shows.
pub fn found(what: &What) -> Said {
    match what {
        What::Words(unfit) => words(unfit),
        What::Unknown(unknown) => is_not_there(unknown),
        What::Missing => said(
            "phần này còn thiếu",
            "Thêm vào; kịch bản nào cũng cần setting, correction, [[part]], [[objective]], [[inject]], [[question]]",
        ),
        What::NoGuide(mark) => said(
            format!("hướng dẫn chấm thiếu mức {mark}"),
            "Viết đủ bốn mức: performed, some, major, unable",
        ),
        What::Unserved => said(
            "không điều mong đợi nào cho thấy mục tiêu này",
            "Ghi objective này vào ít nhất một [[inject.expect]], hoặc bỏ mục tiêu",
        ),
        What::ToNobody => {
            said("tình huống không gửi cho ai", "Ghi to = [\"all\"] hoặc mã các vai trong [[part]]")
        }
        What::Unaddressed => said(
            "không tình huống nào gửi cho vai này",
            "Gửi ít nhất một tình huống cho vai, hoặc bỏ vai",
        ),
        What::Circle => {
            said("tình huống chờ vòng lại chính nó", "Cho một tình huống trong vòng gửi theo at")
        }
        What::AfterTheEnd => {
            said("tình huống chỉ gửi được sau khi hết giờ", "Gửi sớm hơn, hoặc tăng length")
        }
        What::NoContingency => said(
            "tình huống dự phòng mà lần nào cũng gửi",
            "Dùng on_answer, on_silence hoặc by_hand, hoặc bỏ contingency",
        ),
        What::Order => said("target dài hơn expires", "Đặt target không dài hơn expires"),
        What::TwoChoices => said(
            "hai câu chọn trong một tình huống, người đọc không biết nút nào của câu nào",
            "Tách thành hai tình huống",
        ),
    }
}

/// Words that cannot be sent as they are.
fn words(unfit: &Unfit) -> Said {
    match unfit {
        Unfit::Real(hit) => real(hit),
        Unfit::Masked => said(
            "có chữ giống mật khẩu, khóa, số giấy tờ hoặc dấu bí mật nhà nước, sẽ bị che khi gửi",
            "Tả bằng lời, không viết giá trị",
        ),
        Unfit::Program(name) => said(
            format!("tệp kèm “{name}” mang tên chương trình"),
            "Kèm tệp chữ, ví dụ .txt; tên tệp độc hại thì tả trong lời",
        ),
        Unfit::FileName(name) => said(
            format!("tên tệp kèm “{name}” không dùng được"),
            "Dùng chữ, số, gạch nối, tối đa 64 ký tự, đuôi .txt, .csv, .md, .log, .json hoặc .eml",
        ),
        Unfit::TooLong(length) => said(
            format!("dài {length} ký tự, không vừa một tin nhắn"),
            format!("Rút còn tối đa {LONGEST} ký tự; trên điện thoại nên dưới 900"),
        ),
        Unfit::LongWord(word) => said(
            format!("“{word}” quá dài cho một nút"),
            format!("Rút còn tối đa {LONGEST_WORD} ký tự, đưa phần giải thích vào body"),
        ),
    }
}

/// Words that could be taken for real.
fn real(hit: &Hit) -> Said {
    match hit {
        Hit::Taken(phrase) => said(
            format!("có cụm từ “{phrase}”, dễ bị hiểu là việc thật hoặc lệnh của ban tổ chức"),
            "Viết cách khác; lời báo thật và lệnh dừng do bot gửi",
        ),
        Hit::Link(shown) => said(
            format!("“{shown}” có thể mở được thật"),
            "Dùng tên miền không có thật, đuôi .example, .test, .invalid hoặc .vidu",
        ),
        Hit::Mail(shown) => said(
            format!("“{shown}” có thể là hộp thư có thật"),
            "Dùng địa chỉ đuôi .example, .test, .invalid hoặc .vidu",
        ),
        Hit::Telephone(shown) => said(
            format!("“{shown}” có thể là số điện thoại có thật"),
            "Bỏ số; viết “số trực của Đội”, “số ghi trong danh bạ”",
        ),
        Hit::Address(shown) => said(
            format!("địa chỉ mạng “{shown}” có thể là máy có thật"),
            "Dùng dải tài liệu 192.0.2.x, 198.51.100.x, 203.0.113.x, hoặc mạng riêng 10.x",
        ),
    }
}

/// What names something that is not there.
fn is_not_there(unknown: &Unknown) -> Said {
    match unknown {
        Unknown::Part(id) => said(
            format!("không có vai “{id}”"),
            "Thêm [[part]] có id đó, hoặc sửa; gửi mọi người thì ghi all",
        ),
        Unknown::Objective(id) => {
            said(format!("không có mục tiêu “{id}”"), "Thêm [[objective]] có id đó, hoặc sửa")
        }
        Unknown::Inject(id) => {
            said(format!("không có tình huống “{id}”"), "Thêm [[inject]] có id đó, hoặc sửa")
        }
        Unknown::Expect(id) => said(
            format!("tình huống đó không có điều mong đợi “{id}”"),
            "Thêm [[inject.expect]] có id đó, hoặc sửa",
        ),
        Unknown::Value(value) => said(
            format!("điều mong đợi đó không có lựa chọn “{value}”"),
            "value phải là một khóa trong choices của tình huống đó",
        ),
        Unknown::Right(value) => {
            said(format!("“{value}” không phải lựa chọn nào"), "Sửa right theo choices")
        }
        Unknown::Playbook(id) => {
            said(format!("không có quy trình “{id}”"), "Xem trucban playbook list, rồi sửa mã")
        }
        Unknown::Step(id) => said(
            format!("quy trình đó không có bước “{id}”"),
            "Xem trucban playbook show, rồi sửa mã bước",
        ),
    }
}
