//! What holds for every message, whatever people write into it.

use super::*;

/// Everything that can be said, about an incident full of hostile words.
fn everything(title: &str) -> Vec<(String, View, Body)> {
    let mut bodies =
        vec![card(), Body::TestPage, Body::Trouble(Trouble::Skipped { what: title.into() })];
    bodies.extend(kinds().map(|kind| page(kind, Why::Duty)));
    bodies.extend(kinds().map(|kind| Body::TeamCall { code: code(), kind }));
    bodies.extend(every_news().into_iter().map(|news| Body::News {
        code: code(),
        news,
        entry: None,
    }));
    bodies.extend(every_ask().into_iter().map(|ask| Body::Answer(Answer::Ask(ask))));
    bodies.extend(every_answer().into_iter().map(Body::Answer));
    bodies.extend(Role::ALL.iter().map(|role| Body::Answer(Answer::Help { roles: vec![*role] })));
    let (from, until) = (at("20T10:00"), at("21T14:00"));
    bodies.push(Body::Digest { away: Absence { from, until }, open: vec![code()], more: 0 });
    let mut all = Vec::new();
    for (name, mut world) in states() {
        world.title = title.to_owned();
        for reader in [Reader::Team, one(LEAD), one(REPORTER), Reader::Stranger] {
            let mut view = world.view(reader);
            view.resend = true;
            view.incidents[0].description = Some(title.to_owned());
            view.quoted = Some(title.to_owned());
            let mut directory = world.directory.clone();
            directory.private.get_mut(&id(DUTY)).unwrap().full_name = title.to_owned();
            directory.units.values_mut().for_each(|unit| unit.name = title.to_owned());
            view.directory = Arc::new(directory);
            all.extend(bodies.iter().map(|body| (name.to_owned(), view.clone(), body.clone())));
        }
    }
    all
}

/// Whether every tag in `html` is ours and closes what was opened.
fn balanced(html: &str) -> bool {
    let opened = html.matches("<b>").count() + html.matches("<a href=\"").count();
    let closed = html.matches("</b>").count() + html.matches("</a>").count();
    opened == closed && html.matches('<').count() == opened + closed
}

#[test]
fn every_message_fits_telegram_and_a_drill_keeps_its_mark_whatever_is_written() {
    let titles = [
        "<b>".repeat(3_334),
        "🧨".repeat(10_000),
        "a\u{301}&".repeat(5_000),
        "\u{202e}\n\u{0}".repeat(4_000),
    ];
    for (turn, title) in titles.iter().enumerate() {
        let hostile = everything(title).into_iter().enumerate().filter(|(n, _)| n % 4 == turn);
        for (_, (name, view, body)) in hostile {
            let origin = Origin::Drill(DrillCode::new("DT-2026-001"));
            for surface in [Surface::Chat, Surface::Short, Surface::Mail] {
                let message =
                    render(&Notice { origin: origin.clone(), body: body.clone() }, &view, surface);
                let (html, text) = (message.markup.html(), message.markup.plain());
                assert!(message.markup.units() <= 4096, "{name}: {body:?} is too long");
                assert!(balanced(&html), "{name}: {body:?}: {html}");
                assert!(text.starts_with("DIỄN TẬP") && text.ends_with("DIỄN TẬP"), "{body:?}");
                let toast = message.toast();
                assert!(toast.encode_utf16().count() <= 200 && toast.ends_with("DIỄN TẬP"));
                assert!(message.buttons.iter().flatten().all(fits), "{name}: {body:?}");
                assert!(message.buttons.iter().all(|row| row.len() <= 3));
            }
        }
    }
}

fn fits(button: &trucban::text::Button) -> bool {
    match &button.action {
        ButtonAction::Press(data) => data.len() <= 64 && !button.label.is_empty(),
        ButtonAction::Url(_) => true,
    }
}

#[test]
fn numbers_to_call_stand_in_the_last_calls_even_when_the_words_are_long() {
    let mut world = World::new();
    world.title = "x".repeat(10_000);
    for kind in [PageKind::NobodyAnswered, PageKind::NobodyReached, kinds()[1]] {
        let text = chat(page(kind, Why::Lead), &world.view(one(LEAD))).markup.plain();
        assert!(text.contains("0912000002") && text.contains("0229 3888 999"), "{text}");
        assert!(!text.contains("0912000001"), "the reader's own number is of no use: {text}");
    }
}

#[test]
fn what_one_message_lists_fits_it_with_a_title_on_each_line() {
    let mut view = World::new().view(Reader::Team);
    view.incidents[0].title = Some("dài ".repeat(60));
    let first = view.incidents[0].clone();
    for number in 2..=75u64 {
        let mut next = first.clone();
        next.incident.code = IncidentCode::numbered("SC", 2026, number);
        view.incidents.push(next);
    }
    let message = render_bundle(&view, Bundle::Cards);
    let text = message.markup.plain();
    assert!(message.markup.units() <= 4096, "{}", message.markup.units());
    assert!(text.contains("SC-2026-0067") && !text.contains("SC-2026-0068"));
    let titled = text.lines().filter(|line| line.contains("dài dài")).count();
    assert_eq!(titled, 67, "{text}");
    assert!(text.contains("75 sự cố") && text.contains("và 8 sự cố khác"), "{text}");
    assert!(message.buttons.is_empty());
}

#[test]
fn the_bot_never_says_that_it_has_taken_charge() {
    for (_, view, body) in everything("tiêu đề") {
        if let Body::Answer(Answer::Done(_)) = &body {
            let text = chat(body.clone(), &view).markup.plain();
            let own: String = text.lines().next().unwrap_or_default().to_lowercase();
            assert!(!own.contains("đã tiếp nhận"), "{body:?}: {text}");
        }
    }
}

#[test]
fn the_number_of_an_answer_is_the_place_of_its_button() {
    let view = World::held().view(one(LEAD));
    for ask in every_ask() {
        let offered = trucban::text::ask::offered(&ask, &view.incidents, &view.directory);
        let message = chat(Body::Answer(Answer::Ask(ask.clone())), &view);
        let mut buttons: Vec<_> = message.buttons.into_iter().flatten().collect();
        let passes = matches!(ask, Ask::More { .. } | Ask::NoticedAt(_));
        let way_out = if passes { "Để sau" } else { "Hủy" };
        assert_eq!(buttons.pop().map(|button| button.label).as_deref(), Some(way_out));
        let _ = buttons.pop_if(|button| button.label == "Bỏ qua");
        assert_eq!(buttons, offered.into_iter().map(|one| one.button).collect::<Vec<_>>());
    }
}

#[test]
fn every_press_carries_episode_and_firings() {
    let world = World::closed(Closing::Summary("x".into())).act(LEAD, Act::Reopen).tick();
    let message = chat(card(), &world.view(Reader::Team));
    for button in message.buttons.into_iter().flatten() {
        let ButtonAction::Press(data) = button.action else { panic!("no press") };
        let press = trucban::domain::press::Press::read(&data).unwrap();
        assert_eq!((press.episode, press.firing), (2, 2), "{data}");
    }
}

#[test]
fn a_card_fits_a_telephone_its_first_line_saying_code_severity_and_status() {
    for (name, world) in states() {
        let message = chat(card(), &world.view(Reader::Team));
        let text = message.markup.plain();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines.len() <= 9, "{name}: {} lines\n{text}", lines.len());
        assert!(lines[0].contains("SC-2026-0001 · "), "{name}: {}", lines[0]);
        assert!(!text.contains(" trước\n"), "{name}: an unedited card must not tell a stale age");
    }
}
