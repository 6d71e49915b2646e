"""Frameworks that hide the server's message behind words of their own. Pure.

Where a wrapper quotes the message, `recognise` finds it without help. These do not.
"""

from __future__ import annotations

import re
from typing import Final

from pgseq.commands.explain.model import Kind, ParsedError

_PRISMA: Final = re.compile(
    r"Unique constraint failed on the (?:\(not available\)|(fields?|constraint|index):?\s*\(?(.+?)\)?$)", re.M
)
_PRISMA_NULL: Final = re.compile(r"Null constraint violation on the (?:fields?|constraint):?\s*\(?`?([^`()\n]+)`?\)?")
_PRISMA_MODEL: Final = re.compile(
    r"""(?:prisma|client|tx|db)\.(\w+)\.\w+\(|"modelName"\s*:\s*"(\w+)"|modelName:\s*'(\w+)'"""
)
_PRISMA_TARGET: Final = re.compile(r"""target['"]?\s*:\s{0,99}\[?\s{0,99}((?:['"][^'"]+['"][,\s]*)+)""")
_DIRECTUS: Final = re.compile(r'Value for field "([^"]+)" in collection "([^"]+)" has to be unique')
_ECTO: Final = re.compile(r"""(?:\*\s*"([^"\n]+)"\s*\(unique_constraint\)|unique(?:_constraint)?:\s*"?([\w$]+)"?)""")
_SEQUELIZE: Final = re.compile(r"SequelizeUniqueConstraintError")
_SEQUELIZE_FIELDS: Final = re.compile(r"""fields['"]?\s*:\s*\{\s*['"]?(\w+)['"]?\s*:\s*['"]?([^'"},\s]+)""")
_SYNAPSE: Final = re.compile(r"[Pp]ostgres sequence '([^']+)' is inconsistent with associated")
_HIBERNATE: Final = re.compile(
    r"missing sequence \[(?:[\w$\"]+\.)?\"?([\w$]+)\"?\]|increment size of the \[([\w$]+)\] sequence"
)
_EXISTS: Final = re.compile(r"[Tt]his record already exists|RECORD_NOT_UNIQUE|RecordNotUnique")


def unwrapped(text: str, state: str) -> ParsedError | None:
    """What a framework's own words report; None where none of them is known."""
    if (match := _PRISMA.search(text)) or "P2002" in text:
        return _prisma(text, match)
    if match := _PRISMA_NULL.search(text):
        return ParsedError(kind="null", sqlstate="23502", message=match[0], column=match[1].strip(), table=_model(text))
    if match := _DIRECTUS.search(text):
        return ParsedError(
            kind="duplicate", sqlstate="23505", message=match[0], table=match[2], columns=(match[1],), column=match[1]
        )
    if match := _SYNAPSE.search(text):
        return ParsedError(kind="sequence", message=match[0], sequence=match[1])
    if match := _HIBERNATE.search(text):
        kind: Kind = "missing" if match[1] else "sequence"
        return ParsedError(kind=kind, message=match[0], table=match[1] or "", sequence=match[1] or match[2])
    if ("Ecto" in text or "changeset" in text) and (match := _ECTO.search(text)):
        return ParsedError(kind="duplicate", sqlstate="23505", message=match[0], constraint=match[1] or match[2])
    if _SEQUELIZE.search(text):
        fields = _SEQUELIZE_FIELDS.search(text)
        return ParsedError(
            kind="duplicate",
            sqlstate="23505",
            message="SequelizeUniqueConstraintError",
            columns=(fields[1],) if fields else (),
            values=fields[2] if fields else None,
        )
    if not state and (match := _EXISTS.search(text)):
        return ParsedError(kind="duplicate", sqlstate="23505", message=match[0])
    return None


def _prisma(text: str, match: re.Match[str] | None) -> ParsedError:
    """Prisma names the fields or the constraint in backquotes, and the model in the call."""
    names = tuple(re.findall(r"`([^`]+)`", match[2])) if match and match[2] else ()
    if not names and (target := _PRISMA_TARGET.search(text)):
        names = tuple(re.findall(r"""['"]([^'"]+)['"]""", target[1]))
    named = bool(match and match[1] and not match[1].startswith("field"))
    return ParsedError(
        kind="duplicate",
        sqlstate="23505",
        message=match[0] if match else "P2002",
        constraint=names[0] if named and names else "",
        columns=() if named else names,
        table=_model(text),
    )


def _model(text: str) -> str:
    match = _PRISMA_MODEL.search(text)
    return next((group for group in match.groups() if group), "") if match else ""
