"""Replies that carry no facts about a service: greeting, clarifying, declining, lists, topics, a person."""
from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any, Mapping, Sequence

from answers import formats, procedure
from answers.cases import has_phrase
from answers.outcomes import outcomes
from answers.reply import About, Block, Button, Payload, Reply
from answers.words import DEFAULT, Words, languages
from catalogue.model import Elsewhere, Script, Topic, in_force, in_language

PAGE = 9
"""Services on one page of the list: what a phone shows without scrolling."""

HOTLINE = "1800 1096"
"""The National Public Service Portal's line; also in services/_shared.yml, from which a test checks it."""

PORTAL = "https://dichvucong.gov.vn"

KEPT_DAYS = 180
"""Days after which what is kept of a chat is erased, unless the settings say otherwise."""


def reply(outcome: str, words: Words, intent: str, *, title: str = "", blocks: Sequence[Block] = (),
          footer: Sequence[str] = (), buttons: Sequence[Sequence[Button]] = (), **about: Any) -> Reply:
    """Make a reply whose kind follows from its outcome."""
    subject = About(outcomes()[outcome].kind, intent, language=words.language, **about)
    return Reply(outcome, subject, title, tuple(blocks), tuple(footer), tuple(buttons))


def greeting(words: Words, intent: str = "greet", kept_days: int = KEPT_DAYS) -> Reply:
    """Say that this is a machine, what it can do, what it keeps and for how many days, as the law asks."""
    return reply("greeted", words, intent, title=words("talk.greet_title"), blocks=(
        Block([words("talk.greet")]),
        Block(words.get("talk.can_lines"), words("talk.can"), "bullets"),
        Block(words.get("talk.examples"), words("talk.try"), "bullets"),
        Block([words("talk.privacy", days=kept_days)]),
    ), buttons=_ways_on(words))


def small_talk(words: Words, intent: str, name: str | None = None) -> Reply:
    """Answer thanks, a good-bye, a yes or a no, with the sentence of the intent or with another one."""
    buttons = () if intent in ("thanks", "goodbye") else _ways_on(words)[:1]
    return reply("small_talk", words, intent, blocks=(Block([words(f"talk.{name or intent}")]),), buttons=buttons)


def more_about(words: Words, script: Script, day: date, case: str | None) -> Reply:
    """Answer a yes that answers no question: offer what else there is to know about the service in focus."""
    text = words("talk.affirm_about", name=procedure.name(script, words.language))
    return reply("small_talk", words, "affirm", blocks=(Block([text]),),
                 buttons=procedure.aspect_choices(script, day, words.language, case))


def note(words: Words, outcome: str, name: str, **values: Any) -> Reply:
    """Say one of the bot's own sentences, such as that it cannot read a photo; who was not understood is shown the list."""
    buttons = _ways_on(words)[:1] if outcome == "unreadable" else ()
    return reply(outcome, words, "out_of_scope", blocks=(Block([words(f"talk.{name}", **values)]),), buttons=buttons)


def switched_off(words: Words, texts: Mapping[str, str]) -> Reply:
    """Say what staff wrote about a part they turned off, and offer what still works."""
    lines = (texts.get(words.language) or texts[DEFAULT]).splitlines()
    return reply("switched_off", words, "out_of_scope", title=words("switched_off.title"), blocks=(Block(lines),),
                 buttons=_ways_on(words)[:2])


def missing(words: Words) -> Reply:
    """Say that there is no script of a service at present."""
    return reply("failed", words, "ask_service", blocks=(Block([words("talk.missing", hotline=HOTLINE)]),), buttons=_ways_on(words))


def rated(words: Words, vote: str) -> Reply:
    """Thank for a rating; somebody who was not helped is shown ways on."""
    return reply("rated", words, "help", blocks=(Block([words(f"rating.thanks_{vote}")]),),
                 buttons=_ways_on(words) if vote == "down" else ())


def which_service(words: Words, scripts: Sequence[Script], candidates: Sequence[Any], aspects: Sequence[str],
                  other: Elsewhere | None = None) -> Reply:
    """Ask which of two or three services was meant, or whether one was; the aspect asked for is kept for the answer.

    Of a procedure that is none of the services it is said where to go, in case that was meant.
    """
    aspect = aspects[0] if aspects else None
    rows = [(Button(procedure.name(script, words.language), Payload(script.id, aspect).text()),) for script in scripts]
    rows.append((Button(words("clarify.none_of_these"), Payload("out_of_scope").text()),))
    question = words("clarify." + ("or_below" if other else "which_service" if len(scripts) > 1 else "one_service"))
    blocks = [Block([question]), _names(scripts, words)]
    if other:
        name, where = (in_language(text, words.language) for text in (other.name, other.where))
        blocks.insert(0, Block([words("clarify.elsewhere", name=name), where]))
    return reply("service_asked", words, "ask_service", blocks=blocks, buttons=rows, footer=_checked(other, words) if other else (),
                 candidates=candidates, aspects=aspects)


def choose(words: Words, scripts: Sequence[Script], aspect: str | None = None, intent: str = "affirm") -> Reply:
    """Ask again which service was meant, when the answer was a yes, or what is asked of it."""
    rows = [(Button(procedure.name(script, words.language), Payload(script.id, aspect).text()),) for script in scripts]
    return reply("service_asked", words, intent, blocks=(Block([words("clarify.choose")]), _names(scripts, words)), buttons=rows,
                 aspects=[aspect] if aspect else [])


def _names(scripts: Sequence[Script], words: Words) -> Block:
    """Return the services by name, numbered where there are several, for a channel or a reader without buttons."""
    names = [procedure.name(script, words.language) for script in scripts]
    return Block(names, style="numbers" if len(scripts) > 1 else "bullets")


def which_focus(words: Words, aspects: Sequence[str]) -> Reply:
    """Ask which service a follow-up is about when none is in focus."""
    return reply("focus_missing", words, "ask_aspect", blocks=(Block([words("clarify.no_focus")]),),
                 buttons=_ways_on(words)[:1], aspects=aspects)


def what_about(words: Words, script: Script, day: date, case: str | None) -> Reply:
    """Ask what about the service in focus a follow-up is, or in which case: it is about the service, but of no part of it."""
    text = words("clarify.what_about", name=procedure.name(script, words.language))
    return reply("part_asked", words, "ask_aspect", blocks=(Block([text]),), service=script.id, buttons=(
        *procedure.aspect_choices(script, day, words.language, case), *procedure.case_choices(script, words.language, case)))


def declined(words: Words, understood: bool, candidates: Sequence[Any] = ()) -> Reply:
    """Say it is none of the services, or not understood, and offer the list, the portal and a person."""
    lines = [words("fallback.text", hotline=HOTLINE)] + ([] if understood else [words("fallback.again")])
    title = words("fallback.title" if understood else "fallback.title_unclear")
    return reply("declined" if understood else "not_understood", words, "out_of_scope", title=title,
                 blocks=[Block([line]) for line in lines], buttons=_ways_on(words), candidates=candidates)


def elsewhere(words: Words, found: Elsewhere) -> Reply:
    """Say that a procedure is none of the services, and where to go for it."""
    language = words.language
    return reply("pointed_elsewhere", words, "out_of_scope", title=in_language(found.name, language), blocks=(
        Block([in_language(found.where, language)]), Block([words("fallback.elsewhere", hotline=HOTLINE)])),
        footer=_checked(found, words), buttons=_ways_on(words), revision=found.tag)


def _checked(found: Elsewhere, words: Words) -> Sequence[str]:
    return [words("topic.verified_footer", day=formats.day(found.verified_on), revision=found.tag)]


def page_of(scripts: Sequence[Script], page: int) -> int:
    """Return the page if the list has it, else the first."""
    return page if 0 <= page < _pages(scripts) else 0


def _pages(scripts: Sequence[Script]) -> int:
    return max(1, -(-len(scripts) // PAGE))


def service_list(words: Words, scripts: Sequence[Script], page: int = 0) -> Reply:
    """Show one page of the services as buttons."""
    pages, page = _pages(scripts), page_of(scripts, page)
    rows = [(Button(procedure.name(script, words.language), Payload(script.id).text()),)
            for script in scripts[page * PAGE:(page + 1) * PAGE]]
    turns = [Button(words(f"list.{name}"), Payload("list_services", item=str(to)).text())
             for name, to in (("previous", page - 1), ("next", page + 1)) if 0 <= to < pages]
    names = [f"{script.number}. {in_language(script.name, words.language)}" for script in scripts[page * PAGE:(page + 1) * PAGE]]
    return reply("listed", words, "list_services", title=words("list.title"), blocks=(
        Block(names), Block([words("list.pick", page=page + 1, pages=pages)])), buttons=[*rows, tuple(turns)] if turns else rows)


def topic(words: Words, found: Topic, day: date, intent: str, outcome: str = "topic_answered", asked: str = "") -> Reply:
    """Say what the shared script holds on a topic, with its links; a line on what was `asked` comes first."""
    held = sorted(in_force(found.lines, day), key=lambda line: not any(_on(text, asked) for text in line.text.values()))
    lines = [in_language(line.text, words.language) for line in held]
    footer = [words("topic.verified_footer", day=formats.day(found.verified_on), revision=found.tag)] if found.verified_on else []
    links = [(Button(in_language(label, words.language), url=url),) for label, url in found.links]
    return reply(outcome, words, intent, title=in_language(found.name, words.language), blocks=(Block(lines, style="bullets"),),
                 footer=footer, buttons=links, revision=found.tag)


_PARTS = re.compile(r", | hay | hoặc | or ")


def _on(line: str, message: str) -> bool:
    """Tell whether the message holds what a line is on: "Quên mật khẩu hay bị khóa: ..." is on "quên mật khẩu" and on "bị khóa"."""
    about, colon, _ = line.partition(":")
    return bool(colon) and has_phrase(message, *_PARTS.split(about))


def language_choice(words: Words) -> Reply:
    """Offer the languages there are."""
    row = tuple(Button(Words(code)("language_name"), Payload("change_language", item=code).text()) for code in languages())
    return reply("language_changed", words, "change_language", blocks=(Block([words("talk.language_choose")]),), buttons=(row,))


def language_changed(words: Words) -> Reply:
    """Say that the answers are in this language from now on."""
    return reply("language_changed", words, "change_language", blocks=(Block([words("talk.language")]),))


def with_intent(given: Reply, intent: str, extra: Mapping[str, Any] | None = None) -> Reply:
    """Return the reply with the intent that led to it."""
    return replace(given, about=replace(given.about, intent=intent, **(extra or {})))


def _ways_on(words: Words) -> tuple[tuple[Button, ...], ...]:
    return ((Button(words("fallback.list"), Payload("list_services").text()),),
            (Button(words("fallback.portal"), url=PORTAL),),
            (Button(words("fallback.person"), Payload("human_agent").text()),))
