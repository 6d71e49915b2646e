"""The secrets of one run: the key of the address, the cookie that it becomes, the token of forms, marks of what was
shown. Every comparison takes as long for a wrong one as for the right one."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(slots=True)
class Keys:
    """Made anew for each run, and never stored."""

    #: The folder of all addresses. A cookie is sent to every port of a host: only who knows the folder gets it.
    place: str = field(default_factory=_secret, repr=False)
    #: What stands in the address that is opened first; it opens the page once.
    _key: str = field(default_factory=_secret, repr=False)
    _cookie: str = field(default_factory=_secret, repr=False)
    #: What every form sends along.
    token: str = field(default_factory=_secret, repr=False)
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _used: bool = field(default=False, repr=False)

    @property
    def first(self) -> str:
        """The address that is opened first, without host and port."""
        return f"/{self.place}/?key={self._key}"

    def redeem(self, key: str) -> str | None:
        """The cookie for the key, the first time; None for a wrong key and for one that was used."""
        if not _same(key, self._key) or self._used:
            return None
        self._used = True
        return self._cookie

    @property
    def used(self) -> bool:
        """Whether the key has been used."""
        return self._used

    def is_place(self, folder: str) -> bool:
        """Whether that is the folder of the addresses."""
        return _same(folder, self.place)

    def is_cookie(self, value: str) -> bool:
        """Whether that is the cookie, once it has been given out."""
        return _same(value, self._cookie) and self._used

    def is_token(self, value: str) -> bool:
        """Whether that is the token of forms."""
        return _same(value, self.token)

    def mark(self, *texts: str) -> str:
        """What only this run can make of texts that it shows: sent back, it says which texts were shown."""
        digest = hmac.new(self._secret, digestmod="sha256")
        for text in texts:
            content = text.encode()
            digest.update(len(content).to_bytes(8, "big") + content)
        return digest.hexdigest()

    @staticmethod
    def same_mark(one: str, other: str) -> bool:
        """Whether two marks are the same."""
        return _same(one, other)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode())
