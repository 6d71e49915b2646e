"""What pgseq promises, as ratios within one run of the bench, and whether it kept it."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bench.measure import Run
from bench.shapes import STATES, Shape, State

IN_SYNC, OUT_OF_SYNC = STATES
#: Client memory at 100,000 sequences, in MB.
CLIENT_MB: Final = 250
#: What a sequence of `huge` may cost, as a multiple of one of `flat`.
GROWTH: Final = 1.15
#: Ten thousand sequences in one schema, and in a hundred.
LAYOUTS: Final = ("flat", "tenants")


#: Contender, shape, state.
Key = tuple[str, str, State]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A promise and a figure; `met` is None where the run was not complete enough to tell."""

    promise: str
    figure: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Results:
    """All runs, by contender, shape and state."""

    runs: Mapping[Key, list[Run]]

    @classmethod
    def of(cls, runs: Iterable[Run]) -> Results:
        """Group runs."""
        grouped: dict[Key, list[Run]] = {}
        for run in runs:
            grouped.setdefault((run.contender, run.shape, run.state), []).append(run)
        return cls(grouped)

    def seconds(self, contender: str, shape: str, state: State) -> float | None:
        """Median of what the whole work needed, where it was measured or can be told."""
        needed = [run.needed for run in self.runs.get((contender, shape, state), ())]
        known = [seconds for seconds in needed if seconds is not None]
        return statistics.median(known) if known else None

    def ratios(self, over: Key, under: Key) -> list[float]:
        """How many times as long as another: round by round, since both had the same weather; of the medians where one
        was not run in every round. Empty where there is no telling."""
        first, second = ([run.needed for run in self.runs.get(key, ())] for key in (over, under))
        if len(first) == len(second):
            return sorted(a / b for a, b in zip(first, second, strict=True) if a is not None and b is not None)
        medians = self.seconds(*over), self.seconds(*under)
        return [medians[0] / medians[1]] if medians[0] is not None and medians[1] is not None else []

    def peak_mb(self, contender: str, shape: str, state: State) -> tuple[float, float] | None:
        """Greatest client memory and greatest private memory of a backend."""
        runs = self.runs.get((contender, shape, state))
        return (runs and (max(r.client_kb for r in runs) / 1024, max(r.backend_kb for r in runs) / 1024)) or None


def targets(results: Results, shapes: Mapping[str, Shape]) -> list[Target]:
    """Every promise with its figure."""
    return [
        *(
            _ratio(
                results,
                f"check on {layout}, {state}: at most 1.5 × the floor",
                ("pgseq check", layout, state),
                ("floor", layout, state),
                at_most=1.5,
            )
            for layout in LAYOUTS
            for state in STATES
        ),
        *(
            _ratio(
                results,
                f"range with its history, {state}: at most 1.5 × check",
                ("pgseq range", "flat", state),
                ("pgseq check", "flat", state),
                at_most=1.5,
            )
            for state in STATES
        ),
        *(
            _ratio(
                results,
                f"check on {layout}, {state}: at least 1.5 × faster than the wiki's script",
                ("wiki script", layout, state),
                ("pgseq check", layout, state),
                at_least=1.5,
            )
            for layout in LAYOUTS
            for state in STATES
        ),
        _ratio(
            results,
            "check on tenants: at least 100 × faster than the article's script in full (extrapolated)",
            ("article script", "tenants", IN_SYNC),
            ("pgseq check", "tenants", IN_SYNC),
            at_least=100.0,
        ),
        *(
            _ratio(
                results,
                f"fix on {layout}, with locks and verification: at least 1.2 × faster than the wiki's script",
                ("wiki script", layout, OUT_OF_SYNC),
                ("pgseq fix", layout, OUT_OF_SYNC),
                at_least=1.2,
            )
            for layout in LAYOUTS
        ),
        *(_growth(results, shapes, contender, state) for contender, state in _LARGE),
        *(_client(results, contender, state) for contender, state in _LARGE),
        *(_backend(results, contender, state) for contender, state in _LARGE),
    ]


_LARGE: Final[tuple[tuple[str, State], ...]] = (("pgseq check", IN_SYNC), ("pgseq fix", OUT_OF_SYNC))


def _ratio(results: Results, promise: str, over: Key, under: Key, *, at_most: float = 0, at_least: float = 0) -> Target:
    ratios = results.ratios(over, under)
    if not ratios:
        return Target(promise=promise, figure="not measured", met=None)
    ratio = statistics.median(ratios)
    spread = f" ({ratios[0]:.2f} to {ratios[-1]:.2f})" if len(ratios) > 1 else ""
    return Target(
        promise=promise, figure=f"{ratio:.2f} ×{spread}", met=ratio <= at_most if at_most else ratio >= at_least
    )


def _growth(results: Results, shapes: Mapping[str, Shape], contender: str, state: State) -> Target:
    promise = f"{contender}, {state}: a sequence of huge costs at most {GROWTH} × one of flat"
    seconds = {name: results.seconds(contender, name, state) for name in ("flat", "huge")}
    cost = {name: needed / shapes[name].sequences for name, needed in seconds.items() if needed is not None}
    if len(cost) < 2:
        return Target(promise=promise, figure="not measured", met=None)
    ratio = cost["huge"] / cost["flat"]
    return Target(promise=promise, figure=f"{ratio:.2f} ×", met=ratio <= GROWTH)


def _client(results: Results, contender: str, state: State) -> Target:
    promise = f"{contender} on huge, {state}: client memory below {CLIENT_MB} MB"
    peak = results.peak_mb(contender, "huge", state)
    if peak is None:
        return Target(promise=promise, figure="not measured", met=None)
    return Target(promise=promise, figure=f"{peak[0]:.0f} MB", met=peak[0] < CLIENT_MB)


def _backend(results: Results, contender: str, state: State) -> Target:
    """Bounded: ten times the sequences may not cost a backend more than twice the memory."""
    promise = f"{contender} on huge, {state}: a backend's memory at most 2 × that on flat"
    huge, flat = results.peak_mb(contender, "huge", state), results.peak_mb(contender, "flat", state)
    if huge is None or flat is None:
        return Target(promise=promise, figure="not measured", met=None)
    return Target(promise=promise, figure=f"{flat[1]:.0f} → {huge[1]:.0f} MB", met=huge[1] <= 2 * flat[1])
