//! Messages that leave chat: by SMS, pager and e-mail. They hold only the code, the severity, the
//! hotline and the one-person link, since nobody knows who else reads them on the way; of a drill also
//! that it stops or ends, and its correction, which is there to be read by anybody.

use super::buttons;
use super::card;
use super::drill;
use super::duty;
use super::markup::Markup;
use super::message::{Message, Surface};
use super::people;
use super::words;
use crate::domain::duty_notice::DutyNotice;
use crate::domain::ids::IncidentCode;
use crate::domain::notice::{Body, News, View};
use crate::domain::playbook::run::event::Call;

/// The message.
pub fn message(body: &Body, view: &View, surface: Surface) -> Message {
    let mut parts = vec![said(body, view)];
    let page = matches!(body, Body::Page { .. })
        || matches!(
            body,
            Body::Step { call: Call::Untaken(_) | Call::Approval | Call::Failed, .. }
        );
    if let (Some(label), Some(link)) = (label(body), &view.link) {
        parts.push(match surface {
            Surface::Short => format!("{label}: {link}"),
            Surface::Chat | Surface::Mail => format!("{label} tại đây: {link}"),
        });
        if surface == Surface::Mail {
            parts.push("Liên kết chỉ dành cho anh/chị. Xin không chuyển tiếp thư này.".to_owned());
        }
    }
    parts.push(people::hotline(view));
    let markup = Markup::lines(parts.iter().map(|part| Markup::new().text(part)));
    let alarm = matches!(body, Body::Duty(notice) if notice.calls());
    Message::quiet(markup).calling(page || alarm || *body == Body::TestPage)
}

/// What the link that goes with it is for.
fn label(body: &Body) -> Option<&'static str> {
    match body {
        Body::Page { .. } => Some(buttons::ACKNOWLEDGE),
        Body::Duty(DutyNotice::Incoming { .. }) => Some(buttons::TAKE_WATCH),
        _ => None,
    }
}

/// The subject of an e-mail: nothing of the content either.
pub fn subject(body: &Body) -> String {
    let program = words::PROGRAM;
    match (body, body.code()) {
        (Body::Page { .. }, Some(code)) => format!("{program}: gọi trực {code}"),
        (Body::News { .. }, Some(code)) => super::news::subject(code),
        (Body::TestPage, _) => format!("{program}: tin thử"),
        (Body::Trouble(_), _) => format!("{program}: cần người quản trị"),
        (Body::Duty(_), _) => format!("{program}: lịch trực"),
        (_, Some(code)) => format!("{program}: {code}"),
        (_, None) => format!("{program}: có tin mới"),
    }
}

fn said(body: &Body, view: &View) -> String {
    let program = words::PROGRAM;
    match (body, body.code()) {
        (Body::Page { .. }, Some(code)) => {
            format!("{program} gọi anh/chị: {}", code_and_severity(code, view))
        }
        (
            Body::Step { call: Call::Untaken(_) | Call::Approval | Call::Failed, step, .. },
            Some(code),
        ) => {
            format!(
                "{program} gọi anh/chị: bước {step} của quy trình {} cần anh/chị",
                code_and_severity(code, view)
            )
        }
        (Body::Step { step, .. }, Some(code)) => {
            format!("{program}: bước {step} của quy trình {code} chờ anh/chị")
        }
        (Body::TestPage, _) => {
            format!(
                "{program}: tin thử, không có sự cố. Anh/chị đọc được tin này nghĩa là kênh này hoạt động"
            )
        }
        (Body::Trouble(_), _) => {
            format!("{program}: hệ thống cần người quản trị kiểm tra ngay")
        }
        (Body::Duty(notice), _) => format!("{program}: {}", duty::outside(notice, view)),
        (Body::Drill { code, notice }, _) => {
            format!("{program}: {}", drill::outside(code, notice, view))
        }
        // Who took it is for chat; that it is taken lets people go back to sleep.
        (Body::News { news: News::Taken { .. }, .. }, Some(code)) => {
            format!("{program}: {code} đã có người tiếp nhận, anh/chị không cần làm gì thêm")
        }
        (_, Some(code)) => {
            format!("{program}: có tin mới về {}", code_and_severity(code, view))
        }
        (_, None) => format!("{program}: có tin mới, xin xem trong chat"),
    }
}

fn code_and_severity(code: &IncidentCode, view: &View) -> String {
    match card::find(view, code) {
        Some(shown) => {
            format!("{code}, mức độ {}", words::severity(shown.incident.severity))
        }
        None => code.to_string(),
    }
}
