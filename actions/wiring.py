"""What the actions work with: made once a process, by the bot that runs them in process, or here for `rasa run actions`."""
from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Callable, Mapping

from answers.talk import KEPT_DAYS
from catalogue.catalogue import Catalogue, open_catalogue
from catalogue.revisions import Revisions
from dossiers.digits import Digits, key_from
from dossiers.follows import Follows
from dossiers.gateway import Gateway, GatewayProvider
from dossiers.lookup import Lookup
from dossiers.provider import EmbeddedProvider
from store.base import VIETNAM, utc_now
from store.database import Database, url_from

KEY_FILE = Path("var/dossier.key")


@dataclass(frozen=True)
class Services:
    """The outside of the actions: scripts, dossiers, which day it is, for how many days what is said is kept.

    `lookups_off` tells, by something true, that staff have turned look-ups off.
    """

    catalogue: Catalogue
    lookup: Lookup
    follows: Follows
    today: Callable[[], date]
    gateway: GatewayProvider | None = None
    kept_days: int = KEPT_DAYS
    lookups_off: Callable[[], object] = lambda: None


_services: Services | None = None


def use(services: Services) -> None:
    """Make every action of this process work with `services`."""
    global _services
    _services = services


def services() -> Services:
    """Return what the actions work with, made from the environment at first use unless `use` came before."""
    if _services is None:
        use(build(Database(url_from(os.environ)), os.environ.get("DOSSIER_SECRET"), _day(os.environ.get("BOT_TODAY"))))
    return _services


def build(database: Database, secret: str | None, fixed_day: date | None, gateway: Gateway | None = None) -> Services:
    """Return the services over a database; `fixed_day` shows the bot as of another day, `gateway` is asked for dossiers."""
    digits = Digits(key_from(secret, KEY_FILE))
    provider = GatewayProvider(gateway, database, digits) if gateway else EmbeddedProvider(database, digits)
    lookup = Lookup(database, provider, digits)
    return Services(open_catalogue(Revisions(database)), lookup, Follows(database),
                    (lambda: fixed_day) if fixed_day else _today, provider if gateway else None)


def gateway(given: Mapping[str, Any]) -> Gateway | None:
    """Return how the settings say the province's system is reached, or None where dossiers are our own."""
    if given["DOSSIER_PROVIDER"] != "gateway":
        return None
    return Gateway(given["DOSSIER_GATEWAY_URL"], given["DOSSIER_GATEWAY_TOKEN"], given["DOSSIER_GATEWAY_KEY"],
                   given["DOSSIER_GATEWAY_TIMEOUT"], given["DOSSIER_GATEWAY_CACHE"], given["DOSSIER_GATEWAY_CA"])


def _today() -> date:
    """Return the day it is in Vietnam: a fee that changes on New Year's Day changes at midnight there, wherever the server is."""
    return (utc_now() + VIETNAM).date()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
