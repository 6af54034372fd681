"""What citizens meet while staff have turned a part off."""
from __future__ import annotations

from dataclasses import replace

import pytest

from answers import status, talk
from answers.reply import Payload, Reply, plain
from answers.words import Words
from bot.conversation import Conversation, Message

VI = Words("vi")
TEXTS = {"vi": "Tạm dừng ạ", "en": "Paused for now"}


class Desk:
    """A desk that hands over whoever asks."""

    def hear(self, chat, text):
        return [talk.note(VI, "unreadable", "empty")] if text == "chào cán bộ" else None

    def press(self, chat, channel, language, intent):
        return [talk.note(VI, "unreadable", "empty")]

    def after(self, chat, channel, text, replies):
        return [replace(replies[0], title="handed over")]


class Switches:
    """Switches as a test sets them."""

    def __init__(self) -> None:
        self.texts: dict[str, dict[str, str]] = {}

    def off(self, name):
        return self.texts.get(name)


@pytest.fixture
def switches() -> Switches:
    return Switches()


@pytest.fixture
def say(stand_in, metrics, switches):
    steps = Conversation(stand_in, metrics, stand_in.rate, Desk(), switches=switches)

    async def send(text: str, language: str = "vi") -> list[Reply]:
        return await steps.handle(Message("test:1", text, "rest", language))

    return send


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_what_is_typed_is_not_answered_but_what_is_pressed_is(say, switches, stand_in, language):
    stand_in.replies = [talk.greeting(VI)]
    switches.texts["answers"] = TEXTS
    (reply,) = await say("làm hộ chiếu", language)
    assert reply.outcome == "switched_off" and TEXTS[language] in plain(reply)
    assert (await say("/làm hộ chiếu"))[0].outcome == "switched_off"
    assert stand_in.heard == []
    assert (await say("/passport"))[0].outcome == "greeted"


async def test_what_is_typed_to_an_official_still_reaches_them(say, switches):
    switches.texts["answers"] = TEXTS
    assert [reply.outcome for reply in await say("chào cán bộ")] == ["unreadable"]


async def test_no_look_up_is_begun_or_shown(say, switches, stand_in):
    switches.texts["lookups"] = TEXTS
    stand_in.replies = [status.number_wanted(VI)]
    assert (await say("/status"))[0].outcome == "switched_off"
    assert stand_in.heard == []
    assert [reply.outcome for reply in await say("hồ sơ của tôi đến đâu rồi")] == ["switched_off"]
    stand_in.replies = [talk.greeting(VI)]
    assert (await say("chào em"))[0].outcome == "greeted"


@pytest.fixture
def follow(stand_in, metrics, switches):
    """Press a button about following; `pressed` has what reached the actions."""
    pressed = []

    def answer(chat, payload, words):
        pressed.append(payload.intent)
        return talk.greeting(VI)

    steps = Conversation(stand_in, metrics, stand_in.rate, Desk(), follow=answer, switches=switches)

    async def press(intent: str) -> list[str]:
        return [reply.outcome for reply in await steps.handle(Message("test:1", Payload(intent, item="x").text(), "rest", "vi"))]

    press.pressed = pressed
    return press


async def test_who_follows_hears_that_no_news_come_for_now(follow, switches):
    switches.texts["notices"] = TEXTS
    assert await follow("follow") == await follow("following") == ["switched_off", "greeted"]
    assert await follow("unfollow") == ["greeted"]


async def test_the_list_of_followed_dossiers_shows_none_while_look_ups_are_off(follow, switches):
    switches.texts["lookups"] = TEXTS
    assert await follow("follow") == await follow("following") == ["switched_off"]
    assert await follow("unfollow") == ["greeted"]
    assert follow.pressed == ["unfollow"]


async def test_nobody_is_handed_over_but_the_ways_to_reach_a_person_are_shown(say, switches, stand_in):
    ways = talk.reply("person_offered", VI, "human_agent", title="ways")
    stand_in.replies = [ways]
    assert [reply.title for reply in await say("gặp cán bộ")] == ["handed over"]
    switches.texts["people"] = TEXTS
    assert [reply.outcome for reply in await say("gặp cán bộ")] == ["switched_off", "person_offered"]
    assert (await say(Payload("leave_message").text()))[0].outcome == "switched_off"
    assert (await say(Payload("back_to_bot").text()))[0].outcome == "unreadable"
    stand_in.replies = [talk.declined(VI, False)]
    assert [reply.outcome for reply in await say("xyz")] == ["not_understood"]


async def test_a_language_without_a_message_reads_the_default(say, switches):
    switches.texts["answers"] = {"vi": "Tạm dừng ạ"}
    assert "Tạm dừng ạ" in plain((await say("hello there", "en"))[0])


@pytest.mark.model
async def test_the_real_bot_looks_nothing_up_while_it_is_off(real_bot, engine, metrics):
    steps = Conversation(engine, metrics, lambda *_: True, switches=real_bot.switches)
    asked = [Message("test:off", text, "rest") for text in ("/dossier_status", "G01.123.456-261102-000101", "1234")]
    for message in asked[:2]:
        await steps.handle(message)
    real_bot.switches.turn_off("lookups", TEXTS, "lan")
    real_bot.switches._read_at = float("-inf")
    try:
        assert [reply.outcome for reply in await steps.handle(asked[2])] == ["switched_off"]
        assert "lookup_attempts" not in real_bot.privacy.kept("test:off")
    finally:
        real_bot.switches.turn_on("lookups")
        real_bot.switches._read_at = float("-inf")
