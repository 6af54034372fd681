"""What a citizen reads while a dossier is looked up, and when it is found."""
from __future__ import annotations

from datetime import date, datetime

from answers import formats
from answers.reply import Block, Button, Payload, Reply
from answers.talk import PORTAL, reply
from answers.words import Words
from catalogue.model import Script, in_language
from dossiers.provider import Dossier


def number_wanted(words: Words, wrong: bool = False) -> Reply:
    """Ask for the dossier number, saying where it stands."""
    lines = [words("status.number_wrong")] if wrong else []
    return reply("number_asked", words, "dossier_status", title=words("status.title"),
                 blocks=(Block([*lines, words("status.ask_number")]), Block([words("status.number_examples")]),
                         Block([words("status.number_lost")])),
                 buttons=_leave(words))


def digits_wanted(words: Words, number: str, wrong: bool = False) -> Reply:
    """Ask for the four digits that show the dossier is the citizen's own."""
    lines = [words("status.digits_wrong")] if wrong else []
    return reply("digits_asked", words, "dossier_status", title=words("status.title"),
                 blocks=(Block([*lines, words("status.ask_digits", number=number)]), Block([words("status.why_digits")])),
                 buttons=_leave(words), dossier=number)


def shown(words: Words, dossier: Dossier, script: Script | None, today: date) -> Reply:
    """Say the status in plain words, what happened when, which office has it, the appointed day and the next step."""
    say = lambda text: in_language(text, words.language)  # noqa: E731
    facts = [words("status.filed", day=formats.day(dossier.filed_on)),
             words("status.changed", moment=_moment(dossier.changed_at)),
             words("status.office", office=dossier.office)]
    if script:
        facts.insert(0, words("status.service", service=say(script.name)))
    if dossier.due_on and dossier.status.open:
        late = dossier.due_on < today
        facts.append(words("status.overdue" if late else "status.due", day=formats.day(dossier.due_on)))
    next_steps = [say(dossier.status.next)] + ([words("status.note", note=dossier.note)] if dossier.note else [])
    buttons = [(Button(words("status.open_portal"), url=PORTAL),)]
    if script:
        buttons.insert(0, (Button(words("status.procedure"), Payload(script.id).text()),))
    return reply("status_shown", words, "dossier_status",
                 title=words("status.headline", status=say(dossier.status.name)),
                 blocks=(Block([words("status.number", number=dossier.number), say(dossier.status.meaning)]),
                         Block(facts, style="bullets"), Block(next_steps, words("status.next"))),
                 footer=(words("status.footer"),), buttons=buttons,
                 dossier=dossier.number, status=dossier.status.id, service=script.id if script else None)


def no_match(words: Words, number: str) -> Reply:
    """Say, in the same words for an unknown number and for wrong digits, that nothing was found."""
    return reply("no_match", words, "dossier_status", title=words("status.no_match_title"),
                 blocks=(Block([words("status.no_match")]), Block(words.get("status.no_match_lines"), style="bullets")),
                 buttons=((Button(words("status.again"), Payload("dossier_status").text()),),
                          (Button(words("status.open_portal"), url=PORTAL),)), dossier=number)


def too_many(words: Words) -> Reply:
    """Say that look-ups are closed for a while."""
    return reply("too_many_attempts", words, "dossier_status", blocks=(Block([words("status.too_many")]),),
                 buttons=((Button(words("status.open_portal"), url=PORTAL),),))


def left(words: Words) -> Reply:
    """Say that the look-up was ended and nothing is kept waiting."""
    return reply("lookup_left", words, "dossier_status", blocks=(Block([words("status.left")]),))


def _leave(words: Words) -> tuple[tuple[Button, ...], ...]:
    return ((Button(words("status.leave"), Payload("deny").text()),),)


def _moment(value: datetime) -> str:
    return f"{value:%H:%M %d/%m/%Y}"
