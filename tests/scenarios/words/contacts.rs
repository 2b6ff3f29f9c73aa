//! What people read about the units' contacts.

use super::*;
use trucban::domain::contacts::{ContactsAnswer as A, ContactsDone as D, ContactsNotice as N};
use trucban::domain::ids::UnitCode;

#[test]
fn contacts_in_words() {
    let mut sheet = Sheet::default();
    let world = World::held();
    let view = || world.view(one(LEAD));
    for notice in [
        N::StillRight { again: false },
        N::StillRight { again: true },
        N::Correction { person: id(BACKUP), words: "Số mới là 0900000099".to_owned() },
        N::Ended { asked: 3, wrong: vec![id(DUTY)], silent: vec![id(BACKUP)] },
        N::Ended { asked: 3, wrong: vec![], silent: vec![] },
    ] {
        sheet.message("tin", &chat(Body::Contacts(notice), &view()));
    }
    let units: Vec<UnitCode> = view().directory.units.keys().take(2).cloned().collect();
    for answer in [
        A::Found { units, people: vec![id(BACKUP)], more: 4 },
        A::Found { units: vec![], people: vec![], more: 0 },
        A::Own,
        A::Coverage,
        A::HowToCorrect,
    ] {
        let answer = Body::Answer(Answer::Contacts(answer));
        sheet.message("trả lời", &chat(answer.clone(), &view()));
        sheet.message("trả lời trong nhóm", &chat(answer, &world.view(Reader::Team)));
    }
    for done in [
        D::Confirmed { person: id(LEAD) },
        D::Confirmed { person: id(BACKUP) },
        D::Wrong,
        D::Told,
        D::Began { asked: 0 },
        D::Began { asked: 212 },
    ] {
        let answer = Answer::Done(Done::Contacts(done));
        sheet.message("đã ghi nhận", &chat(Body::Answer(answer), &view()));
    }
    sheet.keep("contacts");
}
