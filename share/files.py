"""What a wheel installs below share/ beside the package: pages of the manual, and the completion of three shells.

python -m share.files FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from click.shell_completion import ShellComplete, get_completion_class
from share.manual import pages

from pgseq.cli import main

#: Where each shell looks for the completion of a command.
COMPLETIONS: Final = {
    "bash": "bash-completion/completions/pgseq",
    "zsh": "zsh/site-functions/_pgseq",
    "fish": "fish/vendor_completions.d/pgseq.fish",
}


def files() -> dict[str, str]:
    """Paths below share/ with their contents."""
    manual = {f"man/man1/{name}": text for name, text in pages().items()}
    return manual | {path: _completion(shell) for shell, path in COMPLETIONS.items()}


def write(folder: Path) -> list[str]:
    """Write the files below a folder; their paths there."""
    contents = files()
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(contents)


def _completion(shell: str) -> str:
    kind = get_completion_class(shell)
    assert kind is not None
    # That of bash asks for the version of a bash that is installed here.
    return ShellComplete.source(kind(main, {}, "pgseq", "_PGSEQ_COMPLETE"))


if __name__ == "__main__":
    print(*write(Path(sys.argv[1])), sep="\n")
