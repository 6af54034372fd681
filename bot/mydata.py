"""What is kept of a chat as JSON, for channels that can hand over a file: the web chat and REST."""
from __future__ import annotations

import json

from aiohttp import web

from bot.rest import CONVERSATION, is_sender, read_json
from bot.webchat import is_session

FILE = "my-data.json"


def add(app: web.Application) -> None:
    """Serve both addresses in an application that has the channels."""
    app.router.add_post("/webhooks/rest/mydata", of_sender)
    app.router.add_post("/chat/mydata", of_session)


async def of_sender(request: web.Request) -> web.Response:
    """Answer `{"sender"}` with everything that is kept of the sender, by table."""
    return await _kept(request, "sender", "rest", is_sender)


async def of_session(request: web.Request) -> web.Response:
    """Answer `{"session"}` with everything that is kept of the web chat, by table."""
    return await _kept(request, "session", "web", is_session)


async def _kept(request: web.Request, key: str, channel: str, right) -> web.Response:
    try:
        name = (await read_json(request))[key]
        if not isinstance(name, str) or not right(name):
            raise ValueError("not the name of a chat")
    except (ValueError, KeyError, TypeError):
        return web.json_response({"error": f"expected an object with the text \"{key}\" as in a message"}, status=400)
    kept = await request.app[CONVERSATION].kept(f"{channel}:{name}")
    return web.json_response(kept, headers={"Content-Disposition": f'attachment; filename="{FILE}"', "Cache-Control": "no-store"},
                             dumps=lambda data: json.dumps(data, ensure_ascii=False, indent=1))
