-- Three kinds of tables. LEDGER: the truth, only ever appended to. DERIVED: computed from the
-- ledger, dropped and refilled by a rebuild. OPERATIONAL: what is on its way in or out, personal
-- data, and removable words.

-- LEDGER ---------------------------------------------------------------------------------------

CREATE TABLE ledger (
    seq       INTEGER PRIMARY KEY,  -- counts from 1 without gaps
    at        INTEGER NOT NULL,     -- milliseconds since the Unix epoch, UTC
    stream    TEXT    NOT NULL,     -- 'incident/SC-2026-0001', 'directory', 'system'
    version   INTEGER NOT NULL,     -- counts from 1 within the stream
    envelope  TEXT    NOT NULL,     -- sealed key of the envelope it came of
    actor     TEXT    NOT NULL,     -- 'person:p-017', 'intake:siem', 'system', 'operator', 'stranger'
    kind      TEXT    NOT NULL,     -- the event's name
    body      TEXT    NOT NULL,     -- the event as JSON: ids and digests, never names or words
    prev_hash BLOB    NOT NULL,     -- hash of the entry before; 32 zero bytes for the first
    hash      BLOB    NOT NULL,     -- SHA-256 over prev_hash and the stored bytes of each column
    UNIQUE (stream, version)
) STRICT;

CREATE TRIGGER ledger_is_never_updated BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER ledger_is_never_deleted BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- INSERT OR REPLACE would walk past the two triggers above.
CREATE TRIGGER ledger_is_never_replaced BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

-- DERIVED --------------------------------------------------------------------------------------

-- So that those are counted without looking through everything.
CREATE INDEX ledger_not_taken ON ledger (seq) WHERE kind = 'evidence_refused';

CREATE TABLE incident (
    code         TEXT NOT NULL UNIQUE,
    seq          INTEGER PRIMARY KEY,  -- entry of its report: the order of lists
    open         INTEGER NOT NULL,  -- 1 until closed
    status       TEXT NOT NULL,
    severity     TEXT NOT NULL,
    unit         TEXT,
    holder       TEXT,
    drill        TEXT,              -- the drill it belongs to; null when real
    unheld_since INTEGER,           -- while the ladder runs: since when
    nobody       INTEGER NOT NULL,  -- 1 while its ladder is exhausted and nobody has it
    dedup_intake TEXT,              -- under what repeats of its alert join it
    dedup_key    TEXT,              -- sealed
    state        TEXT NOT NULL      -- the folded state as JSON
) STRICT;  -- with rowid: a state of some kilobytes then stays on the page of its row
CREATE INDEX incident_open ON incident (seq) WHERE open = 1;
CREATE INDEX incident_dedup ON incident (dedup_intake, dedup_key, seq) WHERE dedup_key IS NOT NULL;

CREATE TABLE due (
    stream     TEXT PRIMARY KEY,    -- one next moment per stream
    at         INTEGER NOT NULL,
    not_before INTEGER NOT NULL     -- later than at only while the stream's moment fails
) STRICT, WITHOUT ROWID;
CREATE INDEX due_at ON due (max(at, not_before));

CREATE TABLE unit (
    code  TEXT PRIMARY KEY,
    body  TEXT NOT NULL,
    ended INTEGER NOT NULL          -- 1 once its last day is over
) STRICT, WITHOUT ROWID;
CREATE TABLE system (code TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE person (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE invitation (digest TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE roster (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    body TEXT NOT NULL              -- the folded state as JSON
) STRICT;
CREATE TABLE canary (                -- tests of the way to the officer on duty
    sent    INTEGER NOT NULL,       -- the entry that sent it
    person  TEXT    NOT NULL,
    at      INTEGER NOT NULL,       -- when it was sent
    took_ms INTEGER,                -- how long the answer took; null until it comes
    missed  INTEGER NOT NULL,       -- 1 when it did not come in time
    PRIMARY KEY (sent, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX canary_at ON canary (at);
CREATE TABLE contacts (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    body TEXT NOT NULL              -- the folded state as JSON
) STRICT;
CREATE TABLE drill_book (            -- series of drills, and the plans of years
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    body TEXT NOT NULL              -- the folded state as JSON
) STRICT;
CREATE TABLE drill (
    code   TEXT NOT NULL UNIQUE,
    seq    INTEGER PRIMARY KEY,     -- entry of its plan
    status TEXT NOT NULL,
    at     INTEGER NOT NULL,        -- when it begins by its plan
    frozen INTEGER NOT NULL,        -- 1 while it stands still: nothing of its story turns 'sending'
    chat   INTEGER,                 -- the chat of its own
    state  TEXT NOT NULL            -- the folded state as JSON
) STRICT;
CREATE TABLE drill_person (         -- to whom anything of a drill may go
    drill  TEXT NOT NULL,
    person TEXT NOT NULL,
    plays  INTEGER NOT NULL,        -- 1 for whoever takes part, 0 for whoever holds it or does not come
    PRIMARY KEY (drill, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX drill_person_of ON drill_person (person);
CREATE TABLE event_kind (kind TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- OPERATIONAL ----------------------------------------------------------------------------------

CREATE TABLE content (
    id    TEXT PRIMARY KEY,         -- SHA-256(salt || bytes), hexadecimal: what events refer to
    salt  BLOB NOT NULL,            -- 16 random bytes, so that short words cannot be guessed
    bytes BLOB NOT NULL             -- the words, UTF-8; the whole row goes when they are removed
) STRICT, WITHOUT ROWID;

CREATE TABLE person_private (
    id          TEXT PRIMARY KEY,
    full_name   TEXT NOT NULL,
    title       TEXT NOT NULL,
    telegram_id INTEGER UNIQUE,
    zalo_id     TEXT,
    phone       TEXT,
    email       TEXT,
    left_at     INTEGER             -- since when the person is gone; names and numbers go in time
) STRICT, WITHOUT ROWID;

CREATE TABLE envelope (
    key       TEXT PRIMARY KEY,     -- sealed; what makes a repetition recognised
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    outcome   TEXT NOT NULL,        -- the receipt as JSON, refusals too
    first_seq INTEGER,              -- the entries it appended, if any
    last_seq  INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,
    key        TEXT NOT NULL UNIQUE,  -- 'page:<entry>:<person>:<channel>' and the like
    channel    TEXT NOT NULL,         -- telegram, webhook, email
    person     TEXT,                  -- to a person: the address is looked up when it is sent
    chat       INTEGER,               -- or to a chat
    thread     INTEGER,
    reply_to   INTEGER,
    priority   INTEGER NOT NULL,      -- 0 critical page, 1 page, 2 drill page, 3 reply, 4 card, 5 edit, 6 notice, 7 broadcast
    kind       TEXT NOT NULL,         -- card, page, call, news, answer, step, run, digest, test, trouble
    incident   TEXT,
    drill      TEXT,                  -- the drill it belongs to; null when real
    rung_seq   INTEGER,               -- the entry that called
    notice     TEXT NOT NULL,         -- what to say, by ids, as JSON
    state      TEXT NOT NULL,         -- queued held sending sent failed unknown superseded cancelled
    attempt    INTEGER NOT NULL,      -- how often it was tried
    maybe      INTEGER NOT NULL,      -- 1 when an earlier try may have arrived
    not_before INTEGER NOT NULL,      -- not tried earlier
    at         INTEGER NOT NULL,      -- when it was queued
    ended_at   INTEGER,
    message_id INTEGER,
    why        TEXT,                  -- why it failed
    account    INTEGER,               -- a person's Telegram account it was last given to: it may be unlinked later
    recalled   TEXT                        -- why, when its words were taken back while it was on its way
) STRICT;
CREATE INDEX outbox_queued ON outbox (priority, id) WHERE state = 'queued';
CREATE INDEX outbox_later ON outbox (not_before) WHERE state = 'queued' AND not_before <> at;
CREATE INDEX outbox_sending ON outbox (id) WHERE state = 'sending';
CREATE INDEX outbox_incident ON outbox (incident, kind, state);
CREATE INDEX outbox_rung ON outbox (rung_seq) WHERE rung_seq IS NOT NULL;
CREATE INDEX outbox_message ON outbox (message_id) WHERE message_id IS NOT NULL;

-- How many messages ended, and how: counted once, so that nobody has to look through them all, and
-- rows that are no longer needed can go.
CREATE TABLE outbox_ended (
    channel TEXT NOT NULL,
    state   TEXT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (channel, state)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER outbox_counts_ended AFTER UPDATE OF state ON outbox
WHEN OLD.state IN ('queued', 'held', 'sending') AND NEW.state NOT IN ('queued', 'held', 'sending')
BEGIN
    INSERT INTO outbox_ended VALUES (NEW.channel, NEW.state, 1)
    ON CONFLICT (channel, state) DO UPDATE SET count = count + 1;
END;

-- The code of an invitation is needed until it was told, or cannot be told any more.
CREATE TRIGGER outbox_forgets_codes AFTER UPDATE OF state ON outbox
WHEN NEW.state NOT IN ('queued', 'held', 'sending') AND NEW.notice LIKE '%"invitation"%'
    AND json_valid(NEW.notice)
BEGIN
    UPDATE outbox SET notice = json_replace(notice, '$.body.answer.invitation.code', '')
    WHERE id = NEW.id;
END;

CREATE TABLE card (
    incident   TEXT NOT NULL,
    chat       INTEGER NOT NULL,
    thread     INTEGER NOT NULL,      -- 0 for none
    message_id INTEGER NOT NULL,
    current    INTEGER NOT NULL,      -- 1 for the newest copy in its chat
    PRIMARY KEY (chat, message_id, incident)
) STRICT, WITHOUT ROWID;
CREATE INDEX card_incident ON card (incident, chat);

-- The card of a playbook that is run, one in each chat.
CREATE TABLE run_card (
    incident   TEXT NOT NULL,
    run        INTEGER NOT NULL,      -- its number within the incident
    chat       INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (incident, run, chat)
) STRICT, WITHOUT ROWID;

-- What runs rest on: a playbook with all it calls, as it was when one was started. Never changed.
CREATE TABLE playbook (
    hash TEXT PRIMARY KEY,            -- SHA-256 over body, hexadecimal: what events refer to
    body TEXT NOT NULL                -- as JSON
) STRICT, WITHOUT ROWID;

-- What drills rest on: a scenario as it was when it was pinned. Never changed.
CREATE TABLE scenario (
    hash TEXT PRIMARY KEY,            -- SHA-256 over body, hexadecimal: what events refer to
    body TEXT NOT NULL                -- as JSON
) STRICT, WITHOUT ROWID;

-- What people say after a drill where nobody is to be named: kept here without time and order until
-- nobody is asked any more, then written to the ledger together and forgotten here.
CREATE TABLE opinion (
    drill    TEXT NOT NULL,
    token    TEXT NOT NULL,           -- digest of drill and person under a secret that goes with these rows
    question TEXT NOT NULL,
    words    TEXT NOT NULL,
    PRIMARY KEY (drill, token, question)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    chat    INTEGER NOT NULL,
    account INTEGER NOT NULL,
    thread  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    body    TEXT NOT NULL,
    PRIMARY KEY (chat, account, thread)
) STRICT, WITHOUT ROWID;

-- Files that people sent and that wait to be fetched.
CREATE TABLE download (
    id         INTEGER PRIMARY KEY,
    incident   TEXT NOT NULL,         -- or the drill it is of
    number     INTEGER NOT NULL,      -- its number among the incident's evidence, or the drill's files
    file       TEXT NOT NULL,         -- what the channel fetches it by, as JSON
    route      TEXT,                  -- where it was sent, as JSON; null after a restore: nobody is answered
    tries      INTEGER NOT NULL,      -- counted before each try
    not_before INTEGER NOT NULL,
    UNIQUE (incident, number)
) STRICT;

-- Files that are put on disk and not yet named by the ledger: what a crash leaves of them can be found.
CREATE TABLE arriving (
    incident TEXT    NOT NULL,
    number   INTEGER NOT NULL,        -- as in download
    sha256   TEXT    NOT NULL,
    PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

-- Files that came with a report of which it is not known yet whether it is of a drill.
CREATE TABLE drill_file (
    drill  TEXT    NOT NULL,
    number INTEGER NOT NULL,          -- of the report within the drill
    body   TEXT    NOT NULL,          -- the files and where they were sent, as JSON
    PRIMARY KEY (drill, number)
) STRICT, WITHOUT ROWID;

-- What the first part of an album came to, for ten minutes.
CREATE TABLE album (
    chat     INTEGER NOT NULL,
    name     TEXT NOT NULL,
    incident TEXT,                    -- null when it was answered and belongs to none
    at       INTEGER NOT NULL,
    PRIMARY KEY (chat, name)
) STRICT, WITHOUT ROWID;

-- The messages of an album, for ten minutes: a stamp on one is a stamp on all.
CREATE TABLE album_part (
    chat       INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    stamped    INTEGER NOT NULL,        -- 1 when its words bear one
    PRIMARY KEY (chat, message_id)
) STRICT, WITHOUT ROWID;

-- Evidence that was taken back and whose file goes once that is committed.
CREATE TABLE removed_file (sha256 TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE said (
    chat       INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    stream     TEXT    NOT NULL,      -- the incident its words went to
    seq        INTEGER NOT NULL,      -- the entry that holds them
    chars      INTEGER,               -- of an entry that several messages became: how much of it is this one
    PRIMARY KEY (chat, message_id, seq) -- a message with words and a file became two
) STRICT, WITHOUT ROWID;
CREATE INDEX said_seq ON said (seq);

-- What was seen of each person on the way to and from him.
CREATE TABLE reach (
    person  TEXT PRIMARY KEY,
    heard   INTEGER,                  -- when he last said or pressed anything
    blocked INTEGER                   -- since when Telegram refuses what is sent to him
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
    key   TEXT PRIMARY KEY,           -- of an update that failed before
    tries INTEGER NOT NULL,           -- counted before each try
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE heartbeat (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE counter (
    name  TEXT PRIMARY KEY,           -- 'SC-2026'
    value INTEGER NOT NULL            -- the last number given out
) STRICT, WITHOUT ROWID;

CREATE TABLE secret (
    name  TEXT PRIMARY KEY,           -- 'page_link', 'key' (seals the keys of envelopes)
    value BLOB NOT NULL               -- random bytes made on this machine
) STRICT, WITHOUT ROWID;

CREATE TABLE moved_chat (
    chat INTEGER PRIMARY KEY,         -- a group that became a supergroup
    now  INTEGER NOT NULL             -- its new id
) STRICT;

CREATE TABLE fact (
    name  TEXT PRIMARY KEY,           -- 'bot_name'
    value TEXT NOT NULL               -- what was last seen
) STRICT, WITHOUT ROWID;

CREATE TABLE backup (
    id        INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    name      TEXT    NOT NULL,       -- the file as it was named
    head_seq  INTEGER NOT NULL,       -- the last entry in it: it holds the words of all up to there
    head_hash BLOB    NOT NULL,
    automatic INTEGER NOT NULL,       -- 1 when the service made it by itself
    aside     INTEGER NOT NULL        -- 1 for a copy put beside the database before it changed: no backup
) STRICT;
