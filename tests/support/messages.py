"""catalogue.json, made of PostgreSQL's own message catalogues (.mo files, gettext's format).

    python -m tests.support.messages [FOLDER]

FOLDER is a share/locale of PostgreSQL's (default: that of Debian's packages). Only the texts that pgseq looks for are
taken. The server's Portuguese catalogue is not in every packaging: its texts are kept in EXTRA, as people quote them.
"""

from __future__ import annotations

import gettext
import json
import re
import sys
from pathlib import Path
from typing import Any, Final

from pgseq.explanation import messages

LOCALES: Final = Path("/usr/share/locale")
TARGET: Final = Path(messages.__file__).with_name("catalogue.json")

EXTRA: Final = {
    "pt_BR": {
        'duplicate key value violates unique constraint "%s"': (
            'duplicar valor da chave viola a restrição de unicidade "%s"'
        ),
        'null value in column "%s" of relation "%s" violates not-null constraint': (
            'o valor nulo na coluna "%s" da relação "%s" viola a restrição de não-nulo'
        ),
        'null value in column "%s" violates not-null constraint': (
            'valor nulo na coluna "%s" viola a restrição de não-nulo'
        ),
        "permission denied for sequence %s": "permissão negada para sequência %s",
        "permission denied for table %s": "permissão negada para tabela %s",
        'relation "%s" does not exist': 'relação "%s" não existe',
        "ERROR": "ERRO",
        "DETAIL:  ": "DETALHE:  ",
    },
}


def found(folder: Path = LOCALES) -> dict[str, dict[str, str]]:
    """The texts wanted of every language whose server catalogue is there, by language and msgid."""
    wanted = {*messages.MESSAGES, *messages.DETAILS, *messages.SEVERITIES, *messages.FIELDS}
    languages: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*/LC_MESSAGES/postgres-*.mo")):
        texts = languages.setdefault(path.parts[-3], {})
        for msgid, text in _texts(path).items():
            if messages.plain(msgid) in wanted and text != msgid:
                texts[messages.plain(msgid)] = messages.plain(text)
    return languages


def document(languages: dict[str, dict[str, str]]) -> str:
    """The file's text."""
    merged = {name: dict(sorted(texts.items())) for name, texts in sorted((languages | EXTRA).items())}
    return json.dumps({"languages": merged}, ensure_ascii=False, indent=1) + "\n"


def _texts(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        # The standard library offers no other way to list a catalogue.
        catalogue: dict[Any, str] = vars(gettext.GNUTranslations(file))["_catalog"]
    return {msgid: text for msgid, text in catalogue.items() if isinstance(msgid, str) and not re.match("$", msgid)}


if __name__ == "__main__":
    TARGET.write_text(document(found(Path(sys.argv[1]) if len(sys.argv) > 1 else LOCALES)), "utf-8")
