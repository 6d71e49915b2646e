"""The server's messages in its languages: the data is that of PostgreSQL's catalogues, and its patterns find names."""

from __future__ import annotations

import re
import warnings
from typing import Final

import pytest

from pgseq.commands.explain.parse import server_messages as messages
from pgseq.commands.explain.parse.server_messages import MESSAGES, Message, catalogue, match, normal
from tests.support.messages import EXTRA, TARGET, document, installed, union

LANGUAGES: Final = ("en", *catalogue())


def _texts() -> list[tuple[str, str, Message]]:
    """Every message in every language."""
    return [
        (language, text, message)
        for language in LANGUAGES
        for msgid, message in MESSAGES.items()
        for text in ([msgid] if language == "en" else catalogue()[language].get(msgid, ()))
    ]


def test_the_file_holds_the_union_in_order() -> None:
    assert TARGET.read_text("utf-8") == document(union(catalogue(), EXTRA)), (
        "write it anew: python -m tests.support.messages"
    )


def test_a_new_text_is_added_beside_the_old_one() -> None:
    msgid = "integer out of range"
    old, new = catalogue()["de"][msgid], "eine neue Fassung"
    assert union(catalogue(), {"de": {msgid: [new]}})["de"][msgid] == sorted([*old, new])


def test_texts_of_the_installed_servers_are_known() -> None:
    """A new one is reported, not failed: which release is installed is not pgseq's to say."""
    unknown = [
        text
        for language, translations in installed().items()
        for msgid, texts in translations.items()
        for text in texts
        if text not in catalogue().get(language, {}).get(msgid, ())
    ]
    if unknown:
        warnings.warn(f"new texts, for python -m tests.support.messages: {unknown}", stacklevel=1)


def test_languages() -> None:
    assert set(catalogue()) >= {"de", "fr", "es", "pt_BR", "ru", "ja", "zh_CN", "ko", "it"}
    for language, texts in catalogue().items():
        wanted = EXTRA.get(language, texts)
        assert 'duplicate key value violates unique constraint "%s"' in wanted


@pytest.mark.parametrize(("language", "text", "message"), _texts(), ids=lambda value: str(value)[:40])
def test_names_are_found_where_the_language_puts_them(language: str, text: str, message: Message) -> None:
    """Each conversion is filled with a value of its own, and comes back as the field that it stands for."""
    values = {}
    order = iter(range(9))

    def fill(conversion: re.Match[str]) -> str:
        number = int(conversion[1]) - 1 if conversion[1] else next(order)
        field = message.fields[number]
        value = str(40 + number) if field in ("value", "") else f"name_{number}"
        if field:
            values[field] = value
        return value

    printed = "ERROR:  " + re.sub(r"%(?:(\d)\$)?s", fill, text)
    known = match(normal(printed))
    assert known is not None, printed
    assert known[0].kind == message.kind, printed
    got = {name: value for name, value in known[1].items() if name in values}
    if "schema" in values and "schema" not in got:
        got = {"schema": values["schema"], "table": known[1]["table"].partition(".")[2]}
    assert got == values, printed


@pytest.mark.parametrize("name", ["users_pkey", "Users Pkey", 'a"b', "ключ", "o'brien", "a.b", "x" * 63, "%s", "a%20b"])
def test_hostile_names(name: str) -> None:
    known = match(
        normal(f'duplicate key value violates unique constraint "{name}"\nDETAIL:  Key (id)=(1) already exists.')
    )
    assert known is not None
    assert known[1] == {"constraint": name}


@pytest.mark.parametrize(
    "text",
    [
        "ERREUR:  la valeur d’une clé dupliquée rompt la contrainte unique « users_pkey »",
        "FEHLER:  doppelter Schlüsselwert verletzt Unique-Constraint „users_pkey“",
        'ERROR: duplicate key value violates unique constraint \\"users_pkey\\"',
        "ERROR:  duplicate key value violates unique constraint “users_pkey”",
    ],
)
def test_quotes_and_blanks_that_were_exchanged(text: str) -> None:
    known = match(normal(text))
    assert known is not None
    assert known[1] == {"constraint": "users_pkey"}


def test_words() -> None:
    assert {"ERROR", "FEHLER", "ОШИБКА", "错误"} <= set(messages.words(("ERROR",)))
