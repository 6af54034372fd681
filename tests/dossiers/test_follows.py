"""Following dossiers: each change told once and in order, reminders, and the hours in which nobody is woken."""
from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from dossiers import records
from dossiers.follows import MOST_FOLLOWED, Follows, TooManyFollows, not_before
from dossiers.tables import FollowRow

NUMBER, OTHER = "G01.123.456-261102-000101", "H41.12-261112-0007"
STATE = {
    "number": NUMBER, "service": "passport", "status": 4, "office": "UBND", "filed_on": date(2026, 11, 2), "due_on": date(2026, 11, 30),
    "changed_at": datetime(2026, 11, 3, 2), "note": "", "phone_hash": "x", "id_hash": None, "level": None, "channel": None,
    "paid_online": None, "finished_on": None, "supplement_by": None, "source": None}


@pytest.fixture
def follows(database, clock) -> Follows:
    return Follows(database, clock)


@pytest.fixture
def state(database, clock):
    """Store a state of a dossier: `state(status=5)`; each is an hour later than the one before."""
    made = []

    def write(**columns) -> None:
        made.append(1)
        at = STATE["changed_at"] + timedelta(hours=len(made))
        with database.session() as session:
            records.write(session, [{**STATE, "changed_at": at, **columns}], clock())

    return write


@pytest.fixture
def told():
    """What was told so far: the notices themselves are checked by their kind, chat and status."""
    return []


@pytest.fixture
def tell(told):
    return lambda session, notices: told.extend(notices)


def of(told) -> list[tuple]:
    return [(one.kind, one.chat, one.dossier.status.code) for one in told]


def test_each_change_is_told_once_and_in_order(follows, state, told, tell):
    state()
    follows.add("telegram:1", NUMBER, "vi")
    assert follows.scan(tell) == 0
    state(status=5, note="thiếu ảnh")
    state(status=4)
    state(status=9)
    assert follows.scan(tell) == 3
    assert of(told) == [("news", "telegram:1", 5), ("news", "telegram:1", 4), ("news", "telegram:1", 9)]
    assert [len(one.dossier.history) for one in told] == [1, 2, 3]
    assert told[0].dossier.note == "thiếu ảnh"
    assert follows.scan(tell) == 0


def test_every_follower_is_told_and_nobody_else(follows, state, told, tell):
    state()
    state(number=OTHER)
    for chat, number in (("telegram:1", NUMBER), ("web:2", NUMBER), ("telegram:3", OTHER)):
        follows.add(chat, number, "en")
    state(status=9)
    follows.scan(tell)
    assert sorted(one.chat for one in told) == ["telegram:1", "web:2"]
    assert {one.language for one in told} == {"en"}


def test_a_scan_that_dies_before_its_record_tells_the_same_keys_again(follows, state, told, tell):
    state()
    follows.add("telegram:1", NUMBER, "vi")
    state(status=9)

    def dying(session, notices):
        tell(session, notices)
        raise OSError("the machine stopped")

    with pytest.raises(OSError):
        follows.scan(dying)
    follows.scan(tell)
    assert len(told) == 2 and told[0].key == told[1].key


def test_more_follows_than_a_batch_are_all_told(follows, state, told, tell, monkeypatch):
    monkeypatch.setattr("dossiers.follows.BATCH", 3)
    state()
    for chat in range(10):
        follows.add(f"telegram:{chat}", NUMBER, "vi")
    state(status=9)
    assert follows.scan(tell) == 10
    assert len({one.key for one in told}) == 10


def test_following_twice_is_following_once(follows, state):
    state()
    follows.add("telegram:1", NUMBER, "vi")
    follows.add("telegram:1", NUMBER, "vi")
    assert [one.number for one in follows.of("telegram:1")] == [NUMBER]
    assert follows.numbers() == [NUMBER]


def test_a_chat_follows_so_many_and_no_more(follows, state):
    for serial in range(MOST_FOLLOWED):
        follows.add("telegram:1", f"H41.12-261112-{serial:04}", "vi")
    with pytest.raises(TooManyFollows):
        follows.add("telegram:1", NUMBER, "vi")
    follows.add("telegram:2", NUMBER, "vi")


def test_a_follow_that_was_ended_is_told_nothing(follows, state, told, tell):
    state()
    follows.add("telegram:1", NUMBER, "vi")
    follows.add("telegram:2", NUMBER, "vi")
    assert follows.end("telegram:1", NUMBER) and not follows.end("telegram:1", NUMBER)
    follows.end_all("telegram:2")
    state(status=9)
    assert follows.scan(tell) == 0
    assert not follows.has("telegram:1", NUMBER)


def test_what_is_followed_is_listed_with_what_is_known(follows, state):
    state()
    follows.add("telegram:1", NUMBER, "vi")
    follows.add("telegram:1", OTHER, "vi")
    assert [(one.number, one.dossier and one.dossier.status.code) for one in follows.of("telegram:1")] == [(NUMBER, 4), (OTHER, None)]


@pytest.mark.parametrize(("columns", "day", "kinds"), [
    ({"due_on": date(2026, 11, 24)}, 23, ["due"]), ({"due_on": date(2026, 11, 23)}, 23, ["due"]),
    ({"due_on": date(2026, 11, 25)}, 23, []), ({"due_on": date(2026, 11, 20)}, 23, []),
    ({"due_on": date(2026, 11, 30)}, 27, ["due"]),  # a Monday, seen from Friday
    ({"status": 5, "supplement_by": date(2026, 11, 25)}, 23, ["supplement"]), ({"status": 5, "due_on": date(2026, 11, 24)}, 23, []),
    ({"status": 9, "due_on": date(2026, 11, 24)}, 23, []),
])
def test_a_follower_is_reminded_before_a_day_once(follows, state, told, tell, clock, columns, day, kinds):
    clock.now = datetime(2026, 11, day, 2)
    state(**columns)
    follows.add("telegram:1", NUMBER, "vi")
    follows.remind(tell)
    follows.remind(tell)
    assert [one.kind for one in told] == kinds


def test_a_day_that_was_moved_is_reminded_of_anew(follows, state, told, tell, clock):
    state(due_on=date(2026, 11, 24))
    follows.add("telegram:1", NUMBER, "vi")
    follows.remind(tell)
    state(due_on=date(2026, 11, 26))
    clock.now = datetime(2026, 11, 25, 2)
    follows.remind(tell)
    assert [one.day for one in told] == [date(2026, 11, 24), date(2026, 11, 26)]
    assert len({one.key for one in told}) == 2


@pytest.mark.parametrize(("now", "then"), [
    (datetime(2026, 11, 23, 0, 0), datetime(2026, 11, 23, 0, 0)),     # 7:00 in Vietnam
    (datetime(2026, 11, 23, 13, 59), datetime(2026, 11, 23, 13, 59)),  # 20:59
    (datetime(2026, 11, 23, 14, 0), datetime(2026, 11, 24, 0, 0)),     # 21:00
    (datetime(2026, 11, 23, 20, 0), datetime(2026, 11, 24, 0, 0)),     # 3:00 of the next day
    (datetime(2026, 11, 23, 23, 59), datetime(2026, 11, 24, 0, 0)),    # 6:59
])
def test_nobody_is_woken(now, then):
    assert not_before(now) == then


def test_the_table_holds_no_digits(database, follows, state):
    state()
    follows.add("telegram:1", NUMBER, "vi")
    with database.session() as session:
        assert set(vars(session.query(FollowRow).one())) >= {"chat", "number", "told"}
        assert not {"phone_hash", "id_hash"} & set(FollowRow.__table__.columns.keys())
