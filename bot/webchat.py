"""The web chat: one small page for people whose network does not reach Telegram, or who have no account there."""
from __future__ import annotations

import json
from pathlib import Path

from aiohttp import web

from answers.words import Words, languages
from bot.address import address
from bot.message import Message
from bot.rest import CONVERSATION, DELIVERY, read_json, status

FILES = Path(__file__).parent / "web"
MAX_SESSION = 64
PATIENCE = 25
"""Seconds a page's question for news stays open: proxies commonly cut at 30."""

MOST_PHOTO = 6 * 1024 * 1024
"""Bytes of a photo; phones make them smaller, and the page says so before it sends a larger one."""

NEWS = "X-News"
"""The header of an answer after which the page should ask for news: somebody may write."""

SECURITY = {
    # No script, style or connection but our own; the page cannot be put in another site's frame.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
                               "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def add(app: web.Application) -> None:
    """Serve the page at /, its files, its words and its messages."""
    app.on_response_prepare.append(_secure)
    app.router.add_get("/", _file("chat.html", "text/html"))
    app.router.add_get("/chat/chat.js", _file("chat.js", "text/javascript"))
    app.router.add_get("/chat/chat.css", _file("chat.css", "text/css"))
    app.router.add_get("/chat/icon.svg", _file("icon.svg", "image/svg+xml"))
    app.router.add_get("/chat/words", words)
    app.router.add_post("/chat/messages", messages)
    app.router.add_post("/chat/news", news)
    app.router.add_post("/chat/photo", photo)
    app.on_shutdown.append(_let_go)


async def messages(request: web.Request) -> web.Response:
    """Answer `{"session", "text", "language"?}` with replies as they are, for the page to lay out."""
    try:
        body = await read_json(request)
        session, text, language = body["session"], body["text"], body.get("language", "vi")
        if not all(isinstance(value, str) for value in (session, text, language)):
            raise TypeError("not texts")
    except (ValueError, KeyError, TypeError, AttributeError):
        return web.json_response({"error": "expected an object with the texts \"session\" and \"text\""}, status=400)
    if not is_session(session):
        return _no_session()
    chat, delivery = f"web:{session}", request.app[DELIVERY]
    message = Message(chat, text, "web", Words(language).language, address(request))
    replies = await request.app[CONVERSATION].handle(message)
    more = delivery is not None and await delivery.expects(chat)
    return web.json_response([reply.as_dict() for reply in replies], headers={NEWS: "yes"} if more else None,
                             status=status(message, replies))


async def photo(request: web.Request) -> web.Response:
    """Answer a photo of a receipt (the body; `?session=` and `?language=`) as `messages` does; it is read and kept nowhere."""
    session = request.query.get("session", "")
    if not is_session(session):
        return _no_session()
    data = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        data += chunk
        if len(data) > MOST_PHOTO:
            return web.json_response({"error": f"a photo may have {MOST_PHOTO} bytes"}, status=413)
    language = Words(request.query.get("language", "vi")).language
    message = Message(f"web:{session}", "", "web", language, address(request))
    replies = await request.app[CONVERSATION].photo(message, bytes(data))
    return web.json_response([reply.as_dict() for reply in replies], status=status(message, replies))


async def news(request: web.Request) -> web.Response:
    """Answer `{"session", "got"?}` with what was said to the chat since, as soon as there is something.

    `got` is the id of the last message the page has; what it did not confirm comes again. `more` tells whether to go on asking.
    """
    try:
        body = await read_json(request)
        session, got = body["session"], body.get("got", 0)
        if not isinstance(session, str) or not isinstance(got, int) or not 0 <= got < 2**31:
            raise TypeError("not a text and a number")
    except (ValueError, KeyError, TypeError, AttributeError):
        return web.json_response({"error": "expected an object with the text \"session\" and the number \"got\""}, status=400)
    if not is_session(session):
        return _no_session()
    chat, delivery = f"web:{session}", request.app[DELIVERY]
    if delivery is None:
        return web.json_response({"replies": [], "more": False})
    if got:
        await delivery.got(chat, got)
    found = await delivery.news(chat, PATIENCE if await delivery.expects(chat) else 0)
    return web.json_response({"replies": [{"id": letter.id, "reply": letter.reply} for letter in found],
                              "more": bool(found) or await delivery.expects(chat)})


async def words(request: web.Request) -> web.Response:
    """Return the page's own words in every language."""
    return web.json_response({language: Words(language).get("page") for language in languages()},
                             dumps=lambda data: json.dumps(data, ensure_ascii=False))


def is_session(text: str) -> bool:
    return text.isalnum() and len(text) <= MAX_SESSION


def _no_session() -> web.Response:
    return web.json_response({"error": f"\"session\" must be 1 to {MAX_SESSION} letters and digits"}, status=400)


async def _let_go(app: web.Application) -> None:
    """Answer those who wait for news, so that the process can end."""
    if app[DELIVERY]:
        app[DELIVERY].close()


def _file(name: str, content_type: str):
    body = (FILES / name).read_bytes()

    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type, charset="utf-8", headers={"Cache-Control": "no-cache"})

    return serve


async def _secure(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(SECURITY)
