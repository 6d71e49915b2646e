"""Columns that no index serves: what a scan would cost is estimated, and bounded."""

from __future__ import annotations

import re

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

FILL = "INSERT INTO events (id) SELECT generate_series(1, 20000)"


@pytest.mark.parametrize("analyzed", [True, False])
@pytest.mark.parametrize(
    ("table", "seen"),
    [
        ("CREATE TABLE events (id bigserial, note text)", False),
        ("CREATE TABLE events (id bigserial PRIMARY KEY)", True),
        ("CREATE TABLE events (id bigserial, k int DEFAULT 0, UNIQUE (k, id))", False),
        ("CREATE TABLE events (id bigserial); CREATE INDEX ON events (id) WHERE id > 5", False),
        ("CREATE TABLE events (id bigserial); CREATE INDEX ON events USING hash (id)", False),
        ("CREATE TABLE events (id bigserial, k int); CREATE INDEX ON events (id DESC, k)", True),
        (
            "CREATE TABLE events (id bigserial) PARTITION BY RANGE (id);"
            "CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (0) TO (9999);"
            "CREATE TABLE e2 PARTITION OF events DEFAULT; CREATE INDEX ON e1 (id)",
            False,
        ),
        (
            "CREATE TABLE events (id bigserial) PARTITION BY RANGE (id);"
            "CREATE TABLE e1 PARTITION OF events FOR VALUES FROM (0) TO (9999);"
            "CREATE TABLE e2 PARTITION OF events DEFAULT; CREATE INDEX ON events (id)",
            True,
        ),
    ],
)
@pytest.mark.sampled(16)
def test_only_an_index_that_serves_saves_the_scan(
    table: str, seen: bool, analyzed: bool, database: Database, pgseq: Pgseq
) -> None:
    """Right after an import, too, when pg_class knows no size yet."""
    database.run(f"{table}; {FILL}{'; ANALYZE events' * analyzed}")
    done = pgseq("check", database.dsn, "--scan-limit", "64kB", "--format", "json")
    (sequence,) = done.json()["databases"][0]["sequences"]
    assert (done.code, sequence["status"]) == ((1, "out_of_sync") if seen else (3, "unknown"))
    if not seen:
        (finding,) = [one for one in sequence["findings"] if one["code"] == "PGS006"]
        assert re.fullmatch(r"no index on public\.events\.id, and \d{3} kB to scan instead", finding["message"])
        # PostgreSQL makes no index on a partitioned table concurrently.
        create = "CREATE INDEX" if "PARTITION BY" in table else "CREATE INDEX CONCURRENTLY"
        assert f"{create} ON public.events (id), or pass --scan-limit" in finding["hint"]
    # The limit is the user's: with more of it, the answer is there.
    assert pgseq("check", database.dsn, "--scan-limit", "1GB").code == 1


def test_texts_are_scanned_whatever_index_there_is(database: Database, pgseq: Pgseq) -> None:
    database.run(
        "CREATE SEQUENCE s; CREATE TABLE events (id text PRIMARY KEY DEFAULT nextval('s'));"
        "INSERT INTO events SELECT generate_series(1, 20000)"
    )
    assert pgseq("check", database.dsn, "--scan-limit", "64kB").code == 3


def test_a_locked_table_is_not_waited_for_to_ask_its_size(database: Database, pgseq: Pgseq) -> None:
    """It is told as locked, and stops no other."""
    database.run(
        f"CREATE TABLE events (id bigserial); {FILL}; CREATE TABLE other (id serial PRIMARY KEY);"
        "CREATE TABLE big (id bigserial); INSERT INTO big SELECT FROM generate_series(1, 20000)"
    )
    with database.connect(autocommit=False) as holder:
        holder.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
        done = pgseq("check", database.dsn, "--scan-limit", "64kB", "--lock-timeout", "200ms", "--format", "json")
    found = {one["name"]: (one["status"], one["reason"] or "") for one in done.json()["databases"][0]["sequences"]}
    assert found["other_id_seq"] == ("ok", "")
    assert found["events_id_seq"][1].startswith("public.events is locked by pid ")
    assert found["big_id_seq"][1].startswith("no index on public.big.id, and ")
