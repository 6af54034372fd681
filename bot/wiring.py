"""Where everything is put together: the only place of the bot that knows the environment and all the parts."""
from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
from dataclasses import asdict, replace
from functools import partial
from typing import Any, Mapping

from aiohttp import web

from actions import follow, in_process
from actions import wiring as actions
from answers import procedure
from answers.outcomes import named, outcomes
from answers.words import DEFAULT
from bot import limits, server
from bot.chores import every
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.engine import Agent, Engine, load
from bot.metrics import Metrics
from bot.notices import Notices
from bot.telegram.group import Group
from bot.telegram.service import TelegramService
from catalogue.drafts import Drafts
from catalogue.revisions import Revisions
from conversations.hours import Hours
from conversations.outbox import Outbox
from conversations.privacy import Privacy
from conversations.rates import Rates
from conversations.rates_valkey import ValkeyRates
from conversations.record import Record
from conversations.reports import Reports
from conversations.switches import NOTICES, Switches
from conversations.updates import Updates
from dossiers import photo
from dossiers.digits import Digits, key_from
from dossiers.follows import not_before
from dossiers.index import Index
from nlu import model
from nlu.inputs import fingerprint
from staff import console, site
from staff.accounts import Accounts
from staff.audit import Audit
from staff.desk import Desk, Limits
from staff.sessions import Sessions
from store.base import utc_now
from store.database import Database
from store.locks import Locks
from teaching.follow import Follower
from teaching.launch import Launcher
from teaching.models import Models
from teaching.trainings import Trainings
from teaching.workshop import Workshop

log = logging.getLogger(__name__)

CHANNELS = ("telegram", "group", "web", "rest")
"""What the names of chats begin with."""

LAST_DELIVERIES = 10
"""Seconds for which the end waits for messages that are being sent."""


class AddressUnusable(Exception):
    """The bot cannot listen on its address; the message says which and why."""


class Bot:
    """The whole bot in one process."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self.database = Database(settings["DATABASE_URL"])
        built = actions.build(self.database, settings["DOSSIER_SECRET"] or None, settings["BOT_TODAY"], actions.gateway(settings))
        kept_days = settings["RETENTION_DAYS"].days
        self.locks, self.updates = Locks(self.database), Updates(self.database)
        self.outbox = outbox = Outbox(self.database)
        self.switches = Switches(self.database, resume={NOTICES: lambda session: outbox.resume(session, not_before(utc_now()))})
        self.rates = self._rates()
        self.services = replace(built, kept_days=kept_days, lookups_off=lambda: self.switches.off("lookups"))
        self.privacy = Privacy(self.database, {"lookup_attempts": self.services.lookup.forget})
        actions.use(self.services)
        self.teaching = self._workshop()
        self.follower = self._follower()
        self.engine = Engine(self.follower.first(), self.services.catalogue.scripts)
        metrics = Metrics()
        self.metrics = metrics
        self.desk = self._desk(outbox)
        self.conversation = Conversation(
            self.engine, metrics, Record(self.database).rate, self.desk, photo.read, partial(follow.answer, self.services),
            self.privacy, kept_days, self.switches, self.locks.of, self._limits())
        self.telegram = self._telegram()
        checks = {"database": self.database.ready, "model": lambda: self.engine.ready,
                  **({"telegram": lambda: self.telegram.ready} if self.telegram else {})}
        self.notices = Notices(self.services.follows, outbox, partial(follow.letters, self.services), not_before, utc_now,
                               self._refresh if self.services.gateway else None, lambda: self.switches.off(NOTICES))
        self.delivery = Delivery(outbox, self.telegram.channels if self.telegram else {}, [self.desk.expects],
                                 self.services.follows.end_all)
        self.app = server.build(self.conversation, metrics, checks, self.delivery, settings["PROXIES"])
        revisions = Revisions(self.database)
        self.drafts = Drafts(self.database, revisions, settings["STAFF_SECOND_PERSON"])
        self.app.add_subapp(console.ROOT, site.build(console.Console(
            Accounts(self.database), Sessions(self.database), Audit(self.database), self.services.catalogue,
            revisions, self.drafts, self.services.today, self.teaching,
            Reports(self.database, {name: one.kind for name, one in outcomes().items()}), self.desk, self.engine.trained,
            Index(self.database), settings["INDEX_TOKEN"], self.switches)))
        if self.telegram:
            self.telegram.add_to(self.app)

    def _rates(self) -> Rates | ValkeyRates:
        # Under a key, as nothing else would keep an address from being found by trying all there are.
        hashed = Digits(key_from(self._settings["DOSSIER_SECRET"] or None, actions.KEY_FILE)).chat_hash
        url = self._settings["REDIS_URL"]
        return ValkeyRates(url, hashed) if url else Rates(self.database, hashed)

    def _limits(self) -> limits.Limits:
        given = self._settings
        return limits.Limits(self.rates.count, given["RATE_CHAT"], given["RATE_ADDRESS"], given["RATE_PROCESS"])

    def _desk(self, outbox: Outbox) -> Desk:
        given, catalogue = self._settings, self.services.catalogue
        patience = Limits(given["WAIT_TOLD_MINUTES"], given["WAIT_ESCALATES_MINUTES"], given["AGENT_SILENT_MINUTES"],
                          given["CITIZEN_SILENT_MINUTES"])

        def title(service: str) -> str:
            script = catalogue.get(service)
            return procedure.name(script, DEFAULT) if script else service

        return Desk(self.database, outbox, Hours(self.database), Audit(self.database), title, patience,
                    bool(given["TELEGRAM_TOKEN"] and given["TELEGRAM_STAFF_GROUP"]))

    def _workshop(self) -> Workshop:
        """Return what the console teaches with. A training finds database and model in its environment as the bot did."""
        given = {name: str(self._settings[name] or "") for name in ("DATABASE_URL", "MODEL")}
        return Workshop.of(self.database, fingerprint(), Launcher(Trainings(self.database), {**os.environ, **given}),
                           {kind: named(kind) for kind in ("fallback", "clarify")})

    def _follower(self) -> Follower:
        actions_here = in_process.executor()
        return Follower(self.teaching.switches, Models(self.database), lambda: self._settings["MODEL"] or model.ready_apart(),
                        lambda path: load(path, self.database, actions_here), self._use)

    def _use(self, agent: Agent) -> None:
        self.engine.switch(agent)
        # Else the model before would stay among what the collector does not look at.
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def _telegram(self) -> TelegramService | None:
        given = self._settings
        if not given["TELEGRAM_TOKEN"]:
            return None
        group = Group(given["TELEGRAM_STAFF_GROUP"], self.desk) if given["TELEGRAM_STAFF_GROUP"] else None
        return TelegramService(
            self.conversation, given["TELEGRAM_TOKEN"], given["TELEGRAM_API_URL"], given["TELEGRAM_WEBHOOK_URL"],
            given["TELEGRAM_WEBHOOK_SECRET"], self.updates, group, self.metrics.update)

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
            delivering = asyncio.create_task(self.delivery.run())
            work = [asyncio.create_task(one) for one in (
                every(60, self._publish_due, "scheduled scripts could not be published"),
                every(10, self._watch, "the desk and the queues could not be looked after"),
                every(3600, self._purge, "what is too old could not be erased"),
                self.follower.follow(), self.notices.run())]
            await stop.wait()
            for task in work:
                task.cancel()
            # What is being sent is recorded first; otherwise it would be sent again at the next start.
            self.delivery.close()
            await asyncio.wait([delivering], timeout=LAST_DELIVERIES)
        finally:
            if self.telegram:
                await self.telegram.stop()
            await runner.cleanup()
            if self.services.gateway:
                await self.services.gateway.close()
            self.rates.close()
            self.locks.close()
            self.database.close()

    async def _watch(self) -> None:
        """See to it that nobody who waits for a person is forgotten, and show what operators watch."""
        self.metrics.limits_hold(await asyncio.to_thread(self.rates.ready))
        self.metrics.at_the_desk(**asdict(await asyncio.to_thread(self.desk.watch)))
        self.metrics.in_outbox(await asyncio.to_thread(self.outbox.load, CHANNELS))
        scripts = await asyncio.to_thread(self.services.catalogue.scripts)
        self.metrics.in_use(self.follower.live, fingerprint(), {name: script.revision for name, script in scripts.items()})

    async def _refresh(self) -> None:
        """Ask the province's system for the dossiers that are followed."""
        await self.services.gateway.refresh(await asyncio.to_thread(self.services.follows.numbers))

    async def _purge(self) -> None:
        """Erase what is older than it may be kept."""
        given = self._settings
        gone = await asyncio.to_thread(
            self.privacy.purge, given["RETENTION_DAYS"], {"lookup_attempts": given["LOOKUP_RETENTION_DAYS"]})
        await asyncio.to_thread(self.updates.purge)
        await asyncio.to_thread(self.rates.purge)
        if gone:
            log.info("%d rows were older than they may be kept and are erased", gone)

    async def _publish_due(self) -> None:
        """Publish what was approved for a day when that day has come."""
        for draft in await asyncio.to_thread(self.drafts.publish_due, self.services.today()):
            log.info("draft of %s: %s", draft.script, draft.state)


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
