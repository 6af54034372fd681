"""Start the bot: `python -m bot` (settings from the environment and from .env; see README)."""
from __future__ import annotations

import asyncio
import logging
import os
import sys

from dotenv import load_dotenv

from bot import settings


def main() -> int:
    load_dotenv(".env")
    try:
        given = settings.read(os.environ)
    except settings.WrongSettings as error:
        print(f"Wrong settings:\n{error}", file=sys.stderr)
        return 2
    logging.basicConfig(level=given["LOG_LEVEL"], format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # httpx logs every request with the token in its address.
    for name in ("httpx", "apscheduler", "rasa", "rasa_sdk", "alembic", "matplotlib", "tensorflow"):
        logging.getLogger(name).setLevel(logging.WARNING)
    print("Starting (a new model takes about a minute to train, once) ...", flush=True)
    # Loading Rasa takes seconds; wrong settings should be told before.
    from bot.telegram.service import TelegramUnusable
    from bot.wiring import Bot
    from nlu.model import ModelUnusable
    from store.database import DatabaseUnusable
    try:
        asyncio.run(Bot(given).run())
    except (DatabaseUnusable, ModelUnusable, TelegramUnusable) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"HOST, PORT: cannot listen on {given['HOST']}:{given['PORT']}: {error.strerror}. Choose another PORT.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
