"""A life in danger: found by a plain search, and answered with the numbers to call, before anything else is considered."""
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Sequence

import yaml

from answers.cases import fold, spelled, words_of
from answers.reply import Block, Reply
from answers.talk import reply
from answers.words import Words
from catalogue.model import Text, in_language

FILE = Path(__file__).parent / "urgent.yml"

PLAIN_WORDS = 3
"""From this many words on a phrase also counts without diacritics; "bao hanh" (bạo hành) is a warranty (bảo hành) as well."""


@dataclass(frozen=True)
class Danger:
    """One kind of danger: what finds it in a message, by language, also with wrong diacritics or not; what is said."""

    id: str
    title: Text
    lines: Sequence[Text]
    found: dict[str, re.Pattern[str]]
    misspelt: bool


def answer(message: str) -> Reply | None:
    """Return what is said to somebody in danger, in the language of the words that told; None for any other message."""
    text = words_of(message)
    told = ((danger, language) for danger in dangers() for language, pattern in danger.found.items()
            if pattern.search(text) or danger.misspelt and pattern.search(fold(text)))
    found = next(told, None)
    if found is None:
        return None
    danger, language = found
    return reply("urgent_help", Words(language), "out_of_scope", title=in_language(danger.title, language),
                 blocks=(Block([in_language(line, language) for line in danger.lines], style="bullets"),))


@lru_cache(maxsize=1)
def dangers() -> Sequence[Danger]:
    """Return what `urgent.yml` holds."""
    return [Danger(row["id"], row["title"], row["lines"],
                   {language: _pattern(row["words"][language], row["alone"][language]) for language in row["words"]},
                   row.get("misspelt", False))
            for row in yaml.safe_load(FILE.read_text(encoding="utf-8"))]


def _pattern(words: Sequence[str], alone: Sequence[str]) -> re.Pattern[str]:
    anywhere = "|".join(_phrase(phrase, PLAIN_WORDS) for phrase in words)
    whole = "|".join(_phrase(phrase, 1) for phrase in (*words, *alone))
    return re.compile(rf"(?<!\S)(?:{anywhere})(?!\S)|\A(?:{whole})\Z")


def _phrase(phrase: str, plain_from: int) -> str:
    """Return what finds the phrase; each of its words may have lost its diacritics where it is long enough to be told apart."""
    words = spelled(phrase, False).split()
    if len(words) < plain_from:
        return " ".join(map(re.escape, words))
    return " ".join(f"(?:{re.escape(word)}|{re.escape(spelled(word, True))})" for word in words)
