"""Errors that name a sequence or a relation. Pure."""

from __future__ import annotations

from dataclasses import replace

from pgseq.explanation.scene import Scene
from pgseq.explanation.values import Explanation, Named, Reported
from pgseq.explanation.wording import CONNECT, command, explanation, stands
from pgseq.model import Diagnosis

#: What ends the name that PostgreSQL gives to a serial's sequence.
SUFFIX = "_seq"


def limit(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """2200H: nextval() has come to the bound."""
    if scene is None or not scene.sequences:
        evidence: tuple[str, ...] = (
            f"sequence {reported.sequence or '?'} has reached its bound {reported.value}".rstrip(),
        )
        return [explanation(reported, "exhausted", evidence, next=CONNECT if scene is None else "pgseq check")]
    return [_at_limit(reported, one) for one in scene.sequences]


def _at_limit(reported: Reported, diagnosis: Diagnosis) -> Explanation:
    sequence = diagnosis.sequence
    if diagnosis.status in ("ok", "out_of_sync"):
        evidence: tuple[str, ...] = (stands(diagnosis), "it has room again: altered or set since")
        following = command("fix", sequence.sql) if diagnosis.status == "out_of_sync" else ""
        return explanation(reported, "was_behind", evidence, next=following, sequence=sequence)
    narrow = [feed.label for feed in sequence.feeds if feed.type in ("smallint", "integer")]
    following = f"ALTER SEQUENCE {sequence.sql} AS bigint"
    if sequence.data_type == "bigint":
        following = f"pgseq explain PGS002; {command('check', sequence.sql)}"
    elif narrow:
        feed = next(feed for feed in sequence.feeds if feed.label == narrow[0])
        following = f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql} TYPE bigint; {following}"
    evidence = (stands(diagnosis), f"its bound is {sequence.bound} ({sequence.data_type})")
    return explanation(reported, "exhausted", evidence, next=following, sequence=sequence)


def named(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """An application complains about a sequence by name."""
    if scene is None:
        return [explanation(reported, "cannot_tell", (f"it names sequence {reported.sequence}",), next=CONNECT)]
    if not scene.sequences:
        return [explanation(reported, "cannot_tell", (f"no sequence {reported.sequence} in {scene.server.database}",))]
    return [_state(reported, one) for one in scene.sequences]


def _state(reported: Reported, diagnosis: Diagnosis) -> Explanation:
    sequence = diagnosis.sequence
    match diagnosis.status:
        case "out_of_sync":
            evidence: tuple[str, ...] = (stands(diagnosis), f"{diagnosis.nearest} is stored already")
            return explanation(reported, "behind", evidence, next=command("fix", sequence.sql), sequence=sequence)
        case "exhausted":
            return _at_limit(reported, diagnosis)
        case "unknown":
            assert diagnosis.reason is not None
            evidence = (stands(diagnosis), diagnosis.reason.reason)
            return explanation(reported, "cannot_tell", evidence, next=diagnosis.reason.remedy, sequence=sequence)
        case _ if not sequence.feeds:
            evidence = (
                stands(diagnosis),
                "it feeds no column that the catalog knows: only the application can compare",
            )
            return explanation(reported, "cannot_tell", evidence, sequence=sequence)
        case _:
            evidence = (stands(diagnosis), "in sync now: repaired since, or it has run past the stored values")
            return explanation(reported, "was_behind", evidence, sequence=sequence)


def setval_range(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """22003 from setval(): the value lies outside the sequence's range."""
    found = scene.sequences[0].sequence if scene and scene.sequences else None
    value = int(reported.value) if reported.value.lstrip("-").isdigit() else None
    beyond = value is not None and (value > found.max if found else value >= 2**31 - 1)
    if beyond:
        evidence: tuple[str, ...] = (f"setval() was given {value}, past the range of {reported.sequence}",)
        following = f"ALTER SEQUENCE {found.sql if found else reported.sequence} AS bigint"
        return [explanation(reported, "exhausted", evidence, next=following, sequence=found)]
    evidence = (
        f"setval() was given {reported.value}, below the range of {reported.sequence}",
        "scripts that set a sequence to max(id) of an empty table do so; an empty table's sequence needs no repair",
    )
    return [explanation(reported, "client_value", evidence, next="pgseq fix", sequence=found)]


def restart_range(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """22023: RESTART with a value outside the range."""
    low = "MINVALUE" in reported.message
    if low:
        evidence: tuple[str, ...] = (f"RESTART was given {reported.value}, below MINVALUE",)
        return [explanation(reported, "client_value", evidence, next="pgseq fix")]
    evidence = (f"RESTART was given {reported.value}, past MAXVALUE: the range ends before the stored values do",)
    return [explanation(reported, "exhausted", evidence, next="ALTER SEQUENCE … AS bigint, then pgseq fix")]


def denied_sequence(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """42501: nextval() needs USAGE or UPDATE, setval() UPDATE, reading SELECT."""
    found = scene.sequences[0].sequence if scene and scene.sequences else None
    sql = found.sql if found else reported.sequence
    evidence: tuple[str, ...] = (
        f"the role may not use {sql}: nextval() needs USAGE, setval() UPDATE, reading its position SELECT",
    )
    told = explanation(
        reported, "no_right", evidence, next=f"GRANT USAGE ON SEQUENCE {sql} TO {_role(reported)}", sequence=found
    )
    return [told if found else _with_name(told, reported.sequence)]


def denied_other(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """42501 on a table or schema."""
    if reported.kind == "denied_schema":
        grant = f"GRANT USAGE ON SCHEMA {reported.schema} TO {_role(reported)}"
    else:
        relation = next((one.sql for one in scene.relations if one.name == reported.table), "") if scene else ""
        grant = f"GRANT INSERT ON {relation or reported.table} TO {_role(reported)}"
    return [explanation(reported, "no_right", ("the right that lacks is not one on a sequence",), next=grant)]


def not_owner(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """42501: ALTER SEQUENCE and RESTART IDENTITY are the owner's."""
    found = scene.sequences[0].sequence if scene and scene.sequences else None
    owner = next((one.owner for one in scene.relations if one.kind == "S"), "") if scene else ""
    evidence: tuple[str, ...] = (
        f"only its owner {owner} may ALTER {reported.sequence}".replace("  ", " "),
        "setval(), which pgseq fix uses, needs UPDATE alone",
    )
    sql = found.sql if found else reported.sequence
    told = explanation(
        reported, "no_right", evidence, next=f"GRANT UPDATE ON SEQUENCE {sql} TO {_role(reported)}", sequence=found
    )
    return [told if found else _with_name(told, reported.sequence)]


def missing(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """42P01: a relation that is not there, perhaps a sequence."""
    name = reported.table or reported.sequence
    likely = name.lower().endswith(SUFFIX) or "nextval" in (reported.statement + reported.context)
    if scene is None:
        if likely:
            evidence: tuple[str, ...] = (f"{name} bears a sequence's name and is not found",)
            return [explanation(reported, "missing_sequence", evidence, next=CONNECT)]
        return [explanation(reported, "cannot_tell", (f"relation {name} is not found",), next=CONNECT)]
    path = ", ".join(scene.server.search_path)
    for one in scene.relations:
        if one.kind != "S":
            continue
        if one.name != name:
            rule = (
                "without them it is folded to small letters"
                if name == name.lower()
                else "capital letters count in them"
            )
            why = f"{one.sql} exists; mind the double quotes: {rule}"
        elif one.schema not in scene.server.search_path:
            why = f"{one.sql} exists, in a schema outside the search_path ({path})"
        else:
            why = f"{one.sql} exists now, and is in this role's search_path ({path})"
        literal = "'" + one.sql.replace("'", "''") + "'"
        told = explanation(reported, "missing_sequence", (why,), next=f"write it as nextval({literal})")
        return [_with(told, Named(schema=one.schema, name=one.name, sql=one.sql))]
    if scene.dangling:
        label, default = scene.dangling[0]
        evidence = (f"no sequence {name} exists", f"the default of {label} names it as text: {default}")
        following = f"CREATE SEQUENCE {_quoted(name)} OWNED BY {label}; pgseq fix"
        return [explanation(reported, "missing_sequence", evidence, next=following)]
    if likely and not scene.relations:
        evidence = (f"no sequence {name} exists in database {scene.server.database}",)
        return [
            explanation(reported, "missing_sequence", evidence, next="create it, or name the column's own sequence")
        ]
    evidence = (f"{name} does not bear a sequence's name, and no default draws from it",)
    if scene.relations:
        evidence = (f"{scene.relations[0].sql} exists and is no sequence (search_path: {path})",)
    return [explanation(reported, "not_a_sequence", evidence)]


def not_called(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """55000: currval() and lastval() tell what this session has drawn, not where the sequence stands."""
    evidence: tuple[str, ...] = ("currval() and lastval() know only what nextval() gave in the same session",)
    following = "use INSERT … RETURNING, or SELECT last_value, is_called FROM the sequence"
    return [explanation(reported, "not_a_sequence", evidence, next=following)]


def not_a_sequence(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """42809: a table's name where a sequence's is wanted."""
    evidence: tuple[str, ...] = (f"{reported.sequence or 'the name'} is a relation of another kind",)
    following = "ask for the sequence's name: SELECT pg_get_serial_sequence('table', 'column')"
    return [explanation(reported, "not_a_sequence", evidence, next=following)]


def _role(reported: Reported) -> str:
    return _quoted(reported.role) if reported.role else "<role>"


def _quoted(name: str) -> str:
    return name if name.isidentifier() and name == name.lower() else '"' + name.replace('"', '""') + '"'


def _with_name(told: Explanation, name: str) -> Explanation:
    schema, _, last = name.rpartition(".")
    return _with(told, Named(schema=schema.strip('"'), name=last.strip('"'), sql=name))


def _with(told: Explanation, name: Named) -> Explanation:
    return replace(told, sequence=name)
