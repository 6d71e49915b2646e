-- Two tenants with tables and sequences of the same names; only one of them is behind.
CREATE SCHEMA tenant_a;
CREATE SCHEMA tenant_b;
CREATE TABLE tenant_a.t (id serial PRIMARY KEY);
CREATE TABLE tenant_b.t (id serial PRIMARY KEY);
INSERT INTO tenant_a.t SELECT FROM generate_series(1, 5);
INSERT INTO tenant_b.t SELECT generate_series(1, 5);
