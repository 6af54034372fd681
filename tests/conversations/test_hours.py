"""When people answer: in the table's hours, in Nghệ An time, not on public holidays nor on days closed by hand."""
from __future__ import annotations

from datetime import date, datetime

import pytest

from conversations.hours import FILE, Hours, WrongHours, read
from store.base import VIETNAM


@pytest.fixture
def at(database):
    """The hours as of a time in Nghệ An: `at("2026-11-30 08:00")`."""
    return lambda moment: Hours(database, clock=lambda: datetime.fromisoformat(moment) - VIETNAM)


@pytest.mark.parametrize(("moment", "open_"), [
    ("2026-11-30 07:29", False), ("2026-11-30 07:30", True), ("2026-11-30 11:29", True), ("2026-11-30 11:30", False),
    ("2026-11-30 13:30", True), ("2026-11-30 16:59", True), ("2026-11-30 17:00", False),
    ("2026-12-05 09:00", False), ("2026-12-06 09:00", False),
    ("2027-01-01 09:00", False), ("2027-02-05 09:00", False), ("2027-02-08 09:00", False), ("2027-04-16 09:00", False),
    ("2027-09-02 09:00", False), ("2027-02-12 09:00", True),
])
def test_people_answer_in_working_hours_and_on_no_holiday(moment, open_, at):
    assert at(moment).open() is open_


@pytest.mark.parametrize(("moment", "back"), [
    ("2026-11-30 08:00", "2026-11-30 08:00"), ("2026-11-30 06:00", "2026-11-30 07:30"), ("2026-11-30 12:00", "2026-11-30 13:30"),
    ("2026-11-30 17:00", "2026-12-01 07:30"), ("2026-12-04 18:00", "2026-12-07 07:30"),
    # New Year's Day is a Friday; Tết of 2027 is from a Thursday to the Wednesday after; 2 September is a Thursday.
    ("2026-12-31 18:00", "2027-01-04 07:30"), ("2027-02-03 17:00", "2027-02-11 07:30"), ("2027-09-01 17:00", "2027-09-06 07:30"),
])
def test_when_people_are_back_counts_week_ends_and_lunar_holidays(moment, back, at):
    assert at(moment).next_open() == datetime.fromisoformat(back) - VIETNAM


def test_a_day_closed_by_hand_is_closed_until_it_is_taken_back(at):
    hours = at("2026-11-30 08:00")
    assert hours.close(date(2026, 11, 30), "Tập huấn", "lan") and not hours.close(date(2026, 11, 30), "x", "minh")
    assert not hours.open() and hours.next_open() == datetime(2026, 12, 1, 0, 30)
    assert ("Tập huấn", False) in [(one.name, one.holiday) for one in hours.closed_days()]
    assert hours.reopen(date(2026, 11, 30)) and not hours.reopen(date(2026, 11, 30))
    assert hours.open()


def test_the_list_of_closed_days_has_the_holidays_to_the_end_of_next_year(at):
    days = {one.day: one.name for one in at("2026-11-30 08:00").closed_days()}
    assert days[date(2027, 2, 6)] == "Tết Nguyên Đán" and date(2026, 9, 2) not in days
    assert {one.day: one.name for one in at("2026-11-30 08:00").closed_days("en")}[date(2027, 4, 30)] != days[date(2027, 4, 30)]


def test_a_table_that_is_never_open_is_told_as_never(database):
    week = {day: [] for day in read()}
    assert Hours(database, week).next_open() is None and not Hours(database, week).open()


@pytest.mark.parametrize("text", ["monday: [\"7:30-11:30\"]", "monday: [\"11:30-07:30\"]", "monday: [\"25:00-26:00\"]", "montag: []",
                                  "- monday", "monday: [5]"])
def test_a_wrong_table_is_told_where(text, tmp_path):
    file = tmp_path / "hours.yml"
    file.write_text(text)
    with pytest.raises(WrongHours, match="hours.yml"):
        read(file)


def test_the_table_of_the_project_is_right():
    assert sum(len(spans) for spans in read(FILE).values()) == 10
