"""The counterpart itself: it must refuse what Telegram refuses, or the journeys would prove nothing."""
from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.telegram

TOKEN = "1:EMULATOR"
CHAT = 42


@pytest.fixture
def call(telegram):
    """Call a method as a bot; its answer comes back."""
    return lambda method, **fields: telegram.http.post(f"/bot{TOKEN}/{method}", json=fields).json()


def keyboard(**button):
    return json.dumps({"inline_keyboard": [[{"text": "x", **button}]]})


@pytest.mark.parametrize("method, fields, words", [
    ("sendMessage", {"text": "a < b", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"text": "<b>a", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"text": "a<br>b", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"text": "<b> </b>", "parse_mode": "HTML"}, "text is empty"),
    ("sendMessage", {"text": "😀" * 2049}, "too long"),
    ("sendMessage", {"text": "x", "colour": "red"}, "colour"),
    ("sendMessage", {"text": "x", "disable_notification": "perhaps"}, "disable_notification"),
    ("sendMessage", {"text": "x", "reply_markup": keyboard(callback_data="ấ" * 22)}, "reply_markup"),
    ("sendMessage", {"text": "x", "reply_markup": keyboard()}, "reply_markup"),
    ("editMessageText", {"text": "x", "message_id": 999_999}, "message to edit not found"),
    ("answerCallbackQuery", {"callback_query_id": "never asked"}, "query ID is invalid"),
])
def test_what_telegram_refuses_is_refused(call, allowed_refusals, method, fields, words):
    allowed_refusals.append(method)
    answer = call(method, **({"chat_id": CHAT} if method != "answerCallbackQuery" else {}), **fields)
    assert not answer["ok"] and words in answer["description"]


def test_markup_is_no_part_of_the_length(call):
    assert call("sendMessage", chat_id=CHAT, text=f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML")["result"]["text"] == "&" * 4096


def test_an_edit_that_changes_nothing_is_refused(call, allowed_refusals):
    allowed_refusals.append("message is not modified")
    message = call("sendMessage", chat_id=CHAT, text="x")["result"]["message_id"]
    assert call("editMessageText", chat_id=CHAT, message_id=message, text="y")["ok"]
    assert not call("editMessageText", chat_id=CHAT, message_id=message, text="y")["ok"]


def test_a_press_is_answered_once(call, telegram, allowed_refusals):
    allowed_refusals.append("query ID is invalid")
    telegram.queue(TOKEN, {"callback_query": {"id": "77"}})
    assert call("answerCallbackQuery", callback_query_id="77")["ok"]
    assert not call("answerCallbackQuery", callback_query_id="77")["ok"]


def test_calls_fail_in_the_order_that_was_asked_for(call, telegram, allowed_refusals):
    allowed_refusals += ["Too Many Requests", "blocked by the user"]
    telegram.refuse(TOKEN, "sendMessage", "flood", "blocked")
    assert [call("sendMessage", chat_id=CHAT, text="x").get("error_code") for _ in range(3)] == [429, 403, None]
