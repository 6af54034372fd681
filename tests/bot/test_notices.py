"""News of followed dossiers from the database to the citizen: a whole night of them, crashes, blocked chats."""
from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from actions import follow
from actions.wiring import Services
from answers.reply import About, Reply
from bot.delivery import Delivery, Gone, NotNow
from bot.notices import Notices
from conversations import outbox
from conversations.outbox import CLAIM, KEPT, Outbox
from conversations.switches import NOTICES, Switches
from conversations.tables import OutboxRow
from dossiers import bulk, records
from dossiers.follows import Follows, not_before
from dossiers.tables import ChangeRow, DossierRow, FollowRow
from store.database import Database

NIGHT = datetime(2026, 11, 23, 16, 0)  # 23:00 in Vietnam
MORNING = datetime(2026, 11, 24, 0, 0)
ROW = {"service": None, "office": "UBND", "filed_on": date(2026, 11, 2), "due_on": None, "note": "", "supplement_by": None}
MORE = {"phone_hash": "x", "id_hash": None, "level": None, "channel": None, "paid_online": None, "finished_on": None, "source": None}


class Clock:
    now = NIGHT

    def __call__(self) -> datetime:
        return self.now


class Phone:
    """Telegram on a busy morning: thirty messages a second of the test's clock, now and then a wait, and chats that are gone."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.heard: list[tuple[str, str]] = []
        self.at: Counter[datetime] = Counter()
        self.blocked: set[str] = set()
        self.asked_to_wait: set[str] = set()

    async def send(self, chat: str, reply: Reply) -> None:
        second = self.clock.now.replace(microsecond=0)
        if chat in self.blocked:
            raise Gone
        if self.at[second] == 30:
            # As the channel's own limiter does: it waits for the next second.
            self.clock.now += timedelta(seconds=1)
            second = self.clock.now.replace(microsecond=0)
        self.at[second] += 1
        if sum(self.at.values()) % 1_000 == 999 and chat not in self.asked_to_wait:
            self.asked_to_wait.add(chat)
            raise NotNow(timedelta(seconds=5))
        self.heard.append((chat, reply.about.status))


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Parts:
    """The notices and the delivery over a database, as the wiring puts them together."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock, self.phone = database, clock, Phone(clock)
        self.follows, self.outbox = Follows(database, clock), Outbox(database, clock)
        catalogue = type("Empty", (), {"get": lambda self, name: None})()
        given = Services(catalogue, None, self.follows, lambda: clock.now.date())
        self.switches = Switches(database, lambda: clock.now.timestamp(), {
            NOTICES: lambda session: self.outbox.resume(session, not_before(clock()))})
        self.notices = Notices(self.follows, self.outbox, partial(follow.letters, given), not_before, clock,
                               off=lambda: self.switches.off(NOTICES))
        self.delivery = Delivery(self.outbox, {"telegram": self.phone.send}, gone=self.follows.end_all)

    def state(self, status: int, count: int = 1) -> None:
        """Give `count` dossiers a status, changed now."""
        with self.database.session() as session:
            records.write(session, [{**ROW, **MORE, "number": number(one), "status": status, "changed_at": self.clock.now}
                                    for one in range(count)], self.clock.now)

    async def deliver_all(self) -> None:
        """Deliver until nothing waits that is due; between two rounds a second passes."""
        while True:
            while await self.delivery.deliver("telegram"):
                pass
            with self.database.session() as session:
                due = session.query(OutboxRow).filter(*outbox._due(self.clock.now)).first()
            if due is None:
                return
            self.clock.now += timedelta(seconds=1)

    def states(self) -> Counter:
        with self.database.session() as session:
            return Counter(state for state, in session.query(OutboxRow.state))


@pytest.fixture
def parts(database, clock) -> Parts:
    return Parts(database, clock)


def number(one: int) -> str:
    return f"H41.12-261102-{one:06}"


async def test_news_of_the_night_come_in_the_morning(parts):
    parts.state(4)
    parts.follows.add("telegram:1", number(0), "vi")
    parts.clock.now += timedelta(minutes=1)
    parts.state(9)
    assert await parts.notices.round() == 1
    await parts.deliver_all()
    assert parts.phone.heard == []
    parts.clock.now = MORNING
    await parts.deliver_all()
    assert parts.phone.heard == [("telegram:1", "done")]
    assert await parts.notices.round() == 0


async def test_several_changes_come_in_order(parts):
    parts.state(1)
    parts.follows.add("telegram:1", number(0), "vi")
    for status in (2, 5, 4, 9):
        parts.clock.now += timedelta(minutes=1)
        parts.state(status)
        await parts.notices.round()
    parts.clock.now = MORNING
    await parts.deliver_all()
    assert [status for _, status in parts.phone.heard] == ["accepted", "supplement", "in_progress", "done"]


async def test_a_crash_between_sending_and_recording_tells_nothing_twice(parts, monkeypatch):
    """The process dies with the message sent; another one takes over when the claim has run out."""
    parts.state(4)
    parts.follows.add("telegram:1", number(0), "vi")
    parts.clock.now = MORNING
    parts.state(9)
    await parts.notices.round()
    monkeypatch.setattr(parts.outbox, "sent_all", lambda letters: (_ for _ in ()).throw(OSError("the machine stopped")))
    with pytest.raises(OSError):
        await parts.delivery.deliver("telegram")
    assert len(parts.phone.heard) == 1
    successor = Parts(parts.database, parts.clock)
    parts.clock.now += CLAIM + timedelta(seconds=1)
    await successor.deliver_all()
    assert successor.phone.heard == [] and successor.states() == {"dropped": 1}
    parts.state(10)
    await successor.notices.round()
    await successor.deliver_all()
    assert successor.phone.heard == [("telegram:1", "handed_over")]


async def test_a_crash_before_sending_loses_nothing(parts):
    parts.state(4)
    parts.follows.add("telegram:1", number(0), "vi")
    parts.clock.now = MORNING
    parts.state(9)
    await parts.notices.round()
    assert len(parts.outbox.claim("telegram")) == 1  # and the process dies here
    parts.clock.now += CLAIM + timedelta(seconds=1)
    await parts.deliver_all()
    assert parts.phone.heard == [("telegram:1", "done")]


async def test_a_chat_that_blocked_the_bot_is_followed_no_more(parts):
    parts.state(4)
    for chat in ("telegram:1", "telegram:2"):
        parts.follows.add(chat, number(0), "vi")
    parts.phone.blocked = {"telegram:1"}
    parts.clock.now = MORNING
    parts.state(9)
    await parts.notices.round()
    await parts.deliver_all()
    assert parts.phone.heard == [("telegram:2", "done")]
    assert not parts.follows.has("telegram:1", number(0)) and parts.follows.has("telegram:2", number(0))


async def test_changes_while_notices_are_off_are_told_in_order_when_they_are_on_again(parts):
    parts.state(1)
    parts.follows.add("telegram:1", number(0), "vi")
    parts.clock.now = MORNING
    parts.switches.turn_off(NOTICES, {"vi": "Tạm dừng"}, "lan")
    for status in (2, 5, 9):
        parts.clock.now += timedelta(minutes=1)
        parts.state(status)
        assert await parts.notices.round() == 0
        await parts.deliver_all()
    assert parts.phone.heard == []
    parts.switches.turn_on(NOTICES)
    parts.clock.now += timedelta(minutes=1)
    assert [await parts.notices.round() for _ in range(2)] == [3, 0]
    await parts.deliver_all()
    assert [status for _, status in parts.phone.heard] == ["accepted", "supplement", "done"]


async def test_notices_that_wait_when_they_are_turned_off_wait_on_and_hold_up_nothing_else(parts):
    """Through longer than other messages are kept; turned on at night, they come in the morning."""
    parts.state(4)
    parts.follows.add("telegram:1", number(0), "vi")
    parts.clock.now += timedelta(minutes=1)
    parts.state(9)
    assert await parts.notices.round() == 1
    parts.switches.turn_off(NOTICES, {"vi": "Tạm dừng"}, "lan")
    parts.clock.now = MORNING + 2 * KEPT
    parts.outbox.put("telegram:1", Reply("answered", About("talk", "help"), title="từ cán bộ").as_dict(), "desk")
    await parts.deliver_all()
    assert [status for _, status in parts.phone.heard] == [None]
    parts.clock.now = NIGHT + 2 * KEPT
    parts.switches.turn_on(NOTICES)
    await parts.deliver_all()
    assert len(parts.phone.heard) == 1
    parts.clock.now = MORNING + 2 * KEPT
    await parts.deliver_all()
    assert [status for _, status in parts.phone.heard] == [None, "done"]
    assert await parts.notices.round() == 0 and parts.states() == {"sent": 2}


async def test_a_page_that_has_a_notice_when_they_are_turned_off_does_not_get_it_again(parts):
    parts.state(4)
    parts.follows.add("web:1", number(0), "vi")
    parts.clock.now = MORNING
    for status, asked in ((5, True), (9, False)):
        parts.clock.now += timedelta(minutes=1)
        parts.state(status)
        await parts.notices.round()
        if asked:
            [shown] = await parts.delivery.news("web:1", 0)
    parts.switches.turn_off(NOTICES, {"vi": "Tạm dừng"}, "lan")
    await parts.delivery.got("web:1", shown.id)
    assert await parts.delivery.news("web:1", 0) == [] and await parts.delivery.take("web:1") == []
    parts.switches.turn_on(NOTICES)
    assert [letter.reply["about"]["status"] for letter in await parts.delivery.news("web:1", 0)] == ["done"]


async def test_reminders_are_looked_for_every_hour(parts):
    with parts.database.session() as session:
        state = {**ROW, **MORE, "number": number(0), "status": 4, "changed_at": NIGHT, "due_on": date(2026, 11, 24)}
        records.write(session, [state], NIGHT)
    parts.follows.add("telegram:1", number(0), "vi")
    assert [await parts.notices.round() for _ in range(3)] == [1, 0, 0]


async def test_a_night_of_ninety_thousand_changes_is_delivered_without_loss_or_doubles(tmp_path, clock, monkeypatch):
    # In the test's clock a claim cannot run out, so that more may be claimed at once.
    monkeypatch.setattr(outbox, "MOST", 300)
    count = 90_000
    database = Database(f"sqlite:///{tmp_path}/night.db")
    parts = Parts(database, clock)
    before, after = NIGHT - timedelta(days=1), NIGHT
    state = {**ROW, "changed_at": before, "status": 4}
    with database.session() as session:
        bulk.insert(session, DossierRow.__table__, [
            {**state, **MORE, "number": number(one), "status": 9, "changed_at": after, "version": 2, "supplemented": False,
             "seen_at": after} for one in range(count)], "DO NOTHING")
        history = {name: state[name] for name in ("status", "office", "due_on", "supplement_by", "changed_at", "note")}
        bulk.insert(session, ChangeRow.__table__, [
            {**history, "number": number(one), "version": 1, "replaced_at": after} for one in range(count)], "DO NOTHING")
        bulk.insert(session, FollowRow.__table__, [
            {"id": one + 1, "chat": f"telegram:{one}", "number": number(one), "language": "vi", "told": 1, "reminded": "",
             "since": before} for one in range(count)], "DO NOTHING")
    assert await parts.notices.round() == count
    clock.now = MORNING
    await parts.deliver_all()
    assert len(parts.phone.heard) == count == len(set(parts.phone.heard))
    assert max(parts.phone.at.values()) <= 30 and len(parts.phone.asked_to_wait) >= 80
    assert parts.states() == {"sent": count}
    assert clock.now - MORNING < timedelta(hours=2)
    database.close()
