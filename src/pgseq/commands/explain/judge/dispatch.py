"""What an error means: verdict, evidence, next command. A pure function of what was reported and looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pgseq.commands.explain.facts import Scene
from pgseq.commands.explain.judge import duplicate, inserts
from pgseq.commands.explain.judge import named as names
from pgseq.commands.explain.judge import privileges as rights
from pgseq.commands.explain.judge import unique_index as unbuilt
from pgseq.commands.explain.model import Explanation, Kind, Reported, Seen
from pgseq.commands.explain.text import explanation

Judge = Callable[[Reported, Scene | None], list[Explanation]]

#: Who judges what: the only place that lists them.
JUDGES: Final[dict[Kind, Judge]] = {
    "duplicate": duplicate.judge,
    "unique_build": unbuilt.unique_build,
    "limit": names.limit,
    "sequence": names.named,
    "setval_range": names.setval_range,
    "restart_range": names.restart_range,
    "denied_sequence": rights.denied_sequence,
    "denied_table": rights.denied_table,
    "denied_schema": rights.denied_schema,
    "not_owner": rights.not_owner,
    "missing": names.missing,
    "not_called": names.not_called,
    "not_a_sequence": names.not_a_sequence,
    "too_narrow": inserts.too_narrow,
    "null": inserts.null,
    "generated": inserts.generated,
    "stored_generated": inserts.stored_generated,
    "read_only": inserts.read_only,
    "other": inserts.other,
}


def judge(reported: Reported, scene: Scene | None, seen: Seen | None = None) -> list[Explanation]:
    """What there is to say to one error: usually one explanation, several where several sequences are to blame.

    `scene` is None without a connection; `seen` is how often the error stands in the logs.
    """
    seen = seen or Seen()
    if scene is not None:
        scene = replace(scene, in_a_row=seen.in_a_row)
    told = JUDGES[reported.kind](reported, scene)
    blamed = [one for one in told if one.blames]
    # A name that several schemas have: those that explain the error speak for it.
    if len(told) > 1 and not blamed:
        told = [_innocent(reported, told, scene)]
    elif blamed and scene is not None and scene.meant > len(told):
        cut = f"the error may mean {scene.meant} objects, of which {len(told)} were looked at"
        blamed = [replace(one, evidence=(*one.evidence, cut)) for one in blamed]
    chosen = blamed or told or [explanation(reported, "cannot_tell", ("nothing is known of it",))]
    database = scene.server.database if scene is not None else reported.database or None
    return [replace(one, seen=seen, database=database) for one in chosen]


def _innocent(reported: Reported, told: list[Explanation], scene: Scene | None) -> Explanation:
    """One answer where an error may mean several objects and none of them explains it."""
    count = f"{len(told)} of {scene.meant}" if scene is not None and scene.meant > len(told) else str(len(told))
    if reported.constraint or reported.table or reported.sequence:
        others = f"{count} objects of this name were looked at; no sequence of theirs is to blame now"
        return replace(told[0], evidence=(*told[0].evidence, others))
    columns = ", ".join(reported.columns) or reported.column
    evidence = (
        "the text names neither table nor constraint",
        f"{count} tables that have such a column ({columns}) were looked at; no sequence of theirs is to blame now",
    )
    return explanation(
        reported, "cannot_tell", evidence, next="give the whole error: its message names the table or the constraint"
    )
