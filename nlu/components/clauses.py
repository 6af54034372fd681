"""The clauses of a message that could be requests of their own ("làm hộ chiếu, với lại đổi bằng lái nữa")."""
from __future__ import annotations

import re
import unicodedata

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.annotator import Annotator
from nlu.components.text import fold

CLAUSES = "clauses"

_WORDS = (
    "và", "với", "với lại", "với cả", "cả", "luôn cả", "kèm", "rồi", "rồi thì", "xong", "xong rồi", "sau đó", "đồng thời",
    "ngoài ra", "tiện thể", "nhân tiện", "còn", "thêm nữa", "vs", "and", "and also", "and then", "also", "plus", "then")
"""The words that join two requests; typed without diacritics they join too."""

_SPOKEN = "|".join(sorted({*_WORDS, *map(fold, _WORDS)}, key=len, reverse=True))
_JOINTS = re.compile(rf"[.?!;]+\s|[\r\n]+|[,;]\s*|\s[-–+&/]\s|\s(?:{_SPOKEN})\s", re.IGNORECASE)
_FEWEST_WORDS, _MOST_CLAUSES = 2, 8


def split(text: str) -> list[str]:
    """Return the parts of a text between its joints, those of one word left out; none for a text of one part."""
    parts = [part.strip() for part in _JOINTS.split(unicodedata.normalize("NFC", text)) if len(part.split()) >= _FEWEST_WORDS]
    return parts[:_MOST_CLAUSES] if len(parts) > 1 else []


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class ClauseSplitter(Annotator):
    """Puts the clauses of each message beside its text."""

    def annotate(self, message: Message) -> None:
        message.set(CLAUSES, split(message.get(TEXT) or ""))
