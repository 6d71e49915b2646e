"""The README says what the commands do."""

from __future__ import annotations

import re

import pytest

from pgseq.cli import COMMANDS
from tests.support.picture import FOLDER, pictures
from tests.support.readme import README, regenerated


def test_output_is_real() -> None:
    assert regenerated() == README.read_text("utf-8")


def test_pictures_are_real() -> None:
    assert {name: (FOLDER / f"check-{name}.svg").read_text("utf-8") for name in ("light", "dark")} == pictures()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.sampled(3)
def test_every_command_is_mentioned(command: str) -> None:
    assert re.search(rf"\bpgseq {command}\b", README.read_text("utf-8"))
