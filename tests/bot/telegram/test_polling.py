"""Long polling: an update stays with Telegram until it was dealt with, and polling outlives whatever happens to Telegram."""
from __future__ import annotations

import asyncio

import pytest
from telegram import Update
from telegram.error import InvalidToken, NetworkError

from bot.telegram import polling
from bot.telegram.polling import ALIVE, GIVEN_UP, Polling


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Api:
    """Telegram's side: keeps what is not confirmed, and gives it from the number asked for on."""

    def __init__(self, *numbers: int) -> None:
        self.waiting = list(numbers)
        self.asked: list[int] = []
        self.errors: list[Exception] = []
        self.more = asyncio.Event()

    async def get_updates(self, offset: int, timeout: int, allowed_updates, limit: int = 100):
        self.asked.append(offset)
        if self.errors:
            raise self.errors.pop(0)
        self.waiting = [number for number in self.waiting if number >= offset]
        if not self.waiting and timeout:
            self.more.clear()
            await self.more.wait()
        await asyncio.sleep(0)
        return [Update(number) for number in self.waiting[:limit]]

    def bring(self, *numbers: int) -> None:
        self.waiting += numbers
        self.more.set()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(polling, "SOON", 0.005)


class Dealt:
    """What was dealt with; numbers in `held` wait, those in `refused` have to come again so many times."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.held: dict[int, asyncio.Event] = {}
        self.refused: dict[int, int] = {}

    async def __call__(self, update: Update) -> bool:
        self.begun.append(update.update_id)
        if update.update_id in self.held:
            await self.held[update.update_id].wait()
        if self.refused.get(update.update_id):
            self.refused[update.update_id] -= 1
            return False
        self.done.append(update.update_id)
        return True


async def until(condition) -> None:
    while not condition():
        await asyncio.sleep(0.001)


@pytest.fixture
async def polled():
    """Begin to poll this Telegram; it is stopped in the end."""
    running = []

    def begin(api: Api, dealt, clock=None) -> Polling:
        made = Polling(api, dealt, ["message"], **({"clock": clock} if clock else {}))
        running.append((made, asyncio.create_task(made.run())))
        return made

    yield begin
    for made, task in running:
        made.stop()
        await task


async def test_an_update_is_confirmed_when_it_was_dealt_with_and_later_ones_do_not_wait(polled):
    api, dealt = Api(5, 6, 7), Dealt()
    dealt.held[6] = asyncio.Event()
    polled(api, dealt)
    await until(lambda: dealt.done == [5, 7])
    api.bring(8)
    await until(lambda: 8 in dealt.done)
    assert 6 in api.waiting and dealt.begun == [5, 6, 7, 8]
    dealt.held[6].set()
    await until(lambda: api.asked[-1] == 9)
    assert api.waiting == [] and dealt.done == [5, 7, 8, 6] and dealt.begun.count(6) == 1


async def test_what_cannot_be_dealt_with_now_is_tried_again_later(polled):
    api, dealt, clock = Api(5), Dealt(), Clock()
    dealt.refused[5] = 2
    polled(api, dealt, clock)
    for tries in (1, 2):
        await until(lambda tries=tries: len(dealt.begun) == tries and not dealt.done)
        asked = len(api.asked)
        await until(lambda asked=asked: len(api.asked) > asked + 3)
        assert len(dealt.begun) == tries, "it was tried again at once"
        clock.now += 40
    await until(lambda: dealt.done == [5])


async def test_an_update_that_never_can_be_is_given_up(polled, caplog):
    api, dealt, clock = Api(5), Dealt(), Clock()
    dealt.refused[5] = 1000
    polled(api, dealt, clock)
    while not caplog.records:
        clock.now += 40
        await asyncio.sleep(0.001)
    assert len(dealt.begun) == GIVEN_UP and "given up" in caplog.text


@pytest.mark.parametrize("error", [NetworkError("away"), InvalidToken("unknown"), RuntimeError("a fault")], ids=lambda error: type(error).__name__)
async def test_an_outage_does_not_end_the_polling(error, polled, monkeypatch):
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.01)
    api, dealt = Api(5), Dealt()
    api.errors = [error] * 3
    polled(api, dealt)
    await until(lambda: dealt.done == [5])


async def test_polling_is_alive_as_long_as_telegram_answers(polled, monkeypatch):
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.01)
    api, dealt, clock = Api(5), Dealt(), Clock()
    made = polled(api, dealt, clock)
    await until(lambda: dealt.done == [5] and api.asked[-1] == 6)
    assert made.alive
    clock.now += ALIVE + 1
    assert not made.alive, "the question that is held open was not answered"
    api.errors = [NetworkError("away")] * 1_000_000
    api.bring()
    await until(lambda: made.alive)
    clock.now += ALIVE + 1
    asked = len(api.asked)
    await until(lambda: len(api.asked) > asked + 3)
    assert not made.alive, "an error is no answer"
    api.bring(6)
    api.errors.clear()
    await until(lambda: made.alive)


async def test_who_is_told_to_stop_finishes_what_it_took_and_confirms_it():
    api, dealt = Api(5, 6), Dealt()
    dealt.held[6] = asyncio.Event()
    made = Polling(api, dealt, ["message"])
    task = asyncio.create_task(made.run())
    await until(lambda: dealt.done == [5])
    made.stop()
    await asyncio.sleep(0.01)
    assert not task.done()
    dealt.held[6].set()
    await task
    assert dealt.done == [5, 6] and api.asked[-1] == 7


async def test_a_silent_telegram_does_not_hold_up_the_end():
    api = Api()
    made = Polling(api, Dealt(), ["message"])
    task = asyncio.create_task(made.run())
    await until(lambda: api.asked)
    made.stop()
    await task
