//! Short figures, for a telephone's screen.

use super::duty;
use super::markup::{Markup, one_line};
use super::people;
use super::words;
use crate::domain::notice::View;
use crate::domain::statistics::{Days, Group, Spread, Statistics};

/// How many categories are told one by one.
const CATEGORIES: usize = 8;

/// `/thongke`.
pub fn figures(counted: &Statistics, view: &View) -> Markup {
    let mut lines = vec![Markup::new().bold(format!("Thống kê sự cố, {}", span(counted.days)))];
    if counted.own {
        lines.push(Markup::new().text("Chỉ tính sự cố của đơn vị anh/chị."));
    }
    lines.push(Markup::new().text(format!("Đang mở lúc này: {}", counted.open)));
    let mut reported = format!("Ghi nhận trong kỳ: {}", counted.reported);
    if counted.false_alarms > 0 {
        reported.push_str(&format!(" (báo nhầm: {})", counted.false_alarms));
    }
    lines.push(Markup::new().text(reported));
    lines.push(speed("Thời gian đến khi tiếp nhận", counted.taken));
    lines.push(speed("Thời gian đến khi khắc phục", counted.resolved));
    if !counted.categories.is_empty() {
        lines.push(Markup::new().line().bold("Theo loại"));
        lines.extend(counted.categories.iter().take(CATEGORIES).map(|group| {
            let name = match group.of {
                Some(category) => format!("{category} {}", words::category_short(category)),
                None => "Chưa phân loại".to_owned(),
            };
            Markup::new().text(group_line(&name, group))
        }));
        let more = counted.categories.len().saturating_sub(CATEGORIES);
        if more > 0 {
            lines.push(Markup::new().text(format!("… và {more} loại khác")));
        }
    }
    if !counted.own && !counted.units.is_empty() {
        lines.push(Markup::new().line().bold("Theo đơn vị"));
        lines.extend(counted.units.iter().map(|group| {
            let unit = group.of.as_ref().map(|unit| people::unit(unit, &view.directory));
            let unit = unit.unwrap_or_else(|| "Không rõ đơn vị".to_owned());
            Markup::new().text(group_line(&one_line(&unit, 60), group))
        }));
        if counted.more_units > 0 {
            let more = counted.more_units;
            lines.push(Markup::new().text(format!("… và {more} đơn vị khác")));
        }
    }
    if let Some(tests) = &counted.tests {
        lines.push(Markup::new().text(duty::tests(tests)));
    }
    lines.push(
        Markup::new()
            .text("Thời gian trong ngoặc là trung vị. Không tính diễn tập và sự cố trùng."),
    );
    Markup::lines(lines)
}

/// A name, how many, and the medians where there are any.
fn group_line<T>(name: &str, group: &Group<T>) -> String {
    let taken = group.taken.map(|taken| format!("tiếp nhận {}", words::duration(taken)));
    let resolved = group.resolved.map(|done| format!("khắc phục {}", words::duration(done)));
    let medians: Vec<String> = taken.into_iter().chain(resolved).collect();
    let medians =
        if medians.is_empty() { String::new() } else { format!(" ({})", medians.join(", ")) };
    format!("{name}: {}{medians}", group.count)
}

fn span(days: Days) -> String {
    let shown = |day: chrono::NaiveDate| day.format("%d/%m/%Y").to_string();
    format!("{} – {}", shown(days.first), shown(days.last))
}

fn speed(what: &str, spread: Option<Spread>) -> Markup {
    Markup::new().text(match spread {
        Some(Spread { count: 1, median, .. }) => {
            format!("{what}: {} (1 sự cố)", words::duration(median))
        }
        Some(Spread { count, median, ninety }) => format!(
            "{what}: trung vị {}; 90% trong {} ({count} sự cố)",
            words::duration(median),
            words::duration(ninety)
        ),
        None => format!("{what}: chưa có"),
    })
}
