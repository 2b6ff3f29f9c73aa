//! A source that comes and goes is damped, and somebody is told so, once.

use trucban::domain::alert::Alert;
use trucban::domain::envelope::{Actor, Command};
use trucban::domain::ids::PersonId;
use trucban::domain::incident::act::{Act, Aim, Closing};
use trucban::domain::values::Severity;

use crate::harness::{LEAD, TEAM, alert, given, minutes};

#[tokio::test]
async fn that_a_source_comes_and_goes_is_told_once_in_the_teams_chat_or_to_whoever_has_the_incident()
 {
    for held in [false, true] {
        let province = given().await;
        let actor = Actor::Intake("siem".to_owned());
        let mut sent = 0;
        for _ in 0..7 {
            sent += 1;
            let one = Alert {
                dedup_key: Some("link-7".to_owned()),
                ..alert("Mất kết nối", Severity::Low)
            };
            let filed = Command::Alerts(vec![one]);
            province.submit(&format!("alert:{sent}"), actor.clone(), filed).await;
            let code = province.newest();
            if province.incident(&code).is_open() {
                let captain = Actor::Person(PersonId::new("p-003"));
                let acts = [Act::Acknowledge, Act::Contain, Act::Resolve];
                let end = Act::Close(Closing::FalseAlarm("nguồn tự báo lại".to_owned()));
                for act in if held && sent == 4 { acts.to_vec() } else { vec![end] } {
                    let key = format!("act:{sent}:{act:?}");
                    let command = Command::Act(Aim::typed(code.clone()), act);
                    province.submit(&key, captain.clone(), command).await;
                }
            }
            province.after(minutes(2)).await;
        }
        let told = |chat| province.count(chat, "nguồn cảnh báo chập chờn, 5 lần trong 1 giờ");
        assert_eq!((told(TEAM), told(LEAD)), if held { (0, 1) } else { (1, 0) });
        province.end_without_listening().await;
    }
}
