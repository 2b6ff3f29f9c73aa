//! What is wrong with the roster, each with its remedy.

use chrono_tz::Tz;

use super::{instant, layer, open_span, put};
use crate::domain::directory::Directory;
use crate::domain::roster::check::Finding;
use crate::text::people;

/// One line.
pub fn found(finding: &Finding, directory: &Directory, zone: Tz) -> String {
    let name = |id| format!("{} ({id})", people::name(id, directory));
    match finding {
        Finding::NoRoster => "Chưa có lịch trực. Nhập: trucban duty import roster.toml".to_owned(),
        Finding::NoChannels => {
            "Chưa cấu hình kênh liên lạc nào, không gọi được ai. Thêm [telegram], [channels.webhook] hoặc [channels.email] vào trucban.toml"
                .to_owned()
        }
        Finding::Empty { layer: one, span: when, away } if away.is_empty() => {
            let remedy = put(*one, *when, zone);
            format!("Không có ai {} {}. {remedy}", layer(*one), open_span(*when, zone))
        }
        Finding::Empty { layer: one, span: when, away } => format!(
            "Không có ai {} {}: {} nghỉ, chưa có người trực thay. {}",
            layer(*one),
            open_span(*when, zone),
            people::names(away, directory),
            put(*one, *when, zone)
        ),
        Finding::NoBackup => {
            "Lịch không có người trực dự bị. Thêm [[backup]] vào roster.toml rồi nhập lại"
                .to_owned()
        }
        Finding::BackupOfHimself { person, span: when } => format!(
            "{} vừa trực vừa dự bị {}. Xếp người dự bị khác: /truc dự bị NGƯỜI TỪ ĐẾN",
            name(person),
            open_span(*when, zone)
        ),
        Finding::Left { person } => {
            format!(
                "{} không còn là thành viên Đội mà vẫn trong lịch. Sửa roster.toml rồi nhập lại",
                name(person)
            )
        }
        Finding::NoWay { person } => format!(
            "{} không có kênh liên lạc nào. Mời vào Telegram: trucban people invite {person}; hoặc thêm số điện thoại vào people.csv",
            name(person)
        ),
        Finding::Blocked { person, since } => format!(
            "{} chặn bot hoặc chưa bấm Start (từ {}). Gọi điện nhắc mở bot, bấm Start",
            name(person),
            instant(*since, zone)
        ),
        Finding::NotLinked { person } => {
            format!("{} chưa liên kết Telegram. Mời: trucban people invite {person}", name(person))
        }
        Finding::Silent { person, since: Some(since) } => format!(
            "{} không nhắn, không bấm gì từ {}. Nhắc gõ /truc cho bot",
            name(person),
            since.local(zone).format("%d/%m/%Y")
        ),
        Finding::Silent { person, since: None } => {
            format!("{} chưa nhắn gì cho bot bao giờ. Nhắc mở bot, gõ /truc", name(person))
        }
        Finding::OnLeave { person, span: away } => format!(
            "{} nghỉ {} mà vẫn bị gọi theo vai trò. Báo trước người cùng bậc",
            name(person),
            super::lists::days(away.from, away.to, zone)
        ),
        Finding::OneWay { person } => format!(
            "{} chỉ có một kênh liên lạc. Thêm số điện thoại hoặc thư điện tử vào people.csv",
            name(person)
        ),
    }
}
