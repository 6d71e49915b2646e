"""The price of a repair and the free stretch short of it, against brute force: the model calls nextval() in its head,
value by value, and looks each of them up in every column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

import pgseq
from pgseq import workflow
from pgseq.core.plan import script
from pgseq.model.diagnosis import Policy
from pgseq.pg.connect import open_pool
from pgseq.render.json.check import sequences
from tests.support.clients import psql
from tests.support.database import Database

#: Where ranges begin: at zero, and at the ends of integer and bigint.
ORIGINS: Final = (0, -30, 2**31 - 60, 2**63 - 70, -(2**63))
SPAN: Final = 59
SHARES: Final = (0.0, 0.05, 0.1, 0.37, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A sequence, where it stands, and what is stored in each of its columns."""

    least: int
    greatest: int
    increment: int
    cycle: bool
    cache: int
    last_value: int
    is_called: bool
    columns: tuple[tuple[str, frozenset[Fraction]], ...]
    max_jump: float
    into_gap: bool

    def run(self) -> list[int]:
        """What nextval() gives, call after call, up to the bound."""
        return list(self._hand_out())

    def _hand_out(self) -> Iterator[int]:
        value = self.last_value
        if self.is_called:
            value += self.increment
            if not self.least <= value <= self.greatest:
                if not self.cycle:
                    return
                value = self.least if self.increment > 0 else self.greatest
        while self.least <= value <= self.greatest:
            yield value
            value += self.increment

    def is_stored(self, value: int) -> bool:
        return any(value in column for _, column in self.columns)

    def setup(self) -> str:
        """The situation as SQL."""
        start = self.greatest if self.increment < 0 else self.least
        made = [
            f"CREATE SEQUENCE s INCREMENT {self.increment} MINVALUE {self.least} MAXVALUE {self.greatest} START {start}"
            f" CACHE {self.cache} {'CYCLE' if self.cycle else 'NO CYCLE'}",
            f"SELECT setval('s', {self.last_value}, {self.is_called})",
        ]
        for place, (kind, column) in enumerate(self.columns):
            tree = " PARTITION BY RANGE (id)" if kind == "partitioned" else ""
            name = "bigint" if tree else kind
            made.append(f"CREATE TABLE t{place} (id {name} DEFAULT nextval('s'), n int){tree}")
            if tree:
                middle = (self.least + self.greatest) // 2
                made.append(f"CREATE TABLE a PARTITION OF t{place} FOR VALUES FROM (MINVALUE) TO ({middle})")
                made.append(f"CREATE TABLE b PARTITION OF t{place} FOR VALUES FROM ({middle}) TO (MAXVALUE)")
            values = [str(int(one)) if one.denominator == 1 else f"{int(one)}.5" for one in column]
            if kind in ("bigint", "partitioned"):
                values = [text for text in values if "." not in text]
            # Each twice: what is stored is counted once.
            made += [f"INSERT INTO t{place} VALUES ('{text}'), ('{text}')" for text in values]
        return "; ".join(made)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Small ranges, dense runs and strays, on any grid, in one or two columns."""
    origin = draw(st.sampled_from(ORIGINS))
    least = origin + draw(st.integers(0, 5))
    greatest = draw(st.integers(least + 10, origin + SPAN))
    context = st.integers(least, greatest)
    dense = draw(st.integers(0, greatest - least))
    increment = draw(st.sampled_from((1, 1, -1, 2, -3, 5)))
    run = range(least, least + dense) if increment > 0 else range(greatest - dense, greatest + 1)
    cells = st.frozensets(context.map(Fraction) | context.map(lambda n: n + Fraction(1, 2)), max_size=4)
    kinds = st.sampled_from(("bigint", "numeric", "text", "partitioned"))
    first = (draw(kinds), draw(cells) | (frozenset(map(Fraction, run)) if draw(st.booleans()) else frozenset()))
    second = (draw(st.sampled_from(("bigint", "numeric"))), draw(cells) | frozenset(map(Fraction, run[::2])))
    return Situation(
        least=least,
        greatest=greatest,
        increment=increment,
        cycle=draw(st.integers(0, 5)) == 5,
        cache=draw(st.sampled_from((1, 1, 1, 4))),
        last_value=draw(st.sampled_from((least if increment > 0 else greatest, draw(context)))),
        is_called=draw(st.booleans()),
        columns=(first, second)[: draw(st.sampled_from((1, 1, 2)))],
        max_jump=draw(st.sampled_from(SHARES)),
        into_gap=draw(st.booleans()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the model says: the price, and the first free value of the stretch to go on in (None: of none)."""

    given_up: int
    free_left: int
    possible: bool
    stretch: list[int] | None


def answer(of: Situation) -> Answer | None:
    run = of.run()
    stored = [value for value in run if of.is_stored(value)]
    if not stored:
        return None
    free = [value for value in run if not of.is_stored(value)]
    before = run.index(stored[-1])
    given_up = [value for value in run[:before] if value in free]
    stretches: list[list[int]] = [[]]
    for value in run[: before + 1]:
        if value in free:
            stretches[-1].append(value)
        else:
            stretches.append([])
    open_to = [
        stretch
        for stretch in stretches[:-1]
        if stretch
        and (stretch[0] == run[0] or len(stretch) >= of.cache)
        and free.index(stretch[0]) <= Fraction(str(of.max_jump)) * len(free)
    ]
    return Answer(
        given_up=len(given_up),
        free_left=len(free),
        possible=before + 1 < len(run),
        stretch=max(open_to, key=len, default=None),
    )


@pytest.mark.fuzz
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(of=situations(), by_script=st.booleans())
@example(
    # In front of its next value there is no bigint.
    of=Situation(
        least=-(2**63),
        greatest=-(2**63) + 59,
        increment=1,
        cycle=False,
        cache=1,
        last_value=-(2**63),
        is_called=False,
        columns=(("bigint", frozenset({Fraction(-(2**63) + 59)})),),
        max_jump=0.0,
        into_gap=False,
    ),
    by_script=False,
)
@pytest.mark.slow
def test_price_and_gap_are_those_of_the_model(database: Database, of: Situation, by_script: bool) -> None:
    database.run("DROP TABLE IF EXISTS t0, t1; DROP SEQUENCE IF EXISTS s")
    database.run(of.setup())
    expected, run = answer(of), of.run()
    (report,) = pgseq.check(database.dsn, max_jump=of.max_jump).sequences
    (fields,) = sequences((report,))
    repair = fields["repair"]
    if expected is None or not run:
        assert repair is None
        return
    bar = Fraction(str(of.max_jump))
    cheap = expected.possible and expected.given_up <= bar * expected.free_left
    plain = expected.possible and run.index(of_last(of)) + 1 <= bar * len(run)
    event(f"cheap: {cheap}, plain: {plain}, possible: {expected.possible}, stretch: {expected.stretch is not None}")
    assert repair["exact"] is not plain
    if not plain:
        assert repair["free_left"] == expected.free_left
        assert repair["given_up"] == (expected.given_up if expected.possible else None)
    stretch = None if cheap else expected.stretch
    if stretch is None or stretch[0] == run[0]:
        assert repair["gap"] is None
    else:
        assert repair["gap"] == {"from": stretch[0], "to": stretch[-1]}
    offered = any("--into-gap" in finding.hint for finding in report.findings)
    assert offered == (repair["gap"] is not None)

    policy = Policy(max_jump=of.max_jump, into_gap=of.into_gap)
    with open_pool(database.dsn, 1) as pool:
        options = workflow.Options(policy=policy)
        if by_script:
            steps = [one.step for one in workflow.check(pool, options).sequences if one.step]
            assert psql(database.dsn, input=script(steps)).err == ""
        else:
            workflow.fix(pool, options, lambda report: True)
    last_value, is_called = database.rows("SELECT last_value, is_called FROM s")[0]
    if cheap:
        goal = of_last(of)
    elif of.into_gap and repair["gap"]:
        goal = repair["gap"]["from"] - of.increment
    else:
        assert (last_value, is_called) == (of.last_value, of.is_called)
        return
    # With CACHE a session takes whole blocks.
    assert is_called
    assert (last_value - goal) // of.increment in range(of.cache)


def of_last(of: Situation) -> int:
    """The furthest stored value ahead."""
    return [value for value in of.run() if of.is_stored(value)][-1]
