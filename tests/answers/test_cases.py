"""Which case of a service a message names."""
from __future__ import annotations

import unicodedata

import pytest

from answers.cases import has_phrase, named_case, question_named
from catalogue.model import Script


def test_every_phrase_of_a_script_names_its_case(script):
    for case in script.cases:
        for phrases in case.words.values():
            for phrase in phrases:
                assert named_case(script, phrase) == case.id, phrase
                assert named_case(script, f"Cho hỏi, {phrase.upper()}?") == case.id, phrase


@pytest.mark.parametrize(("message", "case"), [
    ("mất hộ chiếu thì làm sao", "lost"),
    ("mat ho chieu thi lam sao", "lost"),
    ("hộ chiếu hết hạn cần giấy gì", "renew"),
    ("lam ho chieu cho con het bao nhieu", "child"),
    ("my passport expired", "renew"),
    ("I lost my passport", "lost"),
    ("lam ho chieu cho be 7 tuoi nhu the nao ạ", "child"),
    ("bi mat ho chieu gio lam sao vậy ad", "lost"),
    ("làm hộ chiếu cần giấy gì", None),
    ("", None),
    ("???", None),
])
def test_a_message_names_a_case_with_or_without_diacritics(made, message, case):
    assert named_case(made, message) == case


def test_a_decomposed_message_is_read_as_a_composed_one(made):
    assert named_case(made, unicodedata.normalize("NFD", "bị mất hộ chiếu")) == "lost"


def test_a_word_with_other_diacritics_is_another_word(passport):
    passport["cases"][3]["words"]["vi"] = ["mất"]
    made = Script.of(passport)
    assert named_case(made, "bị mất rồi") == "lost"
    assert named_case(made, "bi mat roi") == "lost"
    assert named_case(made, "nhà ở mặt đường") is None


def test_a_part_of_a_word_is_not_the_word(passport):
    passport["cases"][3]["words"] = {"vi": [], "en": ["lost"]}
    assert named_case(Script.of(passport), "lostandfound") is None


def test_the_longest_words_win(passport):
    passport["cases"] = passport["cases"][:2]
    passport["cases"][0]["words"] = {"vi": ["con"], "en": []}
    passport["cases"][1]["words"] = {"vi": ["con còn nhỏ"], "en": []}
    made = Script.of(passport)
    assert named_case(made, "làm cho con") == passport["cases"][0]["id"]
    assert named_case(made, "làm khi con còn nhỏ") == passport["cases"][1]["id"]


def test_a_service_without_cases_names_none(passport):
    assert named_case(Script.of({**passport, "cases": []}), "mất hộ chiếu") is None


def test_every_phrase_of_a_question_asks_it(script, days):
    for day in days:
        for number, question in enumerate(script.faq):
            for phrase in (phrase for said in question.words.values() for phrase in said if question.scope.holds(day)):
                assert question_named(script, f"Cho hỏi, {phrase.upper()}?", day) == number, phrase


@pytest.mark.parametrize(("message", "named"), [
    ("mua xe cũ", True), ("mua xe máy cũ", True), ("mua xe wave alpha 110 cũ", True), ("mua xe may cu", True),
    ("mua xe máy của ông hàng xóm cũ", False), ("mua xe mới", False), ("cũ xe", False),
])
def test_words_may_be_left_out_where_a_phrase_says_so(message, named):
    assert has_phrase(message, "xe … cũ") == named


def test_what_stands_in_a_gap_counts_with_the_length_of_a_phrase(passport):
    passport["cases"] = passport["cases"][:2]
    passport["cases"][0]["words"] = {"vi": ["mới mua xe"], "en": []}
    passport["cases"][1]["words"] = {"vi": ["mua xe … cũ"], "en": []}
    assert named_case(Script.of(passport), "em mới mua xe máy cũ") == passport["cases"][1]["id"]
    assert named_case(Script.of(passport), "em mới mua xe") == passport["cases"][0]["id"]
