-- An identity column of type smallint with its own START and INCREMENT; the stored ids on its grid lie ahead.
CREATE TABLE t (id smallint GENERATED ALWAYS AS IDENTITY (START WITH 5 INCREMENT BY 5) PRIMARY KEY);
INSERT INTO t OVERRIDING SYSTEM VALUE VALUES (5), (15), (101);
