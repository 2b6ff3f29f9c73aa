//! Trực Ban, the watch officer who never sleeps: it takes reports of cybersecurity incidents in a
//! province, calls people until one of them takes charge, and keeps a record that shows any alteration.
//!
//! This page is the way in. `docs/reference.md` is what users and other systems rely on,
//! `docs/adr/` says why things are as they are, `docs/operations.md` how to run it,
//! `docs/threat-model.md` what it protects from whom.
//!
//! # What it rests on
//!
//! * What happened is the truth. Events stand in one append-only chain of hashes; every table that
//!   lists, searches or counts is computed from it and can be made again ([`ledger`]).
//! * Deciding is separate from doing. [`domain`] gets a state, a wish, an instant and the directory,
//!   and returns events or a refusal. It opens no file and reads no clock.
//! * Everything that wants to change something is an [`Envelope`](domain::envelope::Envelope): a
//!   button, a typed command, an alert, a moment that came, the fate of a message. All of them pass
//!   [`Engine::submit`](engine::Engine::submit), and there is no second door.
//! * Waiting is data. Nothing sleeps on behalf of an incident; its next moment is a row beside it,
//!   and one loop looks for the earliest.
//! * First the disk, then the world. A message is queued in the transaction that decided it and
//!   leaves later; an update is confirmed to Telegram, and an alert answered, only after the commit.
//! * Words can be taken back, facts cannot. The chain holds digests of free text, and names and
//!   numbers live in tables of their own.
//!
//! # Where things are
//!
//! | room | does | may use |
//! |---|---|---|
//! | [`domain`] | incident, escalation, directory, contacts, roster, calendar, rules of drills, roles, envelopes, notices; pure | nothing of ours |
//! | [`clock`] | the one reader of the system's clocks, the one place that waits; can be simulated | domain |
//! | [`text`] | every word people read; knows no transport | domain |
//! | [`config`] | the configuration and the tables people import, all mistakes at once | domain, text |
//! | [`ledger`] | the only user of SQLite: chain, derived tables, outbox, sessions, migrations | domain |
//! | [`chat`] | what somebody typed or pressed becomes an envelope; pure | text, domain |
//! | [`engine`] | the write path, the loop of moments, the pump of the outbox, health | ledger, clock, domain |
//! | [`channels`] | ways to people; `channels::telegram` is the only user of teloxide | engine, chat, text, ledger, clock, domain |
//! | [`intake`] | alerts of other systems | engine, domain |
//! | [`report`] | tables as CSV and XLSX, reports of drills, playbooks as pictures; a model in, bytes out | text, domain |
//! | [`web`] | health, figures, the pages behind one-person links, calendars of duty and drills | engine, ledger, report, text, domain |
//! | [`sandbox`] | a strict Bot API in this process, for tests and the demo; a stranger to the bot | clock, domain |
//! | [`app`] | builds the parts and runs their tasks; the end of one is the end of all | everything above |
//! | [`cli`] | the command line; prints, never decides | app, config, report, ledger, text, clock, domain |
//!
//! # A responder taps `Tiếp nhận`
//!
//! 1. [`channels::telegram::poll`] takes the next update, in order, and counts the try.
//! 2. One job of the writer's thread does the rest of the deciding: it reads the person's session,
//!    has [`chat::read`] turn the press into `Act(Acknowledge)` for that code and episode, and gives
//!    the envelope to [`engine::handle`].
//! 3. A key met before ends here with the stored receipt. Otherwise [`domain::access`] permits or
//!    refuses, [`domain::incident::decide`] returns `Acknowledged`, and the ledger appends it.
//! 4. [`engine::react`] cancels pages that wait, and queues an edit for each copy of the card and
//!    news for the reporter. The incident's next moment is now the end of the holder's lease.
//! 5. Commit. The press gets its toast as best effort, and the offset moves on.
//! 6. [`engine::outflow`] claims rows, the channel renders and sends them, and each outcome comes back
//!    as an envelope of its own.
//!
//! A second responder is refused with the name of the first and the time.
//!
//! # Nobody answers
//!
//! 1. [`engine::due`] finds the earliest moment passed and submits a `Tick` for exactly that moment.
//! 2. [`domain::incident::moments`] climbs one rung: who is on it is resolved now and written into
//!    `RungReached` with the reason for each. A rung nobody can be reached on is recorded and passed.
//! 3. A page is queued for each person, under a key that holds the entry that called.
//! 4. Refused or no answer: the person's next channel. Everybody on the rung refused: the next rung
//!    at once ([`engine::delivery`]).
//! 5. All rounds spent: captain, deputies, managers and the team's chat, with telephone numbers, again
//!    and again until somebody takes it.
//!
//! # What must stay true, and what holds it
//!
//! | | held by |
//! |---|---|
//! | rooms import only what the table above allows | `tests/tidy.rs`, `rooms_import_only_what_the_architecture_lets_them` |
//! | SQL only in `ledger`, teloxide only in `channels::telegram` | `tests/tidy.rs`, `only_the_ledger_knows_sql_…` |
//! | Vietnamese literals only in `text`, pages and data | `tests/tidy.rs`, `vietnamese_words_stand_only_where_they_belong` |
//! | files at most 500 lines, functions at most 70 | `tests/tidy.rs`, `files_and_functions_stay_short` |
//! | no clock, sleep or spawn outside the files that own them; no panic by `unwrap` or index | `.clippy.toml` and `[lints]`, denied by `.ci/run` |
//! | entries are never changed, deleted or replaced | triggers in `migrations/V1__ledger.sql`; `ledger::chain::verify` |
//! | derived tables are what the ledger says | `ledger::rebuild`, compared by `trucban rebuild` and by the simulation |
//! | each envelope and each rung takes effect once; every open incident nobody holds has a next moment; nothing turns `sending` after it was answered | `tests/simulation`, `promises_hold_whatever_happens_and_in_whatever_order` |
//! | each rung calls exactly those whom the roster names then, whatever is edited meanwhile; each handover is told once | `tests/simulation/duty.rs`, against a roster said a second time |
//! | the simulation would notice | `tests/simulation`, `…each_mutation_is_found` |
//! | the two walks above, and each promise by its own scenario | `tests/scenarios/main_job.rs`, `ladder.rs`, `holding.rs`, `once.rs` |
//! | what was confirmed survives SIGKILL of the real program under load | `tests/process/killed.rs` |
//! | at each instant exactly those are on duty whom the roster names, also where clocks are set back | `tests/properties/roster.rs`, against a reference that counts |
//! | a roster written to a file and read again is the same roster, here and elsewhere | `tests/properties/roster_written.rs` |
//! | words pass the guard of [`domain::secrecy`] before anything is stored or sent ([`engine::guard`]); stamped ones leave no trace | `tests/properties/secrecy.rs`; `tests/scenarios/secrecy.rs` greps files, log and everything sent |
//! | words taken back stand in no file before that is said, and `verify` passes | `tests/scenarios/taken_back.rs` |
//! | each TLP label shows to each reader what the contract lets it | `tests/scenarios/words/tlp.rs`, `what_each_label_shows_to_whom` |
//! | what is not taken as evidence never reaches the disk; what is taken is there before it is named | `tests/scenarios/evidence.rs`, `a_program_called_a_picture_…`, `a_crash_in_the_middle_of_fetching_…` |
//! | no secret shows itself | `tests/scenarios/config.rs`, `no_secret_shows_in_debug_or_in_a_problem` |
//! | open work follows a unit that ended, at its midnight and once; history stays | `tests/scenarios/merger.rs` |
//! | a link is made from what it stands for and kept nowhere; one that was changed or stopped opens nothing | `tests/scenarios/calendar_feed.rs`, `page_link.rs`, `duty_outside.rs` |
//! | what somebody held who leaves calls others at once; names go in time, ids stay | `tests/scenarios/leaving.rs` |
//! | what is said while something else waits is neither lost nor put under the wrong incident | `tests/scenarios/beside.rs`, `kept.rs` |
//! | a run keeps its copy, survives a crash, and does each step once | `tests/scenarios/playbooks.rs` |
//! | no scenario of a drill holds words, links or numbers that work as if they were real | `domain::drill::scenario::real`; `tests/drills/words.rs`, `bad.rs`, `built_in.rs` |
//! | drills beside real incidents change no list, history or figure of them, and reach nobody outside | `tests/simulation/drilled`: the same days with and without drills, and holes that are found |
//! | one tap stops a drill, nothing of its story leaves while it stands still, and silence means real | `tests/scenarios/drills.rs`, `drills_stopped.rs` |
//! | every built-in playbook comes to an end over all its branches | `tests/playbooks/built_in.rs` |
//! | drills are held on exactly the days their rule and the calendar name; a calendar that changes moves them and doubles none | `tests/properties/schedule.rs`, against a reference that asks each day of forty years |
//! | of each recipient of a drill it is said once how he did, by his own delivery and without standstills | `tests/properties/drill_figures.rs`, against a reference that counts seconds |
//! | each session of a drill is begun by its lead alone, and nights do not move its end | `tests/scenarios/drills_setup.rs`, `drills_sessions.rs` |
//! | nobody can tell who said what after a drill that asks without names | `tests/scenarios/drills_after.rs`, `questions_come_one_at_a_time_…` |
//! | every form of a report says the same | `tests/scenarios/drill_report.rs` |
//! | each day of a series is made a drill once, no start is made up for and no reminder said twice, whatever the downtimes | `tests/properties/drills_plan.rs`; `tests/scenarios/drills_plan.rs` |
//! | a button that is old, cut or forged does nothing | `tests/scenarios/chat.rs`, `old_cut_and_forged_buttons_are_answered_and_do_nothing` |
//!
//! # The watch changes hands
//!
//! [`domain::roster`] answers who sits in a chair at an instant; nothing materialises shifts. Its next
//! moment (a handover, a watch nobody took) is a row like every other; [`engine::roster`] appends what
//! happened and queues both digests. The calendar belongs to the configuration, so that moment is set
//! anew at each start. [`domain::reach`] looks beforehand at everybody who would be called, at handovers
//! and weekly; [`domain::roster::canary`] times one tap a day of whoever is on duty.
//!
//! Once a year [`domain::contacts`] has the units' contacts asked whether what is known of them still
//! holds. Roster, units ([`engine::units`]) and contacts each have one moment among those of the incidents.
//!
//! # A playbook is run
//!
//! 1. [`config::playbooks`] reads files; [`domain::playbook::lint`] looks at them as a whole; the checked
//!    ones are a [`Library`](domain::playbook::Library). A start pins a copy, which the ledger keeps by its digest.
//! 2. A wish of somebody ([`PlayAct`](domain::playbook::run::PlayAct)), a file sent in answer to a step, or a
//!    moment comes to [`engine::play`], and [`domain::playbook::run`] answers with events of the incident:
//!    what happened to the step, and the way on to the next ones.
//! 3. Whoever a step is for is told by rows of the outbox like every other; where nobody takes it in time the
//!    incident's own ladder is climbed for it. `domain::playbook::simulate` plays with the same functions.
//!
//! # A drill is held
//!
//! 1. [`domain::drill::scenario`] is what is played; a plan ([`Planning`](domain::drill::run::event::Planning)) pins a copy. The
//!    drill is a stream of its own, [`domain::drill::run`], with one moment among the others; [`engine::drill`] queues what follows.
//! 2. Whatever belongs to it carries [`Origin::Drill`](domain::actor::Origin), which puts the mark on when it is rendered. The
//!    outbox looks again when a row turns `sending`: to nobody outside the drill, and while it stands still nothing of its
//!    story. Freezing is one event and one column, not thousands of rows.
//! 3. A participant's report is asked about and real unless he says otherwise; a drill's incident stays one, its
//!    ladder knows participants only and ends at the drill's lead (ADR 0028).
//!
//! Two kinds of error never mix: a [`Refusal`](domain::refusal::Refusal) is an answer to a person and
//! is stored; a [`Fault`](engine::Fault) is ours, is logged, and is tried again or raised.
#![forbid(unsafe_code)]
pub mod app;
pub mod channels;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod engine;
pub mod intake;
pub mod ledger;
pub mod report;
pub mod sandbox;
pub mod text;
pub mod web;
