--
-- PostgreSQL database dump
--

--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users (name) VALUES ('a');
