"""What holds on a day and in a case."""
from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalogue.model import ASPECTS, Line, Scope, Script, Topic, in_force, in_language, lines

FIRST, LAST = date(2027, 1, 1), date(2027, 2, 28)
DAY = timedelta(1)


@pytest.mark.parametrize(("day", "holds"), [(FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)])
def test_both_ends_of_a_period_belong_to_it(day, holds):
    assert Scope(FIRST, LAST).holds(day) is holds


@pytest.mark.parametrize("day", [date.min, FIRST, date.max])
def test_a_fact_without_dates_always_holds(day):
    assert Scope().holds(day)


@pytest.mark.parametrize(("case", "holds"), [("lost", True), ("new", False), (None, True)])
def test_a_fact_of_some_cases_holds_in_those_and_where_no_case_is_asked(case, holds):
    assert Scope(cases=frozenset({"lost", "damaged"})).holds(FIRST, case) is holds


def test_a_fact_of_no_case_holds_in_each():
    assert Scope().holds(FIRST, "lost")


def test_what_is_in_force_keeps_its_written_order():
    made = lines([{"vi": "a"}, {"vi": "b", "until": "2026-12-31"}, {"vi": "c", "cases": ["lost"]}, {"vi": "d"}])
    assert [line.text["vi"] for line in in_force(made, FIRST, "new")] == ["a", "d"]
    assert [line.text["vi"] for line in in_force(made, FIRST - DAY, "lost")] == ["a", "b", "c", "d"]


def test_a_line_keeps_its_languages_and_nothing_else():
    assert lines([{"vi": "a", "en": "b", "sources": ["s1"], "from": "2027-01-01"}]) == (
        Line({"vi": "a", "en": "b"}, Scope(FIRST)),)


def test_a_language_that_was_not_written_falls_back_to_vietnamese():
    assert in_language({"vi": "hộ chiếu", "en": "passport"}, "en") == "passport"
    assert in_language({"vi": "hộ chiếu"}, "en") == "hộ chiếu"


def test_every_file_makes_a_script_that_carries_all_its_facts(data, script):
    assert script.id == data["id"]
    assert script.tag == f"{data['id']}@{script.revision}"
    assert [case.id for case in script.cases] == [case["id"] for case in data["cases"]]
    assert len(script.fees) == sum(len(fee["periods"]) for fee in data["fees"])
    assert len(script.duration) == sum(len(item["periods"]) for item in data["duration"])
    for part in ("eligibility", "documents", "steps", "place", "deadline", "result", "legal_basis", "faq"):
        assert len(getattr(script, part)) == len(data[part]), part


def test_a_period_of_a_fee_has_the_dates_of_the_period_and_the_cases_of_the_fee(passport):
    until, after = Script.of(passport).fees[:2]
    assert (until.amount, until.scope.end, until.scope.start) == (100_000, date(2026, 12, 31), None)
    assert (after.amount, after.scope.end, after.scope.start) == (200_000, None, FIRST)
    assert until.scope.cases == after.scope.cases == {"first", "renew", "child"}


@pytest.mark.parametrize("case", [None, "", "no_such_case"])
def test_an_unknown_case_is_none(passport, case):
    assert Script.of(passport).case(case) is None


def test_the_shared_script_makes_topics_that_name_their_revision(shared):
    for data in shared["topics"]:
        topic = Topic.of(data, 3)
        assert (topic.id, topic.tag, len(topic.lines)) == (data["id"], "_shared@3", len(data["lines"]))
        assert topic.verified_on


def test_the_aspects_are_the_eleven_of_the_contract():
    assert len(ASPECTS) == len(set(ASPECTS)) == 11
