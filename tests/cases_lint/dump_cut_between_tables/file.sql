--
-- PostgreSQL database dump
--

--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE users (id serial PRIMARY KEY, name text);
--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO users VALUES (1, 'a');
