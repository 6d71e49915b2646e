"""`pgseq ui` as a process, its page as a browser opens it, and raw requests to it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Page

from tests.support.commandline import environment, executable

FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to a raw request."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(slots=True, kw_only=True)
class Site:
    """A running `pgseq ui`."""

    process: subprocess.Popen[str]
    #: The address that was printed.
    address: str
    folder: Path
    cookie: str = ""
    ended: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        port = urlsplit(self.address).port
        assert port is not None
        return port

    @property
    def place(self) -> str:
        """The folder of all addresses."""
        return urlsplit(self.address).path.rstrip("/")

    @property
    def base(self) -> str:
        """The address of the overview."""
        return f"http://127.0.0.1:{self.port}{self.place}"

    def open(self, page: Page) -> None:
        """Open the address that was printed, and wait for the overview."""
        page.goto(self.address)
        page.wait_for_url(f"{self.base}/")
        page.wait_for_selector("table")

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A raw request, with no cookie of its own accord."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(status=response.status, headers=response.headers, text=response.read().decode())
        finally:
            connection.close()

    def enter(self) -> None:
        """Redeem the key, and keep the cookie."""
        answer = self.ask(self.address.partition(f":{self.port}")[2])
        assert answer.status == 200
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]

    def get(self, path: str) -> Answer:
        """A page below the folder, as the browser that has entered asks for it."""
        return self.ask(f"{self.place}{path}", headers={"Cookie": self.cookie})

    def token(self) -> str:
        """The token of forms."""
        match = re.search(r'name="token" value="([^"]+)"', self.get("/explain").text)
        assert match
        return match[1]

    def post(self, path: str, headers: Mapping[str, str] | None = None, **fields: str) -> Answer:
        """A form as the browser that has entered sends it; `headers` in place of its own."""
        own = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}", "Content-Type": FORM}
        sent = {name: value for name, value in (own | dict(headers or {})).items() if value}
        return self.ask(f"{self.place}{path}", "POST", urlencode(fields).encode(), sent)

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C; the exit code, and what was said on standard error."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@contextmanager
def running_page(
    home: Path, *arguments: str, command: str = "ui", env: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """`pgseq ui ARGUMENTS` in a home of its own."""
    words = [executable(), command, *arguments, "--no-browser"]
    process = subprocess.Popen(
        words,
        cwd=home,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        address = next((line for line in process.stdout if line.startswith("http://")), "")
        assert address, process.communicate(timeout=10)
        yield Site(process=process, address=address.strip(), folder=home)
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
            try:
                process.communicate(timeout=70)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                raise
