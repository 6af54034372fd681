"""Messages that are alike, put together."""
from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer

ALIKE = 0.5
"""From this likeness (cosine of letter n-grams, 0 to 1) two messages stand in one group."""


def grouped(texts: Sequence[str]) -> list[list[int]]:
    """Return the places of alike texts together: each text joins the first group whose first text it is like."""
    plain = [_plain(text) for text in texts]
    order = [one for one, _ in Counter(plain).most_common()]
    groups: dict[str, list[str]] = {}
    leaders = _leaders(order) if any(order) else [0] * len(order)
    for one, leader in zip(order, leaders):
        groups.setdefault(order[leader], []).append(one)
    places: dict[str, list[int]] = {}
    for index, one in enumerate(plain):
        places.setdefault(one, []).append(index)
    return [[index for one in members for index in places[one]] for members in groups.values()]


def _leaders(texts: Sequence[str]) -> list[int]:
    """Return for each text the place of the one that leads its group: the likest of those that lead one so far, or itself."""
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit_transform(texts)
    likeness = (vectors @ vectors.T).tocsr()
    leaders: list[int] = []
    for place in range(len(texts)):
        row = slice(likeness.indptr[place], likeness.indptr[place + 1])
        alike = [(score, -other) for other, score in zip(likeness.indices[row], likeness.data[row])
                 if score >= ALIKE and other < place and leaders[other] == other]
        leaders.append(-max(alike)[1] if alike else place)
    return leaders


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return " ".join(re.findall(r"[a-z0-9…]+", "".join(letter for letter in decomposed if not unicodedata.combining(letter))))
