//! What somebody is told whose duty or leave was arranged or changed by somebody else.

use super::lists::days;
use super::{instant, layer, span};
use crate::domain::duty_notice::DutyNotice;
use crate::domain::ids::PersonId;
use crate::domain::notice::{Reader, View};
use crate::text::people;

/// The words.
pub fn told(notice: &DutyNotice, view: &View) -> String {
    let zone = view.team.zone;
    let name = |id: &PersonId| people::name(id, &view.directory);
    match notice {
        DutyNotice::Seated { layer: one, span: stretch } => {
            format!("Anh/chị được xếp {} {}. Lịch: /lichtruc", layer(*one), span(*stretch, zone))
        }
        DutyNotice::StandIn { person, span: stretch } => format!(
            "Anh/chị trực thay {} các ca {}. Không được thì báo Đội trưởng ngay. Lịch: /lichtruc",
            name(person),
            days(stretch.from, stretch.to, zone)
        ),
        DutyNotice::NewPlan { from } => {
            format!("Có lịch trực mới, áp dụng từ {}. Ca của anh/chị: /truc", instant(*from, zone))
        }
        DutyNotice::Unseated { layer: one, span: stretch } => format!(
            "Đã bỏ việc xếp anh/chị {} {}. Lịch hiện tại: /truc",
            layer(*one),
            span(*stretch, zone)
        ),
        DutyNotice::Replaced { layer: one, span: stretch, people } => {
            let instead = match people.as_slice() {
                [] => "Khi đó không xếp ai.".to_owned(),
                people => {
                    format!("{} {} thay.", people::names(people, &view.directory), layer(*one))
                }
            };
            let when = span(*stretch, zone);
            format!("Anh/chị thôi {} {when}. {instead} Lịch: /lichtruc", layer(*one))
        }
        DutyNotice::LeaveSet { leave, by } => {
            let by = by.as_ref().map_or_else(|| "Người quản trị".to_owned(), name);
            let stand_in = leave.stand_in.as_ref();
            let stand_in = stand_in.map(|id| format!(", {} trực thay", name(id)));
            format!(
                "{by} ghi anh/chị nghỉ {}{}. Không đúng thì hủy: /nghi",
                days(leave.span.from, leave.span.to, zone),
                stand_in.unwrap_or_default()
            )
        }
        DutyNotice::LeaveOver { person, span: stretch } => {
            let when = days(stretch.from, stretch.to, zone);
            if view.reader == Reader::Person(person.clone()) {
                return format!(
                    "Kỳ nghỉ {when} của anh/chị đã được hủy hoặc kết thúc sớm. Ca của anh/chị: /truc"
                );
            }
            format!(
                "{} không nghỉ {when} nữa: anh/chị không phải trực thay. Lịch: /lichtruc",
                name(person)
            )
        }
        _ => String::new(),
    }
}
