"""The REST channel: a message in JSON, its answers in JSON, in the shape of Rasa's own REST channel."""
from __future__ import annotations

from typing import Any, Sequence

from aiohttp import web

from answers.reply import Reply, plain
from bot.address import address
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.message import Message

CONVERSATION = web.AppKey("conversation", Conversation)
DELIVERY: web.AppKey[Delivery | None] = web.AppKey("delivery")
"""What was said to a chat that did not ask."""

MAX_SENDER = 100


def add(app: web.Application, conversation: Conversation) -> None:
    """Serve the channel in `app`."""
    app[CONVERSATION] = conversation
    app.router.add_post("/webhooks/rest/webhook", webhook)


async def webhook(request: web.Request) -> web.Response:
    """Answer `{"sender": ..., "message": ...}` with a list of answers; anything else is a 400 that says what is wrong.

    What was said to the sender meanwhile, such as by somebody of the staff, stands in front of them.
    """
    try:
        body = await read_json(request)
    except ValueError:
        return _wrong("the body is not JSON")
    if not isinstance(body, dict) or not isinstance(body.get("message"), str):
        return _wrong("expected an object with the text \"message\"")
    sender = body.get("sender", "default")
    if not isinstance(sender, str) or not is_sender(sender):
        return _wrong(f"\"sender\" must be a printable text of 1 to {MAX_SENDER} characters")
    chat, delivery = f"rest:{sender}", request.app[DELIVERY]
    message = Message(chat, body["message"], "rest", address=address(request))
    replies = await request.app[CONVERSATION].handle(message)
    news = await delivery.take(chat) if delivery and not message.limited else []
    return web.json_response([answer(sender, reply) for reply in (*news, *replies)], status=status(message, replies))


def status(message: Message, replies: Sequence[Reply]) -> int:
    """Return 429 for a message of a flood, which has no answer."""
    return 429 if message.limited and not replies else 200


def is_sender(text: str) -> bool:
    return 0 < len(text) <= MAX_SENDER and text.isprintable()


async def read_json(request: web.Request) -> Any:
    """Return what the body holds. Raises ValueError for any body that is not JSON."""
    try:
        return await request.json()
    except (LookupError, RecursionError) as error:
        # A header that names an encoding nobody knows, and brackets nested past all reason.
        raise ValueError("the body cannot be decoded") from error


def answer(recipient: str, reply: Reply) -> dict[str, Any]:
    """Return one answer as the channel's contract has it."""
    buttons = [{"title": button.label, "payload": button.payload} if button.payload
               else {"title": button.label, "type": "web_url", "url": button.url} for row in reply.buttons for button in row]
    return {"recipient_id": recipient, "text": plain(reply), **({"buttons": buttons} if buttons else {}),
            "custom": reply.about.as_dict()}


def _wrong(message: str) -> web.Response:
    return web.json_response({"error": message}, status=400)
