"""VNI left as typed: read where it is certain, and left alone where figures are figures."""
from __future__ import annotations

import pytest

from nlu.components import text, vni


@pytest.mark.parametrize(("typed", "meant"), [
    ("la2m la5i ca8n cu7o71c o73 d9a6u", "làm lại căn cước ở đâu"),
    ("bie63n so61 xe ma1y d9ie65n he61t bao nhie6u tie62n", "biển số xe máy điện hết bao nhiêu tiền"),
    ("ke61t ho6n vo71i ngu7o72i nha65t ca62n gia61y to72 gi2", "kết hôn với người nhật cần giấy tờ gì"),
    ("duong972 tien62 quoc61", "đường tiền quốc"),
])
def test_what_was_typed_in_vni_is_read(typed, meant):
    assert " ".join(vni.decoded(typed.split())) == meant


@pytest.mark.parametrize("said", [
    "đổi bằng a1 sang thẻ mới", "bang b2 het han", "mẫu ct07 lấy ở đâu", "xe na18 bien 37", "ho so g01 h41", "passport for 2 kids",
    "hang c1 va d2 khac nhau the nao", "",
])
def test_figures_that_are_figures_stay(said):
    assert vni.decoded(said.split()) == said.split()


def test_a_class_of_licence_stays_between_words_in_vni():
    assert vni.decoded("ba82ng a1 he61t ha5n".split()) == ["bằng", "a1", "hết", "hạn"]


@pytest.mark.parametrize("word", ["bcd12", "la12", "zz77", "o7", "777", "qu9"])
def test_what_is_no_syllable_is_none(word):
    assert vni.syllable(word) is None


def test_a_message_in_vni_is_the_same_as_one_with_its_letters():
    assert text.accented("ho65 chie61u cho tre3 em") == "hộ chiếu cho trẻ em"
