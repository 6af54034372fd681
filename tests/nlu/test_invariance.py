"""What a message means does not hang on how it was typed: Unicode form, capitals, place of the tone mark, diacritics."""
from __future__ import annotations

import pytest

from nlu import evaluation
from nlu.ways import WAYS, other_tone_placement

KEPT = {"decomposed": 0.99, "upper case": 0.99, "other tone placement": 0.99, "without diacritics": 0.95}
"""The share of the messages each way changes that must keep service and decision. Without diacritics some of the meaning is gone."""


@pytest.mark.parametrize(("said", "other"), [
    ("hoà", "hòa"), ("Xoá tên ở toà án, uỷ quyền", "Xóa tên ở tòa án, ủy quyền"), ("quý, toán, của", "quý, toán, của")])
def test_the_other_tone_placement_is_made_right(said, other):
    assert other_tone_placement(said) == other
    assert other_tone_placement(other) == said


@pytest.mark.model
async def test_the_same_is_understood_however_it_was_typed(understand):
    shares = await evaluation.same_however_typed(understand)
    assert shares.keys() == WAYS.keys() == KEPT.keys()
    assert all(share.count > 30 for share in shares.values()), "too few messages to tell"
    assert {way: share.value for way, share in shares.items() if share.value < KEPT[way]} == {}
