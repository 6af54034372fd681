"""What is taken out of a message before it is stored: figures, e-mail addresses, and names after words that announce them."""
from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Mapping, Sequence

import yaml

FILE = Path(__file__).parent / "masking.yml"
MASK = "…"
LONGEST = 4
"""Words of a name."""

_FIGURES = re.compile(r"\d(?:[\s.,\-/_]{0,3}\d){3,}")
_ADDRESS = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_WORD = re.compile(r"[^\W\d_]+")
_CLOSE = re.compile(r"[\s:=\"'“”(]*")
"""What may stand between the words of a name or before it."""


def masked(text: str) -> str:
    """Return a message without figures of four digits and more (phones, ids, dossiers), e-mail addresses and persons' names."""
    return _without_names(_FIGURES.sub(MASK, _ADDRESS.sub(MASK, text)))


def _without_names(text: str) -> str:
    words = list(_WORD.finditer(unicodedata.normalize("NFC", text)))
    plain = [_plain(word[0]) for word in words]
    shown, kept, place = unicodedata.normalize("NFC", text), [], 0
    end = 0
    while place < len(words):
        length = _name_at(shown, words, plain, place)
        if length:
            kept.append(shown[end:words[place].start()] + MASK)
            end = words[place + length - 1].end()
        place += length or 1
    return "".join(kept) + shown[end:] if kept else text


def _name_at(text: str, words: Sequence[re.Match[str]], plain: Sequence[str], place: int) -> int:
    """Return how many words from this place on are a person's name: 0 if none."""
    known = _lists()
    if not place or plain[place] in known["no_name"] and plain[place] not in known["family_names"]:
        return 0
    said = any(plain[place - len(one):place] == list(one) for one in known["says_a_name"] if len(one) <= place)
    person = plain[place - 1] in known["before_a_person"] and plain[place] in known["family_names"] and _capital(words[place])
    if not (said or person) or not _touch(text, words[place - 1], words[place]):
        return 0
    length = _length(text, words[place:], plain[place:])
    return length if said or length > 1 else 0


def _length(text: str, words: Sequence[re.Match[str]], plain: Sequence[str]) -> int:
    """Return how far a name goes that begins here: the words with capitals; without one, up to where a sentence goes on."""
    known, capital = _lists(), _capital(words[0])
    if not capital and plain[0] not in known["family_names"]:
        return 1
    for place in range(1, min(len(words), LONGEST)):
        apart = not _touch(text, words[place - 1], words[place])
        # One letter may be a word ("ạ", "ở") or, in the middle of a name, "Nguyễn Văn A".
        ends = plain[place] in known["no_name"] and not (capital and words[place][0] == "A")
        if apart or ends or (capital and not _capital(words[place])):
            return place
    return min(len(words), LONGEST)


def _touch(text: str, before: re.Match[str], after: re.Match[str]) -> bool:
    return _CLOSE.fullmatch(text, before.end(), after.start()) is not None


def _capital(word: re.Match[str]) -> bool:
    return word[0][0].isupper()


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, frozenset]:
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    rows["says_a_name"] = [tuple(one.split()) for one in rows["says_a_name"]]
    return {name: frozenset(row) for name, row in rows.items()}
