"""Understanding on messages never trained on stays on the right side of every recorded floor."""
from __future__ import annotations

import pytest

from nlu import evaluation

pytestmark = pytest.mark.model


async def test_no_measure_is_on_the_wrong_side_of_its_floor(understand):
    report = await evaluation.evaluate(understand)
    assert report.shares.keys() == evaluation.floors().keys()
    assert report.below(evaluation.floors()) == []
