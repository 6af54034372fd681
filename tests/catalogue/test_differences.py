"""Differences between two contents: each field that changed, once, and items of lists matched before they are compared."""
from __future__ import annotations

import copy

import pytest

from catalogue.differences import differences


def told(before, after):
    return [(one.place, one.before, one.after) for one in differences(before, after)]


@pytest.mark.parametrize(("before", "after", "expected"), [
    ({"a": 1}, {"a": 1}, []),
    ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
    ({"a": 1}, {}, [("a", 1, None)]),
    ({}, {"a": {"vi": "x"}}, [("a", None, {"vi": "x"})]),
    ({"a": {"vi": "x", "en": "y"}}, {"a": {"vi": "z", "en": "y"}}, [("a.vi", "x", "z")]),
    ({"a": [1, 2, 3]}, {"a": [1, 9, 2, 3]}, [("a.1", None, 9)]),
    ({"a": [1, 2, 3]}, {"a": [1, 3]}, [("a.1", 2, None)]),
    ({"a": [{"x": 1, "y": 1}]}, {"a": [{"x": 1, "y": 2}]}, [("a.0.y", 1, 2)]),
    ({"a": [1]}, {"a": "text"}, [("a", [1], "text")]),
])
def test_what_differs_is_told_with_its_place(before, after, expected):
    assert told(before, after) == expected


def test_a_changed_fee_is_one_difference(passport):
    after = copy.deepcopy(passport)
    after["fees"][0]["periods"][0]["amount_vnd"] += 1
    assert [place for place, *_ in told(passport, after)] == ["fees.0.periods.0.amount_vnd"]
