"""Numbers that are no dossier numbers: told apart, so that the citizen hears what was sent and where the right one stands.

Pure, and nothing is kept: only the name of the kind leaves this module. The kinds stand in `kinds.yml`.
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "kinds.yml"

MOST = 500
"""Characters of a message that are looked at: whoever sends a number alone or in a sentence needs no more."""

_DOTTED = re.compile(r"(?<![\w.])[\w.]+(?<!\.)(?!\w)")
_GLUED = re.compile(r"(?<![\w.,/:+\-])(?:\+?\d{1,14}(?:[ .\-]\d{2,6}){0,6}|[A-Za-z]{2}[0-9A-Za-z]{11})(?![\w/:])")
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+\Z")


@dataclass(frozen=True)
class Kind:
    """A kind of number: its pattern, and whether the dots in it matter."""

    name: str
    pattern: re.Pattern[str]
    dotted: bool = False


@cache
def kinds() -> tuple[Kind, ...]:
    """Return the kinds in the order they are tried."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(Kind(row["name"], re.compile(rf"(?:{row['pattern']})\Z"), row.get("dotted", False)) for row in rows)


def kind(text: str) -> str | None:
    """Return the name of the kind of the first number in a text that is of a known one, or None."""
    text = text[:MOST]
    dotted = _DOTTED.findall(text.upper())
    glued = [re.sub(r"[ .\-]", "", piece).upper() for piece in _GLUED.findall(text) if not _AMOUNT.match(piece)]
    return next((one.name for one in kinds() for piece in (dotted if one.dotted else glued)
                 if one.pattern.match(piece)), None)


def code(text: str) -> str | None:
    """Return the procedure code in a text without what the province adds to it (1.001193), or None."""
    found = next((piece for piece in _DOTTED.findall(text[:MOST]) if kind(piece) == "procedure_code"), None)
    return ".".join(found.split(".")[:2]) if found else None
