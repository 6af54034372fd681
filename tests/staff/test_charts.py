"""Charts: columns as tall as their counts, on a scale people read, however much or little there is."""
from __future__ import annotations

from datetime import date, timedelta

import pytest

from staff.charts import BOTTOM, HEIGHT, LEFT, WIDTH, columns, share

KINDS = ("answered", "fallback")


def days(*counts):
    return {date(2026, 11, 1) + timedelta(number): {"answered": one} for number, one in enumerate(counts)}


def test_columns_are_as_tall_as_their_counts():
    drawn = columns(days(10, 0, 5), KINDS)
    first, second = drawn.boxes
    assert first.height == 2 * second.height and first.y + first.height == HEIGHT - BOTTOM
    assert [mark.text for mark in drawn.days] == ["01/11", "02/11", "03/11"]


def test_kinds_stand_on_each_other():
    low, high = columns({date(2026, 11, 1): {"answered": 3, "fallback": 2}}, KINDS).boxes
    assert (low.kind, high.kind) == KINDS and high.y + high.height == pytest.approx(low.y, abs=.2)


@pytest.mark.parametrize("counts", [(), (0,), (1,), (7,) * 31, (999_999,) * 366, (1,) * 62, (3,) * 63])
def test_everything_stays_within_the_picture(counts):
    drawn = columns(days(*counts), KINDS)
    for box in drawn.boxes:
        assert box.x >= LEFT and box.x + box.width <= WIDTH + .2 and box.y >= 0 and box.height > 0
    assert len(drawn.days) <= 13 and all(mark.text for mark in (*drawn.days, *drawn.scale))


def test_many_days_are_months():
    assert [mark.text for mark in columns(days(*[1] * 91), KINDS).days] == ["11/2026", "12/2026", "01/2027"]


@pytest.mark.parametrize(("part", "whole", "hundredths"), [(1, 3, 33.3), (0, 0, 0), (5, 5, 100), (0, 9, 0)])
def test_shares_are_in_hundredths(part, whole, hundredths):
    assert share(part, whole) == hundredths
