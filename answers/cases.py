"""Which case of a service a message names ("mất", "cho con", "quá hạn"), by the words the script lists for it."""
from __future__ import annotations

import re
import unicodedata

from catalogue.model import Script


def named_case(script: Script, message: str) -> str | None:
    """Return the case whose words stand in the message, the longest words first; None when it names none.

    Words typed without diacritics match too, but only if the message itself has none: in "mất điện thoại, ở mặt đường"
    the word "mặt" must not count as "mất".
    """
    text = _words(message)
    plain = _fold(text) == text
    found = [(len(phrase), case.id) for case in script.cases for phrases in case.words.values() for phrase in phrases
             if f" {_fold(_words(phrase)) if plain else _words(phrase)} " in f" {text} "]
    return max(found, key=lambda one: one[0])[1] if found else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text).replace("đ", "d")
    return "".join(character for character in decomposed if not unicodedata.combining(character))
