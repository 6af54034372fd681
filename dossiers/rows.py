"""From a row of a file to the state of a dossier: every cell checked, a wrong one named with what is wrong."""
from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Callable, Mapping, Sequence

from dossiers import numbers, statuses
from dossiers.digits import Digits
from dossiers.sheets import UNREADABLE
from store.base import VIETNAM, utc_now

COLUMNS = {
    "number": "the dossier number, in any spelling the bot recognises",
    "service": "a service id; may be empty",
    "status": "a code from 1 to 10, or the portal's Vietnamese name of the status",
    "office": "the office that has the dossier now",
    "filed_on": "YYYY-MM-DD or DD/MM/YYYY",
    "due_on": "the appointed day, like filed_on; may be empty",
    "changed_at": "YYYY-MM-DD HH:MM in Vietnam's time, when the status last changed; empty: now",
    "note": "what the office tells the applicant, such as the papers that are missing; may be empty",
    "phone_last4": "the last four digits of the applicant's phone",
    "id_last4": "the last four digits of the applicant's personal id; one of the two is needed",
}
"""The columns a file must have and what they hold; `python -m dossiers import --help` prints them."""

MORE_COLUMNS = {
    "level": "department or commune: who handles the dossier",
    "channel": "1 filed in person, 2 online, 3 by post",
    "paid_online": "1 or 0: whether what was to be paid was paid online; empty: nothing was to be paid",
    "finished_on": "the day the result was ready, like filed_on",
    "supplement_by": "until when missing papers must come, like filed_on",
}
"""Columns a file may have besides; each may be empty. The service index needs them."""

ORDER = (*COLUMNS, *MORE_COLUMNS)
LEVELS = {"department": "department", "commune": "commune"}
CHANNELS = {"1": 1, "2": 2, "3": 3}
PAID = {"1": True, "0": False}

_SERVICE = re.compile(r"(?:[a-z][a-z0-9_]{2,31})?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def canonical(text: str) -> str:
    """Return the number a cell holds in its right spelling. Raises ValueError."""
    # Nearly every number comes as it should be; looking for one in a text takes twenty times as long.
    match = _any_format().match(text)
    if match and _filed(match[match.lastgroup]):
        return text
    found = numbers.find(text)
    if len(found) != 1:
        raise ValueError(f"number: {text!r} is not a dossier number")
    return found[0].canonical


Cells = Sequence[str]
"""A row's cells in the order of `ORDER`."""


def picker(names: Sequence[str]) -> Callable[[list[str]], Cells]:
    """Return what puts the cells of a file with these columns into our order; columns that are missing are empty."""
    # A column that is missing points behind the last cell of a row, where an empty one is put.
    width = len(names)
    pick = itemgetter(*(names.index(column) if column in names else width for column in ORDER))
    return lambda cells: [*map(str.strip, pick([*cells[:width], *[""] * (width + 1 - min(width, len(cells)))]))]


def state(number: str, cells: Cells, digits: Digits, source: bytes | None = None) -> dict[str, Any]:
    """Return the columns of a dossier that a row tells. Raises ValueError naming the cell."""
    (_, service, status, office, filed_on, due_on, changed_at, note, phone, id_, level, channel, paid, finished_on,
     supplement_by) = cells
    if UNREADABLE in f"{service}{status}{office}{note}":
        raise ValueError("service, status, office, note: one holds signs that cannot be read")
    if not office:
        raise ValueError("office: is empty")
    if not phone and not id_:
        raise ValueError("phone_last4, id_last4: one of the two is needed")
    return {
        "number": number, "service": _service(service), "status": _status(status), "office": office[:200],
        "filed_on": _day("filed_on", filed_on), "due_on": _day("due_on", due_on) if due_on else None,
        "changed_at": _moment(changed_at), "note": note,
        "phone_hash": _hash("phone_last4", phone, number, digits), "id_hash": _hash("id_last4", id_, number, digits),
        "level": _one_of("level", level, LEVELS), "channel": _one_of("channel", channel, CHANNELS),
        "paid_online": _one_of("paid_online", paid, PAID),
        "finished_on": _day("finished_on", finished_on) if finished_on else None,
        "supplement_by": _day("supplement_by", supplement_by) if supplement_by else None, "source": source}


@cache
def _any_format() -> re.Pattern[str]:
    """Return a pattern of the right spellings of all kinds of numbers; the group that matched last is the filing day."""
    return re.compile("|".join(
        format_.canonical.pattern.replace("(?P<day>", f"(?P<{format_.name}>").replace("(?P<serial>", "(?:")
        for format_ in numbers.formats()))


@lru_cache(maxsize=1_000)
def _filed(text: str) -> bool:
    return bool(numbers.find(f"H41-{text}-0001"))


@lru_cache(maxsize=100)
def _service(text: str) -> str | None:
    if not _SERVICE.fullmatch(text):
        raise ValueError(f"service: {text!r} is not a service id")
    return text or None


@lru_cache(maxsize=100)
def _status(text: str) -> int:
    found = statuses.parse(text)
    if found is None:
        raise ValueError(f"status: {text!r} is neither a code from 1 to 10 nor a status name")
    return found.code


def _hash(column: str, text: str, number: str, digits: Digits) -> str | None:
    if not text:
        return None
    if len(text) != 4 or not text.isascii() or not text.isdigit():
        raise ValueError(f"{column}: must be exactly four digits")
    return digits.hash(number, text)


def _one_of(column: str, text: str, known: Mapping[str, Any]) -> Any:
    if not text:
        return None
    if text not in known:
        raise ValueError(f"{column}: {text!r} is none of {', '.join(known)}")
    return known[text]


@lru_cache(maxsize=10_000)
def _day(column: str, text: str) -> date:
    try:
        return date.fromisoformat(text) if _ISO.fullmatch(text) else datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        raise ValueError(f"{column}: {text!r} is not a day like 2026-11-05 or 05/11/2026") from None


def _moment(text: str) -> datetime:
    if not text:
        return utc_now()
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        return datetime.fromisoformat(text) - VIETNAM
    except ValueError:
        raise ValueError(f"changed_at: {text!r} is not a moment like 2026-11-05 14:30") from None
