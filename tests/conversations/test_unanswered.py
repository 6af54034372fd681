"""The queue of what was answered badly: what is in it, what stands together, and what labelling does."""
from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.unanswered import KEPT, Unanswered, grouped
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


def test_a_label_takes_the_messages_off_the_queue_and_keeps_each_wording_once(queue, turn):
    turns = [turn(text, decision="fallback") for text in ("tách khẩu", "tách khẩu", "tách hộ khẩu")]
    assert queue.label(turns, "out_of_scope", [], "lan") == 2
    assert queue.groups() == []
    assert {(row.text, row.intent, row.aspects, row.author) for row in queue.labels()} == {
        ("tách khẩu", "out_of_scope", "", "lan"), ("tách hộ khẩu", "out_of_scope", "", "lan")}


def test_a_message_that_teaches_nothing_goes_without_becoming_an_example(queue, turn):
    assert queue.label([turn("asdf", decision="fallback")], "", [], "lan") == 0
    assert queue.groups() == [] and queue.labels() == []


def test_two_people_do_not_label_the_same_message_twice(queue, turn):
    only = turn("làm cái thẻ", decision="clarify")
    assert queue.label([only], "citizen_id_card", ["fee", "place"], "lan") == 1
    assert queue.label([only], "passport", ["fee"], "minh") == 0
    assert [(row.intent, row.aspects) for row in queue.labels()] == [("citizen_id_card", "fee,place")]


def test_a_label_taken_back_puts_its_messages_in_the_queue_again(queue, turn):
    queue.label([turn("làm cái thẻ", decision="clarify")], "citizen_id_card", ["fee"], "lan")
    [label] = queue.labels()
    assert queue.unlabel(label.id) and not queue.unlabel(label.id)
    assert said(queue.groups()) == [["làm cái thẻ"]] and queue.labels() == []


def test_messages_without_letters_are_grouped_too():
    assert grouped(["?", "!!", "?", ""]) == [[0, 1, 2, 3]]
    assert grouped([]) == []
