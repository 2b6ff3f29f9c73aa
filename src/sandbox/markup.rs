//! Inline keyboards, checked as Telegram checks them.

use serde_json::Value;

use super::methods::Refusal;

/// Most bytes of what a button sends.
const DATA_LIMIT: usize = 64;

/// The inline keyboard of a call; null when there is none, or one without buttons.
pub(super) fn inline(body: &Value) -> Result<Value, Refusal> {
    let Some(markup) = body.get("reply_markup") else { return Ok(Value::Null) };
    let rows = markup.get("inline_keyboard").and_then(Value::as_array);
    let mut buttons = rows.into_iter().flatten().filter_map(Value::as_array).flatten().peekable();
    if buttons.peek().is_none() {
        return Ok(Value::Null);
    }
    for button in buttons {
        check(button)?;
    }
    Ok(markup.clone())
}

fn check(button: &Value) -> Result<(), Refusal> {
    if let Some(data) = button.get("callback_data").and_then(Value::as_str) {
        let fits = (1..=DATA_LIMIT).contains(&data.len());
        return if fits { Ok(()) } else { Err(Refusal::bad("BUTTON_DATA_INVALID")) };
    }
    if let Some(url) = button.get("url").and_then(Value::as_str) {
        return if reachable(url) {
            Ok(())
        } else {
            Err(Refusal::bad(format!(
                "inline keyboard button URL '{url}' is invalid: Wrong HTTP URL"
            )))
        };
    }
    let others =
        ["copy_text", "login_url", "web_app", "switch_inline_query", "pay", "callback_game"];
    if others.iter().any(|kind| button.get(kind).is_some()) {
        return Ok(());
    }
    Err(Refusal::bad(
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ))
}

/// Telegram takes no link to a host without a dot, `localhost` above all.
fn reachable(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("tg://") {
        return true;
    }
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#', ':']).next());
    host.is_some_and(|host| host.contains('.') && !host.starts_with('.'))
}
