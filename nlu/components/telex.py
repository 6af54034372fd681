"""Telex typed where no keyboard turned it into letters ("lamf bawfng lai"): words are given back as they were meant.

Only words that become Vietnamese syllables are touched, and only in messages where some word can be nothing but Telex,
because "tax", "her" and "been" would become syllables too.
"""
from __future__ import annotations

import re
import unicodedata
from typing import List, Sequence

_MARKED = {"aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư", "dd": "đ"}
_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}

_ONSETS = "b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x"
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep iet ieu im in inh "
    "ip it iu o oa oac oach oai oam oan oang oanh oao oat oay oc oe oen oeo oet oi om on ong op ot u ua uan uat uay uc ue uech "
    "uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu y yem yen yet yeu")
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:{'|'.join(sorted(_RIMES.split(), key=len, reverse=True))})")

_ENGLISH = frozenset((
    "beer bees boor boots bows choose cows deer door downs keeps laws loops loose lower lows meets moor noons owes owns peer poor "
    "power powers roof roofs rooms rows seems seer sees teens tees tower towers towns trees vows").split())
"""English words that look like Telex."""

_UNMISTAKABLE = re.compile(
    r"(?=[a-z]*(?:aa|ee|oo|aw|ow|uw|dd))[a-z]*[aeiouyw][a-z]*[sfrxj][a-z]{0,2}"
    r"|dd[a-z]+"
    r"|[a-z]*[aeiouy](?:ng|nh|ch|[mnptc])[fj]")
"""A word with a marked letter and a tone, or with a tone no English word ends in."""


def decoded(words: Sequence[str]) -> List[str]:
    """Return the words of a message, those typed in Telex as the syllables they stand for."""
    if not any(_UNMISTAKABLE.fullmatch(word) and syllable(word) for word in words if word not in _ENGLISH):
        return list(words)
    return [word if is_syllable(word) else syllable(word) or word for word in words]


def syllable(word: str) -> str | None:
    """Return the Vietnamese syllable that a word typed in Telex stands for; None if it stands for none."""
    tones = [letter for place, letter in enumerate(word) if letter in _TONES and re.search("[aeiouyw]", word[:place])]
    if len(tones) > 1:
        return None
    bare = word
    if tones:
        place = next(place for place, letter in enumerate(word) if letter in _TONES and re.search("[aeiouyw]", word[:place]))
        bare = word[:place] + word[place + 1:]
    for typed, meant in _MARKED.items():
        bare = bare.replace(typed, meant)
    bare = re.sub(r"u(?=ơ)", "ư", bare)
    if bare == word or not is_syllable(bare):
        return None
    return with_tone(bare, _TONES[tones[0]]) if tones else bare


def with_tone(bare: str, tone: str) -> str:
    """Put the tone where it is written: on the marked vowel, else on the last but one of an open group, else on the last."""
    vowels = [place for place, letter in enumerate(bare) if _plain(letter) in "aeiouy"]
    if bare[:2] in ("qu", "gi") and len(vowels) > 1:
        vowels = vowels[1:]
    marked = [place for place in vowels if bare[place] in "âêôăơư"]
    closed = vowels[-1] < len(bare) - 1
    place = marked[-1] if marked else vowels[-1] if closed or len(vowels) == 1 else vowels[-2]
    return unicodedata.normalize("NFC", bare[:place + 1] + tone + bare[place + 1:])


def is_syllable(word: str) -> bool:
    """Tell whether a word could be a Vietnamese syllable, with diacritics or without."""
    return _SYLLABLE.fullmatch(_plain(word)) is not None


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
