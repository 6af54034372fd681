"""What a message means does not hang on how it was typed: Unicode form, capitals, place of the tone mark, diacritics."""
from __future__ import annotations

import re
import unicodedata

import pytest

from nlu import examples
from nlu.components import text
from nlu.components.general import GENERAL
from nlu.evaluation import SETS

MESSAGES = [example.text for example in examples.examples(SETS) if example.intent not in GENERAL]

TONE = "[\u0300\u0301\u0303\u0309\u0323]?"
PAIR = re.compile(rf"(?<!q)(o|u(?={TONE}y))({TONE})([aey])({TONE})(?![\w\u0300-\u036f])", re.IGNORECASE)


def other_tone_placement(said: str) -> str:
    """Return the text with hòa for hoà and hoà for hòa."""
    return unicodedata.normalize("NFC", PAIR.sub(r"\1\4\3\2", unicodedata.normalize("NFD", said)))


WAYS = {
    "decomposed": (lambda said: unicodedata.normalize("NFD", said), 0.99),
    "upper case": (str.upper, 0.99),
    "other tone placement": (other_tone_placement, 0.99),
    "without diacritics": (text.fold, 0.92),
}
"""Ways to type a message differently, with the share of the messages it changes that must keep service and decision.

Without diacritics some of the meaning is gone; the others were measured at 1.
"""

pytestmark = pytest.mark.model


@pytest.mark.parametrize(("said", "other"), [
    ("hoà", "hòa"), ("Xoá tên ở toà án, uỷ quyền", "Xóa tên ở tòa án, ủy quyền"), ("quý, toán, của", "quý, toán, của")])
def test_the_other_tone_placement_is_made_right(said, other):
    assert other_tone_placement(said) == other
    assert other_tone_placement(other) == said


@pytest.mark.parametrize("way", WAYS)
async def test_the_same_is_understood_however_it_was_typed(way, understand):
    change, floor = WAYS[way]
    changed = [(said, change(said)) for said in MESSAGES if change(said) != said]
    assert len(changed) > 30, "too few messages to tell"
    lost = []
    for said, typed in changed:
        before, after = await understand(said), await understand(typed)
        if (before["service"], before["decision"]) != (after["service"], after["decision"]):
            lost.append(f"{said} -> {after['service']}, {after['decision']}")
    assert 1 - len(lost) / len(changed) >= floor, "\n".join([f"{len(lost)} of {len(changed)}", *lost])
