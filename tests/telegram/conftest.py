"""The Bot API counterpart, the real bot process, and citizens who talk to it. The vocabulary is say, tap and replies."""
from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping, Sequence

import httpx
import pytest

from bot.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-telegram" / "bin" / "python"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "TF_CPP_MIN_LOG_LEVEL": "3",
         "PYTHONWARNINGS": "ignore"}
START_SECONDS = 300
"""A first start may train a model."""
ANSWER_SECONDS = 20
STAFF_GROUP = -1001234567890

_numbers = itertools.count(int(time.time() * 1000) % 10**9)
"""Fresh chats, tokens and updates, so that no test meets what another left behind."""


def wait_for(condition: Callable[[], Any], seconds: float, otherwise: Callable[[], str]) -> Any:
    """Return what `condition` gives as soon as it is something; fail with the words of `otherwise` when time is up."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            pytest.fail(otherwise())
        time.sleep(0.02)
    return found


@dataclass
class Telegram:
    """Our side of the emulator: queue updates, see what the bot did, make its calls fail or wait."""

    url: str
    http: httpx.Client

    def calls(self, method: str | None = None, chat: int | None = None, since: int = 0) -> list[dict[str, Any]]:
        """Return the calls of any bot in their order, or those of a method or about a chat."""
        found = self.http.get("/__fixture/calls").json()[since:]
        return [call for call in found if method in (None, call["method"]) and str(chat) in ("None", call["fields"].get("chat_id"))]

    def queue(self, token: str, update: Mapping[str, Any]) -> None:
        self._post("updates", token=token, update=update)

    def refuse(self, token: str, method: str, *reasons: str, chat: int | None = None) -> None:
        """Let the next calls of a method (for a chat, if given) fail; the reasons are in emulator.py."""
        self._post("refuse", token=token, method=method, reasons=reasons, chat=chat)

    def outage(self, on: bool) -> None:
        """Let every call of every bot fail as Telegram's gateway does, or no longer."""
        self._post("outage", on=on)

    def hold(self, chat: int) -> None:
        self._post("hold", chat=chat)

    def release(self, chat: int) -> None:
        self._post("release", chat=chat)

    def _post(self, name: str, **body: Any) -> None:
        answer = self.http.post(f"/__fixture/{name}", json=body)
        assert answer.status_code == 200, answer.text


@dataclass
class Bot:
    """A bot process and where its web server is."""

    url: str
    token: str
    environment: Mapping[str, str]
    process: subprocess.Popen
    log: Path

    def tail(self) -> str:
        """Return the end of the log, for the message of a failure."""
        return self.log.read_text()[-3000:]


@dataclass
class Shown:
    """A message as the citizen sees it; `buttons` leads from what comes back to what is written on them."""

    message_id: int
    text: str
    edited: bool
    buttons: Mapping[str, str]


class Citizen:
    """Somebody with a chat of their own."""

    def __init__(self, telegram: Telegram, bot: Bot, language: str = "vi") -> None:
        self.telegram, self.bot, self.chat = telegram, bot, next(_numbers)
        self._user = {"id": self.chat, "is_bot": False, "first_name": "Lan", "language_code": language}
        self._seen, self._logged, self._presses = 0, len(bot.log.read_text()), set()

    def say(self, text: str) -> None:
        self.send(text=text)

    def send(self, kind: str = "message", **content: Any) -> None:
        """Send any message; `kind` may be edited_message."""
        self.queue(kind, self.message(**content, **({"edit_date": int(time.time())} if kind == "edited_message" else {})))

    def message(self, **content: Any) -> dict[str, Any]:
        """Return a message of this citizen as Telegram tells it to the bot."""
        return {**self._message(next(_numbers)), "from": self._user, **content}

    def tap(self, data: str, on: Shown | None = None) -> None:
        """Tap the button that carries `data`, on the newest message that has it; `on` names another message, or an older face."""
        under = on or next((message for message in reversed(self.messages()) if data in message.buttons), None)
        assert under, f"no button {data!r} in sight"
        self._press(under.message_id, data=data)

    def _press(self, message_id: int, **what: str) -> str:
        query = str(next(_numbers))
        self._presses.add(query)
        message = {**self._message(message_id), "text": "...", "from": {"id": 7, "is_bot": True, "first_name": "Bot"}}
        self.queue("callback_query", {"id": query, "chat_instance": "1", "from": self._user, "message": message, **what})
        return query

    def queue(self, kind: str, content: Mapping[str, Any]) -> None:
        # The bots of a session share a database, which knows updates by their numbers.
        self.telegram.queue(self.bot.token, {"update_id": next(_numbers), kind: content})

    def replies(self, count: int = 1) -> list[Shown]:
        """Wait for so many answers since the last call, and return them."""
        wait_for(lambda: len(self.messages()) >= self._seen + count, ANSWER_SECONDS,
                 lambda: f"{count} answers expected, got {self.messages()[self._seen:]}\n{self.bot.tail()}")
        found = self.messages()[self._seen:]
        self._seen += len(found)
        return found

    def ask(self, text: str) -> Shown:
        """Say something that has one answer, and return it."""
        self.say(text)
        return self.reply()

    def press(self, data: str, on: Shown | None = None) -> Shown:
        """Tap a button that has one answer, and return it."""
        self.tap(data, on)
        return self.reply()

    def reply(self) -> Shown:
        [only] = self.replies()
        return only

    def settle(self) -> None:
        """Wait until all this citizen did is dealt with; fail if the bot said more than was read of it or logged a fault."""
        # A chat's updates are handled in order, and this press (of a game, which we have not) is answered without a message.
        self._press(1, game_short_name="none")
        answered = "answerCallbackQuery"
        wait_for(lambda: self._presses <= {call["fields"]["callback_query_id"] for call in self.telegram.calls(answered)},
                 ANSWER_SECONDS, lambda: f"a press was not answered\n{self.bot.tail()}")
        assert not self.messages()[self._seen:], "more was said than expected"
        assert "Traceback" not in self.bot.log.read_text()[self._logged:], self.bot.log.read_text()[self._logged:]

    def messages(self) -> list[Shown]:
        """Return everything shown so far, an edited message once for each of its faces."""
        return [_shown(call) for call in self.telegram.calls(chat=self.chat)
                if call["method"] in ("sendMessage", "editMessageText") and call.get("status") == 200]

    def _message(self, message_id: int) -> dict[str, Any]:
        chat = {"id": self.chat, "type": "private", "first_name": "Lan"}
        return {"message_id": message_id, "date": int(time.time()), "chat": chat}


def _shown(call: Mapping[str, Any]) -> Shown:
    result = call["result"]
    buttons = [button for row in result.get("reply_markup", {}).get("inline_keyboard", ()) for button in row]
    return Shown(result["message_id"], result["text"], call["method"] == "editMessageText",
                 {button.get("callback_data") or button["url"]: button["text"] for button in buttons})


@contextmanager
def _process(arguments: Sequence[str], log: Path, **options: Any) -> Iterator[subprocess.Popen]:
    """Run a process, its output in `log`, until the end of the block; then it must stop by itself when told to."""
    with log.open("w") as output:
        process = subprocess.Popen(arguments, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


@pytest.fixture(scope="session")
def telegram(tmp_path_factory) -> Iterator[Telegram]:
    """The emulator, on a free port."""
    if not PYTHON.exists():
        told = "there is no .venv-telegram here; `make .venv-telegram/.installed` sets it up"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    log = tmp_path_factory.mktemp("telegram") / "emulator.log"
    with _process([str(PYTHON), str(Path(__file__).with_name("emulator.py"))], log):
        url = wait_for(lambda: log.read_text().strip(), ANSWER_SECONDS * 2, lambda: "the emulator does not start")
        with httpx.Client(base_url=url) as http:
            yield Telegram(url, http)


@pytest.fixture(scope="session")
def new_bot(telegram, tmp_path_factory):
    """How to start a bot with a token of its own: `with new_bot(TELEGRAM_WEBHOOK_URL="http://127.0.0.1:{port}") as bot`."""

    # One database for all of them: importing the service files into a new one takes seconds.
    database = tmp_path_factory.mktemp("database") / "bot.db"

    @contextmanager
    def start(until_ready: bool = True, **settings: str) -> Iterator[Bot]:
        folder = tmp_path_factory.mktemp("bot")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        given = {"HOST": "127.0.0.1", "PORT": port, "DATABASE_URL": f"sqlite:///{database}",
                 "TELEGRAM_TOKEN": f"{next(_numbers)}:journeys", "TELEGRAM_API_URL": telegram.url,
                 "DOSSIER_SECRET": "a-secret-of-the-journeys", "BOT_TODAY": "2026-12-01", "TELEGRAM_STAFF_GROUP": str(STAFF_GROUP),
                 **{name: value.format(port=port) for name, value in settings.items()}}
        # An empty value keeps a developer's .env out.
        environment = {**os.environ, **QUIET, **dict.fromkeys((setting.name for setting in SETTINGS), ""), **given}
        with _process([sys.executable, "-m", "bot"], folder / "bot.log", env=environment) as process:
            started = Bot(f"http://127.0.0.1:{port}", given["TELEGRAM_TOKEN"], environment, process, folder / "bot.log")
            if until_ready:
                wait_for(lambda: _ready(started), START_SECONDS, lambda: f"the bot does not start: {started.tail()}")
            yield started

    return start


def _ready(started: Bot) -> bool:
    assert started.process.poll() is None, started.tail()
    try:
        return httpx.get(f"{started.url}/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="session")
def bot(new_bot) -> Iterator[Bot]:
    """The bot that is polling; one process for all journeys."""
    with new_bot() as started:
        yield started
    assert started.process.returncode == 0, f"the bot did not stop well: {started.tail()}"


@pytest.fixture
def new_citizen(telegram, bot) -> Iterator[Callable[..., Citizen]]:
    """How to meet one more person: `new_citizen(language="en")`. In the end the bot must have said no more than was read."""
    met = []

    def meet(of: Bot = bot, **known: str) -> Citizen:
        met.append(Citizen(telegram, of, **known))
        return met[-1]

    yield meet
    for one in met:
        if one.bot is bot:
            one.settle()


@pytest.fixture
def citizen(new_citizen) -> Citizen:
    return new_citizen()


@pytest.fixture
def allowed_refusals() -> list[str]:
    """Put here what Telegram may refuse in this test, each of which must happen; whatever else it refuses fails the test."""
    return []


@pytest.fixture(autouse=True)
def no_call_refused(telegram, allowed_refusals) -> Iterator[None]:
    before = len(telegram.calls())
    yield
    refused = [f"{call['method']}: {call['description']}" for call in telegram.calls(since=before) if call.get("status") != 200]
    # A topic is opened for whoever waits in working hours, and the emulator has no topics: that says nothing of the bot.
    allowed = (*allowed_refusals, "createForumTopic: Method not implemented")
    surprising = [line for line in refused if not any(one in line for one in allowed)]
    missing = [allowed for allowed in allowed_refusals if not any(allowed in line for line in refused)]
    assert not surprising, f"refused: {surprising}"
    assert not missing, f"not refused: {missing}"
