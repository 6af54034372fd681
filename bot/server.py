"""The web server of the process: REST channel, web chat, health, and the Telegram webhook where one is used."""
from __future__ import annotations

import logging
from typing import Callable, Mapping

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import OperationalError

from bot import health, mydata, rest, webchat
from bot.address import PROXIES
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.metrics import Metrics
from store.trace import traced

log = logging.getLogger(__name__)

HEADER = "X-Trace"
"""The header of every answer that names what the log calls the request."""

TRACE = "trace"
MAX_BODY = 256 * 1024
"""Bytes of a request; the longest message anyone may send is far below."""


def build(conversation: Conversation, metrics: Metrics, checks: Mapping[str, Callable[[], bool]],
          delivery: Delivery | None = None, proxies: int = 0) -> web.Application:
    """Return the application with every route of the bot; without `delivery` the bot only says what it is asked for.

    `proxies` is how many stand in front of it.
    """
    app = web.Application(client_max_size=MAX_BODY, middlewares=[_traced, _away])
    app.on_response_prepare.append(_name_trace)
    app[rest.DELIVERY] = delivery
    app[PROXIES] = proxies
    rest.add(app, conversation)
    webchat.add(app)
    mydata.add(app)
    health.add(app, metrics, checks)
    return app


@web.middleware
async def _traced(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Deal with each request under a trace of its own, which the answer names for whoever asks about it."""
    with traced() as name:
        request[TRACE] = name
        return await handler(request)


@web.middleware
async def _away(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say that the database is away where a page or address cannot do without it, instead of failing."""
    try:
        return await handler(request)
    except OperationalError as error:
        log.error("%s cannot be answered: %s", request.match_info.route.resource and request.match_info.route.resource.canonical,
                  type(error).__name__)
        return web.json_response({"error": "the database cannot be reached; try again in a minute"}, status=503,
                                 headers={"Retry-After": "60"})


async def _name_trace(request: web.Request, response: web.StreamResponse) -> None:
    response.headers[HEADER] = request.get(TRACE, "")
