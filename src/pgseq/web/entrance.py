"""Who may come in: an ASGI layer around all routes, which also sets the headers of every answer."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from msgspec import Struct
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pgseq.web.keys import Keys

#: Bytes of a request: a log that is dropped on the page may be large.
MOST: Final = 512 * 2**20
#: Of every answer.
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # With no-referrer a browser would not say where a form comes from.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
READING: Final = frozenset({"GET", "HEAD"})


class TooLarge(Exception):
    """A request has more bytes than are read."""


class Entrance(Struct, frozen=True, kw_only=True):
    """Lets requests to `app` through that name one of `hosts`, hold the cookie, and come from a page of ours."""

    app: ASGIApp
    keys: Keys
    #: Values of the header Host: no name that somebody else could let lead here (DNS rebinding).
    hosts: frozenset[str]
    #: Name of the cookie, with the port: cookies know no ports.
    cookie: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            guarded = _with_headers(send)
            refusal = self._refusal(scope)
            if refusal is not None:
                await refusal(scope, receive, guarded)
                return
            folder = f"/{self.keys.place}"
            inner = {**scope, "root_path": folder, "app_root_path": folder}
            await self.app(inner, _bounded(receive), guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        """Why a request is not let through; None for one that is. The first page opens for the key."""
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self.hosts or len(headers.getlist("host")) != 1:
            return _refused(421, "this is not the page's name")
        folder, slash, rest = str(scope["path"])[1:].partition("/")
        if not self.keys.is_place(folder) or not slash:
            return _refused(404, "nothing is here; open the address that was printed when it began")
        if not self._knows_cookie(headers.getlist("cookie")):
            return self._opened(scope, rest) or _refused(
                403, "open the address that was printed when it began; it opens the page once"
            )
        if scope["method"] in READING:
            return None
        if headers.get("origin", "") != f"http://{headers['host']}":
            return _refused(403, "a form of another page")
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return _refused(403, "a form of another site")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > MOST:
            return _refused(413, "more than is read at once")
        return None

    def _knows_cookie(self, values: Iterable[str]) -> bool:
        for value in values:
            try:
                cookie = SimpleCookie(value).get(self.cookie)
            except CookieError:
                continue
            if cookie is not None and self.keys.is_cookie(cookie.value):
                return True
        return False

    def _opened(self, scope: Scope, rest: str) -> Response | None:
        """The answer to the right key: the cookie, and a page that leads on. (The answer to a redirect would be without
        the cookie where another program's page led here: SameSite.)"""
        if rest or scope["method"] != "GET":
            return None
        key = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
        cookie = self.keys.redeem(key)
        if cookie is None:
            return None
        folder = f"/{self.keys.place}/"
        response = HTMLResponse(
            '<!DOCTYPE html><html lang="en"><title>pgseq</title><p><a href="./">Go on to pgseq</a></p></html>',
            headers={"Refresh": f"0; url={folder}"},
        )
        response.set_cookie(self.cookie, cookie, path=folder, httponly=True, samesite="strict")
        return response


def _refused(status: int, text: str) -> Response:
    return PlainTextResponse(f"pgseq: {text}\n", status_code=status)


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return guarded


def _bounded(receive: Receive) -> Receive:
    """The same, with no more bytes than MOST, whatever the length that was announced."""
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST:
            raise TooLarge
        return message

    return bounded
