"""The language of a message, told by its letters and small words or not at all."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.words import languages
from nlu.components import language

MESSAGES = {
    "vi": [
        "làm hộ chiếu hết mấy tiền", "Đổi bằng lái", "MẤT CĂN CƯỚC RỒI", "mần răng rứa", "ừ",
        "lam ho chieu het bao nhieu tien", "toi bi mat can cuoc thi lam sao", "dang ky tam tru o dau", "con toi chua co khai sinh",
        "MUON DOI BANG LAI", "cho em hoi thu tuc nhap khau", "vo chong em cuoi thang sau can giay to gi", "da cam on anh chi",
        # Vietnamese with English words in it, and the other way round with Vietnamese letters, is answered in Vietnamese
        "passport của em expired rồi", "em muốn renew passport online", "app VNeID bi loi login", "how to đăng ký tạm trú", "đ",
        "dang ky o\u031b\u0309 dau", "e\u0302",
    ],
    "en": [
        "how much is a new passport", "I lost my ID card", "where do I register my baby's birth", "HELP ME PLEASE", "hello",
        "thank you", "What documents are needed for the marriage certificate?", "renew driving licence", "my wife is from Vinh",
        "does it cost anything", "can I apply online", "status of my application", "for how long is the passport valid?",
    ],
    None: ["", " ", "12345", "0912345678", "G01.123.456-261102-000101", "20/11/2026", "1.050.000", "ok", "OK", "VNeID", "?", "😂",
           "...", "\u200b", "Эй привет", "你好", "xyz qwrt"],
}
"""What people write by its language; None where nobody could tell."""


@pytest.mark.parametrize(("expected", "text"), [(code, text) for code, texts in MESSAGES.items() for text in texts])
def test_the_language_of_a_message_is_told(text, expected):
    assert language.of(text) == expected


@pytest.mark.parametrize("code", languages())
def test_every_language_the_bot_speaks_can_be_told(code):
    assert code in MESSAGES
    assert code in language._languages()


def test_every_language_that_is_told_can_be_spoken():
    assert set(language._languages()) <= set(languages())


@given(st.text())
def test_no_text_makes_it_fail(text):
    assert language.of(text) in {None, *languages()}


@given(st.text(alphabet="0123456789 .,-/+:"))
def test_figures_tell_no_language(text):
    assert language.of(text) is None


def test_the_component_puts_the_language_beside_each_message(message):
    messages = [message("làm hộ chiếu"), message("I lost my passport"), message("12345")]
    language.LanguageDetector({}).process(messages)
    assert [one.get(language.LANGUAGE) for one in messages] == ["vi", "en", None]
