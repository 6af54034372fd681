"""What the handlers do with updates that the emulator cannot bring about; the others are in tests/telegram."""
from __future__ import annotations

import pytest

from answers.reply import About, Block, Button, Payload, Reply
from answers.words import Words
from bot.telegram.handlers import MOST_BYTES
from bot.telegram.render import LIMIT
from dossiers.photo import Reading

VI = Words("vi")
PERSON = {"id": 1, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
CHAT = {"id": 1, "type": "private", "first_name": "Lan"}
BUTTON = Button("Phí", Payload("passport", "fee").text())
LONG = Reply("answered", About("procedure"), "Dài", [Block(["x" * 1_000] * 9)], buttons=[[BUTTON]])
NUMBER, OTHER = "G01.123.456-261102-000101", "000.00.12.H41-261020-0005"
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
    ("photo_no_code", {"photo": [{**FILE, "width": 1, "height": 1}]}),
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


PHOTO = {"photo": [{**FILE, "width": 90, "height": 90}, {**FILE, "file_id": "2", "width": 900, "height": 900}]}


async def test_the_numbers_in_a_photo_are_answered_like_typed_ones(update, recorded, stand_in):
    stand_in.reading, stand_in.replies = Reading("read", [NUMBER, OTHER]), [Reply("answered", About("talk"), "t")]
    await update(message=message(**PHOTO))
    assert recorded.calls[0] == ("getFile", {"file_id": "2"})
    assert stand_in.seen == [recorded.photo] and stand_in.heard == [f"{NUMBER} , {OTHER}"]
    assert [parameters["text"] for _, parameters in recorded.sent] == ["<b>t</b>"]


async def test_a_picture_sent_as_a_file_is_read_too(update, recorded, stand_in):
    await update(message=message(document={**FILE, "mime_type": "image/jpeg", "file_size": 1_000}))
    assert [parameters["text"] for _, parameters in recorded.sent] == [VI("talk.photo_no_code")]


async def test_a_photo_that_is_too_large_is_not_fetched(update, recorded):
    await update(message=message(document={**FILE, "mime_type": "image/jpeg", "file_size": MOST_BYTES + 1}))
    assert [name for name, _ in recorded.calls] == ["sendMessage"]


async def test_a_photo_telegram_does_not_hand_out_is_told_so(update, recorded, stand_in):
    recorded.failures["getFile"] = [(400, "Bad Request: file is too big")]
    await update(message=message(**PHOTO))
    assert [parameters["text"] for _, parameters in recorded.sent] == [VI("talk.no_photo")]
    assert not stand_in.seen


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


async def test_a_flood_of_any_kind_is_told_once_under_what_is_being_read(update, recorded, stand_in, limits):
    stand_in.replies = [Reply("answered", About("talk"), "t")]
    states = iter(["fine", "told", *["over"] * 4])
    limits.append(lambda key, most: next(states))
    for content in ({"message": message(text="hộ chiếu")}, {"callback_query": press(date=1, text="...", **{"from": PERSON})},
                    {"callback_query": press(date=1, text="...", **{"from": PERSON})}, {"message": message(text="hộ chiếu")},
                    {"message": message(voice={**FILE, "duration": 1})}, {"message": message(**PHOTO)}):
        await update(**content)
    assert [(name, parameters["text"]) for name, parameters in recorded.sent] == [
        ("sendMessage", "<b>t</b>"), ("sendMessage", VI("talk.slowed"))]
    assert [name for name, _ in recorded.calls].count("answerCallbackQuery") == 2
