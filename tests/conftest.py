"""Fixtures: a server of every chosen major, a database for each test, and the installed command line.

Majors are chosen by `--major 14 --major 18` or PGSEQ_MAJORS="14 18"; 18 unless told otherwise. A server
starts when the first test asks for it, one for each major and xdist worker.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support.commandline import Pgseq, commandline
from tests.support.database import Database, Server, fresh_database, running_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of majors."""
    parser.addoption("--major", type=int, action="append", help="PostgreSQL major to test on (repeatable)")


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers and the hypothesis profiles of `make fuzz`."""
    config.addinivalue_line("markers", "slow: takes its time or is run many times over; `make test` leaves it out")
    config.addinivalue_line("markers", "fuzz: a property test, which `make fuzz` runs for longer")
    config.addinivalue_line("markers", "sampled(n): of its values `make test` takes one in n, the others are slow")
    settings.register_profile("default", deadline=None)
    settings.register_profile("ci", deadline=None, max_examples=500)
    settings.register_profile("fuzz", deadline=None, max_examples=5000)
    # What the caller ignores (SIGINT for a job in the background, SIGHUP under nohup), tested commands would, too.
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, usual)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test with many values, leave one in so many to `make test`."""
    numbers: Counter[str] = Counter()
    for item in items:
        sampled = item.get_closest_marker("sampled")
        if sampled is not None:
            function = item.nodeid.partition("[")[0]
            if numbers[function] % sampled.args[0]:
                item.add_marker(pytest.mark.slow)
            numbers[function] += 1


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses a server once for each chosen major."""
    if "server" in metafunc.fixturenames:
        majors = metafunc.config.getoption("--major") or os.environ.get("PGSEQ_MAJORS", "18").split()
        metafunc.parametrize(
            "server", [int(major) for major in majors], ids="pg{}".format, indirect=True, scope="session"
        )


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server of one of the chosen majors."""
    with running_server(request.param) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A running Chromium, one for all: Playwright drives one at a time."""
    from tests.support.chromium import running_browser

    with running_browser() as running:
        yield running


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """An empty database of the test's own."""
    with fresh_database(server) as fresh:
        yield fresh


@pytest.fixture
def pgseq(tmp_path: Path) -> Pgseq:
    """The installed command line."""
    return commandline(tmp_path)
