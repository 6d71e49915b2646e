"""Questions filled with words: every one of them at once, whatever the words look like."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest

from pgseq.sql import braced, load

WORD: Final = re.compile(r"\{:(\w+)\}")
TEXTS: Final = {
    (file.stem if file.parent.name == "sql" else f"{file.parent.name}.{file.stem}"): file.read_text("utf-8")
    for file in sorted(Path(str(files("pgseq"))).rglob("*.sql"))
    if "demo" not in file.parts
}
MAJORS: Final = range(12, 19)


@pytest.mark.parametrize("major", MAJORS)
@pytest.mark.parametrize("name", TEXTS)
def test_what_fills_a_word_is_not_searched_for_another(name: str, major: int) -> None:
    words = sorted(set(WORD.findall(TEXTS[name])))
    text = load(name, major, **{word: f"<{word}>" for word in words})
    assert not WORD.search(text)
    every = "".join(f"{{:{word}}}" for word in words)
    assert load(name, major, **dict.fromkeys(words, every)) == re.sub(
        "|".join(f"<{w}>" for w in words) or "$^", every, text
    )


def test_every_word_is_wanted() -> None:
    message = r"^pg.catalog_fingerprint.sql wants the words \['mark', 'since'\], and was given \[\]$"
    with pytest.raises(TypeError, match=message):
        load("pg.catalog_fingerprint")


def test_no_other_word_is_taken() -> None:
    message = r"^pg.server.sql wants the words \[\], and was given \['oids'\]$"
    with pytest.raises(TypeError, match=message):
        load("pg.server", oids="{}")


def test_braced() -> None:
    assert (braced([]), braced([1]), braced(("ShareLock", "ExclusiveLock"))) == (
        "{}",
        "{1}",
        "{ShareLock,ExclusiveLock}",
    )
