-- A partitioned table with an identity column, which partitions share with the top.
-- min: 17
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, region int NOT NULL DEFAULT 1, PRIMARY KEY (id, region))
    PARTITION BY LIST (region);
CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);
CREATE TABLE events_2 PARTITION OF events FOR VALUES IN (2);
INSERT INTO events (region) SELECT 1 FROM generate_series(1, 4);
INSERT INTO events_2 (region) SELECT 2 FROM generate_series(1, 4);
INSERT INTO events (id, region) OVERRIDING SYSTEM VALUE VALUES (9, 1), (12, 2);
