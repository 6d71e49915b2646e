"""Servers of several majors, which start when the first test asks for one and are shared by all files here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.cutover import Servers, servers_by_major


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Servers of the majors that the tests ask for."""
    with servers_by_major() as running:
        yield running
