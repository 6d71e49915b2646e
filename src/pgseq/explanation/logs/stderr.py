"""log_destination = stderr and syslog: a prefix, a severity in the server's language, and lines that go with it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pgseq.explanation import messages
from pgseq.explanation.logs.entry import Entry
from pgseq.explanation.logs.prefix import Prefix, parse
from pgseq.explanation.logs.text import decoded
from pgseq.explanation.recognise import from_fields, recognise

_SEVERITIES: Final = messages.words(("ERROR",))
#: An error's line: the severity is translated, the colon and two blanks behind it are not (log_line_prefix() and
#: send_message_to_server_log() in src/backend/utils/error/elog.c). Of words that begin alike the shortest serves all.
NEEDLES: Final[tuple[bytes, ...]] = tuple(
    (word if any(other != word and other.startswith(word) for other in _SEVERITIES) else f"{word}:  ").encode()
    for word in _SEVERITIES
    if not any(other != word and word.startswith(other) for other in _SEVERITIES)
)
_HEAD: Final = re.compile(
    rf"^(?P<prefix>.*?)(?P<severity>{'|'.join(map(re.escape, sorted(_SEVERITIES, key=len, reverse=True)))})"
    r":  (?:(?P<code>[0-9A-Z]{5}): )?(?P<message>.*)$"
)
_RECORDS: Final = tuple(f"{word}:  ".encode() for word in messages.words(messages.SEVERITIES))
#: What stands before a severity in a record: nothing, a time, a process or a session; or psql's `psql:FILE:LINE: `.
_PREFIX: Final = re.compile(
    rb"\s*$|.*(?:\d\d:\d\d:\d\d|\b1\d{9}\.\d{3}\b|\[\d+\]|\w@\w|\b(?:user|db|app|pid)=)|\d+ $|psql:.*:\d+: $"
)
#: `docker compose logs` puts a container's name before each line.
_CONTAINER: Final = re.compile(rb"[\w.-]+ +\| ")
LONGEST_PREFIX: Final = 400
#: How far the lines of one error are looked for.
LINES: Final = 200


def holds(data: bytes) -> bool:
    """Whether there is a record of a server's in the bytes, of whatever severity."""
    for word in _RECORDS:
        hit = data.find(word)
        while hit >= 0:
            if _PREFIX.match(_unwrapped(data[max(start(data, hit), hit - LONGEST_PREFIX) : hit])):
                return True
            hit = data.find(word, hit + len(word))
    return False


def errors(data: bytes) -> int:
    """How many errors' lines there are in the bytes, whichever errors."""
    return sum(data.count(f"{word}:  ".encode()) for word in _SEVERITIES)


def start(data: bytes, hit: int) -> int:
    """The start of the line."""
    return data.rfind(b"\n", 0, hit) + 1


def read(record: bytes) -> tuple[Entry | None, int]:
    """The error in the first line with the lines that go with it; the length of the first line alone, since other
    sessions' errors may stand between."""
    end = record.find(b"\n") + 1 or len(record)
    container = _container(record)
    head = _HEAD.match(_line(record[len(container) : end]))
    if head is None:
        return None, end
    primary = head["message"]
    if not head["code"] and not _matters(primary):
        return None, end
    prefix = parse(head["prefix"])
    fields = _fields(record[end:], prefix, container)
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


def _fields(following: bytes, prefix: Prefix, container: bytes) -> dict[str, str]:
    """What the lines after an error's say, those of the same process of the same container."""
    found: dict[str, str] = {}
    current = ""
    pid = prefix.pid.encode()
    for line_of_any in following.split(b"\n", LINES)[:LINES]:
        if not line_of_any.startswith(container):
            continue
        raw = line_of_any[len(container) :]
        if pid not in raw and not raw.startswith(b"\t"):
            current = ""
            continue
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
        found = pattern.search(line, 0, LONGEST_PREFIX)
        if found:
            return name, found.start(1), line[found.end() :]
    return "", 0, ""


def _container(line: bytes) -> bytes:
    """What names the container at the start of a line; empty for nothing."""
    found = _CONTAINER.match(line)
    return found[0] if found else b""


def _unwrapped(line: bytes) -> bytes:
    return line[len(_container(line)) :]


def _line(raw: bytes) -> str:
    return decoded(raw.rstrip(b"\r\n"))
