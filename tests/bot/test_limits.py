"""Floods: who sends too much is told once in any channel, then left alone; others go on being answered."""
from __future__ import annotations

import asyncio

import pytest

from answers import talk
from answers.words import Words
from bot import server
from bot.conversation import Conversation
from bot.limits import FINE, OVER, TOLD, Limits, network
from bot.message import Message
from bot.metrics import Metrics
from conversations.rates import Rates
from conversations.rates_valkey import ValkeyRates
from store.database import Database


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["database", "valkey"])
def rates(request, tmp_path, clock):
    """The counts of messages, in each place where they may be kept."""
    if request.param == "valkey":
        counts = ValkeyRates(request.getfixturevalue("valkey_url"), str, clock)
        yield counts
        counts.close()
        return
    opened = Database(f"sqlite:///{tmp_path}/bot.db")
    yield Rates(opened, str, clock)
    opened.close()


@pytest.fixture
def limited(stand_in, metrics, rates, clock):
    """A conversation with these limits over the stand-in for the engine."""

    def make(**most: int) -> Conversation:
        stand_in.replies = [talk.greeting(Words("vi"))]
        return Conversation(stand_in, metrics, stand_in.rate, photos=stand_in.read,
                            limits=Limits(rates.count, **most, clock=clock))

    return make


def message(chat: str = "rest:a", text: str = "chào", address: str | None = None) -> Message:
    return Message(chat, text, "rest", address=address)


async def outcomes(conversation: Conversation, count: int, **given) -> list[str]:
    replies = [await conversation.handle(message(**given)) for _ in range(count)]
    return [found[0].outcome if found else "" for found in replies]


async def test_a_chat_that_floods_is_told_once_then_left_alone_until_it_calms(limited, clock, stand_in):
    conversation = limited(per_chat=4)
    assert await outcomes(conversation, 8) == ["greeted"] * 4 + ["slowed"] + [""] * 3
    assert len(stand_in.heard) == 4
    # It goes on, a message every ten seconds for a minute: it has not calmed.
    for _ in range(6):
        clock.now += 10
        assert await outcomes(conversation, 1) == [""]
    clock.now += 60
    assert await outcomes(conversation, 2) == ["greeted"] * 2


async def test_other_chats_are_answered_meanwhile(limited):
    conversation = limited(per_chat=2)
    await outcomes(conversation, 9)
    assert await outcomes(conversation, 2, chat="rest:b") == ["greeted"] * 2


async def test_presses_photos_and_what_cannot_be_read_count_like_words(limited):
    conversation = limited(per_chat=3)
    await conversation.handle(message(text="/passport"))
    await conversation.photo(message(), b"photo")
    await conversation.cannot_read(message(), "no_voice")
    assert await outcomes(conversation, 2) == ["slowed", ""]
    assert await conversation.photo(message(), b"photo") == await conversation.cannot_read(message(), "no_voice") == []


async def test_an_address_is_counted_over_all_its_senders(limited):
    conversation = limited(per_chat=10, per_address=3)
    found = [(await outcomes(conversation, 1, chat=f"rest:{number}", address="203.0.113.7"))[0] for number in range(5)]
    assert found == ["greeted"] * 3 + ["slowed", ""]
    assert await outcomes(conversation, 1, chat="rest:9", address="203.0.113.8") == ["greeted"]


async def test_an_overload_is_told_honestly_to_each_once(limited, clock, stand_in):
    conversation = limited(per_process=3)
    assert await outcomes(conversation, 5) == ["greeted"] * 3 + ["overloaded", ""]
    assert await outcomes(conversation, 1, chat="rest:b") == ["overloaded"]
    clock.now += 60
    assert await outcomes(conversation, 3, chat="rest:b") == ["greeted"] * 3


async def test_without_limits_nobody_is_refused(limited):
    assert set(await outcomes(limited(), 200)) == {"greeted"}


async def test_who_cannot_be_counted_is_not_refused(stand_in, metrics):
    def fail(key: str, most: int) -> str:
        raise ConnectionError("the database is away")

    stand_in.replies = [talk.greeting(Words("vi"))]
    conversation = Conversation(stand_in, metrics, stand_in.rate, limits=Limits(fail, per_chat=1))
    assert await outcomes(conversation, 3) == ["greeted"] * 3


@pytest.mark.parametrize("count", [TOLD, OVER])
async def test_what_is_refused_is_counted_by_its_limit(count, stand_in, metrics):
    conversation = Conversation(stand_in, metrics, stand_in.rate, limits=Limits(lambda key, most: count, per_chat=1))
    await conversation.handle(message())
    assert 'bot_rate_limited_total{channel="rest",limit="chat"} 1.0' in metrics.text().decode()


@pytest.mark.parametrize(("one", "other", "same"), [
    ("203.0.113.7", "203.0.113.8", False), ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True), ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("::ffff:203.0.113.7", "203.0.113.7", True), ("fe80::1%eth0", "fe80::2", True), ("unix", "unix", True)])
def test_an_address_stands_for_a_household(one, other, same):
    assert (network(one) == network(other)) is same


@pytest.fixture
def limited_client(limited, aiohttp_client):
    """A client of a bot with these limits, behind so many proxies."""

    async def make(proxies: int = 0, **most: int):
        return await aiohttp_client(server.build(limited(**most), Metrics(), {}, proxies=proxies))

    return make


async def ask(client, sender: str = "a", **headers: str):
    response = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": "chào"}, headers=headers)
    return response.status, [one["custom"]["kind"] for one in await response.json()]


ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}


async def test_rest_says_429_after_it_was_told(limited_client):
    client = await limited_client(1, per_chat=1)
    assert [await ask(client, **ELSEWHERE) for _ in range(3)] == [(200, ["talk"]), (200, ["talk"]), (429, [])]


async def test_the_web_chat_is_limited_by_session(limited_client):
    client = await limited_client(1, per_chat=1)
    found = [await client.post("/chat/messages", json={"session": "a", "text": "chào"}, headers=ELSEWHERE) for _ in range(3)]
    assert [response.status for response in found] == [200, 200, 429]


@pytest.mark.parametrize(("proxies", "headers", "statuses"), [
    (0, ["1.1.1.1", "1.1.1.1", "1.1.1.1"], [200, 200, 200]),  # nobody is believed: it comes from this machine
    (1, ["1.1.1.1", "2.2.2.2", "3.3.3.3"], [200, 200, 200]),
    (1, ["9.9.9.9, 1.1.1.1", "8.8.8.8, 1.1.1.1", "7.7.7.7, 1.1.1.1"], [200, 200, 429]),  # only what our proxy wrote is
    (2, ["1.1.1.1, 10.0.0.1", "2.2.2.2, 10.0.0.1", "3.3.3.3, 10.0.0.1"], [200, 200, 200]),
])
async def test_an_address_is_believed_as_far_as_our_proxies_go(proxies, headers, statuses, limited_client):
    client = await limited_client(proxies, per_address=1)
    found = [await ask(client, sender, **{"X-Forwarded-For": header}) for sender, header in zip("abc", headers)]
    assert [status for status, _ in found] == statuses


async def test_what_comes_from_this_machine_is_limited_by_what_the_process_bears_alone(limited_client):
    client = await limited_client(per_chat=1, per_address=1, per_process=4)
    assert [(await ask(client))[0] for _ in range(6)] == [200] * 5 + [429]


async def test_a_flood_at_once_is_told_once(limited):
    conversation = limited(per_chat=5)
    found = await asyncio.gather(*(conversation.handle(message()) for _ in range(40)))
    said = [replies[0].outcome for replies in found if replies]
    assert sorted(said) == ["greeted"] * 5 + ["slowed"]


def test_the_words_of_a_count_are_those_of_the_limits():
    from conversations import rates

    assert (rates.FINE, rates.TOLD, rates.OVER) == (FINE, TOLD, OVER)
