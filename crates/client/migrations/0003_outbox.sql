-- What waits is found without reading all of it: the outbox of a day offline is large, and so is the number of
-- documents. The previous release can live with this.
CREATE INDEX outbox_waiting ON outbox (last, number);
CREATE INDEX outbox_again ON outbox (number) WHERE again = 1;
CREATE INDEX outbox_referee ON outbox (number) WHERE referee = 1;

DROP INDEX document_unsent;
CREATE INDEX document_unsent ON document_update (incident, held) WHERE unsent = 1;
CREATE INDEX document_offer ON document (incident) WHERE offer = 1;
CREATE INDEX document_behind ON document (incident) WHERE known > at;
