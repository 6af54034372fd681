"""Numbers that are no dossier numbers: each told apart, however it is typed, and amounts and days left alone."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from answers.words import Words, languages
from dossiers import numbers
from dossiers.kinds import MOST, code, kind, kinds


@pytest.mark.parametrize(("text", "expected"), [
    ("0912345678", "phone"), ("+84 912 345 678", "phone"), ("tra hồ sơ 0912.345.678 cho tôi", "phone"), ("02383 123 456", "phone"),
    ("sđt: 0912-345-678, nhé", "phone"), ("84912345678", "phone"),
    ("040099012345", "personal_id"), ("căn cước 040 099 012 345", "personal_id"), ("181234567", "old_id"),
    ("0129722530", "social_insurance"), ("mã số bhxh 012 972 2530 ạ", "social_insurance"),
    ("PA25010012345", "evn_customer"), ("mã khách hàng pa25nn0012345", "evn_customer"),
    ("1.001193.000.00.00.H41", "procedure_code"), ("thủ tục 1.001193 là gì", "procedure_code"), ("2.000488.h41.", "procedure_code"),
])
def test_a_number_is_told_apart_however_it_is_typed(text, expected):
    assert kind(text) == expected


@pytest.mark.parametrize("text", [
    "", "hồ sơ của tôi", "1234", "20/11/2026", "20/11/2026 08:30", "100.000.000đ", "nộp 3.000.000", "24 Lê Lợi", "số 12.5",
    "https://example.org/0912345678", "x0912345678y", "G01.123.456-261102-000101", "13 chữ PASSPORTNUMBER",
])
def test_what_is_no_such_number_is_left_alone(text):
    assert kind(text) is None


def test_a_procedure_code_is_read_without_what_the_province_adds():
    assert code("xem 1.001193.000.00.00.H41 giúp") == "1.001193"
    assert code("0912345678") is None


def test_no_dossier_number_of_the_page_is_taken_for_something_else():
    for text in ("G01.899.909-260916-890028", "G22.99.08-260921-896048", "000.00.12.H41-261105-0004"):
        assert numbers.find(text) and kind(text) is None


@given(text=some.text(alphabet="0123456789.-/ PAaH+,:", max_size=3 * MOST))
def test_any_text_is_read_without_an_error(text):
    assert kind(text) in {None, *(one.name for one in kinds())}


@pytest.mark.parametrize("language", languages())
def test_every_kind_has_an_answer(language):
    assert set(Words(language).get("status.kinds")) == {one.name for one in kinds()}
