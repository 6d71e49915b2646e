"""The layer around the routes, without a server."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.types import Message

from pgseq.web import entrance
from pgseq.web.server import Site


def test_more_bytes_than_announced_are_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(entrance, "MOST", 1000)
    site = Site.over([], tmp_path)
    cookie = site.keys.redeem(site.keys.first.rpartition("=")[2])
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"text=" + b"x" * 600, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = {
        "host": "127.0.0.1:1234",
        "origin": "http://127.0.0.1:1234",
        "cookie": f"pgseq-1234={cookie}",
        "content-type": "application/x-www-form-urlencoded",
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": f"/{site.keys.place}/explain",
        "raw_path": b"",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    # In a thread of its own: where other tests drive a browser, an event loop runs in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, site.application(1234)(scope, receive, send)).result()
    assert sent[0]["status"] == 413
    assert b"more than is read at once" in sent[1]["body"]
