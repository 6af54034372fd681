"""How well messages are understood, measured on sets that are never trained on, against recorded floors."""
from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Awaitable, Callable, Container, Iterator, Mapping

import yaml

from nlu import examples
from nlu.components import text
from nlu.components.general import GENERAL
from nlu.ways import WAYS

SETS = Path(__file__).resolve().parent.parent / "tests" / "nlu"
QUESTIONS = SETS.parent / "questions"
"""Questions as people ask authorities, papers and lawyers: stories with a service's words that may ask something else."""

FLOORS = SETS / "floors.yml"
STYLES = "styles"
"""The folder of the sets that are written by style; each file is named after its style."""

Understand = Callable[[str], Awaitable[Mapping[str, Any]]]
"""A message to its `understanding`."""

MISTAKES = frozenset((
    "wrong service answered", "out of scope served", "in scope rejected", "needless question", "phantom second request",
    "calibration error"))
"""The measures that should be small."""

_BINS = 10


@dataclass(frozen=True)
class Share:
    """A share (0 to 1) of some messages."""

    value: float
    count: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 95% confidence interval (Wilson's, which holds near 0 and 1 too)."""
        z, n, p = 1.96, self.count, self.value
        middle, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n))


Shares = dict[str, Share]


@dataclass
class Report:
    """What was measured. `groups` has the share of right services per service, style and language."""

    shares: Shares = field(default_factory=dict)
    groups: dict[str, Shares] = field(default_factory=dict)
    confusions: Counter = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    def below(self, floors: Mapping[str, float]) -> list[str]:
        """Return a line for each measure on the wrong side of its floor (for shares of mistakes: its ceiling)."""
        found = []
        for name, floor in floors.items():
            share = self.shares[name].value
            if share > floor if name in MISTAKES else share < floor:
                found.append(f"{name}: {share:.3f}, {'at most' if name in MISTAKES else 'at least'} {floor}")
        return found


def floors(path: Path = FLOORS) -> Mapping[str, float]:
    """Return the recorded floor of each measure."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


async def evaluate(understand: Understand, folder: Path = SETS, learnt: Container[str] = frozenset()) -> Report:
    """Measure on every set of the folder, but not on messages that were `learnt` (as `text.folded` gives them)."""
    report, hits, sure = Report(), defaultdict(list), []
    grouped: dict[str, dict[str, list[bool]]] = {name: defaultdict(list) for name in ("service", "style", "language")}
    for example in examples.examples(folder):
        if text.folded(example.text) in learnt:
            continue
        started = time.perf_counter()
        understood = await understand(example.text)
        report.milliseconds.append((time.perf_counter() - started) * 1000)
        for measure, value in judge(example, understood):
            hits[measure].append(value)
        got = understood["service"] or understood["intent"]
        sure.append((understood["confidence"], got == example.intent))
        report.confusions[example.intent, got if understood["decision"] == "answer" else understood["decision"]] += 1
        if example.intent not in GENERAL:
            right = served(understood) == example.intent
            grouped["service"][example.intent].append(right)
            grouped["language"][understood["language"] or "none"].append(right)
            if example.folder == STYLES:
                grouped["style"][example.file].append(right)
    for example in examples.two_requests(folder):
        understood = await understand(example.text)
        found = [understood["service"], *understood["also"]] if served(understood) else []
        hits["second request found"].append(set(found) == set(example.services))
    for example in examples.ambiguous(folder):
        hits["ambiguous asked about"].append((await understand(example.text))["decision"] != "answer")
    report.shares = _shares(hits)
    report.shares["calibration error"] = Share(calibration_error(sure), len(sure))
    report.groups = {name: _shares(values) for name, values in grouped.items()}
    return report


async def same_however_typed(understand: Understand, folder: Path = SETS) -> Shares:
    """Return for each way of typing how many of the messages it changes keep service and decision."""
    kept: dict[str, list[bool]] = defaultdict(list)
    for example in examples.examples(folder):
        before = await understand(example.text) if example.intent not in GENERAL else None
        for way, change in WAYS.items():
            if before and change(example.text) != example.text:
                after = await understand(change(example.text))
                kept[way].append((before["service"], before["decision"]) == (after["service"], after["decision"]))
    return _shares(kept)


def served(understood: Mapping[str, Any]) -> str | None:
    """Return the service that is answered about."""
    return understood["service"] if understood["decision"] == "answer" else None


def judge(example: examples.Example, understood: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Yield what a message tells about each measure it counts for."""
    found, decision = served(understood), understood["decision"]
    if example.intent == "out_of_scope":
        recognised = decision != "answer" or understood["intent"] == "out_of_scope"
        yield "out of scope recognised or asked", found is None and recognised
        yield "out of scope served", found is not None
    elif example.intent in GENERAL:
        yield "general intent right", decision == "answer" and understood["intent"] == example.intent
    else:
        yield "right service answered", found == example.intent
        yield "right service answered or offered", found == example.intent or decision == "clarify" and (
            example.intent in dict(understood["candidates"]))
        yield "in scope rejected", decision == "fallback"
        yield "needless question", decision == "clarify"
        yield "phantom second request", bool(understood["also"])
        if found == example.intent:
            yield "first aspect right", understood["aspects"][:1] == list(example.aspects[:1])
    yield "wrong service answered", found not in (None, example.intent)


def calibration_error(sure: list[tuple[float, bool]]) -> float:
    """Return the expected calibration error: how far, on average, confidence lies from the share that is right."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in sure:
        bins[min(int(confidence * _BINS), _BINS - 1)].append((confidence, right))
    return sum(abs(sum(confidence - right for confidence, right in rows)) for rows in bins.values()) / len(sure)


def _shares(hits: Mapping[str, list[bool]]) -> Shares:
    return {name: Share(sum(values) / len(values), len(values)) for name, values in hits.items()}
