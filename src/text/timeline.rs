//! One line for each thing that happened to an incident, for `/suco CODE` and `incident show`.

use chrono_tz::Tz;

use super::evidence;
use super::markup::one_line;
use super::news;
use super::people;
use super::play;
use super::words;
use crate::domain::directory::Directory;
use crate::domain::envelope::Actor;
use crate::domain::escalation::ladder::Rung;
use crate::domain::escalation::who::Called;
use crate::domain::incident::IncidentEvent;
use crate::domain::incident::event::{Cause, Fact, Opening, WhyFailed};
use crate::domain::values::{Category, ChannelKind, Flag, Severity, Tri};

/// How much of the words that came with an event its line repeats, in UTF-16 units.
const WORDS_UNITS: usize = 200;

/// What happened, without its time. `said` are the words that came with it, where they may be shown
/// and were not removed.
pub fn line(
    event: &IncidentEvent,
    actor: &Actor,
    directory: &Directory,
    said: Option<&str>,
    zone: Tz,
) -> String {
    let told = match event {
        IncidentEvent::FactGiven { fact } => {
            format!(
                "{} cho biết {}",
                people::actor(actor, directory),
                fact_given(fact, directory, zone)
            )
        }
        IncidentEvent::CallPutOff { until, .. } => {
            format!("Ngoài giờ làm việc, chờ đến {} mới gọi", until.shown(zone))
        }
        IncidentEvent::UnitMoved { from, to } => {
            format!("Chuyển đơn vị: {}", news::unit_moved(from, to, directory))
        }
        other => evidence::told(other, &people::actor(actor, directory), directory)
            .unwrap_or_else(|| told(other, actor, directory)),
    };
    match said.map(|said| one_line(said, WORDS_UNITS)).filter(|said| !said.is_empty()) {
        Some(said) => format!("{told}: {said}"),
        None => told,
    }
}

fn told(event: &IncidentEvent, actor: &Actor, directory: &Directory) -> String {
    use IncidentEvent as E;
    let who = people::actor(actor, directory);
    let name = |id| people::name(id, directory);
    match event {
        E::Reported { opening } => opened(opening, &who),
        E::RungReached { rung, people, team, reachable, cause, .. } => {
            let whom = called(people, *team, directory);
            called_at(&format!("Gọi {}", place(*rung)), &whom, *reachable, *cause)
        }
        E::Exhausted { people, reachable, cause, .. } => {
            let whom = called(people, true, directory);
            called_at("Hết các vòng gọi, gọi Đội trưởng và lãnh đạo", &whom, *reachable, *cause)
        }
        E::RungUndeliverable => "Không gửi được tin tới ai ở bậc này, gọi bậc tiếp theo".to_owned(),
        E::PageFailed { person, channel, why, .. } => undelivered(&name(person), *channel, *why),
        E::Acknowledged { previous: None } => format!("{who} tiếp nhận"),
        E::Acknowledged { previous: Some(previous) } => {
            format!("{who} tiếp nhận, thay {}", name(previous))
        }
        E::HelperJoined { person } => format!("{} cùng xử lý", name(person)),
        E::HandedBack { holder } if *actor == Actor::Person(holder.clone()) => {
            format!("{who} trả lại")
        }
        E::HandedBack { holder } => format!("{who} trả lại thay {}", name(holder)),
        E::LeaseReminded { .. } => "Hỏi người giữ còn xử lý không".to_owned(),
        E::LeaseExpired { holder } => {
            format!("{} không trả lời, sự cố không còn người giữ", name(holder))
        }
        E::KeptAlive => format!("{who} báo còn xử lý"),
        E::Assigned { to } => format!("{who} phân công cho {}", name(to)),
        E::NoteAdded { .. } => format!("{who} ghi chú"),
        E::SeverityChanged { from, to, .. } => severity_changed(&who, *from, *to),
        E::CategoryChanged { to } => categorised(&who, *to),
        E::FlagSet { flag, value, .. } => flagged(&who, *flag, *value),
        E::TlpChanged { to } => format!("{who} đổi nhãn thành TLP:{to}"),
        E::Contained { took: true } => format!("{who} khoanh vùng xong và giữ sự cố"),
        E::Contained { took: false } => format!("{who} khoanh vùng xong"),
        E::Resolved => format!("{who} khắc phục xong"),
        E::CloseReminded { .. } => "Nhắc kết thúc".to_owned(),
        E::Closed { main: Some(main), .. } => format!("{who} gộp vào {main}"),
        E::Closed { outcome, main: None, .. } => {
            format!("{who} kết thúc ({})", words::outcome(*outcome))
        }
        E::Reopened => format!("{who} mở lại"),
        E::MergedIn { duplicate, .. } => format!("{who} gộp {duplicate} vào đây"),
        E::Unmerged { duplicate } => format!("{who} bỏ gộp {duplicate}"),
        E::Grouped { parent } => format!("{who} đưa vào sự cố diện rộng {parent}"),
        E::Ungrouped { parent } => format!("{who} tách khỏi sự cố diện rộng {parent}"),
        E::PartJoined { part, .. } => format!("{who} đưa {part} vào xử lý chung"),
        E::PartLeft { part } => format!("{who} tách {part} ra"),
        E::AlertRepeated { count, .. } => format!("Cảnh báo lặp lại lần {count}"),
        E::FlappingDamped { times, within_ms, quiet_ms } => flapping(*times, *within_ms, *quiet_ms),
        E::AlertCleared => "Nguồn cảnh báo báo đã hết; sự cố vẫn chờ người kết thúc".to_owned(),
        E::WaitShifted { by_ms } => shifted(*by_ms),
        E::WordsEdited { of_seq, .. } => format!("{who} sửa nội dung của mục {of_seq}"),
        E::ContentRemoved { of_seq, .. } => format!("{who} rút nội dung của mục {of_seq}"),
        E::Run { what, .. } => play::told::line(what, actor, directory),
        // `line` has told these.
        E::FactGiven { .. }
        | E::UnitMoved { .. }
        | E::CallPutOff { .. }
        | E::EvidenceOffered { .. }
        | E::EvidenceStored { .. }
        | E::EvidenceRefused { .. }
        | E::EvidenceDescribed { .. }
        | E::EvidenceHanded { .. }
        | E::EvidenceReceived { .. } => String::new(),
    }
}

fn undelivered(name: &str, channel: Option<ChannelKind>, why: WhyFailed) -> String {
    let by = channel.map(|channel| format!(" qua {}", words::channel(channel)));
    format!("Không gửi được tới {name}{}: {}", by.unwrap_or_default(), words::why_failed(why))
}

fn flagged(who: &str, flag: Flag, value: Tri) -> String {
    format!("{who} đánh dấu “{}” = {}", words::flag(flag), words::tri(value))
}

fn shifted(by_ms: i64) -> String {
    let by = std::time::Duration::from_millis(by_ms.unsigned_abs());
    format!("Đồng hồ máy chủ lệch {}, thời gian chờ giữ nguyên", words::duration(by))
}

/// A source whose alerts come and go.
fn flapping(times: u64, within_ms: u64, quiet_ms: u64) -> String {
    let long = |ms: u64| words::duration(std::time::Duration::from_millis(ms));
    format!(
        "Nguồn chập chờn: {times} lần trong {}, không mở sự cố mới đến khi nguồn yên {}",
        long(within_ms),
        long(quiet_ms)
    )
}

/// What the report had left open, as the end of a sentence.
fn fact_given(fact: &Fact, directory: &Directory, zone: Tz) -> String {
    match fact {
        Fact::System(code) => {
            let system = directory.systems.get(code).map(people::system);
            format!("hệ thống: {}", system.unwrap_or_else(|| code.to_string()))
        }
        Fact::Category(category) => {
            format!("giống loại {category} – {}", words::category(*category))
        }
        Fact::NoticedAt(at) => format!("phát hiện lúc {}", at.shown(zone)),
        Fact::Impact(impact) => format!("ảnh hưởng: {}", words::impact(*impact)),
        Fact::PersonalData(value) => format!("dữ liệu cá nhân: {}", words::tri(*value)),
    }
}

fn categorised(who: &str, to: Option<Category>) -> String {
    match to {
        Some(to) => format!("{who} phân loại: {to} – {}", words::category(to)),
        None => format!("{who} bỏ phân loại"),
    }
}

fn severity_changed(who: &str, from: Severity, to: Severity) -> String {
    let (before, after) = (words::severity(from), words::severity(to));
    if from == to {
        return format!("{who} xác nhận mức độ: {after}");
    }
    format!("{who} đổi mức độ: {before} → {after}")
}

fn opened(opening: &Opening, who: &str) -> String {
    let severity = words::severity(opening.severity);
    if opening.off_channel {
        return format!("{who} báo, {}, mức độ {severity}", words::OFF_CHANNEL);
    }
    match &opening.follows {
        Some(earlier) => format!("{who} báo, mức độ {severity}, tiếp theo {earlier}"),
        None => format!("{who} báo, mức độ {severity}"),
    }
}

fn place(rung: Rung) -> String {
    format!("vòng {}, bậc {}", rung.round, rung.level)
}

fn called(people: &[Called], team: bool, directory: &Directory) -> String {
    let each = people.iter().map(|called| {
        format!("{} ({})", people::name(&called.id, directory), words::why_of(called.why))
    });
    let team = team.then(|| "nhóm chat của Đội".to_owned());
    each.chain(team).collect::<Vec<_>>().join(", ")
}

fn called_at(head: &str, whom: &str, reachable: bool, cause: Cause) -> String {
    let reach = match (whom.is_empty(), reachable) {
        (true, _) => "không có ai",
        (false, true) => "",
        (false, false) => "; không ai có kênh liên lạc",
    };
    format!("{head} ({}): {whom}{reach}", words::cause(cause))
}
