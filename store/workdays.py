"""Working days as Vietnam's offices count them: Monday to Friday without public holidays, those by the lunar calendar included."""
from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

LANGUAGES = {"vi": "vi", "en": "en_US"}
_DAY = timedelta(1)


@lru_cache(maxsize=len(LANGUAGES))
def public_holidays(language: str = "vi") -> holidays.HolidayBase:
    """Return the public holidays by day, with their names in a language; years are added as they are asked for."""
    return holidays.country_holidays("VN", language=LANGUAGES.get(language, "vi"))


def is_workday(day: date) -> bool:
    """Tell whether offices work on a day."""
    return day.weekday() < 5 and day not in public_holidays()


def workdays_between(start: date, end: date) -> int:
    """Return how many working days come after `start` up to and including `end`: 0 for the same day, negative backwards."""
    if end < start:
        return -workdays_between(end, start)
    return sum(is_workday(start + _DAY * step) for step in range(1, (end - start).days + 1))


def add_workdays(start: date, count: int) -> date:
    """Return the working day that is `count` working days after `start`, or before it if `count` is negative."""
    day, step = start, _DAY if count > 0 else -_DAY
    for _ in range(abs(count)):
        day += step
        while not is_workday(day):
            day += step
    return day
