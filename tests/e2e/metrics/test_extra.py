"""Without the extra `metrics`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commandline import executable


@pytest.mark.parametrize("module", ["prometheus_client", "yaml", "bcrypt"])
@pytest.mark.slow
def test_what_is_not_installed_is_named(tmp_path: Path, module: str) -> None:
    code = (
        f"import sys; sys.modules[{module!r}] = None; from pgseq.cli import main; "
        "sys.argv = ['pgseq', 'metrics', 'nowhere']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr == (
        f'pgseq: error: metrics needs {module}, which is not installed\nhint: pip install "pgseq[metrics]"\n'
    )


def test_help_does_not_load_it(tmp_path: Path) -> None:
    code = (
        "import sys; from pgseq.cli import main; "
        "main(['metrics', '--help'], standalone_mode=False); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert "Write metrics for Prometheus" in done.stdout
    assert not {"prometheus_client", "yaml", "bcrypt", "psycopg"} & set(done.stdout.split())


def test_it_is_listed(tmp_path: Path) -> None:
    done = subprocess.run(
        [executable(), "--help"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert "metrics" in done.stdout
