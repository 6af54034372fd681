"""Hundreds of attacks through every door: each gets an answer of ours, none an error, and afterwards nothing is otherwise."""
from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from sqlalchemy import delete, select
from telegram import Update
from telegram.ext import Application

from bot.telegram.handlers import Handlers
from store.base import Base
from tests.bot.telegram.conftest import Recorded
from tests.bot.test_rest import assert_contract

pytestmark = pytest.mark.model

OF_THE_CHAT = {"conversations", "turns", "lookup_attempts"}
"""Tables that remember what a chat said; an attacker's own chat is theirs."""

PERSON = {"id": 1, "is_bot": False, "first_name": "<b>{{7*7}}", "language_code": "vi"}
CONTROL = ["/passport", '/passport{"aspect": "fee"}', "đổi căn cước hết mấy tiền", "/services", "thời tiết hôm nay"]


def attacks() -> list[str]:
    known = yaml.safe_load(Path(__file__).with_name("attacks.yml").read_text(encoding="utf-8"))
    payloads = [one if isinstance(one, str) else one["text"] * one["times"] for kind in known["payloads"].values() for one in kind]
    return [carrier.replace("{}", payload, 1) for payload in payloads for carrier in known["carriers"]]


ATTACKS = attacks()


@pytest.fixture
def unchanged(real_bot):
    """What the database holds beside the memory of chats is the same after the test as before it."""

    def rows() -> dict[str, list[str]]:
        with real_bot.database.session() as session:
            return {table.name: [str(tuple(row)) for row in session.execute(select(table))] for table in Base.metadata.sorted_tables
                    if table.name not in OF_THE_CHAT}

    before = rows()
    yield
    with real_bot.database.session() as session:
        # What was tried counts against whoever tries next, which other tests are not about.
        session.execute(delete(Base.metadata.tables["lookup_attempts"]))
    assert rows() == before


def told(answers: list[dict]) -> list[tuple]:
    return [(answer["text"], answer["custom"]) for answer in answers]


def test_there_are_enough_and_no_two_alike():
    assert len(set(ATTACKS)) == len(ATTACKS) >= 500


@pytest.fixture
def post(client):
    """Send a message over REST and return its status and answers."""

    async def send(sender: str, message: str):
        response = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": message})
        return response.status, await response.json()

    return send


async def test_over_rest_each_is_answered_and_changes_nothing(post, unchanged, caplog):
    async def control() -> list:
        sender = uuid4().hex
        return [told((await post(sender, text))[1]) for text in CONTROL]

    before = await control()
    for attack in ATTACKS:
        sender = uuid4().hex
        status, answers = await post(sender, attack)
        assert status == 200, attack[:200]
        assert_contract(answers, sender)
        assert not {answer["custom"]["status"] for answer in answers} - {None}, f"a status was shown for {attack[:200]!r}"
    assert await control() == before
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_as_the_name_of_a_sender_or_session_each_is_told_what_is_wrong_or_is_a_name(client, unchanged):
    for attack in ATTACKS[::3]:
        for path, body in (("/webhooks/rest/webhook", {"sender": attack, "message": "/greet"}), ("/webhooks/rest/mydata", {"sender": attack}),
                           ("/chat/messages", {"session": attack, "text": "/greet", "language": attack}), ("/chat/mydata", {"session": attack}),
                           ("/chat/news", {"session": attack, "got": 1})):
            assert (await client.post(path, json=body)).status in (200, 400), (path, attack[:200])
        assert (await client.post("/chat/photo", params={"session": "a", "language": attack[:500]}, data=attack.encode("utf-8", "replace"))).status == 200


@pytest.fixture
async def telegram(conversation, seen):
    """Give an update to the handlers over the real engine; return what the citizen reads, as Telegram shows it."""
    recorded = Recorded()
    application = Application.builder().token("1:ATTACKS").request(recorded).get_updates_request(recorded).updater(None).build()
    Handlers(conversation).add_to(application)

    async def give(**content) -> list[str]:
        recorded.calls.clear()
        await application.process_update(Update.de_json({"update_id": 1, **content}, application.bot))
        return [seen(parameters["text"])["text"] for _, parameters in recorded.sent]

    async with application:
        yield give


@pytest.mark.parametrize("way", ["typed", "pressed", "sent as a name"])
async def test_on_telegram_each_is_answered_and_changes_nothing(way, telegram, unchanged, caplog):
    for number, attack in enumerate(ATTACKS, 10_000):
        chat = {"id": number, "type": "private", "first_name": "Lan"}
        message = {"message_id": 5, "date": 1, "chat": chat, "from": {**PERSON, "id": number}, "text": attack[:4096]}
        if way == "pressed":
            under = {**message, "text": "..."}
            found = await telegram(callback_query={"id": "1", "chat_instance": "1", "from": PERSON, "data": attack[:64], "message": under})
        elif way == "typed":
            found = await telegram(message=message)
        else:
            person = {**PERSON, "first_name": attack[:64], "language_code": attack[:35]}
            found = await telegram(message={**message, "text": "/start", "from": person, "chat": {**chat, "first_name": attack[:64]}})
        assert found and all(text.strip() for text in found), attack[:200]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
