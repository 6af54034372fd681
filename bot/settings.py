"""Every setting of the bot in one table: name, default, what it does. The README prints this table; a test holds them equal."""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Callable, Mapping
from urllib.parse import SplitResult, parse_qsl, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from store.database import DEFAULT_URL


class WrongSettings(ValueError):
    """One or more settings have a wrong value; the message has a line for each."""


@dataclass(frozen=True)
class Setting:
    """A setting from the environment: how it is read, what it is without one, and what it is for."""

    name: str
    default: str
    help: str
    read: Callable[[str], Any] = str


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise ValueError("must be a number from 1 to 65535")
    return int(text)


def _token(text: str) -> str:
    if text and not re.fullmatch(r"\d{1,20}:[A-Za-z0-9_-]{4,100}", text):
        raise ValueError("is not a bot token; @BotFather gives one like 123456:ABC-DEF...")
    return text


def _web_address(text: str) -> str:
    if text and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", text):
        raise ValueError("must be an address that starts with https:// (or http:// on this machine)")
    return text.rstrip("/")


def _group(text: str) -> int | None:
    if text and not re.fullmatch(r"-\d{1,20}", text):
        raise ValueError("must be the chat id of a group, a number like -1001234567890")
    return int(text) if text else None


def _minutes(text: str) -> timedelta:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 1440:
        raise ValueError("must be a number of minutes from 1 to 1440")
    return timedelta(minutes=int(text))


def _days(text: str) -> timedelta:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 3650:
        raise ValueError("must be a number of days from 1 to 3650")
    return timedelta(days=int(text))


def _number(least: int, most: int) -> Callable[[str], int]:
    def read_number(text: str) -> int:
        if not re.fullmatch(r"\d{1,7}", text, re.ASCII) or not least <= int(text) <= most:
            raise ValueError(f"must be a number from {least} to {most}")
        return int(text)

    return read_number


def _secret(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
        raise ValueError("must be 16 to 256 letters, digits, _ or -")
    return text


def _database(text: str) -> str:
    try:
        make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("must be an address such as sqlite:///var/bot.db or postgresql://user:password@host/name") from None
    return text


def _redis(text: str) -> str:
    # The error of a wrong port would repeat what stands there, such as the rest of a password with a slash in it.
    try:
        fits = not text or _is_redis(urlsplit(text))
    except ValueError:
        fits = False
    if not fits:
        raise ValueError("must be an address such as redis://user:password@host:6379/0 (rediss:// for TLS, after which "
                         "?ssl_ca_certs=FILE may stand) or unix:///run/valkey.sock; signs in a password are written like %2F for /")
    return text


def _is_redis(url: SplitResult) -> bool:
    """Tell whether every part is one the library reads; what it does not know it passes over, or fails at much later."""
    given = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=True)) if url.query else {}
    if url.fragment or url.path.count("@"):
        return False
    if url.scheme == "unix":
        return not url.hostname and len(url.path) > 1 and set(given) <= {"db"} and given.get("db", "0").isdecimal()
    authority = given.pop("ssl_ca_certs", None) if url.scheme == "rediss" else None
    return (url.scheme in ("redis", "rediss") and bool((url.hostname or "").encode("idna")) and url.port != 0 and not given
            and bool(re.fullmatch(r"(/\d{0,4})?", url.path, re.ASCII)) and (authority is None or Path(authority).is_file()))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError("must be a day like 2027-03-01") from None


def _path(text: str) -> Path | None:
    if text and not Path(text).is_file():
        raise ValueError(f"there is no file {text}")
    return Path(text) if text else None


def _yes_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError("must be yes or no")
    return text.lower() == "yes"


def _one_of(*known: str) -> Callable[[str], str]:
    def read_one(text: str) -> str:
        if text not in known:
            raise ValueError(f"must be {' or '.join(known)}")
        return text

    return read_one


def _seconds(least: float, most: float) -> Callable[[str], float]:
    def read_seconds(text: str) -> float:
        if not re.fullmatch(r"\d{1,5}(\.\d{1,3})?", text, re.ASCII) or not least <= float(text) <= most:
            raise ValueError(f"must be a number of seconds from {least:g} to {most:g}")
        return float(text)

    return read_seconds


def _level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
    return text.upper()


SETTINGS = (
    Setting("HOST", "127.0.0.1", "address the web server listens on; 0.0.0.0 for every address of the machine"),
    Setting("PORT", "8080", "port of the web server", _port),
    Setting("DATABASE_URL", DEFAULT_URL, "the database: SQLite, or postgresql://user:password@host/name", _database),
    Setting("REDIS_URL", "",
            "Redis or Valkey (redis://, rediss:// or unix://) for the counts of messages; without it they are in the database",
            _redis),
    Setting("TELEGRAM_TOKEN", "", "the bot's token from @BotFather; without it Telegram is off", _token),
    Setting("TELEGRAM_WEBHOOK_URL", "",
            "public https address of this server; when set, Telegram calls it instead of being polled", _web_address),
    Setting("TELEGRAM_WEBHOOK_SECRET", "",
            "what Telegram must send with each call; without it one is derived from the token", _secret),
    Setting("TELEGRAM_API_URL", "https://api.telegram.org", "the Bot API server to talk to", _web_address),
    Setting("TELEGRAM_STAFF_GROUP", "", "chat id of a Telegram group with topics, in which agents answer citizens too", _group),
    Setting("WAIT_TOLD_MINUTES", "3", "after this wait for a person a citizen is told that they are not forgotten", _minutes),
    Setting("WAIT_ESCALATES_MINUTES", "5", "after this wait every agent and administrator is told", _minutes),
    Setting("AGENT_SILENT_MINUTES", "10", "after this silence of an agent the citizen goes back to the queue", _minutes),
    Setting("CITIZEN_SILENT_MINUTES", "30", "after this silence of the citizen the conversation with an agent is closed", _minutes),
    Setting("RATE_CHAT", "120", "messages and presses a minute of one chat; 0: no limit", _number(0, 100_000)),
    Setting("RATE_ADDRESS", "600",
            "messages a minute from one address over REST and web chat, this machine's own excepted; 0: no limit",
            _number(0, 1_000_000)),
    Setting("RATE_PROCESS", "12000", "messages a minute that one process takes; 0: no limit", _number(0, 1_000_000)),
    Setting("PROXIES", "0", "proxies in front, each of which adds an address to X-Forwarded-For; 0: the sender is who connects",
            _number(0, 9)),
    Setting("DOSSIER_SECRET", "",
            "key for the hashes of phone and id digits; without it one is made in var/dossier.key", _secret),
    Setting("DOSSIER_PROVIDER", "embedded", "where dossiers are looked up: embedded (imported files) or gateway (a system)",
            _one_of("embedded", "gateway")),
    Setting("DOSSIER_GATEWAY_URL", "", "address of the province's system, for DOSSIER_PROVIDER=gateway", _web_address),
    Setting("DOSSIER_GATEWAY_TOKEN", "", "bearer token for it; or DOSSIER_GATEWAY_KEY", _secret),
    Setting("DOSSIER_GATEWAY_KEY", "", "key with which requests to it are signed (HMAC), instead of a token", _secret),
    Setting("DOSSIER_GATEWAY_TIMEOUT", "3", "seconds one try may take, 0.1 to 60", _seconds(0.1, 60)),
    Setting("DOSSIER_GATEWAY_CACHE", "60", "seconds an answer of it is kept, 0 to 3600", _seconds(0, 3600)),
    Setting("DOSSIER_GATEWAY_CA", "", "certificate authority to trust for it (a file); without it the machine's own", _path),
    Setting("INDEX_TOKEN", "", "token for the feed of the service index; without it the feed is off", _secret),
    Setting("RETENTION_DAYS", "180", "after this many days what is kept of a citizen's conversation is erased", _days),
    Setting("LOOKUP_RETENTION_DAYS", "30", "after this many days the record of dossier look-ups is erased", _days),
    Setting("MODEL", "",
            "the model in use until staff promote a taught one; without it that of the training data, trained at first start",
            _path),
    Setting("BOT_TODAY", "", "answer as of this day (YYYY-MM-DD), to review coming rules", _day),
    Setting("STAFF_SECOND_PERSON", "yes", "yes: nobody approves a change they wrote themselves; no: they may", _yes_no),
    Setting("LOG_LEVEL", "INFO", "how much is logged: DEBUG, INFO, WARNING or ERROR", _level),
    Setting("LOG_FORMAT", "text", "how it is logged: text for people, json for machines", _one_of("text", "json")),
)


def read(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return every setting's value by its name. Raises `WrongSettings` naming each wrong one."""
    values, wrong = {}, []
    for setting in SETTINGS:
        text = environment.get(setting.name, "").strip() or setting.default
        try:
            values[setting.name] = setting.read(text)
        except ValueError as error:
            wrong.append(f"{setting.name}: {error}")
    wrong += _missing(values)
    if wrong:
        raise WrongSettings("\n".join(wrong))
    return values


def _missing(values: Mapping[str, Any]) -> list[str]:
    """Say what a gateway lacks that is to be used."""
    if values.get("DOSSIER_PROVIDER") != "gateway":
        return []
    lines = [] if values.get("DOSSIER_GATEWAY_URL", "x") else ["DOSSIER_GATEWAY_URL: is needed for DOSSIER_PROVIDER=gateway"]
    if not (values.get("DOSSIER_GATEWAY_TOKEN", "x") or values.get("DOSSIER_GATEWAY_KEY", "x")):
        lines.append("DOSSIER_GATEWAY_TOKEN: this or DOSSIER_GATEWAY_KEY is needed for DOSSIER_PROVIDER=gateway")
    return lines
