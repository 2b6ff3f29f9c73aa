//! A playbook from the report to its last step, in chat.

use crate::harness::{DUTY, LEAD, Province, REPORTER, TEAM, given, minutes};

const REPORT: &str = "Nhiều máy bị mã hóa dữ liệu, có thông báo đòi tiền chuộc";

fn shown(province: &Province, who: i64) -> String {
    let last = province.last(who);
    let rows: Vec<String> =
        last.buttons.iter().map(|row| row.iter().map(|b| format!("[{}]", b.label)).collect()).collect();
    format!("{}\n{}", last.text, rows.join("\n"))
}

#[tokio::test]
async fn explore() {
    let province = given().await;
    let code = province.report(REPORTER, REPORT).await;
    println!("---- reporter\n{}", shown(&province, REPORTER));
    province.press(DUTY, DUTY, "Tiếp nhận").await;
    println!("---- duty\n{}", shown(&province, DUTY));
    println!("toast {}", province.press(DUTY, DUTY, "▶ Mã độc tống tiền").await);
    province.after(minutes(1)).await;
    println!("---- duty\n{}", shown(&province, DUTY));
    println!("---- reporter\n{}", shown(&province, REPORTER));
    println!("---- team\n{}", shown(&province, TEAM));
    println!("toast {}", province.press(REPORTER, REPORTER, "Xong").await);
    province.after(minutes(1)).await;
    println!("---- reporter\n{}", shown(&province, REPORTER));
    println!("toast {}", province.press(REPORTER, REPORTER, "Xong").await);
    province.after(minutes(10)).await;
    println!("---- duty\n{}", shown(&province, DUTY));
    province.after(minutes(25)).await;
    println!("---- duty\n{}", shown(&province, DUTY));
    province.say(LEAD, &format!("/quytrinh {code}")).await;
    println!("---- lead\n{}", shown(&province, LEAD));
    println!("{:#?}", province.story(&code));
    for m in province.messages(REPORTER) { println!("R> {}", m.text); }
    province.end_without_listening().await;
}
