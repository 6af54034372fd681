"""The queue of what was answered badly: what is in it and what stands together."""
from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.grouping import grouped
from conversations.unanswered import KEPT, Unanswered
from store.base import utc_now


@pytest.fixture
def queue(database):
    return Unanswered(database)


def said(groups):
    return [list(group.texts) for group in groups]


@pytest.mark.parametrize("how", [{"decision": "fallback"}, {"decision": "clarify"}, {"rating": -1}])
def test_what_was_declined_asked_about_or_disliked_is_in_the_queue(queue, turn, how):
    turn("tách khẩu", **how)
    assert said(queue.groups()) == [["tách khẩu"]]


@pytest.mark.parametrize("how", [{}, {"rating": 1}, {"decision": "", "outcomes": "declined"},
                                 {"decision": "fallback", "at": utc_now() - KEPT - timedelta(hours=1)}])
def test_what_was_answered_or_pressed_or_is_old_is_not(queue, turn, how):
    turn("tách khẩu", **how)
    assert queue.groups() == []


def test_alike_messages_stand_together_the_most_frequent_first(queue, turn):
    for text in ("cấp lại bằng tốt nghiệp", "Tách hộ khẩu cần gì", "tach ho khau can gi", "tách hộ khẩu cần những gì", "tách hộ khẩu cần gì"):
        turn(text, decision="fallback")
    first, second = queue.groups()
    assert (first.count, second.count) == (4, 1)
    assert set(first.texts) == {"Tách hộ khẩu cần gì", "tach ho khau can gi", "tách hộ khẩu cần những gì", "tách hộ khẩu cần gì"}


def test_a_group_tells_why_it_is_there_and_what_was_answered(queue, turn):
    turn("xe", decision="clarify", service="motorbike_registration")
    turn("xe", rating=-1, service="driving_licence")
    turn("xe", decision="clarify", service="motorbike_registration")
    [group] = queue.groups()
    assert (list(group.reasons), list(group.services)) == (["clarify", "disliked"], ["motorbike_registration", "driving_licence"])


@pytest.mark.parametrize(("reason", "found"), [
    ("fallback", [["a b c"]]), ("clarify", [["x y z"]]), ("disliked", [["m n o"]]), ("other", [["m n o"], ["x y z"], ["a b c"]])])
def test_the_queue_can_be_looked_at_by_reason(queue, turn, reason, found):
    for text, how in (("a b c", {"decision": "fallback"}), ("x y z", {"decision": "clarify"}), ("m n o", {"rating": -1})):
        turn(text, **how)
    assert said(queue.groups(reason)) == found


OUTCOMES = {"fallback": ["declined"], "clarify": ["focus_missing"]}


@pytest.mark.parametrize(("outcomes", "reasons"), [
    ("declined", ["fallback"]), ("answered focus_missing", ["clarify"]), ("answered", None), ("focusXmissing", None)])
def test_how_a_message_ended_puts_it_in_the_queue_whatever_was_decided(database, turn, outcomes, reasons):
    turn("tách khẩu", decision="answer", outcomes=outcomes)
    found = Unanswered(database, OUTCOMES).groups()
    assert [group.reasons for group in found] == ([reasons] if reasons else [])
    assert [group.outcomes for group in found] == ([outcomes.split()] if reasons else [])
    assert len(Unanswered(database, OUTCOMES).groups("fallback")) == (reasons == ["fallback"])


def test_messages_without_letters_are_grouped_too():
    assert grouped(["?", "!!", "?", ""]) == [[0, 1, 2, 3]]
    assert grouped([]) == []
