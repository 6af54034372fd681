"""The service index: what is counted, by which groups, and what is hidden."""
from __future__ import annotations

from datetime import date, datetime

import pytest

from answers.words import languages
from dossiers import records
from dossiers.index import GROUPS, SMALLEST, Figures, Index, Line, definitions

TODAY, START, END = date(2026, 11, 23), date(2026, 1, 1), date(2026, 12, 31)
STATE = {
    "number": "", "service": "passport", "status": 4, "office": "UBND", "filed_on": date(2026, 11, 2), "due_on": None,
    "changed_at": datetime(2026, 11, 3, 2), "note": "", "phone_hash": "x", "id_hash": None, "level": "commune", "channel": None,
    "paid_online": None, "finished_on": None, "supplement_by": None, "source": None}


@pytest.fixture
def add(database):
    """Store dossiers: `add(12, channel=2)`."""
    made = []

    def write(count: int, **columns) -> None:
        rows = [{**STATE, "number": f"H41.12-261112-{len(made) + one:06}", **columns} for one in range(count)]
        made.extend(rows)
        with database.session() as session:
            records.write(session, rows, datetime(2026, 11, 3))

    return write


@pytest.fixture
def index(database) -> Index:
    return Index(database)


def total(index) -> Figures:
    return index.total(START, END, TODAY).figures


def test_the_shares_are_those_leaders_read(index, add):
    """45.03 % of all filed online: the kind of figure the province publishes."""
    add(4_503, channel=2)
    add(5_497, channel=1)
    add(10)
    found = total(index)
    assert (found.received, found.online, found.known_channel, found.share("online")) == (10_010, 4_503, 10_000, 45.03)


@pytest.mark.parametrize(("columns", "on_time", "overdue"), [
    ({"finished_on": date(2026, 11, 10)}, 1, 0), ({"finished_on": date(2026, 11, 11)}, 0, 1),
    ({"status": 9, "changed_at": datetime(2026, 11, 10, 3)}, 1, 0), ({"status": 10, "changed_at": datetime(2026, 11, 12, 3)}, 0, 1),
    ({}, 0, 1), ({"status": 5}, 0, 0), ({"status": 6}, 0, 0), ({"status": 3}, 0, 0), ({"due_on": date(2026, 11, 23)}, 0, 0),
    ({"due_on": None}, 0, 0),
])
def test_on_time_and_overdue(index, add, columns, on_time, overdue):
    add(SMALLEST, **{"due_on": date(2026, 11, 10), **columns})
    assert (total(index).on_time, total(index).overdue) == (on_time * SMALLEST, overdue * SMALLEST)


def test_papers_asked_for_once_count_for_good(index, add, database):
    add(SMALLEST, status=5)
    with database.session() as session:
        later = [{**STATE, "number": f"H41.12-261112-{one:06}", "status": 9, "changed_at": datetime(2026, 11, 9)} for one in range(SMALLEST)]
        records.write(session, later, datetime(2026, 11, 9))
    add(SMALLEST)
    assert total(index).share("supplemented") == 50


def test_payments_count_only_where_there_was_something_to_pay(index, add):
    add(30, paid_online=True)
    add(10, paid_online=False)
    add(10)
    assert total(index).share("paid_online") == 75


def test_the_period_is_that_of_filing(index, add):
    add(SMALLEST, filed_on=date(2025, 12, 31))
    add(SMALLEST, filed_on=date(2026, 1, 1))
    assert total(index).received == SMALLEST


@pytest.mark.parametrize(("by", "other", "names"), [
    ("level", {"level": "department"}, ["commune", "department"]), ("office", {"office": "Sở"}, ["UBND", "Sở"]),
    ("service", {"service": None}, ["passport", None]), ("month", {"filed_on": date(2026, 3, 1)}, ["2026-03", "2026-11"])])
def test_groups(index, add, by, other, names):
    add(20)
    add(15, **other)
    assert [line.name for line in index.table(by, START, END, TODAY)] == names
    assert sum(line.figures.received for line in index.table(by, START, END, TODAY)) == 35


def test_small_groups_show_nothing(index, add):
    for office, count in (("a", 50), ("b", SMALLEST - 1), ("c", 1)):
        add(count, office=office)
    assert [(line.name, line.figures is None) for line in index.table("office", START, END, TODAY)] == [
        ("a", False), ("b", True), ("c", True)]


def test_one_small_group_alone_cannot_be_worked_out_from_the_total(index, add):
    for office, count in (("a", 50), ("b", 20), ("c", 1)):
        add(count, office=office)
    assert [line.figures is None for line in index.table("office", START, END, TODAY)] == [False, True, True]


def test_a_small_total_shows_nothing(index, add):
    add(SMALLEST - 1)
    assert index.total(START, END, TODAY) == Line("", None)


def test_without_dossiers_there_is_nothing(index):
    assert index.total(START, END, TODAY).figures is None
    assert all(index.table(by, START, END, TODAY) == [] for by in GROUPS)


@pytest.mark.parametrize("name", definitions())
def test_every_figure_has_its_name_and_meaning_in_every_language(name):
    one = definitions()[name]
    assert all(one[part][language].strip() for part in ("name", "means") for language in languages())
    assert hasattr(Figures(), name) and ("of" not in one or hasattr(Figures(), one["of"]))
