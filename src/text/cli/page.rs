//! What becomes of a test page.

use std::time::Duration;

use crate::domain::incident::event::WhyFailed;
use crate::domain::values::ChannelKind;
use crate::text::words;

/// Nobody is there to send it.
pub const NO_SERVICE: &str =
    "Dịch vụ không chạy nên tin chưa gửi đi. Chạy trucban run, tin sẽ được gửi ngay; thử lại sau.";

/// It is waited for what becomes of it.
pub fn waiting(most: Duration) -> String {
    format!(
        "Đang chờ kết quả, tối đa {}; dịch vụ thấy tin trong vòng 30 giây (Ctrl-C: thôi chờ, tin vẫn gửi).",
        words::duration(most)
    )
}

/// How one way ended, by the word of its state.
pub fn outcome(way: ChannelKind, state: &str, why: Option<&str>, after: Duration) -> String {
    let way = words::channel(way);
    // Less than a second is a second, to whoever waits.
    let after = words::duration(Duration::from_secs(after.as_secs().max(1)));
    match state {
        "sent" => format!("✔ {way}: đã gửi sau {after}"),
        "failed" => format!("✘ {way}: không gửi được ({}), sau {after}", reason(why)),
        "unknown" => format!("✘ {way}: không rõ đã tới chưa, sau {after}. Hỏi người nhận"),
        _ => format!("✘ {way}: tin đã bị bỏ, sau {after}"),
    }
}

/// It was waited long enough.
pub fn still_open(way: ChannelKind, tries: u32, most: Duration) -> String {
    let (way, most) = (words::channel(way), words::duration(most));
    match tries {
        0 => format!("✘ {way}: sau {most} chưa đến lượt gửi. Xem: trucban doctor"),
        tries => {
            format!("✘ {way}: đã thử {tries} lần trong {most}, kênh chưa nhận. Xem: trucban doctor")
        }
    }
}

fn reason(why: Option<&str>) -> &'static str {
    let why = why.and_then(|why| serde_json::from_value::<WhyFailed>(why.into()).ok());
    why.map_or("không rõ lý do", words::why_failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_of_a_test_is_a_line_that_says_what_to_do() {
        let after = Duration::from_secs(3);
        let way = ChannelKind::Webhook;
        let said = |state, why| outcome(way, state, why, after);
        assert!(said("sent", None).ends_with("nhắn tin: đã gửi sau 3 giây"));
        let failed = said("failed", Some("bad_address"));
        assert!(failed.ends_with("không gửi được (địa chỉ không đúng), sau 3 giây"), "{failed}");
        assert!(
            said("unknown", None).ends_with("không rõ đã tới chưa, sau 3 giây. Hỏi người nhận")
        );
        assert!(
            still_open(way, 0, after)
                .ends_with("sau 3 giây chưa đến lượt gửi. Xem: trucban doctor")
        );
        assert!(still_open(way, 2, after).contains("đã thử 2 lần trong 3 giây, kênh chưa nhận"));
    }
}
