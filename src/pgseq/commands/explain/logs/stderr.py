"""log_destination = stderr and syslog: a prefix, a severity in the server's language, and lines that go with it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from pgseq.commands.explain.logs.entry import LogEntry
from pgseq.commands.explain.logs.prefix import parse, timed
from pgseq.commands.explain.logs.text import RECORD, decoded, line_end
from pgseq.commands.explain.model import ParsedError
from pgseq.commands.explain.parse import server_messages as messages
from pgseq.commands.explain.parse.recognise import REMEMBERED, filled, primary, recognise

_SEVERITIES: Final = messages.words(("ERROR",))
#: An error's line: the severity is translated, the colon and two blanks behind it are not (log_line_prefix() and
#: send_message_to_server_log() in src/backend/utils/error/elog.c). Of words that begin alike the shortest serves all.
NEEDLES: Final[tuple[bytes, ...]] = tuple(
    (word if any(other != word and other.startswith(word) for other in _SEVERITIES) else f"{word}:  ").encode()
    for word in _SEVERITIES
    if not any(other != word and word.startswith(other) for other in _SEVERITIES)
)
_SEVERITY: Final = re.compile(
    b"(?:%s):  (?:([0-9A-Z]{5}): )?" % b"|".join(re.escape(word.encode()) for word in sorted(_SEVERITIES, reverse=True))
)
_RECORDS: Final = tuple(f"{word}:  ".encode() for word in messages.words(messages.SEVERITIES))
#: What stands before a severity in a record: nothing, a time, a process or a session; or psql's `psql:FILE:LINE: `.
_PREFIX: Final = re.compile(
    rb"\s*$|.*(?:\d\d:\d\d:\d\d|\b1\d{9}\.\d{3}\b|\[\d+\]|\w@\w|\b(?:user|db|app|pid)=)|\d+ $|psql:.*:\d+: $"
)
#: `docker compose logs` puts a container's name before each line.
_CONTAINER: Final = re.compile(rb"[\w.-]+ +\| ")
LONGEST_PREFIX: Final = 400


def _labels(msgids: tuple[str, ...]) -> bytes:
    """Words in every language as logs have them: in UTF-8, or as Windows writes them."""
    words = {word.encode(code, "ignore") for word in messages.words(msgids) for code in ("utf-8", "cp1252")}
    return b"|".join(re.escape(word) for word in sorted(words, reverse=True) if word.strip(b": "))


#: What begins a line that goes with an error, or another record.
_LABEL: Final = re.compile(
    b"(?<![^\\s\\]>:,-])(?:(?P<record>(?:%s):  )|(?:(?P<detail>%s)|(?P<statement>%s)|(?P<context>%s)|(?P<hint>%s))\\s+)"
    % (_labels(messages.SEVERITIES), *(_labels((f"{name}:  ",)) for name in ("DETAIL", "STATEMENT", "CONTEXT", "HINT")))
)
#: A message is longer only where it quotes what somebody else wrote.
LONGEST_MESSAGE: Final = 2000
#: So many lines are looked at for those that go with an error, and in so many bytes those of its process.
LINES: Final = 200
FAR: Final = 2**13


def holds(data: bytes) -> bool:
    """Whether there is a record of a server's in the bytes, of whatever severity."""
    for word in _RECORDS:
        hit = data.find(word)
        while hit >= 0:
            if _PREFIX.match(_unwrapped(data[max(start(data, hit, 0), hit - LONGEST_PREFIX) : hit])):
                return True
            # A record has its severity first in its line.
            hit = data.find(word, data.find(b"\n", hit) + 1 or len(data))
    return False


def errors(data: bytes) -> int:
    """How many errors' lines there are in the bytes, whichever errors."""
    return sum(data.count(f"{word}:  ".encode()) for word in _SEVERITIES)


def start(data: bytes, hit: int, floor: int) -> int:
    """The start of the line."""
    return max(data.rfind(b"\n", floor, hit) + 1, floor)


def read(data: bytes, begin: int) -> tuple[LogEntry | None, int]:
    """The error in the line that begins there, with the lines that go with it; the end of that line alone, since other
    sessions' errors may stand between."""
    end = line_end(data, begin)
    container = _CONTAINER.match(data, begin, min(end, begin + LONGEST_PREFIX))
    inner = container.end() if container else begin
    severity = _SEVERITY.search(data, inner, min(end, inner + LONGEST_PREFIX))
    if severity is None:
        return None, end
    message = _line(data[severity.end() : min(end, severity.end() + LONGEST_MESSAGE)])
    code = severity[1].decode() if severity[1] else ""
    known = _known(message, code) if len(message) <= REMEMBERED else _known.__wrapped__(message, code)
    if known is None:
        return None, end
    text = data[inner : severity.start()]
    time, prefix = timed(_line(text))
    head = _Head(text, container[0] if container else b"", prefix.process.encode(), prefix.pid)
    fields = _fields(data, end, head)
    if prefix.user:
        fields["role"] = prefix.user
    if prefix.database:
        fields["database"] = prefix.database
    error = filled(known, messages.normal(fields.get("detail", "")), fields)
    return LogEntry(error=error, time=time, user=prefix.user, application=prefix.application), end


@lru_cache(maxsize=2**15)
def _known(message: str, code: str) -> ParsedError | None:
    """An error that is looked for, by its message; None for another one."""
    if not code and not _matters(message):
        return None
    known = recognise(message)
    if known is None or (known.kind == "other" and not code):
        return None
    return primary(message, code or known.sqlstate)


def _matters(message: str) -> bool:
    """Whether a message is one of those that are looked for, without reading it closely."""
    text = messages.normal(message)
    return messages.match(text) is not None or text.startswith("nextval:")


class _Head(Struct, frozen=True):
    """What stands before the severity in an error's line."""

    text: bytes
    #: What names the container.
    container: bytes
    process: bytes
    pid: str

    def is_of(self, text: bytes) -> bool:
        """Whether a line that begins so is of the same process, as far as it says."""
        if self.process not in text:
            return False
        # A number alone may be part of a time.
        return not self.process.isdigit() or parse(_line(text)).pid in ("", self.pid)


def _fields(data: bytes, at: int, head: _Head) -> dict[str, str]:
    """What the lines after an error's say, those of the same process of the same container."""
    fields: dict[str, list[str]] = {}
    texts: list[str] | None = None
    alike = head.container + head.text
    limit = min(len(data), at + RECORD)
    for _ in range(LINES):
        if at >= limit:
            break
        begin, at = at, data.find(b"\n", at, limit) + 1 or limit
        if data.startswith(alike, begin) and (label := _LABEL.match(data, begin + len(alike), at)):
            own = True
        elif not data.startswith(head.container, begin):
            continue
        elif data.startswith(b"\t", begin + len(head.container)):
            if texts is not None:
                texts.append(_line(data[begin + len(head.container) : at]).strip())
            continue
        elif "statement" in fields:
            break  # The server writes it last.
        else:
            begin += len(head.container)
            prefixed = min(at, begin + LONGEST_PREFIX)
            label = None
            if own := data.find(head.process, begin, prefixed) >= 0:
                label = _LABEL.search(data, begin, prefixed)
                own = head.is_of(data[begin : label.start() if label else prefixed])
        texts = None
        if not own:
            hit = data.find(head.process, at, min(limit, at + FAR))
            at = max(data.rfind(b"\n", at, hit) + 1, at) if hit >= 0 else limit
        elif label is None or label.lastgroup is None or label.lastgroup == "record":
            break
        else:
            texts = fields.setdefault(label.lastgroup, [_line(data[label.end() : at])])
    return {name: "\n".join(lines) for name, lines in fields.items()}


def _container(line: bytes) -> bytes:
    """What names the container at the start of a line; empty for nothing."""
    match = _CONTAINER.match(line)
    return match[0] if match else b""


def _unwrapped(line: bytes) -> bytes:
    return line[len(_container(line)) :]


def _line(raw: bytes) -> str:
    return decoded(raw.rstrip(b"\r\n"))
