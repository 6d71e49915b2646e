"""The writer interface; one class per format."""

from __future__ import annotations

from typing import Literal, Protocol, TypeVar

from msgspec import Struct

from pgseq.model.reports import Unreachable

T_contra = TypeVar("T_contra", contravariant=True)

Format = Literal["table", "json", "jsonl", "csv", "markdown", "html", "github", "nagios"]


class Detail(Struct, frozen=True, kw_only=True):
    """How much to show."""

    #: Healthy sequences and informational findings, too.
    verbose: bool = False
    #: Nothing but what is wrong.
    quiet: bool = False
    #: At most so many sequences of a database; None: all.
    limit: int | None = None


def by(config: str | None) -> dict[str, str]:
    """The field of a document that names the configuration file, if one was read."""
    return {} if config is None else {"config": config}


class Writer(Protocol[T_contra]):
    """Writes what a command found in each database, as it comes in."""

    def database(self, found: T_contra, /) -> None: ...

    def unreachable(self, one: Unreachable, /) -> None: ...

    def close(self) -> None: ...
