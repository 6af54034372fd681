"""What the bot says by itself on Telegram, and the agents' group, against the real bot process; the desk works in this one.

The emulator knows no topics of a group, so a conversation's topic is given here; making one is tested in tests/bot/telegram.
"""
from __future__ import annotations

import itertools
import time

import pytest

from answers import handover as say
from answers.reply import About, Block, Reply
from answers.words import Words
from conversations.hours import Hours
from conversations.outbox import Outbox
from conversations.tables import OutboxRow
from staff.audit import Audit
from staff.desk import Desk
from store.database import Database
from tests.telegram.conftest import ANSWER_SECONDS, STAFF_GROUP, wait_for

pytestmark = [pytest.mark.telegram, pytest.mark.model]

VI = Words("vi")
NUMBERS = Reply("person_offered", About("handover", "human_agent"), "Gặp người thật", (Block(["Tổng đài 1800 1096"]),))
HOA = "telegram:99", "Hoa"
_topics = itertools.count(int(time.time()) % 10**6)


class Always(Hours):
    """Hours that are open whenever the tests run."""

    def open(self) -> bool:
        return True


@pytest.fixture
def database(bot):
    """The bot's own database, opened by another process."""
    opened = Database(bot.environment["DATABASE_URL"])
    yield opened
    opened.close()


@pytest.fixture
def desk(database) -> Desk:
    return Desk(database, Outbox(database), Always(database), Audit(database), str, group=True)


@pytest.fixture
def taken(desk, citizen, telegram):
    """Have the citizen ask for a person, and the agent Hoa take it; return the conversation and its topic."""
    citizen.ask("/help")
    [reply] = desk.after(f"telegram:{citizen.chat}", "telegram", "/human_agent", [NUMBERS])
    assert reply.outcome == "person_waiting"
    [row] = [row for row in desk.inbox()["waiting"] if row.chat == f"telegram:{citizen.chat}"]
    topic = next(_topics)
    desk.set_topic(row.id, topic)
    # At once: the bot's process, for which it may be night, keeps for the morning who waits when people go home.
    desk.take(row.id, *HOA)
    assert citizen.reply().text == VI("handover.joined", name="Hoa")
    yield row.id, topic
    desk.press(f"telegram:{citizen.chat}", "telegram", "vi", say.BACK)


def in_group(citizen, text: str, topic: int) -> None:
    """Write in a topic as a member of the group."""
    group = {"id": STAFF_GROUP, "type": "supergroup", "title": "Trực", "is_forum": True}
    person = {"id": 99, "is_bot": False, "first_name": "Hoa"}
    citizen.send(text=text, chat=group, **{"from": person}, is_topic_message=True, message_thread_id=topic)


def posts(telegram, topic: int) -> list[str]:
    return [call["result"]["text"] for call in telegram.calls("sendMessage", STAFF_GROUP)
            if call["fields"].get("message_thread_id") == str(topic) and call["status"] == 200]


def states(database, chat: str) -> list[str]:
    with database.session() as session:
        return [row.state for row in session.query(OutboxRow).filter_by(chat=chat).order_by(OutboxRow.id)]


def test_what_an_agent_writes_in_the_console_reaches_the_citizen_in_order(taken, citizen, desk):
    handover, _ = taken
    desk.write(handover, *HOA, "một")
    desk.write(handover, *HOA, "hai < ba & <b>bốn</b>")
    first, second = citizen.replies(2)
    assert (first.text.splitlines()[-1], second.text.splitlines()[-1]) == ("một", "hai < ba & <b>bốn</b>")
    # The bot is silent now; what the citizen writes goes to the agent.
    citizen.say("con tôi 3 tuổi")
    citizen.settle()
    assert desk.shown(handover, HOA[0])[1][-1].said == "con tôi 3 tuổi"
    # The way back does not take the place of the agent's words.
    back = citizen.press("back_to_bot", on=second)
    assert not back.edited and back.text == VI("handover.resumed")
    assert citizen.ask("/start passport").text


def test_the_group_sees_the_conversation_and_answers_in_its_topic(taken, citizen, telegram):
    _, topic = taken
    citizen.say("số của tôi là 0912345678")
    wait_for(lambda: len(posts(telegram, topic)) >= 3, ANSWER_SECONDS, lambda: f"{posts(telegram, topic)} {citizen.bot.tail()}")
    opened, took, said = posts(telegram, topic)
    assert opened.startswith(VI("group.opened")) and took == VI("group.taken", name="Hoa")
    assert said == VI("group.citizen", text="số của tôi là …")
    in_group(citizen, "Chào chị, tôi là Hoa.", topic)
    assert citizen.reply().text.splitlines()[-1] == "Chào chị, tôi là Hoa."
    in_group(citizen, "/close", topic)
    assert citizen.reply().text == VI("handover.ended")
    assert citizen.ask("/help").text


def test_when_telegram_asks_to_wait_the_message_comes_later_and_once(taken, citizen, desk, telegram, allowed_refusals):
    allowed_refusals.append("sendMessage: Too Many Requests")
    handover, _ = taken
    telegram.hold(citizen.chat)
    telegram.refuse(citizen.bot.token, "sendMessage", "flood")
    desk.write(handover, *HOA, "một")
    telegram.release(citizen.chat)
    assert citizen.reply().text.splitlines()[-1] == "một"


def test_who_blocked_the_bot_loses_what_was_for_them(citizen, telegram, database, allowed_refusals):
    allowed_refusals.append("sendMessage: Forbidden: bot was blocked by the user")
    citizen.ask("/help")
    chat, outbox = f"telegram:{citizen.chat}", Outbox(database)
    telegram.hold(citizen.chat)
    for text in ("một", "hai"):
        outbox.put(chat, say.wrote(VI, "Minh", text).as_dict(), f"{chat} {text}")
    telegram.refuse(citizen.bot.token, "sendMessage", "blocked", chat=citizen.chat)
    telegram.release(citizen.chat)
    wait_for(lambda: states(database, chat) == ["dropped"] * 2, ANSWER_SECONDS, lambda: f"{states(database, chat)} {citizen.bot.tail()}")


def test_at_night_or_at_day_a_wish_for_a_person_is_answered(citizen):
    """Which of the two it is depends on when the test runs; the real process has the real hours."""
    answer = citizen.ask("/person")
    title = answer.text.splitlines()[0]
    assert title in (VI("handover.waiting_title"), VI("handover.away_title"))
    button, after = ("back_to_bot", "handover.resumed") if title == VI("handover.waiting_title") else ("leave_message", "handover.write")
    assert VI(after) in citizen.press(button).text
    citizen.press("back_to_bot", on=answer)
