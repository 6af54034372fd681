"""A linear model with one logistic regression a label: what the intent and the aspect model share."""
from __future__ import annotations

from typing import Sequence
from warnings import catch_warnings, simplefilter

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from nlu.components.ngrams import Vector


class LinearModel:
    """`fit` once; then `probabilities` of a vector, each label's on its own, in the order of `labels`."""

    def __init__(self, regularisation: float) -> None:
        self._regularisation = regularisation
        self.labels: tuple[str, ...] = ()

    def fit(self, matrix: csr_matrix, labels: Sequence[frozenset[str]]) -> None:
        """Learn which labels (one or several) each row has."""
        self.labels = tuple(sorted(frozenset().union(*labels)))
        learn = delayed(_one_against_the_rest)
        learnt = Parallel(n_jobs=-1)(
            learn(matrix, [label in given for given in labels], self._regularisation) for label in self.labels)
        columns, biases = zip(*learnt)
        # One row a feature: a message has a few hundred features, so only these rows are read. Half precision takes half the
        # memory, and a sum of a few hundred of its weights is right to three digits.
        self._weights = np.ascontiguousarray(np.stack(columns, axis=1), dtype=np.float16)
        self._biases = np.array(biases, dtype=np.float32)

    def probabilities(self, vector: Vector) -> np.ndarray:
        indices, values = vector
        # Not `@`: of so small a product BLAS makes work for all cores, which then spin for longer than a message takes.
        scores = np.einsum("i,ij->j", values, self._weights[indices].astype(np.float32)) + self._biases
        return 1 / (1 + np.exp(-scores))


def _one_against_the_rest(matrix: csr_matrix, wanted: Sequence[bool], regularisation: float) -> tuple[np.ndarray, float]:
    """Return the weights and the bias that tell the wanted rows from the others."""
    # The dual problem has one variable an example instead of one a feature: four times as fast here. Its last steps change nothing.
    model = LogisticRegression(C=regularisation, solver="liblinear", dual=True, tol=1.0, max_iter=20, random_state=0)
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix, wanted)
    return model.coef_[0].astype(np.float16), float(model.intercept_[0])
