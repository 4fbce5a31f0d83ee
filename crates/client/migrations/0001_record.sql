-- A desktop's own database: one file for one workspace and person.
-- The previous release cannot exist, so nothing has to live with this.
--
-- Ids are 16 bytes, times are milliseconds since 1970 UTC, `body` and `row` are canonical JSON as bytes.

-- Which record this is and what this desktop is in it. One row.
CREATE TABLE desktop (
  one         INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  workspace   BLOB    NOT NULL,
  person      BLOB    NOT NULL,
  device      BLOB    NOT NULL,
  next_number INTEGER NOT NULL DEFAULT 1,   -- of the next change set; dense, never reused
  -- Up to where it has the log, and what it saw; none before the first sync has finished.
  epoch       INTEGER,
  seq         INTEGER,
  head        BLOB,
  -- The record that the server shows does not extend what was seen: nothing is applied any more.
  chain_broken INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A first sync that is under way; it goes on from here after an interruption. At most one row.
CREATE TABLE snapshot (
  one      INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  epoch    INTEGER NOT NULL,
  start    INTEGER NOT NULL,                -- the log runs from here when it is done
  head     BLOB    NOT NULL,
  next     TEXT,                            -- token of the next chunk; none when only the end is left
  priority INTEGER NOT NULL,
  done     INTEGER NOT NULL,
  total    INTEGER NOT NULL
) STRICT;

-- Every entity as this desktop shows it: what the server confirmed, with what was not sent yet on top.
CREATE TABLE entity (
  id       BLOB    NOT NULL PRIMARY KEY,
  kind     TEXT    NOT NULL,
  incident BLOB,
  seq      INTEGER NOT NULL,                -- of the confirmed part; 0 while it exists here only
  life     INTEGER NOT NULL,                -- epoch in which the confirmed part was read
  unsent   INTEGER NOT NULL DEFAULT 0,      -- 1 while unsent sets touch it
  body     BLOB    NOT NULL
) STRICT;
CREATE INDEX entity_of_incident ON entity (incident, kind) WHERE incident IS NOT NULL;
CREATE INDEX entity_of_directory ON entity (kind) WHERE incident IS NULL;
CREATE INDEX entity_unsent ON entity (id) WHERE unsent = 1;

-- The confirmed part of entities that unsent sets touch. For all others it is `entity.body`.
CREATE TABLE entity_confirmed (
  id       BLOB    NOT NULL PRIMARY KEY,
  kind     TEXT    NOT NULL,
  incident BLOB,
  seq      INTEGER NOT NULL,
  life     INTEGER NOT NULL,
  body     BLOB    NOT NULL
) STRICT;
CREATE INDEX entity_confirmed_of_incident ON entity_confirmed (incident) WHERE incident IS NOT NULL;

-- Incidents as lists show them; read off `entity` whenever that changes.
CREATE TABLE incident (
  id          BLOB    NOT NULL PRIMARY KEY,
  number      INTEGER,                      -- of its key; none while it has none
  summary     TEXT    NOT NULL,
  severity    INTEGER NOT NULL,
  state       TEXT    NOT NULL,
  open        INTEGER NOT NULL,
  service     BLOB,
  im          BLOB,
  im_change   BLOB,                         -- the change that set the IM
  declared_at INTEGER NOT NULL,
  declared_by BLOB,
  impact_start INTEGER,
  impact_end  INTEGER,
  over_at     INTEGER,                      -- author's clock when it was resolved, closed or called false
  restricted  INTEGER NOT NULL,
  drill       INTEGER NOT NULL,
  unsent      INTEGER NOT NULL              -- 1 while unsent sets touch the incident itself
) STRICT;
CREATE INDEX incident_board ON incident (severity, declared_at DESC, id DESC) WHERE open = 1;
CREATE INDEX incident_list ON incident (declared_at DESC, id DESC);
CREATE INDEX incident_list_by_state ON incident (state, declared_at DESC, id DESC);
CREATE INDEX incident_number ON incident (number) WHERE number IS NOT NULL;
CREATE INDEX incident_managed ON incident (im) WHERE open = 1 AND im IS NOT NULL;

-- Pages as lists show them; read off `entity` whenever that changes.
CREATE TABLE page (
  id         BLOB    NOT NULL PRIMARY KEY,
  incident   BLOB,                          -- none for a test page
  state      TEXT    NOT NULL,
  cycle      INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  test       INTEGER NOT NULL
) STRICT;
CREATE INDEX page_of_incident ON page (incident, started_at DESC) WHERE incident IS NOT NULL;
CREATE INDEX page_recent ON page (started_at DESC);
CREATE INDEX page_ringing ON page (state) WHERE state = 'ringing';
CREATE INDEX page_nobody ON page (incident) WHERE state = 'nobody';
CREATE INDEX page_tests ON page (started_at DESC) WHERE test = 1;

-- Rows of the log that belong to incidents: old field values, and what the program's own lines say.
CREATE TABLE history (
  seq      INTEGER NOT NULL PRIMARY KEY,
  incident BLOB    NOT NULL,
  entity   BLOB    NOT NULL,
  kind     TEXT    NOT NULL,
  change   BLOB,                            -- id of the change; none when it cannot be read
  life     INTEGER NOT NULL,
  row      BLOB    NOT NULL                 -- a `protocol::row::Row`, verbatim
) STRICT;
CREATE INDEX history_of_incident ON history (incident, seq);
CREATE INDEX history_of_entity ON history (entity, seq);

-- Incidents of which older rows are not here: fetched ahead for open and recent ones, on demand for
-- the rest.
CREATE TABLE history_missing (
  incident BLOB    NOT NULL PRIMARY KEY,
  after    INTEGER NOT NULL DEFAULT 0,      -- fetched up to this row
  ahead    INTEGER NOT NULL                 -- 1 when it is to be fetched without being asked for
) STRICT;
CREATE INDEX history_missing_ahead ON history_missing (incident) WHERE ahead = 1;

-- The lines of an incident's stream in their order. A line is an entry (`entity.body` of `id`), or what
-- the program says about a change: then `id` is the change's, and the change stands in `history` of
-- `seq`, or in `body` as `replica::Line` while it was not sent.
CREATE TABLE stream (
  id       BLOB    NOT NULL PRIMARY KEY,
  incident BLOB    NOT NULL,
  at       INTEGER NOT NULL,
  message  INTEGER NOT NULL,                -- 1 for messages, which are no timeline entries
  seq      INTEGER,                         -- of the row, for the program's lines
  unsent   BLOB,                            -- the unsent set that it comes from, if it does
  body     BLOB
) STRICT;
CREATE INDEX stream_page ON stream (incident, at, id);
CREATE INDEX stream_entries ON stream (incident, at, id) WHERE message = 0;
CREATE INDEX stream_unsent ON stream (unsent) WHERE unsent IS NOT NULL;

-- Change sets on their way to the server.
CREATE TABLE outbox (
  number     INTEGER NOT NULL PRIMARY KEY,
  id         BLOB    NOT NULL UNIQUE,
  workspace  BLOB    NOT NULL,
  person     BLOB    NOT NULL,
  incident   BLOB,
  referee    INTEGER NOT NULL,              -- sent first
  written_at INTEGER NOT NULL,
  again      INTEGER NOT NULL,              -- accepted before, offered again after a restore
  after      TEXT    NOT NULL,              -- ids of unsent sets that it builds on, as JSON
  first      INTEGER,                       -- accepted as these rows, which have not all arrived
  last       INTEGER,
  body       BLOB    NOT NULL,              -- its changes, as JSON
  outcomes   BLOB    NOT NULL,              -- what it shows, as JSON; `[]` when it could not be decided
  not_now    TEXT                           -- why the server did not decide it, as JSON
) STRICT;
CREATE INDEX outbox_incident ON outbox (incident) WHERE incident IS NOT NULL;

-- Which entities an unsent set touches.
CREATE TABLE outbox_touches (
  entity BLOB    NOT NULL,
  number INTEGER NOT NULL REFERENCES outbox (number) ON DELETE CASCADE,
  PRIMARY KEY (entity, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_touches_set ON outbox_touches (number);

-- Refused change sets, whole, until their author has dealt with them: one item for each root.
CREATE TABLE refused (
  id         BLOB    NOT NULL PRIMARY KEY,
  root       BLOB    NOT NULL,              -- itself, or the refused set that it built on
  number     INTEGER NOT NULL,
  incident   BLOB,
  written_at INTEGER NOT NULL,
  after      TEXT    NOT NULL,
  body       BLOB    NOT NULL,              -- its changes, as JSON
  refusal    TEXT    NOT NULL               -- a `domain::decide::Refusal`, as JSON
) STRICT;
CREATE INDEX refused_root ON refused (root, number);

-- Own sets that were accepted, kept for 30 days so that they can be offered again to a restored server.
CREATE TABLE own_accepted (
  id          BLOB    NOT NULL PRIMARY KEY,
  number      INTEGER NOT NULL,
  incident    BLOB,
  written_at  INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  body        BLOB    NOT NULL,
  outcomes    BLOB    NOT NULL
) STRICT;
CREATE INDEX own_accepted_age ON own_accepted (accepted_at);
CREATE INDEX own_accepted_incident ON own_accepted (incident) WHERE incident IS NOT NULL;

-- Numbers of incident keys in reserve.
CREATE TABLE keys (
  number INTEGER NOT NULL PRIMARY KEY
) STRICT;

-- Rings that were shown: each (page, step) once, however often it is sent.
CREATE TABLE rings_shown (
  page     BLOB    NOT NULL,
  step     INTEGER NOT NULL,
  incident BLOB,
  at       INTEGER NOT NULL,
  PRIMARY KEY (page, step)
) STRICT, WITHOUT ROWID;

-- Small things of this person on this desktop: drafts, choices.
CREATE TABLE local (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL                       -- JSON
) STRICT;

-- Full-text search over tokens that `domain::search` makes. `search.rowid` is `search_doc.rowid`.
CREATE VIRTUAL TABLE search USING fts5 (
  tokens,
  tokenize = "unicode61 tokenchars '-_.'''",
  prefix = '2 3'
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);   -- what is purged leaves no bytes

-- What stands in the index. The row number orders by age, so that newest first needs no sorting.
CREATE TABLE search_doc (
  rowid    INTEGER PRIMARY KEY,
  entity   BLOB    NOT NULL UNIQUE,
  incident BLOB    NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX search_doc_incident ON search_doc (incident);

-- Entities whose words are to be indexed, off the write path.
CREATE TABLE search_queue (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  entity BLOB NOT NULL UNIQUE
) STRICT;
