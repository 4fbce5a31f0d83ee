-- State documents. The previous release can live with this: it does not look at these tables, and what is
-- in them waits until a newer one reads it.

-- How far each document is.
CREATE TABLE document (
    workspace uuid NOT NULL,
    incident uuid NOT NULL,
    at bigint NOT NULL,                         -- updates that were taken
    noted bigint NOT NULL DEFAULT 0,            -- what the log says of that
    noted_at bigint NOT NULL DEFAULT 0,         -- when it last said so
    PRIMARY KEY (workspace, incident)
);
CREATE INDEX document_to_note ON document (workspace, noted_at) WHERE at > noted;

-- Its updates, in the order in which they were taken. Never rewritten.
CREATE TABLE document_update (
    workspace uuid NOT NULL,
    incident uuid NOT NULL,
    at bigint NOT NULL,
    person uuid NOT NULL,                       -- who sent it
    taken_at bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (workspace, incident, at)
);

-- The document as of an update: what it is read from, with the updates after it.
CREATE TABLE document_state (
    workspace uuid NOT NULL,
    incident uuid NOT NULL,
    at bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (workspace, incident, at)
);
