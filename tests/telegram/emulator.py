"""Serve a Bot API on loopback for the tests. None of the rules in it are ours: it is made of three outside parts.

LO's engine answers; aiogram's models, generated from Telegram's documentation, say which fields a method takes; TDLib, the
code the real server runs, parses the HTML. Added here is what these leave open and Telegram does: a username, and refusing
to edit a message that does not exist or would not change, or to answer a button press twice.

    .venv-telegram/bin/python tests/telegram/emulator.py [PORT]     prints its address; without PORT it takes a free one

POST /__fixture/updates  {"token", "update"}             what a citizen does: the bot gets it by polling or by its webhook
GET  /__fixture/calls  ?chat=                            what the bot did, in order: token, method, fields, status, result
POST /__fixture/refuse   {"token", "method", "reasons", "chat"}  the next calls of a method fail, one for each reason, in their order
POST /__fixture/hold     {"chat"}                        calls about a chat wait ...
POST /__fixture/release  {"chat"}                        ... until now
POST /__fixture/outage   {"on"}                          every call fails as Telegram's gateway fails, until it is off again
"""
from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections import defaultdict, deque
from contextvars import ContextVar

import aiogram.methods
import tdjson
from aiohttp import web
from lo_bot_api_emulator import CONTRACT, ApiRefusal, LoBotApiEmulator, updates
from pydantic import ValidationError

METHODS = {
    getattr(aiogram.methods, name).__api_method__: getattr(aiogram.methods, name)
    for name in aiogram.methods.__all__ if hasattr(getattr(aiogram.methods, name), "__api_method__") and name != "TelegramMethod"
}

REASONS = {
    "flood": (429, "Too Many Requests: retry after 1", {"retry_after": 1}),
    "blocked": (403, "Forbidden: bot was blocked by the user", None),
    "unauthorized": (401, "Unauthorized", None),
    "bad_gateway": (502, "Bad Gateway", None),
    "uneditable": (400, "Bad Request: message can't be edited", None),
}
"""Why a call can be made to fail, as Telegram says it: status, description, parameters."""

CALL: ContextVar[dict] = ContextVar("CALL")
"""The call that is being answered."""


class Telegram(LoBotApiEmulator):
    """LO's emulator with Telegram's own fields, HTML, username and manners, and with a transcript of what the bot did."""

    def __init__(self) -> None:
        super().__init__(enable_control=True, allow_insecure_loopback_webhooks=True)
        self.calls: list[dict] = []
        self.reasons: dict[tuple[str, str, str], deque[str]] = defaultdict(deque)
        self.held: dict[str, asyncio.Event] = {}
        self.outage = False
        self.shown: dict[tuple[int, int], tuple] = {}
        self.pressed: set[str] = set()
        # LO's queues know fewer kinds of updates than a citizen can cause, and LO's methods fewer fields than Telegram's.
        updates.KINDS.update(("edited_message", "my_chat_member"))
        for name, contract in CONTRACT["methods"].items():
            if contract["implemented"] and name in METHODS:
                contract["parameters"] = list(METHODS[name].model_fields)

    def app(self) -> web.Application:
        app = super().app()
        app.router.add_get("/__fixture/calls", self.transcript)
        app.router.add_post("/__fixture/refuse", self.refuse)
        app.router.add_post("/__fixture/outage", self.set_outage)
        app.router.add_post("/__fixture/hold", self.hold)
        app.router.add_post("/__fixture/release", self.release)
        return app

    async def transcript(self, request: web.Request) -> web.Response:
        chat = request.query.get("chat")
        return web.json_response([call for call in self.calls if chat in (None, str(call["fields"].get("chat_id")))])

    async def set_outage(self, request: web.Request) -> web.Response:
        self.outage = (await request.json())["on"]
        return web.json_response({"ok": True})

    async def refuse(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.reasons[body["token"], body["method"], str(body["chat"] or "")].extend(body["reasons"])
        return web.json_response({"ok": True})

    async def hold(self, request: web.Request) -> web.Response:
        self.held[str((await request.json())["chat"])] = asyncio.Event()
        return web.json_response({"ok": True})

    async def release(self, request: web.Request) -> web.Response:
        self.held.pop(str((await request.json())["chat"])).set()
        return web.json_response({"ok": True})

    async def enqueue_update(self, update: dict, *, token: str) -> int:
        if "callback_query" in update:
            self.pressed.add(update["callback_query"]["id"])
        return await super().enqueue_update(update, token=token)

    async def handle(self, request: web.Request) -> web.Response:
        call = {"token": request.match_info["token"], "method": request.match_info["method"]}
        CALL.set(call)
        response = await super().handle(request)
        body = json.loads(response.text)
        call.update(status=response.status, result=body.get("result"), description=body.get("description"))
        return response

    async def read_request(self, request: web.Request) -> tuple[dict, dict]:
        call = CALL.get()
        if self.outage:
            raise ApiRefusal("Bad Gateway", 502)
        fields, uploads = await super().read_request(request)
        call.update(fields=dict(fields), files=sorted(uploads))
        if call["method"] != "getUpdates":  # dozens of empty polls would hide what the bot did
            self.calls.append(call)
        if held := self.held.get(str(fields.get("chat_id"))):
            await held.wait()
        of_method = call["token"], call["method"]
        if reasons := self.reasons[(*of_method, str(fields.get("chat_id")))] or self.reasons[(*of_method, "")]:
            status, description, parameters = REASONS[reasons.popleft()]
            raise ApiRefusal(description, status, parameters)
        return fields, uploads

    def validate(self, method: str, fields: dict, uploads: dict):
        _check_fields(method, fields, uploads)
        face = (fields.get("text"), fields.get("reply_markup"))
        for name in ("text", "caption"):
            if fields.get("parse_mode") == "HTML" and name in fields:
                fields[name] = _seen(fields[name])
        result = super().validate(method, fields, uploads)
        if method == "getMe":
            return {**result, "username": "fixture_bot"}
        if method == "answerCallbackQuery":
            self._check_press(fields["callback_query_id"])
        if method in ("sendMessage", "editMessageText"):
            self._check_edit(method, (result["chat"]["id"], result["message_id"]), face)
        return result

    def _check_press(self, query: str) -> None:
        if query not in self.pressed:
            raise ApiRefusal("Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.pressed.remove(query)

    def _check_edit(self, method: str, message: tuple[int, int], face: tuple) -> None:
        if method == "editMessageText" and message not in self.shown:
            raise ApiRefusal("Bad Request: message to edit not found")
        if self.shown.get(message) == face:
            raise ApiRefusal("Bad Request: message is not modified: specified new message content and reply markup are exactly "
                             "the same as a current content and reply markup of the message")
        self.shown[message] = face


def _check_fields(method: str, fields: dict, uploads: dict) -> None:
    """Refuse fields that Telegram's documentation does not give the method, or gives another type."""
    if method not in METHODS:
        return
    try:
        METHODS[method](**{name: _decoded(name, value) for name, value in fields.items()}, **dict.fromkeys(uploads, "file"))
    except ValidationError as error:
        first = error.errors()[0]
        raise ApiRefusal(f"Bad Request: {method} {first['loc']}: {first['msg']}") from None


def _decoded(name: str, value: object) -> object:
    """Undo the JSON that a form makes of lists and objects, without touching the words of a message."""
    structured = isinstance(value, str) and value[:1] in "[{" and name not in ("text", "caption")
    return json.loads(value) if structured else value


def _seen(html: str) -> str:
    """Return what the reader of a message sees, or refuse the markup in Telegram's words."""
    request = {"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}}
    answer = json.loads(tdjson.td_execute(json.dumps(request).encode()))
    if answer["@type"] == "error":
        raise ApiRefusal("Bad Request: c" + answer["message"][1:])
    return answer["text"]


def main() -> None:
    tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')
    listening = socket.create_server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    web.run_app(Telegram().app(), sock=listening, access_log=None, print=None)


if __name__ == "__main__":
    main()
