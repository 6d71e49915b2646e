"""The tree of errors.

    PgseqError
    ├── UsageError          the request cannot be carried out as given
    │   ├── NothingMatches  a pattern or name that selects nothing
    │   └── ConfigError     a configuration file that cannot be used
    ├── ConnectionFailed    no session could be opened, or it was lost
    └── QueryFailed         the server refused one statement

The message of an error says what happened, on which object, and in `hint` what to do next.
The command line catches `PgseqError` once and exits with 2. Secrets are struck out of every text of an error when it is
set, so that nothing that shows, logs or stores one has to.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pgseq.text.secrets import redact

P = ParamSpec("P")
T = TypeVar("T")


class PgseqError(Exception):
    """Base of all errors that pgseq raises on purpose.

    `message` says what happened and on which object, `hint` what to do next (may be empty).
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(redact(message))
        self.message = message
        self.hint = hint

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, redact(value) if isinstance(value, str) else value)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args, self.__dict__)


class UsageError(PgseqError):
    """The request cannot be carried out as given."""


class NothingMatches(UsageError):
    """A name or pattern selects no sequence."""


class ConfigError(UsageError):
    """A configuration file that cannot be used."""


class ConnectionFailed(PgseqError):
    """No session could be opened, or the server went away.

    `needs_password`: the server asked for a password and none was known.
    """

    def __init__(self, message: str, hint: str = "", *, needs_password: bool = False) -> None:
        super().__init__(message, hint)
        self.needs_password = needs_password


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during the work; `report` holds what was known by then (a DatabaseReport)."""

    def __init__(self, report: object) -> None:
        super().__init__("interrupted")
        self.report = report


class QueryFailed(PgseqError):
    """The server refused one statement.

    `sqlstate` is PostgreSQL's five-character code (PostgreSQL documentation, appendix A); go by it and never by the
    message, which is localised. `constraint` is the constraint or index that the error names, `statement` the text of
    the statement that was refused; empty where that is not known. `rows` is what the statements before it in the same
    message returned.
    """

    def __init__(
        self, message: str, *, sqlstate: str, hint: str = "", constraint: str = "", statement: str = ""
    ) -> None:
        super().__init__(message, hint)
        self.sqlstate = sqlstate
        self.constraint = constraint
        self.statement = statement
        self.rows: list[Any] = []


def _restored(kind: type[PgseqError], arguments: tuple[Any, ...], fields: dict[str, Any]) -> PgseqError:
    """What was pickled; the constructors take key words."""
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(fields)
    return error


def forgetting(function: Callable[P, T]) -> Callable[P, T]:
    """A decorator: the errors that it lets out do not carry along the frames that they come from, nor other errors,
    whose local variables are secret."""

    @wraps(function)
    def call(*arguments: P.args, **named: P.kwargs) -> T:
        try:
            return function(*arguments, **named)
        except PgseqError as error:
            raised = error.with_traceback(None)
        raised.__cause__ = raised.__context__ = None
        raise raised

    return call
