"""The drawing of a sequence, and what hints become."""

from __future__ import annotations

import html
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pgseq.model.changes import Applied
from pgseq.model.hints import Hint, command, either, joined
from pgseq.model.repair import Ahead, Gap
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import NotSeen, Position, Stored
from pgseq.render.html.drawing import CHARACTER, WIDTH, Drawing, draw
from pgseq.render.html.environment import environment, pieces
from tests.unit import factory

BIG = 2**63 - 1


def kinds(drawing: Drawing) -> list[str]:
    """The stretches from left to right."""
    return [stretch.kind for stretch in drawing.stretches]


def legible(drawing: Drawing) -> bool:
    """Whether marks follow each other, and no label lies upon another or beyond the edge."""
    rows: defaultdict[float, list[tuple[float, float]]] = defaultdict(list)
    for mark in drawing.marks:
        width = CHARACTER * max(len(mark.value), len(mark.words))
        left = mark.label_x - {"start": 0.0, "middle": width / 2, "end": width}[mark.anchor]
        rows[mark.label_y].append((left, left + width))
        assert left >= -0.1
        assert left + width <= WIDTH + 0.1
        assert 0 < mark.label_y <= drawing.height
    assert all(one.x < other.x for one, other in pairwise(drawing.marks))
    return all(one[1] <= other[0] for row in rows.values() for one, other in pairwise(row))


def test_a_sequence_behind() -> None:
    drawing = draw(factory.behind(10))
    assert [mark.value for mark in drawing.marks] == ["1", "4", "10", "11", "2147483647"]
    assert kinds(drawing) == ["behind", "stored", "free", "free"]
    assert [mark.kind for mark in drawing.marks if mark.above] == ["next", "goal"]


def test_a_descending_sequence_goes_from_left_to_right_all_the_same() -> None:
    drawing = draw(factory.behind(1, 2, increment=-1, min=-100, max=1000, start=1000, feeds=(factory.feed(),)))
    assert [mark.value for mark in drawing.marks] == ["1000", "2", "1", "0", "-100"]
    assert kinds(drawing) == ["behind", "stored", "free", "free"]


def test_what_a_column_cannot_hold_is_closed() -> None:
    drawing = draw(factory.healthy(max=BIG))
    assert [(mark.kind, mark.value) for mark in drawing.marks][-2:] == [("obstacle", str(2**31 - 1)), ("end", str(BIG))]
    assert kinds(drawing)[-1] == "closed"
    assert "the column's type integer ends" in drawing.description


def test_a_position_that_was_not_read_has_no_mark() -> None:
    drawing = draw(factory.unseen())
    assert "Its next value is 4." in drawing.description
    unread = SequenceReport(diagnosis=factory.diagnosis(NotSeen(reason="locked")))
    assert [mark.kind for mark in draw(unread).marks] == ["start", "end"]
    assert "Where it stands could not be read." in draw(unread).description


def test_a_used_up_sequence_has_no_next_value() -> None:
    drawing = draw(factory.exhausted())
    assert "It has no next value." in drawing.description
    assert kinds(drawing) == ["behind"]


def test_the_free_stretch_is_drawn() -> None:
    ahead = Ahead(stored=2, gap=Gap(first=11, last=1999, here=False), alone=True)
    report = SequenceReport(
        diagnosis=factory.diagnosis(3, stored=Stored(nearest=4, furthest=2000), ahead=ahead),
    )
    assert kinds(draw(report)) == ["behind", "stored", "gap", "stored", "free"]


def test_where_it_was_before_a_move_is_drawn() -> None:
    before, after = Position(last_value=3, is_called=True), Position(last_value=10, is_called=True)
    moved = replace(
        factory.healthy(), diagnosis=factory.diagnosis(10), applied=Applied(result="moved", before=before, after=after)
    )
    assert [(mark.kind, mark.value) for mark in draw(moved).marks][1:3] == [("was", "4"), ("next", "11")]


@given(
    st.integers(4, 2**31 - 3),
    st.integers(0, 2**31),
    st.sampled_from([2**31 - 1, 2**31 + 5, BIG]),
    st.booleans(),
)
def test_any_drawing_can_be_read(nearest: int, further: int, bound: int, cycle: bool) -> None:
    furthest = min(nearest + further, bound - 1)
    assert legible(draw(factory.behind(furthest, nearest, max=bound, cycle=cycle)))


def test_hints_are_told_apart_from_the_commands_in_them() -> None:
    assert pieces("") == []
    assert pieces("GRANT SELECT ON t TO me") == [("GRANT SELECT ON t TO me", True)]
    assert pieces("ask its owner") == [("ask its owner", False)]
    assert pieces(joined(('ALTER TABLE "a;b" ADD c int', "ALTER TABLE d DROP e", "that rewrites it"))) == [
        ('ALTER TABLE "a;b" ADD c int', True),
        ("ALTER TABLE d DROP e", True),
        ("that rewrites it", False),
    ]
    hint = either(Hint("look again: ", command("check")), Hint("move it: ", command("fix", "public.users")))
    assert pieces(hint) == [
        ("look again:", False),
        ("pgseq check", True),
        ("move it:", False),
        ("pgseq fix -t public.users", True),
    ]


@pytest.mark.parametrize("text", ["<b>", "'\"", "&amp;"])
def test_every_value_is_escaped(text: str) -> None:
    rendered = environment().from_string('<i title="{{ text }}">{{ text }}</i>').render(text=text)
    assert rendered == f'<i title="{html.escape(text)}">{html.escape(text)}</i>'.replace("&quot;", "&#34;").replace(
        "&#x27;", "&#39;"
    )
    assert environment().from_string("{{ text }}").render(text="a\x1b\u202eb\tc\nd") == "a\\x1b\\u202eb\tc\nd"
