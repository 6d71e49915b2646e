"""Every check: what it says, word for word, and where it says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from pgseq.core.checks import CHECKS, findings
from pgseq.model.sequences import Diagnosis, Finding, Policy, Problem, Stored
from tests.unit.factory import diagnosis, feed

BIG: Final = 2**63 - 1
INT: Final = 2**31 - 1
USERS: Final = feed(table="Users", table_sql='public."Users"', column_sql='"ID"', type="integer", schema="public")
BIGINT: Final = feed(type="bigint", lowest=-BIG - 1, highest=BIG)
SMALLINT: Final = feed(type="smallint", lowest=-(2**15), highest=2**15 - 1)
LOOSE: Final = feed(via="default", owns=False)
ORDERS: Final = feed(table="orders", table_sql="public.orders", via="default", owns=False)
TEXT: Final = feed(type="text", kind="text", lowest=None, highest=None)
HIDDEN: Final = Problem(reason="no right to read public.users.id", hint="GRANT SELECT ON public.users TO me")
ODD: Final = Problem(reason="the default of public.users.id is not plainly the sequence's value", hint="")
AT_BOUND: Final = Stored(nearest=INT, furthest=INT)


def judged(code: str, of: Diagnosis, policy: Policy | None = None) -> Finding | None:
    """The finding of that code."""
    found = [one for one in findings(of, policy or Policy()) if one.code == code]
    assert len(found) <= 1
    return found[0] if found else None


FIRES: Final = [
    pytest.param(
        "PGS001",
        diagnosis(3, stored=Stored(nearest=4, furthest=10)),
        "the next INSERT fails: public.users_id_seq hands out 4, which is already stored in public.users.id",
        "pgseq fix -t public.users",
        id="PGS001-next",
    ),
    pytest.param(
        "PGS001",
        diagnosis(3, stored=Stored(nearest=5, furthest=10), feeds=(USERS,)),
        "INSERT fails after 1 more value: public.users_id_seq hands out 5, "
        'which is already stored in public."Users"."ID"',
        "pgseq fix -t 'public.\"Users\"'",
        id="PGS001-quoted",
    ),
    pytest.param(
        "PGS001",
        diagnosis(
            3,
            stored=(Stored(nearest=54, furthest=60), Stored(nearest=50, furthest=50), HIDDEN),
            feeds=(feed(), ORDERS, feed()),
        ),
        "INSERT fails after 46 more values: public.users_id_seq hands out 50, "
        "which is already stored in public.orders.id",
        "pgseq fix -t public.orders",
        id="PGS001-later",
    ),
    pytest.param(
        "PGS001",
        diagnosis(3, stored=Stored(nearest=4, furthest=4), feeds=(feed(table_sql='public."two\nli""nes\x1b[31m"'),)),
        "the next INSERT fails: public.users_id_seq hands out 4, "
        'which is already stored in public."two\\nli""nes\\x1b[31m".id',
        """pgseq fix -t 'public."two"?"li""nes"?"[31m"'""",
        id="PGS001-hostile",
    ),
    pytest.param(
        "PGS001",
        diagnosis(3, stored=Stored(nearest=4, furthest=4), extension="postgis"),
        "the next INSERT fails: public.users_id_seq hands out 4, which is already stored in public.users.id",
        "pgseq explain PGS009",
        id="PGS001-extension",
    ),
    pytest.param(
        "PGS001",
        diagnosis(3, stored=AT_BOUND),
        "INSERT fails after 2147483643 more values: public.users_id_seq hands out 2147483647, "
        "which is already stored in public.users.id",
        "pgseq explain PGS004",
        id="PGS001-no-room",
    ),
    pytest.param(
        "PGS001",
        diagnosis(3, stored=Stored(nearest=4, furthest=10**9)),
        "the next INSERT fails: public.users_id_seq hands out 4, which is already stored in public.users.id",
        "pgseq explain PGS005",
        id="PGS001-large-jump",
    ),
    pytest.param(
        "PGS001",
        diagnosis(0, max=1000, stored=Stored(nearest=1, furthest=100)),
        "the next INSERT fails: public.users_id_seq hands out 1, which is already stored in public.users.id",
        "pgseq fix -t public.users",
        id="PGS001-jump-within-the-limit",
    ),
    pytest.param(
        "PGS002",
        diagnosis(INT),
        "nextval() fails: public.users_id_seq has reached 2147483647, "
        "and the next value would be beyond its MAXVALUE 2147483647",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint; ALTER SEQUENCE public.users_id_seq AS bigint",
        id="PGS002-serial",
    ),
    pytest.param(
        "PGS002",
        diagnosis(INT - 1, feeds=(feed(), feed(column="version", column_sql="version", via="default"))),
        "the next INSERT fails: it takes 2 values, and public.users_id_seq has 1 left up to its MAXVALUE 2147483647",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint; "
        "ALTER TABLE public.users ALTER COLUMN version TYPE bigint; "
        "ALTER SEQUENCE public.users_id_seq AS bigint",
        id="PGS002-two-a-row",
    ),
    pytest.param(
        "PGS002",
        diagnosis(INT, feeds=(feed(via="identity"),)),
        "nextval() fails: public.users_id_seq has reached 2147483647, "
        "and the next value would be beyond its MAXVALUE 2147483647",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint",
        id="PGS002-identity",
    ),
    pytest.param(
        "PGS002",
        diagnosis(-95, increment=-10, min=-100, max=-5),
        "nextval() fails: public.users_id_seq has reached -95, and the next value would be beyond its MINVALUE -100",
        "ALTER SEQUENCE public.users_id_seq NO MINVALUE",
        id="PGS002-descending",
    ),
    pytest.param(
        "PGS002",
        diagnosis(BIG, data_type="bigint", max=BIG, feeds=(BIGINT,)),
        "nextval() fails: public.users_id_seq has reached 9223372036854775807, "
        "and the next value would be beyond its MAXVALUE 9223372036854775807",
        "no wider type is left: find ids that are free and continue there with ALTER SEQUENCE … RESTART WITH",
        id="PGS002-bigint",
    ),
    pytest.param(
        "PGS003",
        diagnosis(INT, data_type="bigint", max=BIG, feeds=(feed(), BIGINT)),
        "the next INSERT fails: public.users_id_seq hands out 2147483648, "
        "beyond the last value of public.users.id (integer, 2147483647)",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint",
        id="PGS003-integer",
    ),
    pytest.param(
        "PGS003",
        diagnosis(
            -9999,
            data_type="bigint",
            increment=-1,
            min=-BIG - 1,
            max=-1,
            feeds=(feed(type="numeric(4,0)", kind="numeric", lowest=-9999, highest=9999),),
        ),
        "the next INSERT fails: public.users_id_seq hands out -10000, "
        "beyond the last value of public.users.id (numeric(4,0), -9999)",
        "ALTER TABLE public.users ALTER COLUMN id TYPE numeric",
        id="PGS003-numeric",
    ),
    pytest.param(
        "PGS003",
        diagnosis(INT, data_type="bigint", max=BIG, feeds=(feed(type="bigint"),)),
        "the next INSERT fails: public.users_id_seq hands out 2147483648, "
        "beyond the last value of public.users.id (bigint, 2147483647)",
        "ALTER TABLE public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass)",
        id="PGS003-cast",
    ),
    pytest.param(
        "PGS003",
        diagnosis(INT + 5, data_type="bigint", max=BIG, feeds=(feed(via="identity"), ORDERS)),
        "the next INSERT fails: public.users_id_seq hands out 2147483653, "
        "beyond the last value of public.orders.id (integer, 2147483647); "
        "the next INSERT stores -2147483643 instead of failing: public.users_id_seq hands out 2147483653, "
        "beyond the last value of public.users.id (integer, 2147483647)",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint; ALTER TABLE public.orders ALTER COLUMN id TYPE bigint",
        id="PGS003-identity",
    ),
    pytest.param(
        "PGS003",
        diagnosis(999, feeds=(feed(type="character varying(3)", kind="text", lowest=-99, highest=999),)),
        "the next INSERT fails: public.users_id_seq hands out 1000, "
        "beyond the last value of public.users.id (character varying(3), 999)",
        "ALTER TABLE public.users ALTER COLUMN id TYPE text",
        id="PGS003-text",
    ),
    pytest.param(
        "PGS004",
        diagnosis(3, stored=AT_BOUND),
        "public.users_id_seq cannot be moved beyond 2147483647, stored in public.users.id: "
        "there is no room for 2147483648",
        "delete or renumber the row in public.users WHERE id = 2147483647; "
        "or make room: ALTER TABLE public.users ALTER COLUMN id TYPE bigint "
        "and ALTER SEQUENCE public.users_id_seq AS bigint; "
        "or continue below it: pgseq fix -t public.users --into-gap",
        id="PGS004-serial",
    ),
    pytest.param(
        "PGS004",
        diagnosis(3, stored=Stored(nearest=50, furthest=BIG), data_type="bigint", max=BIG, feeds=(BIGINT,)),
        "public.users_id_seq cannot be moved beyond 9223372036854775807, stored in public.users.id: "
        "there is no room for 9223372036854775808",
        "delete or renumber the row in public.users WHERE id = 9223372036854775807; "
        "or continue below it: pgseq fix -t public.users --into-gap",
        id="PGS004-bigint",
    ),
    pytest.param(
        "PGS004",
        diagnosis(3, stored=Stored(nearest=1000, furthest=1000), max=1000, feeds=(TEXT,)),
        "public.users_id_seq cannot be moved beyond 1000, stored in public.users.id: there is no room for 1001",
        "delete or renumber the row in public.users WHERE id = '1000'; "
        "or make room: ALTER SEQUENCE public.users_id_seq NO MAXVALUE; "
        "or continue below it: pgseq fix -t public.users --into-gap",
        id="PGS004-maxvalue",
    ),
    pytest.param(
        "PGS005",
        diagnosis(3, stored=Stored(nearest=10**9, furthest=10**9)),
        "moving public.users_id_seq beyond 1000000000, stored in public.users.id, "
        "would give up 46.6 % of the values left",
        "delete or renumber the row in public.users WHERE id = 1000000000; "
        "or continue below it: pgseq fix -t public.users --into-gap; "
        "or give them up: pgseq fix -t public.users --max-jump 47%",
        id="PGS005",
    ),
    pytest.param(
        "PGS005",
        diagnosis(
            0, max=1000, stored=(Stored(nearest=5, furthest=5), Stored(nearest=9, furthest=500)), feeds=(USERS, ORDERS)
        ),
        "moving public.users_id_seq beyond 500, stored in public.orders.id, would give up 50 % of the values left",
        "delete or renumber the row in public.orders WHERE id = 500; "
        "or continue below it: pgseq fix -t public.orders --into-gap; "
        "or give them up: pgseq fix -t public.orders --max-jump 50%",
        id="PGS005-shared",
    ),
    pytest.param(
        "PGS006",
        diagnosis(3, stored=HIDDEN),
        "no right to read public.users.id",
        "GRANT SELECT ON public.users TO me",
        id="PGS006-column",
    ),
    pytest.param(
        "PGS006",
        diagnosis(
            Problem(reason="no right to read the position", hint="GRANT SELECT ON SEQUENCE s TO me"),
            stored=(HIDDEN, HIDDEN, ODD),
            feeds=(feed(), feed(), feed(expression="f()")),
        ),
        "no right to read the position; no right to read public.users.id",
        "GRANT SELECT ON SEQUENCE s TO me; GRANT SELECT ON public.users TO me",
        id="PGS006-both",
    ),
    pytest.param(
        "PGS007",
        diagnosis(3, stored=ODD, feeds=(feed(expression="(nextval('public.s'::regclass) + 1000)"),)),
        "public.users.id (DEFAULT (nextval('public.s'::regclass) + 1000)) does not plainly store "
        "what public.users_id_seq hands out: not compared",
        "compare by hand with last_value of public.users_id_seq, the expression turned round; "
        "then ignore it in [tool.pgseq], with the reason",
        id="PGS007",
    ),
    pytest.param(
        "PGS008",
        diagnosis(3, feeds=()),
        "no column draws from public.users_id_seq: there is nothing to compare it with",
        "if an application or a trigger fills a column from it, let that column own it: "
        "ALTER SEQUENCE public.users_id_seq OWNED BY …; or declare it (pgseq explain PGS008)",
        id="PGS008",
    ),
    pytest.param(
        "PGS009",
        diagnosis(3, extension="postgis"),
        "public.users_id_seq belongs to extension postgis: pgseq fix does not change it",
        "leave it to the maintainers of postgis",
        id="PGS009-healthy",
    ),
    pytest.param(
        "PGS009",
        diagnosis(3, stored=Stored(nearest=4, furthest=10), extension="postgis"),
        "public.users_id_seq belongs to extension postgis: pgseq fix does not change it",
        "update postgis, or while nobody writes: SELECT pg_catalog.setval('public.users_id_seq', 10)",
        id="PGS009-behind",
    ),
    pytest.param(
        "PGS010",
        diagnosis(3, stored=Stored(nearest=4, furthest=10), cache=50),
        "public.users_id_seq has CACHE 50: after any fix, other sessions go on handing out "
        "the values that they took before",
        "after the fix let them reconnect, or run DISCARD SEQUENCES in each",
        id="PGS010",
    ),
    pytest.param(
        "PGS011",
        diagnosis(3, feeds=(BIGINT, feed())),
        "public.users_id_seq ends at 2147483647 as integer, before what it feeds: "
        "public.users.id (bigint, 9223372036854775807)",
        "ALTER SEQUENCE public.users_id_seq AS bigint",
        id="PGS011-ascending",
    ),
    pytest.param(
        "PGS011",
        diagnosis(-3, increment=-1, min=-(2**15), max=-1, data_type="smallint"),
        "public.users_id_seq ends at -32768 as smallint, before what it feeds: public.users.id (integer, -2147483648)",
        "ALTER SEQUENCE public.users_id_seq AS bigint",
        id="PGS011-descending",
    ),
    pytest.param(
        "PGS012",
        diagnosis(3, data_type="bigint", max=BIG, feeds=(feed(), SMALLINT, BIGINT)),
        "public.users_id_seq goes on to 9223372036854775807, beyond the last value of "
        "public.users.id (integer, 2147483647), public.users.id (smallint, 32767): "
        "INSERT will fail there, and not nextval()",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint",
        id="PGS012-ascending",
    ),
    pytest.param(
        "PGS012",
        diagnosis(-3, data_type="bigint", increment=-1, min=-BIG - 1, max=-1),
        "public.users_id_seq goes on to -9223372036854775808, beyond the last value of "
        "public.users.id (integer, -2147483648): INSERT will fail there, and not nextval()",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint",
        id="PGS012-descending",
    ),
    pytest.param(
        "PGS012",
        diagnosis(3, data_type="bigint", max=BIG, feeds=(replace(SMALLINT, via="identity"),)),
        "public.users_id_seq goes on to 9223372036854775807, beyond the last value of "
        "public.users.id (smallint, 32767): INSERT will not fail there, but store other values: 32768 as -32768",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint, "
        "or let nextval() fail there: ALTER SEQUENCE public.users_id_seq MAXVALUE 32767",
        id="PGS012-identity",
    ),
    pytest.param(
        "PGS012",
        diagnosis(-3, data_type="bigint", increment=-1, min=-BIG - 1, max=-1, feeds=(feed(via="identity"),)),
        "public.users_id_seq goes on to -9223372036854775808, beyond the last value of public.users.id "
        "(integer, -2147483648): INSERT will not fail there, but store other values: -2147483649 as 2147483647",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint, "
        "or let nextval() fail there: ALTER SEQUENCE public.users_id_seq MINVALUE -2147483648",
        id="PGS012-identity-descending",
    ),
    pytest.param(
        "PGS013",
        diagnosis(3, feeds=(feed(), ORDERS)),
        "public.users_id_seq feeds 2 columns: public.users.id, public.orders.id",
        "if that is not meant, give the copy a sequence of its own: "
        "ALTER COLUMN … DROP DEFAULT, then ADD GENERATED BY DEFAULT AS IDENTITY",
        id="PGS013",
    ),
    pytest.param(
        "PGS014",
        diagnosis(3, feeds=(feed(via="text-default", owns=False),)),
        "the default of public.users.id names public.users_id_seq as text: "
        "it may be renamed or dropped unnoticed, and search_path may lead elsewhere",
        "ALTER TABLE public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass)",
        id="PGS014",
    ),
    pytest.param(
        "PGS014",
        diagnosis(3, stored=ODD, feeds=(feed(via="text-default", expression="(nextval((…)) + 1)"),)),
        "the default of public.users.id names public.users_id_seq as text: "
        "it may be renamed or dropped unnoticed, and search_path may lead elsewhere",
        "write 'public.users_id_seq'::regclass in its place",
        id="PGS014-expression",
    ),
    pytest.param(
        "PGS015",
        diagnosis(3, feeds=(LOOSE,)),
        "public.users.id draws from public.users_id_seq without owning it: "
        "DROP TABLE leaves it behind, and pg_get_serial_sequence() does not find it",
        "ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id",
        id="PGS015",
    ),
    pytest.param(
        "PGS015",
        diagnosis(3, feeds=(feed(schema="app", table_sql="app.users", via="default", owns=False),)),
        "app.users.id draws from public.users_id_seq without owning it: "
        "DROP TABLE leaves it behind, and pg_get_serial_sequence() does not find it",
        "if it may move to the schema of its table: "
        "ALTER SEQUENCE public.users_id_seq SET SCHEMA …, then OWNED BY app.users.id",
        id="PGS015-elsewhere",
    ),
    pytest.param(
        "PGS015",
        diagnosis(3, feeds=(LOOSE, ORDERS)),
        "public.users.id, public.orders.id draw from public.users_id_seq without owning it: "
        "DROP TABLE leaves it behind, and pg_get_serial_sequence() does not find it",
        "nothing to do while they share it on purpose; only one column can own a sequence",
        id="PGS015-shared",
    ),
    pytest.param(
        "PGS016",
        diagnosis(29999, max=2**15 - 1, data_type="smallint", feeds=(SMALLINT,)),
        "public.users_id_seq has used 91 % of its values, 2768 values left up to 32767",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint; ALTER SEQUENCE public.users_id_seq AS bigint",
        id="PGS016-ascending",
    ),
    pytest.param(
        "PGS016",
        diagnosis(2 * 10**9, data_type="bigint", max=BIG),
        "public.users_id_seq has used 93 % of its values, 147483647 values left up to 2147483647",
        "ALTER TABLE public.users ALTER COLUMN id TYPE bigint",
        id="PGS016-column",
    ),
    pytest.param(
        "PGS016",
        diagnosis(1850, min=1000, max=2000),
        "public.users_id_seq has used 85 % of its values, 150 values left up to 2000",
        "ALTER SEQUENCE public.users_id_seq NO MAXVALUE",
        id="PGS016-range-of-its-own",
    ),
    pytest.param(
        "PGS016",
        diagnosis(-81, increment=-10, min=-95, max=-1),
        "public.users_id_seq has used 95 % of its values, 1 value left up to -95",
        "ALTER SEQUENCE public.users_id_seq NO MINVALUE",
        id="PGS016-descending",
    ),
    pytest.param(
        "PGS016",
        diagnosis(9 * 10**18, data_type="bigint", max=BIG, feeds=(BIGINT,)),
        "public.users_id_seq has used 97 % of its values, 223372036854775807 values left up to 9223372036854775807",
        "no wider type is left: find ids that are free and continue there with ALTER SEQUENCE … RESTART WITH",
        id="PGS016-bigint",
    ),
    pytest.param(
        "PGS017",
        diagnosis(3, persistence="u", feeds=(feed(persistence="u"), ORDERS)),
        "public.users_id_seq is unlogged, but feeds public.orders.id, whose rows outlive a crash: "
        "it would start anew and be out of sync",
        "ALTER SEQUENCE public.users_id_seq SET LOGGED",
        id="PGS017",
    ),
    pytest.param(
        "PGS018",
        diagnosis(3, unprivileged=(feed(table_sql="mal.t", via="text-default", owner_name="mal"),)),
        "mal.t.id names public.users_id_seq in its default, but the table's owner mal has no privilege to draw from "
        "it: not counted",
        "if it is to draw: GRANT USAGE ON SCHEMA public TO mal; GRANT USAGE ON SEQUENCE public.users_id_seq TO mal; "
        "or declare the feed (pgseq explain PGS018)",
        id="PGS018",
    ),
]

SILENT: Final = [
    pytest.param("PGS001", diagnosis(3), id="PGS001-nothing-ahead"),
    pytest.param("PGS002", diagnosis(INT, cycle=True), id="PGS002-cycle"),
    pytest.param("PGS002", diagnosis(INT, is_called=False), id="PGS002-last-value-left"),
    pytest.param("PGS002", diagnosis(HIDDEN), id="PGS002-position-not-seen"),
    pytest.param("PGS003", diagnosis(INT), id="PGS003-sequence-ends-first"),
    pytest.param("PGS003", diagnosis(INT - 1, data_type="bigint", max=BIG), id="PGS003-last-value-fits"),
    pytest.param("PGS004", diagnosis(3, stored=Stored(nearest=4, furthest=INT - 1)), id="PGS004-one-left"),
    pytest.param("PGS004", diagnosis(3), id="PGS004-in-sync"),
    pytest.param("PGS005", diagnosis(0, max=1000, stored=Stored(nearest=100, furthest=100)), id="PGS005-10%"),
    pytest.param("PGS005", diagnosis(3, stored=AT_BOUND), id="PGS005-left-to-PGS004"),
    pytest.param("PGS006", diagnosis(3), id="PGS006-seen"),
    pytest.param("PGS006", diagnosis(3, stored=ODD, feeds=(feed(expression="f()"),)), id="PGS006-default"),
    pytest.param("PGS007", diagnosis(3, stored=HIDDEN), id="PGS007-not-seen"),
    pytest.param("PGS008", diagnosis(3), id="PGS008-feeds"),
    pytest.param("PGS009", diagnosis(3), id="PGS009-no-extension"),
    pytest.param("PGS010", diagnosis(3, cache=50), id="PGS010-in-sync"),
    pytest.param("PGS010", diagnosis(3, stored=AT_BOUND), id="PGS010-no-cache"),
    pytest.param("PGS011", diagnosis(3), id="PGS011-same-type"),
    pytest.param("PGS011", diagnosis(-3, increment=-1, min=-INT - 1, max=-1), id="PGS011-same-type-descending"),
    pytest.param("PGS011", diagnosis(3, max=1000, feeds=(BIGINT,)), id="PGS011-maxvalue-chosen"),
    pytest.param("PGS011", diagnosis(3, feeds=(feed(kind="numeric", lowest=None, highest=None),)), id="PGS011-numeric"),
    pytest.param("PGS012", diagnosis(3), id="PGS012-same-type"),
    pytest.param("PGS012", diagnosis(3, data_type="bigint"), id="PGS012-bounded-to-the-column"),
    pytest.param(
        "PGS012",
        diagnosis(3, stored=ODD, data_type="bigint", max=BIG, feeds=(feed(expression="f()"),)),
        id="PGS012-default-not-plain",
    ),
    pytest.param("PGS013", diagnosis(3), id="PGS013-one"),
    pytest.param("PGS014", diagnosis(3, feeds=(LOOSE,)), id="PGS014-regclass"),
    pytest.param("PGS015", diagnosis(3, feeds=(feed(), ORDERS)), id="PGS015-one-owns"),
    pytest.param("PGS015", diagnosis(3, feeds=(feed(via="text-default", owns=False),)), id="PGS015-text"),
    pytest.param("PGS016", diagnosis(79, min=0, max=100), id="PGS016-80%"),
    pytest.param("PGS016", diagnosis(99, min=0, max=100, cycle=True), id="PGS016-cycle"),
    pytest.param("PGS016", diagnosis(100, min=0, max=100), id="PGS016-exhausted"),
    pytest.param("PGS016", diagnosis(7, is_called=False, min=7, max=7), id="PGS016-one-value-left"),
    pytest.param("PGS016", diagnosis(HIDDEN), id="PGS016-position-not-seen"),
    pytest.param("PGS017", diagnosis(3), id="PGS017-logged"),
    pytest.param("PGS017", diagnosis(3, persistence="u", feeds=(feed(persistence="u"),)), id="PGS017-both"),
    pytest.param("PGS017", diagnosis(3, persistence="u", feeds=()), id="PGS017-feeds-nothing"),
    pytest.param("PGS018", diagnosis(3, feeds=(feed(owner=17, owner_name="mal"),)), id="PGS018-another-owner"),
]


@pytest.mark.parametrize(("code", "of", "message", "hint"), FIRES)
def test_says(code: str, of: Diagnosis, message: str, hint: str) -> None:
    found = judged(code, of)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == next(one.SEVERITY for one in CHECKS if code == one.CODE)


@pytest.mark.parametrize(("code", "of"), SILENT)
def test_says_nothing(code: str, of: Diagnosis) -> None:
    assert judged(code, of) is None


def test_every_check_is_tested_both_ways() -> None:
    codes = {check.CODE for check in CHECKS}
    assert {str(case.values[0]) for case in FIRES} == codes
    assert {str(case.values[0]) for case in SILENT} == codes


def test_large_jump_is_a_matter_of_policy() -> None:
    stray = diagnosis(3, stored=Stored(nearest=4, furthest=10**9))
    generous = Policy(max_jump=0.5)
    assert judged("PGS005", stray, generous) is None
    found = judged("PGS001", stray, generous)
    assert found is not None
    assert found.hint == "pgseq fix -t public.users"


def test_findings_come_in_the_order_of_codes() -> None:
    many = diagnosis(3, stored=Stored(nearest=4, furthest=10), cache=50, extension="postgis", feeds=(LOOSE,))
    assert [one.code for one in findings(many, Policy())] == ["PGS001", "PGS009", "PGS010", "PGS015"]


def test_healthy_sequence_has_no_findings() -> None:
    assert findings(diagnosis(3), Policy()) == ()
