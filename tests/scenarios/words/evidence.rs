//! What people read of evidence: the list, receipts, what is not taken, and what became of it.

use super::*;
use trucban::domain::evidence::{EvidenceRefusal, Form, Kind, NotTaken, Source, Stored};
use trucban::domain::incident::act::ActKind;
use trucban::domain::incident::event::IncidentEvent as E;
use trucban::domain::incident::fold::At;
use trucban::domain::notice::Told;
use trucban::domain::refusal::Refusal;
use trucban::domain::secrecy::Secret;

/// An incident with a piece in every state.
fn world() -> (World, Vec<Told>) {
    let mut world = World::held();
    let sha256 = "9f2c".repeat(16);
    let (form, source) = (Form::File, Source::Private);
    let text = || Some(Text::plain("x"));
    let stored = Stored {
        sha256: sha256.clone(),
        size: 1_468_006,
        kind: Kind::Pdf,
        mime: "application/pdf".to_owned(),
    };
    let offered =
        |number, form, text| E::EvidenceOffered { number, form, source, size: None, text };
    let events = [
        (REPORTER, offered(1, form, text()), Some("Công văn 12.pdf")),
        (REPORTER, E::EvidenceStored { number: 1, stored }, None),
        (REPORTER, offered(2, Form::Photo, None), None),
        (DUTY, offered(3, form, text()), Some("mau.exe")),
        (DUTY, E::EvidenceRefused { number: 3, why: NotTaken::Program }, None),
        (
            DUTY,
            E::EvidenceDescribed { number: 4, sha256, text: Text::plain("x") },
            Some("Ổ cứng, tủ P.204"),
        ),
        (DUTY, E::EvidenceHanded { number: 1, from: None, to: id(LEAD), reason: None }, None),
    ];
    let mut history = Vec::new();
    for ((who, event, words), seq) in events.into_iter().zip(40_i64..) {
        let told_at = At { seq, at: at("21T14:20"), actor: Actor::Person(id(who)) };
        world.incident.apply(&event, &told_at);
        history.push(Told { at: told_at, event, words: words.map(str::to_owned) });
    }
    (world, history)
}

#[test]
fn evidence_in_words() {
    let mut sheet = Sheet::default();
    let (world, history) = world();
    let view = |reader| View { history: history.clone(), ..world.view(reader) };
    let answer = |answer| Body::Answer(answer);
    let list = || answer(Answer::Evidence { code: code() });
    for (name, reader) in
        [("Đội trưởng", one(LEAD)), ("đầu mối", one(REPORTER)), ("nhóm", Reader::Team)]
    {
        sheet.message(&format!("danh sách, {name}"), &chat(list(), &view(reader)));
    }
    let mut strict = world.view(Reader::Team);
    strict.incidents[0].incident.tlp = Tlp::AmberStrict;
    sheet.message("danh sách, nhóm, AMBER+STRICT", &chat(list(), &strict));
    sheet.message("chưa có gì", &chat(list(), &World::held().view(one(LEAD))));
    let secrets = NotTaken::Secrets(vec![Secret::Password]);
    let stamp = NotTaken::Secrets(vec![Secret::Stamp]);
    for why in [NotTaken::Program, NotTaken::TooLarge(20), NotTaken::NotFetched, secrets, stamp] {
        let told = answer(Answer::EvidenceNotTaken { code: code(), number: 3, why });
        sheet.message("không lưu", &chat(told, &view(one(REPORTER))));
    }
    for act in [ActKind::Attach, ActKind::Describe, ActKind::Hand, ActKind::Receive] {
        let done = answer(Answer::Done(Done::Acted { code: code(), act }));
        sheet.message(&format!("{act:?}"), &chat(done, &view(one(DUTY))));
    }
    for news in news() {
        sheet.message(
            "tin",
            &chat(Body::News { code: code(), news, entry: None }, &view(one(LEAD))),
        );
    }
    for refusal in refusals() {
        let refused = answer(Answer::Refused(refusal));
        sheet.message("không được", &chat(refused, &view(one(DUTY))));
    }
    let aim = Aim { code: code(), episode: Some(1) };
    let asked = answer(Answer::Ask(Ask::Hand { aim, number: 1 }));
    sheet.message("bàn giao cho ai", &chat(asked, &view(one(LEAD))));
    sheet.keep("evidence");
}

pub fn news() -> [News; 3] {
    [
        News::Evidence { by: Some(id(REPORTER)) },
        News::Handed { number: 1, by: Some(id(DUTY)) },
        News::Received { number: 1, by: Some(id(LEAD)) },
    ]
}

pub fn refusals() -> impl Iterator<Item = Refusal> {
    let all = [
        EvidenceRefusal::Unknown(7),
        EvidenceRefusal::BadHash,
        EvidenceRefusal::NotYours(1),
        EvidenceRefusal::TooMuch(code()),
    ];
    all.into_iter().map(Refusal::Evidence)
}
