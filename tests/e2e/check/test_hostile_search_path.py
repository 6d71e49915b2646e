"""A search_path that leads to somebody else's operators and types before the server's own."""

from __future__ import annotations

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

#: Operators and a type of a role that may create in public, which note who came by.
TRAPS = """
    CREATE TABLE public.trapped (by text);
    CREATE FUNCTION public.trap(a int, b int) RETURNS int LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO public.trapped VALUES (current_user); RETURN 1000; END $$;
    CREATE OPERATOR public.* (LEFTARG = int, RIGHTARG = int, FUNCTION = public.trap);
    CREATE OPERATOR public.+ (LEFTARG = int, RIGHTARG = int, FUNCTION = public.trap);
    CREATE FUNCTION public.refuse(value pg_catalog.text) RETURNS bool LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'trapped'; END $$;
    CREATE DOMAIN public.text AS pg_catalog.text CHECK (public.refuse(VALUE));
    CREATE DOMAIN public.bool AS pg_catalog.bool CHECK (public.refuse(VALUE::pg_catalog.text));
    CREATE TABLE t (id serial PRIMARY KEY);
    INSERT INTO t VALUES (1);
"""


@pytest.mark.parametrize("arguments", [("check",), ("verify",), ("why",), ("guard", "plan"), ("fix", "--yes")])
def test_nothing_of_public_is_run(database: Database, pgseq: Pgseq, arguments: tuple[str, ...]) -> None:
    database.run(TRAPS)
    database.run(f"ALTER DATABASE {database.name} SET search_path = public, pg_catalog")
    done = pgseq(*arguments, database.dsn)
    assert done.code == (0 if "fix" in arguments else 1), done.err
    assert "trapped" not in done.out + done.err
    assert database.rows("SELECT * FROM public.trapped") == []


def test_all(database: Database, pgseq: Pgseq) -> None:
    database.run(TRAPS)
    database.run(f"ALTER DATABASE {database.name} SET search_path = public, pg_catalog")
    done = pgseq("check", "--all", database.dsn)
    assert (done.code, done.err) == (1, "")
