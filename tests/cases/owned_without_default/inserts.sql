INSERT INTO orders VALUES (nextval('hibernate_seq'));
INSERT INTO orders VALUES (nextval('hibernate_seq'));
