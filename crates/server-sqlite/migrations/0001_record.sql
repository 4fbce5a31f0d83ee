-- The record of one workspace. Bodies are canonical JSON, verbatim, and never looked into: what a
-- query asks for stands in a column of its own. An older release cannot read this file.

CREATE TABLE meta (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    workspace BLOB NOT NULL CHECK (length(workspace) = 16),
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,                       -- last row of the log
    head BLOB NOT NULL CHECK (length(head) = 32),
    next_key INTEGER NOT NULL
) STRICT;

CREATE TABLE log (
    seq INTEGER PRIMARY KEY NOT NULL,           -- from 1 without gaps, in the order of commits
    entity BLOB NOT NULL,
    incident BLOB,
    salt BLOB NOT NULL CHECK (length(salt) = 16),
    head BLOB NOT NULL CHECK (length(head) = 32), -- of the chain, after this row
    set_end INTEGER NOT NULL,                   -- last row of its change set
    body BLOB NOT NULL
) STRICT;
CREATE INDEX log_of_incident ON log (incident, seq) WHERE incident IS NOT NULL;

CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_is_not_deleted BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;

CREATE TABLE entity (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL,
    incident BLOB,
    seq INTEGER NOT NULL,
    directory INTEGER NOT NULL,                 -- people, services, schedules …
    open INTEGER NOT NULL,                      -- an incident that somebody has to work on
    ringing INTEGER NOT NULL,                   -- a page that rings
    declared_at INTEGER,                        -- of an incident; milliseconds, never changes
    body BLOB NOT NULL
) STRICT;
CREATE INDEX entity_of_incident ON entity (incident, id);
CREATE INDEX entity_page ON entity (incident, id) WHERE kind = 'page';
CREATE INDEX entity_directory ON entity (seq) WHERE directory = 1;
CREATE INDEX entity_open ON entity (id) WHERE open = 1;
CREATE INDEX entity_ringing ON entity (id) WHERE ringing = 1;
CREATE INDEX entity_incident ON entity (id, declared_at, open, seq) WHERE kind = 'incident';

-- What became of a change set; a resend gets the same answer.
CREATE TABLE answer (
    change_set BLOB PRIMARY KEY NOT NULL,
    device BLOB,
    body BLOB NOT NULL,                         -- hash of its changes
    first INTEGER,
    last INTEGER,
    refusal BLOB,                               -- JSON
    CHECK ((first IS NULL) = (last IS NULL)),
    CHECK ((first IS NULL) <> (refusal IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_key (
    number INTEGER PRIMARY KEY NOT NULL,
    device BLOB,                                -- in whose reserve it is or was
    incident BLOB UNIQUE                        -- whose key it is
) STRICT;

-- A fence is never given twice, not even to a job that ended and was written again under its old id:
-- whoever slept through all that must not end the new one. One row.
CREATE TABLE job_fence (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO job_fence (one, last) VALUES (1, 0);

CREATE TABLE job (
    id BLOB PRIMARY KEY NOT NULL,
    due_at INTEGER NOT NULL,
    leased_until INTEGER,
    fence INTEGER NOT NULL,
    waits_for BLOB,
    body BLOB NOT NULL                          -- JSON
) STRICT;
CREATE INDEX job_due ON job (due_at);
CREATE INDEX job_waiting ON job (waits_for) WHERE waits_for IS NOT NULL;

-- The last time that a person gained or lost sight of an incident.
CREATE TABLE sight (
    person BLOB NOT NULL,
    incident BLOB NOT NULL,
    gains INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (person, incident)
) STRICT, WITHOUT ROWID;

-- A desktop purged an incident, as of a row.
CREATE TABLE forgotten (
    device BLOB NOT NULL,
    incident BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (device, incident)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    name TEXT PRIMARY KEY NOT NULL,
    person BLOB NOT NULL,
    password TEXT NOT NULL,                     -- argon2id, PHC
    admin INTEGER NOT NULL,                     -- what its person is made
    active INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE invitation (
    code BLOB PRIMARY KEY NOT NULL,             -- hash
    admin INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    id BLOB PRIMARY KEY NOT NULL,
    person BLOB NOT NULL,
    name TEXT NOT NULL,
    token BLOB UNIQUE NOT NULL,                 -- SHA-256
    revoked INTEGER NOT NULL,
    seen_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX device_of_person ON device (person);
