//! One sheet per topic, kept as a snapshot: read them aloud when they change.

use super::complete::every_refusal;
use super::*;
use trucban::domain::escalation::ladder::Position;
use trucban::domain::evidence::{Form, Kind, NotTaken, Source, Stored};
use trucban::domain::incident::event::Fact;
use trucban::domain::late::Waited;
use trucban::domain::values::Impact;

#[test]
fn cards_in_the_team_chat_in_every_state() {
    let mut sheet = Sheet::default();
    for (name, world) in states() {
        sheet.message(name, &chat(card(), &world.view(Reader::Team)));
    }
    sheet.keep("cards");
}

#[test]
fn content_follows_the_label() {
    let mut sheet = Sheet::default();
    for label in Tlp::ALL {
        let mut world = World::held();
        world.incident.tlp = *label;
        for (reader, name) in [(Reader::Team, "nhóm"), (one(LEAD), "riêng")] {
            let view = world.view(reader);
            sheet.message(&format!("TLP:{label}, {name}"), &chat(card(), &view));
            if *label == Tlp::Red {
                let asked = Body::Answer(Answer::Incident { code: code() });
                sheet.message(&format!("TLP:{label}, {name}, hỏi /suco"), &chat(asked, &view));
                let listed =
                    Body::Answer(Answer::List { codes: vec![code()], open: 1, ended: vec![] });
                sheet.message(&format!("TLP:{label}, {name}, danh sách"), &chat(listed, &view));
                let news = Body::News {
                    code: code(),
                    news: News::Note { by: Some(id(BACKUP)) },
                    entry: None,
                };
                sheet.message(&format!("TLP:{label}, {name}, ghi chú"), &chat(news, &view));
            }
        }
    }
    sheet.keep("labels");
}

#[test]
fn the_buttons_of_a_private_card_are_those_the_reader_may_use() {
    let mut sheet = Sheet::default();
    for (name, world) in [("chưa có người giữ", World::new()), ("có người giữ", World::held())]
    {
        for (who, ..) in PEOPLE {
            let message = chat(card(), &world.view(one(who)));
            let rows: Vec<String> = message
                .buttons
                .iter()
                .map(|row| row.iter().map(|b| format!("[{}]", b.label)).collect())
                .collect();
            sheet.add(&format!("{name}, {who}"), &rows.join("\n"));
        }
    }
    sheet.keep("buttons");
}

#[test]
fn calls_of_every_kind() {
    let mut sheet = Sheet::default();
    let reasons = [
        Why::Duty,
        Why::Lead,
        Why::Assigned,
        Why::CalledBefore,
        Why::Manager,
        Why::Backup,
        Why::Role,
        Why::Named,
    ];
    for (kind, why) in kinds().into_iter().zip(reasons) {
        let message = chat(page(kind, why), &World::new().view(one(LEAD)));
        sheet.message(&format!("riêng: {kind:?}, {why:?}"), &message);
    }
    for why in &reasons[6..] {
        sheet.message(
            &format!("{why:?}"),
            &chat(page(kinds()[0], *why), &World::new().view(one(LEAD))),
        );
    }
    let call = |kind| Body::TeamCall { code: code(), kind };
    let view = World::new().view(Reader::Team);
    sheet.message("nhóm: bậc 3", &chat(call(kinds()[1]), &view));
    sheet.message("nhóm: không liên lạc được", &chat(call(PageKind::NobodyReached), &view));
    let raised = chat(page(kinds()[0], Why::Lead), &World::held().view(one(LEAD)));
    sheet.message("chuyển cấp khi có người giữ", &raised);
    let late = World::closed(Closing::FalseAlarm("x".into())).view(one(LEAD));
    sheet.message("tin đến khi đã kết thúc", &chat(page(kinds()[0], Why::Lead), &late));
    let mut resent = World::new().view(one(LEAD));
    resent.resend = true;
    sheet.message("gửi lại", &chat(page(kinds()[0], Why::Duty), &resent));
    sheet.message("tin thử", &chat(Body::TestPage, &resent));
    sheet.keep("calls");
}

#[test]
fn news_of_every_kind() {
    let mut sheet = Sheet::default();
    for news in every_news() {
        let world = match news {
            News::Closed => World::closed(Closing::Summary("x".into())),
            News::LeaseReminder { .. } => World::held().tick(),
            _ => World::held(),
        };
        let name = format!("{news:?}");
        sheet.message(
            &name,
            &chat(Body::News { code: code(), news, entry: None }, &world.view(one(REPORTER))),
        );
    }
    sheet.keep("news");
}

#[test]
fn questions_of_every_kind() {
    let mut sheet = Sheet::default();
    for ask in every_ask() {
        let name = format!("{ask:?}");
        sheet.message(&name, &chat(Body::Answer(Answer::Ask(ask)), &World::held().view(one(LEAD))));
    }
    let resolved = World::resolved().view(one(DUTY));
    let ask = Body::Answer(Answer::Ask(Ask::CloseHow(Aim::typed(code()))));
    sheet.message("CloseHow, đã khắc phục", &chat(ask, &resolved));
    let off = World::reported(None).view(one(LEAD));
    let ask =
        Body::Answer(Answer::Ask(Ask::CloseWords { aim: Aim::typed(code()), false_alarm: false }));
    sheet.message("CloseWords, ngoài hệ thống", &chat(ask, &off));
    sheet.keep("questions");
}

#[test]
fn answers_of_every_kind() {
    let mut sheet = Sheet::default();
    for answer in every_answer() {
        let name = format!("{answer:?}");
        let view = World::held().view(one(DUTY));
        sheet.message(&name, &chat(Body::Answer(answer), &view));
    }
    let reporter = World::new().view(one(REPORTER));
    let done = Body::Answer(Answer::Done(Done::Reported(code())));
    sheet.message("người báo", &chat(done.clone(), &reporter));
    sheet.message(
        "người báo, ngoài hệ thống",
        &chat(done, &World::reported(None).view(one(REPORTER))),
    );
    sheet.keep("answers");
}

#[test]
fn help_holds_only_what_the_role_may_do() {
    let mut sheet = Sheet::default();
    for role in Role::ALL {
        let answer = Answer::Help { roles: vec![*role] };
        let message = chat(Body::Answer(answer), &World::new().view(one(DUTY)));
        sheet.message(role.as_str(), &message);
    }
    sheet.keep("help");
}

#[test]
fn nobody_outside_the_directory_learns_anything_but_the_hotline() {
    let mut sheet = Sheet::default();
    let view = World::held().view(Reader::Stranger);
    let hotline = chat(Body::Answer(Answer::Hotline), &view);
    sheet.message("bất cứ điều gì", &hotline);
    let mut bodies: Vec<Body> = every_news()
        .into_iter()
        .map(|news| Body::News { code: code(), news, entry: None })
        .collect();
    bodies.extend([card(), page(kinds()[1], Why::Duty), Body::TestPage]);
    bodies.extend(every_ask().into_iter().map(|ask| Body::Answer(Answer::Ask(ask))));
    for role in Role::ALL {
        bodies.push(Body::Answer(Answer::Help { roles: vec![*role] }));
    }
    for body in bodies {
        assert_eq!(chat(body.clone(), &view), {
            Message { subject: chat(body, &view).subject, ..hotline.clone() }
        });
    }
    for refusal in [Refusal::NotInDirectory, Refusal::BadInvitation, Refusal::AnonymousAdmin] {
        let name = format!("{refusal:?}");
        sheet.message(&name, &chat(Body::Answer(Answer::Refused(refusal)), &view));
    }
    sheet.keep("strangers");
}

#[test]
fn refusals_say_the_remedy() {
    let mut sheet = Sheet::default();
    let view = World::held().view(one(BACKUP));
    for refusal in every_refusal() {
        let said = refusal::sentence(&refusal, &view.directory, &view.team, false);
        let units: usize = said.encode_utf16().count();
        assert!(units <= 200, "{units} units do not fit the answer to a press: {said}");
        sheet.add(&format!("{refusal:?}"), &said);
    }
    sheet.keep("refusals");
}

#[test]
fn outside_chat_there_is_code_severity_hotline_and_link() {
    let mut sheet = Sheet::default();
    let view = World::held().view(one(LEAD));
    let bodies = [
        page(kinds()[0], Why::Duty),
        page(PageKind::NobodyReached, Why::Lead),
        Body::News { code: code(), news: News::Note { by: Some(id(BACKUP)) }, entry: None },
        Body::Answer(Answer::Incident { code: code() }),
        Body::Digest { away: away(3), open: vec![code()], more: 0 },
        Body::TestPage,
        Body::Trouble(Trouble::Storage),
    ];
    for body in bodies {
        for surface in [Surface::Short, Surface::Mail] {
            let message = render(&real(body.clone()), &view, surface);
            let text = message.markup.plain();
            for hidden in ["Máy chủ", "Gia Hưng", "Hoa", "Nam", "Quân", "Đã ngắt"] {
                assert!(!text.contains(hidden), "{hidden} left chat: {text}");
            }
            let text = format!("({})\n{text}", message.subject);
            sheet.add(&format!("{surface:?}: {:?}", body), &text);
        }
    }
    sheet.keep("outside");
}

fn away(hours: u64) -> Absence {
    let from = at("21T10:00");
    Absence { from, until: from.plus(Duration::from_secs(hours * 3600 + 300)) }
}

#[test]
fn what_the_program_says_of_itself() {
    let mut sheet = Sheet::default();
    let view = World::held().view(Reader::Team);
    sheet.message(
        "3 giờ",
        &chat(Body::Digest { away: away(3), open: vec![code()], more: 0 }, &view),
    );
    let many = Body::Digest { away: away(3), open: vec![code()], more: 180 };
    sheet.message("rất nhiều", &chat(many, &view));
    sheet.message("30 giờ", &chat(Body::Digest { away: away(30), open: vec![], more: 0 }, &view));
    let troubles = [
        Trouble::Storage,
        Trouble::Skipped { what: "callback_query".into() },
        Trouble::StreamStuck { stream: "incident/SC-2026-0001".into() },
        Trouble::TopicLost { topic: 7 },
        Trouble::ClockJumped { by_ms: -90_000 },
        Trouble::SetAside { row: 4711 },
        Trouble::BackupFailed,
    ];
    for trouble in troubles {
        sheet.message(&format!("{trouble:?}"), &chat(Body::Trouble(trouble), &view));
    }
    sheet.keep("program");
}

#[test]
fn many_incidents_and_older_copies() {
    let mut sheet = Sheet::default();
    let mut view = World::held().view(one(LEAD));
    sheet.message("thẻ cũ", &pointer(&view));
    let mut second = World::new().view(one(LEAD)).incidents.remove(0);
    second.incident.code = IncidentCode::numbered("SC", 2026, 2);
    second.incident.tlp = Tlp::Red;
    view.incidents.push(second);
    sheet.message("thẻ", &render_bundle(&view, Bundle::Cards));
    sheet.message("tin", &render_bundle(&view, Bundle::Late(Waited::default())));
    let waited = Bundle::Late(Waited { duty: 2, answers: 3 });
    sheet.message("tin, lịch trực và trả lời", &render_bundle(&view, waited));
    let none = View { incidents: Vec::new(), ..view.clone() };
    sheet.message("lịch trực và trả lời", &render_bundle(&none, waited));
    for kind in kinds().into_iter().filter(|kind| kind.class().is_some()) {
        sheet.message(&format!("gọi {kind:?}"), &render_bundle(&view, Bundle::Pages(kind)));
    }
    sheet.keep("bundles");
}

#[test]
fn a_drill_is_marked_at_both_ends() {
    let mut sheet = Sheet::default();
    let origin = Origin::Drill(DrillCode::new("DT-2026-001"));
    let view = World::new().view(one(LEAD));
    for surface in [Surface::Chat, Surface::Short, Surface::Mail] {
        let notice = Notice { origin: origin.clone(), body: page(kinds()[0], Why::Duty) };
        let message = render(&notice, &view, surface);
        sheet.add(&format!("{surface:?}"), &format!("({})\n{}", message.subject, drawn(&message)));
    }
    sheet.keep("drill");
}

#[test]
fn the_timeline_has_a_line_for_every_event() {
    let directory = directory();
    let lines: Vec<String> = every_event()
        .iter()
        .map(|(actor, event)| {
            let said = (!event.texts().is_empty()).then_some("lời kèm theo\nhai dòng");
            format!(
                "{}: {}",
                event.kind(),
                timeline::line(event, actor, &directory, said, chrono_tz::Asia::Ho_Chi_Minh)
            )
        })
        .collect();
    let mut sheet = Sheet::default();
    sheet.add("mọi sự kiện", &lines.join("\n"));
    let world = World::held();
    let full = render_incident(&code(), &world.view(one(LEAD)), &lines);
    sheet.message("/suco kèm diễn biến", &full);
    sheet.keep("timeline");
}

#[rustfmt::skip]
fn every_event() -> Vec<(Actor, IncidentEvent)> {
    use IncidentEvent as E;
    let rung = Rung { round: 1, level: 2 };
    let (next, text) = (at("21T14:10"), || Text::plain("x"));
    let people =
        vec![Called { id: id(BACKUP), why: Why::Backup }, Called { id: id(LEAD), why: Why::Lead }];
    let other = IncidentCode::numbered("SC", 2026, 7);
    let failed = |channel, why| E::PageFailed { rung_seq: 3, person: id(BACKUP), channel, why };
    let report = |words: Option<&str>| {
        let world = World::reported(words);
        let permit = permit_on(
            &Actor::Person(id(REPORTER)),
            ActKind::Report,
            &world.incident,
            &world.directory,
        );
        let ctx = Ctx { now: world.now, directory: &world.directory };
        let report = Report { words: words.map(str::to_owned) };
        opening::report(&code(), &report, &permit.unwrap(), &policies(), &Triage::default(), &ctx).remove(0)
    };
    let by = |who: &str, event| (Actor::Person(id(who)), event);
    let sys = |event| (Actor::System, event);
    vec![
        by(REPORTER, report(Some("x"))),
        by(REPORTER, report(None)),
        sys(E::RungReached {
            rung,
            people: people.clone(),
            team: true,
            reachable: true,
            cause: Cause::Waited,
            next,
        }),
        sys(E::RungReached {
            rung,
            people: vec![],
            team: false,
            reachable: false,
            cause: Cause::Opened,
            next,
        }),
        sys(E::Exhausted { rung, people, reachable: true, cause: Cause::Waited, next }),
        sys(E::CallPutOff { position: Position::On(rung), until: next }),
        sys(E::RungUndeliverable),
        sys(failed(Some(ChannelKind::Telegram), WhyFailed::Blocked)),
        sys(failed(None, WhyFailed::NoChannel)),
        by(DUTY, E::Acknowledged { previous: None }),
        by(BACKUP, E::Acknowledged { previous: Some(id(DUTY)) }),
        by(BACKUP, E::HelperJoined { person: id(BACKUP) }),
        by(DUTY, E::HandedBack { holder: id(DUTY) }),
        by(LEAD, E::HandedBack { holder: id(DUTY) }),
        sys(E::LeaseReminded { release_at: next }),
        sys(E::LeaseExpired { holder: id(DUTY) }),
        by(DUTY, E::KeptAlive),
        by(LEAD, E::Assigned { to: id(BACKUP) }),
        by(DUTY, E::NoteAdded { text: text(), for_all: false }),
        by(REPORTER, E::FactGiven { fact: Fact::Category(Category::Tc06) }),
        by(REPORTER, E::FactGiven { fact: Fact::NoticedAt(at("21T13:00")) }),
        by(REPORTER, E::FactGiven { fact: Fact::Impact(Impact::Unit) }),
        by(REPORTER, E::FactGiven { fact: Fact::PersonalData(Tri::Yes) }),
        by(
            DUTY,
            E::SeverityChanged {
                from: Severity::Medium,
                to: Severity::High,
                rung: None,
                next: None,
            },
        ),
        by(DUTY, E::CategoryChanged { to: Some(Category::Tc06) }),
        by(DUTY, E::CategoryChanged { to: None }),
        by(DUTY, E::FlagSet { flag: Flag::PersonalData, value: Tri::Yes, reason: Some(text()) }),
        by(DUTY, E::TlpChanged { to: Tlp::Red }),
        by(DUTY, E::Contained { took: true }),
        by(DUTY, E::Contained { took: false }),
        by(DUTY, E::Resolved),
        sys(E::CloseReminded { next }),
        by(DUTY, E::Closed { outcome: Outcome::Incident, text: Some(text()), main: None }),
        by(LEAD, E::Closed { outcome: Outcome::Duplicate, text: None, main: Some(other.clone()) }),
        by(LEAD, E::Reopened),
        by(LEAD, E::MergedIn { duplicate: other.clone(), reporter: None, unit: None }),
        by(LEAD, E::Unmerged { duplicate: other.clone() }),
        by(LEAD, E::Grouped { parent: other.clone() }),
        by(LEAD, E::Ungrouped { parent: other.clone() }),
        by(LEAD, E::PartJoined { part: other.clone(), unit: None, reporter: None }),
        by(LEAD, E::PartLeft { part: other }),
        (Actor::Intake("siem".into()), E::AlertRepeated { count: 3, title: None }),
        sys(E::FlappingDamped { times: 5, within_ms: 3_600_000, quiet_ms: 1_800_000 }),
        (Actor::Intake("siem".into()), E::AlertCleared),
        sys(E::UnitMoved { from: UnitCode::new("xa-001"), to: UnitCode::new("xa-003") }),
        sys(E::WaitShifted { by_ms: 90_000 }),
        (Actor::Operator, E::ContentRemoved { of_seq: 12, reason: text() }),
        by("p-017", E::WordsEdited { of_seq: 12, title: None, text: Some(text()) }),
    ]
    .into_iter()
    .chain(evidence())
    .collect()
}

/// What happens to evidence.
fn evidence() -> Vec<(Actor, IncidentEvent)> {
    use IncidentEvent as E;
    let by = |person: &str, event: E| (Actor::Person(id(person)), event);
    let text = || Text::plain("…");
    let sha256 = "9f2c".repeat(16);
    let (kind, mime) = (Kind::Image, "image/jpeg".to_owned());
    let stored = Stored { sha256: sha256.clone(), size: 1_468_006, kind, mime };
    let (form, source) = (Form::Photo, Source::Private);
    vec![
        by("p-017", E::EvidenceOffered { number: 1, form, source, size: None, text: None }),
        (Actor::System, E::EvidenceStored { number: 1, stored }),
        (Actor::System, E::EvidenceRefused { number: 2, why: NotTaken::Program }),
        (Actor::System, E::EvidenceRefused { number: 3, why: NotTaken::TooLarge(20) }),
        by("p-017", E::EvidenceDescribed { number: 4, sha256, text: text() }),
        by(DUTY, E::EvidenceHanded { number: 1, from: None, to: id(LEAD), reason: Some(text()) }),
        by(LEAD, E::EvidenceReceived { number: 1, from: None }),
    ]
}

#[test]
fn the_timeline_sheet_leaves_no_event_out() {
    let shown: Vec<&str> = every_event().iter().map(|(_, event)| event.kind()).collect();
    for kind in IncidentEvent::KINDS {
        assert!(shown.contains(kind), "{kind} has no line in the sheet");
    }
}

#[test]
fn the_command_line_speaks_to_people() {
    use trucban::text::cli::{keep, said, usage};
    let lines = [
        said::init_done("trucban.toml", "trucban.db", "K7QX-2M9P"),
        said::init_exists("trucban.toml"),
        said::locked("trucban.db", 4711),
        said::verified(128, 2, "9f2c…"),
        said::broken(17, said::BROKEN_HASH),
        said::rebuilt_same(128),
        said::rebuilt_different(128, 2),
        said::difference("incident", "SC-2026-0001"),
        said::imported("people.csv", 12, 3, 40),
        said::would_import("people.csv", 12, 3, 40),
        said::import_refused("people.csv", 2),
        said::invited("Lê Văn Nam", "K7QX-2M9P", None, "14:05 24/11/2026"),
        said::explain_head("Cao", "14:05 21/11/2026"),
        said::explain_repeats("30 phút"),
        said::check_ok("trucban.toml", 55, 131),
        keep::backed_up("trucban-0121.trucban", 128, "9f2c…", 3, &keep::size(3_200_000)),
        keep::evidence_damaged("9f2c…"),
        keep::exists("trucban-0121.trucban"),
        keep::not_restored("cu.trucban", keep::FOREIGN),
        keep::not_restored("cu.trucban", keep::ALTERED),
        keep::not_restored("cu.trucban", &keep::chain_broken(17, said::BROKEN_HASH)),
        keep::not_restored("cu.trucban", &keep::newer_backup(3, 1)),
        keep::restored("cu.trucban", "14:05 21/11/2026", 128, 4, 3),
        keep::replaced("trucban.db.replaced-2026-11-21-140500"),
        keep::lost_entries(9),
        keep::lost_incidents("SC-2026-0007, SC-2026-0008"),
        keep::removed_again("SC-2026-0003", 41),
        keep::SINCE_UNKNOWN.to_owned(),
        keep::next_code("SC-2026-0009"),
        keep::RESTORE_NEXT.to_owned(),
        keep::RESTORE_CUT_OFF.to_owned(),
        usage::unknown_command("incidnt", Some("incident")),
        usage::missing_argument("<FILE>"),
        usage::invalid_value("--severity", "cao", &["low", "medium"]),
    ];
    let mut sheet = Sheet::default();
    sheet.add("dòng lệnh", &lines.join("\n\n"));
    let menu: Vec<String> =
        help::menu(&[Role::Lead]).iter().map(|(name, does)| format!("{name}: {does}")).collect();
    sheet.add("menu", &menu.join("\n"));
    sheet.keep("command_line");
}
