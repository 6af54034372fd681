"""What changes with time: memory over many messages, and the cost of a message in a long conversation."""
from __future__ import annotations

import asyncio
import statistics
import uuid
from pathlib import Path

import aiohttp

from tests.bench import load, servers

MESSAGES = 200_000
STEPS = 10
"""How often memory is read on the way."""

LONG = 1_000
"""Messages of the long conversation."""


def measure(folder: Path, messages: int = MESSAGES) -> dict[str, float]:
    """Return the memory in MB at a tenth of the messages and at the end, and the milliseconds of early and late messages."""
    server = servers.ours(folder)
    server.start()
    try:
        cost = asyncio.run(_long_conversation(server.url))
        memory = []
        for step in range(STEPS):
            asyncio.run(load.measure(server.url, messages // len(load.MESSAGES) // STEPS, 8))
            memory.append(server.memory())
            print(f"  {messages * (step + 1) // STEPS:9,} messages: {memory[-1]:.0f} MB", flush=True)
        return {**cost, "messages": messages, "memory_at_a_tenth_mb": memory[0], "memory_at_the_end_mb": memory[-1]}
    finally:
        server.stop()


async def _long_conversation(url: str) -> dict[str, float]:
    """Say the same message again and again in one chat: the middle of the first hundred and of the last hundred answers."""
    async with aiohttp.ClientSession() as session:
        await load.conversation(session, url)  # warm-up, not counted
        sender, times = uuid.uuid4().hex, []
        for _ in range(LONG):
            times.append(await load.say(session, url, sender, "làm hộ chiếu bao lâu có"))
    return {"first_hundred_p50_ms": statistics.median(times[:100]) * 1000,
            "last_hundred_p50_ms": statistics.median(times[-100:]) * 1000}
