"""Understanding on messages never trained on stays on the right side of every recorded floor."""
from __future__ import annotations

import pytest

from nlu import evaluation

pytestmark = pytest.mark.model


@pytest.mark.parametrize("folder", [evaluation.SETS, evaluation.QUESTIONS], ids=lambda folder: folder.name)
async def test_no_measure_is_on_the_wrong_side_of_its_floor(folder, understand):
    report, floors = await evaluation.evaluate(understand, folder), evaluation.floors(folder / evaluation.FLOORS.name)
    assert report.shares.keys() == floors.keys()
    assert report.below(floors) == []
