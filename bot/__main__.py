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
    # The look-up's form checks what it takes out itself, of which the SDK would warn at every message.
    logging.getLogger("rasa_sdk.forms").setLevel(logging.ERROR)
    # What libraries say of their coming versions is not ours to act on, and Sanic turns it on again.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
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
