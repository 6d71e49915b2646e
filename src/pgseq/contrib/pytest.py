"""pytest's plugin (entry point pytest11): a section on the sequences that a test run leaves out of sync, a fixture, and
a marker. `docs/frameworks/pytest.md` says how they are used.

Every pytest run loads this module, whether it uses pgseq or not: it imports nothing else of pgseq until it is asked to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

MARKER = 'pgseq("fix", "check", using=FIXTURE, **options): move sequences before it; fail it for what it leaves'


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --pgseq and its entry in the configuration file."""
    group = parser.getgroup("pgseq", "PostgreSQL sequences left out of sync")
    group.addoption(
        "--pgseq",
        action="append",
        metavar="TARGET",
        help="when all tests have run, look for sequences left out of sync, and fail the run for any: a DSN; "
        "'fixture:NAME', before that fixture is torn down; 'django', before pytest-django drops its databases",
    )
    group.addoption("--pgseq-config", metavar="FILE", help="pgseq.toml or pyproject.toml with what does not count")
    parser.addini("pgseq", "targets of --pgseq, one a line", type="linelist", default=[])
    parser.addini("pgseq_config", "the file of --pgseq-config", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker; look after the run where that was asked for."""
    config.addinivalue_line("markers", MARKER)
    targets = config.getoption("pgseq") or config.getini("pgseq")
    if targets and not config.getoption("collectonly"):
        from pgseq.contrib.pytest_session import SessionWatch

        config.pluginmanager.register(SessionWatch(config, targets), "pgseq-session")


@pytest.hookimpl(tryfirst=True, specname="pytest_runtest_call")
def pytest_pgseq_before_call(item: pytest.Item) -> None:
    """Move sequences that the fixtures of a test left behind, where its marker says so."""
    if item.get_closest_marker("pgseq") is not None:
        from pgseq.contrib.pytest_marker import fix

        fix(item)


@pytest.hookimpl(trylast=True, specname="pytest_runtest_call")
def pytest_pgseq_after_call(item: pytest.Item) -> None:
    """Fail a test that passed and left sequences behind, where its marker says so."""
    if item.get_closest_marker("pgseq") is not None:
        from pgseq.contrib.pytest_marker import check

        check(item)


@pytest.fixture
def pgseq_check(pytestconfig: pytest.Config) -> Callable[..., None]:
    """A function that fails the test where a sequence is out of sync: `pgseq_check(connection, table="users")`; it
    takes what `pgseq.check` takes."""
    from pgseq.contrib.pytest_marker import options
    from pgseq.testing import assert_in_sync

    def check(target: Any, **selection: Any) -> None:
        __tracebackhide__ = True
        assert_in_sync(target, **(options(pytestconfig) | selection))

    return check
