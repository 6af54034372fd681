"""A new model beside the live one: measures and floors, each service's gains and losses, every message answered otherwise."""
from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

from nlu import evaluation, examples
from nlu.components import text
from nlu.components.general import GENERAL

Understood = Mapping[str, Mapping[str, Any]]
"""What a model made of each message, by its text."""


@dataclass(frozen=True)
class Measure:
    """A measure of both models (0 to 1), the recorded floor (for `mistakes` a ceiling), and whether the new model breaks it."""

    name: str
    before: float
    after: float
    floor: float | None
    mistakes: bool
    broken: bool


@dataclass(frozen=True)
class Part:
    """How many of the messages of one service or general intent are understood rightly, of how many."""

    name: str
    count: int
    before: int
    after: int


@dataclass(frozen=True)
class Change:
    """A message that the new model answers otherwise. `verdict` is better, worse or other (right or wrong as before)."""

    text: str
    meant: Sequence[str]
    before: Sequence[str]
    after: Sequence[str]
    verdict: str


@dataclass(frozen=True)
class Taught:
    """How many taught messages each model understands as they were taught, and which the new one still does not."""

    count: int
    before: int
    after: int
    missed: Sequence[Change]


@dataclass(frozen=True)
class Comparison:
    """The new model beside the live one; `left_out` messages of the sets were taught, so they measure nothing."""

    measures: Sequence[Measure]
    parts: Sequence[Part]
    changes: Sequence[Change]
    taught: Taught
    left_out: int

    @property
    def below(self) -> list[Measure]:
        """The measures on the wrong side of their floor."""
        return [one for one in self.measures if one.broken]

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, content: str) -> Comparison:
        data = json.loads(content)
        taught = Taught(**{**data["taught"], "missed": [Change(**one) for one in data["taught"]["missed"]]})
        return cls([Measure(**one) for one in data["measures"]], [Part(**one) for one in data["parts"]],
                   [Change(**one) for one in data["changes"]], taught, data["left_out"])


def messages(sets: Path, taught: Path) -> list[str]:
    """Return every message both models have to be asked: those of the sets and the taught ones."""
    return list(dict.fromkeys(one.text for one in (
        *examples.examples(sets), *examples.two_requests(sets), *examples.ambiguous(sets), *examples.of_file(taught))))


async def compare(before: Understood, after: Understood, sets: Path, taught: Path) -> Comparison:
    """Compare what two models made of `messages`."""
    learnt = examples.of_file(taught)
    known = frozenset(text.folded(one.text) for one in learnt)
    labelled = examples.examples(sets)
    measured = [one for one in labelled if text.folded(one.text) not in known]
    return Comparison(await _measures(before, after, sets, known), _parts(before, after, measured),
                      _changes(before, after, measured, sets), _taught(before, after, learnt), len(labelled) - len(measured))


async def _measures(before: Understood, after: Understood, sets: Path, known: frozenset[str]) -> list[Measure]:
    reports = [await evaluation.evaluate(_asking(one), sets, known) for one in (before, after)]
    old, new = (report.shares for report in reports)
    floors = evaluation.floors(sets / evaluation.FLOORS.name)
    wrong = {line.split(":")[0] for line in reports[1].below({name: floor for name, floor in floors.items() if name in new})}
    return [Measure(name, old[name].value, new[name].value, floors.get(name), name in evaluation.MISTAKES, name in wrong)
            for name in new if name in old]


def _asking(understood: Understood) -> evaluation.Understand:
    async def ask(said: str) -> Mapping[str, Any]:
        return understood[said]

    return ask


def _parts(before: Understood, after: Understood, labelled: Sequence[examples.Example]) -> list[Part]:
    rows: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for one in labelled:
        rows[one.intent].append((_right(one, before), _right(one, after)))
    parts = [Part(name, len(values), sum(old for old, _ in values), sum(new for _, new in values)) for name, values in rows.items()]
    return sorted(parts, key=lambda part: (part.after - part.before, part.name in GENERAL, part.name))


def _changes(before: Understood, after: Understood, labelled: Sequence[examples.Example], sets: Path) -> list[Change]:
    found: list[Change] = []
    for one in labelled:
        found += filter(None, [_change(one.text, [one.intent], before, after, _right(one, before), _right(one, after))])
    for pair in examples.two_requests(sets):
        rights = [set(pair.services) == set(_services(understood[pair.text])) for understood in (before, after)]
        found += filter(None, [_change(pair.text, pair.services, before, after, *rights)])
    for unclear in examples.ambiguous(sets):
        rights = [understood[unclear.text]["decision"] != "answer" for understood in (before, after)]
        found += filter(None, [_change(unclear.text, unclear.candidates, before, after, *rights)])
    return sorted(found, key=lambda one: ("worse", "other", "better").index(one.verdict))


def _change(said: str, meant: Sequence[str], before: Understood, after: Understood, was: bool, is_now: bool) -> Change | None:
    old, new = answer(before[said]), answer(after[said])
    if old == new:
        return None
    verdict = "other" if was == is_now else "better" if is_now else "worse"
    return Change(said, list(meant), old, new, verdict)


def _taught(before: Understood, after: Understood, learnt: Sequence[examples.Example]) -> Taught:
    missed = [Change(one.text, [one.intent, *one.aspects], answer(before[one.text]), answer(after[one.text]), "other")
              for one in learnt if not _right(one, after)]
    return Taught(len(learnt), sum(_right(one, before) for one in learnt), len(learnt) - len(missed), missed)


def answer(understood: Mapping[str, Any]) -> list[str]:
    """Return what is answered: `fallback`; `clarify` and the services offered; or what is answered about, with its aspects."""
    if understood["decision"] == "fallback":
        return ["fallback"]
    if understood["decision"] == "clarify":
        return ["clarify", *(service for service, _ in understood["candidates"])]
    return [understood["service"] or understood["intent"], *understood["also"], *understood["aspects"]]


def _services(understood: Mapping[str, Any]) -> list[str]:
    return [understood["service"], *understood["also"]] if evaluation.served(understood) else []


def _right(one: examples.Example, understood: Understood) -> bool:
    """Tell whether a message is understood as it was meant; one that is out of scope may also be declined or asked about."""
    found = understood[one.text]
    if one.intent == "out_of_scope":
        return found["decision"] != "answer" or found["intent"] == "out_of_scope"
    return found["decision"] == "answer" and (found["service"] or found["intent"]) == one.intent
