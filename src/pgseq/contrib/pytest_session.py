"""What --pgseq does: looks when the tests have run, and says what they left out of sync.

Under xdist the controller alone looks at a DSN, and at the databases that workers made of it (`app_gw0`); the fixtures
are the workers', which send what they have seen.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, Final

import pytest

import pgseq
from pgseq import conninfo
from pgseq.contrib.pytest_marker import django_connections, options
from pgseq.errors import ConnectionFailed, PgseqError
from pgseq.pg.drivers.state import TransactionFailed
from pgseq.text.secrets import Hidden

TITLE: Final = "sequences left out of sync"
DJANGO: Final = "django_db_setup"
FIXTURE: Final = "fixture:"
#: Tests that are named below what they left; the rest is counted.
NAMED: Final = 3


class SessionWatch:
    """The plugin of a run with --pgseq."""

    def __init__(self, config: pytest.Config, targets: Iterable[str]) -> None:
        self._options = options(config)
        self._dsns = [Hidden(one) for one in targets if one != "django" and not one.startswith(FIXTURE)]
        self._fixtures = {one.removeprefix(FIXTURE) for one in targets if one.startswith(FIXTURE)}
        self._fixtures |= {DJANGO} if "django" in targets else set()
        #: What was left, and behind which fixtures or tests.
        self._left: dict[str, list[str]] = {}
        #: Those of the fixtures that were set up.
        self._used: set[str] = set()
        self._workers: list[str] = []

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, None]:
        """Look at what a fixture holds before it is torn down."""
        outcome = yield
        if fixturedef.argname in self._fixtures and outcome.excinfo is None:
            self._used.add(fixturedef.argname)
            blocker = request.getfixturevalue("django_db_blocker") if fixturedef.argname == DJANGO else None
            request.addfinalizer(partial(self._leave, fixturedef.argname, outcome.get_result(), request, blocker))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Remember a worker of xdist's, whose databases bear its name."""
        self._workers.append(node.gateway.id)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take over what a worker has seen."""
        left, used = getattr(node, "workeroutput", {}).get("pgseq", ({}, []))
        self._used.update(used)
        for text, places in left.items():
            self._left.setdefault(text, []).extend(places)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Look at the databases, and make it a failure where all else passed."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["pgseq"] = (self._left, list(self._used))
        elif session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            for dsn in self._dsns:
                self._look_at_all(dsn)
            if self._left:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write what was left, and which fixtures were never there to be looked at."""
        for name in sorted(self._fixtures - self._used):
            terminalreporter.write_line(f"pgseq looked at nothing of the fixture {name}: no test has used it")
        if not self._left:
            return
        terminalreporter.section(TITLE, red=True)
        for text, places in self._left.items():
            if any(places):
                more = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
                terminalreporter.write_line(f"{', '.join(places[:NAMED])}{more}:")
            terminalreporter.write_line(text)

    def _leave(self, name: str, value: Any, request: pytest.FixtureRequest, blocker: Any) -> None:
        """Look at the database of a fixture."""
        unblocked: AbstractContextManager[Any] = blocker.unblock() if blocker else nullcontext()
        with unblocked:
            for target in [value] if name != DJANGO else django_connections(opened=False):
                place = f"{name} of {request.node.nodeid or 'the session'}"
                problem = self._look(target, place)
                if problem is not None:
                    self._add(_words(problem), place)

    def _look_at_all(self, dsn: str) -> None:
        """Look at a database, and at those that workers made of it. One that is not there is none of them, unless all
        are missing."""
        problem = self._look(dsn)
        for worker in self._workers:
            parameters = conninfo.parse(dsn)
            name = f"{conninfo.database(parameters) or conninfo.effective(parameters).get('dbname')}_{worker}"
            missing = self._look(conninfo.build(parameters | {"dbname": name}))
            problem = problem and missing
        if problem is not None:
            self._add(_words(problem), "")

    def _look(self, target: Any, place: str = "") -> ConnectionFailed | None:
        """Look at one database; returns why it cannot be connected to."""
        try:
            report = pgseq.check(target, **self._options)
        except ConnectionFailed as error:
            return error
        except TransactionFailed:
            pass  # Nothing of it will stay.
        except PgseqError as error:
            self._add(_words(error), place)
        else:
            if not report.ok:
                self._add(str(report), place)
        return None

    def _add(self, text: str, place: str) -> None:
        self._left.setdefault(text, []).append(place)


def _words(error: PgseqError) -> str:
    return f"pgseq could not look: {error.message}\n  {error.hint}".rstrip()
