"""Errors that name a sequence or a relation: bounds, and what is missing. Pure."""

from __future__ import annotations

import re

from msgspec.structs import replace

from pgseq.commands.explain.facts import ErrorFacts, NamedObject, RelationRow
from pgseq.commands.explain.model import Explanation, ParsedError, SequenceName
from pgseq.commands.explain.parse.statement import names
from pgseq.commands.explain.text import CONNECT, collision, conclude, shortened, stands, with_name
from pgseq.core.checks.alternatives import remedy
from pgseq.core.checks.wording import NO_WIDER_TYPE, wider
from pgseq.core.diagnose import too_narrow
from pgseq.model.diagnosis import Diagnosis
from pgseq.model.hints import Hint, command, page
from pgseq.model.sequences import Sequence
from pgseq.names import literal, quoted
from pgseq.text.integers import integer

#: Names that are given to sequences: a serial's, of which a number makes the second one, and Hibernate's.
_LIKELY = re.compile(r".*_seq\d*|.*_sq|seq_.*|.*sequence.*", re.IGNORECASE | re.DOTALL)
#: MAXVALUE of a sequence AS smallint and AS integer that was given none of its own.
_TYPES_OWN = frozenset((str(2**15 - 1), str(2**31 - 1)))


def limit(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """2200H: nextval() has come to the bound."""
    if facts is None or not facts.sequences:
        evidence: tuple[str, ...] = (f"sequence {error.sequence or '?'} has reached its bound {error.value}".rstrip(),)
        return [conclude(error, "exhausted", evidence, next=CONNECT if facts is None else Hint(command("check")))]
    return [_at_limit(error, one) for one in facts.sequences]


def _at_limit(error: ParsedError, diagnosis: Diagnosis) -> Explanation:
    sequence = diagnosis.sequence
    if diagnosis.status == "out_of_sync":
        return _behind(error, diagnosis, "it has room again, altered or set since, and is behind")
    if diagnosis.status == "ok":
        evidence = (stands(diagnosis), "it has room again: altered or set since")
        return conclude(error, "was_behind", evidence, sequence=sequence)
    wanted = diagnosis.next_value if diagnosis.next_value is not None else sequence.bound + sequence.increment
    room = "; ".join(wider(sequence, wanted))
    narrow = ", ".join(f"{feed.label} ({feed.type})" for feed in too_narrow(diagnosis))
    why = f"{wanted} does not fit {narrow}" if narrow else f"its bound is {sequence.bound} ({sequence.data_type})"
    following = room or Hint(page("PGS002"), "; ", command("check", sequence.sql))
    return conclude(error, "exhausted", (stands(diagnosis), why), next=following, sequence=sequence)


def complaint(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """An application complains about a sequence by name."""
    if facts is None:
        return [conclude(error, "cannot_tell", (f"it names sequence {error.sequence}",), next=CONNECT)]
    if not facts.sequences:
        return [conclude(error, "cannot_tell", (f"no sequence {error.sequence} in {facts.server.database}",))]
    return [_state(error, one) for one in facts.sequences]


def state(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """No error, but the name of something: how the sequences stand that are it or feed it, the worst first."""
    if facts is None:
        return [conclude(error, "cannot_tell", (f"{error.message} is taken for a name",), next=CONNECT)]
    if not facts.objects:
        nothing = f"no constraint, index, table or sequence {error.message} in database {facts.server.database}"
        piped = "were it a database's name: the error's text comes behind it, or is piped in"
        return [conclude(error, "cannot_tell", (nothing, "" if error.schema else piped))]
    explanations = [explanation for named in facts.objects for explanation in _states(error, named)]
    return sorted(explanations, key=lambda explanation: -explanation.exit_code.badness)


def _states(error: ParsedError, named: NamedObject) -> list[Explanation]:
    if not named.diagnoses:
        evidence = (f"{named.kind} {named.sql}", "no sequence feeds it")
        return [conclude(error, "not_a_sequence", evidence, table=named.sql, columns=tuple(named.columns))]
    return [
        replace(
            _state(error, diagnosis),
            table=diagnosis.sequence.feeds[0].table_sql if diagnosis.sequence.feeds else None,
            columns=tuple(feed.column for feed in diagnosis.sequence.feeds[:1]),
        )
        for diagnosis in named.diagnoses
    ]


def _state(error: ParsedError, diagnosis: Diagnosis) -> Explanation:
    sequence = diagnosis.sequence
    match diagnosis.status:
        case "out_of_sync":
            return _behind(error, diagnosis)
        case "exhausted":
            return _at_limit(error, diagnosis)
        case "unknown":
            assert diagnosis.reason is not None
            evidence: tuple[str, ...] = (stands(diagnosis), diagnosis.reason.reason)
            return conclude(error, "cannot_tell", evidence, next=diagnosis.reason.hint, sequence=sequence)
        case _ if error.kind == "name":
            fed = shortened([feed.label for feed in sequence.feeds])
            evidence = (stands(diagnosis), f"it feeds {fed}" if fed else "it feeds no column that the catalog knows")
            return conclude(error, "in_sync", evidence, sequence=sequence)
        case _ if not sequence.feeds:
            evidence = (
                stands(diagnosis),
                "it feeds no column that the catalog knows: only the application can compare",
            )
            return conclude(error, "cannot_tell", evidence, sequence=sequence)
        case _:
            evidence = (stands(diagnosis), "in sync now: repaired since, or it has run past the stored values")
            return conclude(error, "was_behind", evidence, sequence=sequence)


def _behind(error: ParsedError, diagnosis: Diagnosis, *why: str) -> Explanation:
    sequence = diagnosis.sequence
    evidence = (stands(diagnosis), *why, *collision(diagnosis))
    return conclude(error, "behind", evidence, next=remedy(diagnosis, sequence.sql), sequence=sequence)


def setval_range(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """22003 from setval(): the value lies outside the sequence's range."""
    value = integer(error.value)
    sequences = [diagnosis.sequence for diagnosis in facts.sequences] if facts else []
    refused = [
        sequence for sequence in sequences if value is None or not sequence.min <= value <= sequence.max
    ] or sequences
    if refused:
        return [_refused(error, sequence, value) for sequence in refused]
    high = integer(error.high)
    if value is None or high is None or value <= high:
        return [_below(error, None)]
    return [_beyond(error, None, CONNECT if facts is None else Hint(command("check")))]


def _refused(error: ParsedError, sequence: Sequence, value: int | None) -> Explanation:
    """By the sequence's direction: past its last value, or before its first."""
    past = value is not None and (value > sequence.max if sequence.ascending else value < sequence.min)
    if value is None or not past:
        return _below(error, sequence)
    return _beyond(error, sequence, "; ".join(wider(sequence, value)) or NO_WIDER_TYPE)


def _beyond(error: ParsedError, sequence: Sequence | None, following: str) -> Explanation:
    evidence = (f"setval() was given {error.value}, past the range of {error.sequence}",)
    return conclude(error, "exhausted", evidence, next=following, sequence=sequence)


def _below(error: ParsedError, sequence: Sequence | None) -> Explanation:
    evidence = (
        f"setval() was given {error.value}, before the range of {error.sequence}",
        "scripts that set a sequence to max(id) of an empty table do so; an empty table's sequence needs no repair",
    )
    following = Hint(command("fix", sequence.sql if sequence else ""))
    return conclude(error, "client_value", evidence, next=following, sequence=sequence)


def restart_range(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """22023: RESTART with a value outside the range."""
    low = "MINVALUE" in error.message
    if low:
        evidence: tuple[str, ...] = (f"RESTART was given {error.value}, below MINVALUE",)
        return [conclude(error, "client_value", evidence, next=Hint(command("fix")))]
    evidence = (f"RESTART was given {error.value}, past MAXVALUE: the range ends before the stored values do",)
    room = "AS bigint" if error.high in _TYPES_OWN else "NO MAXVALUE"
    return [conclude(error, "exhausted", evidence, next=Hint(f"ALTER SEQUENCE … {room}, then ", command("fix")))]


def missing(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """42P01: a relation that is not there, perhaps a sequence."""
    name = error.table or error.sequence
    used = any(names(text, name) for text in (error.statement, error.context))
    likely = used or bool(error.sequence) or _LIKELY.fullmatch(name) is not None
    if facts is None:
        if likely:
            how = "is asked for a value as a sequence" if used else "bears a sequence's name"
            evidence: tuple[str, ...] = (f"{name} {how} and is not found",)
            return [conclude(error, "missing_sequence", evidence, next=CONNECT)]
        return [conclude(error, "cannot_tell", (f"relation {name} is not found",), next=CONNECT)]
    if sequences := [one for one in facts.relations if one.kind == "S"]:
        return [_elsewhere(error, name, sequences, facts.server.search_path)]
    if facts.dangling:
        label, default = facts.dangling[0]
        evidence = (f"no sequence {name} exists", f"the default of {label} names it as text: {default}")
        created = quoted(error.schema, name)
        following = Hint(f"CREATE SEQUENCE {created} OWNED BY {label}; ", command("fix", created))
        return [conclude(error, "missing_sequence", evidence, next=following)]
    if likely and not facts.relations:
        evidence = (f"no sequence {name} exists in database {facts.server.database}",)
        return [conclude(error, "missing_sequence", evidence, next="create it, or name the column's own sequence")]
    evidence = (f"{name} does not bear a sequence's name, and nothing draws from it",)
    if facts.relations:
        path = ", ".join(facts.server.search_path)
        evidence = (f"{facts.relations[0].sql} exists and is no sequence (search_path: {path})",)
    return [conclude(error, "not_a_sequence", evidence)]


def _elsewhere(
    error: ParsedError, name: str, sequences: list[RelationRow], search_path: tuple[str, ...]
) -> Explanation:
    """A sequence that exists, but not where it was looked for, or not under that spelling."""
    same = [sequence for sequence in sequences if sequence.name == name] or sequences
    same.sort(key=lambda one: search_path.index(one.schema) if one.schema in search_path else len(search_path))
    sequence, path = same[0], ", ".join(search_path)
    if sequence.name != name:
        rule = "without them it is folded to small letters" if name == name.lower() else "capital letters count in them"
        why = f"{sequence.sql} exists; mind the double quotes: {rule}"
    elif sequence.schema in search_path:
        why = f"{sequence.sql} exists now, and is in this role's search_path ({path})"
    elif len(same) > 1:
        which = f"{len(same)} schemas outside the search_path ({path}) have one: {shortened([s.schema for s in same])}"
        following = f"write it as nextval({literal('<schema>.' + quoted(name))})"
        return with_name(conclude(error, "missing_sequence", (which,), next=following), name)
    else:
        why = f"{sequence.sql} exists, in a schema outside the search_path ({path})"
    explanation = conclude(error, "missing_sequence", (why,), next=f"write it as nextval({literal(sequence.sql)})")
    return replace(explanation, sequence=SequenceName(schema=sequence.schema, name=sequence.name, sql=sequence.sql))


def not_called(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """55000: currval() and lastval() tell what this session has drawn, not where the sequence stands."""
    evidence: tuple[str, ...] = ("currval() and lastval() know only what nextval() gave in the same session",)
    following = "use INSERT … RETURNING, or SELECT last_value, is_called FROM the sequence"
    return [conclude(error, "not_a_sequence", evidence, next=following)]


def not_a_sequence(error: ParsedError, facts: ErrorFacts | None) -> list[Explanation]:
    """42809: a table's name where a sequence's is wanted."""
    evidence: tuple[str, ...] = (f"{error.sequence or 'the name'} is a relation of another kind",)
    following = "ask for the sequence's name: SELECT pg_get_serial_sequence('table', 'column')"
    return [conclude(error, "not_a_sequence", evidence, next=following)]
