"""Dossier numbers in any spelling a person types: found in a text, set right, and masked.

Pure: no database, no network; the shapes stand in `formats.yml` (sources in docs/dossier-numbers.md).
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Iterator, Sequence

import yaml

FORMATS = Path(__file__).parent / "formats.yml"


@dataclass(frozen=True)
class Format:
    """A kind of dossier number: its right spelling, and spellings without separators with their templates."""

    name: str
    canonical: re.Pattern[str]
    glued: Sequence[tuple[re.Pattern[str], str]]
    usual_serial: int


@dataclass(frozen=True)
class Number:
    """A dossier number found in a text: its right spelling, its kind, the filing day it tells, and where it stood."""

    canonical: str
    format: str
    filed_on: date
    span: tuple[int, int]


@cache
def formats() -> tuple[Format, ...]:
    """Return the known kinds of numbers in the order they are tried."""
    rows = yaml.safe_load(FORMATS.read_text(encoding="utf-8"))
    return tuple(
        Format(row["name"], re.compile(row["canonical"] + r"\Z"),
               tuple((re.compile(pattern + r"\Z"), template) for pattern, template in row["glued"]), row["usual_serial"])
        for row in rows
    )


def find(text: str) -> list[Number]:
    """Return the dossier numbers in a text, in their order and each once.

    Never guesses: what does not match a known shape in full, or tells no day of the calendar, is not a number.
    """
    if sum(character.isdigit() for character in text) < _FEWEST_DIGITS:
        return []
    found: dict[str, Number] = {}
    for run in _runs(text.translate(_SAME_LOOKS)):
        position = 0
        while position < len(run):
            number, length = _at(run[position:])
            if number:
                found.setdefault(number.canonical, number)
            position += length
    return list(found.values())


def masked(number: str) -> str:
    """Return a number as logs may show it: its kind and its last two digits, `G01…28`."""
    return f"{number[:3]}…{number[-2:]}"


# Letters of other alphabets and full-width digits that look like the ones meant. The letter O for a zero is
# not among them: both occur in unit codes, and a guess could show another person's dossier.
_SAME_LOOKS = str.maketrans({
    "Н": "H", "Η": "H", "Ｈ": "H", "Ｇ": "G", "А": "A", "Α": "A", "Ａ": "A", "．": ".", "－": "-",
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
})

_FEWEST_DIGITS = 12
"""No known number has fewer; most messages need no closer look."""
_PIECE = re.compile(r"[A-Za-z0-9]+")
_GAP = re.compile(r"[\s.,:;_/|\-\u2010-\u2015\u2212]{0,4}\Z")
_SHORTEST, _LONGEST = 13, 40
"""How many letters and digits a number has, at least and at most."""
_MOST_PIECES = 24
"""How many pieces a number may be typed in; every digit apart is the worst seen."""


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield the pieces of letters and digits that only separators part, so that they could be one number."""
    run: list[re.Match[str]] = []
    for piece in _PIECE.finditer(text):
        if run and not _GAP.match(text[run[-1].end():piece.start()]):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _at(pieces: Sequence[re.Match[str]]) -> tuple[Number | None, int]:
    """Return the number that begins at the first piece and how many pieces it takes (1 if there is none)."""
    best: tuple[Number | None, int] = (None, 1)
    if not re.match(r"[GHgh0-9]", pieces[0][0]):
        return best
    for length in range(1, min(len(pieces), _MOST_PIECES) + 1):
        typed = [piece[0].upper() for piece in pieces[:length]]
        glued = "".join(typed)
        if len(glued) > _LONGEST:
            break
        for format_ in formats() if len(glued) >= _SHORTEST else ():
            for spelling in _spellings(format_, typed, glued):
                match = format_.canonical.match(spelling)
                if match and (day := _day(match["day"])):
                    number = Number(spelling, format_.name, day, (pieces[0].start(), pieces[length - 1].end()))
                    if len(match["serial"]) == format_.usual_serial:
                        return number, length
                    best = (number, length) if best[0] is None else best
    return best


def _spellings(format_: Format, typed: Sequence[str], glued: str) -> Iterator[str]:
    """Yield the right spellings these pieces could stand for: as they were parted, then as if they were not."""
    if len(typed) > 2:
        yield ".".join(typed[:-2]) + f"-{typed[-2]}-{typed[-1]}"
    if len(typed) > 1:
        yield ".".join(typed[:-1]) + f"-{typed[-1]}"
    for pattern, template in format_.glued:
        if (match := pattern.match(glued)) and not _cut_across(match, typed):
            yield template.format(*match.groups())


def _cut_across(match: re.Match[str], typed: Sequence[str]) -> bool:
    """Tell whether a piece holds the end of one part and only a bit of another, as in "H41 20/11/2026 08:30": no number."""
    ends = {0, *(match.end(part) for part in range(1, match.re.groups + 1))}
    cuts = accumulate(map(len, typed), initial=0)
    return any(not {start, end} <= ends and any(start < part < end for part in ends) for start, end in pairwise(cuts))


def _day(text: str) -> date | None:
    try:
        day = datetime.strptime(text, "%y%m%d").date()
    except ValueError:
        return None
    return day if 2015 <= day.year <= 2045 else None
