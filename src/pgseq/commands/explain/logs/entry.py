"""An error in a log. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from pgseq.commands.explain.model import ParsedError
from pgseq.commands.explain.parse.recognise import STATES, from_fields

#: SQLSTATEs that are looked for in logs that give them.
CODES: Final = tuple(sorted({*STATES, "42501", "22023", "55000"}))

#: Characters of a name, and of a time: no server's is longer.
LONGEST_NAME: Final = 100


class LogEntry(Struct, frozen=True, kw_only=True):
    """An error, when it happened (the log's own words) and to whom."""

    error: ParsedError
    time: str = ""
    user: str = ""
    application: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> LogEntry:
        """An entry from a record's fields: those of `recognise.from_fields`, and `time` and `application`."""
        user, database = fields["role"][:LONGEST_NAME], fields["database"][:LONGEST_NAME]
        error = from_fields(
            code=fields["code"],
            message=fields["message"],
            detail=fields["detail"],
            statement=fields["statement"],
            context=fields["context"],
            role=user,
            database=database,
        )
        time, application = fields["time"][:LONGEST_NAME], fields["application"][:LONGEST_NAME]
        return cls(error=error, time=time, user=user, application=application)
