"""Labels: what they take off the queue, what they teach, and taking them back."""
from __future__ import annotations

import pytest

from conversations.labels import PAGE, Labels
from conversations.unanswered import Unanswered


@pytest.fixture
def labels(database):
    return Labels(database)


@pytest.fixture
def queue(database):
    return lambda: sorted(text for group in Unanswered(database).groups() for text in group.texts)


def test_a_label_takes_the_messages_off_the_queue_and_keeps_each_wording_once(labels, queue, turn):
    turns = [turn(text, decision="fallback") for text in ("tách khẩu", "tách khẩu", "tách hộ khẩu")]
    assert labels.add(turns, "out_of_scope", [], "lan") == 2
    assert queue() == []
    assert {(row.text, row.intent, row.aspects, row.author) for row in labels.examples()} == {
        ("tách khẩu", "out_of_scope", "", "lan"), ("tách hộ khẩu", "out_of_scope", "", "lan")}


def test_a_message_that_teaches_nothing_goes_without_becoming_an_example(labels, queue, turn):
    assert labels.add([turn("asdf", decision="fallback")], "", [], "lan") == 1
    assert queue() == [] and labels.examples() == [] and labels.count() == 0
    assert [row.text for row in labels.page()] == ["asdf"]


def test_two_people_do_not_label_the_same_message_twice(labels, turn):
    only = turn("làm cái thẻ", decision="clarify")
    assert labels.add([only], "citizen_id_card", ["fee", "place"], "lan") == 1
    assert labels.add([only], "passport", ["fee"], "minh") == 0
    assert [(row.intent, row.aspects) for row in labels.examples()] == [("citizen_id_card", "fee,place")]


def test_a_label_taken_back_puts_its_messages_in_the_queue_again(labels, queue, turn):
    labels.add([turn("làm cái thẻ", decision="clarify")], "citizen_id_card", ["fee"], "lan")
    [label] = labels.examples()
    assert labels.remove(label.id).text == "làm cái thẻ" and labels.remove(label.id) is None
    assert queue() == ["làm cái thẻ"] and labels.examples() == []


def test_undo_takes_back_what_one_labelled_last_and_nobody_elses(labels, queue, turn):
    labels.add([turn("một", decision="fallback")], "passport", [], "lan")
    labels.add([turn(text, decision="fallback") for text in ("hai", "ba")], "", [], "lan")
    labels.add([turn("bốn", decision="fallback")], "passport", [], "minh")
    assert sorted(row.text for row in labels.last("lan")) == ["ba", "hai"]
    assert len(labels.undo("lan")) == 2 and queue() == ["ba", "hai"]
    assert len(labels.undo("lan")) == 1 and labels.undo("lan") == []
    assert [row.text for row in labels.examples()] == ["bốn"]


def test_written_examples_are_masked_and_kept_once(labels):
    given = ["  tách thửa cần gì ", "", "tách thửa cần gì", "gọi em 0912345678"]
    assert labels.write(given, "land_change_registration", ["documents"], "lan") == 2
    assert labels.write(given, "land_change_registration", ["documents"], "minh") == 0
    assert [row.text for row in labels.examples()] == ["tách thửa cần gì", "gọi em …"]


def test_labels_are_counted_since_a_time_and_read_page_by_page(labels):
    labels.write([f"ví dụ {number}" for number in range(PAGE + 3)], "passport", [], "lan")
    before = labels.examples()[-1].at
    labels.write(["mới"], "passport", [], "lan")
    assert (labels.count(), labels.count(before)) == (PAGE + 4, 1)
    first = labels.page()
    assert (len(first), first[0].text, len(labels.page(first[-1].id))) == (PAGE, "mới", 4)
