-- Hibernate's pooled optimizer, blocks of 50 up to the value: the next value beyond the rows is 1001, but its block is not free.
CREATE TABLE email_aggregation (id bigserial PRIMARY KEY, v text);
ALTER SEQUENCE email_aggregation_id_seq INCREMENT BY 50;
INSERT INTO email_aggregation SELECT g, 'x' FROM generate_series(1, 1000) g;
