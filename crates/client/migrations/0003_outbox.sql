-- What waits is found without reading what it says: the outbox of a day offline is large. The previous release
-- can live with this.
CREATE INDEX outbox_waiting ON outbox (last, number);
CREATE INDEX outbox_again ON outbox (number) WHERE again = 1;
CREATE INDEX outbox_referee ON outbox (number) WHERE referee = 1;
