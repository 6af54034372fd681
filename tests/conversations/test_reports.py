"""Reports count right: what ended how, on which day in Vietnam, and nothing that one person alone said."""
from __future__ import annotations

from datetime import date, datetime

import pytest

from answers.outcomes import outcomes
from conversations.reports import ENDINGS, TOP, Reports
from conversations.tables import Turn

DAY = date(2026, 11, 23)


@pytest.fixture
def reports(database):
    return Reports(database, {name: one.kind for name, one in outcomes().items()})


@pytest.fixture
def keep(database):
    """Keep a turn; what is not said of it is usual."""

    def add(outcome="answered", at=datetime(2026, 11, 23, 5), **values):
        usual = {"chat": "web:1", "said": "hộ chiếu", "intent": "passport", "channel": "web", "language": "vi", "decision": "answer"}
        with database.session() as session:
            session.add(Turn(at=at, outcomes=outcome, **{**usual, **values}))

    return add


def test_nothing_was_asked(reports):
    report = reports.over(DAY, DAY)
    assert (report.messages, report.questions, report.rated, report.unanswered) == (0, 0, 0, [])
    assert list(report.days) == [DAY]


@pytest.mark.parametrize(("said", "ending"), [
    ("answered", "answered"), ("case_answered answered", "answered"), ("status_shown", "answered"), ("topic_answered", "answered"),
    ("service_asked", "clarified"), ("not_understood", "fallback"), ("declined", "fallback"), ("failed", "fallback"),
    ("person_offered", "handed_over"), ("answered person_offered", "handed_over"), ("greeted", "talk"), ("listed", "talk"), ("", "talk"),
    ("an_outcome_of_later", "talk")])
def test_a_message_ends_in_one_way(reports, keep, said, ending):
    keep(said)
    assert reports.over(DAY, DAY).endings == {**dict.fromkeys(ENDINGS, 0), ending: 1}


@pytest.mark.parametrize("outcome", outcomes())
def test_every_outcome_has_an_ending(reports, outcome):
    assert reports.ending(outcome) in ENDINGS


def test_questions_are_counted_by_service_aspect_language_and_channel(reports, keep):
    for _ in range(3):
        keep(service="passport", aspect="fee")
    keep(service="passport", aspect="documents", language="en", channel="telegram")
    keep("service_asked", service="seal_new", aspect="fee")
    keep("greeted", service=None, language="en")
    report = reports.over(DAY, DAY)
    assert list(report.services.items()) == [("passport", 4), ("seal_new", 1)]
    assert list(report.aspects.items()) == [("fee", 4), ("documents", 1)]
    assert report.languages == {"vi": 4, "en": 1} and report.channels == {"web": 4, "telegram": 1}
    assert (report.messages, report.questions) == (6, 5)


def test_a_day_is_a_day_in_vietnam(reports, keep):
    keep(at=datetime(2026, 11, 22, 16, 59, 59))
    keep(at=datetime(2026, 11, 22, 17))
    keep(at=datetime(2026, 11, 23, 16, 59, 59, 999_999))
    keep(at=datetime(2026, 11, 23, 17))
    assert reports.over(DAY, DAY).messages == 2
    days = reports.over(date(2026, 11, 21), date(2026, 11, 25)).days
    assert [counts["answered"] for counts in days.values()] == [0, 1, 2, 1, 0]


def test_ratings_and_lookups_are_counted(reports, keep):
    for rating in (1, 1, 1, -1, None):
        keep(rating=rating)
    for outcome in ("status_shown", "status_shown", "no_match", "too_many_attempts"):
        keep(outcome)
    report = reports.over(DAY, DAY)
    assert (report.helped, report.not_helped, report.rated) == (3, 1, 4)
    assert report.lookups == {"status_shown": 2, "no_match": 1, "too_many_attempts": 1}


def test_what_one_person_alone_said_is_not_shown(reports, keep):
    for _ in range(5):
        keep("not_understood", decision="fallback", said="bà Nguyễn Thị Lan ở xóm 5 nợ tôi tiền")
    keep("not_understood", decision="fallback", said="xin giấy phép nuôi cá")
    keep("service_asked", decision="clarify", said="Xin giấy phép nuôi cá", chat="web:2")
    keep(rating=-1, said="đổi bằng", chat="web:3")
    keep(rating=-1, said="đổi bằng", chat="web:4")
    keep("answered", decision="", rating=-1, said="/passport", chat="web:5")
    keep("answered", decision="", rating=-1, said="/passport", chat="web:6")
    assert {text for text, _ in reports.over(DAY, DAY).unanswered} == {"xin giấy phép nuôi cá", "đổi bằng"}


def test_only_the_most_frequent_are_shown(reports, keep):
    for number in range(TOP + 5):
        for chat in range(2 + (number == 7)):
            keep("not_understood", decision="fallback", said=f"câu {number}", chat=f"web:{chat}")
    shown = reports.over(DAY, DAY).unanswered
    assert len(shown) == TOP and shown[0] == ("câu 7", 3)
