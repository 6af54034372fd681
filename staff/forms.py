"""A script as a form: fields made from its JSON Schema, so that the editor knows every field the schema knows.

`fields` goes from content to fields, `read` back from what was posted; nothing is lost between them. Lists grow, shrink and
move by `change`, on the content.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping, Sequence

from answers.words import languages
from catalogue.files import Problem, schema

LONG = 100
"""From this many characters a text is written in a box of several lines."""

Schema = Mapping[str, Any]


@dataclass
class Field:
    """One field of the form, with the fields inside it. `name` is its place in the content, `fees.0.what.vi`."""

    name: str
    kind: str
    value: Any = None
    required: bool = False
    longest: int | None = None
    choices: Sequence[Any] = ()
    errors: Sequence[Problem] = ()
    children: list[Field] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The last part of the name: what the field's label is found by."""
        return self.name.rsplit(".", 1)[-1]

    @property
    def wrong(self) -> bool:
        """Whether it or anything inside it has a mistake."""
        return bool(self.errors) or any(child.wrong for child in self.children)


class Form:
    """The form of one script."""

    def __init__(self, content: Mapping[str, Any], problems: Sequence[Problem] = ()) -> None:
        self._root = schema(content)
        self._content = content
        self._problems: dict[str, list[Problem]] = {}
        for problem in problems:
            self._problems.setdefault(problem.field, []).append(problem)

    def fields(self) -> list[Field]:
        """Return the fields of the whole script."""
        return self._make(self._root, self._content, "", True).children

    def read(self, posted: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Return the content that was posted: `posted` has one value a name, `lists` all the values of a name."""
        return self._read(self._root, self._content, "", posted, lists)

    def _make(self, given: Schema, value: Any, name: str, required: bool) -> Field:
        node, kind = self._resolved(given), self._kind(given, name)
        made = Field(name, kind, value, required, node.get("maxLength"), self._choices(node, kind),
                     self._problems.get(name, ()))
        if kind == "group":
            held = value if isinstance(value, dict) else {}
            made.children = [self._make(part, held.get(key), _in(name, key), key in node.get("required", ()))
                             for key, part in _parts(node)]
        elif kind == "list":
            made.children = [self._make(node["items"], item, _in(name, number), True) for number, item in enumerate(value or ())]
        elif kind == "texts":
            longest = self._longest(given)
            held = value if isinstance(value, dict) else {}
            made.children = [Field(_in(name, code), "long" if (longest or 0) >= LONG else "text", held.get(code), required, longest,
                                   (), self._problems.get(_in(name, code), ())) for code in node.get("required", languages())]
        elif kind == "phrases":
            held = value if isinstance(value, dict) else {}
            made.children = [Field(_in(name, code), "rows", held.get(code) or [], False, None, (), self._below(_in(name, code)))
                             for code in node.get("required", languages())]
        elif kind in ("rows", "range", "cases", "sources"):
            made.value, made.errors = value or [], self._below(name)
        return made

    def _read(self, given: Schema, before: Any, name: str, posted: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> Any:
        """Return the value of one field, or None when it was left empty."""
        node, kind = self._resolved(given), self._kind(given, name)
        text = posted.get(name, "").replace("\r\n", "\n").strip()
        if kind == "group":
            held = before if isinstance(before, dict) else {}
            read = {key: self._read(part, held.get(key), _in(name, key), posted, lists) for key, part in _parts(node)}
            needed = node.get("required", ())
            # The order of a script's keys is how people know it; a field that was not there goes to the end.
            order = [*(key for key in held if key in read), *(key for key in read if key not in held)]
            kinds = {key: self._kind(part, key) for key, part in _parts(node)}
            empty = {key: [] for key in needed if read.get(key) is None and kinds[key] in ("list", "rows")}
            return {key: read[key] for key in order if read[key] is not None or (key in held and held[key] is None)} | empty
        if kind == "list":
            held = list(before or ())
            return [self._read(node["items"], held[number] if number < len(held) else {}, _in(name, number), posted, lists)
                    for number in range(_length(name, posted))] or None
        if kind == "texts":
            read = {code: posted.get(_in(name, code), "").strip() for code in node.get("required", languages())}
            kept = {code: value for code, value in (before or {}).items() if code not in read} if isinstance(before, dict) else {}
            return {**{code: value for code, value in read.items() if value}, **kept} if any(read.values()) else None
        if kind == "phrases":
            read = {code: _rows(posted.get(_in(name, code), "")) for code in node.get("required", languages())}
            return read if before is not None or any(read.values()) else None
        if kind == "rows":
            return _rows(text) or None
        if kind in ("cases", "sources"):
            ticked, held = [value for value in lists.get(name, ()) if value], list(before or ())
            # What was ticked before keeps its order, so that saving a form changes nothing by itself.
            return [value for value in held if value in ticked] + [value for value in ticked if value not in held] or None
        if kind == "range":
            ends = [posted.get(_in(name, number), "").strip() for number in (0, 1)]
            return [_number(end) for end in ends if end] or None
        if kind == "flag":
            return True if name in posted else (None if node.get("const") is True else False if before is False else None)
        if kind == "yes_no":
            return {"yes": True, "no": False}.get(text)
        if kind == "number":
            return _number(text) if text else None
        return text or None

    def _kind(self, given: Schema, name: str) -> str:
        node, key = self._resolved(given), name.rsplit(".", 1)[-1]
        if "enum" in node:
            return "choice"
        if node.get("const") is True or node.get("type") == "boolean":
            return "flag"
        if isinstance(node.get("type"), list):
            return "yes_no"
        if node.get("type") == "integer":
            return "number"
        if node.get("type") == "array":
            items = self._resolved(node["items"])
            if items.get("type") == "object":
                return "list"
            if items.get("type") == "integer":
                return "range"
            return key if key in ("cases", "sources") else "rows"
        if node.get("type") == "object":
            if "properties" in node:
                return "group"
            return "phrases" if node["additionalProperties"].get("type") == "array" else "texts"
        if "20[0-9]{2}" in node.get("pattern", ""):
            return "date"
        return "long" if (node.get("maxLength") or 0) >= LONG and not node.get("pattern", "").startswith("^(http") else "text"

    def _choices(self, node: Schema, kind: str) -> Sequence[Any]:
        if kind == "choice":
            return node["enum"]
        if kind == "cases":
            return [(case.get("id"), case.get("name") or {}) for case in self._content.get("cases") or () if case.get("id")]
        if kind == "sources":
            sources = [source for source in self._content.get("sources") or () if source.get("id")]
            return [(source["id"], source.get("title") or "") for source in sources]
        return ()

    def _resolved(self, node: Schema) -> Schema:
        while "$ref" in node:
            node = self._root["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        return node

    def _longest(self, node: Schema) -> int | None:
        """Return how long a text may be: the first limit on the way through the references."""
        while True:
            limit = (node.get("additionalProperties") or {}).get("maxLength")
            if limit or "$ref" not in node:
                return limit
            node = self._root["$defs"][node["$ref"].rsplit("/", 1)[-1]]

    def _below(self, name: str) -> list[Problem]:
        return [problem for place, found in self._problems.items() for problem in found if f"{place}.".startswith(f"{name}.")]


def change(content: Mapping[str, Any], order: str) -> dict[str, Any]:
    """Return the content after `add:fees`, `remove:fees.2`, `up:fees.2` or `down:fees.2`; an order that fits nothing is ignored."""
    verb, _, place = order.partition(":")
    changed = _copy(content)
    parent, _, last = place.rpartition(".")
    if verb == "add":
        holder = _at(changed, parent) if parent else changed
        if isinstance(holder, dict) and isinstance(holder.get(last) or [], list):
            holder[last] = [*(holder.get(last) or []), {}]
        return changed
    rows = _at(changed, parent)
    if not isinstance(rows, list) or not last.isdecimal() or int(last) >= len(rows):
        return changed
    index = int(last)
    if verb == "remove":
        rows.pop(index)
    elif verb in ("up", "down"):
        other = index + (1 if verb == "down" else -1)
        if 0 <= other < len(rows):
            rows[index], rows[other] = rows[other], rows[index]
    return changed


def _length(name: str, posted: Mapping[str, str]) -> int:
    """Return how many items of a list were posted: every item has at least one text."""
    numbers = {key[len(name) + 1:].split(".", 1)[0] for key in posted if key.startswith(name + ".")}
    return max((int(number) + 1 for number in numbers if number.isdecimal() and len(number) < 4), default=0)


def _parts(node: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield what a group consists of; languages that are given by a pattern first."""
    for pattern in node.get("patternProperties", {}).values():
        yield from ((code, pattern) for code in node.get("required", ()) if code not in node["properties"])
    yield from node["properties"].items()


def _in(name: str, key: Any) -> str:
    return f"{name}.{key}" if name else str(key)


def _rows(text: str) -> list[str]:
    return [row.strip() for row in text.splitlines() if row.strip()]


def _number(text: str) -> Any:
    """Return a whole number typed as people do ("200.000"); anything else stays, for the schema to complain about."""
    digits = re.sub(r"[.,\s]|đ|₫", "", text)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else text


def _at(content: Any, place: str) -> Any:
    for part in place.split(".") if place else ():
        if isinstance(content, list) and part.isdecimal() and int(part) < len(content):
            content = content[int(part)]
        elif isinstance(content, dict):
            content = content.get(part)
        else:
            return None
    return content


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(one) for key, one in value.items()}
    return [_copy(one) for one in value] if isinstance(value, (list, tuple)) else value
