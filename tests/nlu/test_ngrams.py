"""The n-grams of messages as vectors: each kind weighs the same, and a stored model gives the same vectors."""
from __future__ import annotations

import pickle
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import hstack

from nlu.components import text as standard
from nlu.components.ngrams import KINDS, Ngrams, stacked

TEXTS = ["làm hộ chiếu", "lam ho chieu cho con", "đổi bằng lái xe", "đăng ký tạm trú", "dang ky thuong tru", "mất căn cước",
         "hộ chiếu hết hạn", "đổi căn cước", "how to renew a passport", "làm hộ chiếu làm hộ chiếu"]
"""Learnt from three times, because some kinds leave out what occurs less often."""

KNOWN = Ngrams()
KNOWN.fit(TEXTS * 3)
ENDS = [0, *accumulate(len(vocabulary) for _, vocabulary, _ in KNOWN._parts)]
"""Where the features of each kind begin and end."""


def lengths(vector) -> list[float]:
    """Return the length of a vector's part of each kind."""
    indices, values = vector
    return [float(np.linalg.norm(values[(indices >= start) & (indices < end)])) for start, end in zip(ENDS, ENDS[1:])]


@pytest.mark.parametrize("text", ["", " ", "😂", "???", "zzqq wwjj", "жжж", "\u200b"])
def test_an_unknown_text_has_no_features_and_is_a_vector_all_the_same(text):
    indices, values = KNOWN.vector(text)
    assert len(indices) == len(values) == 0
    assert indices.dtype == np.int64 and values.dtype == np.float32
    assert stacked([(indices, values), KNOWN.vector(TEXTS[0])])[0].nnz == 0


@pytest.mark.parametrize("text", TEXTS)
def test_each_kind_has_length_1(text):
    assert lengths(KNOWN.vector(text)) == pytest.approx([1] * len(KINDS))


def test_a_kind_of_which_nothing_is_known_has_length_0():
    """Of a misspelt word only the letters are known."""
    by_kind = dict(zip(KINDS, lengths(KNOWN.vector("xdangkyx"))))
    assert [(kind.analyzer, round(length, 5)) for kind, length in by_kind.items()] == [
        ("word", 0), ("char_wb", 1), ("word", 0), ("char", 1)]


def test_words_run_together_have_the_features_of_the_words():
    together, apart = KNOWN.vector("dangkythuongtru"), KNOWN.vector("dang ky thuong tru")
    assert np.array_equal(together[0], apart[0]) and np.array_equal(together[1], apart[1])


@pytest.mark.parametrize("text", [*TEXTS, "làm lại căn cước căn cước căn cước", "passport"])
def test_a_vector_is_what_scikit_learn_makes_of_the_text(text):
    learnt = [standard.accented(one) for one in TEXTS * 3]
    parts = [kind.vectorizer().fit(list(map(kind.form, learnt))).transform([kind.form(standard.accented(text))]) for kind in KINDS]
    indices, values = KNOWN.vector(text)
    mine = np.zeros(KNOWN.size)
    mine[indices] = values
    assert mine == pytest.approx(hstack(parts).toarray()[0], abs=1e-6)


def test_the_features_of_many_messages_are_those_of_each():
    for made, text in zip(KNOWN.vectors(TEXTS), TEXTS, strict=True):
        assert all(np.array_equal(one, other) for one, other in zip(made, KNOWN.vector(text)))


def test_diacritics_tell_apart_and_are_not_needed():
    plain, accented = KNOWN.vector("lam ho chieu"), KNOWN.vector("làm hộ chiếu")
    assert set(plain[0]) & set(accented[0])
    assert set(plain[0]) != set(accented[0])


def test_a_pickled_model_makes_the_same_vectors():
    KNOWN.vector(TEXTS[0])
    again = pickle.loads(pickle.dumps(KNOWN))
    assert again.size == KNOWN.size
    for text in [*TEXTS, "hộ chiếu mất", ""]:
        for one, other in zip(KNOWN.vector(text), again.vector(text)):
            assert np.array_equal(one, other)


def test_stacked_vectors_are_the_rows_of_a_matrix():
    vectors = [KNOWN.vector(text) for text in TEXTS]
    matrix = stacked(vectors)
    assert matrix.shape == (len(TEXTS), KNOWN.size)
    for row, (indices, values) in zip(matrix.toarray(), vectors):
        assert np.array_equal(np.flatnonzero(row), np.sort(indices))
        assert np.array_equal(row[indices], values)


@given(st.text())
def test_no_text_makes_it_fail(text):
    indices, values = KNOWN.vector(text)
    assert len(set(indices.tolist())) == len(indices) == len(values)
    assert np.isfinite(values).all() and (values > 0).all()
    assert all(0 <= index < KNOWN.size for index in indices)
    assert all(length == pytest.approx(0) or length == pytest.approx(1) for length in lengths((indices, values)))


def test_there_are_kinds_with_and_without_diacritics():
    forms = {kind.form("đăng ký") for kind in KINDS}
    assert {"đăng ký", "dang ky", "dangky"} == forms
