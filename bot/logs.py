"""How the log is written: for people, or as JSON for machines; each line with its trace, none with what a citizen wrote.

An error is told by its kind and place. Its own words are left out: they may quote the message, which may hold personal data.
"""
from __future__ import annotations

import json
import logging
import traceback
from datetime import datetime, timezone
from typing import Any, Mapping

from store.trace import current

QUIET = {
    # httpx logs every request with the token in its address.
    **dict.fromkeys(("httpx", "apscheduler", "rasa", "rasa_sdk", "alembic", "matplotlib", "tensorflow"), logging.WARNING),
    # The look-up's form checks what it takes out itself, of which the SDK would warn at every message.
    "rasa_sdk.forms": logging.ERROR,
    # What libraries say of their coming versions is not ours to act on, and Sanic turns it on again.
    "py.warnings": logging.ERROR,
}
"""From which level on other people's code is heard."""


def with_fields(**fields: Any) -> dict[str, Mapping[str, Any]]:
    """Return what a log call takes as `extra`, for values that machines should find by their names."""
    return {"fields": fields}


def set_up(level: str, form: str) -> None:
    """Write the log from this level on, as `text` or `json`, to the standard error stream."""
    handler = logging.StreamHandler()
    handler.setFormatter(Json() if form == "json" else Text())
    logging.basicConfig(level=level, handlers=[handler])
    for name, heard in QUIET.items():
        logging.getLogger(name).setLevel(heard)
    logging.captureWarnings(True)


class Text(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        named = [f"{name}={value}" for name, value in _fields(record).items()]
        mark = f" [{current()}]" if current() else ""
        first = f"{_moment(record)} {record.levelname} {record.name}{mark}: {' '.join([record.getMessage(), *named])}"
        return "\n".join([first, *_error(record).values()])


class Json(logging.Formatter):
    """A line for machines: one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"at": _moment(record), "level": record.levelname, "logger": record.name, "trace": current(),
                "message": record.getMessage(), **_error(record), **_fields(record)}
        return json.dumps(line, ensure_ascii=False, default=str)


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    return getattr(record, "fields", {})


def _error(record: logging.LogRecord) -> dict[str, str]:
    if not record.exc_info or record.exc_info[1] is None:
        return {}
    return dict(zip(("error", "place"), place(record.exc_info[1]).split("\n", 1)))


def place(error: BaseException) -> str:
    """Return of which kind an error is, and on the lines below where it arose and what it came of."""
    chain, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        chain.append(f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}")
        error = error.__cause__
    return "".join(chain)
