//! Evidence: the list of an incident, what is not taken and what to do instead.

use super::buttons;
use super::card;
use super::markup::{Markup, one_line};
use super::message::{Button, Message, rows};
use super::people;
use super::words;
use crate::domain::directory::Directory;
use crate::domain::evidence::{EvidenceRefusal, Form, Kind, NotTaken, Piece, State};
use crate::domain::ids::{IncidentCode, PersonId};
use crate::domain::incident::act::ActKind;
use crate::domain::incident::{Incident, IncidentEvent};
use crate::domain::notice::{News, Reader, Shown, Told, View};
use crate::domain::press::Verb;
use crate::domain::secrecy::{Secret, built_in};

/// How many pieces a list shows, the newest.
const LISTED: usize = 30;

/// How many of them have buttons.
const BUTTONS: usize = 6;

/// The title of a report that is nothing but a file.
pub fn untitled(form: Form) -> &'static str {
    match form {
        Form::Photo => "Ảnh không kèm mô tả",
        Form::Voice | Form::Audio => "Tin thoại không kèm mô tả",
        Form::Video => "Video không kèm mô tả",
        Form::File => "Tệp không kèm mô tả",
    }
}

/// Whether a report was nothing but a file: then words are asked for afterwards.
pub fn is_untitled(title: &str) -> bool {
    [Form::Photo, Form::Voice, Form::Video, Form::File].iter().any(|form| untitled(*form) == title)
}

/// What a kept file is.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "ảnh",
        Kind::Pdf => "PDF",
        Kind::Text => "văn bản thuần",
        Kind::Audio => "âm thanh",
        Kind::Office => "tài liệu văn phòng",
    }
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Photo => "ảnh",
        Form::Voice => "tin thoại",
        Form::Audio => "âm thanh",
        Form::Video => "video",
        Form::File => "tệp",
    }
}

/// Why something is not taken, as a piece of a sentence.
pub fn why(why: &NotTaken) -> String {
    match why {
        NotTaken::Program => "là chương trình chạy được".to_owned(),
        NotTaken::Script => "là mã lệnh hoặc trang có mã lệnh".to_owned(),
        NotTaken::Macros => "có macro".to_owned(),
        NotTaken::Archive => "là tệp nén".to_owned(),
        NotTaken::DiskImage => "là ảnh đĩa".to_owned(),
        NotTaken::Log => "là tệp nhật ký".to_owned(),
        NotTaken::Capture => "là bản ghi lưu lượng mạng".to_owned(),
        NotTaken::Unknown => "thuộc loại không nhận".to_owned(),
        NotTaken::Kind(of) => format!("là {}, Đội không nhận loại này", kind(*of)),
        NotTaken::TooLarge(limit) => format!("lớn hơn {limit} MB"),
        NotTaken::NotFetched => "không tải về được".to_owned(),
        NotTaken::Secrets(found) => {
            let names: Vec<&str> = found.iter().map(|secret| built_in().name(*secret)).collect();
            format!("có {}", names.join(", "))
        }
    }
}

/// What was wrong with what was asked about evidence.
pub fn refused(refusal: &EvidenceRefusal) -> String {
    match refusal {
        EvidenceRefusal::Unknown(number) => format!(
            "Không có chứng cứ số {number}, hoặc tệp đó không được lưu. Xem: /bangchung kèm mã"
        ),
        EvidenceRefusal::BadHash => "Mã SHA-256 gồm đúng 64 chữ số và chữ cái a–f. \
            Cách viết: /bangchung MÃ MÃ_SHA256 nơi giữ"
            .to_owned(),
        EvidenceRefusal::NotYours(number) => {
            format!("Chứng cứ số {number} không chờ anh/chị xác nhận. Xem: /bangchung kèm mã")
        }
        EvidenceRefusal::TooMuch(code) => format!(
            "{code} đã có quá nhiều mục chứng cứ. Xin báo mã SHA-256 và nơi giữ trong một ghi chú."
        ),
    }
}

/// The receipt of an act on evidence; nothing for other acts.
pub fn receipt(code: &IncidentCode, act: ActKind) -> Option<String> {
    Some(match act {
        ActKind::Attach => {
            format!("Đã ghi nhận tệp cho {code}, đang tải về lưu. Xem: /bangchung {code}")
        }
        ActKind::Describe => format!(
            "Đã ghi nhận chứng cứ giữ bên ngoài của {code}. Xin giữ nguyên bản gốc. Xem: /bangchung {code}"
        ),
        ActKind::Hand => format!(
            "Đã ghi nhận bàn giao chứng cứ của {code}, chờ người nhận xác nhận. Xem: /bangchung {code}"
        ),
        ActKind::Receive => format!("Đã ghi nhận: anh/chị đã nhận chứng cứ của {code}."),
        _ => return None,
    })
}

/// What happened to evidence, as a line of what happened; nothing for other events.
pub fn told(event: &IncidentEvent, who: &str, directory: &Directory) -> Option<String> {
    use IncidentEvent as E;
    Some(match event {
        E::EvidenceOffered { number, .. } => format!("{who} gửi chứng cứ số {number}"),
        E::EvidenceStored { number, stored } => {
            let (kind, size) = (kind(stored.kind), size(stored.size));
            let hash = short(&stored.sha256);
            format!("Đã lưu chứng cứ số {number}: {kind}, {size}, SHA-256 {hash}")
        }
        E::EvidenceRefused { number, why: because } => {
            format!("Không lưu tệp số {number} vì {}", why(because))
        }
        E::EvidenceDescribed { number, sha256, .. } => {
            let hash = short(sha256);
            format!("{who} báo chứng cứ số {number} giữ bên ngoài, SHA-256 {hash}")
        }
        E::EvidenceHanded { number, to, .. } => {
            let to = people::name(to, directory);
            format!("{who} bàn giao chứng cứ số {number} cho {to}")
        }
        E::EvidenceReceived { number, .. } => {
            format!("{who} xác nhận đã nhận chứng cứ số {number}")
        }
        _ => return None,
    })
}

/// News about evidence, after the code; nothing for other news.
pub fn news(news: &News, directory: &Directory) -> Option<String> {
    let name = |by: &Option<PersonId>| {
        let by = by.as_ref().map(|by| people::name(by, directory));
        by.unwrap_or_else(|| words::PROGRAM.to_owned())
    };
    Some(match news {
        News::Evidence { by } => format!(": {} gửi chứng cứ.", name(by)),
        News::Handed { number, by } => format!(
            ": {} bàn giao chứng cứ số {number} cho anh/chị. Nhận đủ rồi, xin bấm {}.",
            name(by),
            buttons::RECEIVED
        ),
        News::Received { number, by } => {
            format!(": {} đã nhận chứng cứ số {number}.", name(by))
        }
        _ => return None,
    })
}

/// What to do with a file that was not taken.
pub fn not_taken(code: &IncidentCode, number: u32, because: &NotTaken, view: &View) -> Message {
    let mut lines = vec![
        Markup::new().bold(format!("{code}: tệp số {number} không được lưu vì {}.", why(because))),
    ];
    match because {
        NotTaken::Secrets(found) if found.contains(&Secret::Stamp) => lines.push(
            Markup::new().text("Bot không giữ gì của tệp này. Xin trao đổi trực tiếp, không gửi qua chat."),
        ),
        NotTaken::Secrets(_) => lines.push(Markup::new().text(
            "Bot không giữ gì của tệp này. Xin bỏ phần đó rồi gửi lại, hoặc trao đổi trực tiếp với người giữ sự cố.",
        )),
        NotTaken::NotFetched => lines.push(Markup::new().text("Xin anh/chị gửi lại tệp này.")),
        _ => {
            lines.push(Markup::new().text(
                "Xin giữ nguyên bản gốc, tính mã SHA-256 và báo nơi giữ bằng một tin:",
            ));
            lines.push(Markup::new().bold(format!("/bangchung {code} MÃ_SHA256 nơi giữ")));
        }
    }
    lines.push(Markup::new().text(people::hotline(view)));
    Message::quiet(Markup::lines(lines))
}

/// The evidence of an incident, and how to add to it.
pub fn list(code: &IncidentCode, view: &View) -> Message {
    let Some(shown) = card::find(view, code) else {
        return Message::quiet(Markup::new().text(format!("Không tìm thấy sự cố “{code}”.")));
    };
    let incident = &shown.incident;
    if incident.off_channel {
        let said = format!("{code}: {}. Không nhận tệp nào ở đây.", words::OFF_CHANNEL);
        return Message::quiet(Markup::new().text(said).line().text(people::hotline(view)));
    }
    let count = incident.evidence.len();
    let head = match count {
        0 => format!("{code} chưa có chứng cứ."),
        _ => format!("{code}: {count} mục chứng cứ"),
    };
    let mut lines = vec![Markup::new().bold(head)];
    if count > LISTED {
        lines.push(Markup::new().text(format!("{LISTED} mục mới nhất:")));
    }
    let alone = matches!(view.reader, Reader::Person(_));
    if !alone && !card::shows_content(incident, view) {
        lines.push(Markup::new().text(format!("Xem trong chat riêng với bot: /bangchung {code}")));
        return Message::quiet(Markup::lines(lines));
    }
    let skipped = count.saturating_sub(LISTED);
    lines.extend(
        incident.pieces().skip(skipped).map(|(number, piece)| line(number, piece, shown, view)),
    );
    lines.push(Markup::new().text(if alone {
        "Trong 10 phút tới, ảnh và tài liệu anh/chị gửi ở đây thuộc sự cố này."
    } else {
        "Gửi thêm: trả lời (reply) thẻ sự cố bằng ảnh hoặc tài liệu, hoặc gửi trong chat riêng với bot."
    }));
    lines.push(Markup::new().text(
        "Tệp chạy được, tệp nén, nhật ký, ảnh đĩa: không gửi, chỉ báo mã SHA-256 và nơi giữ:",
    ));
    lines.push(Markup::new().bold(format!("/bangchung {code} MÃ_SHA256 nơi giữ")));
    Message::quiet(Markup::lines(lines)).with(rows(offered(incident, view), 3))
}

fn line(number: u32, piece: &Piece, shown: &Shown, view: &View) -> Markup {
    let zone = view.team.zone;
    let by = piece
        .by
        .as_ref()
        .map_or_else(String::new, |by| format!(", {}", people::name(by, &view.directory)));
    let when = words::moment(piece.at, view.now, zone);
    let named = text_of(piece, shown, view).map(|name| format!(" “{name}”")).unwrap_or_default();
    let what = match &piece.state {
        State::Waiting => format!("{}{named}, đang tải về", form(piece.form.unwrap_or(Form::File))),
        State::Stored(stored) => {
            let (kind, size, hash) = (kind(stored.kind), size(stored.size), short(&stored.sha256));
            format!("{kind}{named}, {size}, {hash}")
        }
        State::NotTaken(because) => format!(
            "{}{named}, không lưu vì {}",
            form(piece.form.unwrap_or(Form::File)),
            why(because)
        ),
        State::Elsewhere { sha256 } => format!("giữ bên ngoài{named}, {}", short(sha256)),
        State::Removed { .. } => "đã rút".to_owned(),
    };
    Markup::new().text(format!("{number}. {what} ({when}{by}){}", custody(piece, view)))
}

/// Who has it, and who is to confirm.
fn custody(piece: &Piece, view: &View) -> String {
    let name = |id| people::name(id, &view.directory);
    let has = piece.custodian.as_ref().map(|id| format!("; {} giữ", name(id)));
    let gets = piece.handed_to.as_ref().map(|id| format!("; chờ {} xác nhận đã nhận", name(id)));
    format!("{}{}", has.unwrap_or_default(), gets.unwrap_or_default())
}

/// The name of a file or the place of what is kept elsewhere: content, for those who may see it.
fn text_of(piece: &Piece, shown: &Shown, view: &View) -> Option<String> {
    // In private it was asked for, as the content of a red one has to be.
    let asked = matches!(view.reader, Reader::Person(_)) && card::may_see(&shown.incident, view);
    let may = asked || card::shows_content(&shown.incident, view);
    let of_it = |told: &&Told| {
        told.at.seq == piece.seq
            || matches!(told.event, IncidentEvent::WordsEdited { of_seq, .. } if of_seq == piece.seq)
    };
    let told = view.history.iter().rfind(of_it).filter(|_| may)?;
    told.words.as_deref().map(|words| one_line(words, 60)).filter(|words| !words.is_empty())
}

fn offered(incident: &Incident, view: &View) -> Vec<Button> {
    let Reader::Person(reader) = &view.reader else { return Vec::new() };
    let roles = view.directory.active(reader).map(|person| person.roles.clone());
    let may = roles
        .unwrap_or_default()
        .iter()
        .any(|role| crate::domain::access::may(*role, ActKind::Hand));
    let one = |(number, piece): (u32, &Piece)| {
        let mine = piece.handed_to.as_ref() == Some(reader);
        let verb = if mine { Verb::Received(number) } else { Verb::Hand(number) };
        let label = format!("{} {number}", buttons::label(&verb));
        (mine || may).then(|| buttons::on(incident, verb, &label)).flatten()
    };
    let kept = incident.pieces().filter(|(_, piece)| piece.is_kept());
    let mut buttons: Vec<Button> = kept.filter_map(one).collect();
    let surplus = buttons.len().saturating_sub(BUTTONS);
    buttons.drain(..surplus);
    buttons
}

/// Enough of a hash to compare by eye.
pub fn short(sha256: &str) -> String {
    format!("{}…", sha256.chars().take(12).collect::<String>())
}

/// A size for people.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => {
            let tenths = bytes.saturating_mul(10).div_ceil(1_048_576);
            format!("{},{} MB", tenths / 10, tenths % 10)
        }
    }
}
