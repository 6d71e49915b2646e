"""`pgseq metrics`: its samples as a dictionary, and a served one."""

from __future__ import annotations

import re
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics

from tests.support.commandline import environment, executable

#: Samples by name and labels.
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str) -> Samples:
    """What prometheus_client's parsers read: OpenMetrics where the text ends in its last line, else the older format.

    Raises ValueError for a text that they refuse, and for one that has a series twice.
    """
    parse = openmetrics if text.endswith("# EOF\n") else parser
    found: Samples = {}
    for family in parse.text_string_to_metric_families(text):
        if not family.documentation:
            raise ValueError(f"{family.name} has no help")
        for sample in family.samples:
            key = sample.name, frozenset(sample.labels.items())
            if key in found:
                raise ValueError(f"{key} is there twice")
            found[key] = sample.value
    return found


def of(read: Samples, name: str, **labels: str) -> float | None:
    """The sample of that name with exactly those labels; None: there is none."""
    return read.get((name, frozenset(labels.items())))


def names(read: Samples, label: str) -> set[str]:
    """The values of a label."""
    return {value for _, labels in read for key, value in labels if key == label}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """A served `pgseq metrics`."""

    process: subprocess.Popen[str]
    #: Of /metrics.
    url: str

    def get(self, path: str = "/metrics", ca: Path | None = None, **headers: str) -> tuple[int, str]:
        """Status and text of a page."""
        status, text, _ = self.answer(path, ca, **headers)
        return status, text

    def answer(
        self, path: str = "/metrics", ca: Path | None = None, **headers: str
    ) -> tuple[int, str, Mapping[str, str]]:
        """Status, text and headers of a page."""
        context = ssl.create_default_context(cafile=ca) if ca else None
        url = self.url.removesuffix("/metrics") + path
        request = urllib.request.Request(url, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60, context=context) as page:
                return page.status, page.read().decode(), dict(page.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), dict(error.headers)


@contextmanager
def exporter(
    home: Path, *arguments: str | Path, env: Mapping[str, str] | None = None, listen: str = "127.0.0.1:0"
) -> Iterator[Exporter]:
    """`pgseq metrics --listen` for the length of a block, on a free port."""
    with subprocess.Popen(
        [executable(), "metrics", *map(str, arguments), "--listen", listen],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home, env),
        cwd=home,
    ) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            found = re.fullmatch(r"pgseq: listening on (https?://\S+)\n", line)
            assert found, line + process.stderr.read()
            yield Exporter(process=process, url=found[1])
        finally:
            process.kill()
