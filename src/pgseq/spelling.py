"""How people write connection strings: what libpq reads, what is turned into that, and what is refused. Pure.

libpq takes what it does not know for a database's name, and the server repeats that name, password and all, in its
error and in its log. So nothing that is meant as a connection string may reach it in any other form.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from pgseq.errors import UsageError
from pgseq.text.patterns import lazily
from pgseq.text.secrets import KEYWORDS, redact

#: The beginnings that libpq knows, exactly so.
SCHEMES: Final = ("postgresql://", "postgres://")
FORM: Final = "postgresql://USER@HOST:PORT/DATABASE"
ENCODE: Final = "a password's own characters are written %40 for @, %2F for / and %25 for % in a URI"

#: SQLAlchemy's URLs, which name a driver.
_WITH_DRIVER: Final = lazily(r"(postgres(?:ql)?)\+\w+(://.*)", re.DOTALL)
#: What stands before the user in a URI, also as a path (one slash) or escaped.
_SCHEME: Final = lazily(r"(?<![\w+.-])(?P<name>(?:[A-Za-z][\w+.-]{0,30}:){1,2})[/\\]")
#: `user:password@host`, without a scheme or with half of one. Nothing is gone back to: a line may be long.
_NO_SCHEME: Final = lazily(r"[^\w:]*+[^=@/:]*+:.*@", re.DOTALL)
#: A line of .pgpass.
_PASSWORD_FILE: Final = lazily(r"[^:=\s]*:(?:\d+|\*):[^:]+:[^:]+:.+", re.DOTALL)

#: What drivers call a parameter of libpq.
_RENAMED: Final = {"ssl": "sslmode", "timeout": "connect_timeout"}
_SSL: Final = dict.fromkeys(("true", "1", "on"), "require") | dict.fromkeys(("false", "0", "off"), "disable")
#: Parameters of drivers that say nothing about which database it is, nor how it is reached.
_OF_DRIVERS: Final = frozenset(
    (
        "async_fallback",
        "command_timeout",
        "executemany_batch_page_size",
        "executemany_mode",
        "max_cacheable_statement_size",
        "max_cached_statement_lifetime",
        "prepare_threshold",
        "prepared_max",
        "prepared_statement_cache_size",
        "prepared_statement_name_func",
        "statement_cache_size",
        "use_native_hstore",
    )
)


def read(text: str, known: frozenset[str]) -> str:
    """A connection string in a form of libpq's, or a database's name. `known`: libpq's parameters.

    SQLAlchemy's `postgresql+DRIVER://` becomes `postgresql://`. Raises UsageError for any other form.
    """
    if "\0" in text or not _is_encodable(text):
        raise UsageError("a connection string is not UTF-8, or holds a NUL", f"write {FORM}")
    stripped = text.strip()
    match = _WITH_DRIVER.fullmatch(stripped)
    if match is not None:
        return _without_driver(match[1] + match[2], known)
    if stripped.startswith(SCHEMES):
        _refuse_misread(stripped)
        _refuse_unknown(_query(stripped)[1], known)
        return stripped
    refuse(text)
    return text


def refuse(name: str) -> None:
    """Raises UsageError for a database's name that is meant as a connection string."""
    for text in (name, unquote(name)):
        # Behind a = it is a parameter's value.
        if match := _SCHEME.search(text.partition("=")[0]):
            raise UsageError(f"{match['name']}// does not begin a connection string of PostgreSQL", f"write {FORM}")
        if _NO_SCHEME.match(text):
            raise UsageError("a connection string has no scheme: it would be taken for a name", f"write {FORM}")
        if _PASSWORD_FILE.fullmatch(text):
            raise UsageError("a line of .pgpass is no connection string", f"leave it in ~/.pgpass, and write {FORM}")


def is_refused(text: str) -> bool:
    """Whether it is meant as a connection string in a form that is not read."""
    try:
        refuse(text)
    except UsageError:
        return not text.strip().startswith(SCHEMES) and not _WITH_DRIVER.fullmatch(text.strip())
    return False


def is_like(text: str) -> bool:
    """Whether it begins as a connection string in some form other than `key=value`."""
    return is_refused(text) or text.strip().startswith(SCHEMES) or _WITH_DRIVER.fullmatch(text.strip()) is not None


def is_secret(value: str) -> bool:
    """Whether a value holds what would have to be struck out, plain or percent-encoded."""
    return any(redact(text) != text for text in (value, unquote(value)))


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_misread(uri: str) -> None:
    """Raises UsageError where libpq would take part of a password, with an @ or / of its own, for a host, a port or a
    database. Source: conninfo_uri_parse_options() in libpq's fe-connect.c."""
    rest = _query(uri)[0].partition("://")[2]
    user = re.match(r"[^@/]*@", rest)
    if "@" in rest[user.end() if user else 0 :]:
        raise UsageError("a connection string has more than one @, or one behind a /", ENCODE)


def _query(uri: str) -> tuple[str, str]:
    """A URI up to its parameters, and these. A ? before the host is the password's."""
    rest = uri.index("://") + 3
    user = re.compile(r"[^@/]*@").match(uri, rest)
    mark = uri.find("?", user.end() if user else rest)
    return (uri, "") if mark < 0 else (uri[:mark], uri[mark + 1 :])


def _refuse_unknown(query: str, known: frozenset[str]) -> None:
    """Raises UsageError for a parameter that libpq does not know, by its name where that cannot be part of a password:
    behind one whose & is not encoded, it could."""
    for part in query.split("&") if query else ():
        key, equals, _ = part.partition("=")
        if key in KEYWORDS or not equals or "@" in query or not re.fullmatch(r"\w{1,40}", key):
            return
        if key not in known and key != "ssl":
            raise UsageError(
                f"a connection string has a parameter {key}, which is not PostgreSQL's",
                "leave it out; known ones: PostgreSQL documentation, Parameter Key Words",
            )


def _without_driver(uri: str, known: frozenset[str]) -> str:
    """The URI with parameters of libpq's alone. Raises UsageError for one that is neither its nor a driver's."""
    _refuse_misread(uri)
    head, query = _query(uri)
    kept: dict[str, str] = {}
    for part in query.split("&") if query else ():
        key, _, value = part.partition("=")
        if key in _OF_DRIVERS:
            continue
        if key == "ssl":
            value = _SSL.get(value.lower(), value)
        key = _RENAMED.get(key, key)
        if key in kept:
            raise UsageError("a connection string gives a parameter twice", f"write {FORM}, several hosts as h1,h2")
        kept[key] = value
    query = "&".join(f"{key}={value}" for key, value in kept.items())
    _refuse_unknown(query, known)
    return f"{head}?{query}" if query else head
