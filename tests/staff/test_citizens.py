"""From a citizen's message over REST to an agent in the console and back, through HTTP, on every kind of database."""
from __future__ import annotations

from typing import Any

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from answers.reply import About, Block, Reply
from answers.words import Words
from bot import server
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.metrics import Metrics
from staff import site
from staff.console import ROOT
from tests.staff.conftest import PASSWORD, Browser

VI = Words("vi")
NUMBERS = Reply("person_offered", About("handover", "human_agent"), "Gặp người thật", (Block(["Tổng đài 1800 1096"]),))
ANSWER = Reply("answered", About("procedure", "passport", "passport"), "Hộ chiếu")


class StandIn:
    """An engine that says what it is told to."""

    intents = frozenset(("passport", "human_agent"))

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.replies: list[Reply] = []

    async def handle(self, chat: str, text: str, channel: str, language: str) -> list[Reply]:
        self.heard.append(text)
        return self.replies


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
async def http(stand_in, desk, outbox, console):
    """The web server of the bot with its console, over a stand-in for the engine."""
    delivery, metrics = Delivery(outbox, {}, [desk.expects]), Metrics()
    app = server.build(Conversation(stand_in, metrics, lambda *_: False, desk), metrics, {}, delivery)
    app.add_subapp(ROOT, site.build(console))
    client = TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True))
    await client.start_server()
    yield client
    await client.close()


@pytest.fixture
def write(http):
    """Write as a citizen over REST; return the outcomes' kinds and last lines of the answers."""

    async def send(text: str) -> list[tuple[str, str]]:
        answered: list[dict[str, Any]] = await (await http.post("/webhooks/rest/webhook", json={"sender": "lan", "message": text})).json()
        return [(one["custom"]["kind"], one["text"].splitlines()[-1]) for one in answered]

    return send


async def test_a_citizen_over_rest_and_an_agent_in_the_console(http, write, stand_in, accounts):
    accounts.add("minh", "Trần Minh", ["agent"], PASSWORD, must_change=False)
    agent = await Browser(http).sign_in("minh")
    stand_in.replies = [NUMBERS]
    assert await write("cho tôi gặp người thật") == [("handover", "Tổng đài 1800 1096")]
    stand_in.replies = [ANSWER]
    assert [kind for kind, _ in await write("con tôi 3 tuổi")] == ["handover"]
    await agent.get("/inbox")
    assert 'value="take"' in agent.text
    await agent.post("/inbox/1", {"do": "take"})
    assert "con tôi 3 tuổi" in agent.text
    # The bot is silent, and what the agent says stands in front of the answers to the next message.
    assert await write("gấp lắm") == [("handover", VI("handover.joined", name="Trần Minh"))]
    assert await write("anh ơi") == []
    await agent.post("/inbox/1", {"do": "write", "text": "Chào chị."})
    assert await write("/passport") == [("handover", "Chào chị."), ("procedure", "Hộ chiếu")]
    await agent.post("/inbox/1", {"do": "close"})
    assert await write("làm hộ chiếu") == [("handover", VI("handover.ended")), ("procedure", "Hộ chiếu")]
    assert "gấp lắm" not in stand_in.heard and stand_in.heard[-1] == "làm hộ chiếu"


async def test_a_message_at_night_and_its_answer_in_the_morning(http, write, stand_in, accounts, clock):
    accounts.add("minh", "Trần Minh", ["agent"], PASSWORD, must_change=False)
    clock.at("2026-12-04 20:00")
    stand_in.replies = [NUMBERS]
    assert "people_away" in await outcomes(http, "/human_agent")
    assert await write("/leave_message") == [("handover", VI("handover.write_masked"))]
    assert await write("nhờ cán bộ gọi lại 0912345678") == [
        ("handover", VI("handover.back_at", time="07:30", weekday="thứ Hai", day="07/12/2026"))]
    clock.at("2026-12-07 07:35")
    agent = await Browser(http).sign_in("minh")
    await agent.get("/inbox")
    assert 'value="take"' in agent.text
    await agent.post("/inbox/1", {"do": "take"})
    assert "0912345678" in agent.text
    await agent.post("/inbox/1", {"do": "write", "text": "Chào chị."})
    stand_in.replies = [ANSWER]
    assert await write("/passport") == [
        ("handover", VI("handover.joined", name="Trần Minh")), ("handover", "Chào chị."), ("procedure", "Hộ chiếu")]


async def outcomes(http, text: str) -> list[str]:
    """Ask in the web chat, whose answers carry their outcome, as the same citizen does over REST."""
    answered = await (await http.post("/chat/messages", json={"session": "lan", "text": text})).json()
    return [one["outcome"] for one in answered]
