"""A citizen sees what is kept of them and has it erased, in every channel."""
from __future__ import annotations

import json

import pytest
from playwright.async_api import expect

from answers.reply import Payload
from answers.words import Words
from bot.conversation import Conversation, Message
from conversations.record import Record

VI = Words("vi")


@pytest.fixture
def conversation(real_bot, engine, metrics) -> Conversation:
    return Conversation(engine, metrics, Record(real_bot.database).rate, kept=real_bot.privacy)


class Kept:
    """Keeps two messages of every chat until it is told to forget."""

    def __init__(self) -> None:
        self.forgot: list[str] = []

    def kept(self, chat):
        return {} if chat in self.forgot else {"turns": [{"said": "làm hộ chiếu"}, {"said": "/passport"}]}

    def forget(self, chat):
        self.forgot.append(chat)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def say(stand_in, metrics, kept):
    """Say something through the steps; the outcome of the one reply comes back."""
    steps = Conversation(stand_in, metrics, stand_in.rate, kept=kept)

    async def send(text: str, language: str = "vi") -> str:
        (reply,) = await steps.handle(Message("test:1", text, "rest", language))
        assert reply.about.language == language
        return reply.outcome

    return send


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("command", ["/mydata", "/MyData@nghe_an_bot", "/dulieu"])
async def test_the_command_shows_what_is_kept_without_the_engine(command, language, say, stand_in):
    assert await say(command, language) == "data_shown"
    assert stand_in.heard == []


async def test_nothing_is_erased_before_the_citizen_is_sure(say, kept):
    assert await say("/forget") == await say("/xoa") == "forget_asked"
    assert await say(Payload("forget_me", item="no").text()) == "not_forgotten"
    assert await say(Payload("forget_me", item="maybe").text()) == "forget_asked"
    assert kept.forgot == []
    assert await say(Payload("forget_me", item="yes").text()) == "forgotten"
    assert kept.forgot == ["test:1"]


@pytest.mark.model
async def test_over_rest_everything_is_shown_handed_over_and_erased(ask, client, sender):
    await ask("làm hộ chiếu cho con")
    await ask("còn lệ phí, sđt 0912345678")
    (shown,) = await ask("/mydata")
    assert "làm hộ chiếu cho con" in shown["text"] and "0912345678" not in shown["text"]
    response = await client.post("/webhooks/rest/mydata", json={"sender": sender})
    data = await response.json()
    assert [turn["said"] for turn in data["turns"]][0] == "làm hộ chiếu cho con"
    assert data["conversations"][0]["memory"]["slots"]["service"] == "passport"
    assert "attachment" in response.headers["Content-Disposition"]
    (asked,) = await ask("/forget")
    await ask(asked["buttons"][0]["payload"])
    assert await (await client.post("/webhooks/rest/mydata", json={"sender": sender})).json() == {}
    assert VI("privacy.nothing") in (await ask("/mydata"))[0]["text"]


@pytest.mark.model
@pytest.mark.parametrize(("path", "key"), [("/webhooks/rest/mydata", "sender"), ("/chat/mydata", "session")])
async def test_a_body_that_names_no_chat_is_refused(client, path, key):
    for body in (b"", b"[]", b"{}", b"1", json.dumps({key: 7}).encode(), json.dumps({key: ""}).encode(), json.dumps({key: "a\n"}).encode()):
        response = await client.post(path, data=body, headers={"Content-Type": "application/json"})
        assert response.status == 400 and key in (await response.json())["error"], body


@pytest.mark.model
@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_in_the_web_chat_the_data_are_downloaded_and_erased(open_chat):
    page = await open_chat(viewport={"width": 390, "height": 800})
    answers = page.locator("#log article.theirs")
    await expect(answers).to_have_count(1)
    for text, count in (("làm hộ chiếu", 2), ("/mydata", 3)):
        await page.locator("#input").fill(text)
        await page.locator("#send").click()
        await expect(answers).to_have_count(count)
    await expect(answers.last).to_contain_text("làm hộ chiếu")
    async with page.expect_download() as download:
        await answers.last.locator("button.download").click()
    data = json.loads((await (await download.value).path()).read_text(encoding="utf-8"))
    assert [turn["said"] for turn in data["turns"]] == ["/greet", "làm hộ chiếu"]
    await answers.last.get_by_role("button", name=VI("privacy.forget"), exact=True).click()
    await expect(answers).to_have_count(4)
    await answers.last.get_by_role("button", name=VI("privacy.forget_yes")).click()
    await expect(answers.last).to_contain_text(VI("privacy.forgotten"))
