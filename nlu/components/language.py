"""The language of a message, from its letters and small words: Vietnamese with or without diacritics, or English."""
from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Mapping

import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components import text as texts
from nlu.components.annotator import Annotator

LANGUAGE = "language"

FILE = Path(__file__).parent / "languages.yml"


@lru_cache(maxsize=1)
def _languages() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Return each language's own letters and small words."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {code: (frozenset(row["letters"]), frozenset(row["words"].split())) for code, row in rows.items()}


def of(text: str) -> str | None:
    """Return "vi" or "en", or None where a message says too little to tell (a number, "ok")."""
    cleaned = " ".join(texts.typed(text))
    for code, (letters, _) in _languages().items():
        if letters.intersection(cleaned):
            return code
    found = re.findall(r"[a-z']+", cleaned)
    counts = sorted(((sum(word in words for word in found), code) for code, (_, words) in _languages().items()), reverse=True)
    return None if counts[0][0] == counts[1][0] else counts[0][1]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class LanguageDetector(Annotator):
    """Puts the language beside each message, None where it does not tell."""

    def annotate(self, message: Message) -> None:
        message.set(LANGUAGE, of(message.get(TEXT) or ""))
