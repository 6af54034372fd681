"""A cell of a workbook as a script holds it: days, amounts, yes and no, lists, however people type them."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

YES, NO = ("có", "co", "yes", "y", "x", "true", "1", "đúng"), ("không", "khong", "no", "n", "false", "0", "sai")
"""What is read as yes and as no; the first of each is what is written."""


class WrongCell(ValueError):
    """A cell does not hold what its column wants; `rule` says what was wanted."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def parse(value: Any, kind: str) -> Any:
    """Return a cell's value as a script holds it. Raises `WrongCell`."""
    if kind == "phrases":
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]
    if value is None:
        return None
    if kind == "day":
        return _day(value)
    if kind in ("number", "money", "range"):
        return _whole(value)
    if kind == "flag":
        return _flag(value)
    if kind == "ids":
        return [part.strip() for part in str(value).replace(";", ",").split(",") if part.strip()] or None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n").strip()


def _day(value: Any) -> str:
    if isinstance(value, (datetime, date)):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    text = str(value).strip()
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date().isoformat()
        except ValueError:
            continue
    raise WrongCell("day_wanted")


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise WrongCell("number_wanted")
    if isinstance(value, str):
        value = value.replace(".", "").replace(",", "").replace(" ", "").removesuffix("đ")
        value = int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0.5
    if value != value or value in (float("inf"), float("-inf")) or int(value) != value:
        raise WrongCell("number_wanted")
    return int(value)


def _flag(value: Any) -> bool:
    text = str(value).strip().lower()
    if text not in (*YES, *NO):
        raise WrongCell("yes_no_wanted")
    return text in YES
