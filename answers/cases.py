"""Which case of a service a message names ("mất", "cho con", "quá hạn"), by the words the script lists for it."""
from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Iterable, Mapping, Sequence

from catalogue.model import Elsewhere, Script

FEW = 5
"""People who write without diacritics still put them on a word or two ("mat the can cuoc roi ạ"): at most one in so many."""

_MARKS = dict.fromkeys(mark for mark in range(0x10000) if unicodedata.combining(chr(mark)))

GAP, MOST_BETWEEN = "…", 3
"""What stands in a phrase for words left out, and how many they may be: "xe … cũ" is "xe cũ" and "xe máy cũ"."""


def named_case(script: Script, message: str) -> str | None:
    """Return the case whose words stand in the message, the longest words first; None when it names none."""
    found = [(longest, case.id) for case in script.cases if (longest := _longest(message, case.words))]
    return max(found, key=lambda one: one[0])[1] if found else None


def question_named(script: Script, message: str, day: date) -> int | None:
    """Return the number of the frequent question whose words stand in the message, the longest first; None when it names none."""
    found = [(longest, -number) for number, question in enumerate(script.faq)
             if question.scope.holds(day) and (longest := _longest(message, question.words))]
    return -max(found)[1] if found else None


def script_named(message: str, scripts: Iterable[Script]) -> tuple[Script, str] | None:
    """Return the script that the whole message is a name of, and the name's language; None when it is none's."""
    for script in scripts:
        for code in script.name:
            names = (script.name[code], script.short.get(code, ""), *script.aliases.get(code, ()))
            if any(name and _is(message, name) for name in names):
                return script, code
    return None


def procedure_named(message: str, procedures: Iterable[Elsewhere]) -> Elsewhere | None:
    """Return the procedure whose words stand in the message, the longest words first; None when it names none."""
    found = [(longest, procedure) for procedure in procedures if (longest := _longest(message, procedure.words))]
    return max(found, key=lambda one: one[0])[1] if found else None


def _longest(message: str, words: Mapping[str, Sequence[str]]) -> int:
    """Return the length of the longest of the phrases that stand in the message, 0 for none."""
    text, plain = as_words(message)
    text = f" {text} "
    whole, gapped = _phrases(tuple(chain.from_iterable(words.values())), plain)
    longest = next((length for phrase, length in whole if phrase in text), 0)
    return max([longest, *(len(found[0]) for pattern in gapped if (found := pattern.search(text)))])


# The scripts have some 7,500 phrases in 700 lists, each looked for in most messages: kept as they are looked for.
@lru_cache(maxsize=4_000)
def _phrases(phrases: tuple[str, ...], plain: bool) -> tuple[list[tuple[str, int]], list[re.Pattern[str]]]:
    """Return phrases with their length, the longest first, and the patterns of those that may leave words out."""
    whole = [(f" {spelled(phrase, plain)} ", len(phrase)) for phrase in phrases if GAP not in phrase]
    return sorted(whole, key=lambda one: -one[1]), [_with_gap(phrase, plain) for phrase in phrases if GAP in phrase]


def _with_gap(phrase: str, plain: bool) -> re.Pattern[str]:
    between = rf"(?:\s\w+){{0,{MOST_BETWEEN}}}?\s"
    return re.compile(rf"(?<=\s){between.join(re.escape(spelled(part, plain)) for part in phrase.split(GAP))}(?=\s)")


def has_phrase(message: str, *phrases: str) -> bool:
    """Tell whether one of the phrases stands in the message, as whole words.

    Without diacritics it counts too, but only in a message that has hardly any itself: in "nhà ở mặt đường" the word "mặt"
    must not count as "mất".
    """
    return _longest(message, {"": phrases}) > 0


def _is(message: str, phrase: str) -> bool:
    text, plain = as_words(message)
    return text == spelled(phrase, plain)


# A message is looked at for each of some hundred phrases, and the phrases are the same for every message.
@lru_cache(maxsize=8)
def as_words(message: str) -> tuple[str, bool]:
    """Return the message as lower-case words with a space between them, and whether it has no diacritics at all."""
    text = words_of(message)
    plain = fold(text)
    written = sum(word != bare for word, bare in zip(text.split(), plain.split()))
    return (plain, True) if written * FEW <= len(text.split()) else (text, False)


# As many as the phrases of all scripts, with and without diacritics: a smaller cache forgets each before it is asked again.
@lru_cache(maxsize=40_000)
def spelled(phrase: str, plain: bool) -> str:
    """Return the phrase as `as_words` returns a message that has no diacritics (`plain`) or some."""
    return fold(words_of(phrase)) if plain else words_of(phrase)


def words_of(text: str) -> str:
    """Return a text as lower-case words with a space between them."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def fold(text: str) -> str:
    """Return a text without diacritics."""
    return unicodedata.normalize("NFD", text).replace("đ", "d").translate(_MARKS)
