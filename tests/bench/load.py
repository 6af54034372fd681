"""The citizens of the measurement: conversations one after the other, or several side by side."""
from __future__ import annotations

import asyncio
import statistics
import time
import uuid
from pathlib import Path

import aiohttp

MESSAGES = (Path(__file__).parent / "messages.txt").read_text(encoding="utf-8").splitlines()


async def conversation(session: aiohttp.ClientSession, url: str) -> list[float]:
    """Say every message to a fresh chat and return the seconds each answer took."""
    sender = uuid.uuid4().hex
    return [await say(session, url, sender, message) for message in MESSAGES]


async def say(session: aiohttp.ClientSession, url: str, sender: str, message: str) -> float:
    """Say a message and return the seconds its answer took. Raises RuntimeError when there is none."""
    started = time.perf_counter()
    async with session.post(url, json={"sender": sender, "message": message}) as response:
        answers = await response.json(content_type=None)
    seconds = time.perf_counter() - started
    if response.status != 200 or not answers:
        raise RuntimeError(f"{url} did not answer {message!r}: {response.status}")
    return seconds


async def measure(url: str, conversations: int, side_by_side: int) -> dict[str, float]:
    """Return p50, p95 and p99 in milliseconds and messages per second."""
    async with aiohttp.ClientSession() as session:
        await conversation(session, url)  # warm-up, not counted
        started, left, times = time.perf_counter(), list(range(conversations)), []

        async def citizen() -> None:
            while left:
                left.pop()
                times.extend(await conversation(session, url))

        await asyncio.gather(*(citizen() for _ in range(side_by_side)))
    seconds = time.perf_counter() - started
    times.sort()
    return {"p50_ms": statistics.median(times) * 1000, "p95_ms": times[int(len(times) * 0.95)] * 1000,
            "p99_ms": times[int(len(times) * 0.99)] * 1000,
            "messages_per_second": len(times) / seconds, "messages": len(times)}
