"""log_destination = stderr and syslog: a prefix, a severity in the server's language, and lines that go with it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pgseq.explanation import messages
from pgseq.explanation.logs.entry import Entry
from pgseq.explanation.logs.prefix import Prefix, parse
from pgseq.explanation.recognise import from_fields, recognise

_SEVERITIES: Final = tuple(word for word in messages.words(("ERROR", "FATAL")))
#: An error's line. "ERROR:  " with two blanks in most languages; some put a blank before the colon.
NEEDLES: Final[tuple[bytes, ...]] = tuple(
    f"{word}{blank}:  ".encode() for word in _SEVERITIES for blank in ("", " ", "\u00a0")
)
_HEAD: Final = re.compile(
    rf"^(?P<prefix>.*?)\b?(?P<severity>{'|'.join(map(re.escape, sorted(_SEVERITIES, key=len, reverse=True)))})"
    r"[ \u00a0]?:  (?:(?P<code>[0-9A-Z]{5}): )?(?P<message>.*)$"
)
#: How far the lines of one error are looked for.
LINES: Final = 200


def start(data: bytes, hit: int) -> int:
    """The start of the line."""
    return data.rfind(b"\n", 0, hit) + 1


def read(record: bytes) -> tuple[Entry | None, int]:
    """The error in the first line with the lines that go with it; the length of the first line alone, since other
    sessions' errors may stand between."""
    end = record.find(b"\n") + 1 or len(record)
    head = _HEAD.match(_line(record[:end]))
    if head is None:
        return None, end
    primary = head["message"]
    if not head["code"] and not _matters(primary):
        return None, end
    prefix = parse(head["prefix"])
    fields = _fields(record[end:], prefix)
    known = recognise(primary)
    if known is None or (known.kind == "other" and not head["code"]):
        return None, end
    reported = from_fields(
        code=head["code"] or known.sqlstate,
        message=primary,
        detail=fields.get("detail", ""),
        statement=fields.get("statement", ""),
        context=fields.get("context", ""),
        role=prefix.user,
        database=prefix.database,
    )
    return Entry(reported=reported, time=prefix.time, user=prefix.user, application=prefix.application), end


def _matters(message: str) -> bool:
    """Whether a message is one of those that are looked for, without reading it closely."""
    text = messages.normal(message)
    return messages.match(text) is not None or text.startswith("nextval:")


@cache
def _labels() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The heads of the lines that go with an error, in every language."""
    names = (("DETAIL:  ", "detail"), ("STATEMENT:  ", "statement"), ("CONTEXT:  ", "context"), ("HINT:  ", "hint"))
    return tuple(
        (re.compile(rf"(?:^|[\s\]>:,-])({'|'.join(re.escape(word) for word in messages.words((label,)))})\s+"), name)
        for label, name in names
    )


def _fields(following: bytes, prefix: Prefix) -> dict[str, str]:
    """What the lines after an error's say, those of the same process."""
    found: dict[str, str] = {}
    current = ""
    for raw in following.split(b"\n", LINES)[:LINES]:
        line = _line(raw)
        if line.startswith("\t") and current:
            found[current] += "\n" + line.strip()
            continue
        name, place, text = _labelled(line)
        if name and (not prefix.pid or parse(line[:place]).pid in ("", prefix.pid)):
            found.setdefault(name, text)
            current = name
            if name == "statement":
                continue
        elif prefix.pid and parse(line[:120]).pid not in ("", prefix.pid):
            current = ""
        elif not name:
            break
    return found


def _labelled(line: str) -> tuple[str, int, str]:
    """Which field a line holds, where its label begins, and the text behind it."""
    for pattern, name in _labels():
        found = pattern.search(line, 0, 400)
        if found:
            return name, found.start(1), line[found.end() :]
    return "", 0, ""


def _line(raw: bytes) -> str:
    return raw.rstrip(b"\r\n").decode("utf-8", "replace")
