"""The README's picture: what a terminal shows, light and dark, made from real output.

`python -m tests.support.picture` writes docs/images.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
from typing import Final

import psycopg
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from pgseq import demo
from pgseq.embedded import temporary_server
from tests.support.binaries import ROOT, client
from tests.support.terminal import on_terminal

FOLDER: Final = ROOT / "docs" / "images"
WIDTH: Final = 108
#: Beside the shop of the demo: an id that lies far ahead, and a type that is nearly used up.
MORE: Final = """
CREATE TABLE refunds (id serial PRIMARY KEY, total numeric);
INSERT INTO refunds SELECT n, 9 FROM generate_series(1, 60) AS n;
INSERT INTO refunds VALUES (2000000000, 1);
SELECT setval('refunds_id_seq', 20);
CREATE TABLE coupons (id smallserial PRIMARY KEY);
SELECT setval('coupons_id_seq', 30000);
"""
INSERT: Final = """INSERT INTO "Users" (name) VALUES ('Barbara')"""

_ANSI_LIGHT: Final = [
    (36, 41, 47), (207, 34, 46), (17, 99, 41), (154, 103, 0), (5, 80, 174), (130, 80, 223), (8, 112, 128), (87, 96, 106)
]  # fmt: skip
_ANSI_DARK: Final = [
    (72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34), (88, 166, 255), (188, 140, 255), (57, 197, 207),
    (177, 186, 196)
]  # fmt: skip
THEMES: Final = {
    "light": TerminalTheme((255, 255, 255), (36, 41, 47), _ANSI_LIGHT, _ANSI_LIGHT),
    "dark": TerminalTheme((13, 17, 23), (201, 209, 217), _ANSI_DARK, _ANSI_DARK),
}
_FONT_FACE: Final = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def session() -> Text:
    """What a person types and sees."""
    with temporary_server(settings=demo.SETTINGS) as server:
        with psycopg.connect(demo.build(server), autocommit=True) as connection:
            connection.execute(MORE)
        address = {"PGHOST": str(server.folder), "PGPORT": str(server.port), "PGUSER": "postgres"}
        refused = subprocess.run(
            [client("psql"), "-X", "-d", demo.DATABASE, "-c", INSERT],
            env={**os.environ, **address},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        ).stderr
        checked = on_terminal(server.folder, "check", demo.DATABASE, env=address, columns=WIDTH).out
    shown = Text().append(f"{demo.DATABASE}=# {INSERT};\n", style="bold").append(refused, style="red")
    shown.append(f"\n$ pgseq check {demo.DATABASE}\n", style="bold")
    shown.append_text(Text.from_ansi(checked))
    return shown


def pictures() -> dict[str, str]:
    """The SVG of each theme."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), color_system="standard")
    console.print(session(), soft_wrap=True)
    exported = {
        name: console.export_svg(title="pgseq", theme=theme, clear=False, unique_id=f"pgseq-{name}")
        for name, theme in THEMES.items()
    }
    # Fonts of the reader's machine: a picture on a page may load none.
    return {name: _FONT_FACE.sub("", re.sub(r" +$", "", svg, flags=re.MULTILINE)) for name, svg in exported.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, svg in pictures().items():
        (FOLDER / f"check-{name}.svg").write_text(svg, "utf-8")
