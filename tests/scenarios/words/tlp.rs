//! What a TLP label lets whom read: every kind of message, every reader, every label.

use trucban::domain::late::Waited;
use trucban::domain::notice::Told;

use super::*;

/// How one kind of message is made for a view.
type Make = Box<dyn Fn(&View) -> Message>;

/// What of the content a message may hold, by a letter each.
const CONTENT: [(char, &str); 6] = [
    ('T', "Máy chủ cổng"),
    ('U', "Gia Hưng"),
    ('C', "TC06"),
    ('D', "Đuôi tệp"),
    ('W', "Đã ngắt máy chủ"),
    ('N', "0912000001"),
];

/// Asked for by the reader: in private these show everything, whatever the label.
const ON_REQUEST: [&str; 2] = ["/suco CODE", "/rut CODE"];

fn kinds() -> Vec<(&'static str, Make)> {
    let page = |kind| Body::Page { code: code(), episode: 1, kind, why: Why::Duty };
    let rung = |level, last| PageKind::Rung { round: 1, level, last };
    let news = |news| Body::News { code: code(), news, entry: None };
    let answer = Body::Answer;
    let away = Absence { from: at("21T13:00"), until: at("21T14:00") };
    let acted = Done::Acted { code: code(), act: ActKind::Category };
    let bodies = vec![
        ("card", Body::Card { code: code() }),
        ("page", page(rung(1, false))),
        ("page, last rung", page(rung(3, true))),
        ("page, nobody answered", page(PageKind::NobodyAnswered)),
        ("team call", Body::TeamCall { code: code(), kind: rung(2, false) }),
        ("team call, last rung", Body::TeamCall { code: code(), kind: rung(3, true) }),
        ("news: taken", news(News::Taken { by: id(DUTY) })),
        ("news: note", news(News::Note { by: Some(id(DUTY)) })),
        ("news: closed", news(News::Closed)),
        ("news: lease", news(News::LeaseReminder { release_at: at("21T18:00") })),
        ("receipt: reported", answer(Answer::Done(Done::Reported(code())))),
        ("receipt: category", answer(Answer::Done(acted))),
        ("list", answer(Answer::List { codes: vec![code()], open: 1, ended: vec![] })),
        ("search", answer(Answer::Found { codes: vec![code()], count: 1 })),
        ("which", answer(Answer::Ask(Ask::Which { verb: Verb::Show, codes: vec![code()] }))),
        ("question: note", answer(Answer::Ask(Ask::Note(code())))),
        ("digest", Body::Digest { away, open: vec![code()], more: 0 }),
        ("/suco CODE", answer(Answer::Incident { code: code() })),
        ("/rut CODE", answer(Answer::Ask(Ask::Redact(code())))),
    ];
    let notice = |body: &Body| Notice { origin: Origin::Real, body: body.clone() };
    let mut kinds: Vec<(&'static str, Make)> = Vec::new();
    for (name, body) in bodies {
        let notice = notice(&body);
        kinds.push((name, Box::new(move |view| render(&notice, view, Surface::Chat))));
    }
    let call = notice(&page(rung(3, true)));
    for (name, surface) in [("by webhook", Surface::Short), ("by e-mail", Surface::Mail)] {
        let call = call.clone();
        kinds.push((name, Box::new(move |view| render(&call, view, surface))));
    }
    kinds.push(("bundle of cards", Box::new(|view| render_bundle(view, Bundle::Cards))));
    kinds.push((
        "bundle of news",
        Box::new(|view| render_bundle(view, Bundle::Late(Waited::default()))),
    ));
    kinds.push((
        "bundle of pages",
        Box::new(|view| render_bundle(view, Bundle::Pages(PageKind::NobodyAnswered))),
    ));
    kinds.push(("pointer", Box::new(pointer)));
    kinds
}

fn readers() -> [(&'static str, Reader); 7] {
    let person = |who| Reader::Person(id(who));
    [
        ("team", Reader::Team),
        ("lead", person(LEAD)),
        ("responder", person(DUTY)),
        ("manager", person(MANAGER)),
        ("reporter", person(REPORTER)),
        ("admin, who may not see it", person(ADMIN)),
        ("stranger", Reader::Stranger),
    ]
}

/// The content a message holds, toast and subject included.
fn holds(message: &Message) -> String {
    let labels: Vec<&str> =
        message.buttons.iter().flatten().map(|button| button.label.as_str()).collect();
    let text = format!(
        "{} {} {} {}",
        message.markup.plain(),
        message.toast(),
        message.subject,
        labels.join(" ")
    );
    let held = CONTENT.iter().filter(|(_, words)| text.contains(words));
    held.map(|(letter, _)| *letter).collect()
}

fn view(tlp: Tlp, reader: Reader) -> View {
    let mut world = World::held().act(DUTY, Act::Category(Some(Category::Tc06)));
    world.incident.tlp = tlp;
    let mut view = world.view(reader);
    view.history = vec![Told {
        at: At { seq: 9, at: world.now, actor: Actor::Person(id(DUTY)) },
        event: IncidentEvent::NoteAdded { text: Text::plain("x"), for_all: false },
        words: Some("Đã ngắt máy chủ".to_owned()),
    }];
    view
}

#[test]
fn what_each_label_shows_to_whom() {
    let labels = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::AmberStrict, Tlp::Red];
    let mut sheet = String::from(
        "T title, U unit, C category, D description, W words of a note, N numbers to call\n",
    );
    for (who, reader) in readers() {
        sheet.push_str(&format!("\n{who:<26}"));
        labels.iter().for_each(|label| sheet.push_str(&format!(" {:<13}", label.to_string())));
        sheet.push('\n');
        for (kind, make) in kinds() {
            sheet.push_str(&format!("{kind:<26}"));
            for label in labels {
                let held = holds(&make(&view(label, reader.clone())));
                allowed(kind, &reader, who, label, &held);
                sheet.push_str(&format!(" {:<13}", if held.is_empty() { "-" } else { &held }));
            }
            sheet.push('\n');
        }
    }
    let lines: Vec<&str> = sheet.lines().map(str::trim_end).collect();
    Sheet(lines.join("\n")).keep("tlp");
}

/// The table of the contract. Numbers to call belong to no incident.
fn allowed(kind: &str, reader: &Reader, who: &str, label: Tlp, held: &str) {
    let content: String = held.chars().filter(|letter| *letter != 'N').collect();
    let strict = matches!(label, Tlp::AmberStrict | Tlp::Red);
    let asked = ON_REQUEST.contains(&kind);
    let hidden = match reader {
        Reader::Stranger => true,
        Reader::Person(id) if id.as_str() == ADMIN => true,
        Reader::Team => strict,
        Reader::Person(_) => label == Tlp::Red && !asked,
    };
    let outside = matches!(kind, "by webhook" | "by e-mail" | "pointer");
    assert!(
        !(hidden || outside) || content.is_empty(),
        "{kind} shows {content} of {label} to {who}"
    );
}
