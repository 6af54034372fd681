"""Another model in the midst of work: every message is answered once, in order, and conversations go on."""
from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import select

from actions import in_process
from bot.conversation import Message
from bot.engine import load
from conversations.tables import Turn

CHATS = 12

TALK = (
    ("làm hộ chiếu cần giấy tờ gì", "answered"), ("lệ phí bao nhiêu", "answered"), ("tra cứu hồ sơ", "number_asked"),
    ("G01.123.456-261102-000101", "digits_asked"), ("1234", "status_shown"), ("cảm ơn em", "small_talk"))
"""What each chat says, one after another, and how each message must end: the service and the open look-up are remembered."""

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def models(real_bot, model_path):
    """The model at work, and the same once more: what changes is who answers, so what is answered must not."""
    actions = in_process.executor()
    made = [load(model_path, real_bot.database, actions) for _ in range(2)]
    for agent in made:
        _let_others_in_between(agent.tracker_store)
    yield made


@pytest.fixture(scope="module")
def model_path():
    from nlu import model

    return model.ready()


@pytest.fixture
async def switching(engine, models):
    """Switch to and fro as long as the test runs; tells how often."""
    before, count = engine._agent, [0]

    async def again_and_again():
        while True:
            engine.switch(models[count[0] % 2])
            count[0] += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(again_and_again())
    yield count
    task.cancel()
    engine.switch(before)


def _let_others_in_between(store) -> None:
    """Let other messages and switches come between the reading and the writing of a conversation."""
    retrieve, save = store.retrieve, store.save

    async def slowly_retrieve(sender):
        found = await retrieve(sender)
        await asyncio.sleep(0)
        return found

    async def slowly_save(tracker):
        await asyncio.sleep(0)
        await save(tracker)

    store.retrieve, store.save = slowly_retrieve, slowly_save


def turns(real_bot, chat):
    with real_bot.database.session() as session:
        rows = session.execute(select(Turn).where(Turn.chat == chat).order_by(Turn.id)).scalars()
        return [row.outcomes for row in rows]


async def test_conversations_and_open_look_ups_survive_switches(conversation, real_bot, switching):
    async def talk(chat: str) -> list[list[str]]:
        return [[reply.outcome for reply in await conversation.handle(Message(chat, said, "rest"))] for said, _ in TALK]

    chats = [f"switch:{uuid4().hex}" for _ in range(CHATS)]
    answered = await asyncio.gather(*map(talk, chats))
    expected = [outcome for _, outcome in TALK]
    assert answered == [[[outcome] for outcome in expected]] * CHATS
    assert [turns(real_bot, chat) for chat in chats] == [expected] * CHATS
    assert switching[0] > len(TALK)


async def test_messages_of_one_chat_sent_at_once_keep_their_order_across_switches(conversation, real_bot, switching):
    chat = f"switch:{uuid4().hex}"

    async def send(number: int, said: str):
        # So that each comes when another model than for the message before is at work.
        for _ in range(number):
            await asyncio.sleep(0)
        return await conversation.handle(Message(chat, said, "rest"))

    answered = await asyncio.gather(*(send(number, said) for number, (said, _) in enumerate(TALK)))
    assert [[reply.outcome for reply in replies] for replies in answered] == [[outcome] for _, outcome in TALK]
    assert turns(real_bot, chat) == [outcome for _, outcome in TALK]
