"""What the marker `pgseq` does around a test."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, Final

import pytest

import pgseq
from pgseq.errors import PgseqError
from pgseq.pg.drivers.handles import known
from pgseq.pg.drivers.state import TransactionFailed
from pgseq.testing import sentences

VERBS: Final = ("fix", "check")
#: Fixtures of pytest-django by which a test asks for databases; its marker django_db does, too.
DJANGO_FIXTURES: Final = frozenset({"db", "transactional_db", "django_db_serialized_rollback", "live_server"})


def fix(item: pytest.Item) -> None:
    """Move the sequences that are behind before the test runs; it fails where one cannot be moved."""
    _each(item, "fix")


def check(item: pytest.Item) -> None:
    """Fail the test where it left a sequence out of sync."""
    _each(item, "check")


def options(config: pytest.Config) -> dict[str, Any]:
    """The options that the run gives to every look: its configuration file."""
    name = config.getoption("pgseq_config") or config.getini("pgseq_config")
    return {"config": config.rootpath / name} if name else {}


def django_connections(*, opened: bool) -> list[Any]:
    """Django's connections to PostgreSQL; with `opened` those that are open alone."""
    from django.db import connections

    every = [connections[alias] for alias in connections if connections[alias].vendor == "postgresql"]
    return [one for one in every if one.connection is not None] if opened else every


def _each(item: pytest.Item, verb: str) -> None:
    for marker in item.iter_markers("pgseq"):
        if not marker.args or not set(marker.args) <= set(VERBS):
            pytest.fail('@pytest.mark.pgseq takes "fix", "check" or both', pytrace=False)
        if verb in marker.args:
            selection = dict(marker.kwargs)
            _run(verb, _targets(item, selection.pop("using", ())), options(item.config) | selection)


def _run(verb: str, targets: Iterable[Any], selection: dict[str, Any]) -> None:
    for target in targets:
        try:
            report = getattr(pgseq, verb)(target, **selection)
        except TransactionFailed:
            continue  # Nothing of it will stay.
        except PgseqError as error:
            pytest.fail(f"pgseq cannot {verb}: {error.message}\n  {error.hint}".rstrip(), pytrace=False)
        if not report.ok:
            pytest.fail(sentences(report), pytrace=False)


def _targets(item: pytest.Item, using: str | Iterable[str]) -> list[Any]:
    """The fixtures that the marker names, or else what the test holds, or else what --pgseq names."""
    held: dict[str, Any] = getattr(item, "funcargs", {})
    if using:
        request: pytest.FixtureRequest = item._request  # type: ignore[attr-defined]
        return [request.getfixturevalue(name) for name in ([using] if isinstance(using, str) else using)]
    named = item.config.getoption("pgseq") or item.config.getini("pgseq")
    targets = (
        _distinct(value for value in held.values() if known(value))
        or (django_connections(opened=True) if "django.db" in sys.modules and _uses_django(item) else [])
        or [target for target in named if target != "django" and not target.startswith("fixture:")]
    )
    if not targets:
        pytest.fail(
            "pgseq does not know which database: no fixture of the test holds a connection\n"
            '  name the fixture that does: @pytest.mark.pgseq("check", using="engine")',
            pytrace=False,
        )
    return targets


def _distinct(values: Iterable[Any]) -> list[Any]:
    return list({id(value): value for value in values}.values())


def _uses_django(item: pytest.Item) -> bool:
    from django.test import TransactionTestCase

    if item.get_closest_marker("django_db") is not None or not DJANGO_FIXTURES.isdisjoint(
        getattr(item, "fixturenames", ())
    ):
        return True
    kind = getattr(item, "cls", None)
    return isinstance(kind, type) and issubclass(kind, TransactionTestCase)
