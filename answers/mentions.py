"""Whether a message of few words speaks of what a script says ("có cần khám sức khỏe", "sinh viên thì sao"), and where it says it.

The model takes such messages for none of the services. Chit-chat uses words of the script too, so what counts is a word
together with its neighbour: "phải dịch" stands in a script, "người yêu" in none.
"""
from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Iterable, Iterator, Mapping, Sequence

from answers.cases import as_words, spelled
from answers.fragments import aspect_named, said_beside
from answers.sections import SECTIONS, View
from answers.words import Words
from catalogue.model import Script

Pair = tuple[str, str]

SYLLABLES = ("vi",)
"""Languages that write the syllables of a word apart; in the others a word says something without a neighbour."""


def speaks_of(script: Script, message: str, language: str) -> bool:
    """Tell whether every word that says something stands in the script beside the same neighbour; figures fit anything."""
    words = _telling(message, language)
    if not words:
        return aspect_named(message) is not None or any(map(str.isdigit, message))
    return _all_in(words, _pairs(_texts(script, language), as_words(message)[1], language))


def aspect_of(script: Script, message: str, day: date, language: str) -> str | None:
    """Return the first aspect whose answer, in any of the cases, speaks of what the message does."""
    words, plain = _telling(message, language), as_words(message)[1]
    if not words:
        return None
    view = View(script, day, Words(language))
    sections = {aspect: _pairs((line for block in make(view) for line in block.lines), plain, language)
                for aspect, make in SECTIONS.items() if aspect != "overview"}
    return next((aspect for aspect, pairs in sections.items() if _all_in(words, pairs)), None)


def _telling(message: str, language: str) -> list[set[Pair]]:
    """Return, for each word that says something, the pairs it makes with its neighbours."""
    text, _ = as_words(message)
    words = [_stem(word) for word in text.split()]
    hidden = said_beside(message, language)
    return [{(word, ""), *zip(words[max(place - 1, 0):place + 1], words[max(place, 1):place + 2])}
            for place, word in enumerate(words) if not hidden[place] and not word.isdigit()]


def _all_in(words: Iterable[set[Pair]], pairs: set[Pair]) -> bool:
    return all(found & pairs for found in words)


def _pairs(texts: Iterable[str], plain: bool, language: str) -> set[Pair]:
    lines = [[_stem(word) for word in spelled(text, plain).split()] for text in texts]
    alone = {(word, "") for line in lines for word in line} if language not in SYLLABLES else set()
    return alone | {pair for line in lines for pair in zip(line, line[1:])}


def _stem(word: str) -> str:
    """Return the word as it is compared: English has a plural, a Vietnamese word has no s at its end."""
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _texts(node: Any, language: str) -> Iterator[str]:
    """Yield all that a script says and is called in a language."""
    if is_dataclass(node):
        yield from (text for field in fields(node) for text in _texts(getattr(node, field.name), language))
    elif isinstance(node, Mapping):
        yield from _texts(node.get(language, ()), language)
    elif isinstance(node, str):
        yield node
    elif isinstance(node, Sequence):
        yield from (text for item in node for text in _texts(item, language))
