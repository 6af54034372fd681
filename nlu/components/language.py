"""The language of a message, from its letters and small words: Vietnamese with or without diacritics, or English."""
from __future__ import annotations

import re
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.annotator import Annotator
from nlu.components import text as texts

LANGUAGE = "language"

_VIETNAMESE_LETTERS = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
_ENGLISH = frozenset(
    "the a an is are am i my me you your he she we our they it do does did how what where when who which why can could "
    "should would will need needs get got make want have has had for of to at in on with from about please hello hi "
    "thanks thank much many long take does not don't and or if this that there any some new old lost renew register "
    "registration passport licence license birth marriage death certificate card fee cost office apply application "
    "online papers documents status file help bye yes no ok okay english speak wife husband baby child son daughter".split())
_VIETNAMESE = frozenset(
    "toi em anh chi co khong duoc lam gi o dau bao nhieu cho cua va thi la muon can giay to ho so xin hoi the nao may "
    "ngay tien phi nop dang ky nha con vo chong bi mat doi cap lai roi chua ma voi nhu minh nguoi xe dat dien thue "
    "tuc thu cuoc chieu khai sinh tu hon ket tru thuong tam vang luu bang lai bao hiem y te ong ba bac chu oi a nhe "
    "rang mo rua te ni no chao cam on tam biet sao gio nay kia vay".split())


def of(text: str) -> str | None:
    """Return "vi" or "en", or None where a message says too little to tell (a number, "ok")."""
    cleaned = texts.clean(text)
    if _VIETNAMESE_LETTERS.search(cleaned):
        return "vi"
    found = re.findall(r"[a-z']+", cleaned)
    english, vietnamese = (sum(word in known for word in found) for known in (_ENGLISH, _VIETNAMESE))
    if english == vietnamese:
        return None
    return "en" if english > vietnamese else "vi"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class LanguageDetector(Annotator):
    """Puts the language beside each message, None where it does not tell."""

    def annotate(self, message: Message) -> None:
        message.set(LANGUAGE, of(message.get(TEXT) or ""))
