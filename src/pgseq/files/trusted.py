"""Files that decide what is done: read once, from a file that nobody else could have written.

What counts is who owns a file and who may write to it, as for OpenSSH's configuration (auth_secure_filename(), and
Debian's user-group-modes.patch for groups of one user) and for git's repositories (safe.directory, with SUDO_UID).
"""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from msgspec import Struct

from pgseq.errors import UsageError
from pgseq.names import display
from pgseq.text.patterns import lazily

#: Links that lead to a file, followed one by one; more are a circle (as MAXSYMLINKS on Linux).
_LINKS: Final = 40
_PASSED: Final = lazily(r"(?:/dev/fd|/proc/self/fd)/\d+|/dev/(?:stdin|stdout|stderr)")
_ALL: Final = "all users"


class Doubt(Struct, frozen=True, kw_only=True):
    """Why others could have written a file, and what to do about it."""

    reason: str
    hint: str


class Content(Struct, frozen=True, kw_only=True):
    """What was read of a file; `doubt` says why it may be the word of another user."""

    data: bytes
    doubt: Doubt | None


class Distrusted(UsageError):
    """A file is not used, since others could have written it."""


def read(path: Path, *, most: int, vouched: bool = False) -> Content:
    """Read a regular file of up to `most` bytes, and say whether others could have written it or put it there.

    The file is opened once: what is judged is what is read. `vouched`: the user has named it, and takes the word of
    whoever owns its folder; links that lead to it are not looked at. Raises OSError, and UsageError for a file that is
    too large, or neither a regular one nor handed over by the shell.
    """
    return _read(path, most, lambda file: _doubt(path, file, vouched=vouched))


def read_own(path: Path, *, most: int) -> bytes:
    """What a file says that nobody else has written, in whatever folder. Raises as `read`, and Distrusted."""
    content = _read(path, most, lambda file: _doubt_of_file(path, file))
    if content.doubt is not None:
        raise Distrusted(f"{display(str(path))} is not used: {content.doubt.reason}", content.doubt.hint)
    return content.data


def _read(path: Path, most: int, doubt: Callable[[int], Doubt | None]) -> Content:
    passed = handed_over(path)
    if str(path) == os.devnull:
        return Content(data=b"", doubt=None)
    # O_NONBLOCK: a named pipe without a writer would be waited for.
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(file, "rb", closefd=True) as opened:
        status = os.fstat(file)
        if not (stat.S_ISREG(status.st_mode) or passed):
            raise UsageError(f"{display(str(path))} is not a regular file", "name one that is")
        if passed and hasattr(os, "set_blocking"):
            os.set_blocking(file, True)
        data = opened.read(most + 1)
        if len(data) > most:
            raise UsageError(f"{display(str(path))} has more than {most >> 20} MB", "name the right file")
        return Content(data=data, doubt=None if passed or os.name != "posix" else doubt(file))


def owners() -> frozenset[int]:
    """Whose word is taken: our own and root's; under sudo, as root, also that of who called it."""
    caller = os.environ.get("SUDO_UID", "") if os.geteuid() == 0 else ""
    return frozenset({0, os.geteuid(), *([int(caller)] if re.fullmatch(r"[0-9]{1,10}", caller) else [])})


def handed_over(path: Path) -> bool:
    """Whether it stands for a file that the shell has opened: <(command), >(command), /dev/stdout."""
    return _PASSED.fullmatch(str(path)) is not None


def foreign(path: Path) -> bool:
    """Whether a file, or the link of that name, belongs to another user. Raises OSError."""
    return os.name == "posix" and path.lstat().st_uid not in owners()


def user(uid: int) -> str:
    """A user's name, else number."""
    import pwd

    try:
        return display(pwd.getpwuid(uid).pw_name)
    except KeyError:
        return f"user {uid}"


def _doubt(path: Path, file: int, *, vouched: bool) -> Doubt | None:
    trusted, status = owners(), os.fstat(file)
    hops = [path.resolve()] if vouched else list(_hops(path))
    for hop in hops:
        with closing(_Folder(hop.parent)) as folder:
            if vouched:
                trusted |= {folder.status.st_uid}
            doubt = folder.doubt(hop, trusted, vouched=vouched) or folder.doubt_of(hop, trusted)
            if doubt is not None:
                return doubt
            sticky = folder.shared
    if not os.path.samestat(os.stat(hops[-1]), status):
        return Doubt(reason="it was replaced while it was read", hint="run it again")
    if others := _writers(status, file, trusted):
        return Doubt(reason=f"{others} may write to it", hint=f"chmod go-w {_quoted(path)}")
    if sticky and status.st_nlink > 1:
        return Doubt(reason="it has another name (a hard link), and others made this one", hint=_copy(path))
    return None


def _doubt_of_file(path: Path, file: int) -> Doubt | None:
    trusted, status = owners(), os.fstat(file)
    if status.st_uid not in trusted:
        return Doubt(reason=f"it belongs to {user(status.st_uid)}", hint=_copy(path))
    if others := _writers(status, file, trusted):
        return Doubt(reason=f"{others} may write to it", hint=f"look at it, then chmod go-w {_quoted(path)}")
    return None


def _hops(path: Path) -> Iterator[Path]:
    """The links that lead to a file, and the file. Raises OSError.

    A relative path begins in the current folder, which no rename of a folder above it changes.
    """
    for _ in range(_LINKS):
        yield path
        if not path.is_symlink():
            return
        path = path.parent / path.readlink()


class _Folder:
    """A folder, opened once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        self.status = os.fstat(self._file)
        #: All may make files in it, each changes only his own.
        self.shared = bool(self.status.st_mode & stat.S_ISVTX and self.status.st_mode & 0o022)

    def close(self) -> None:
        os.close(self._file)

    def doubt(self, name: Path, trusted: frozenset[int], *, vouched: bool) -> Doubt | None:
        """Why others could have put another file in its place."""
        if self.status.st_uid not in trusted:
            return Doubt(reason=f"its folder belongs to {user(self.status.st_uid)}", hint=_copy(name))
        # A mounted ConfigMap is open to all, and nobody can write to it.
        if self.shared or (vouched and os.fstatvfs(self._file).f_flag & os.ST_RDONLY):
            return None
        if others := _writers(self.status, self._file, trusted):
            hint = f"chmod go-w {_quoted(self._path.absolute())}"
            return Doubt(reason=f"{others} may write to its folder", hint=hint)
        return None

    def doubt_of(self, name: Path, trusted: frozenset[int]) -> Doubt | None:
        """Why a file, or a link to it, in the folder may be another user's."""
        status = os.stat(name.name, dir_fd=self._file, follow_symlinks=False)
        if status.st_uid in trusted:
            return None
        what = "the link to it" if stat.S_ISLNK(status.st_mode) else "it"
        return Doubt(reason=f"{what} belongs to {user(status.st_uid)}", hint=_copy(name))


def _writers(status: os.stat_result, file: int, trusted: frozenset[int]) -> str:
    """Who may write there beside those trusted, in words; empty: nobody."""
    if status.st_mode & 0o002:
        return _ALL
    if status.st_mode & 0o020 and (_listed(file) or not _members(status.st_gid) <= trusted | {status.st_uid}):
        return _group(status.st_gid)
    return ""


def _listed(file: int) -> bool:
    """Whether an access control list, whose mask the group's bits are then, may name others."""
    try:
        return "system.posix_acl_access" in os.listxattr(file)
    except (AttributeError, OSError):
        return False


def _members(gid: int) -> frozenset[int]:
    """The users of a group. One that is not known, or has none, is a stranger's: -1."""
    import grp
    import pwd

    known = pwd.getpwall()
    try:
        names = set(grp.getgrgid(gid).gr_mem)
    except KeyError:
        return frozenset({-1})
    members = frozenset(one.pw_uid for one in known if one.pw_gid == gid or one.pw_name in names)
    strange = names - {one.pw_name for one in known}
    return members | {-1} if strange or not members else members


def _group(gid: int) -> str:
    import grp

    try:
        return f"group {display(grp.getgrgid(gid).gr_name)}"
    except KeyError:
        return f"group {gid}"


def _copy(path: Path) -> str:
    return f"if you trust what it says, use a copy of your own: install -m 600 {_quoted(path)} COPY"


def _quoted(path: Path) -> str:
    return display(shlex.quote(str(path)))
