"""Telex left as typed is read; everything else is left as it is."""
from __future__ import annotations

import pytest

from nlu.components import telex
from nlu.components.text import accented, fold


@pytest.mark.parametrize(("typed", "meant"), [
    ("dduowjc", "được"), ("bawfng", "bằng"), ("lamf", "làm"), ("nguyeenj", "nguyện"), ("vongj", "vọng"), ("chuyeenr", "chuyển"),
    ("khaaur", "khẩu"), ("tuwr", "tử"), ("phaps", "pháp"), ("giaays", "giấy"), ("quar", "quả"), ("gias", "giá"), ("hoaf", "hòa"),
    ("ddaats", "đất"), ("xe", None), ("tax", "tã"), ("golf", None), ("passport", None), ("address", None), ("", None), ("ss", None)])
def test_a_word_stands_for_a_syllable_or_for_none(typed, meant):
    assert telex.syllable(typed) == meant


@pytest.mark.parametrize(("message", "read"), [
    ("lamf bawfng lai online dduowjc khoong", "làm bằng lai online được không"),
    ("ddang kys nguyeenj vongj laf trang naof", "đang ký nguyện vọng là trang nào"),
    ("chuyeenr khaaur về nhà chồng", "chuyển khẩu về nhà chồng"),
    ("lafm lại con daaus", "làm lại con dấu")])
def test_a_message_typed_in_telex_is_read(message, read):
    assert accented(message) == read


@pytest.mark.parametrize("message", [
    "has her tax been paid", "how soon is the law in force for this", "do i need two photos of her for the new card",
    "where do i see my fees", "address and door number too", "làm hộ chiếu cho con", "dang ky xe", "the old lady from hanoi needs a tax code now"])
def test_other_messages_stay_as_they_are(message):
    assert telex.decoded(message.split()) == message.split()


def test_every_vietnamese_word_of_the_lexicon_of_syllables_is_left_alone():
    for word in ("được", "bằng", "khẩu", "chuyển", "dang", "ky", "thuong", "tru"):
        assert telex.decoded([word, "dduowcj"])[0] == word
        assert fold(word)
