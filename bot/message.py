"""A citizen's message on its way, and what of its text can be read."""
from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Sequence

from answers.reply import Reply

LIMIT = 2_000
"""How many characters of a message are read: a question is shorter, and cost must not grow with what a stranger sends."""

# Control characters, and marks that turn the direction of writing: invisible, and some databases refuse them.
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]")


@dataclass
class Message:
    """A citizen's message on its way. `chat` is unique across channels; `language` is the channel's guess.

    `address` is where it came from, on channels that see one. `passed` says that it went to a person, who answers in their own
    time; `limited`, that it was one too many. `known` is what the engine said to it before, when a process died over it right
    after.
    """

    chat: str
    text: str
    channel: str
    language: str = "vi"
    address: str | None = None
    passed: bool = False
    limited: bool = False
    known: Sequence[Reply] | None = None


def visible(text: str) -> str:
    """Return the text without what nobody sees."""
    return _INVISIBLE.sub("", text).strip()


def readable(text: str) -> bool:
    """Tell whether a text holds a Latin letter or a figure, however they are typed."""
    return any(character.isdecimal() or unicodedata.name(character, "").startswith("LATIN")
               for character in unicodedata.normalize("NFKC", text))
