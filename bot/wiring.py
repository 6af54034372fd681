"""Where everything is put together: the only place of the bot that knows the environment and all the parts."""
from __future__ import annotations

import asyncio
import gc
import logging
import signal
from typing import Any, Mapping

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from actions import in_process
from actions import wiring as actions
from answers.outcomes import outcomes
from bot import server
from bot.conversation import Conversation
from bot.engine import Engine
from bot.metrics import Metrics
from bot.telegram.service import TelegramService
from catalogue.drafts import Drafts
from catalogue.revisions import Revisions
from conversations.record import Record
from conversations.reports import Reports
from nlu import model
from staff import console, site
from staff.accounts import Accounts
from staff.audit import Audit
from staff.sessions import Sessions
from store.database import Database

log = logging.getLogger(__name__)


class AddressUnusable(Exception):
    """The bot cannot listen on its address; the message says which and why."""


class Bot:
    """The whole bot in one process."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self.database = Database(settings["DATABASE_URL"])
        self.services = actions.build(self.database, settings["DOSSIER_SECRET"] or None, settings["BOT_TODAY"])
        actions.use(self.services)
        path = settings["MODEL"] or model.ready()
        self.engine = Engine.load(path, self.database, in_process.executor(), self.services.catalogue.scripts)
        metrics = Metrics()
        self.conversation = Conversation(self.engine, metrics, Record(self.database).rate)
        self.telegram = self._telegram()
        checks = {"database": self.database.ready, "model": lambda: True,
                  **({"telegram": lambda: self.telegram.ready} if self.telegram else {})}
        self.app = server.build(self.conversation, metrics, checks)
        revisions = Revisions(self.database)
        self.drafts = Drafts(self.database, revisions, settings["STAFF_SECOND_PERSON"])
        self.app.add_subapp(console.ROOT, site.build(console.Console(
            Accounts(self.database), Sessions(self.database), Audit(self.database), self.services.catalogue,
            revisions, self.drafts, self.services.today,
            Reports(self.database, {name: one.kind for name, one in outcomes().items()}), self.engine.trained)))
        if self.telegram:
            self.telegram.add_to(self.app)

    def _telegram(self) -> TelegramService | None:
        given = self._settings
        if not given["TELEGRAM_TOKEN"]:
            return None
        return TelegramService(self.conversation, given["TELEGRAM_TOKEN"], given["TELEGRAM_API_URL"],
                               given["TELEGRAM_WEBHOOK_URL"], given["TELEGRAM_WEBHOOK_SECRET"])

    async def run(self) -> None:
        """Serve until the process is told to stop; what was taken is finished first."""
        # What is loaded stays; the collector need not walk the model and the libraries again and again.
        gc.collect()
        gc.freeze()
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        runner = web.AppRunner(self.app, access_log=None)
        await runner.setup()
        host, port = self._settings["HOST"], self._settings["PORT"]
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise AddressUnusable(f"HOST, PORT: cannot listen on {host}:{port}: {error.strerror}. Choose another.") from error
        try:
            if self.telegram:
                await self.telegram.start()
            print(welcome(self._settings), flush=True)
            publishing = asyncio.create_task(self._publish_due())
            await stop.wait()
            publishing.cancel()
        finally:
            if self.telegram:
                await self.telegram.stop()
            await runner.cleanup()
            self.database.close()


    async def _publish_due(self) -> None:
        """Publish what was approved for a day when that day has come; looked at every minute, after a restart at once."""
        while True:
            try:
                for draft in await asyncio.to_thread(self.drafts.publish_due, self.services.today()):
                    log.info("draft of %s: %s", draft.script, draft.state)
            except SQLAlchemyError as error:
                log.error("scheduled scripts could not be published: %s", type(error).__name__)
            await asyncio.sleep(60)


def welcome(settings: Mapping[str, Any]) -> str:
    """Return the one screen that says where the bot is and how to add Telegram."""
    host = f"[{settings['HOST']}]" if ":" in settings["HOST"] else settings["HOST"]
    base = f"http://{host}:{settings['PORT']}"
    telegram = "Telegram        on" if settings["TELEGRAM_TOKEN"] else (
        "Telegram        off. To turn it on: write to @BotFather on Telegram, send /newbot, copy the token, then\n"
        "                echo 'TELEGRAM_TOKEN=<the token>' >> .env   and start again")
    return "\n".join(("", "The bot is running. Stop it with Ctrl+C.", "",
                      f"Web chat        {base}/", f"REST channel    {base}/webhooks/rest/webhook",
                      f"Staff console   {base}/staff/   (first account: .venv/bin/python -m staff add NAME)",
                      f"Health          {base}/healthz  {base}/readyz  {base}/metrics", telegram, ""))
