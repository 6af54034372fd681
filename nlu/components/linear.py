"""A linear model over word and character n-grams, with and without diacritics: what the intent and aspect models share."""
from __future__ import annotations

from typing import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from nlu.components import text


def features() -> FeatureUnion:
    """Return the untrained features of a message; diacritics help where they are typed and are needed nowhere."""
    return FeatureUnion([
        ("words", _words(text.folded, (1, 3))),
        ("letters", _letters(text.folded, "char_wb", (2, 5))),
        ("accented_words", _words(text.accented, (1, 2))),
        ("glued", _letters(text.unspaced, "char", (4, 6))),
    ])


def _words(preprocessor, sizes: tuple[int, int]) -> TfidfVectorizer:
    return TfidfVectorizer(preprocessor=preprocessor, token_pattern=r"\S+", ngram_range=sizes, sublinear_tf=True, dtype=np.float32)


def _letters(preprocessor, analyzer: str, sizes: tuple[int, int]) -> TfidfVectorizer:
    return TfidfVectorizer(preprocessor=preprocessor, analyzer=analyzer, ngram_range=sizes, sublinear_tf=True, min_df=2, dtype=np.float32)


class LinearModel:
    """One logistic regression a label over the features: `fit` once, then `probabilities` of texts."""

    def __init__(self, regularisation: float) -> None:
        self._features = features()
        self._regularisation = regularisation
        self.labels: tuple[str, ...] = ()

    def fit(self, texts: Sequence[str], labels: Sequence[frozenset[str]]) -> None:
        """Learn which labels (one or several) each text has."""
        matrix = self._features.fit_transform(texts)
        self.labels = tuple(sorted(frozenset().union(*labels)))
        columns, biases = [], []
        for label in self.labels:
            model = LogisticRegression(C=self._regularisation, solver="liblinear", random_state=0)
            model.fit(matrix, [label in given for given in labels])
            columns.append(model.coef_[0].astype(np.float32))
            biases.append(model.intercept_[0])
        # One row a feature: a message touches a few hundred features, so only these rows are read.
        self._weights = np.ascontiguousarray(np.stack(columns, axis=1))
        self._biases = np.array(biases, dtype=np.float32)

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Return for each text the probability of each label on its own, in the order of `labels`."""
        matrix = self._features.transform(texts)
        return 1 / (1 + np.exp(-(matrix @ self._weights + self._biases)))
