"""The real Prometheus and promtool (Debian's package prometheus)."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.binaries import ROOT
from tests.support.debian import missing

RULES: Final = ROOT / "docs/monitoring/pgseq-alerts.yml"
DASHBOARD: Final = ROOT / "docs/monitoring/pgseq-dashboard.json"


def program(name: str) -> str:
    """The path of `prometheus` or `promtool`; skips the test where it is not installed."""
    found = shutil.which(name)
    if found is None:
        missing(f"{name} is not installed: on Debian, apt-get install prometheus")
    return str(found)


def promtool(*arguments: str | Path, input: str | None = None) -> tuple[int, str]:
    """The exit code of promtool and all that it says."""
    done = subprocess.run(
        [program("promtool"), *map(str, arguments)],
        input=input,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus:
    """A running Prometheus."""

    port: int

    def ask(self, path: str, **parameters: str) -> Any:
        """The data of an answer of its API. Raises urllib.error.HTTPError for a query that it refuses."""
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=60) as page:
            return json.load(page)["data"]

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The samples that an expression has now: their labels as `metric`, and their `value`."""
        found: list[dict[str, Any]] = self.ask("query", query=expression)["result"]
        return found

    def wait(self, moment: Callable[[], bool], seconds: float = 120) -> None:
        """Wait for a moment. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while not moment():
            if time.monotonic() > end:
                raise TimeoutError(self.ask("targets"))
            time.sleep(0.2)


@contextlib.contextmanager
def prometheus(folder: Path, target: str, rules: Path, scrape: str = "") -> Iterator[Prometheus]:
    """A Prometheus that scrapes `target` (host:port) each second, for the length of a block; `scrape` is more of its
    configuration of the scrape."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    file = folder / "prometheus.yml"
    file.write_text(
        f"global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}\nrule_files: [{rules}]\n"
        f"scrape_configs:\n  - job_name: pgseq\n    static_configs: [{{targets: ['{target}']}}]\n{scrape}"
    )
    with (
        (folder / "prometheus.log").open("w") as log,
        subprocess.Popen(
            [
                program("prometheus"),
                f"--config.file={file}",
                f"--web.listen-address=127.0.0.1:{port}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            running = Prometheus(port=port)
            end = time.monotonic() + 60
            while True:
                assert process.poll() is None, (folder / "prometheus.log").read_text()
                with contextlib.suppress(OSError):
                    running.ask("targets")
                    break
                assert time.monotonic() < end, (folder / "prometheus.log").read_text()
                time.sleep(0.1)
            yield running
        finally:
            process.kill()
