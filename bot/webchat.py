"""The web chat: one small page for people whose network does not reach Telegram, or who have no account there."""
from __future__ import annotations

import json
from pathlib import Path

from aiohttp import web

from answers.words import Words, languages
from bot.conversation import Message
from bot.rest import CONVERSATION, read_json

FILES = Path(__file__).parent / "web"
MAX_SESSION = 64

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


async def messages(request: web.Request) -> web.Response:
    """Answer `{"session", "text", "language"?}` with replies as they are, for the page to lay out."""
    try:
        body = await read_json(request)
        session, text, language = body["session"], body["text"], body.get("language", "vi")
        if not all(isinstance(value, str) for value in (session, text, language)):
            raise TypeError("not texts")
    except (ValueError, KeyError, TypeError, AttributeError):
        return web.json_response({"error": "expected an object with the texts \"session\" and \"text\""}, status=400)
    if not session.isalnum() or len(session) > MAX_SESSION:
        return web.json_response({"error": f"\"session\" must be 1 to {MAX_SESSION} letters and digits"}, status=400)
    replies = await request.app[CONVERSATION].handle(Message(f"web:{session}", text, "web", Words(language).language))
    return web.json_response([reply.as_dict() for reply in replies])


async def words(request: web.Request) -> web.Response:
    """Return the page's own words in every language."""
    return web.json_response({language: Words(language).get("page") for language in languages()},
                             dumps=lambda data: json.dumps(data, ensure_ascii=False))


def _file(name: str, content_type: str):
    body = (FILES / name).read_bytes()

    async def serve(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type, charset="utf-8", headers={"Cache-Control": "no-cache"})

    return serve


async def _secure(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(SECURITY)
