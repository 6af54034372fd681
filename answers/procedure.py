"""Answers about a service: one aspect for one case on one day, with buttons that lead on."""
from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Mapping, Sequence

from answers import formats
from answers.reply import About, Block, Button, Payload, Reply
from answers.sections import SECTIONS, View
from answers.words import Words
from catalogue.model import Script, in_force, in_language

CORE = ("documents", "steps", "fee", "duration", "place", "deadline")
"""The aspects offered after an answer about one; the overview offers them all."""

MOST_CASES = 4
"""How many other cases get a button: more would push the aspects off a phone's screen."""

RATE = "rate"
"""The intent of the buttons that rate an answer; it is taken before the understanding, which never sees it."""

VOTES = {"up": 1, "down": -1}


def answer(script: Script, aspects: Sequence[str], day: date, language: str, case: str | None = None) -> Reply:
    """Answer one or more aspects; an unknown case counts as none named, and then the common case is answered.

    Raises KeyError for an aspect that does not exist.
    """
    view, named = _view(script, day, language, case), script.case(case) is not None
    sections = {aspect: SECTIONS[aspect](view) for aspect in aspects}
    # A button leads to one aspect: the first that reads differently in another case.
    differing, others = next(((aspect, found) for aspect in sections if (found := _other_cases(view, aspect, sections[aspect]))),
                             (aspects[0], []))
    blocks = [block for aspect in sections for block in _headed(view, aspect, sections)]
    if view.case and (named or others):
        blocks = [Block([view.words("procedure.case", case=view.say(script.case(view.case).name))]), *blocks]
    if others and not named:
        blocks.append(Block([view.words("procedure.other_cases")]))
    return Reply(
        outcome="case_answered" if named else "answered",
        about=About("procedure", "ask_service", script.id, tuple(sections), language=language, revision=script.tag),
        title=_title(view, list(sections)), blocks=tuple(blocks), footer=footer(view),
        buttons=(*_case_buttons(view, differing, others), *_aspect_buttons(view, sections, case if named else None)),
    )


def questions(script: Script, day: date, language: str, item: int | None = None) -> Reply:
    """Answer one of the service's frequent questions, or list them as buttons when `item` is none of them."""
    view, words = View(script, day, Words(language)), Words(language)
    # Numbered as they are written, so that an old button never leads to another question than the one it shows.
    found = {number: question for number, question in enumerate(script.faq) if question.scope.holds(day)}
    chosen = found.get(item)
    about = About("procedure", "ask_service", script.id, ("overview",), language=language, revision=script.tag)
    rows = tuple((Button(view.say(question.question), Payload(script.id, "faq", item=str(number)).text()),)
                 for number, question in found.items() if question is not chosen)
    if chosen is None:
        return Reply("questions_listed", about, _title(view, ["faq"]), (Block([words("procedure.faq_choose")]),), (),
                     (*rows, *_aspect_buttons(view, ["faq"], None)))
    return Reply("question_answered", about, view.say(chosen.question), (Block([view.say(chosen.answer)]),),
                 footer(view), _aspect_buttons(view, ["faq"], None))


def aspect_choices(script: Script, day: date, language: str, case: str | None) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons of what people ask most about a service, without an answer above them."""
    view, named = _view(script, day, language, case), case if script.case(case) else None
    return _pairs([_aspect_button(view, aspect, named) for aspect in (*CORE, "overview")])


def case_choices(script: Script, language: str, case: str | None) -> tuple[tuple[Button, ...], ...]:
    """Return buttons of the service's other cases, which lead to its overview."""
    others = [one for one in script.cases if one.id != case][:MOST_CASES]
    return tuple((Button("▸ " + in_language(one.name, language), Payload(script.id, "overview", one.id).text()),) for one in others)


def footer(view: View) -> tuple[str, ...]:
    """Name the rule in force, the day somebody verified the script, and its revision."""
    laws = in_force(view.script.legal_basis, view.day)
    verified = view.words("procedure.verified_footer", day=formats.day(view.script.verified_on), revision=view.script.tag)
    return (*(view.words("procedure.law_footer", law=view.say(law.text)) for law in laws[:1]), verified)


def _view(script: Script, day: date, language: str, case: str | None) -> View:
    common = script.cases[0].id if script.cases else None
    return View(script, day, Words(language), case if script.case(case) else common)


def _title(view: View, aspects: Sequence[str]) -> str:
    if list(aspects) == ["overview"]:
        return view.say(view.script.name)
    named = ", ".join(view.words(f"aspects.{aspect}") for aspect in aspects)
    return view.words("procedure.aspect_title", name=view.say(view.script.short), aspect=named)


def _headed(view: View, aspect: str, sections: Mapping[str, Sequence[Block]]) -> Sequence[Block]:
    """Return an aspect's blocks, the first under the aspect's name where several aspects share the answer."""
    first, *rest = sections[aspect]
    if len(sections) == 1 or first.heading:
        return [first, *rest]
    return [replace(first, heading=view.words(f"aspects.{aspect}")), *rest]


def _other_cases(view: View, aspect: str, blocks: Sequence[Block]) -> list[str]:
    """Return the cases in which this aspect reads differently."""
    return [case.id for case in view.script.cases
            if case.id != view.case and SECTIONS[aspect](view.for_case(case.id)) != blocks]


def _case_buttons(view: View, aspect: str, others: Sequence[str]) -> list[tuple[Button, ...]]:
    script = view.script
    return [(Button("▸ " + view.say(script.case(case).name), Payload(script.id, aspect, case).text()),)
            for case in others[:MOST_CASES]]


def _aspect_buttons(view: View, shown: Sequence[str] | Mapping[str, object], case: str | None) -> tuple[tuple[Button, ...], ...]:
    offered = [aspect for aspect in (SECTIONS if "overview" in shown else (*CORE, "overview")) if aspect not in shown]
    offered += ["faq"] if in_force(view.script.faq, view.day) and "faq" not in shown else []
    pairs = _pairs([_aspect_button(view, aspect, case) for aspect in offered])
    related = tuple((Button("👉 " + view.say(label), Payload(service).text()),) for service, label in view.script.related)
    portal = Button(view.words("procedure.open_portal"), url=view.script.online.url)
    return (*related, *pairs, (portal,), rating(view.words, view.script.id))


def _aspect_button(view: View, aspect: str, case: str | None) -> Button:
    return Button(view.words(f"aspect_buttons.{aspect}"), Payload(view.script.id, aspect, case).text())


def _pairs(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[start:start + 2]) for start in range(0, len(buttons), 2))


def rating(words: Words, service: str) -> tuple[Button, ...]:
    """Return the two buttons that rate an answer about a service; they carry its language, to thank in the same."""
    return tuple(Button(words(f"rating.{vote}"), Payload(RATE, vote, words.language, service).text()) for vote in VOTES)


def name(script: Script, language: str) -> str:
    """Return the service's short name, as it stands on a button."""
    return in_language(script.short, language)
