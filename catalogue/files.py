"""Read and write service scripts as YAML files, and say what is wrong with one, naming its path and field."""
from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Iterator, Mapping

import yaml
from jsonschema import Draft202012Validator

SERVICES = Path(__file__).resolve().parent.parent / "services"
SHARED = "_shared"
ELSEWHERE = "_elsewhere"

_SCHEMAS = {"topics": (SHARED, "shared.schema.json"), "procedures": (ELSEWHERE, "elsewhere.schema.json")}
"""The files that are no service's: the key each is known by, its name and its schema."""


@dataclass(frozen=True)
class Problem:
    """One mistake in a service file: where it is and what is wrong. `rule` and `limit` are the schema's, where it is one of its."""

    path: str
    field: str
    message: str
    rule: str = ""
    limit: Any = None

    def __str__(self) -> str:
        return f"{self.path}: {self.field}: {self.message}"


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Plain(LOADER):
    """Reads dates as the text they are, so that a script is plain data that JSON can hold; no key may be lost or odd."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        wrong = next((key for place, key in enumerate(keys) if not isinstance(key, str) or key in keys[:place]), None)
        if wrong is not None:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {wrong!r} stands twice or is not a text (put it in quotes)", node.start_mark)
        return super().construct_mapping(node, deep)


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Plain.yaml_implicit_resolvers.items()
}


def parse(text: str) -> Any:
    """Return the data of a script's YAML text. Raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=_Plain)


def dump(data: Mapping[str, Any]) -> str:
    """Return the script's YAML text; `parse` gives the same data back."""
    return yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=116)


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SERVICES / name).read_text(encoding="utf-8")))


def check(data: Any, name: str, path: str) -> list[Problem]:
    """Return every mistake in the data of the script of that name: against the schema, then in its references and dates."""
    errors = sorted(_validator(_schema_of(data)).iter_errors(data), key=lambda error: [str(part) for part in error.path])
    problems = [Problem(path, _field(_place(error)), _message(error), error.validator, error.validator_value) for error in errors]
    return problems or [Problem(path, *found) for found in (*_misnamed(data, name), *_references(data))]


def read_file(path: Path) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Return a script's data and its problems; the data is None unless it can be used."""
    try:
        data = parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return None, [Problem(str(path), "file", " ".join(str(error).split()))]
    problems = check(data, path.stem, str(path))
    return (None if problems else data), problems


def read_folder(folder: Path = SERVICES) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    """Return the usable scripts of a folder by id, and the problems of all the others."""
    scripts, problems = {}, []
    for path in sorted(folder.glob("*.yml")):
        data, found = read_file(path)
        problems += found
        if data is not None:
            scripts[path.stem] = data
    return scripts, problems


def name_of(data: Any) -> str | None:
    """Return which script this content says it is; None when it says nothing of the kind."""
    common = _common(data)
    found = common[0] if common else data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str) and re.fullmatch(r"_?[a-z][a-z0-9_]{2,31}", found) else None


def schema(data: Any) -> Mapping[str, Any]:
    """Return the JSON Schema that this content is checked against."""
    return _validator(_schema_of(data)).schema


def _schema_of(data: Any) -> str:
    common = _common(data)
    return common[1] if common else "schema.json"


def _common(data: Any) -> tuple[str, str] | None:
    """Return the name and schema of a file that belongs to no single service; None for a service's script."""
    return next((found for key, found in _SCHEMAS.items() if isinstance(data, dict) and key in data), None)


def _place(error: Any) -> list[Any]:
    """Return where the mistake is; a field that is missing is named itself, not what it is missing from."""
    missing = [name for name in error.validator_value if name not in error.instance] if error.validator == "required" else []
    # jsonschema reports each missing field apart, and names it in the message alone.
    return [*error.path, *(name for name in missing if repr(name) == error.message.partition(" is ")[0])]


def _field(path: Any) -> str:
    return ".".join(str(part) for part in path) or "file"


def _message(error: Any) -> str:
    # jsonschema repeats the whole offending value, which may be a page long.
    return error.message if len(error.message) <= 200 else error.message[:90] + " ... " + error.message[-100:]


Found = tuple[str, str, str, Any]
"""A mistake that no schema can name: its field, message, rule and limit."""


def _misnamed(data: Mapping[str, Any], name: str) -> Iterator[Found]:
    common = _common(data)
    found = common[0] if common else data["id"]
    if found != name:
        yield "id", f"this is the script {found!r}, but it is called {name!r}", "misnamed", name


def _references(data: Mapping[str, Any]) -> Iterator[Found]:
    cases = {case["id"] for case in data.get("cases", ())}
    sources = {source["id"] for source in data.get("sources", ())}
    if len(cases) < len(data.get("cases", ())):
        yield "cases", "two cases have the same id", "same_case", None
    for place, item in _walk(data, ""):
        for key, case in _cases_in(item) if place else ():
            if isinstance(case, str) and case not in cases:
                yield f"{place}.{key}", f"case {case!r} is not in the list of cases", "unknown_case", case
        for source in item.get("sources", ()) if place else ():
            if isinstance(source, str) and source not in sources:
                yield f"{place}.sources", f"source {source!r} is not in the list of sources", "unknown_source", source
        yield from _days(place, item)


def _cases_in(item: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every case that an item refers to, with the field it stands in."""
    return ((key, case) for key in ("cases", "full_for") for case in item.get(key, ()))


def _days(place: str, item: Mapping[str, Any]) -> Iterator[Found]:
    days = {}
    for key in ("from", "until", "verified_on"):
        if key in item:
            try:
                days[key] = date.fromisoformat(item[key])
            except ValueError:
                yield f"{place}.{key}".strip("."), f"{item[key]} is not a day of the calendar", "no_day", item[key]
    if "from" in days and "until" in days and days["until"] < days["from"]:
        yield f"{place}.until", "ends before it starts", "backwards", None


def _walk(node: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            yield from _walk(value, f"{place}.{key}".strip("."))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, f"{place}.{index}")
