-- State documents. The previous release can live with this: it does not look at these tables, and what is
-- in them waits until a newer one reads it.

-- How far each document is.
CREATE TABLE document (
    incident BLOB PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,                        -- updates that were taken
    noted INTEGER NOT NULL DEFAULT 0,           -- what the log says of that
    noted_at INTEGER NOT NULL DEFAULT 0         -- when it last said so
) STRICT, WITHOUT ROWID;
CREATE INDEX document_to_note ON document (noted_at) WHERE at > noted;

-- Its updates, in the order in which they were taken. Never rewritten.
CREATE TABLE document_update (
    incident BLOB NOT NULL,
    at INTEGER NOT NULL,
    person BLOB NOT NULL,                       -- who sent it
    taken_at INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (incident, at)
) STRICT;

-- The document as of an update: what it is read from, with the updates after it.
CREATE TABLE document_state (
    incident BLOB NOT NULL,
    at INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (incident, at)
) STRICT;
