"""The JSON document of `check` and `fix`. Its fields are a contract, described by docs/check.schema.json."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Items
from typing import Any, Final, TextIO

from pgseq.model.changes import Applied, Step
from pgseq.model.diagnosis import Finding, Status
from pgseq.model.keys import KeyReport
from pgseq.model.obstacles import Left, Obstacle
from pgseq.model.repair import Gap, Repair
from pgseq.model.reports import DatabaseReport, SequenceReport, Tally
from pgseq.model.sequences import Feed, Position
from pgseq.model.server import Server
from pgseq.render.json.document import JsonDocument

#: Sequences whose fields are made together.
_TOGETHER: Final = 50

STATUSES: Final[tuple[Status, ...]] = ("ok", "out_of_sync", "exhausted", "unknown")


def check_document(out: TextIO, config: str | None = None) -> JsonDocument[DatabaseReport]:
    """The document over all databases; `config` is the configuration file that was read."""
    return JsonDocument(out, _database, config, summary=statuses)


def statuses(reports: Iterable[DatabaseReport]) -> dict[str, Any]:
    """How many sequences have each status, how many were compared with nothing, how many collide only later on."""
    tally = Tally()
    for report in reports:
        tally.add(report.sequences)
    sums: dict[str, Any] = {status: tally.count(status) for status in STATUSES}
    sums["feeds_no_column"] = tally.count("feeds_no_column")
    return sums | ({"out_of_sync_later": later} if (later := tally.count("distant")) else {})


def head(server: Server) -> dict[str, Any]:
    """The first fields of a database."""
    fields: dict[str, Any] = {
        "database": server.database,
        "host": server.host,
        "port": server.port,
        "server_version": server.version,
        "server_time": server.server_time,
        "system_identifier": server.system_identifier,
        "in_recovery": server.in_recovery,
    }
    label = {"label": server.label} if server.label else {}
    return label | fields | ({"untested": server.untested} if server.untested else {})


def _database(report: DatabaseReport) -> dict[str, Any]:
    keys = {"keys": [_key(one) for one in report.keys]}
    return head(report.server) | keys | {"sequences": sequences(report.sequences)}


def _key(report: KeyReport) -> dict[str, Any]:
    key = report.key
    place = {"schema": key.schema, "table": key.table, "column": key.column, "type": key.type}
    return place | {"findings": [_finding(report.finding)]}


def sequences(reports: Items[SequenceReport]) -> Iterator[dict[str, Any]]:
    """The sequences of the document."""
    for first in range(0, len(reports), _TOGETHER):
        some = reports[first : first + _TOGETHER]
        # One part of all, then the next one: a processor that does the same again is half as fast again.
        fixes = [_fix(report.step) for report in some]
        runs = [left(report.diagnosis.left) for report in some]
        findings = [[_finding(finding) for finding in report.findings] for report in some]
        yield from map(_sequence, some, fixes, runs, findings)


def _sequence(
    report: SequenceReport, fix: dict[str, Any] | None, left: dict[str, Any] | None, findings: list[dict[str, Any]]
) -> dict[str, Any]:
    of, judged = report.sequence, report.diagnosis
    position = judged.reading.position if isinstance(judged.reading.position, Position) else None
    fields: dict[str, Any] = {
        "schema": of.schema,
        "name": of.name,
        "sql": of.sql,
        "data_type": of.data_type,
        "start": of.start,
        "increment": of.increment,
        "min": of.min,
        "max": of.max,
        "cache": of.cache,
        "cycle": of.cycle,
        "last_value": position and position.last_value,
        "is_called": position and position.is_called,
        "next_value": judged.next_value,
        "feeds": [_feed(feed) for feed in of.feeds],
        "status": report.status,
        "inserts_until_collision": judged.inserts_until_collision,
        "furthest": judged.furthest,
        "reason": judged.reason and judged.reason.reason,
        "fix": fix,
        "repair": judged.repair and _repair(judged.repair, judged.gap),
        "left": left,
        "findings": findings,
    }
    if of.extension is not None:
        fields["extension"] = of.extension
    if report.ignored is not None:
        fields["ignored"] = report.ignored
    if report.distant:
        fields["later"] = True
    if report.applied is not None:
        fields["applied"] = _applied(report.applied)
    return fields


def _finding(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "severity": finding.severity, "message": finding.message, "hint": finding.hint}


def _feed(feed: Feed) -> dict[str, Any]:
    fields = {
        "schema": feed.schema,
        "table": feed.table,
        "column": feed.column,
        "type": feed.type,
        "via": feed.via,
        "unique": feed.unique,
    }
    return fields if feed.block is None else fields | {"block": feed.block.size, "ids": feed.block.ids}


def _fix(step: Step | None) -> dict[str, Any] | None:
    return None if step is None else {"next_value": step.next_value, "sql": step.sql, "undo": step.undo}


def _repair(repair: Repair, gap: Gap | None) -> dict[str, Any]:
    possible = repair.possible
    return {
        "next_value": repair.next_value if possible else None,
        "given_up": repair.given_up if possible else None,
        "free_left": repair.free_left,
        "share": repair.share if possible else None,
        "max_jump_needed": repair.percent / 100 if possible else None,
        "exact": repair.exact,
        "gap": gap and {"from": gap.first, "to": gap.last},
    }


def left(left: Left | None) -> dict[str, Any] | None:
    """What is left of a sequence's run."""
    if left is None:
        return None
    return {
        "values": left.values,
        "inserts": left.inserts,
        "used": left.used,
        "ends_at": (nearest := left.nearest) and obstacle(nearest),
        "wraps_after": left.wraps_after,
        "exact": left.exact,
    }


def obstacle(obstacle: Obstacle) -> dict[str, Any]:
    """What ends a run."""
    limit = obstacle.limit
    return {
        "kind": obstacle.kind,
        "object": obstacle.object,
        "type": obstacle.type,
        "constraint": limit and limit.constraint,
        "refers_to": limit and limit.refers_to,
        "last": obstacle.last,
        "values": obstacle.values,
    }


def _applied(applied: Applied) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "result": applied.result,
        "from": applied.before and applied.before.last_value,
        "to": applied.after and applied.after.last_value,
        "reason": applied.reason or None,
        "hint": applied.hint or None,
    }
    if applied.undo is not None:
        fields["undo"] = applied.undo
    return fields
