"""docs/guard.md says what the commands do."""

from __future__ import annotations

import re

import pytest

from pgseq.cli.commands.guard import command
from tests.support.guard_page import PAGE, page

pytestmark = pytest.mark.slow


def test_output_is_real() -> None:
    assert page() == PAGE.read_text("utf-8")


def test_every_command_is_described() -> None:
    text = PAGE.read_text("utf-8")
    assert [name for name in command.commands if not re.search(rf"\bpgseq guard {name}\b", text)] == []
