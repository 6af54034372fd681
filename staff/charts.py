"""Charts as plain SVG: shapes and classes only, because the console's pages may carry no style of their own."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Mapping, Sequence

WIDTH, HEIGHT, LEFT, BOTTOM = 900, 240, 46, 24
"""Of a column chart, in its own units; left and below stand the scale and the days."""

MOST_COLUMNS = 62
"""Above this many days, the columns are months."""


@dataclass(frozen=True)
class Box:
    """One rectangle of a chart; `kind` is its class."""

    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True)
class Mark:
    """A text on an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Columns:
    """A column chart: boxes on each other, a scale at the left, days below."""

    boxes: Sequence[Box]
    scale: Sequence[Mark]
    days: Sequence[Mark]


def columns(days: Mapping[date, Mapping[str, int]], kinds: Sequence[str]) -> Columns:
    """Return the chart of counts by day, or by month where there are many days."""
    groups = _groups(days, kinds)
    top = _round(max((sum(one.values()) for one in groups.values()), default=0))
    wide, high = (WIDTH - LEFT) / max(len(groups), 1), HEIGHT - BOTTOM - 10
    boxes, marks, every = [], [], -(-len(groups) // 12)
    for number, (name, counts) in enumerate(groups.items()):
        x, y = LEFT + number * wide, HEIGHT - BOTTOM
        for kind in kinds:
            tall = high * counts.get(kind, 0) / top
            y -= tall
            if tall:
                boxes.append(Box(round(x + wide * .1, 1), round(y, 1), round(wide * .8, 1), round(tall, 1), kind))
        if number % every == 0:
            marks.append(Mark(round(x + wide / 2, 1), HEIGHT - 6, name))
    steps = sorted({0, top // 2, top})
    scale = [Mark(LEFT - 6, round(HEIGHT - BOTTOM - high * step / top, 1), f"{step:,}".replace(",", ".")) for step in steps]
    return Columns(boxes, scale, marks)


def share(part: int, whole: int) -> float:
    """Return a part in hundredths of the whole, 0 of nothing."""
    return round(100 * part / whole, 1) if whole else 0.0


def _groups(days: Mapping[date, Mapping[str, int]], kinds: Sequence[str]) -> dict[str, dict[str, int]]:
    form = "%d/%m" if len(days) <= MOST_COLUMNS else "%m/%Y"
    groups: dict[str, dict[str, int]] = {}
    for day, counts in days.items():
        group = groups.setdefault(day.strftime(form), dict.fromkeys(kinds, 0))
        for kind in kinds:
            group[kind] += counts.get(kind, 0)
    return groups


def _round(most: int) -> int:
    """Return the end of a scale: the next number people like to read."""
    step = 10 ** (len(str(max(most, 1))) - 1)
    return next(top for top in (step * factor for factor in (1, 2, 4, 6, 8, 10)) if top >= max(most, 2))
