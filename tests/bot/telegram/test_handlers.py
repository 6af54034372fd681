"""What the handlers do with updates that the emulator cannot bring about; the others are in tests/telegram."""
from __future__ import annotations

import pytest

from answers.reply import About, Block, Button, Payload, Reply
from answers.words import Words
from bot.telegram.render import LIMIT

VI = Words("vi")
PERSON = {"id": 1, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
CHAT = {"id": 1, "type": "private", "first_name": "Lan"}
BUTTON = Button("Phí", Payload("passport", "fee").text())
LONG = Reply("answered", About("procedure"), "Dài", [Block(["x" * 1_000] * 9)], buttons=[[BUTTON]])
FILE = {"file_id": "1", "file_unique_id": "1"}


@pytest.fixture
def said(stand_in) -> list[Reply]:
    """What the engine answers: two replies, each too long for one message."""
    stand_in.replies = [LONG, LONG]
    return stand_in.replies


def message(**content):
    return {"message_id": 5, "date": 1, "chat": CHAT, "from": PERSON, **content}


def press(**under):
    return {"id": "1", "chat_instance": "1", "from": PERSON, "data": "passport|fee",
            "message": {"message_id": 5, "chat": CHAT, **under}}


def all_was_sent(recorded, replies):
    """Check that every line of the replies went out once, in messages of their own, with a keyboard under each last part."""
    sent = [parameters for _, parameters in recorded.sent]
    assert sum(parameters["text"].count("x") for parameters in sent) == 9_000 * len(replies)
    assert all(len(parameters["text"]) <= LIMIT for parameters in sent)
    assert [bool(parameters.get("reply_markup")) for parameters in sent] == [False, False, True] * len(replies)


async def test_a_long_answer_goes_out_in_parts_with_the_buttons_under_the_last(update, recorded, said):
    await update(message=message(text="hộ chiếu"))
    all_was_sent(recorded, said)


async def test_a_long_answer_to_a_press_goes_out_in_parts_too(update, recorded, said):
    await update(callback_query=press(date=1, text="...", **{"from": PERSON}))
    all_was_sent(recorded, said)


async def test_a_press_under_a_message_telegram_shows_no_more_is_answered_anew(update, recorded, stand_in):
    stand_in.replies = [Reply("answered", About("talk"), "t")]
    await update(callback_query=press(date=0))
    assert [name for name, _ in recorded.calls] == ["answerCallbackQuery", "sendMessage"]


@pytest.mark.parametrize("name, content", [
    ("no_photo", {"photo": [{**FILE, "width": 1, "height": 1}]}), ("no_photo", {"document": {**FILE, "mime_type": "image/jpeg"}}),
    ("no_voice", {"voice": {**FILE, "duration": 1}}), ("no_voice", {"audio": {**FILE, "duration": 1}}),
    ("no_voice", {"video_note": {**FILE, "duration": 1, "length": 1}}),
    ("text_only", {"document": {**FILE, "mime_type": "application/pdf"}}),
    ("text_only", {"video": {**FILE, "width": 1, "height": 1, "duration": 1}}),
    ("text_only", {"contact": {"phone_number": "1", "first_name": "Lan"}}),
    ("text_only", {"location": {"latitude": 18.7, "longitude": 105.7}}),
    ("text_only", {"dice": {"emoji": "🎲", "value": 1}}), ("text_only", {}),
])
async def test_every_kind_of_message_is_answered_once(update, recorded, name, content):
    await update(message=message(**content))
    assert [parameters["text"] for _, parameters in recorded.sent] == [VI(f"talk.{name}")]


@pytest.mark.parametrize("content", [
    {"message": message(pinned_message=message(text="x"))},
    {"message": message(text="hộ chiếu", chat={"id": -1, "type": "supergroup", "title": "Xóm"})},
    {"channel_post": message(text="hộ chiếu", chat={"id": -1, "type": "channel", "title": "Xóm"})},
    {"edited_message": message(edit_date=2, location={"latitude": 18.7, "longitude": 105.7, "live_period": 900})},
    {"edited_message": message(edit_date=2, text="x", chat={"id": -1, "type": "group", "title": "Xóm"})},
    {"inline_query": {"id": "1", "from": PERSON, "query": "x", "offset": ""}},
])
async def test_what_no_citizen_said_in_private_is_left_alone(update, recorded, stand_in, content):
    await update(**content)
    assert not recorded.calls and not stand_in.heard


async def test_an_answer_that_cannot_be_delivered_is_followed_by_an_apology(update, recorded, stand_in, caplog):
    stand_in.replies = [Reply("answered", About("talk"), "t")]
    recorded.failures["sendMessage"] = [(400, "Bad Request: something is wrong with it")]
    await update(message=message(text="số căn cước của tôi là 040099012345"))
    assert [parameters["text"] for _, parameters in recorded.sent] == ["<b>t</b>", VI("talk.error", hotline="1800 1096")]
    assert "040099012345" not in caplog.text


async def test_typing_that_is_refused_does_not_keep_the_answer_back(update, recorded, stand_in):
    stand_in.replies = [Reply("answered", About("talk"), "t")]
    recorded.failures["sendChatAction"] = [(400, "Bad Request: not now")]
    await update(message=message(text="hộ chiếu"))
    assert [parameters["text"] for _, parameters in recorded.sent] == ["<b>t</b>"]
