"""Buttons as inline keyboards: within Telegram's limits, and each leads back to what it stands for."""
from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some

from answers import handover, privacy
from answers.dossier import FOLLOW, FOLLOWING, UNFOLLOW
from answers.procedure import RATE
from answers.reply import About, Button, Payload, Reply
from bot.telegram import keyboards
from catalogue.files import SERVICES
from catalogue.model import ASPECTS

MOST_BUTTONS, MOST_IN_A_ROW = 100, 8
"""What the Bot API takes."""


@pytest.fixture(scope="session")
def intents() -> set[str]:
    """The intents that the engine knows, and those that are taken before it."""
    known = yaml.safe_load((SERVICES.parent / "domain.yml").read_text(encoding="utf-8"))["intents"]
    return {*known, RATE, handover.BACK, handover.LEAVE_MESSAGE, FOLLOW, UNFOLLOW, FOLLOWING, privacy.SHOW, privacy.FORGET}


def test_every_keyboard_under_an_answer_about_a_service_works(service_replies, script, intents):
    for reply in service_replies:
        the_keyboard_works(reply, intents)
    payloads = [payload for reply in service_replies for row in reply.buttons for button in row if (payload := asked_by(button))]
    own = [payload for payload in payloads if payload.intent == script.id]
    assert {payload.aspect for payload in own} == {*ASPECTS, "faq"}
    assert {payload.case for payload in own} == {None, *(case.id for case in script.cases)}
    assert {None, "0"} < {payload.item for payload in own} <= {None, *map(str, range(len(script.faq)))}


def test_every_other_keyboard_works(other_replies, intents):
    for reply in other_replies:
        the_keyboard_works(reply, intents)


def test_a_reply_without_buttons_has_no_keyboard():
    assert keyboards.keyboard(Reply("answered", About("talk"))) is None
    assert keyboards.keyboard(Reply("answered", About("talk"), buttons=((),))) is None


@pytest.mark.parametrize("payload", [Payload("a" * 40, "b" * 20, "c" * 20), Payload("passport", case="ấ" * 30)])
def test_a_payload_that_does_not_fit_is_refused(payload):
    with pytest.raises(keyboards.PayloadTooLong):
        keyboards.pack(payload.text())


def test_a_button_that_is_neither_link_nor_payload_is_refused():
    with pytest.raises(ValueError):
        keyboards.keyboard(Reply("answered", About("talk"), buttons=((Button("?", "hello"),),)))


@given(some.binary(max_size=64))
def test_strange_data_give_one_payload_or_what_no_engine_knows(data):
    text = keyboards.unpack(data.decode(errors="replace"))
    payload = Payload.parse(text)
    assert text.startswith("/") and (payload is None or payload.text() == text)


def the_keyboard_works(reply, intents):
    """Check a reply's keyboard against the Bot API's limits, and that every press would be understood."""
    keyboard = keyboards.keyboard(reply)
    rows = keyboard.inline_keyboard if keyboard else ()
    assert [[button.text for button in row] for row in rows] == [[button.label for button in row] for row in reply.buttons if row]
    buttons = [button for row in rows for button in row]
    assert len(buttons) <= MOST_BUTTONS and all(len(row) <= MOST_IN_A_ROW for row in rows)
    assert all(button.text.strip() for button in buttons)
    data = [button.callback_data for button in buttons if button.callback_data]
    assert len(data) == len(set(data)), f"two buttons do the same: {reply}"
    for button, given_ in zip(buttons, (button for row in reply.buttons for button in row), strict=True):
        if given_.url:
            assert button.url == given_.url and button.url.startswith("https://")
        else:
            assert len(button.callback_data.encode()) <= keyboards.MOST_BYTES
            assert keyboards.unpack(button.callback_data) == given_.payload
            assert asked_by(given_).intent in intents


def asked_by(button):
    return button.payload and Payload.parse(button.payload)
