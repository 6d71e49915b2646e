"""A parsed error, and its explanation: frozen values. Pure."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct, field
from msgspec.structs import force_setattr, replace

from pgseq.model.answer import Answer
from pgseq.model.exit_code import ExitCode
from pgseq.text.integers import integer
from pgseq.text.secrets import redact

Verdict = Literal[
    "behind",
    "was_behind",
    "not_a_sequence",
    "client_value",
    "cached",
    "exhausted",
    "column_too_narrow",
    "no_default",
    "generated_always",
    "no_right",
    "missing_sequence",
    "in_sync",
    "read_only",
    "index_corrupt",
    "cannot_tell",
]

#: What went wrong, as far as a sequence may have to do with it.
Kind = Literal[
    "duplicate",
    "unique_build",
    "limit",
    "setval_range",
    "restart_range",
    "too_narrow",
    "null",
    "generated",
    "stored_generated",
    "denied_sequence",
    "denied_table",
    "denied_schema",
    "not_owner",
    "missing",
    "read_only",
    "not_called",
    "not_a_sequence",
    "sequence",
    "name",
    "unrelated",
    "other",
]

#: Verdicts that blame a sequence, its privileges or its link to the column: exit code 1.
BLAMES: Final[frozenset[Verdict]] = frozenset(
    ("behind", "cached", "exhausted", "column_too_narrow", "no_default", "missing_sequence")
)


def unquoted(name: str) -> str:
    """A name as a message prints it, without the quotes that it may have there; its letters are not folded."""
    return name[1:-1].replace('""', '"') if len(name) > 1 and name[0] == name[-1] == '"' else name


class ParsedError(Struct, frozen=True, kw_only=True):
    """An error's fields. Names are as the server printed them, without quotes; empty or None: not in the error."""

    kind: Kind
    sqlstate: str = ""
    message: str = ""
    constraint: str = ""
    schema: str = ""
    table: str = ""
    column: str = ""
    sequence: str = ""
    #: Columns and values of the key in DETAIL; `values` is the text as it stands there.
    columns: tuple[str, ...] = ()
    values: str | None = None
    #: The type that was too narrow, as PostgreSQL names it in English.
    type: str = ""
    #: The value that setval() or RESTART was given; the command that a read-only transaction refused.
    value: str = ""
    command: str = ""
    #: The range that refused the value given to setval() or RESTART.
    low: str = ""
    high: str = ""
    detail: str = ""
    statement: str = ""
    context: str = ""
    #: Where values of the statement's parameters may stand.
    parameters: str = ""
    role: str = ""
    database: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What errors of one cause have in common."""
        place = (self.schema, self.constraint) if self.constraint else (self.schema, self.table, self.column)
        return (self.sqlstate, self.kind, self.database, self.sequence, self.type, self.command, *place)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The key's columns as the catalog spells them."""
        return tuple(map(unquoted, self.columns))

    def value_of(self, column: str) -> int | None:
        """The integer that the key has in `column` (see `integers.integer`); None where it is not said."""
        text = self.text_of(column)
        return None if text is None else integer(text)

    def text_of(self, column: str) -> str | None:
        """What the key has in `column`; None where it is not said."""
        if self.values is None:
            return None
        if self.columns == (column,):
            return self.values.strip()
        names = self.column_names
        parts = [self.values] if len(names) == 1 else self.values.split(", ")
        if column not in names or len(parts) != len(names):
            return None
        return parts[names.index(column)].strip()


#: A text in which no error of PostgreSQL is recognised.
NOTHING: Final = ParsedError(kind="other")


class Occurrences(Struct, frozen=True, kw_only=True):
    """How often an error is in the logs, when it occurred, and to whom."""

    count: int = 1
    #: The log's own timestamps, as text.
    first: str | None = None
    last: str | None = None
    users: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    #: How many of the failing keys followed each other by the sequence's increment or were one run upwards.
    in_a_row: int = 0


#: An error, and how often it occurred.
CountedError = tuple[ParsedError, Occurrences]


class SequenceName(Struct, frozen=True, kw_only=True):
    """A sequence by its parts, and as SQL."""

    schema: str
    name: str
    sql: str


class Explanation(Answer, frozen=True, kw_only=True):
    """The explanation of one error: the verdict, its evidence, and what to do next."""

    verdict: Verdict
    sqlstate: str | None
    message: str
    constraint: str | None = None
    #: Qualified and quoted where it was found in the catalog.
    table: str | None = None
    columns: tuple[str, ...] = ()
    sequence: SequenceName | None = None
    evidence: tuple[str, ...] = ()
    #: A command for the shell or an SQL statement; empty: nothing to do.
    next: str = ""
    #: What is wrong with the sequence, though it has not caused this error.
    besides: Verdict | None = None
    database: str | None = None
    occurrences: Occurrences = field(default_factory=Occurrences)

    def __post_init__(self) -> None:
        # Somebody else's texts.
        force_setattr(self, "message", redact(self.message))
        force_setattr(self, "evidence", tuple(map(redact, self.evidence)))
        force_setattr(self, "database", self.database and redact(self.database))
        users, applications = (
            tuple(map(redact, names)) for names in (self.occurrences.users, self.occurrences.applications)
        )
        force_setattr(self, "occurrences", replace(self.occurrences, users=users, applications=applications))

    @property
    def blames(self) -> bool:
        """Whether a sequence is to blame, or wrong besides (also where a role lacks a privilege on one)."""
        return bool({self.verdict, self.besides} & BLAMES) or (self.verdict == "no_right" and self.sequence is not None)

    @property
    def exit_code(self) -> ExitCode:
        """1: a sequence is to blame; 0: none is; 3: could not tell."""
        if self.blames:
            return ExitCode.WRONG
        return ExitCode.UNKNOWN if self.verdict == "cannot_tell" else ExitCode.OK
