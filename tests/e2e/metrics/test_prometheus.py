"""What the real Prometheus and its promtool say: of the samples, of the rules, of the dashboard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.metrics.test_listen import basic, hashed_by_bcrypt, make_certificate
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.exporter import exporter, of, samples
from tests.support.prometheus import DASHBOARD, RULES, Prometheus, program, prometheus, promtool

pytestmark = pytest.mark.slow

SITUATIONS = """
CREATE TABLE behind (id serial PRIMARY KEY);
INSERT INTO behind SELECT generate_series(1, 7);
CREATE TABLE later (id serial PRIMARY KEY);
INSERT INTO later SELECT generate_series(4, 7);
CREATE TABLE half (id smallserial PRIMARY KEY);
SELECT setval('half_id_seq', 30000);
CREATE SCHEMA "a""b\\c
d";
CREATE TABLE "a""b\\c
d"."é😀" (id serial PRIMARY KEY);
INSERT INTO "a""b\\c
d"."é😀" VALUES (1);
"""


def test_promtool_has_nothing_to_say_of_the_metrics(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(SITUATIONS)
    done = pgseq("metrics", database.dsn, "host=127.0.0.1 port=1 dbname=x", "--every-sequence", "--textfile", "x.prom")
    assert done.code == 2
    assert promtool("check", "metrics", input=(tmp_path / "x.prom").read_text()) == (0, "")


def test_rules_are_valid() -> None:
    code, said = promtool("check", "rules", "--lint=all", "--lint-fatal", RULES)
    assert code == 0, said


def test_rules_do_what_they_say() -> None:
    """A setval jump, a slow fill, a collision."""
    code, said = promtool("test", "rules", Path(__file__).with_name("alerts.test.yml"))
    assert code == 0, said


def _expressions(part: Any) -> Iterator[str]:
    """The expressions of a dashboard."""
    if isinstance(part, dict):
        if isinstance(part.get("expr"), str):
            yield part["expr"].replace("$datname", ".*")
        for one in part.values():
            yield from _expressions(one)
    elif isinstance(part, list):
        for one in part:
            yield from _expressions(one)


def test_a_real_prometheus_scrapes_and_fires(database: Database, tmp_path: Path) -> None:
    """Over TLS and with a password; the rules at once, without `for`."""
    program("prometheus")
    database.run(SITUATIONS)
    make_certificate(tmp_path)
    (tmp_path / "web.yml").write_text(
        "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\n"
        f"basic_auth_users: {{alice: {hashed_by_bcrypt('secret words')}}}\n"
    )
    rules = tmp_path / "rules.yml"
    rules.write_text(re.sub(r"\n +for: \w+", "", RULES.read_text()))
    scrape = (
        f"    scheme: https\n    tls_config: {{ca_file: {tmp_path / 'cert.pem'}}}\n"
        "    basic_auth: {username: alice, password: secret words}\n"
    )
    down = "host=127.0.0.1 port=1 dbname=gone"
    with exporter(tmp_path, database.dsn, down, "--web-config", "web.yml") as served:
        address = served.url.split("/")[2]
        text = served.get("/metrics", tmp_path / "cert.pem", Authorization=basic("alice", "secret words"))[1]
        with prometheus(tmp_path, address, rules, scrape) as running:

            def fired() -> set[str]:
                return {
                    one["labels"]["alertname"] for one in running.ask("alerts")["alerts"] if one["state"] == "firing"
                }

            running.wait(
                lambda: {"PgseqTargetDown", "PgseqNextInsertCollides", "PgseqOutOfSync", "PgseqNearlyUsedUp"} <= fired()
            )
            assert "PgseqExhausted" not in fired()
            _same(running, text)
            expressions = list(_expressions(json.loads(DASHBOARD.read_text())))
            assert len(expressions) > 8
            for expression in expressions:
                # Whatever it refuses is an error.
                running.query(expression)
            assert running.query('sum(pgseq_sequences{datname=~".*",status="out_of_sync"})')[0]["value"][1] == "3"


def _same(running: Prometheus, text: str) -> None:
    """What Prometheus has is what prometheus_client reads, names included."""
    stored = {
        (one["metric"]["__name__"], frozenset(one["metric"].items() - _added(one["metric"])), float(one["value"][1]))
        for one in running.query('{__name__=~"pgseq_.+"}')
    }
    read = samples(text)
    assert stored == {(name, labels, value) for (name, labels), value in read.items()}
    assert any(("schemaname", 'a"b\\c\nd') in labels and ("sequence", "é😀_id_seq") in labels for _, labels in read)


def _added(metric: dict[str, str]) -> set[tuple[str, str]]:
    return {(key, value) for key, value in metric.items() if key in ("__name__", "instance", "job")}


def test_dashboard_shows_metrics_that_there_are(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(SITUATIONS)
    done = pgseq("metrics", database.dsn, "--every-sequence", "--history", tmp_path / "history.sqlite")
    found = {name for name, _ in samples(done.out)}
    dashboard = json.loads(DASHBOARD.read_text())
    recorded = set(re.findall(r"record: (\S+)", RULES.read_text()))
    named = {
        name
        for expression in _expressions(dashboard)
        for name in re.findall(r"pgseq[\w:]+", expression)
    }  # fmt: skip
    assert named <= found | recorded
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    for panel in dashboard["panels"]:
        assert panel["title"]
        assert panel["description"]
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24


def test_ten_thousand_sequences(database: Database, pgseq: Pgseq) -> None:
    """By default a handful of series; all of them when asked for, and each text is read by both parsers."""
    for start in range(1, 10_000, 1000):
        each = f"FOR n IN {start}..{start + 999} LOOP EXECUTE format('CREATE SEQUENCE s%s', n); END LOOP"
        database.run(f"DO $$ BEGIN {each}; END $$")
    database.run("SELECT setval('s7', 9223372036854775807 / 2 + 9)")
    done = pgseq("metrics", database.dsn, timeout=300)
    assert done.code == 0, done.err
    found = samples(done.out)
    assert of(found, "pgseq_sequences", datname=database.name, status="feeds_no_column") == 10_000
    assert len(done.out) < 10_000
    done = pgseq("metrics", database.dsn, "--every-sequence", timeout=300)
    found = samples(done.out)
    assert sum(name == "pgseq_sequence_values_left" for name, _ in found) == 10_000
    assert sum(name == "pgseq_sequence_nextval_calls_total" for name, _ in found) == 10_000
