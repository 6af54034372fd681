"""Working days with Vietnam's public holidays."""
from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from store.workdays import add_workdays, is_workday, public_holidays, workdays_between

DAYS = some.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize("day", [
    date(2026, 11, 28), date(2026, 11, 29), date(2027, 1, 1), date(2027, 2, 4), date(2027, 2, 5), date(2027, 2, 8), date(2027, 2, 10),
    date(2026, 4, 27), date(2027, 4, 30), date(2027, 5, 3), date(2027, 9, 2),
])
def test_weekends_and_holidays_are_no_workdays(day):
    """Tết 2027 (6 February), Hùng Kings' day moved from a Sunday, 1 May moved from a Saturday."""
    assert not is_workday(day)


def test_the_weekdays_between_are(day=date(2026, 11, 23)):
    assert all(is_workday(day + timedelta(shift)) for shift in range(5))


@pytest.mark.parametrize(("start", "end", "expected"), [
    (date(2026, 11, 23), date(2026, 11, 23), 0), (date(2026, 11, 23), date(2026, 11, 24), 1), (date(2026, 11, 27), date(2026, 11, 30), 1),
    (date(2026, 11, 30), date(2026, 11, 27), -1), (date(2026, 12, 31), date(2027, 1, 4), 1), (date(2027, 2, 3), date(2027, 2, 11), 1),
])
def test_days_are_counted_without_the_first(start, end, expected):
    assert workdays_between(start, end) == expected


@given(start=DAYS, count=some.integers(-30, 30))
def test_adding_and_counting_agree(start, count):
    end = add_workdays(start, count)
    if is_workday(start):
        assert workdays_between(start, end) == count
    assert count == 0 or is_workday(end)


def test_holidays_have_names_in_both_languages():
    day = date(2027, 1, 1)
    assert public_holidays("vi")[day] != public_holidays("en")[day]
