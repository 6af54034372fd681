"""What somebody typed is kept when their session ended meanwhile: it goes through the sign-in and is sent again."""
from __future__ import annotations

import json
from typing import Any, Iterable, Mapping

from aiohttp import web

from staff.console import ROOT, draw

NEVER = ("csrf", "password", "old", "new", "again", "code", "secret")
"""Fields that are not kept: secrets, and what the page makes anew."""

Fields = list[tuple[str, str]]


def pack(request: web.Request, given: Mapping[str, Any]) -> tuple[str, str]:
    """Return where the form was sent to and its fields as one text, to be carried by the sign-in form."""
    fields = _fields(given.items())
    return request.path, json.dumps(fields, ensure_ascii=False) if fields else ""


def unpack(text: str) -> Fields:
    """Return the fields that were carried; none when the text is not ours."""
    try:
        given = json.loads(text or "[]")
        return _fields((key, value) for key, value in given)
    except (ValueError, TypeError, RecursionError):
        return []


def local(to: str) -> str:
    """Return an address of the console to go to; its start for any other address."""
    return to if to.startswith(f"{ROOT}/") and to.isprintable() and "\\" not in to else f"{ROOT}/"


def again(request: web.Request, given: Mapping[str, Any] | None = None, to: str = "", fields: Fields = ()) -> web.Response:
    """Show what was typed, with a button that sends it once more."""
    return draw(request, "kept.html", {"to": local(to or request.path), "fields": fields or _fields(given.items())}, status=409)


def _fields(given: Iterable[tuple[Any, Any]]) -> Fields:
    return [(key, value) for key, value in given if isinstance(key, str) and isinstance(value, str) and key not in NEVER]
