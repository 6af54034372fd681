"""Words run together or torn apart are put right with the words of the training data, and with nothing else."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.components.spacing import Spacing

SAID = ["đăng ký tạm trú ở đâu", "làm lại hộ chiếu mất bao lâu", "chủ trọ đăng ký cho khách thuê được không", "nộp hồ sơ online",
        "how to renew a passport online", "lam lai ho chieu 2 con"]

KNOWN = Spacing()
KNOWN.fit([said.split() for said in SAID] * 30)


@pytest.mark.parametrize(("typed", "meant"), [
    ("đăngkýtạmtrú ởđâu", "đăng ký tạm trú ở đâu"), ("dangkytamtru odau", "dang ky tam tru odau"),
    ("lamlaihochieu", "lam lai ho chieu"), ("hộchiếu 2con", "hộ chiếu 2 con"), ("hộchiếu12con", "hộ chiếu 12 con"),
    ("ch ủ trọ đ ăng ký", "chủ trọ đăng ký"), ("đư ợc không", "được không"),
])
def test_words_are_put_right(typed, meant):
    assert " ".join(KNOWN.restored(typed.split())) == meant


@pytest.mark.parametrize("said", [*SAID, "registration office", "nguyễn thị quỳnh", "xyzxyzxyz", "onlineonlinex", "a", ""])
def test_other_words_stay(said):
    assert KNOWN.restored(said.split()) == said.split()


def test_a_frequent_word_is_not_read_as_several():
    spacing = Spacing()
    spacing.fit([["on"], ["line"], ["online"]] * 30)
    assert spacing.restored(["online"]) == ["online"]


def test_a_rare_run_of_known_words_is_read_as_them():
    spacing = Spacing()
    spacing.fit([["hồ", "sơ"]] * 30 + [["hồsơ"]] * 3)
    assert spacing.restored(["hồsơ"]) == ["hồ", "sơ"]


@given(st.lists(st.text(alphabet="adđhkơồốtuở1 ", max_size=12), max_size=6))
def test_no_letter_is_lost_or_made_up(words):
    words = [word for word in "".join(words).split() if word]
    assert "".join(KNOWN.restored(words)) == "".join(words)


def test_a_word_without_end_is_left_alone():
    assert KNOWN.restored(["hộchiếu" * 1000]) == ["hộchiếu" * 1000]
