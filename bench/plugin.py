"""What pgseq's plugin costs a run of pytest that does not use it: python -m bench.plugin

Whole runs of one empty test are measured, with the plugin and with `-p no:pgseq`, in turn; and the import of the module
alone in a process that has pytest: its processor time, to which other work of the machine adds little. Prints the
medians in milliseconds; exit code 1 when the import takes 5 ms or more.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

RUNS: Final = 7
TARGET_MS: Final = 5.0
_IMPORT: Final = """
import time, pytest
start = time.process_time()
import pgseq.contrib.pytest
print(1000 * (time.process_time() - start))
"""


def main() -> int:
    """Measure and print."""
    imported = statistics.median(_import_ms() for _ in range(RUNS))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_empty.py").write_text("def test_empty():\n    pass\n", "utf-8")
        pairs = [(_run_ms(folder), _run_ms(folder, "-p", "no:pgseq")) for _ in range(RUNS)]
    with_it, without = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"import of the plugin      {imported:7.2f} ms (target: less than {TARGET_MS:g})")
    print(f"pytest of one empty test  {with_it:7.0f} ms with it, {without:.0f} ms without")
    return int(imported >= TARGET_MS)


def _import_ms() -> float:
    done = subprocess.run([sys.executable, "-c", _IMPORT], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _run_ms(folder: Path, *arguments: str) -> float:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main())
