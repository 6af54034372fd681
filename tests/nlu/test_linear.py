"""One logistic regression a label: several labels at once, each likely on its own."""
from __future__ import annotations

import pickle

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from nlu.components.linear import LinearModel

ROWS = [[1, 0, 0], [1, 0, 0.1], [0, 1, 0], [0, 1, 0.1], [0.7, 0.7, 0], [0.7, 0.7, 0.1], [0, 0, 1], [0, 0, 0.9]]
LABELS = [{"passport"}] * 2 + [{"licence"}] * 2 + [{"passport", "licence"}] * 2 + [{"greet"}] * 2

MODEL = LinearModel(20.0)
MODEL.fit(csr_matrix(np.array(ROWS * 3)), [frozenset(one) for one in LABELS * 3])


def likely(*row: float) -> dict[str, float]:
    """Return the probability of each label of a row."""
    indices = np.flatnonzero(row)
    return dict(zip(MODEL.labels, MODEL.probabilities((indices, np.array(row, dtype=np.float32)[indices]))))


def test_the_labels_are_those_of_the_examples_in_a_fixed_order():
    assert MODEL.labels == ("greet", "licence", "passport")


@pytest.mark.parametrize(("row", "labels"), list(zip(ROWS, LABELS)))
def test_what_was_learnt_is_told_again(row, labels):
    assert {label for label, probability in likely(*row).items() if probability > 0.5} == labels


def test_two_labels_may_be_likely_at_once():
    both = likely(0.7, 0.7, 0)
    assert both["passport"] > 0.5 and both["licence"] > 0.5
    assert sum(both.values()) > 1


def test_a_vector_without_features_is_more_likely_than_not_nothing():
    """What is left is how often each label was learnt: each on fewer than half of the rows."""
    assert all(0 < probability < 0.5 for probability in likely(0, 0, 0).values())


def test_a_stronger_feature_makes_a_label_likelier():
    weak, strong = likely(0.3, 0, 0), likely(1, 0, 0)
    assert weak["passport"] < strong["passport"] and weak["licence"] > strong["licence"]


def test_the_same_examples_make_the_same_model():
    again = LinearModel(20.0)
    again.fit(csr_matrix(np.array(ROWS * 3)), [frozenset(one) for one in LABELS * 3])
    vector = np.array([0, 2]), np.array([0.5, 0.5], dtype=np.float32)
    assert np.array_equal(again.probabilities(vector), MODEL.probabilities(vector))


def test_a_pickled_model_tells_the_same():
    vector = np.array([0, 1]), np.array([0.5, 0.2], dtype=np.float32)
    again = pickle.loads(pickle.dumps(MODEL))
    assert again.labels == MODEL.labels
    assert np.array_equal(again.probabilities(vector), MODEL.probabilities(vector))


def test_more_regularisation_makes_a_model_less_sure():
    cautious = LinearModel(0.01)
    cautious.fit(csr_matrix(np.array(ROWS * 3)), [frozenset(one) for one in LABELS * 3])
    vector = np.array([2]), np.array([1], dtype=np.float32)
    assert cautious.probabilities(vector)[0] < MODEL.probabilities(vector)[0]
