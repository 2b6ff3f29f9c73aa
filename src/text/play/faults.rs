//! What can be wrong with a playbook: what it is, and what to do.

use crate::domain::playbook::expr::Fault;
use crate::domain::playbook::lint::What;
use crate::domain::playbook::simulate::Broken;

/// What is wrong, and the remedy.
pub type Said = (String, String);

fn said(what: impl Into<String>, remedy: impl Into<String>) -> Said {
    (what.into(), remedy.into())
}

/// The file is too large.
pub fn too_large() -> Said {
    said("tệp lớn hơn 1 MiB", "Tách thành nhiều quy trình, gọi nhau bằng playbook = \"…\"")
}

/// Too many steps.
pub fn too_many(most: usize) -> Said {
    said(format!("quy trình có hơn {most} bước"), "Tách thành nhiều quy trình")
}

/// Blocks too deep in one another.
pub fn too_deep(most: usize) -> Said {
    said(
        format!("khối lồng nhau sâu quá {most} tầng"),
        "Đưa phần bên trong ra một quy trình dùng chung",
    )
}

/// Not an id.
pub fn bad_id() -> Said {
    said("mã không dùng được", "Dùng a-z, 0-9 và gạch nối, tối đa 32 ký tự")
}

/// The id is not the file's name.
pub fn other_name() -> Said {
    said("id khác tên tệp", "Đặt tên tệp là id, thêm .toml")
}

/// Not a variable's name.
pub fn bad_name() -> Said {
    said(
        "tên biến không dùng được",
        "Dùng a-z, 0-9 và gạch dưới, bắt đầu bằng chữ, tối đa 40 ký tự",
    )
}

/// No steps.
pub fn no_steps() -> Said {
    said("chưa có bước nào", "Thêm ít nhất một bước có id")
}

/// A step of no kind, or of two.
pub fn no_kind() -> Said {
    said(
        "bước không rõ làm gì",
        "Mỗi bước có đúng một trong: title, if, switch, while, parallel, playbook, wait, end",
    )
}

/// Nobody such.
pub fn bad_whom() -> Said {
    said(
        "không có đối tượng này",
        "Dùng reporter, holder, duty, backup, lead, managers, team, role:<vai trò> hoặc person:<id>",
    )
}

/// No such phase.
pub fn no_phase() -> Said {
    said("không có giai đoạn này", "Thêm [[phase]] có id đó, hoặc sửa tên")
}

/// No such block.
pub fn no_block() -> Said {
    said("không có khối này", "Thêm các bước [[block.TÊN]], hoặc sửa tên")
}

/// A block two steps lead into.
pub fn block_twice() -> Said {
    said(
        "khối này đã được bước khác dùng",
        "Mỗi khối một bước dùng; phần dùng chung thì gọi một quy trình khác",
    )
}

/// A block no step leads into.
pub fn block_unused() -> Said {
    said("không bước nào dẫn vào khối này", "Gọi khối từ một bước, hoặc xóa")
}

/// Not two to eight choices.
pub fn choices() -> Said {
    said("số lựa chọn không đúng", "Cho từ hai đến tám lựa chọn")
}

/// The lowest above the highest.
pub fn bounds() -> Said {
    said("min lớn hơn max", "Đổi lại hai giá trị")
}

/// No regular expression.
pub fn bad_pattern() -> Said {
    said("mẫu không phải biểu thức chính quy", "Viết như ^[0-9]+/.+$, hoặc bỏ dòng này")
}

/// The example does not fit the pattern.
pub fn bad_example() -> Said {
    said("ví dụ không khớp với mẫu", "Sửa example hoặc pattern")
}

/// An expression is none, or cannot be reckoned here.
pub fn condition(fault: &Fault) -> Said {
    match fault {
        Fault::Ends => said("điều kiện còn dở", "Viết trọn, ví dụ so_may > 5 and not lan_rong"),
        Fault::Unexpected(word) => said(
            format!("“{word}” không đứng được ở chỗ này"),
            "Viết như so_may > 5 and loai == \"may_chu\"",
        ),
        Fault::UnknownFact(name) => said(
            format!("không có “{name}”"),
            "Dùng incident.severity, incident.category, incident.origin hoặc incident.flag.<dấu hiệu>",
        ),
        Fault::TooLong => said("điều kiện quá dài", "Tách thành nhiều bước"),
        Fault::Kinds(shown) => said(
            format!("“{shown}” so sánh hai thứ khác loại, hoặc không phải đúng/sai"),
            "So số với số, lựa chọn với chữ trong ngoặc kép; câu trả lời bằng chữ tự do không dùng làm điều kiện",
        ),
        Fault::Unknown(name) => said(
            format!("không câu hỏi nào đặt biến “{name}”"),
            "Thêm câu hỏi set = \"…\" ở bước trước, hoặc sửa tên",
        ),
        Fault::MaybeUnset(name) => said(
            format!("biến “{name}” có đường đi tới đây mà chưa được hỏi"),
            "Hỏi ở một bước luôn được làm trước bước này; bước có only_if, on_timeout, hoặc nằm trong khối thì không chắc được làm",
        ),
        Fault::NoSuchWord(word) => {
            said(format!("“{word}” không phải lựa chọn nào"), "Dùng một giá trị có trong choices")
        }
    }
}

/// What the whole of a playbook shows.
pub fn found(what: &What) -> Said {
    match what {
        What::Unreachable => said("không đường nào dẫn tới bước này", "Nối bước vào, hoặc xóa"),
        What::Condition(fault) => condition(fault),
        What::Endless => said(
            "vòng lặp không bao giờ dừng được: không bước nào trong khối đổi điều kiện",
            "Hỏi lại biến của điều kiện ở trong khối",
        ),
        What::NobodyApproves => said(
            "không ai duyệt được: người làm không tự duyệt",
            "Chọn người duyệt khác, hoặc giảm quorum",
        ),
        What::ForAdmin => said(
            "vai trò quản trị không xem được sự cố nên không làm, không duyệt được",
            "Chọn đối tượng khác, ví dụ duty, lead hoặc role:manager",
        ),
        What::UnknownPlaybook(id) => {
            said(format!("không có quy trình “{id}”"), "Thêm tệp của quy trình đó, hoặc sửa mã")
        }
        What::CallsItself(id) => said(
            format!("quy trình gọi vòng lại chính nó (qua “{id}”)"),
            "Bỏ một lời gọi trong vòng",
        ),
        What::ArgumentMissing(name) => {
            said(format!("thiếu “{name}” mà quy trình được gọi cần"), "Thêm vào with")
        }
        What::ArgumentUnknown(name) => said(
            format!("quy trình được gọi không nhận “{name}”"),
            "Bỏ khỏi with, hoặc khai báo trong [args] bên đó",
        ),
        What::ArgumentKind(name) => {
            said(format!("“{name}” nhận loại giá trị khác"), "Xem [args] của quy trình được gọi")
        }
        What::NotSetThere(name) => said(
            format!("quy trình được gọi có đường đi không đặt biến “{name}”"),
            "Hỏi biến đó trên mọi đường đi bên đó, hoặc bỏ khỏi take",
        ),
        What::CaseMissing(word) => {
            said(format!("thiếu khối cho lựa chọn “{word}”"), "Thêm vào cases, hoặc thêm default")
        }
        What::CaseUnknown(word) => {
            said(format!("“{word}” không phải lựa chọn nào của biến"), "Sửa theo choices")
        }
        What::NoChoice(name) => said(
            format!("“{name}” không phải câu hỏi lựa chọn"),
            "Dùng if, hoặc đổi kind thành choice",
        ),
        What::TwoKinds(name) => {
            said(format!("“{name}” được hỏi theo hai kiểu khác nhau"), "Dùng hai tên biến")
        }
        What::Order => said("thời hạn trái thứ tự", "Đặt ack và due không dài hơn timeout"),
    }
}

/// How a test of a playbook's own comes out.
pub fn broken(name: &str, broken: &Broken) -> Said {
    let what = match broken {
        Broken::NoEnd(None) => "không bắt đầu được".to_owned(),
        Broken::NoEnd(Some(step)) => format!("dừng ở bước “{step}”, không tới cuối"),
        Broken::NotBegun(step) => {
            format!("bước “{step}” không được làm, hoặc không theo thứ tự này")
        }
        Broken::Begun(step) => format!("bước “{step}” được làm"),
        Broken::NoStep(step) => format!("không có bước “{step}”"),
        Broken::NoQuestion(name) => format!("không có câu hỏi đặt “{name}”"),
        Broken::NoAnswer(name) => format!("câu hỏi “{name}” không nhận câu trả lời này"),
    };
    said(format!("phép thử “{name}”: {what}"), "Sửa quy trình, hoặc sửa phép thử")
}
