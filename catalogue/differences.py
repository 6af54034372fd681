"""What differs between two contents of a script, field by field, as a colleague would point it out."""
from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Iterator


@dataclass(frozen=True)
class Difference:
    """One field that differs. `before` or `after` is None where there is nothing on that side."""

    place: str
    before: Any
    after: Any


def differences(before: Any, after: Any, place: str = "") -> Iterator[Difference]:
    """Yield every difference, in the order of the script. Items of lists are matched first, so that one that was put in
    between is one difference and not as many as come after it."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from differences(before.get(key), after.get(key), f"{place}.{key}".lstrip("."))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, place)
    else:
        yield Difference(place, before, after)


def _lists(before: list[Any], after: list[Any], place: str) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, [repr(item) for item in before], [repr(item) for item in after], autojunk=False)
    for kind, start, end, to_start, to_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        for offset in range(max(end - start, to_end - to_start)):
            old = before[start + offset] if start + offset < end else None
            new = after[to_start + offset] if to_start + offset < to_end else None
            number = to_start + offset if new is not None else start + offset
            yield from differences(old, new, f"{place}.{number}")
