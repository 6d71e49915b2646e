"""Guards on trees, views and foreign tables: each table keeps what it has of its own, on the way there and back."""

from __future__ import annotations

import psycopg
import pytest

from pgseq.model.sequences import Refused
from tests.support.database import Database
from tests.support.guards import only, owned, results, to_identity, with_trigger

#: Every default of a column `id`, by table.
DEFAULTS = """
SELECT c.relname::text, a.attidentity, pg_get_expr(d.adbin, 0)
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'id'
 ORDER BY 1
"""
INHERITED = """
CREATE SEQUENCE par_seq; CREATE SEQUENCE kid_seq START 1000000;
CREATE TABLE par (id bigint NOT NULL DEFAULT nextval('par_seq'::text) PRIMARY KEY, x text);
CREATE TABLE kid (PRIMARY KEY (id)) INHERITS (par); ALTER TABLE kid ALTER id SET DEFAULT nextval('kid_seq');
CREATE TABLE grandkid (PRIMARY KEY (id)) INHERITS (kid);
ALTER TABLE grandkid ALTER id SET DEFAULT nextval('par_seq'::text);
CREATE TABLE bare (PRIMARY KEY (id)) INHERITS (par); ALTER TABLE bare ALTER id DROP DEFAULT;
"""
PARTITIONED = """
CREATE TABLE pt (id serial, k int, PRIMARY KEY (id, k)) PARTITION BY LIST (k);
CREATE TABLE pt1 PARTITION OF pt FOR VALUES IN (1);
CREATE TABLE pt2 PARTITION OF pt FOR VALUES IN (2);
"""
APART = """
CREATE SEQUENCE site2 START 2 INCREMENT 2; ALTER TABLE pt2 ALTER id SET DEFAULT nextval('site2');
ALTER SEQUENCE pt_id_seq INCREMENT 2;
INSERT INTO pt (k) SELECT 1 FROM generate_series(1, 5); INSERT INTO pt2 (k) VALUES (2), (2);
"""
#: From this major on the partitions have their parent's identity.
ON_PARTITIONS = 17


def test_ownership_leaves_a_child_s_own_default(database: Database) -> None:
    database.run(INHERITED)
    before = database.rows(DEFAULTS)
    found = owned(database.dsn, "par")
    assert ("regclass", "public.par.id", "done") in results(found)
    assert database.rows(DEFAULTS) == [
        ("bare", "", None),
        ("grandkid", "", "nextval('par_seq'::regclass)"),
        ("kid", "", "nextval('kid_seq'::regclass)"),
        ("par", "", "nextval('par_seq'::regclass)"),
    ]
    assert database.value("INSERT INTO kid (x) VALUES ('x') RETURNING id") == 1000000
    change = next(item.change for item in found.items if item.label == "public.par.id")
    assert change is not None
    database.run(change.undo)
    assert database.rows(DEFAULTS) == before


def test_a_default_changed_since_it_was_planned_is_left(database: Database) -> None:
    database.run(INHERITED)
    change = next(item.change for item in owned(database.dsn, "par").items if item.label == "public.par.id")
    assert change is not None
    database.run(change.undo)
    for table in ("par", "grandkid"):
        database.run(f"ALTER TABLE ONLY {table} ALTER id SET DEFAULT 7")
        before = database.rows(DEFAULTS)
        with database.connect(options="-c quote_all_identifiers=on") as connection:
            with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="default has changed"):
                connection.execute(change.sql)
            connection.execute("ROLLBACK")
        assert database.rows(DEFAULTS) == before
        database.run(f"ALTER TABLE ONLY {table} ALTER id SET DEFAULT nextval('par_seq'::text)")
    with database.connect(options="-c quote_all_identifiers=on") as connection:
        connection.execute(change.sql)
    assert database.rows(DEFAULTS)[1][2] == "nextval('par_seq'::regclass)"


def test_hostile_names_of_a_tree(database: Database) -> None:
    database.run(
        """CREATE SEQUENCE "a'b $pgseq$";"""
        """CREATE TABLE "p $pgseq" ("i d" bigint DEFAULT nextval('"a''b $pgseq$"'::text));"""
        """CREATE TABLE "c ""'\\{:tables}" () INHERITS ("p $pgseq")"""
    )
    look = "SELECT pg_get_expr(adbin, 0) FROM pg_attrdef"
    before = database.rows(look)
    found = owned(database.dsn)
    assert [result for *_, result in results(found)] == ["done", "done"]
    assert database.rows(look) == [("""nextval('"a''b $pgseq$"'::regclass)""",)] * 2
    for item in reversed(found.items):
        assert item.change is not None
        database.run(item.change.undo)
    assert database.rows(look) == before


def test_the_undo_passes_over_a_child_that_is_no_more(database: Database) -> None:
    database.run(INHERITED)
    change = next(item.change for item in owned(database.dsn, "par").items if item.label == "public.par.id")
    assert change is not None
    database.run(f"DROP TABLE grandkid; {change.undo}")
    assert database.rows(DEFAULTS)[-1] == ("par", "", "nextval(('par_seq'::text)::regclass)")


def test_identity_never_takes_a_partition_s_own_default(database: Database) -> None:
    database.run(PARTITIONED + APART)
    before = database.rows(DEFAULTS)
    item = only(to_identity(database.dsn, "pt"))
    if database.server.major >= ON_PARTITIONS:
        assert item.refused is not None
        assert item.refused.reason == (
            "public.pt2 has a default of its own, which the identity would take the place of: "
            "nextval('public.site2'::regclass)"
        )
        assert item.refused.hint == (
            "if it need not be: ALTER TABLE public.pt2 ALTER COLUMN id SET DEFAULT "
            "nextval('public.pt_id_seq'::regclass)"
        )
        assert database.rows(DEFAULTS) == before
        database.run(item.refused.hint.partition(": ")[2])
        assert only(to_identity(database.dsn, "pt")).result is not None
        return
    assert item.result is not None
    assert item.result.status == "done"
    assert database.rows(DEFAULTS) == [("pt", "a", None), *before[1:]]
    assert database.value("INSERT INTO pt2 (k) VALUES (2) RETURNING id") == 6
    assert item.change is not None
    database.run(item.change.undo)
    assert database.rows(DEFAULTS) == before


@pytest.mark.parametrize(
    "setup",
    [
        "ALTER TABLE pt2 ALTER id DROP DEFAULT",
        "ALTER TABLE pt ALTER id SET DEFAULT nextval('pt_id_seq'::text)",
        "CREATE TABLE o (id bigint DEFAULT nextval('pt_id_seq')); CREATE TABLE oc () INHERITS (o);"
        "CREATE SEQUENCE oc_seq; ALTER TABLE oc ALTER id SET DEFAULT nextval('oc_seq');"
        "ALTER SEQUENCE pt_id_seq OWNED BY pt.id",
    ],
)
def test_identity_there_and_back(setup: str, database: Database) -> None:
    """Every table of the tree, and of the trees of other columns that draw from it, has the default that it had."""
    database.run(PARTITIONED + setup)
    before = database.rows(DEFAULTS)
    found = next(item for item in to_identity(database.dsn, "pt").items if item.label == "public.pt.id")
    assert found.result is not None
    assert found.result.status == "done", found.result
    between = database.rows(DEFAULTS)
    of_partitions = [("pt1", "a", None), ("pt2", "a", None)] if database.server.major >= ON_PARTITIONS else before[-2:]
    assert between == [*before[:-3], ("pt", "a", None), *of_partitions]
    assert found.change is not None
    database.run(found.change.undo)
    assert database.rows(DEFAULTS) == before


def test_a_partition_s_default_changed_since_it_was_planned(database: Database) -> None:
    database.run(PARTITIONED)
    change = only(to_identity(database.dsn, "pt")).change
    assert change is not None
    database.run(change.undo)
    database.run("CREATE SEQUENCE site2; ALTER TABLE pt2 ALTER id SET DEFAULT nextval('site2')")
    before = database.rows(DEFAULTS)
    told = "default has changed" if database.server.major >= ON_PARTITIONS else "would not be as before"
    with database.connect() as connection:
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=told):
            connection.execute(change.sql)
        connection.execute("ROLLBACK")
    assert database.rows(DEFAULTS) == before


VIEWS = """
CREATE TABLE base (id bigint PRIMARY KEY, x text);
CREATE SEQUENCE v_seq; CREATE VIEW v AS SELECT * FROM base; ALTER VIEW v ALTER id SET DEFAULT nextval('v_seq');
CREATE SEQUENCE w_seq; CREATE VIEW w AS SELECT * FROM base; ALTER VIEW w ALTER id SET DEFAULT nextval('w_seq'::text);
"""
FOREIGN = """
CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER away FOREIGN DATA WRAPPER nowhere;
CREATE SEQUENCE f_seq; CREATE FOREIGN TABLE f (id bigint NOT NULL DEFAULT nextval('f_seq'::text)) SERVER away;
"""


def test_views_are_not_guarded(database: Database) -> None:
    database.run(VIEWS)
    for found, why in (
        (to_identity(database.dsn, "v"), "a view cannot have identity columns"),
        (with_trigger(database.dsn, "v"), "public.v is a view, which cannot have triggers with transition tables"),
        (
            owned(database.dsn, "v"),
            "public.v is a view: public.v_seq would be dropped with it, and the rows are a table's",
        ),
    ):
        refused = only(found).refused
        assert refused is not None
        assert refused.reason == why
    with database.connect(autocommit=False) as busy:
        busy.execute("INSERT INTO base VALUES (1)")
        assert results(owned(database.dsn, "w")) == [
            ("regclass", "public.w.id", "done"),
            ("OWNED BY", "public.w.id", "refused"),
        ]
    database.run("DROP VIEW v, w")
    assert database.value("SELECT to_regclass('v_seq') IS NOT NULL AND to_regclass('w_seq') IS NOT NULL")


def test_foreign_tables(database: Database) -> None:
    database.run(FOREIGN)
    assert only(to_identity(database.dsn)).refused == Refused(reason="a foreign table cannot have identity columns")
    refused = only(with_trigger(database.dsn)).refused
    assert refused is not None
    assert refused.reason == "foreign tables in public.f cannot have triggers with transition tables"
    found = owned(database.dsn)
    assert results(found) == [("regclass", "public.f.id", "done"), ("OWNED BY", "public.f.id", "done")]
    for item in reversed(found.items):
        assert item.change is not None
        database.run(item.change.undo)
    assert database.value("SELECT pg_get_serial_sequence('f', 'id') IS NULL")
