"""What the gateway's answers say of a dossier, checked field by field (docs/dossier-gateway.md)."""
from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any, Mapping

from dossiers import numbers
from dossiers.rows import CHANNELS, LEVELS
from dossiers.statuses import statuses
from dossiers.tables import DossierRow

KEPT = ("phone_hash", "id_hash", "source")


class Garbage(ValueError):
    """An answer is not what the protocol says."""


def dossier_state(answer: Mapping[str, Any], before: DossierRow | None, key: str | None) -> dict[str, Any]:
    """Return the columns of a dossier from an answer; `key`, the hash of digits that were right, is kept beside those before.

    Raises `Garbage`.
    """
    try:
        return {
            "number": _number(answer["number"]), "service": _text(answer.get("service") or "", 40) or None,
            "status": _known(answer["status"]), "office": _text(answer["office"], 200),
            "filed_on": date.fromisoformat(answer["filed_on"]), "due_on": _day(answer.get("due_on")),
            "changed_at": _moment(answer["changed_at"]), "note": _text(answer.get("note") or "", 2_000),
            "supplement_by": _day(answer.get("supplement_by")), "finished_on": _day(answer.get("finished_on")),
            "level": LEVELS.get(answer.get("level") or ""), "channel": CHANNELS.get(str(answer.get("channel"))),
            "paid_online": answer["paid_online"] if isinstance(answer.get("paid_online"), bool) else None,
            **_hashes(before, key)}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Garbage(f"a dossier in its answer cannot be read: {type(error).__name__}") from error


def _hashes(before: DossierRow | None, key: str | None) -> dict[str, Any]:
    """Return the hashes kept of a dossier, with one more: the phone's and the id's cannot be told apart here."""
    known = {name: getattr(before, name) if before else None for name in KEPT}
    if key and key not in (known["phone_hash"], known["id_hash"]):
        known["id_hash" if known["phone_hash"] else "phone_hash"] = key
    return known


def _number(text: Any) -> str:
    [found] = numbers.find(text)
    if found.canonical != text:
        raise ValueError("not a number in its right spelling")
    return text


def _known(code: Any) -> int:
    return statuses()[code].code


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value[:most]


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
