"""Whom a server runs as: PostgreSQL refuses to run as root.

Under root that is an account which exists: none is created.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TypedDict

from msgspec import Struct

from pgseq.errors import UsageError


class Identity(TypedDict):
    """The arguments of `subprocess` that say whom a program runs as."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


class Account(Struct, frozen=True, kw_only=True):
    """An account to run programs as; without numbers, our own."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_servers(cls) -> Account:
        """Ourselves, or under root the account `postgres`, else `nobody`.

        Errors: UsageError on Windows, and for root on a machine that has neither account.
        """
        if os.name != "posix":
            raise UsageError("A temporary PostgreSQL needs Linux or macOS.")
        import pwd  # not on Windows

        if os.geteuid() != 0:
            return cls()
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return cls(uid=entry.pw_uid, gid=entry.pw_gid)
        raise UsageError("PostgreSQL does not run as root, and there is no account postgres or nobody.")

    @classmethod
    def of(cls, uid: int) -> Account:
        """That of a user: we may act as ourselves, and as root as anybody."""
        if uid == os.geteuid():
            return cls()
        import pwd  # not on Windows

        return cls(uid=uid, gid=pwd.getpwuid(uid).pw_gid)

    @property
    def identity(self) -> Identity:
        """The account for `subprocess`."""
        groups: list[int] | None = None if self.uid is None else []
        return {"user": self.uid, "group": self.gid, "extra_groups": groups}

    def enters(self, folder: Path) -> bool:
        """Whether the account surely can enter a folder, going by the rights of all others on the way to it."""
        return self.uid is None or all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))

    def own(self, folder: Path, but: str = "") -> None:
        """Make the account the owner of a folder and of all in it, but for the file of that name."""
        if self.uid is not None and self.gid is not None:
            for path in (*(one for one in folder.rglob("*") if one != folder / but), folder):
                os.chown(path, self.uid, self.gid, follow_symlinks=False)
