"""Word and character n-grams of a message, with and without diacritics, as one sparse vector.

The vocabularies and weights are learnt with scikit-learn; a vector of one message is then made here, because
scikit-learn's own path for a single text spends nine tenths of its time on checks and matrix building.
"""
from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import Callable, Sequence

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.components import text
from nlu.components.spacing import Spacing


@dataclass(frozen=True)
class Kind:
    """One kind of n-gram: of which form of the standard words, of words or letters, and how long."""

    form: Callable[[str], str]
    analyzer: str
    sizes: tuple[int, int]
    fewest: int

    def vectorizer(self) -> TfidfVectorizer:
        return TfidfVectorizer(analyzer=self.analyzer, token_pattern=r"\S+", ngram_range=self.sizes, min_df=self.fewest,
                               lowercase=False, sublinear_tf=True)


def _as_it_is(words: str) -> str:
    return words


def _unspaced(words: str) -> str:
    return text.fold(words).replace(" ", "")


KINDS = (
    Kind(text.fold, "word", (1, 3), 2),
    Kind(text.fold, "char_wb", (2, 4), 3),
    Kind(_as_it_is, "word", (1, 2), 2),
    Kind(_unspaced, "char", (4, 5), 3),
)
"""Diacritics help where they are typed and are needed nowhere; letters bear typos; the last kind bears glued words.

What only one example has is left out: half of all n-grams, and no message was understood better for them.
"""

Vector = tuple[np.ndarray, np.ndarray]
"""The features a message has and their weights."""


_TINY = 1e-9
"""What an empty part is divided by."""

_PART = 4_000
"""How many messages a process makes the features of before it is given more."""


class Vectors(tuple):
    """Vectors of one message. Rasa fingerprints what a message holds at each step: of arrays, far slower than training."""

    def fingerprint(self) -> str:
        return hashlib.sha256(b"".join(part.tobytes() for vector in self for part in vector)).hexdigest()


class Ngrams:
    """The n-grams of texts as vectors; `fit` learns which there are and what each weighs."""

    def __init__(self) -> None:
        self._parts: list[tuple[Kind, dict[str, int], np.ndarray]] = []
        self._spacing = Spacing()
        self.size = 0

    def fit(self, texts: Sequence[str]) -> None:
        self._spacing.fit([text.typed(one) for one in texts])
        meant = [self._words(one) for one in texts]
        learnt = Parallel(n_jobs=-1)(delayed(_learnt)(kind, meant) for kind in KINDS)
        for kind, vectorizer in zip(KINDS, learnt):
            vocabulary = {gram: self.size + int(index) for gram, index in vectorizer.vocabulary_.items()}
            self._parts.append((kind, vocabulary, vectorizer.idf_.astype(np.float32)))
            self.size += len(vocabulary)
        self._analyzers = None

    def vector(self, message: str) -> Vector:
        """Return a message's features; each kind has length 1, so that none drowns the others."""
        indices: list[np.ndarray] = []
        values: list[np.ndarray] = []
        offset = 0
        words = self._words(message)
        for (kind, vocabulary, idf), analyze in zip(self._parts, self._analyze()):
            counts = Counter(map(vocabulary.get, analyze(kind.form(words))))
            counts.pop(None, None)  # of n-grams that no example has
            found = np.fromiter(counts, np.int64, len(counts))
            weights = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * idf[found - offset]
            indices.append(found)
            values.append(weights / max(np.sqrt(np.square(weights).sum()), _TINY))
            offset += len(vocabulary)
        return np.concatenate(indices), np.concatenate(values)

    def vectors(self, messages: Sequence[str]) -> list[Vector]:
        """Return the features of many messages, made on all cores."""
        parts = [messages[start:start + _PART] for start in range(0, len(messages), _PART)]
        # Each process is given the n-grams once a part, so the parts are large.
        made = Parallel(n_jobs=-1)(delayed(_vectors)(self, part) for part in parts)
        return [vector for part in made for vector in part]

    def _words(self, message: str) -> str:
        """Return the standard words of a message, run-together and torn words put right."""
        return text.standard(self._spacing.restored(text.typed(message)))

    def _analyze(self) -> list[Callable[[str], list[str]]]:
        if self._analyzers is None:
            self._analyzers = [kind.vectorizer().build_analyzer() for kind, _, _ in self._parts]
        return self._analyzers

    def __getstate__(self) -> dict:
        # The analyzers are closures, which cannot be stored; they are made anew.
        return {**self.__dict__, "_analyzers": None}


def _learnt(kind: Kind, texts: Sequence[str]) -> TfidfVectorizer:
    return kind.vectorizer().fit([kind.form(one) for one in texts])


def _vectors(ngrams: Ngrams, messages: Sequence[str]) -> list[Vector]:
    return [ngrams.vector(message) for message in messages]


def stacked(vectors: Sequence[Vector]) -> csr_matrix:
    """Return vectors as the rows of a matrix, for training; every feature there is occurs in one of them."""
    ends = np.cumsum([0, *(len(indices) for indices, _ in vectors)])
    return csr_matrix((np.concatenate([values for _, values in vectors]),
                       np.concatenate([indices for indices, _ in vectors]), ends))


def mixed(rows: csr_matrix, others: csr_matrix, pairs: Sequence[tuple[int, int]]) -> csr_matrix:
    """Return for each pair (a row, one of the others) about the features of both, at the length of one."""
    return (rows[[one for one, _ in pairs]] + others[[other for _, other in pairs]]) * sqrt(0.5)
