"""The log: one trace from a message to what is sent because of it, and no word of a citizen in it."""
from __future__ import annotations

import asyncio
import json
import logging
from contextlib import contextmanager
from io import StringIO
from typing import Iterator

import pytest

from answers import talk
from answers.words import Words
from bot.delivery import Delivery
from bot.logs import Json, Text, set_up, with_fields
from conversations.outbox import Outbox
from store.database import Database
from store.trace import current, traced

SECRETS = ("Nguyễn Văn Bí Mật", "040099012345", "0912345678", "bimat@example.org", "261102-000101", "Hàng Bài")
SAID = f"tôi tên {SECRETS[0]}, căn cước {SECRETS[1]}, gọi {SECRETS[2]}, thư {SECRETS[3]}, ở phố {SECRETS[5]}"


@contextmanager
def logged(form: logging.Formatter, level: int = logging.DEBUG) -> Iterator[StringIO]:
    """Write everything that is logged meanwhile in this form."""
    out, root = StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(out), root.level
    handler.setFormatter(form)
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield out
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def lines(out: StringIO) -> list[dict]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_one_object_with_its_fields_and_trace():
    with logged(Json()) as out, traced("update-7"):
        logging.getLogger("bot.x").info("answered %d", 2, extra=with_fields(channel="web", outcomes="answered"))
    [line] = lines(out)
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "INFO", "logger": "bot.x", "trace": "update-7", "message": "answered 2", "channel": "web",
                    "outcomes": "answered"}


@pytest.mark.parametrize("form", [Json(), Text()], ids=["json", "text"])
def test_an_error_is_told_by_its_kind_and_place_not_by_its_words(form):
    with logged(form) as out:
        try:
            try:
                raise ValueError(SAID)
            except ValueError as error:
                raise RuntimeError(SAID) from error
        except RuntimeError:
            logging.getLogger("bot.x").exception("it failed")
    assert all(word in out.getvalue() for word in ("RuntimeError", "ValueError", "test_logs.py", "it failed"))
    assert not [secret for secret in SECRETS if secret in out.getvalue()]


def test_a_trace_is_inherited_by_tasks_and_threads_and_ends():
    async def main() -> list[str]:
        with traced() as name:
            task = asyncio.create_task(asyncio.to_thread(current))
        return [name, await task, current()]

    name, inside, after = asyncio.run(main())
    assert len(name) == 16 and inside == name and after == ""


async def test_every_answer_names_its_trace_and_the_log_has_it(aiohttp_client, conversation, metrics):
    from bot import server

    client = await aiohttp_client(server.build(conversation, metrics, {}))
    with logged(Json(), logging.INFO) as out:
        first, second = [await client.post("/webhooks/rest/webhook", json={"sender": "log", "message": "làm hộ chiếu"}) for _ in range(2)]
    traces = [first.headers["X-Trace"], second.headers["X-Trace"]]
    assert len(set(traces)) == 2 and all(traces)
    assert [line["trace"] for line in lines(out) if line["message"] == "a message was answered"] == traces


@pytest.mark.model
async def test_a_look_up_has_one_trace_through_engine_and_actions(talk):
    await talk("G01.123.456-261102-000101")
    with logged(Json(), logging.INFO) as out, traced("update-9"):
        await talk("1234")
    found = {line["logger"]: line["trace"] for line in lines(out)}
    assert found["dossiers.lookup"] == found["bot.conversation"] == "update-9"


async def test_what_the_outbox_sends_has_the_trace_of_what_it_came_of(tmp_path):
    database, seen = Database(f"sqlite:///{tmp_path}/bot.db"), []

    async def send(chat: str, reply) -> None:
        seen.append(current())

    outbox = Outbox(database)
    with traced("update-7"):
        outbox.put("telegram:1", talk.greeting(Words("vi")).as_dict(), "key")
    assert await Delivery(outbox, {"telegram": send}).deliver("telegram")
    database.close()
    assert seen == ["update-7"]


@pytest.mark.model
@pytest.mark.parametrize("form", [Json(), Text()], ids=["json", "text"])
async def test_nothing_a_citizen_wrote_and_no_chat_is_in_the_log(form, ask, sender, real_bot, monkeypatch):
    async def fail(*_):
        raise ConnectionError(SAID)

    with logged(form, logging.INFO) as out:
        for text in (SAID, "G01.123.456-261102-000101", "1234", "xyzzy " + SAID, "/khongco " + SAID, "x" * 3000 + SAID):
            await ask(text)
        monkeypatch.setattr(real_bot.services.lookup, "find", fail)
        for text in ("G01.123.456-261102-000101", "1234"):
            await ask(text)
    written = out.getvalue()
    assert "status_shown" in written and "ConnectionError" in written
    assert not [secret for secret in (*SECRETS, "xyzzy", "khongco", sender) if secret in written]


def test_the_form_is_a_setting(monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging, "captureWarnings", lambda on: None)
    levels = {name: logging.getLogger(name).level for name in ("", "httpx", "rasa")}
    for form, kind in (("json", Json), ("text", Text)):
        logging.getLogger().handlers.clear()
        set_up("INFO", form)
        assert isinstance(logging.getLogger().handlers[0].formatter, kind)
    assert logging.getLogger("httpx").level == logging.WARNING
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
