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
    if any(order):
        matrix = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit_transform(order)
        leaders: list[int] = []
        for place, one in enumerate(order):
            likeness = (matrix[leaders] @ matrix[place].T).toarray().ravel() if leaders else []
            best = max(range(len(leaders)), key=lambda index: likeness[index], default=None)
            if best is not None and likeness[best] >= ALIKE:
                groups[order[leaders[best]]].append(one)
            else:
                leaders.append(place)
                groups[one] = [one]
    else:
        groups = {one: [one] for one in order}
    places: dict[str, list[int]] = {}
    for index, one in enumerate(plain):
        places.setdefault(one, []).append(index)
    return [[index for one in members for index in places[one]] for members in groups.values()]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return " ".join(re.findall(r"[a-z0-9…]+", "".join(letter for letter in decomposed if not unicodedata.combining(letter))))
