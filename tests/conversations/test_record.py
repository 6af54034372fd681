"""What a citizen thought of an answer is kept with the turn it was about."""
from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.record import RATED_WITHIN, Record
from conversations.tables import Turn
from store.base import utc_now


def ratings(database):
    with database.session() as session:
        return {row.id: row.rating for row in session.query(Turn)}


@pytest.mark.parametrize("value", [1, -1])
def test_the_last_answer_about_the_service_is_rated(database, turn, value):
    first, second, third = turn(service="passport"), turn(service="passport"), turn(service="driving_licence")
    assert Record(database).rate("rest:a", "passport", value)
    assert ratings(database) == {first: None, second: value, third: None}


def test_without_a_service_the_last_answer_is_rated(database, turn):
    first, second = turn(service="passport"), turn()
    assert Record(database).rate("rest:a", None, 1)
    assert ratings(database) == {first: None, second: 1}


def test_somebody_may_change_their_mind(database, turn):
    only = turn()
    Record(database).rate("rest:a", None, 1)
    Record(database).rate("rest:a", None, -1)
    assert ratings(database) == {only: -1}


def test_an_answer_of_another_chat_is_not_rated(database, turn):
    only = turn(chat="rest:b", service="passport")
    assert not Record(database).rate("rest:a", "passport", 1)
    assert ratings(database) == {only: None}


def test_an_old_answer_is_not_rated(database, turn):
    turn(service="passport", at=utc_now() - RATED_WITHIN - timedelta(minutes=1))
    assert not Record(database).rate("rest:a", "passport", 1)


@pytest.mark.parametrize("value", [0, 2, None])
def test_nothing_else_is_a_rating(database, turn, value):
    turn()
    with pytest.raises(ValueError, match="1 or -1"):
        Record(database).rate("rest:a", None, value)
