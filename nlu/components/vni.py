"""VNI typed where no keyboard turned it into letters ("la2m la5i ba82ng la1i"): words are given back as they were meant.

Only words that become Vietnamese syllables are touched, and only in messages with two of them, because "a1", "b2" and "ct07" are
words of their own.
"""
from __future__ import annotations

import re
from typing import List, Sequence

from nlu.components.telex import is_syllable, with_tone

_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_MARKS = {"6": str.maketrans("aeo", "âêô"), "7": str.maketrans("uo", "ươ"), "8": str.maketrans("a", "ă"),
          "9": str.maketrans("d", "đ")}
_TYPED = re.compile(r"[a-z]+(?:[1-9]+[a-z]*)+")
_FEWEST = 2


def decoded(words: Sequence[str]) -> List[str]:
    """Return the words of a message, those typed in VNI as the syllables they stand for."""
    meant = [syllable(word) for word in words]
    return [found or word for found, word in zip(meant, words)] if sum(map(bool, meant)) >= _FEWEST else list(words)


def syllable(word: str) -> str | None:
    """Return the Vietnamese syllable that a word typed in VNI stands for; None if it stands for none.

    A figure may stand behind its letter or at the end of the word ("tie62n", "tien62").
    """
    letters, figures = re.sub(r"\d", "", word), re.sub(r"\D", "", word)
    tones = [figure for figure in figures if figure in _TONES]
    if not _TYPED.fullmatch(word) or len(word) < 3 or len(tones) > 1:
        return None
    for figure in sorted(set(figures) & _MARKS.keys()):
        if letters == (marked := letters.translate(_MARKS[figure])):
            return None
        letters = marked
    if not is_syllable(letters):
        return None
    return with_tone(letters, _TONES[tones[0]]) if tones else letters
