"""What a message of few words says beside what was said before: a case, an aspect, or one of the services asked about.

The model sees each message by itself, and to it "bị mất" is a death. What is looked at here only counts in a conversation
that already has a service in it, or a question.
"""
from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Iterable, Mapping, Sequence

from answers.cases import as_words, spelled
from answers.sections import SECTIONS
from answers.words import Words, languages
from catalogue.model import Script

_NUMBER = re.compile(r"[0-9]{1,2}")
_HERE = "dossiernumber"
_CLAUSE = re.compile(r"[,.;:!?]+\s*|\s(?:mà|but)\s", re.IGNORECASE)
_BESIDE = ("wrong", "situation", "small", "family", "doing", "around")


def case_alone(script: Script, message: str) -> str | None:
    """Return the case when the message names it and nothing else ("bị mất", "con 5 tuổi thì sao").

    Words of the case that stand in the message count before words that only come to the same, of which the fewest count.
    """
    text, plain = as_words(message)
    found = [one for code in languages() for one in _cases_alone(script, text, plain, code)]
    return max(found, key=lambda one: one[0])[1] if found else None


def aspect_alone(message: str, bare: bool = False) -> str | None:
    """Return the aspect when the message is one of its names beside words that do not tell which service is meant.

    `bare`: beside small words only, as "kết quả hồ sơ" is no "kết quả" where dossiers are looked up.
    """
    text, plain = as_words(message)
    return next((found for code in languages() if (found := _aspect_alone(text, plain, code, bare))), None)


def aspect_named(message: str, single: bool = False) -> str | None:
    """Return the aspect one of whose names is in the message, the longest first; one of a `single` word could mean anything."""
    text, plain = as_words(message)
    names = {name: aspect for code in languages() for name, aspect in _aspect_names(plain, code).items()}
    found = [name for name in names if (single or " " in name) and f" {name} " in f" {text} "]
    return names[max(found, key=len)] if found else None


def said_beside(message: str, language: str) -> list[bool]:
    """Return for each word whether it only stands around what a message says: small words, people, names of aspects."""
    text, plain = as_words(message)
    for phrases in (_aspects_pattern(language, plain), *(_pattern(f"context.{name}", language, plain) for name in _BESIDE)):
        text = phrases.sub(lambda found: " ".join("·" for _ in found[0].split()), text)
    return [word == "·" for word in text.split()]


def corrected(message: str) -> str | None:
    """Return what is meant, after a first clause that says that the answer was not it; None without such a clause."""
    first, *rest = _CLAUSE.split(unicodedata.normalize("NFC", message))
    text, plain = as_words(first)
    for code in languages():
        wrong = _texts("context.wrong", code, plain)
        # "Không phải nộp tiền" by itself is a question.
        begins = any(rest) and any(" " in phrase and f"{text} ".startswith(f"{phrase} ") for phrase in wrong)
        if begins or {text, _without(text, _small(plain, code))} & wrong:
            return ", ".join(rest).strip()
    return None


def goes_on(message: str) -> bool:
    """Tell whether the message takes up what was asked before for something else: "còn bằng lái"."""
    text, plain = as_words(message)
    return any(f"{text} ".startswith(f"{phrase} ") for code in languages() for phrase in _texts("context.goes_on", code, plain))


def tells_situation(message: str) -> bool:
    """Tell whether the message asks about another situation: "bộ đội lấy vợ thì sao"."""
    return holds("context.situation", message)


def without_aspects(message: str) -> str:
    """Return the message without the names of aspects of more than one word."""
    text, plain = as_words(message)
    for code in languages():
        text = _without(text, _finding(name for name in _aspect_names(plain, code) if " " in name))
    return text


def numbered(message: str, numbers: Mapping[int, Script]) -> Script | None:
    """Return the service whose number in the list is the whole message."""
    text, plain = as_words(message)
    said = next((bare for code in languages() if _NUMBER.fullmatch(bare := _without(text, _small(plain, code)))), None)
    return numbers.get(int(said)) if said else None


def page_turned(message: str) -> int | None:
    """Return by how many pages the whole message turns a list, or None."""
    text, plain = as_words(message)
    for code in languages():
        for name, by in (("next_page", 1), ("previous_page", -1)):
            if {text, _without(text, _small(plain, code))} & _texts(f"context.{name}", code, plain):
                return by
    return None


def chosen(message: str, offered: Sequence[Script]) -> Script | None:
    """Return the service that an answer to "which of these?" picks: by its place ("cái đầu tiên") or by its name."""
    text, plain = as_words(message)
    bare = {code: _without(text, _small(plain, code)) for code in languages()}
    if (at := place(message, len(offered))) is not None:
        return offered[at]
    for said in bare.values():
        named = [script for script in offered if said
                 and set(said.split()) <= _tokens([*script.name.values(), *script.short.values()], plain)]
        if len(named) == 1:
            return named[0]
    return None


def place(message: str, count: int) -> int | None:
    """Return which of so many the message picks by its place ("cái đầu tiên", "2", "cái cuối"), from 0; None when it picks none."""
    text, plain = as_words(message)
    for code in languages():
        said = _without(text, _small(plain, code))
        for at, name in ((0, "first"), (1, "second"), (2, "third"), (count - 1, "last")):
            if at < count and {said, text} & _texts(f"context.{name}", code, plain):
                return at
        if _NUMBER.fullmatch(said) and 1 <= int(said) <= count:
            return int(said) - 1
    return None


def only_a_number(message: str) -> bool:
    """Tell whether the message is a number, with nothing but small words and what such numbers are called beside it."""
    text, plain = as_words(message)
    beside = " ".join(word for word in text.split() if not any(map(str.isdigit, word)))
    return any(not _without(_without(beside, _pattern("context.number_names", code, plain)), _small(plain, code))
               for code in languages())


def holds(name: str, message: str) -> bool:
    """Tell whether one of the phrases that our texts list under a name, in any language, stands in the message."""
    text, plain = as_words(message)
    return any(f" {phrase} " in f" {text} " for code in languages() for phrase in _texts(name, code, plain))


def digits_beside(before: str, after: str) -> str | None:
    """Return the four digits that stand right before or behind a dossier number, or behind a word that announces them, or None.

    `before` and `after` are the message around the number. Four digits elsewhere, such as a year, are not taken for them.
    """
    text, plain = as_words(f"{before} {_HERE} {after}")
    leads = sorted((phrase for code in languages() for phrase in _texts("context.digits_lead", code, plain)), key=len, reverse=True)
    lead = "|".join(map(re.escape, leads))
    found = re.search(rf"\b(?:{_HERE}|{lead})((?: \d){{4}}| \d{{4}})(?! \d)\b", text) or re.match(rf"(\d{{4}}) {_HERE}\b", text)
    return found[1].replace(" ", "") if found else None


def without_number(message: str) -> bool:
    """Tell whether the message says that no dossier number is at hand."""
    return holds("context.no_number", message)


def says(name: str, message: str) -> bool:
    """Tell whether the message is one of the phrases that our texts list under a name, in any language, beside small words."""
    text, plain = as_words(message)
    for code in languages():
        phrases, bare = _texts(name, code, plain), _without(text, _small(plain, code))
        # Of a phrase of which a single word is left, that word could mean anything.
        if {text, bare} & phrases or " " in bare and bare in {_without(phrase, _small(plain, code)) for phrase in phrases}:
            return True
    return False


def question_about_dossier(message: str) -> str | None:
    """Return what the message asks of a dossier whose status was just shown (why, papers, when ...), the longest phrase first."""
    text, plain = as_words(message)
    found = [(len(phrase), question) for code in languages() for question in Words(code).get("context.dossier")
             for phrase in _texts(f"context.dossier.{question}", code, plain) if f" {phrase} " in f" {text} "]
    return max(found)[1] if found else None


def names(script: Script, message: str) -> bool:
    """Tell whether the message calls the service by one of its names."""
    return place_of(script, message) is not None


def place_of(script: Script, message: str) -> int | None:
    """Return where in the message the service is called by one of its names, or None."""
    text, plain = as_words(message)
    places = (f" {text} ".find(f" {spelled(name, plain)} ") for name in (*script.short.values(), *_all(script.aliases)))
    return min((place for place in places if place >= 0), default=None)


def place_near(script: Script, message: str) -> int | None:
    """Return where in the message the service is called by a name, or by a part of its short name of two words or more."""
    text, plain = as_words(message)
    names = (spelled(name, plain).split() for name in script.short.values())
    parts = (" ".join(name[start:end]) for name in names for start in range(len(name)) for end in range(start + 2, len(name) + 1))
    found = max((part for part in parts if f" {part} " in f" {text} "), key=len, default=None)
    exact = place_of(script, message)
    return exact if exact is not None or found is None else f" {text} ".find(f" {found} ")


def _cases_alone(script: Script, text: str, plain: bool, code: str) -> Iterable[tuple[int, str]]:
    """Yield how well each case fits the whole message, and the case, read as a message in one language."""
    own = _tokens(script.short.values(), plain)
    said = _core(text, own, plain, code)
    for case in script.cases:
        for phrase in (spelled(words, plain) for words in filter(None, (case.name.get(code), *case.words.get(code, ())))):
            if _nothing_beside(text, phrase, plain, code):
                yield len(phrase), case.id
            elif said and said == _core(phrase, own, plain, code):
                yield -len(phrase), case.id


def _aspect_alone(text: str, plain: bool, code: str, only: bool) -> str | None:
    names, doing = _aspect_names(plain, code), _pattern("context.doing", code, plain)
    bare = _without(text, _small(plain, code))
    said = (text, bare) if only else (text, bare, _without(bare, doing))
    return next((names[one] for one in said if one in names), None)


def _nothing_beside(text: str, phrase: str, plain: bool, code: str) -> bool:
    """Tell whether the phrase stands in the text with only small words around it, and whom it is about.

    A single word that counts is too little for the latter: "bố mất" is no lost passport.
    """
    if phrase not in text:
        return False  # most phrases; what follows takes longer
    before, found, after = f" {text} ".partition(f" {phrase} ")
    beside = _without(f"{before} {after}", _small(plain, code))
    telling = " " in _without(phrase, _small(plain, code))
    return bool(found) and not (_without(beside, _pattern("context.family", code, plain)) if telling else beside)


# The same phrases are looked at for every message.
@lru_cache(maxsize=10_000)
def _core(text: str, own: frozenset[str], plain: bool, code: str) -> str:
    """Return the text without small words and without the words of the service's own names: "mất hộ chiếu" is "mất"."""
    return " ".join(word for word in _without(text, _small(plain, code)).split() if word not in own)


def _without(text: str, phrases: re.Pattern[str]) -> str:
    return " ".join(phrases.sub(" ", text).split())


def _all(phrases: dict[str, Sequence[str]]) -> Iterable[str]:
    return (phrase for several in phrases.values() for phrase in several)


def _tokens(texts: Iterable[str], plain: bool) -> frozenset[str]:
    return frozenset(word for text in texts for word in spelled(text, plain).split())


def _small(plain: bool, code: str) -> re.Pattern[str]:
    return _pattern("context.small", code, plain)


@lru_cache(maxsize=40)
def _pattern(name: str, code: str, plain: bool) -> re.Pattern[str]:
    """Return what finds any of the phrases of that name as whole words.

    Only of one language: "sổ đỏ" without diacritics is twice an English word that adds nothing.
    """
    return _finding(_texts(name, code, plain))


@lru_cache(maxsize=4)
def _aspects_pattern(code: str, plain: bool) -> re.Pattern[str]:
    return _finding(_aspect_names(plain, code))


def _finding(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)")


@lru_cache(maxsize=40)
def _texts(name: str, language: str, plain: bool) -> frozenset[str]:
    return frozenset(spelled(text, plain) for text in Words(language).get(name).split(","))


@lru_cache(maxsize=4)
def _aspect_names(plain: bool, code: str) -> dict[str, str]:
    return {spelled(name, plain): aspect for aspect in SECTIONS
            for name in (Words(code)(f"aspects.{aspect}"), Words(code)(f"aspect_buttons.{aspect}"),
                         *Words(code).get(f"context.aspects.{aspect}").split(","))}
