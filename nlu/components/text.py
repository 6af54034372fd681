"""Citizens' Vietnamese made comparable: one Unicode form, one tone placement, with and without diacritics."""
from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Iterable, Mapping

import yaml

from nlu.components import telex, vni

LEXICON = Path(__file__).parent / "lexicon.yml"
MAX_CHARACTERS = 2_000
"""How much of a message is read; nobody asks in more, and cost must not grow with what a stranger sends."""

_WORD = re.compile(r"\w+")
_MARKS = dict.fromkeys(mark for mark in range(0x10000) if unicodedata.combining(chr(mark)))
_REPEATED = re.compile(r"([^\W\d])\1{2,}")
_INVISIBLE = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")

# Old and new placement of the tone mark (hòa, hoà) are the same word; the mark goes to the first vowel.
_TONES = {new: old for old, new in zip(
    "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split(), "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split())}
_LATE_TONE = re.compile("(?<!q)(" + "|".join(_TONES) + r")(?!\w)")


@lru_cache(maxsize=1)
def lexicon() -> Mapping[str, str]:
    """Return the standard word for each shortened or dialect word."""
    groups = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    return {word: standard for group in groups.values() for word, standard in group.items()}


def clean(text: str) -> str:
    """Return the message as people see it: composed, lower case, without invisible characters or stretched letters."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text[:MAX_CHARACTERS])).lower()
    text = _WORD.sub(_unstretched, text)
    return _LATE_TONE.sub(lambda found: _TONES[found[1]], text)


def _unstretched(found: re.Match[str]) -> str:
    """Return a word without stretched letters, unless it is written so ("cccd")."""
    return found[0] if found[0] in lexicon() else _REPEATED.sub(r"\1", found[0])


def typed(text: str) -> list[str]:
    """Return the words of a message as they were meant to be typed: Telex and VNI read."""
    return vni.decoded(telex.decoded(_WORD.findall(clean(text))))


def standard(words: Iterable[str]) -> str:
    """Return words as one text, shortened and dialect words replaced by the standard ones."""
    known = lexicon()
    return " ".join(known.get(word, word) for word in words)


def fold(text: str) -> str:
    """Return the text without diacritics, in lower case: what remains when people type without a Vietnamese keyboard."""
    return unicodedata.normalize("NFD", text.lower()).replace("đ", "d").translate(_MARKS)


def accented(text: str) -> str:
    """Return the standard words of a message, with their diacritics as typed."""
    return standard(typed(text))


def folded(text: str) -> str:
    """Return the standard words of a message without diacritics."""
    return fold(accented(text))
