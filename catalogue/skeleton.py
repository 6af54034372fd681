"""The empty script of a new service: every field there is, for the editor to show."""
from __future__ import annotations

from datetime import date
from typing import Any

from catalogue.model import Text

PORTAL = "https://dichvucong.gov.vn"
REVIEW_DAYS = 180


def skeleton(script: str, programme: str, number: int, short: Text, today: date) -> dict[str, Any]:
    """Return a script that says nothing yet; it is no right one before its fields are filled in."""
    lines = ("eligibility", "documents", "steps", "place")
    more = ("deadline", "result", "legal_basis")
    return {
        "id": script, "programme": programme, "number": number, "name": dict(short), "short": dict(short),
        "aliases": {code: [] for code in short}, "agency": {}, "summary": {}, "cases": [], **{key: [{}] for key in lines},
        "online": {"level": "full", "url": PORTAL, "note": [{}]}, "fees": [{"periods": [{}]}], "duration": [{"periods": [{}]}],
        **{key: [{}] for key in more}, "faq": [], "sources": [{"id": "s1"}], "verified_on": today.isoformat(),
        "review_every_days": REVIEW_DAYS, "uncertain": [],
    }
