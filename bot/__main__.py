"""Start the bot: `python -m bot` (settings from the environment and from .env; see README)."""
from __future__ import annotations

import asyncio
import os
import sys

from dotenv import load_dotenv

from bot import logs, settings


def main() -> int:
    load_dotenv(".env")
    try:
        given = settings.read(os.environ)
    except settings.WrongSettings as error:
        print(f"Wrong settings:\n{error}", file=sys.stderr)
        return 2
    logs.set_up(given["LOG_LEVEL"], given["LOG_FORMAT"])
    print("Starting (a new model takes about a minute to train, once) ...", flush=True)
    # Loading Rasa takes seconds; wrong settings should be told before.
    from bot.telegram.service import TelegramUnusable
    from bot.wiring import AddressUnusable, Bot
    from nlu.model import ModelUnusable
    from store.database import DatabaseUnusable
    try:
        asyncio.run(Bot(given).run())
    except (AddressUnusable, DatabaseUnusable, ModelUnusable, TelegramUnusable) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        # Such as a key file or a model that cannot be written: the error names it.
        print(f"Cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
