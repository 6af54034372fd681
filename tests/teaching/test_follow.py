"""A process follows the live model: it loads beside the working one, changes over once, and keeps what works."""
from __future__ import annotations

import asyncio
import threading

import pytest

from teaching.follow import RETRIES, Follower


class Process:
    """What a follower moves: the content of the model in use; a model whose content is `broken` cannot be loaded."""

    def __init__(self, switches, models, base) -> None:
        self.used: list[bytes] = []
        self.loads: list[str] = []
        self.follower = Follower(switches, models, lambda: base, self.load, self.used.append)

    def load(self, path) -> bytes:
        self.loads.append(threading.current_thread().name)
        if path.read_bytes() == b"broken":
            raise ValueError("no model")
        return path.read_bytes()


@pytest.fixture
def process(switches, models, tmp_path):
    (tmp_path / "files").write_bytes(b"of the files")
    return Process(switches, models, tmp_path / "files")


def test_a_process_starts_with_the_model_of_the_files_or_the_promoted_one(process, switches, done):
    assert process.follower.first() == b"of the files"
    switches.promote(done(content=b"taught"), "lan", "good")
    assert process.follower.first() == b"taught"


def test_a_promoted_model_that_cannot_be_loaded_does_not_keep_a_process_from_starting(process, switches, done, caplog):
    switches.promote(done(content=b"broken"), "lan", "good")
    assert process.follower.first() == b"of the files" and "cannot be used" in caplog.text


async def test_a_switch_is_followed_once_and_loaded_in_a_thread(process, switches, done):
    process.follower.first()
    assert not await process.follower.look()
    switches.promote(done(content=b"taught"), "lan", "good")
    assert await process.follower.look() and not await process.follower.look()
    switches.back("lan", "back")
    assert await process.follower.look()
    assert process.used == [b"taught", b"of the files"]
    assert threading.main_thread().name not in process.loads[1:]


async def test_a_model_that_cannot_be_loaded_leaves_the_one_before_and_is_not_tried_all_the_time(process, switches, done, caplog):
    process.follower.first()
    bad, good = done(content=b"broken"), done(content=b"taught")
    switches.promote(bad, "lan", "good")
    looks = [await process.follower.look() for _ in range(RETRIES + 2)]
    assert looks == [False] * (RETRIES + 2) and process.used == [] and len(process.loads) == 3
    assert "the one before stays" in caplog.text
    switches.promote(good, "lan", "better")
    assert await process.follower.look() and process.used == [b"taught"]


async def test_a_database_that_is_away_for_a_while_is_survived(process, switches, done, monkeypatch):
    process.follower.first()
    monkeypatch.setattr("teaching.follow.EVERY", 0.01)
    asked = switches.training
    answers = iter([OSError("away"), OSError("away")])

    def training():
        for error in answers:
            raise error
        return asked()

    monkeypatch.setattr(switches, "training", training)
    following = asyncio.create_task(process.follower.follow())
    switches.promote(done(content=b"taught"), "lan", "good")
    while not process.used:
        assert not following.done()
        await asyncio.sleep(0.01)
    following.cancel()
    assert process.used == [b"taught"]
