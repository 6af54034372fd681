"""The whole bot for the tests of its channels: the trained model over SQLite, the sample dossiers, a fixed day, a browser."""
from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Awaitable, Callable, Sequence
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from actions import follow
from answers.reply import Payload, Reply
from answers.talk import greeting
from answers.words import Words
from bot import server, settings
from bot.conversation import Conversation, Message
from bot.metrics import Metrics
from conversations.record import Record
from dossiers import photo
from dossiers.photo import Reading

TODAY = "2026-11-23"
SECRET = "a-secret-of-the-tests"


@pytest.fixture(scope="session")
def real_bot(tmp_path_factory):
    """The bot as `python -m bot` puts it together, not yet listening."""
    # Rasa takes seconds to load; the tests that need no engine should not wait for it.
    from bot.wiring import Bot
    from dossiers.__main__ import SAMPLE
    from dossiers.digits import Digits
    from dossiers.importer import load

    url = f"sqlite:///{tmp_path_factory.mktemp('bot') / 'bot.db'}"
    bot = Bot(settings.read({"DATABASE_URL": url, "BOT_TODAY": TODAY, "DOSSIER_SECRET": SECRET}))
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        load(file, bot.database, Digits(SECRET.encode()))
    yield bot
    bot.database.close()


@pytest.fixture
def engine(real_bot):
    """The bot's engine; the actions of the process are made to work with its database, whoever used them before."""
    from actions import wiring

    wiring.use(real_bot.services)
    return real_bot.engine


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def conversation(real_bot, engine, metrics) -> Conversation:
    return Conversation(engine, metrics, Record(real_bot.database).rate, photos=photo.read,
                        follow=partial(follow.answer, real_bot.services))


@pytest.fixture
def sender() -> str:
    """A sender that has never written before."""
    return uuid4().hex


@pytest.fixture
def talk(conversation, sender) -> Callable[..., Awaitable[list[Reply]]]:
    """Say something to the bot as the test's own sender; its replies come back."""

    async def say(text: str, language: str = "vi") -> list[Reply]:
        return await conversation.handle(Message(f"test:{sender}", text, "rest", language))

    return say


@pytest.fixture
async def client(aiohttp_client, real_bot, conversation, metrics):
    """An HTTP client of the bot's web server."""
    checks = {"database": real_bot.database.ready, "model": lambda: True}
    return await aiohttp_client(server.build(conversation, metrics, checks))


@pytest.fixture
def ask(client, sender) -> Callable[[str], Awaitable[list[dict[str, Any]]]]:
    """Send a message to the REST channel as the test's own sender; its answers come back."""

    async def post(text: str) -> list[dict[str, Any]]:
        response = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        assert response.status == 200, await response.text()
        return await response.json()

    return post


@pytest.fixture
def counted(client) -> Callable[..., Awaitable[float]]:
    """Read /metrics as Prometheus does: the value of one sample, 0 if there is none."""

    async def read(name: str, **labels: str) -> float:
        response = await client.get("/metrics")
        assert response.status == 200
        samples = [sample for family in text_string_to_metric_families(await response.text()) for sample in family.samples]
        return next((sample.value for sample in samples if sample.name == name and sample.labels == labels), 0)

    return read


class StandIn:
    """An engine that says what it is told to: nothing at first."""

    intents = frozenset(("greet", "passport", "list_services", "dossier_status", "help", "change_language", "human_agent"))

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.rated: list[tuple[str, str | None, int]] = []
        self.followed: list[tuple[str, Payload]] = []
        self.seen: list[bytes] = []
        self.reading = Reading("no_code")
        self.replies: Sequence[Reply] = ()
        self.error: Exception | None = None
        self.spoken: str | None = None

    def rate(self, chat: str, service: str | None, value: int) -> bool:
        self.rated.append((chat, service, value))
        return service != "seal_new"

    def follow(self, chat: str, payload: Payload, words: Words) -> Reply | None:
        if payload.intent not in ("follow", "unfollow", "following"):
            return None
        self.followed.append((chat, payload))
        return self.replies[0]

    def read(self, data: bytes) -> Reading:
        self.seen.append(data)
        return self.reading

    async def language(self, chat: str) -> str | None:
        return self.spoken

    async def handle(self, chat: str, text: str, channel: str, language: str) -> list[Reply]:
        self.heard.append(text)
        if self.error:
            raise self.error
        return list(self.replies)


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
def handle(stand_in, metrics) -> Callable[..., Awaitable[list[Reply]]]:
    """Send a message through the steps to the stand-in, which greets unless it is told otherwise."""
    stand_in.replies = [greeting(Words("vi"))]
    steps = Conversation(stand_in, metrics, stand_in.rate, photos=stand_in.read, follow=stand_in.follow)

    async def send(text: str, language: str = "vi") -> list[Reply]:
        return await steps.handle(Message("test:1", text, "rest", language))

    return send


@dataclass
class Started:
    """A process `python -m bot` with its port, in a folder of its own."""

    process: subprocess.Popen
    folder: Path
    port: int

    def said(self, stream: str) -> str:
        """Return what it has written to `out` or `err` so far."""
        return (self.folder / stream).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def started(request, tmp_path_factory):
    """The processes of the module's STARTS by name, started side by side because each takes seconds to load Rasa.

    STARTS has a function for each: it prepares the folder, and returns the settings, given a free port and a taken one.
    """
    from nlu import model

    known = {setting.name for setting in settings.SETTINGS}
    outside = {name: value for name, value in os.environ.items() if name not in known}
    outside |= {"PYTHONPATH": str(model.ROOT), "MODEL": str(model.ready()), "TF_CPP_MIN_LOG_LEVEL": "3"}
    processes: dict[str, Started] = {}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for name, prepare in request.module.STARTS.items():
            folder, port = tmp_path_factory.mktemp(name), _free_port()
            given = prepare(folder, port, taken.getsockname()[1])
            with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
                processes[name] = Started(subprocess.Popen(
                    [sys.executable, "-m", "bot"], cwd=folder, stdout=out, stderr=err, stdin=subprocess.DEVNULL,
                    env={**outside, **given}), folder, port)
        yield processes
        for one in processes.values():
            one.process.kill()
            one.process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    message = "no Chromium here; on Debian or Ubuntu: apt install chromium"
    # A check that silently does not run is worse than none.
    if os.environ.get("CI"):
        pytest.fail(message)
    return pytest.skip(message)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser():
    """Chromium without a window; it reaches nothing but this machine."""
    path = _chromium()
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=path, args=[
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"])
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def site(conversation, metrics):
    """The address of the bot's web server, listening on a port of its own."""
    runner = web.AppRunner(server.build(conversation, metrics, {}))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield "http://{}:{}".format(*runner.addresses[0][:2])
    await runner.cleanup()


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained about: errors, warnings, refused requests. A test that causes some clears them."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def open_chat(browser, site, faults):
    """Open the web chat in a browser of its own (options as of a Playwright context); it must end without a complaint."""
    contexts = []

    async def open_page(**options: Any):
        contexts.append(await browser.new_context(**{"locale": "vi-VN", **options}))
        page = await contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("requestfailed", lambda request: faults.append(f"{request.url}: {request.failure}"))
        await page.goto(site)
        return page

    yield open_page
    for context in contexts:
        with suppress(Exception):
            await context.close()
    assert faults == []
