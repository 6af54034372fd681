"""What a message of few words says beside what was said before: a case, an aspect, or one of the services asked about.

The model sees each message by itself, and to it "bị mất" is a death. What is looked at here only counts in a conversation
that already has a service in it, or a question.
"""
from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterable, Sequence

from answers.cases import as_words, spelled
from answers.sections import SECTIONS
from answers.words import Words, languages
from catalogue.model import Script

_NUMBER = re.compile(r"[0-9]{1,2}")
_HERE = "dossiernumber"


def case_alone(script: Script, message: str) -> str | None:
    """Return the case when the message names it and nothing else ("bị mất", "con 5 tuổi thì sao").

    Words of the case that stand in the message count before words that only come to the same, of which the fewest count.
    """
    text, plain = as_words(message)
    own = _tokens(script.short.values(), plain)
    said, found = _core(text, own, plain), []
    for case in script.cases:
        for phrase in (spelled(words, plain) for words in (*case.name.values(), *_all(case.words))):
            if _nothing_beside(text, phrase, plain):
                found.append((len(phrase), case.id))
            elif said and said == _core(phrase, own, plain):
                found.append((-len(phrase), case.id))
    return max(found, key=lambda one: one[0])[1] if found else None


def aspect_alone(message: str) -> str | None:
    """Return the aspect when the message is one of its names beside words that do not tell which service is meant."""
    text, plain = as_words(message)
    bare = _without(text, _small(plain))
    return next((found for said in (text, bare, _without(bare, _pattern("context.doing", plain)))
                 if (found := _aspect_names(plain).get(said))), None)


def aspect_named(message: str) -> str | None:
    """Return the aspect one of whose names is in the message, the longest first; one of a single word could mean anything."""
    text, plain = as_words(message)
    found = [name for name in _aspect_names(plain) if " " in name and f" {name} " in f" {text} "]
    return _aspect_names(plain)[max(found, key=len)] if found else None


def numbered(message: str, offered: Sequence[Script], first: int = 1) -> Script | None:
    """Return the service whose number in the list is the whole message; the numbers are counted from `first`."""
    text, plain = as_words(message)
    said = _without(text, _small(plain))
    return dict(enumerate(offered, first)).get(int(said)) if _NUMBER.fullmatch(said) else None


def chosen(message: str, offered: Sequence[Script]) -> Script | None:
    """Return the service that an answer to "which of these?" picks: by its place ("cái đầu tiên") or by its name."""
    text, plain = as_words(message)
    said = _without(text, _small(plain))
    if (at := place(message, len(offered))) is not None:
        return offered[at]
    wanted = set(said.split())
    named = [script for script in offered if wanted and wanted <= _tokens([*script.name.values(), *script.short.values()], plain)]
    return named[0] if len(named) == 1 else None


def place(message: str, count: int) -> int | None:
    """Return which of so many the message picks by its place ("cái đầu tiên", "2", "cái cuối"), from 0; None when it picks none."""
    text, plain = as_words(message)
    said = _without(text, _small(plain))
    for at, name in ((0, "first"), (1, "second"), (2, "third"), (count - 1, "last")):
        if at < count and any({said, text} & _texts(f"context.{name}", code, plain) for code in languages()):
            return at
    return int(said) - 1 if _NUMBER.fullmatch(said) and 1 <= int(said) <= count else None


def only_a_number(message: str) -> bool:
    """Tell whether the message is a number, with nothing but small words and what such numbers are called beside it."""
    text, plain = as_words(message)
    beside = " ".join(word for word in text.split() if not any(map(str.isdigit, word)))
    return not _without(_without(beside, _pattern("context.number_names", plain)), _small(plain))


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
    bare = _without(text, _small(plain))
    phrases = {phrase for code in languages() for phrase in _texts(name, code, plain)}
    # Of a phrase of which a single word is left, that word could mean anything.
    return bool({text, bare} & phrases) or " " in bare and bare in {_without(phrase, _small(plain)) for phrase in phrases}


def question_about_dossier(message: str) -> str | None:
    """Return what the message asks of a dossier whose status was just shown (why, papers, when ...), the longest phrase first."""
    text, plain = as_words(message)
    found = [(len(phrase), question) for code in languages() for question in Words(code).get("context.dossier")
             for phrase in _texts(f"context.dossier.{question}", code, plain) if f" {phrase} " in f" {text} "]
    return max(found)[1] if found else None


def names(script: Script, message: str) -> bool:
    """Tell whether the message calls the service by one of its names."""
    text, plain = as_words(message)
    return any(f" {spelled(name, plain)} " in f" {text} " for name in (*script.short.values(), *_all(script.aliases)))


def _nothing_beside(text: str, phrase: str, plain: bool) -> bool:
    """Tell whether the phrase stands in the text with only small words around it, and whom it is about.

    A single word that counts is too little for the latter: "bố mất" is no lost passport.
    """
    if phrase not in text:
        return False  # most phrases; what follows takes longer
    before, found, after = f" {text} ".partition(f" {phrase} ")
    beside = _without(f"{before} {after}", _small(plain))
    telling = " " in _without(phrase, _small(plain))
    return bool(found) and not (_without(beside, _pattern("context.family", plain)) if telling else beside)


# The same phrases are looked at for every message.
@lru_cache(maxsize=10_000)
def _core(text: str, own: frozenset[str], plain: bool) -> str:
    """Return the text without small words and without the words of the service's own names: "mất hộ chiếu" is "mất"."""
    return " ".join(word for word in _without(text, _small(plain)).split() if word not in own)


def _without(text: str, phrases: re.Pattern[str]) -> str:
    return " ".join(phrases.sub(" ", text).split())


def _all(phrases: dict[str, Sequence[str]]) -> Iterable[str]:
    return (phrase for several in phrases.values() for phrase in several)


def _tokens(texts: Iterable[str], plain: bool) -> frozenset[str]:
    return frozenset(word for text in texts for word in spelled(text, plain).split())


def _small(plain: bool) -> re.Pattern[str]:
    return _pattern("context.small", plain)


@lru_cache(maxsize=6)
def _pattern(name: str, plain: bool) -> re.Pattern[str]:
    """Return what finds any of the phrases of that name, of every language, as whole words."""
    phrases = sorted((text for code in languages() for text in _texts(name, code, plain)), key=len, reverse=True)
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, phrases))})(?!\S)")


@lru_cache(maxsize=40)
def _texts(name: str, language: str, plain: bool) -> frozenset[str]:
    return frozenset(spelled(text, plain) for text in Words(language).get(name).split(","))


@lru_cache(maxsize=2)
def _aspect_names(plain: bool) -> dict[str, str]:
    return {spelled(name, plain): aspect for code in languages() for aspect in SECTIONS
            for name in (Words(code)(f"aspects.{aspect}"), Words(code)(f"aspect_buttons.{aspect}"),
                         *Words(code).get(f"context.aspects.{aspect}").split(","))}
