-- The record. Bodies are canonical JSON as bytes, verbatim, and never looked into: what a query asks
-- for stands in a column of its own. One database may hold several workspaces. An older release
-- cannot use this schema.
--
-- The owner of these tables migrates them. The role that a node uses day by day needs less, and should
-- get no more; with it, the log cannot be rewritten even by a node that was taken over:
--
--   GRANT USAGE ON SCHEMA public TO firebell_node;
--   GRANT SELECT, INSERT, UPDATE, DELETE ON meta, entity, answer, incident_key, job, sight, forgotten,
--       account, invitation, device TO firebell_node;
--   GRANT SELECT, INSERT ON log TO firebell_node;           -- no UPDATE, DELETE or TRUNCATE
--   GRANT SELECT ON clock_offset, _sqlx_migrations TO firebell_node;
--   GRANT USAGE ON SEQUENCE job_fence TO firebell_node;
--
-- The trigger on the log holds for the owner as well, against mistakes rather than against malice.

CREATE TABLE meta (
    workspace uuid PRIMARY KEY,
    epoch bigint NOT NULL,
    seq bigint NOT NULL,                        -- last row of the log
    head bytea NOT NULL CHECK (length(head) = 32),
    next_key bigint NOT NULL
);

-- Tests push time here; it stays 0 in earnest, and `doctor` says so.
CREATE TABLE clock_offset (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    ms bigint NOT NULL
);
INSERT INTO clock_offset (ms) VALUES (0);

-- The one clock of all nodes, in milliseconds. Not now(): that is when the transaction began, and a
-- node may have waited for the append lock since.
CREATE FUNCTION firebell_now() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint
         + coalesce((SELECT ms FROM clock_offset), 0)
$$;

CREATE TABLE log (
    workspace uuid NOT NULL,
    seq bigint NOT NULL,                        -- from 1 without gaps, in the order of commits
    entity uuid NOT NULL,
    incident uuid,
    salt bytea NOT NULL CHECK (length(salt) = 16),
    head bytea NOT NULL CHECK (length(head) = 32), -- of the chain, after this row
    set_end bigint NOT NULL,                    -- last row of its change set
    body bytea NOT NULL,
    PRIMARY KEY (workspace, seq)
);
CREATE INDEX log_of_incident ON log (workspace, incident, seq) WHERE incident IS NOT NULL;

CREATE FUNCTION log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log only grows' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON log
    FOR EACH STATEMENT EXECUTE FUNCTION log_only_grows();

CREATE TABLE entity (
    workspace uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    incident uuid,
    seq bigint NOT NULL,
    directory boolean NOT NULL,                 -- people, services, schedules …
    open boolean NOT NULL,                      -- an incident that somebody has to work on
    ringing boolean NOT NULL,                   -- a page that rings
    declared_at bigint,                         -- of an incident; milliseconds, never changes
    body bytea NOT NULL,
    PRIMARY KEY (workspace, id)
);
CREATE INDEX entity_of_incident ON entity (workspace, incident, id);
CREATE INDEX entity_page ON entity (workspace, incident) WHERE kind = 'page';
CREATE INDEX entity_directory ON entity (workspace, seq) WHERE directory;
CREATE INDEX entity_open ON entity (workspace, id) WHERE open;
CREATE INDEX entity_ringing ON entity (workspace, id) WHERE ringing;
CREATE INDEX entity_incident ON entity (workspace, id) INCLUDE (declared_at, open, seq)
    WHERE kind = 'incident';

-- What became of a change set; a resend gets the same answer.
CREATE TABLE answer (
    workspace uuid NOT NULL,
    change_set uuid NOT NULL,
    device uuid,
    body bytea NOT NULL,                        -- hash of its changes
    first bigint,
    last bigint,
    refusal bytea,                              -- JSON
    PRIMARY KEY (workspace, change_set),
    CHECK ((first IS NULL) = (last IS NULL)),
    CHECK ((first IS NULL) <> (refusal IS NULL))
);

CREATE TABLE incident_key (
    workspace uuid NOT NULL,
    number bigint NOT NULL,
    device uuid,                                -- in whose reserve it is or was
    incident uuid,                              -- whose key it is
    PRIMARY KEY (workspace, number),
    UNIQUE (workspace, incident),
    CHECK (device IS NOT NULL OR incident IS NOT NULL)
);

-- A fence is never given twice, not even to a job that ended and was written again under its old id:
-- whoever slept through all that must not end the new one.
CREATE SEQUENCE job_fence;

CREATE TABLE job (
    workspace uuid NOT NULL,
    id uuid NOT NULL,
    due_at bigint NOT NULL,
    leased_until bigint,
    fence bigint NOT NULL DEFAULT nextval('job_fence'),
    waits_for uuid,
    body bytea NOT NULL,                        -- JSON
    PRIMARY KEY (workspace, id)
);
CREATE INDEX job_due ON job (workspace, due_at, id);
CREATE INDEX job_waiting ON job (workspace, waits_for) WHERE waits_for IS NOT NULL;

-- The last time that a person gained or lost sight of an incident.
CREATE TABLE sight (
    workspace uuid NOT NULL,
    person uuid NOT NULL,
    incident uuid NOT NULL,
    gains boolean NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (workspace, person, incident)
);

-- A desktop purged an incident, as of a row.
CREATE TABLE forgotten (
    workspace uuid NOT NULL,
    device uuid NOT NULL,
    incident uuid NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (workspace, device, incident)
);

CREATE TABLE account (
    workspace uuid NOT NULL,
    name text NOT NULL,
    person uuid NOT NULL,
    password text NOT NULL,                     -- argon2id, PHC
    admin boolean NOT NULL,                     -- what its person is made
    active boolean NOT NULL,
    PRIMARY KEY (workspace, name)
);

CREATE TABLE invitation (
    workspace uuid NOT NULL,
    code bytea NOT NULL,                        -- hash
    admin boolean NOT NULL,
    expires_at bigint NOT NULL,
    used boolean NOT NULL DEFAULT false,
    PRIMARY KEY (workspace, code)
);

CREATE TABLE device (
    workspace uuid NOT NULL,
    id uuid NOT NULL,
    person uuid NOT NULL,
    name text NOT NULL,
    token bytea NOT NULL,                       -- SHA-256
    revoked boolean NOT NULL,
    seen_at bigint,
    PRIMARY KEY (workspace, id),
    UNIQUE (workspace, token)
);
CREATE INDEX device_of_person ON device (workspace, person);
