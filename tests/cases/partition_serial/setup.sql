-- A partitioned table with a serial: the partitions' copies of the default are one feed, the top's.
CREATE TABLE events (id serial, region int NOT NULL DEFAULT 1, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);
CREATE TABLE events_2 PARTITION OF events FOR VALUES IN (2);
INSERT INTO events (region) SELECT 1 FROM generate_series(1, 4);
INSERT INTO events VALUES (5, 2), (9, 2);
