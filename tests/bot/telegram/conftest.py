"""Every reply the bot can make, TDLib as the judge of what Telegram takes, and PTB over a transport that reaches nobody."""
from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Callable, Iterator, Sequence

import pytest
import pytest_asyncio
import tdjson
from telegram import Update
from telegram.ext import Application
from telegram.request import BaseRequest, RequestData

from answers import dossier as say
from answers import handover, privacy, procedure, status, talk
from answers.reply import Reply
from answers.words import Words, languages
from bot.conversation import Conversation
from bot.limits import FINE, Limits
from bot.telegram.handlers import Handlers
from catalogue.model import ASPECTS, Script, Topic
from dossiers.follows import Followed
from dossiers.provider import Dossier
from dossiers.statuses import statuses


@pytest.fixture(scope="session")
def seen() -> Callable[[str], dict[str, Any]]:
    """What a reader sees of Telegram HTML, with its entities, by the library that the real server runs; wrong markup fails."""

    def parse(html: str) -> dict[str, Any]:
        request = {"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}}
        answer = json.loads(tdjson.td_execute(json.dumps(request).encode()))
        assert answer["@type"] == "formattedText", f"{answer['message']}: {html}"
        return answer

    tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')
    return parse


@pytest.fixture(scope="session", params=languages())
def language(request) -> str:
    """Each language the bot speaks, for the whole session, so that the replies below are made once."""
    return request.param


@pytest.fixture(scope="session")
def service_replies(script, days, language) -> list[Reply]:
    """Whatever the bot may say about a service: every aspect and case, all aspects at once, every question; now and later."""
    cases, items = [None, *(case.id for case in script.cases)], range(len(script.faq))
    wanted = [*([aspect] for aspect in ASPECTS), ASPECTS]
    days = (days[0], days[-1])
    answers = [procedure.answer(script, aspects, day, language, case) for day in days for aspects in wanted for case in cases]
    return answers + [procedure.questions(script, day, language, item) for day in days for item in (None, *items)]


@pytest.fixture
def other_replies(scripts, shared, language) -> list[Reply]:
    """Whatever the bot may say that is not about one service."""
    words, services = Words(language), [Script.of(data, 1) for data in scripts.values()]
    topics = [talk.topic(words, Topic.of(topic, 1), date(2026, 11, 23), "greet") for topic in shared["topics"]]
    return [*topics, *_talk(words, services), *_status(words, services), *_people(words, topics[0])]


def _talk(words: Words, services: Sequence[Script]) -> Iterator[Reply]:
    yield talk.greeting(words)
    yield from (talk.small_talk(words, intent) for intent in ("thanks", "goodbye", "affirm", "deny"))
    yield from (talk.note(words, "unreadable", name, limit=1, hotline=talk.HOTLINE)
                for name in ("empty", "too_long", "old_button", "no_words", "error", "no_photo", "photo_no_code", "photo_other_code", "photo_identity_card",
                             "photo_too_large", "photo_not_a_photo", "no_voice", "edited", "text_only", "slowed", "overloaded"))
    yield from (talk.which_service(words, services[start:start + 3], (), [aspect])
                for aspect in ASPECTS for start in range(len(services) - 2))
    yield from (talk.which_focus(words, ()), talk.declined(words, True), talk.declined(words, False))
    yield from (talk.service_list(words, services, page) for page in range(-(-len(services) // talk.PAGE)))
    yield from (privacy.sure(words), privacy.forgotten(words), privacy.not_forgotten(words), privacy.shown(words, {}))
    yield privacy.shown(words, {"turns": [{"said": "<b>" + "x" * 1_900}] * 20, "outbox": [{}]})
    yield from (talk.language_choice(words), talk.language_changed(words))


def _people(words: Words, ways: Reply) -> Iterator[Reply]:
    back = datetime(2027, 2, 11, 7, 30)
    yield from (handover.waiting(words, 3, ways), handover.passed_on(words, 3), handover.joined(words, "<Minh>"))
    yield from (handover.still_waiting(words, 3, name) for name in ("still", "requeued"))
    yield from (make(words, at) for make in (handover.away, handover.kept_for_later, handover.message_taken) for at in (back, None))
    yield from (handover.message_wanted(words), handover.wrote(words, "Minh & Hoa", "một\n\n<b>hai</b>\n" + "x" * 1_900))
    yield from (handover.resumed(words, name) for name in ("resumed", "ended", "silent"))
    yield from (handover.nothing_open(words), handover.told(words, "x"), handover.offered(talk.declined(words, True), words))
    yield handover.with_message_button(ways, words)


def _status(words: Words, services: Sequence[Script]) -> Iterator[Reply]:
    number = "000.00.12.H41-261105-0006"
    yield from (status.number_wanted(words, wrong) for wrong in (False, True))
    yield from (status.digits_wanted(words, number, wrong) for wrong in (False, True))
    yield status.several(words, [f"000.00.12.H41-261105-{serial:04}" for serial in range(12)])
    yield from (status.other_number(words, kind, code) for kind in words.get("status.kinds") for code in (None, "1.001193"))
    yield from (status.no_match(words, number), status.too_many(words), status.left(words))
    for one in statuses().values():
        for script in (None, *services):
            dossier = Dossier(number, script and script.id, one, "Phòng <A> & B", date(2026, 11, 5), date(2026, 11, 9),
                              datetime(2026, 11, 6, 15), "thiếu \"giấy\" <khám> & ảnh")
            yield say.shown(words, dossier, script, date(2026, 11, 23))
            yield say.news(words, dossier, script, date(2026, 11, 23))
    yield from (say.reminder(words, dossier, None, kind, date(2026, 11, 23), date(2026, 11, 20)) for kind in ("due", "supplement"))
    yield from (say.followed(words, number, called) for called in (True, False))
    yield from (say.not_followed(words), say.not_followed(words, 20), say.unfollowed(words, number), status.down(words, number))
    yield from (say.following(words, [Followed(f"{number}{one}", dossier) for one in range(count)]) for count in (0, 20))


FILE = {"file_id": "1", "file_unique_id": "1"}


class Recorded(BaseRequest):
    """PTB's transport to nobody: keeps each call and answers as Telegram does, or with the next of a method's failures."""

    read_timeout = 1.0

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.failures: dict[str, list[tuple[int, str]]] = {}
        self.photo = b"a photo"
        self.results: dict[str, dict[str, Any]] = {}

    @property
    def sent(self) -> list[tuple[str, dict[str, Any]]]:
        """The calls that put something before the citizen."""
        return [call for call in self.calls if call[0] in ("sendMessage", "editMessageText")]

    async def do_request(self, url: str, method: str, request_data: RequestData | None = None, **_: Any) -> tuple[int, bytes]:
        name, parameters = url.rpartition("/")[2], request_data.parameters if request_data else {}
        if name == "getMe":
            return 200, _json(ok=True, result={"id": 7, "is_bot": True, "first_name": "Bot", "username": "bot"})
        self.calls.append((name, parameters))
        if failures := self.failures.get(name):
            code, description = failures.pop(0)
            return code, _json(ok=False, error_code=code, description=description)
        if name == "getFile":
            return 200, _json(ok=True, result={**FILE, "file_path": "photos/1.jpg"})
        if name == "1.jpg":
            return 200, self.photo
        if name in self.results:
            return 200, _json(ok=True, result=self.results[name])
        message = {"message_id": len(self.calls), "date": 1, "chat": {"id": 1, "type": "private"}, "text": parameters.get("text")}
        return 200, _json(ok=True, result=message if self.sent and self.sent[-1][1] is parameters else True)

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""


def _json(**data: Any) -> bytes:
    return json.dumps(data).encode()


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


@pytest.fixture
def limits() -> list:
    """Put here how the messages of a chat are counted in this test; without it they are not."""
    return []


@pytest_asyncio.fixture
async def update(recorded, stand_in, metrics, limits):
    """Give an update to the handlers over the stand-in for the engine: `await update(message={...})`."""
    builder = Application.builder().token("1:HANDLERS").request(recorded).get_updates_request(recorded).updater(None)
    application = builder.build()
    counted = Limits(lambda key, most: limits[0](key, most) if limits else FINE, per_chat=1)
    Handlers(Conversation(stand_in, metrics, stand_in.rate, photos=stand_in.read, limits=counted)).add_to(application)

    async def handle(**content: Any) -> None:
        await application.process_update(Update.de_json({"update_id": 1, **content}, application.bot))

    async with application:
        yield handle
