"""The outbox: each message once, those of a chat in order, nothing lost when a process dies."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from conversations.outbox import CLAIM, KEPT, Outbox
from conversations.tables import OutboxRow
from store.trace import traced

REPLY = {"outcome": "answered", "title": "040099012345"}


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 2)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(database, clock):
    return Outbox(database, clock)


def keys(database, state):
    with database.session() as session:
        return {row.key for row in session.query(OutboxRow).filter_by(state=state)}


def test_a_message_is_put_once_whatever_happened_to_it(outbox):
    assert outbox.put("telegram:1", REPLY, "a")
    assert not outbox.put("telegram:1", REPLY, "a")
    [letter] = outbox.claim("telegram")
    outbox.sent(letter.id)
    assert not outbox.put("telegram:1", REPLY, "a")
    assert outbox.claim("telegram") == []


def test_the_same_message_put_by_many_at_once_is_there_once(outbox):
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda _: outbox.put("web:a", REPLY, "a"), range(24)))
    assert done.count(True) == 1
    assert [letter.reply for letter in outbox.due("web:a")] == [REPLY]


def test_a_message_goes_with_the_transaction_it_belongs_to(outbox, database):
    with pytest.raises(RuntimeError), database.session() as session:
        outbox.put("web:a", REPLY, "a", session=session)
        raise RuntimeError("the other half failed")
    assert outbox.due("web:a") == []
    assert outbox.put("web:a", REPLY, "a")


def test_several_workers_never_get_the_same_message(outbox, database):
    expected = {f"{chat}.{number}" for chat in range(30) for number in range(3)}
    for key in sorted(expected):
        outbox.put(f"telegram:{key.partition('.')[0]}", REPLY, key)
    got: list[tuple[str, int]] = []

    def work(_: int) -> None:
        while letters := outbox.claim("telegram"):
            for letter in letters:
                got.append((letter.chat, letter.id))
                outbox.sent(letter.id)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    work(0)
    assert len(got) == len(set(got)) == len(expected)
    assert keys(database, "sent") == expected
    for chat in range(30):
        of_chat = [letter for name, letter in got if name == f"telegram:{chat}"]
        assert of_chat == sorted(of_chat)


def test_the_next_message_of_a_chat_waits_for_the_one_before(outbox):
    for key in ("a", "b"):
        outbox.put("telegram:1", REPLY, key)
    [first] = outbox.claim("telegram")
    assert outbox.claim("telegram") == []
    outbox.sent(first.id)
    [second] = outbox.claim("telegram")
    assert second.id > first.id


def test_what_cannot_be_sent_now_comes_again_and_holds_its_chat_back_but_no_other(outbox, clock):
    for chat in ("telegram:1", "telegram:1", "telegram:2"):
        outbox.put(chat, REPLY, f"{chat}{clock.now}{len(outbox.due(chat))}")
    first, other = outbox.claim("telegram")
    outbox.later(first.id, timedelta(minutes=5))
    outbox.sent(other.id)
    assert outbox.claim("telegram") == []
    clock.passes(timedelta(minutes=6))
    [again] = outbox.claim("telegram")
    assert (again.id, again.tries) == (first.id, 1)


def test_the_message_of_a_process_that_died_is_sent_by_another(outbox, clock):
    outbox.put("telegram:1", REPLY, "a")
    [lost] = outbox.claim("telegram")
    clock.passes(CLAIM - timedelta(seconds=1))
    assert outbox.claim("telegram") == []
    clock.passes(timedelta(seconds=2))
    assert [letter.id for letter in outbox.claim("telegram")] == [lost.id]


def test_a_message_for_later_waits_and_lets_others_pass(outbox, clock):
    outbox.put("telegram:1", REPLY, "later", not_before=clock.now + timedelta(hours=1))
    outbox.put("telegram:1", REPLY, "now")
    [now] = outbox.claim("telegram")
    outbox.sent(now.id)
    assert outbox.claim("telegram") == [] and outbox.expects("telegram:1")
    clock.passes(timedelta(hours=2))
    [later] = outbox.claim("telegram")
    assert later.id < now.id


def test_a_worker_gets_its_own_channel_only(outbox):
    for chat in ("telegram:1", "web:1", "rest:1"):
        outbox.put(chat, REPLY, chat)
    assert [letter.chat for letter in outbox.claim("telegram")] == ["telegram:1"]


def test_what_was_said_is_forgotten_once_it_was_sent_or_given_up(outbox, database):
    for number in range(3):
        outbox.put(f"telegram:{number}", REPLY, str(number))
    sent, dropped, gone = outbox.claim("telegram")
    outbox.sent(sent.id)
    outbox.drop(dropped.id)
    outbox.drop_chat(gone.chat)
    with database.session() as session:
        assert [(row.state, row.reply) for row in session.query(OutboxRow).order_by(OutboxRow.id)] == [
            ("sent", ""), ("dropped", ""), ("dropped", "")]


def test_a_chat_that_takes_nothing_any_more_loses_its_messages_and_no_other_does(outbox):
    for number, chat in enumerate(("telegram:1", "telegram:1", "telegram:2")):
        outbox.put(chat, REPLY, str(number))
    outbox.drop_chat("telegram:1")
    assert [letter.chat for letter in outbox.claim("telegram")] == ["telegram:2"]


def test_a_chat_that_asks_keeps_what_it_did_not_confirm(outbox):
    for key in ("a", "b"):
        outbox.put("web:a", REPLY, key)
    first, second = outbox.due("web:a")
    outbox.sent_up_to("web:a", first.id)
    assert [letter.id for letter in outbox.due("web:a")] == [second.id]
    outbox.sent_up_to("web:other", second.id)
    assert outbox.expects("web:a")
    outbox.sent_up_to("web:a", second.id)
    assert outbox.due("web:a") == [] and not outbox.expects("web:a")


def test_of_two_who_take_at_once_each_message_goes_to_one(outbox):
    for number in range(10):
        outbox.put("rest:a", REPLY, str(number))
    with ThreadPoolExecutor(4) as threads:
        taken = [letter.id for letters in threads.map(lambda _: outbox.take("rest:a"), range(4)) for letter in letters]
    assert len(taken) == len(set(taken)) == 10


def test_those_who_wait_learn_for_whom_something_is_due(outbox, clock):
    outbox.put("web:a", REPLY, "a")
    outbox.put("web:b", REPLY, "b", not_before=clock.now + timedelta(hours=1))
    assert outbox.due_among(["web:a", "web:b", "web:c"]) == {"web:a"}


def test_what_nobody_asked_for_in_time_is_given_up(outbox, clock, database):
    outbox.put("web:closed", REPLY, "old")
    clock.passes(KEPT + timedelta(minutes=1))
    outbox.put("web:a", REPLY, "new")
    assert keys(database, "dropped") == {"old"}


def test_what_fails_for_days_is_given_up(outbox, clock, database):
    outbox.put("telegram:1", REPLY, "a")
    clock.passes(KEPT + timedelta(minutes=1))
    [letter] = outbox.claim("telegram")
    outbox.later(letter.id, timedelta(minutes=1))
    assert keys(database, "dropped") == {"a"}


def test_how_much_is_due_on_a_channel_and_since_when_is_told(outbox, clock):
    outbox.put("telegram:1", REPLY, "a")
    clock.now += timedelta(seconds=90)
    outbox.put("telegram:2", REPLY, "b")
    outbox.put("web:1", REPLY, "c", not_before=clock.now + timedelta(hours=1))
    assert outbox.load(["telegram", "web"]) == {"telegram": (2, 90.0), "web": (0, 0.0)}


def test_a_message_keeps_the_trace_of_what_it_came_of(outbox):
    with traced("update-7"):
        outbox.put("telegram:1", REPLY, "a")
    outbox.put("telegram:2", REPLY, "b")
    assert [letter.trace for letter in outbox.claim("telegram")] == ["update-7", ""]
