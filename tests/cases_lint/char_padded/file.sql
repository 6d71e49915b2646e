CREATE SEQUENCE cs;
CREATE TABLE ch (id character(8) PRIMARY KEY DEFAULT nextval('cs'));
INSERT INTO ch VALUES ('1       '), ('2       ');
