"""PGS019, perhaps drawn in blocks: what it says, word for word, and when it says nothing."""

from __future__ import annotations

from typing import Any, Final

import pytest
from msgspec.structs import replace

from pgseq.core.checks import pgs019_blocks
from pgseq.core.declaration import declaration, guess
from pgseq.core.diagnose import diagnose
from pgseq.core.likely import fills
from pgseq.model.blocks import Block
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.sequences import Stored
from tests.unit.core.checks.support import finding
from tests.unit.factory import diagnosis, feed, reading, sequence


def unfed(*stored: Stored, **overrides: Any) -> Diagnosis:
    """A sequence that feeds nothing, whose likely columns hold `stored`."""
    likely = tuple(feed(table=f"t{n}", table_sql=f"public.t{n}", via="declared") for n, _ in enumerate(stored))
    return diagnose(replace(reading(21, feeds=(), likely=likely, **overrides), likely=stored))


FIRES: Final = [
    pytest.param(
        diagnosis(951, stored=Stored(off_grid=1000), increment=50),
        "ids up to 1000 are stored in public.users.id, beyond the position of public.users_id_seq, between its values "
        "(INCREMENT 50): either another node gives them, and nothing is wrong, or the application draws one value for "
        "a block of ids, and its next block may hold some of them",
        "if blocks are drawn, declare them in pgseq.toml (size and side are a guess: pgseq explain PGS019): "
        'feeds = [{ sequence = "public.users_id_seq", column = "public.users.id", block = 50, ids = "below" }]; '
        "if not, declare block = 1",
        id="PGS019-between",
    ),
    pytest.param(
        unfed(Stored(nearest=31, furthest=41, off_grid=48), Stored(), name="hibernate_sequence", increment=10),
        "ids up to 48 are stored in public.t0.id, beyond the position of public.hibernate_sequence, which no column is "
        "known to draw from: an application that fills them from it would come to these ids again",
        "if it does, which is a guess from the names, declare it in pgseq.toml: "
        'feeds = [{ sequence = "public.hibernate_sequence", column = "public.t0.id", block = 10, ids = "below" }]',
        id="PGS019-likely",
    ),
    pytest.param(
        unfed(Stored(nearest=22, furthest=30), name="t0_seq"),
        "ids up to 30 are stored in public.t0.id, beyond the position of public.t0_seq, which no column is known to "
        "draw from: an application that fills them from it would come to these ids again",
        "if it does, which is a guess from the names, declare it in pgseq.toml: "
        'feeds = [{ sequence = "public.t0_seq", column = "public.t0.id" }]',
        id="PGS019-likely-one-by-one",
    ),
]

SILENT: Final = [
    pytest.param(diagnosis(3), id="every-id-a-value"),
    pytest.param(diagnosis(951, increment=50), id="nothing-beyond"),
    pytest.param(unfed(Stored(), name="t0_seq"), id="likely-and-behind-it"),
]


@pytest.mark.parametrize(("diagnosed", "message", "hint"), FIRES)
def test_says(diagnosed: Diagnosis, message: str, hint: str) -> None:
    found = finding("PGS019", diagnosed)
    assert found is not None
    assert (found.message, found.hint) == (message, hint)
    assert found.severity == pgs019_blocks.SEVERITY


@pytest.mark.parametrize("diagnosed", SILENT)
def test_says_nothing(diagnosed: Diagnosis) -> None:
    assert finding("PGS019", diagnosed) is None


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("hibernate_sequence", "anything"),
        ("EntityFrameworkHiLoSequence", "Blogs"),
        ("BlogHiLoSequence", "Blogs"),
        ("order_item_seq", "order_items"),
        ("OrderItem_SEQ", "order_item"),
        ("seq_city", "cities"),
        ("users_id_seq", "users"),
        ("BlogSequence", "Blogs"),
    ],
)
def test_a_name_goes_with_a_table(name: str, table: str) -> None:
    assert fills(name, table)


@pytest.mark.parametrize(("name", "table"), [("order_no", "orders"), ("order_seq", "users"), ("orders", "orders")])
def test_another_name_does_not(name: str, table: str) -> None:
    assert not fills(name, table)


def test_names_are_strings_of_toml() -> None:
    import tomllib

    for name in ('public."Users"', 'public."it\'s"', 'public."back\\slash"', 'public."a\nb\'"', "public.plain"):
        of = sequence(sql=name)
        (declared,) = tomllib.loads(declaration(of, [name], Block(10, "above")))["feeds"]
        assert declared == {"sequence": name, "column": name, "block": 10, "ids": "above"}


def test_the_guess_is_hilos_by_name() -> None:
    assert guess(sequence(name="EntityFrameworkHiLoSequence", increment=10)) == Block(10, "above")
    assert guess(sequence(increment=-50)) == Block(50, "below")
    assert guess(sequence(increment=1)) is None
