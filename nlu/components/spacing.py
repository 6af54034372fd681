"""Words run together ("đăngkýtạmtrú ởđâu") or torn apart ("t ạm tr ú"): put right with the words of the training data."""
from __future__ import annotations

from collections import Counter
from math import log
from typing import Dict, Iterable, List, Sequence

from nlu.components.telex import is_syllable
from nlu.components.text import fold

_RUN_TOGETHER = 4
"""Letters from which a word nobody knows may be several."""

_LONGEST = 60
"""Letters up to which it is looked at; cost must not grow with what a stranger sends."""

_SEEN, _FREQUENT = 2, 25
"""How often a word must have been seen to be one, and to be one even if it could be read as several ("online")."""
_ALONE = frozenset("ởạàý")
"""Words of one letter that may be part of a run; others would make a word out of any letters."""

_LONGEST_WORD = 8


class Spacing:
    """Knows the words of the training data, with and without diacritics, and how frequent each is."""

    def __init__(self) -> None:
        self._weights: Dict[str, float] = {}

    def fit(self, messages: Iterable[Sequence[str]]) -> None:
        """Learn the words of messages."""
        counts = Counter(word for message in messages for written in message for word in {written, fold(written)})
        known = {word: count for word, count in counts.items() if count >= _SEEN and (len(word) > 1 or word in _ALONE)}
        total = sum(known.values())
        self._weights = {word: log(count / total) for word, count in known.items()}
        # The training data have run-together words too; they are no words of their own.
        for word in [word for word in self._weights
                     if len(word) >= _RUN_TOGETHER and counts[word] < _FREQUENT and not is_syllable(word)]:
            weight = self._weights.pop(word)
            if len(self._parted(word)) == 1:
                self._weights[word] = weight

    def restored(self, words: Sequence[str]) -> List[str]:
        """Return the words of a message as they were meant."""
        return [part for word in self._joined(words) for part in self._parted(word)]

    def _joined(self, words: Sequence[str]) -> List[str]:
        joined: List[str] = []
        for word in words:
            if joined and word not in self._weights and self._is_torn(joined[-1]) and joined[-1] + word in self._weights:
                joined[-1] += word
            else:
                joined.append(word)
        return joined

    def _is_torn(self, word: str) -> bool:
        return word not in self._weights or not is_syllable(word)

    def _parted(self, word: str) -> List[str]:
        if not _RUN_TOGETHER <= len(word) <= _LONGEST or word in self._weights or is_syllable(word):
            return [word]
        # The likeliest way to read the letters up to each place: its weight, and where its last word begins.
        best: List[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(word) + 1):
            ways = [(best[start][0] + self._weight(word[start:end]), start) for start in range(max(0, end - _LONGEST_WORD), end)]
            best.append(max(ways))
        if best[-1][0] == float("-inf"):
            return [word]
        parts, end = [], len(word)
        while end:
            start = best[end][1]
            parts.append(word[start:end])
            end = start
        return parts[::-1]

    def _weight(self, part: str) -> float:
        return log(1e-4) if part.isdecimal() else self._weights.get(part, float("-inf"))
