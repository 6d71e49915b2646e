-- Which server this is, for as long as it lives: its own from initdb on, the same on physical copies.
SELECT system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system()
