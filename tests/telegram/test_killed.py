"""The real process over a real PostgreSQL is killed (-9) again and again while conversations go on; each chat reads what it would have.

This test is Telegram's side of the webhook: it gives a chat's next update when the one before was taken with a 200, and gives an
update again until it is. KILLED_CONVERSATIONS=200 makes it large; the seed is fixed, so a failure can be looked at again.
"""
from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import Any, Iterator

import httpx
import pytest
from sqlalchemy import select

from bot.telegram.webhook import HEADER, PATH
from conversations.tables import UpdateRow
from store.database import Database
from tests.telegram.conftest import Bot, Telegram, _numbers, wait_for

pytestmark = [pytest.mark.telegram, pytest.mark.model, pytest.mark.postgres]

CONVERSATIONS = int(os.environ.get("KILLED_CONVERSATIONS", "24"))
KILLS = 3
SEED = 20261201
AT_ONCE = 40
"""Connections of Telegram to a webhook, unless one asks for more or fewer."""

SECRET = "a-secret-of-the-killed"
SCRIPTS = [
    # What was asked before decides what each of these means: an answer that got lost shows in those after it.
    ["G01.123.456-261102-000101", "1234", "làm hộ chiếu hết bao nhiêu tiền", "mất"],
    ["làm hộ chiếu cần giấy tờ gì", "mất", ("press", "passport|fee|lost"), "bao lâu"],
    ["đăng ký cư trú cần giấy tờ gì", "tạm trú", ("press", "temporary_residence|fee"), "/language"],
    ["/start tax_registration", ("press", "tax_registration|documents"), "how much is a new passport", "/services"],
    ["000.00.12.H41-261020-0005", "5678", "/follow", "khai sinh cho con nộp ở đâu"],
    ["xin chào", "đổi căn cước hết mấy tiền", "còn lệ phí", ("press", "citizen_id_card|steps")],
]


class World:
    """Telegram's side: whom the updates go to, what each chat was shown, and what may have been said twice."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.bot: Bot | None = None
        self._http = httpx.Client(timeout=120)
        self.taken = 0
        self.over = False
        self.may_be_doubled: Counter[int] = Counter()
        self._given: dict[int, tuple[int, int]] = {}
        self._lock = Lock()

    def shown(self, chat: int) -> list[tuple]:
        """Return what stands in a chat: new messages, and each new face of one."""
        calls = self.telegram.http.get("/__fixture/calls", params={"chat": chat}).json()
        return [(call["method"], call["result"]["text"], str(call["result"].get("reply_markup")), call["result"]["message_id"])
                for call in calls if call["method"] in ("sendMessage", "editMessageText") and call.get("status") == 200]

    def converse(self, chat: int, script: list) -> None:
        """Have a conversation, an update after the other."""
        for what in script:
            update = self._update(chat, what)
            self._given[update["update_id"]] = chat, len(self.shown(chat))
            while not self._taken(update):
                if self.over:
                    return
                time.sleep(0.5)
            with self._lock:
                self.taken += 1

    def _update(self, chat: int, what: Any) -> dict[str, Any]:
        person = {"id": chat, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
        message = {"message_id": next(_numbers), "date": 1, "chat": {"id": chat, "type": "private", "first_name": "Lan"}}
        if isinstance(what, str):
            return {"update_id": next(_numbers), "message": {**message, "from": person, "text": what}}
        under = {**message, "message_id": self.shown(chat)[-1][3], "text": "...", "from": {"id": 7, "is_bot": True, "first_name": "Bot"}}
        return {"update_id": next(_numbers), "callback_query": {
            "id": str(next(_numbers)), "chat_instance": "1", "from": person, "message": under, "data": what[1]}}

    def _taken(self, update: dict[str, Any]) -> bool:
        try:
            return self._http.post(self.bot.url + PATH, json=update, headers={HEADER: SECRET}).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self, database: Database) -> None:
        """Kill the bot, and find out which messages Telegram took that the bot had not yet recorded: those come twice."""
        self.bot.process.kill()
        self.bot.process.wait()
        before = -1
        while before != (now := len(self.telegram.calls())):  # what is on the wire arrives
            before = now
            time.sleep(0.3)
        with database.session() as session:
            left = session.execute(select(UpdateRow).where(UpdateRow.done.is_(False))).scalars().all()
        for row in left:
            chat, first = self._given[row.number]
            self.may_be_doubled[chat] += len(self.shown(chat)) - first - row.sent


@pytest.fixture(autouse=True)
def no_call_refused() -> None:
    """Presses are not known to the emulator here, and an edit that a dead process made is refused as one that changes nothing."""


@pytest.fixture
def database(postgres_url) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def start(new_bot, postgres_url):
    """How to start the bot, always the same one, by webhook."""
    token = f"{next(_numbers)}:killed"

    @contextmanager
    def begin() -> Iterator[Bot]:
        with new_bot(DATABASE_URL=postgres_url, TELEGRAM_TOKEN=token, TELEGRAM_WEBHOOK_SECRET=SECRET, RATE_CHAT="0",
                     TELEGRAM_WEBHOOK_URL="http://127.0.0.1:{port}") as bot:
            yield bot

    return begin


def without_doubles(shown: list[tuple], wanted: list[tuple]) -> tuple[list[tuple], int]:
    """Return what was shown without repetitions that `wanted` has not, and how many there were."""
    kept: list[tuple] = []
    for one in shown:
        if kept and one == kept[-1] and not (len(kept) < len(wanted) and one == wanted[len(kept)]):
            continue
        kept.append(one)
    return kept, len(shown) - len(kept)


def test_conversations_go_on_as_if_nothing_had_happened(telegram, start, database):
    world, chance = World(telegram), random.Random(SEED)
    calm, stormy = [[next(_numbers) for _ in range(CONVERSATIONS)] for _ in range(2)]
    scripts = [SCRIPTS[number % len(SCRIPTS)] for number in range(CONVERSATIONS)]
    total = sum(map(len, scripts))
    points = sorted(chance.sample(range(1, total * 4 // 5), KILLS))
    with ThreadPoolExecutor(AT_ONCE) as threads, ExitStack() as bots:
        # Whatever happens, nobody goes on giving updates for ever.
        bots.callback(setattr, world, "over", True)
        world.bot = bots.enter_context(start())
        subprocess.run([sys.executable, "-m", "dossiers", "sample"], env=world.bot.environment, check=True, capture_output=True)
        list(threads.map(world.converse, calm, scripts))
        world.taken = 0
        going = [threads.submit(world.converse, chat, script) for chat, script in zip(stormy, scripts)]
        for point in points:
            wait_for(lambda point=point: world.taken >= point, 120, lambda: f"{world.taken} of {total} taken: {world.bot.tail()}")
            time.sleep(chance.random() * 0.1)
            world.kill(database)
            world.bot = bots.enter_context(start())
        for one in going:
            one.result(120)
        log = world.bot.log.read_text()
    doubled = 0
    for before, after in zip(calm, stormy):
        wanted, found = ([one[:3] for one in world.shown(chat)] for chat in (before, after))
        kept, twice = without_doubles(found, wanted)
        assert kept == wanted, f"chat {after} reads {[one[1][:40] for one in found]}, not {[one[1][:40] for one in wanted]}"
        assert twice <= world.may_be_doubled[after], f"chat {after} reads something twice that was recorded"
        doubled += twice
    print(f"{CONVERSATIONS} conversations, {total} updates, {KILLS} kills: none lost, {doubled} said twice")
    assert "Traceback" not in log
