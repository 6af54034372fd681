"""How well messages are understood, measured on sets that are never trained on, against recorded floors."""
from __future__ import annotations

import statistics
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Awaitable, Callable, Mapping

import yaml

from nlu import examples
from nlu.components.decision import GENERAL

SETS = Path(__file__).resolve().parent.parent / "tests" / "nlu"
FLOORS = SETS / "floors.yml"

Understand = Callable[[str], Awaitable[Mapping[str, Any]]]
"""A message to its `understanding`."""


@dataclass
class Report:
    """Shares by measure (0 to 1) with how many messages each rests on, per service, and what went wrong."""

    shares: dict[str, tuple[float, int]] = field(default_factory=dict)
    services: dict[str, tuple[float, int]] = field(default_factory=dict)
    confusions: Counter = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    def below(self, floors: Mapping[str, float]) -> list[str]:
        """Return a line for each measure on the wrong side of its floor (for shares of mistakes: its ceiling)."""
        found = []
        for name, floor in floors.items():
            share = self.shares[name][0]
            if share > floor if name in MISTAKES else share < floor:
                found.append(f"{name}: {share:.3f}, {'at most' if name in MISTAKES else 'at least'} {floor}")
        return found


MISTAKES = frozenset((
    "wrong service answered", "out of scope served", "in scope rejected", "needless question", "phantom second request"))
"""The measures that should be small."""


def floors(path: Path = FLOORS) -> Mapping[str, float]:
    """Return the recorded floor of each measure."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


async def evaluate(understand: Understand, folder: Path = SETS) -> Report:
    """Measure on every set of the folder."""
    report, hits = Report(), defaultdict(list)
    for example in examples.examples(folder):
        started = time.perf_counter()
        understood = await understand(example.text)
        report.milliseconds.append((time.perf_counter() - started) * 1000)
        for measure, value in _judge(example, understood):
            hits[measure].append(value)
        got = understood["service"] or understood["intent"]
        if example.intent not in GENERAL:
            hits[f"service {example.intent}"].append(_served(understood) == example.intent)
        if got != example.intent:
            report.confusions[example.intent, got if understood["decision"] == "answer" else understood["decision"]] += 1
    for example in examples.two_requests(folder):
        understood = await understand(example.text)
        found = [understood["service"], *understood["also"]] if _served(understood) else []
        hits["second request found"].append(set(found) == set(example.services))
    for example in examples.ambiguous(folder):
        hits["ambiguous asked about"].append((await understand(example.text))["decision"] != "answer")
    for measure, values in hits.items():
        where = report.services if measure.startswith("service ") else report.shares
        where[measure.removeprefix("service ")] = (sum(values) / len(values), len(values))
    return report


def _served(understood: Mapping[str, Any]) -> str | None:
    return understood["service"] if understood["decision"] == "answer" else None


def _judge(example: examples.Example, understood: Mapping[str, Any]):
    served, decision = _served(understood), understood["decision"]
    if example.intent == "out_of_scope":
        recognised = decision != "answer" or understood["intent"] == "out_of_scope"
        yield "out of scope recognised or asked", served is None and recognised
        yield "out of scope served", served is not None
    elif example.intent in GENERAL:
        yield "general intent right", decision == "answer" and understood["intent"] == example.intent
    else:
        yield "right service answered", served == example.intent
        yield "in scope rejected", decision == "fallback"
        yield "needless question", decision == "clarify"
        yield "phantom second request", bool(understood["also"])
        if served == example.intent:
            yield "first aspect right", understood["aspects"][:1] == list(example.aspects[:1])
    yield "wrong service answered", served not in (None, example.intent)


def lines(report: Report):
    """Return the report as lines for a terminal."""
    yield f"{'measure':34} share  messages"
    for name, (share, count) in sorted(report.shares.items()):
        yield f"{name:34} {share:.3f}  {count}"
    yield f"{'one message, median':34} {statistics.median(report.milliseconds):.2f} ms"
    yield ""
    yield "right service answered, by service"
    for name, (share, count) in sorted(report.services.items(), key=lambda item: item[1]):
        yield f"  {name:32} {share:.3f}  {count}"
    yield ""
    yield "most frequent confusions (meant -> taken for)"
    for (meant, taken), count in report.confusions.most_common(15):
        yield f"  {count:3}  {meant} -> {taken}"
