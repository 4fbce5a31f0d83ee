-- State documents. The previous release can live with this: it does not look at these tables.

-- The document of each incident as far as it is known here.
CREATE TABLE document (
  incident BLOB    NOT NULL PRIMARY KEY,
  state    BLOB,                            -- updates that were put together, as one
  folded   INTEGER NOT NULL DEFAULT 0,      -- the last update of `document_update` that is in it
  at       INTEGER NOT NULL DEFAULT 0,      -- updates of the server that are here
  known    INTEGER NOT NULL DEFAULT 0,      -- updates that the server is known to have
  opened   INTEGER NOT NULL DEFAULT 0,      -- 1 once somebody looked at it here: it is kept up to date
  offer    INTEGER NOT NULL DEFAULT 0       -- 1 when the server may lack what is here: it was restored
) STRICT;

-- Updates since then, in the order in which they came to this desktop.
CREATE TABLE document_update (
  number   INTEGER PRIMARY KEY AUTOINCREMENT,
  incident BLOB    NOT NULL,
  unsent   INTEGER NOT NULL,                -- 1 for what was written here and the server has not taken
  held     INTEGER NOT NULL DEFAULT 0,      -- 1 when the server does not take it
  body     BLOB    NOT NULL
) STRICT;
CREATE INDEX document_update_of ON document_update (incident, number);
CREATE INDEX document_unsent ON document_update (incident) WHERE unsent = 1;
