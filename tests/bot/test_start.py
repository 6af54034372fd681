"""The real process, `python -m bot`: what it says when it starts, when it cannot, and how it ends."""
from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import aiohttp
import pytest

PATIENCE = 300
"""Seconds after which a start counts as hung; it takes a few."""

pytestmark = pytest.mark.model


def from_a_file(folder: Path, free: int, _: int) -> dict[str, str]:
    (folder / ".env").write_text(f"PORT={free}\nDATABASE_URL=sqlite:///elsewhere/bot.db\nDOSSIER_SECRET=a-secret-of-the-tests\n")
    return {}


def unusable_database(folder: Path, free: int, _: int) -> dict[str, str]:
    (folder / "data").mkdir()
    return {"PORT": str(free), "DATABASE_URL": "sqlite:///data"}


def garbage_model(folder: Path, free: int, _: int) -> dict[str, str]:
    (folder / "garbage.tar.gz").write_bytes(os.urandom(4096))
    return {"PORT": str(free), "MODEL": "garbage.tar.gz"}


def no_place_for_the_key(folder: Path, free: int, _: int) -> dict[str, str]:
    (folder / "var").write_text("a file where the folder should be")
    return {"PORT": str(free), "DATABASE_URL": "sqlite:///elsewhere/bot.db"}


STARTS = {
    "plain": lambda folder, free, taken: {"PORT": str(free), "BOT_TODAY": "2026-11-23"},
    "from_a_file": from_a_file,
    "wrong_settings": lambda folder, free, taken: {
        "PORT": "none", "BOT_TODAY": "today", "TELEGRAM_TOKEN": "123456/secret", "MODEL": "no/such/model"},
    "taken_port": lambda folder, free, taken: {"PORT": str(taken)},
    "unusable_database": unusable_database,
    "garbage_model": garbage_model,
    "no_place_for_the_key": no_place_for_the_key,
}
"""Every start of this module; they are started together."""


async def until_ready(one) -> None:
    """Wait until the process serves; one that ended instead fails the test at once."""
    async with aiohttp.ClientSession() as session:
        for _ in range(PATIENCE * 10):
            assert one.process.poll() is None, one.said("err")
            try:
                async with session.get(f"http://127.0.0.1:{one.port}/readyz") as response:
                    assert response.status == 200
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
    pytest.fail(f"the process did not get ready: {one.said('err')}")


async def test_a_start_says_on_one_screen_where_everything_is_and_sigterm_ends_it(started):
    one = started["plain"]
    await until_ready(one)
    screen, base = one.said("out"), f"http://127.0.0.1:{one.port}"
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/healthz", "/readyz", "/metrics"):
            assert f"{base}{path}" in screen
            async with session.get(base + path) as response:
                assert response.status == 200
        assert f"{base}/webhooks/rest/webhook" in screen
        async with session.post(f"{base}/webhooks/rest/webhook", json={"sender": "a", "message": "/passport"}) as response:
            assert (await response.json())[0]["custom"]["service"] == "passport"
    assert "TELEGRAM_TOKEN=" in screen
    assert len(screen.splitlines()) <= 24
    assert max(map(len, screen.splitlines())) <= 120
    assert (one.folder / "var" / "bot.db").is_file()
    assert (one.folder / "var" / "dossier.key").stat().st_mode & 0o777 == 0o600
    one.process.send_signal(signal.SIGTERM)
    assert one.process.wait(PATIENCE) == 0
    assert one.said("out") == screen
    # The message, and no warning of a library, no complaint about the end.
    [line] = one.said("err").splitlines()
    assert " INFO bot.conversation [" in line and "channel=rest outcomes=answered milliseconds=" in line


async def test_settings_may_stand_in_a_file_and_ctrl_c_ends_the_bot(started):
    one = started["from_a_file"]
    await until_ready(one)
    assert (one.folder / "elsewhere" / "bot.db").is_file()
    assert not (one.folder / "var").exists()
    one.process.send_signal(signal.SIGINT)
    assert one.process.wait(PATIENCE) == 0
    assert one.said("err") == ""


def test_wrong_settings_are_all_told_and_nothing_is_started(started):
    one = started["wrong_settings"]
    assert one.process.wait(PATIENCE) == 2
    assert [line.partition(":")[0] for line in one.said("err").splitlines()] == [
        "Wrong settings", "PORT", "TELEGRAM_TOKEN", "MODEL", "BOT_TODAY"]
    assert "secret" not in one.said("err")
    assert one.said("out") == ""
    assert {path.name for path in one.folder.iterdir()} == {"out", "err"}


@pytest.mark.parametrize(("name", "beginning", "told"), [
    ("taken_port", "HOST, PORT: ", "127.0.0.1:"),
    ("unusable_database", "DATABASE_URL: ", "sqlite:///data"),
    ("garbage_model", "garbage.tar.gz: ", "make train"),
    ("no_place_for_the_key", "Cannot start: ", "'var'"),
])
def test_a_start_that_fails_says_in_one_line_why(name, beginning, told, started):
    one = started[name]
    assert one.process.wait(PATIENCE) == 1
    (line,) = one.said("err").splitlines()
    assert line.startswith(beginning)
    assert told in line
    assert "running" not in one.said("out")
