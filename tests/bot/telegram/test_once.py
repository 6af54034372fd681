"""A process that dies over an update at each point there is, and the one that takes the update over: what the citizen reads."""
from __future__ import annotations

import pytest
from telegram import Update
from telegram.ext import Application

from answers.reply import About, Block, Reply
from bot.conversation import Conversation
from bot.metrics import Metrics
from bot.telegram.handlers import Handlers
from bot.telegram.once import Once
from bot.together import keep
from conversations.updates import Updates
from store.database import Database
from tests.bot.telegram.conftest import Recorded

CHAT = {"id": 1, "type": "private", "first_name": "Lan"}
PERSON = {"id": 1, "is_bot": False, "first_name": "Lan"}
MESSAGE = {"message_id": 5, "date": 1, "chat": CHAT, "from": PERSON, "text": "hộ chiếu"}
PRESS = {"id": "1", "chat_instance": "1", "from": PERSON, "data": "passport|fee",
         "message": {**MESSAGE, "text": "...", "from": PERSON}}


class Killed(BaseException):
    """What becomes of everything that was under way when a process is killed."""


class Engine:
    """An engine whose answer depends on how often it was asked, and which keeps it with its memory, as the real one does."""

    intents = frozenset(("passport",))

    def __init__(self, database: Database) -> None:
        self._database = database
        self.asked = 0

    async def language(self, chat: str) -> str:
        return "vi"

    async def handle(self, chat: str, text: str, channel: str, language: str) -> list[Reply]:
        self.asked += 1
        replies = [Reply("answered", About("procedure"), f"{self.asked}{part}", [Block(["x" * 1_500] * lines)])
                   for part, lines in (("a", 1), ("b", 4))]
        with self._database.session() as session:
            keep(session, [reply.as_dict() for reply in replies])
        return replies


class Dying:
    """The kept updates of a process that is killed at its next call of a method, before or after it has its effect."""

    def __init__(self, updates: Updates, at: str = "", after: bool = False) -> None:
        self._updates, self._at, self._after = updates, at, after

    def __getattr__(self, name: str):
        def call(*given, **named):
            if name == self._at and not self._after:
                raise Killed
            result = getattr(self._updates, name)(*given, **named)
            if name == self._at:
                raise Killed
            return result

        return call


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path}/bot.db")
    yield opened
    opened.close()


class Killing(Recorded):
    """A transport that is cut, with the process, at the first message: before or after Telegram took it."""

    def __init__(self, after: bool) -> None:
        super().__init__()
        self._after = after

    async def do_request(self, url: str, *given, **named):
        if not url.endswith(("sendMessage", "editMessageText")):
            return await super().do_request(url, *given, **named)
        if self._after:
            await super().do_request(url, *given, **named)
        raise Killed


@pytest.fixture
def engine(database) -> Engine:
    return Engine(database)


@pytest.fixture
async def process(database, engine):
    """Begin a process that deals with updates over a transport to nobody; `give` an update to it."""
    started = []

    async def begin(recorded: Recorded, at: str = "", after: bool = False):
        builder = Application.builder().token("1:ONCE").request(recorded).get_updates_request(recorded).updater(None)
        application = builder.build()
        Handlers(Conversation(engine, Metrics(), lambda *_: True)).add_to(application)
        await application.initialize()
        started.append(application)

        async def deal(update: Update) -> None:
            await application.process_update(update)

        once = Once(Dying(Updates(database), at, after), deal, lambda state: None)

        async def give(**content) -> bool | str:
            try:
                return await once.handle(Update.de_json({"update_id": 7, **content}, application.bot))
            except Killed:
                return "killed"

        return give

    yield begin
    for application in started:
        await application.shutdown()


def said(*recorded: Recorded) -> list[str]:
    """Return the beginnings of what the citizen was shown, by all processes."""
    return [parameters["text"][:5] for one in recorded for _, parameters in one.sent]


WHOLE = ["<b>1a", "<b>1b", "xxxxx"]


async def test_an_undisturbed_answer(process, database):
    recorded = Recorded()
    assert await (await process(recorded))(message=MESSAGE) is True
    assert len(said(recorded)) == 3 and said(recorded)[:2] == WHOLE[:2]


@pytest.mark.parametrize("content", [{"message": MESSAGE}, {"callback_query": PRESS}], ids=["typed", "pressed"])
@pytest.mark.parametrize(("at", "after", "asked", "doubled"), [
    ("begin", True, 1, 0),
    ("answered", False, 2, 0), ("answered", True, 2, 0),  # within the transaction of the memory: neither is kept
    ("sendMessage", False, 1, 0), ("sendMessage", True, 1, 1),
    ("sent", False, 1, 1), ("sent", True, 1, 0),
    ("end", False, 1, 1), ("end", True, 1, 0),
])
async def test_nothing_is_lost_at_any_point_and_doubled_only_between_sending_and_recording(
        at, after, asked, doubled, content, process, engine, database):
    first, second = Recorded(), Recorded()
    if at == "sendMessage":
        first = Killing(after)
    assert await (await process(first, at, after))(**content) == "killed"
    Updates(database).release(7)  # the claim of the dead process runs out
    assert await (await process(second))(**content) is True
    texts = said(first, second)
    assert engine.asked == asked and len(texts) == 3 + doubled
    assert list(dict.fromkeys(texts)) == [f"<b>{asked}a", f"<b>{asked}b", "xxxxx"], "not in order, or of two answers"


async def test_what_the_engine_said_is_not_asked_again_when_the_process_died_right_after(process, database):
    """Its memory has moved on: asked again it would answer something else."""
    first, second = Recorded(), Recorded()
    first.failures["sendMessage"] = [(502, "Bad Gateway")]
    assert await (await process(first))(message=MESSAGE) is False
    assert await (await process(second))(message=MESSAGE) is True
    assert said(second)[:2] == ["<b>1a", "<b>1b"]


@pytest.mark.parametrize(("code", "description"), [(502, "Bad Gateway"), (500, "Internal Server Error"), (401, "Unauthorized")])
async def test_in_an_outage_of_telegram_the_update_comes_again_and_no_apology_is_tried(code, description, process, database):
    recorded = Recorded()
    recorded.failures["sendMessage"] = [(code, description)] * 2
    give = await process(recorded)
    assert [await give(message=MESSAGE) for _ in range(3)] == [False, False, True]
    assert [text[:5] for text in said(recorded)[2:]][:2] == ["<b>1a", "<b>1b"]


@pytest.mark.parametrize(("code", "description"), [(400, "Bad Request: no"), (403, "Forbidden: bot was blocked by the user")])
async def test_what_telegram_refuses_for_good_is_done(code, description, process, database):
    recorded = Recorded()
    recorded.failures["sendMessage"] = [(code, description)]
    give = await process(recorded)
    assert [await give(message=MESSAGE), await give(message=MESSAGE)] == [True, True]


async def test_without_the_database_an_update_comes_again(process, database):
    recorded = Recorded()
    give = await process(recorded)
    database.engine.dispose()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE telegram_updates RENAME TO away")
    assert await give(message=MESSAGE) is False and said(recorded) == []
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO telegram_updates")
    assert await give(message=MESSAGE) is True and len(said(recorded)) == 3
