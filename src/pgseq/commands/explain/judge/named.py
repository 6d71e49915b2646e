"""Errors that name a sequence or a relation: bounds, and what is missing. Pure."""

from __future__ import annotations

from dataclasses import replace

from pgseq.commands.explain.facts import Relation, Scene
from pgseq.commands.explain.model import Explanation, Named, Reported
from pgseq.commands.explain.parse.statement import names
from pgseq.commands.explain.text import CONNECT, collision, explanation, shortened, stands, with_name
from pgseq.core.checks.wording import NO_WIDER_TYPE, wider
from pgseq.core.diagnose import too_narrow
from pgseq.model.sequences import Diagnosis, Sequence
from pgseq.names import command, literal, quoted
from pgseq.text.integers import integer

#: What ends the name that PostgreSQL gives to a serial's sequence.
SUFFIX = "_seq"
#: MAXVALUE of a sequence AS smallint and AS integer that was given none of its own.
_TYPES_OWN = frozenset((str(2**15 - 1), str(2**31 - 1)))


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
    if diagnosis.status == "out_of_sync":
        return _behind(reported, diagnosis, "it has room again, altered or set since, and is behind")
    if diagnosis.status == "ok":
        evidence = (stands(diagnosis), "it has room again: altered or set since")
        return explanation(reported, "was_behind", evidence, sequence=sequence)
    wanted = diagnosis.next_value if diagnosis.next_value is not None else sequence.bound + sequence.increment
    room = "; ".join(wider(sequence, wanted))
    narrow = ", ".join(f"{feed.label} ({feed.type})" for feed in too_narrow(diagnosis))
    why = f"{wanted} does not fit {narrow}" if narrow else f"its bound is {sequence.bound} ({sequence.data_type})"
    following = room or f"pgseq explain PGS002; {command('check', sequence.sql)}"
    return explanation(reported, "exhausted", (stands(diagnosis), why), next=following, sequence=sequence)


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
            return _behind(reported, diagnosis)
        case "exhausted":
            return _at_limit(reported, diagnosis)
        case "unknown":
            assert diagnosis.reason is not None
            evidence: tuple[str, ...] = (stands(diagnosis), diagnosis.reason.reason)
            return explanation(reported, "cannot_tell", evidence, next=diagnosis.reason.hint, sequence=sequence)
        case _ if not sequence.feeds:
            evidence = (
                stands(diagnosis),
                "it feeds no column that the catalog knows: only the application can compare",
            )
            return explanation(reported, "cannot_tell", evidence, sequence=sequence)
        case _:
            evidence = (stands(diagnosis), "in sync now: repaired since, or it has run past the stored values")
            return explanation(reported, "was_behind", evidence, sequence=sequence)


def _behind(reported: Reported, diagnosis: Diagnosis, *why: str) -> Explanation:
    sequence = diagnosis.sequence
    evidence = (stands(diagnosis), *why, *collision(diagnosis))
    return explanation(reported, "behind", evidence, next=command("fix", sequence.sql), sequence=sequence)


def setval_range(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """22003 from setval(): the value lies outside the sequence's range."""
    value = integer(reported.value)
    found = [one.sequence for one in scene.sequences] if scene else []
    refused = [one for one in found if value is None or not one.min <= value <= one.max] or found
    if refused:
        return [_refused(reported, one, value) for one in refused]
    high = integer(reported.high)
    if value is None or high is None or value <= high:
        return [_below(reported, None)]
    return [_beyond(reported, None, CONNECT if scene is None else "pgseq check")]


def _refused(reported: Reported, sequence: Sequence, value: int | None) -> Explanation:
    """By the sequence's direction: past its last value, or before its first."""
    past = value is not None and (value > sequence.max if sequence.ascending else value < sequence.min)
    if value is None or not past:
        return _below(reported, sequence)
    return _beyond(reported, sequence, "; ".join(wider(sequence, value)) or NO_WIDER_TYPE)


def _beyond(reported: Reported, sequence: Sequence | None, following: str) -> Explanation:
    evidence = (f"setval() was given {reported.value}, past the range of {reported.sequence}",)
    return explanation(reported, "exhausted", evidence, next=following, sequence=sequence)


def _below(reported: Reported, sequence: Sequence | None) -> Explanation:
    evidence = (
        f"setval() was given {reported.value}, before the range of {reported.sequence}",
        "scripts that set a sequence to max(id) of an empty table do so; an empty table's sequence needs no repair",
    )
    return explanation(reported, "client_value", evidence, next="pgseq fix", sequence=sequence)


def restart_range(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """22023: RESTART with a value outside the range."""
    low = "MINVALUE" in reported.message
    if low:
        evidence: tuple[str, ...] = (f"RESTART was given {reported.value}, below MINVALUE",)
        return [explanation(reported, "client_value", evidence, next="pgseq fix")]
    evidence = (f"RESTART was given {reported.value}, past MAXVALUE: the range ends before the stored values do",)
    room = "AS bigint" if reported.high in _TYPES_OWN else "NO MAXVALUE"
    return [explanation(reported, "exhausted", evidence, next=f"ALTER SEQUENCE … {room}, then pgseq fix")]


def missing(reported: Reported, scene: Scene | None) -> list[Explanation]:
    """42P01: a relation that is not there, perhaps a sequence."""
    name = reported.table or reported.sequence
    used = any(names(text, name) for text in (reported.statement, reported.context))
    likely = used or name.lower().endswith(SUFFIX)
    if scene is None:
        if likely:
            how = "is asked for a value as a sequence" if used else "bears a sequence's name"
            evidence: tuple[str, ...] = (f"{name} {how} and is not found",)
            return [explanation(reported, "missing_sequence", evidence, next=CONNECT)]
        return [explanation(reported, "cannot_tell", (f"relation {name} is not found",), next=CONNECT)]
    if sequences := [one for one in scene.relations if one.kind == "S"]:
        return [_elsewhere(reported, name, sequences, scene.server.search_path)]
    if scene.dangling:
        label, default = scene.dangling[0]
        evidence = (f"no sequence {name} exists", f"the default of {label} names it as text: {default}")
        following = f"CREATE SEQUENCE {quoted(reported.schema, name)} OWNED BY {label}; pgseq fix"
        return [explanation(reported, "missing_sequence", evidence, next=following)]
    if likely and not scene.relations:
        evidence = (f"no sequence {name} exists in database {scene.server.database}",)
        return [
            explanation(reported, "missing_sequence", evidence, next="create it, or name the column's own sequence")
        ]
    evidence = (f"{name} does not bear a sequence's name, and nothing draws from it",)
    if scene.relations:
        path = ", ".join(scene.server.search_path)
        evidence = (f"{scene.relations[0].sql} exists and is no sequence (search_path: {path})",)
    return [explanation(reported, "not_a_sequence", evidence)]


def _elsewhere(reported: Reported, name: str, found: list[Relation], search_path: tuple[str, ...]) -> Explanation:
    """A sequence that exists, but not where it was looked for, or not under that spelling."""
    same = [one for one in found if one.name == name] or found
    same.sort(key=lambda one: search_path.index(one.schema) if one.schema in search_path else len(search_path))
    one, path = same[0], ", ".join(search_path)
    if one.name != name:
        rule = "without them it is folded to small letters" if name == name.lower() else "capital letters count in them"
        why = f"{one.sql} exists; mind the double quotes: {rule}"
    elif one.schema in search_path:
        why = f"{one.sql} exists now, and is in this role's search_path ({path})"
    elif len(same) > 1:
        which = f"{len(same)} schemas outside the search_path ({path}) have one: {shortened([s.schema for s in same])}"
        following = f"write it as nextval({literal('<schema>.' + quoted(name))})"
        return with_name(explanation(reported, "missing_sequence", (which,), next=following), name)
    else:
        why = f"{one.sql} exists, in a schema outside the search_path ({path})"
    told = explanation(reported, "missing_sequence", (why,), next=f"write it as nextval({literal(one.sql)})")
    return replace(told, sequence=Named(schema=one.schema, name=one.name, sql=one.sql))


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
