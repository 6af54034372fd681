"""What a citizen reads while a dossier is looked up; what is said of one that was found stands in `answers.dossier`."""
from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from answers.reply import Block, Button, Payload, Reply
from answers.talk import PORTAL, reply
from answers.words import Words

MOST_LISTED = 10
"""Numbers offered to choose from: more than anybody has in hand, few enough for a phone."""

PROCEDURE = "https://dichvucong.gov.vn/p/home/dvc-tthc-thu-tuc-hanh-chinh-chi-tiet.html?ma_thu_tuc={code}"


def number_wanted(words: Words, wrong: bool = False) -> Reply:
    """Ask for the dossier number, saying where it stands."""
    lines = [words("status.number_wrong")] if wrong else []
    return reply("number_asked", words, "dossier_status", title=words("status.title"),
                 blocks=(Block([*lines, words("status.ask_number")]), Block([words("status.number_examples")]),
                         Block([words("status.number_lost")])),
                 buttons=_leave(words))


def number_lost(words: Words) -> Reply:
    """Say to who does not have the number where it can be found again."""
    return reply("number_asked", words, "dossier_status", title=words("status.number_find_title"),
                 blocks=(Block([words("status.number_lost")]), Block([words("status.number_find")])),
                 buttons=((Button(words("status.open_portal"), url=PORTAL),), *_leave(words)))


def unhurried(words: Words, question: Reply) -> Reply:
    """Return the question a look-up waits for, for somebody who is looking for the answer."""
    return replace(question, blocks=(Block([words("status.no_hurry")]), *question.blocks))


def still_waiting(words: Words, found: Reply, number: str | None) -> Reply:
    """Return an answer that did not help with what a look-up still waits for: the number, or the digits of this one."""
    line = words("status.still_digits", number=number) if number else words("status.still_number")
    return replace(found, blocks=(*found.blocks, Block([line])))


def several(words: Words, numbers: Sequence[str]) -> Reply:
    """Ask which of several numbers of a message to look up; each is a button."""
    shown = numbers[:MOST_LISTED]
    more = [words("status.several_more", count=len(numbers) - len(shown))] if len(numbers) > len(shown) else []
    return reply("number_chosen", words, "dossier_status", title=words("status.title"),
                 blocks=(Block([words("status.several", count=len(numbers)), *more]), Block(shown, style="numbers")),
                 buttons=[*((Button(number, Payload("dossier_status", item=number).text()),) for number in shown), *_leave(words)])


def other_number(words: Words, kind: str, code: str | None = None) -> Reply:
    """Say what a number is that is no dossier number, what it is good for, and where the right one stands."""
    buttons = [(Button(words("status.open_procedure"), url=PROCEDURE.format(code=code)),)] if code else []
    return reply("other_number", words, "dossier_status", title=words(f"status.kinds.{kind}.title"),
                 blocks=(Block([words(f"status.kinds.{kind}.text")]), Block([words("status.ask_number")]),
                         Block([words("status.number_examples")])),
                 buttons=[*buttons, (Button(words("status.start"), Payload("dossier_status").text()),)])


def digits_wanted(words: Words, number: str, wrong: bool = False) -> Reply:
    """Ask for the four digits that show the dossier is the citizen's own."""
    lines = [words("status.digits_wrong")] if wrong else []
    return reply("digits_asked", words, "dossier_status", title=words("status.title"),
                 blocks=(Block([*lines, words("status.ask_digits", number=number)]), Block([words("status.why_digits")])),
                 buttons=_leave(words), dossier=number)


def no_match(words: Words, number: str) -> Reply:
    """Say, in the same words for an unknown number and for wrong digits, that nothing was found."""
    return reply("no_match", words, "dossier_status", title=words("status.no_match_title"),
                 blocks=(Block([words("status.no_match")]), Block(words.get("status.no_match_lines"), style="bullets")),
                 buttons=((Button(words("status.another"), Payload("dossier_status").text()),), *_leave(words),
                          (Button(words("status.open_portal"), url=PORTAL),)), dossier=number)


def too_many(words: Words) -> Reply:
    """Say that look-ups are closed for a while."""
    return reply("too_many_attempts", words, "dossier_status", blocks=(Block([words("status.too_many")]),),
                 buttons=((Button(words("status.open_portal"), url=PORTAL),),))


def down(words: Words, number: str) -> Reply:
    """Say that the source does not answer, in the same words whether the number is known or not."""
    return reply("source_down", words, "dossier_status", title=words("status.down_title"), blocks=(Block([words("status.down")]),),
                 buttons=((Button(words("status.again"), Payload("dossier_status", item=number).text()),),
                          (Button(words("status.open_portal"), url=PORTAL),)))


def left(words: Words) -> Reply:
    """Say that the look-up was ended and nothing is kept waiting."""
    return reply("lookup_left", words, "dossier_status", blocks=(Block([words("status.left")]),))


def _leave(words: Words) -> tuple[tuple[Button, ...], ...]:
    return ((Button(words("status.leave"), Payload("deny").text()),),)
