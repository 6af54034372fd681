"""The messages of the measurement answered in this process, without HTTP: what a profiler should look at (`make flame`)."""
from __future__ import annotations

import asyncio
import sys
import tempfile
import uuid

from bot import settings
from bot.message import Message
from bot.wiring import Bot
from tests.bench.load import MESSAGES

CONVERSATIONS = 300


async def answer(bot: Bot, conversations: int) -> None:
    """Have conversations one after the other, each in a chat of its own."""
    for _ in range(conversations):
        chat = f"rest:{uuid.uuid4().hex}"
        for message in MESSAGES:
            if not await bot.conversation.handle(Message(chat, message, "rest")):
                sys.exit(f"{message!r} was not answered")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        given = {"DATABASE_URL": f"sqlite:///{folder}/bot.db", "DOSSIER_SECRET": "a-secret-of-the-measurement", "RATE_CHAT": "0"}
        asyncio.run(answer(Bot(settings.read(given)), CONVERSATIONS))


if __name__ == "__main__":
    main()
