"""What each aspect of a service says: one small function an aspect, from facts in force to blocks of lines."""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Callable, Sequence

from answers import formats
from answers.reply import Block
from answers.words import Words
from catalogue.model import Document, Duration, Fee, Line, Script, Text, in_force, in_language


@dataclass(frozen=True)
class View:
    """A script seen on a day, in a language, for a case (None where the service has no cases)."""

    script: Script
    day: date
    words: Words
    case: str | None = None

    def say(self, text: Text) -> str:
        return in_language(text, self.words.language)

    def lines(self, items: Sequence[Line]) -> list[str]:
        return [self.say(item.text) for item in in_force(items, self.day, self.case)]

    def for_case(self, case: str) -> View:
        return replace(self, case=case)


def overview(view: View) -> list[Block]:
    """Say what the service is and, in a line each, what people ask first."""
    script, words = view.script, view.words
    blocks = [Block([view.say(script.summary)])]
    short = [(words("procedure.agency"), [view.say(script.agency)]),
             (words("procedure.fee"), _fee_lines(view)[:3]),
             (words("procedure.duration"), _duration_lines(view)[:2]),
             (words("procedure.deadline"), view.lines(script.deadline)[:1])]
    return blocks + [Block(lines, heading, "bullets" if len(lines) > 1 else "text") for heading, lines in short if lines]


def documents(view: View) -> list[Block]:
    found = in_force(view.script.documents, view.day, view.case)
    return [Block([_document(view, item) for item in found], style="bullets")]


def steps(view: View) -> list[Block]:
    return [Block(view.lines(view.script.steps), style="numbers")]


def fee(view: View) -> list[Block]:
    return [Block(_fee_lines(view), style="bullets")]


def duration(view: View) -> list[Block]:
    return [Block(_duration_lines(view), style="bullets")]


def place(view: View) -> list[Block]:
    script = view.script
    return [Block(view.lines(script.place)), Block([view.say(script.agency)], view.words("procedure.agency"))]


def online(view: View) -> list[Block]:
    online_ = view.script.online
    first = view.words(f"procedure.online.{online_.level_for(view.case)}")
    vneid = [view.words("procedure.vneid")] if online_.vneid else []
    return [Block([first, *vneid, *view.lines(online_.note)], style="bullets"), Block([online_.url])]


def eligibility(view: View) -> list[Block]:
    return [Block(view.lines(view.script.eligibility), style="bullets")]


def deadline(view: View) -> list[Block]:
    return [Block(view.lines(view.script.deadline), style="bullets")]


def result(view: View) -> list[Block]:
    return [Block(view.lines(view.script.result), style="bullets")]


def legal_basis(view: View) -> list[Block]:
    return [Block(view.lines(view.script.legal_basis), style="bullets")]


SECTIONS: dict[str, Callable[[View], list[Block]]] = {
    section.__name__: section
    for section in (overview, documents, steps, fee, duration, place, online, eligibility, deadline, result, legal_basis)
}
"""Every aspect, in the order its button stands."""


def _document(view: View, item: Document) -> str:
    words = view.words
    extra = [words("procedure.form", form=item.form)] if item.form else []
    extra += [words("procedure.when", when=view.say(item.when))] if item.when else []
    extra += [view.say(item.note)] if item.note else []
    return view.say(item.name) + (f" ({'; '.join(extra)})" if extra else "")


def _fee_lines(view: View) -> list[str]:
    return [f"{view.say(item.what)}: {_fee(view, item)}" for item in in_force(view.script.fees, view.day, view.case)]


def _fee(view: View, item: Fee) -> str:
    """Say the fee with its last day and what it will be afterwards, so that nobody plans on an old figure."""
    words, parts = view.words, [formats.fee(item, view.words)]
    if item.note:
        parts.append(view.say(item.note))
    if item.scope.end:
        parts.append(words("procedure.until", day=formats.day(item.scope.end)))
        later = _successor(view.script.fees, item)
        if later:
            amount = formats.fee(later, words)
            parts.append(words("procedure.later", day=formats.day(later.scope.start), amount=amount))
    return parts[0] + (f" ({'; '.join(parts[1:])})" if len(parts) > 1 else "")


def _successor(fees: Sequence[Fee], item: Fee) -> Fee | None:
    start = item.scope.end + timedelta(days=1)
    return next((fee for fee in fees if fee.what == item.what and fee.scope.start == start), None)


def _duration_lines(view: View) -> list[str]:
    return [_duration(view, item) for item in in_force(view.script.duration, view.day, view.case)]


def _duration(view: View, item: Duration) -> str:
    time = view.say(item.text) if item.text else view.words("procedure.ask_duration")
    return f"{view.say(item.what)}: {time}" + (f" ({view.say(item.note)})" if item.note else "")
