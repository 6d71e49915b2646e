-- Three levels of partitions, the row ahead sits in a leaf two levels down; healthy elsewhere.
CREATE TABLE top (id bigserial, region int NOT NULL DEFAULT 1, year int NOT NULL DEFAULT 2024, PRIMARY KEY (id, region, year))
    PARTITION BY LIST (region);
CREATE TABLE north PARTITION OF top FOR VALUES IN (1) PARTITION BY RANGE (year);
CREATE TABLE north_2024 PARTITION OF north FOR VALUES FROM (2024) TO (2025);
CREATE TABLE north_2025 PARTITION OF north FOR VALUES FROM (2025) TO (2026);
CREATE TABLE south PARTITION OF top FOR VALUES IN (2);
INSERT INTO top (region) SELECT 1 FROM generate_series(1, 3);
INSERT INTO north_2025 VALUES (30, 1, 2025);
