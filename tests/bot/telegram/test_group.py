"""The agents' group: a topic for each conversation, made once; what members write in it; and who is not listened to."""
from __future__ import annotations

import json

import pytest
import pytest_asyncio
from telegram import Update
from telegram.error import BadRequest
from telegram.ext import Application

from answers import handover as say
from answers.words import Words
from bot.conversation import Conversation
from bot.delivery import Gone
from bot.telegram.group import Group
from bot.telegram.handlers import Handlers
from bot.telegram.service import TelegramService

GROUP, POST = -1001, say.told(Words("vi"), "Có người cần cán bộ.")
AGENT = {"id": 5, "is_bot": False, "first_name": "Hoa", "last_name": "Lê"}


class StandInDesk:
    """A desk that keeps what it is told; conversation 3 has topic 30, others have none yet."""

    def __init__(self) -> None:
        self.topics = {3: 30}
        self.heard: list[tuple] = []
        self.answer: str | None = None

    def topic(self, handover):
        return self.topics.get(handover), f"{handover} · web"

    def set_topic(self, handover, topic):
        self.topics[handover] = topic

    def in_topic(self, *said):
        self.heard.append(said)
        return self.answer


@pytest.fixture
def desk() -> StandInDesk:
    return StandInDesk()


@pytest_asyncio.fixture
async def application(recorded, desk, stand_in, metrics):
    """PTB with the group's handlers before those of citizens, as in the service."""
    application = Application.builder().token("1:GROUP").request(recorded).get_updates_request(recorded).updater(None).build()
    Group(GROUP, desk).add_to(application)
    Handlers(Conversation(stand_in, metrics, stand_in.rate)).add_to(application)
    async with application:
        yield application


@pytest.fixture
def write(application):
    """Write in the group: `await write(text="x", message_thread_id=30)`."""

    async def send(chat=GROUP, **content):
        message = {"message_id": 5, "date": 1, "chat": {"id": chat, "type": "supergroup", "title": "Trực", "is_forum": True}, "from": AGENT,
                   "is_topic_message": True, "message_thread_id": 30, **content}
        await application.process_update(Update.de_json({"update_id": 1, "message": message}, application.bot))

    return send


async def test_a_topic_is_made_at_the_first_post_and_used_for_the_others(application, recorded, desk):
    recorded.results = {"createForumTopic": {"message_thread_id": 77, "name": "4 · web", "icon_color": 1}}
    group = Group(GROUP, desk)
    await group.send(application.bot, "group:4", POST)
    await group.send(application.bot, "group:4", POST)
    assert [(name, parameters.get("name"), parameters.get("message_thread_id")) for name, parameters in recorded.calls] == [
        ("createForumTopic", "4 · web", None), ("sendMessage", None, 77), ("sendMessage", None, 77)]
    assert {parameters["chat_id"] for _, parameters in recorded.calls} == {GROUP}


async def test_what_everybody_should_know_goes_to_the_group_itself(application, recorded, desk):
    await Group(GROUP, desk).send(application.bot, "group:0", POST)
    assert [(name, parameters.get("message_thread_id")) for name, parameters in recorded.calls] == [("sendMessage", None)]


async def test_a_group_without_topics_is_told_to_the_operator(application, recorded, desk, caplog):
    recorded.failures["createForumTopic"] = [(400, "Bad Request: the chat is not a forum")]
    with pytest.raises(BadRequest):
        await Group(GROUP, desk).send(application.bot, "group:4", POST)
    assert "TELEGRAM_STAFF_GROUP" in caplog.text and "not a forum" in caplog.text and recorded.sent == []


async def test_a_group_the_bot_was_thrown_out_of_takes_nothing_more(application, recorded, desk):
    recorded.failures["sendMessage"] = [(403, "Forbidden: bot was kicked from the supergroup chat")]
    with pytest.raises(Gone):
        await Group(GROUP, desk).send(application.bot, "group:3", POST)


async def test_what_a_member_writes_in_a_topic_reaches_the_desk_and_no_engine(write, desk, stand_in, recorded):
    await write(text="Chào chị")
    assert desk.heard == [(30, "telegram:5", "Hoa Lê", "Chào chị")] and stand_in.heard == [] and recorded.calls == []


async def test_the_desk_s_answer_is_given_in_the_topic(write, desk, recorded):
    desk.answer = "Minh đang trả lời."
    await write(text="Chào chị")
    [(name, parameters)] = recorded.sent
    assert (name, parameters["text"], parameters["message_thread_id"]) == ("sendMessage", "Minh đang trả lời.", 30)


async def test_a_picture_reaches_the_desk_as_no_text(write, desk):
    await write(photo=[{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}])
    assert desk.heard == [(30, "telegram:5", "Hoa Lê", None)]


@pytest.mark.parametrize("content", [
    {"chat": -1002, "text": "x"}, {"is_topic_message": False, "text": "x"}, {"from": {**AGENT, "is_bot": True}, "text": "x"},
    {"forum_topic_closed": {}}, {"new_chat_members": [AGENT]},
], ids=["another group", "outside of topics", "a bot or somebody anonymous", "a topic was closed", "somebody joined"])
async def test_whatever_else_is_left_alone(content, write, desk, recorded, stand_in):
    await write(**content)
    assert desk.heard == [] and recorded.calls == [] and stand_in.heard == []


async def test_an_edit_is_not_sent_a_second_time(application, desk):
    message = {"message_id": 5, "date": 1, "edit_date": 2, "chat": {"id": GROUP, "type": "supergroup", "title": "Trực"}, "from": AGENT,
               "is_topic_message": True, "message_thread_id": 30, "text": "sửa"}
    await application.process_update(Update.de_json(json.loads(json.dumps({"update_id": 1, "edited_message": message})), application.bot))
    assert desk.heard == []


@pytest.mark.parametrize("group", [True, False])
def test_the_service_serves_the_group_only_where_there_is_one(group, desk, stand_in, metrics):
    service = TelegramService(Conversation(stand_in, metrics, stand_in.rate), "1:X", "http://127.0.0.1:1", "", "", None,
                              Group(GROUP, desk) if group else None)
    assert set(service.channels) == ({"telegram", "group"} if group else {"telegram"})
