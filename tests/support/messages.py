"""catalogue.json, made of PostgreSQL's own message catalogues (.mo files, gettext's format).

    python -m tests.support.messages [FOLDER]

FOLDER is a share/locale of PostgreSQL's (default: that of Debian's packages). Only the texts that pgseq looks for are
taken. Those that the file has already are kept: a server of an older release goes on printing them. The server's
Portuguese catalogue is not in every packaging: its texts are kept in EXTRA, as people quote them.
"""

from __future__ import annotations

import gettext
import json
import re
import sys
from pathlib import Path
from typing import Any, Final

from pgseq.commands.explain.parse import server_messages as messages

LOCALES: Final = Path("/usr/share/locale")
TARGET: Final = Path(messages.__file__).with_name("catalogue.json")

EXTRA: Final = {
    "pt_BR": {
        'duplicate key value violates unique constraint "%s"': [
            'duplicar valor da chave viola a restrição de unicidade "%s"'
        ],
        'null value in column "%s" of relation "%s" violates not-null constraint': [
            'o valor nulo na coluna "%s" da relação "%s" viola a restrição de não-nulo'
        ],
        'null value in column "%s" violates not-null constraint': [
            'valor nulo na coluna "%s" viola a restrição de não-nulo'
        ],
        "permission denied for sequence %s": ["permissão negada para sequência %s"],
        "permission denied for table %s": ["permissão negada para tabela %s"],
        'relation "%s" does not exist': ['relação "%s" não existe'],
        "ERROR": ["ERRO"],
        "DETAIL:  ": ["DETALHE:  "],
    },
}


def installed(folder: Path = LOCALES) -> dict[str, dict[str, list[str]]]:
    """The texts wanted of every language whose server catalogue is there, by language and msgid."""
    wanted = {*messages.MESSAGES, *messages.DETAILS, *messages.SEVERITIES, *messages.FIELDS}
    languages: dict[str, dict[str, list[str]]] = {}
    for path in sorted(folder.glob("*/LC_MESSAGES/postgres-*.mo")):
        language = languages.setdefault(path.parts[-3], {})
        for msgid, text in _texts(path).items():
            if messages.plain(msgid) in wanted and text != msgid:
                language.setdefault(messages.plain(msgid), []).append(messages.plain(text))
    return languages


def union(*catalogues: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    """All texts of all catalogues, sorted, each once."""
    texts: dict[str, dict[str, set[str]]] = {}
    for catalogue in catalogues:
        for language, translations in catalogue.items():
            for msgid, several in translations.items():
                texts.setdefault(language, {}).setdefault(msgid, set()).update(several)
    return {
        language: {msgid: sorted(translations[msgid]) for msgid in sorted(translations)}
        for language, translations in sorted(texts.items())
    }


def document(catalogue: dict[str, dict[str, list[str]]]) -> str:
    """The file's text."""
    return json.dumps({"languages": catalogue}, ensure_ascii=False, indent=1) + "\n"


def _texts(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        # The standard library offers no other way to list a catalogue.
        catalogue: dict[Any, str] = vars(gettext.GNUTranslations(file))["_catalog"]
    return {msgid: text for msgid, text in catalogue.items() if isinstance(msgid, str) and not re.match("$", msgid)}


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else LOCALES
    TARGET.write_text(document(union(messages.catalogue(), EXTRA, installed(folder))), "utf-8")
