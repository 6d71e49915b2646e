"""`pgseq metrics`: writes or serves what a look at every target brings."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

from pgseq.cli.app.errors import note, tell
from pgseq.cli.options.configuration import name_used, naming_configuration
from pgseq.cli.run.targets import refuse_executor
from pgseq.errors import UsageError
from pgseq.files import targets
from pgseq.model.exit_code import ExitCode
from pgseq.names import display

try:
    from pgseq.cli.run.metrics_watch import Watch
    from pgseq.metrics.server import Latest, serving
except ModuleNotFoundError as error:
    raise UsageError(
        f"metrics needs {(error.name or '').partition('.')[0]}, which is not installed", 'pip install "pgseq[metrics]"'
    ) from None

#: How a file begins that pgseq has written for the textfile collector.
HEAD: Final = b"# HELP pgseq_"
#: Seconds after which a signal is heeded at the latest.
WAKING: Final = 0.2
#: What Prometheus asks for (https://prometheus.io/docs/specs/om/open_metrics_spec/).
OPENMETRICS: Final = "application/openmetrics-text; version=1.0.0"


def once(watch: Watch, file: Path | None) -> int:
    """Look once and write the answer, to standard output (OpenMetrics) or to a file for node_exporter's textfile
    collector (which knows the older format alone). 2 where something could not be looked at."""
    from prometheus_client.exposition import choose_encoder, generate_latest

    refuse_executor(watch.connection)
    if file is not None:
        refuse_file(file)
    with naming_configuration(watch.options.config):
        latest = Latest()
        try:
            metrics, errors = watch.look()
        except KeyboardInterrupt:
            raise KeyboardInterrupt("before everything was looked at") from None
        latest.put(metrics)
    if file is not None:
        targets.write(file, generate_latest(latest).decode())
    else:
        sys.stdout.flush()
        # As UTF-8, whatever the encoding of the terminal: the format knows no other.
        sys.stdout.buffer.write(choose_encoder(OPENMETRICS)[0](latest))
    for error in errors:
        tell(error)
    return ExitCode.ERROR if errors else ExitCode.OK


def refuse_file(file: Path) -> None:
    """Raises UsageError for a file that the textfile collector would not read, or that is somebody else's."""
    name = display(str(file))
    if not file.name.endswith(".prom") or file.name == ".prom":
        raise UsageError(f"{name} does not end in .prom", "node_exporter's textfile collector reads no other files")
    targets.refuse(file)
    try:
        with file.open("rb") as there:
            head = there.read(len(HEAD))
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}", "name another file") from None
    if head not in (b"", HEAD):
        raise UsageError(f"{name} is there already, and has no metrics of pgseq", "name another file")


def listen(watch: Watch, address: tuple[str, int], web_config: Path | None, seconds: float) -> int:
    """Serve the answer of the last look until Ctrl-C or SIGTERM; looks again `seconds` after the last one began."""
    refuse_executor(watch.connection)
    latest = Latest()
    messages: set[str] = set()
    with serving(latest, address, web_config, note) as url:
        note(f"listening on {url}")
        try:
            while True:
                began = time.monotonic()
                metrics, errors = watch.look()
                latest.put(metrics)
                name_used(watch.options.config)
                # Once, and again after it was over.
                for error in errors:
                    if error.message not in messages:
                        tell(error)
                messages = {error.message for error in errors}
                # In small pieces: a signal that reaches another thread does not wake this one.
                while (left := began + seconds - time.monotonic()) > 0:
                    time.sleep(min(left, WAKING))
        except KeyboardInterrupt:
            # As asked: there is no other end.
            return ExitCode.OK
