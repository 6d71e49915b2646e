"""What a command writes its reports to: one room for each format, all with the same three doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from pgseq.model.reports import DatabaseReport

Format = Literal["table", "json", "csv", "markdown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable:
    """A database that could not be connected to, or in which a command refused to work. The texts are those of an
    error, and of a label, from which secrets are struck out."""

    database: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much people want to see."""

    #: Healthy sequences and informational findings, too.
    verbose: bool = False
    #: Nothing but what is wrong.
    quiet: bool = False
    #: At most so many sequences of a database; None: all.
    limit: int | None = None


def by(config: str | None) -> dict[str, str]:
    """The field of a document that names the configuration file; only there where one was read."""
    return {} if config is None else {"config": config}


class Output(Protocol):
    """Takes the reports one by one, as they come in."""

    def database(self, report: DatabaseReport) -> None:
        """Write what was seen in one database."""
        ...

    def unreachable(self, one: Unreachable) -> None:
        """Write that nothing was done in a database."""
        ...

    def close(self) -> None:
        """Write what follows the last database."""
        ...
