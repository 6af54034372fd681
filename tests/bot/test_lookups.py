"""Looking a dossier up through the whole bot: what counts as an attempt, and what is remembered of it."""
from __future__ import annotations

import json
from uuid import uuid4

import pytest
from sqlalchemy import select

from bot.message import Message
from conversations.tables import ConversationRow
from dossiers.tables import LookupAttempt

pytestmark = pytest.mark.model

NUMBER = "G01.123.456-261102-000101"


@pytest.fixture
def attempts(real_bot, sender):
    """Return whether each attempt of the sender was right, in order."""

    def read() -> list[bool]:
        with real_bot.database.session() as session:
            return list(session.execute(select(LookupAttempt.right).where(LookupAttempt.chat.endswith(sender)).order_by(
                LookupAttempt.id)).scalars())

    return read


@pytest.fixture
def memory(real_bot, sender):
    """Return what the conversation remembers, as it is kept."""

    def read() -> dict:
        with real_bot.database.session() as session:
            kept = session.execute(select(ConversationRow.memory).where(ConversationRow.chat.endswith(sender))).scalar_one()
        return json.loads(kept)["slots"]

    return read


@pytest.mark.parametrize("text", [f"{NUMBER} 0000", "0000"])
async def test_a_message_is_one_attempt(text, talk, attempts):
    await talk(NUMBER)
    await talk(text)
    assert attempts() == [False]
    await talk("1234")
    assert attempts() == [False, True]


async def test_digits_typed_again_and_again_reach_the_limit(talk, attempts):
    await talk(NUMBER)
    outcomes = [(await talk(f"000{place}"))[0].outcome for place in range(6)]
    assert outcomes == ["no_match"] * 5 + ["too_many_attempts"]
    assert attempts() == [False] * 5
    (reply,) = await talk(f"{NUMBER} 1234")
    assert reply.outcome == "too_many_attempts"


async def test_the_digits_are_never_remembered(talk, memory):
    for text in (NUMBER, "0000", "1234"):
        await talk(text)
        assert not {"0000", "1234"} & set(map(str, memory().values()))


@pytest.fixture
def stranger(conversation):
    """Say something from another chat."""

    async def say(text: str):
        return await conversation.handle(Message(f"test:{uuid4().hex}", text, "rest", "vi"))

    return say


async def test_questions_about_a_dossier_are_answered_from_it_and_count_as_no_attempt(talk, attempts, memory):
    await talk(f"{NUMBER} 1234")
    for text in ("sao trễ vậy", "hồ sơ của tôi đến đâu rồi"):
        (reply,) = await talk(text)
        assert reply.about.dossier == NUMBER
    assert attempts() == [True] and memory()["dossier_number"] == NUMBER


@pytest.mark.parametrize("digits", [(), ("0000",)])
async def test_nothing_is_said_of_a_dossier_that_the_chat_has_not_proven_its_own(digits, talk, stranger):
    await talk(f"{NUMBER} 1234")
    for text in (NUMBER, *digits, "sao trễ vậy", "hồ sơ của tôi đến đâu rồi"):
        assert all(reply.about.status is None and reply.outcome != "status_explained" for reply in await stranger(text))


async def test_who_was_forgotten_has_to_prove_the_dossier_again(talk, real_bot, sender):
    await talk(f"{NUMBER} 1234")
    with real_bot.database.session() as session:
        real_bot.services.lookup.forget(session, f"test:{sender}")
    assert [reply.outcome for text in ("sao trễ vậy", "hồ sơ của tôi đến đâu rồi") for reply in await talk(text)
            if reply.about.status] == []
