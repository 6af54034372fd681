"""What a process does by the clock, beside answering."""
from __future__ import annotations

import asyncio
import logging
from typing import Any, Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from store.trace import traced

log = logging.getLogger(__name__)


async def every(seconds: float, work: Callable[[], Awaitable[Any]], otherwise: str) -> None:
    """Do some work now and again and again until cancelled; `otherwise` says in the log that an outage of the database kept it."""
    while True:
        with traced():
            try:
                await work()
            except SQLAlchemyError as error:
                log.error("%s: %s", otherwise, type(error).__name__)
        await asyncio.sleep(seconds)
