"""Buttons as Telegram inline keyboards, their payload packed into the 64 bytes that Telegram carries."""
from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from answers.reply import Button, Payload, Reply

MOST_BYTES = 64
_SEPARATOR = "|"


class PayloadTooLong(ValueError):
    """A payload does not fit; ids of services and cases are limited so that this cannot happen."""


def keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    """Return the reply's buttons as a keyboard, or None if it has none."""
    rows = [[_button(button) for button in row] for row in reply.buttons if row]
    return InlineKeyboardMarkup(rows) if rows else None


def pack(text: str) -> str:
    """Return a payload's text as callback data: `passport|fee|lost`. Raises `PayloadTooLong`."""
    payload = Payload.parse(text)
    if payload is None:
        raise ValueError(f"{text!r} is not a payload")
    packed = _SEPARATOR.join(part or "" for part in (payload.intent, payload.aspect, payload.case, payload.item)).rstrip(_SEPARATOR)
    if len(packed.encode()) > MOST_BYTES:
        raise PayloadTooLong(packed)
    return packed


def unpack(data: str) -> str:
    """Return the payload's text that callback data stands for; strange data give a payload that nothing knows."""
    parts = [part or None for part in data.split(_SEPARATOR)][:4]
    return Payload(parts[0] or "unknown", *parts[1:]).text()


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=pack(button.payload or ""))
