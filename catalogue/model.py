"""The shape of a service script in the program, and how one is made from its validated file or row."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Mapping, Sequence, TypeVar

Text = Mapping[str, str]
"""One text in several languages: `{"vi": ..., "en": ...}`."""

ASPECTS = ("overview", "documents", "steps", "fee", "duration", "place", "online", "eligibility", "deadline",
           "result", "legal_basis")


def in_language(text: Text, language: str) -> str:
    """Return the text in `language`, or in Vietnamese where it was not written in that language."""
    return text.get(language) or text["vi"]


@dataclass(frozen=True)
class Scope:
    """When a fact holds: on which days (both ends included) and in which cases (none: in all of them)."""

    start: date | None = None
    end: date | None = None
    cases: frozenset[str] = frozenset()

    def holds(self, day: date, case: str | None = None) -> bool:
        """Tell whether the fact is in force on `day` for `case`; a case of None looks at the days alone."""
        begun = self.start is None or self.start <= day
        ended = self.end is not None and self.end < day
        return begun and not ended and (case is None or not self.cases or case in self.cases)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Scope:
        return cls(_day(data.get("from")), _day(data.get("until")), frozenset(data.get("cases", ())))


@dataclass(frozen=True)
class Case:
    """A situation in which papers, fee or time differ; `words` are what people say when they mean it."""

    id: str
    name: Text
    words: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Line:
    text: Text
    scope: Scope


@dataclass(frozen=True)
class Document:
    name: Text
    scope: Scope
    when: Text | None = None
    form: str | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Fee:
    """A fee on its days: exactly one of amount, range (both in đồng) and text is set; none means "ask the office"."""

    what: Text
    scope: Scope
    amount: int | None = None
    range: tuple[int, int] | None = None
    text: Text | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Duration:
    """How long the office takes, on its days; no text means "ask the office"."""

    what: Text
    scope: Scope
    text: Text | None = None
    working_days: int | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Question:
    """A question people ask, with its answer; `words` are what they say when they mean it."""

    question: Text
    answer: Text
    scope: Scope
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Online:
    """How far a service can be done on the internet; `vneid` is None where nobody confirmed it."""

    level: str
    url: str
    vneid: bool | None
    note: Sequence[Line]
    full_for: frozenset[str] = frozenset()
    """The cases that are done wholly on the internet though others are not."""

    def level_for(self, case: str | None) -> str:
        return "full" if case in self.full_for else self.level


@dataclass(frozen=True)
class Script:
    """One revision of a service script, as read on any day; see `on` for what holds on one."""

    id: str
    programme: str
    number: int
    name: Text
    short: Text
    aliases: Mapping[str, Sequence[str]]
    agency: Text
    summary: Text
    cases: Sequence[Case]
    eligibility: Sequence[Line]
    documents: Sequence[Document]
    steps: Sequence[Line]
    place: Sequence[Line]
    online: Online
    fees: Sequence[Fee]
    duration: Sequence[Duration]
    deadline: Sequence[Line]
    result: Sequence[Line]
    legal_basis: Sequence[Line]
    faq: Sequence[Question]
    verified_on: date
    related: Sequence[tuple[str, Text]] = ()
    revision: int = 0

    @property
    def tag(self) -> str:
        """The name of this revision as citizens and logs see it, `passport@7`."""
        return f"{self.id}@{self.revision}"

    def case(self, case_id: str | None) -> Case | None:
        """Return the case of that id; None for an unknown id, as old buttons may carry one."""
        return next((case for case in self.cases if case.id == case_id), None)

    @classmethod
    def of(cls, data: Mapping[str, Any], revision: int = 0) -> Script:
        """Make a script from data that has passed `catalogue.check`."""
        return cls(
            **{key: data[key] for key in ("id", "programme", "number", "name", "short", "aliases", "agency", "summary")},
            cases=tuple(Case(**case) for case in data["cases"]),
            documents=tuple(_document(item) for item in data["documents"]),
            fees=tuple(_fee(item, period) for item in data["fees"] for period in item["periods"]),
            duration=tuple(_duration(item, period) for item in data["duration"] for period in item["periods"]),
            faq=tuple(Question(item["q"], item["a"], Scope.of(item), item.get("words", {})) for item in data["faq"]),
            online=Online(data["online"]["level"], data["online"]["url"], data["online"].get("vneid"),
                          lines(data["online"]["note"]), frozenset(data["online"].get("full_for", ()))),
            verified_on=date.fromisoformat(data["verified_on"]),
            related=tuple((item["service"], item["label"]) for item in data.get("related", ())),
            revision=revision,
            **{key: lines(data[key]) for key in ("eligibility", "steps", "place", "deadline", "result", "legal_basis")},
        )


@dataclass(frozen=True)
class Topic:
    """What the bot says about something that belongs to no single service (VNeID, payment, a programme ...)."""

    id: str
    name: Text
    lines: Sequence[Line]
    links: Sequence[tuple[Text, str]]
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    verified_on: date | None = None
    revision: int = 0

    @property
    def tag(self) -> str:
        return f"_shared@{self.revision}"

    @classmethod
    def of(cls, data: Mapping[str, Any], revision: int = 0) -> Topic:
        return cls(data["id"], data["name"], lines(data["lines"]),
                   tuple((link["label"], link["url"]) for link in data.get("links", ())),
                   data.get("words", {}), _day(data.get("verified_on")), revision)


@dataclass(frozen=True)
class Elsewhere:
    """A procedure that is none of our services: what people call it, and where to go for it."""

    id: str
    name: Text
    words: Mapping[str, Sequence[str]]
    where: Text
    verified_on: date
    revision: int = 0

    @property
    def tag(self) -> str:
        return f"_elsewhere@{self.revision}"


Scoped = TypeVar("Scoped", Line, Document, Fee, Duration, Question)


def in_force(items: Sequence[Scoped], day: date, case: str | None = None) -> list[Scoped]:
    """Return the items that hold on `day` for `case` (None: for any case), in their written order."""
    return [item for item in items if item.scope.holds(day, case)]


def lines(data: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """Make lines from their data: every key of two or three letters is a language."""
    return tuple(Line({key: value for key, value in item.items() if len(key) <= 3}, Scope.of(item)) for item in data)


def _document(item: Mapping[str, Any]) -> Document:
    return Document(item["name"], Scope.of(item), item.get("when"), item.get("form"), item.get("note"))


def _fee(item: Mapping[str, Any], period: Mapping[str, Any]) -> Fee:
    bounds = period.get("range_vnd")
    return Fee(item["what"], Scope.of({**period, "cases": item.get("cases", ())}), period.get("amount_vnd"),
               tuple(bounds) if bounds else None, period.get("text"), period.get("note"))


def _duration(item: Mapping[str, Any], period: Mapping[str, Any]) -> Duration:
    return Duration(item["what"], Scope.of({**period, "cases": item.get("cases", ())}), period.get("text"),
                    period.get("working_days"), period.get("note"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
