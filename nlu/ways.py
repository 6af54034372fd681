"""Ways to type the same message: what is understood must not hang on them."""
from __future__ import annotations

import re
import unicodedata
from typing import Callable, Mapping

from nlu.components import text

_TONE = "[\u0300\u0301\u0303\u0309\u0323]?"
_PAIR = re.compile(rf"(?<!q)(o|u(?={_TONE}y))({_TONE})([aey])({_TONE})(?![\w\u0300-\u036f])", re.IGNORECASE)


def other_tone_placement(said: str) -> str:
    """Return the text with hòa for hoà and hoà for hòa."""
    return unicodedata.normalize("NFC", _PAIR.sub(r"\1\4\3\2", unicodedata.normalize("NFD", said)))


WAYS: Mapping[str, Callable[[str], str]] = {
    "decomposed": lambda said: unicodedata.normalize("NFD", said),
    "upper case": str.upper,
    "other tone placement": other_tone_placement,
    "without diacritics": text.fold,
}
