"""Dossier numbers in every spelling people type, and everything that looks like one and is none."""
from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dossiers import numbers

EXAMPLES = {
    "police": ["G01.899.909-260916-890028", "G01.123.456-261102-000101"],
    "national_payment": ["G22.99.3-241219795252"],
    "bundle": ["G22.99.08-260921-896048", "G22.99-251225-020175", "G22.99.09-240114-0001"],
    "province_unit": ["000.00.12.H41-261105-0004", "000.A0.01.H26-210212-9090"],
    "province": ["H41.12-261112-0007", "H41-261103-0008", "H41.123-261103-0008", "H41.12.34-261103-0008"],
}
"""Numbers of every format; those of other provinces' and ministries' pages are in docs/dossier-numbers.md."""

NUMBERS = [number for several in EXAMPLES.values() for number in several]


def without_separators(number: str) -> str:
    return re.sub(r"[.\-]", "", number)


SPELLINGS = {
    "as printed": lambda number: number,
    "lower case": str.lower,
    "without separators": without_separators,
    "without separators, lower case": lambda number: without_separators(number).lower(),
    "every character apart": lambda number: " ".join(without_separators(number)),
    "spaces for separators": lambda number: re.sub(r"[.\-]", " ", number),
    "spaces around separators": lambda number: re.sub(r"([.\-])", r" \1 ", number),
    "spaces for dots": lambda number: number.replace(".", " "),
    "without dots": lambda number: number.replace(".", ""),
    "without dashes": lambda number: number.replace("-", ""),
    "dots for dashes": lambda number: number.replace("-", "."),
    "dashes for dots": lambda number: number.replace(".", "-"),
    "commas for dots": lambda number: number.replace(".", ","),
    "en dashes": lambda number: number.replace("-", "–"),
    "em dashes": lambda number: number.replace("-", "—"),
    "minus signs": lambda number: number.replace("-", "\u2212"),
    "non-breaking hyphens": lambda number: number.replace("-", "\u2011"),
    "non-breaking spaces": lambda number: re.sub(r"[.\-]", "\u00a0", number),
    "broken over lines": lambda number: number.replace("-", "-\n"),
    "full width": lambda number: "".join(chr(ord(sign) + 0xFEE0) if sign in "0123456789.-GHA" else sign for sign in number),
    "Cyrillic look-alikes": lambda number: number.replace("H", "Н").replace("A", "А"),
    "Greek look-alikes": lambda number: number.replace("H", "Η").replace("A", "Α"),
}

SENTENCES = [
    "{}",
    "mã hồ sơ của em là {} ạ",
    "Mã:{}.",
    "({})",
    "“{}”",
    "hồ sơ {}, sđt 0912345678, nộp ngày 20/11/2026",
    "số 0912 345 678 hoặc +84 912 345 678. Hồ sơ: {}",
    "cccd 040199012345 xin tra giúp {}",
    "em nộp 1.050.000đ cho {} được 3 ngày rồi",
    "thủ tục 1.001193.000.00.00.H41 thì mã {} đến đâu",
    "tra {} giúp em, 4 số cuối 1234",
    "status of {} please?",
    "👉{}👈",
    "a" * 500 + " {} " + "b" * 500,
]

DAYS = st.dates(date(2022, 1, 1), date(2029, 12, 31))
"""Days that dossiers of these years carry; typed digit by digit, a payment number of other years can be read in two ways."""


def found(text: str) -> list[str]:
    return [number.canonical for number in numbers.find(text)]


def test_there_is_an_example_of_every_format():
    assert {format_.name for format_ in numbers.formats()} == set(EXAMPLES)


def test_every_number_of_the_page_on_sources_is_known():
    page = (Path(__file__).parents[2] / "docs" / "dossier-numbers.md").read_text(encoding="utf-8")
    printed = re.findall(r"`([0-9A-Z.]+-\d{6}[\d-]*)`", page)
    assert len(printed) >= 6
    assert found(page) == printed


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_set_right(spelling, number):
    assert found(SPELLINGS[spelling](number)) == [number]


@pytest.mark.parametrize(("format_", "number"), [(name, number) for name, several in EXAMPLES.items() for number in several])
def test_a_number_tells_its_format_and_its_filing_day(format_, number):
    [one] = numbers.find(number)
    digits = re.search(r"-(\d\d)(\d\d)(\d\d)", number)
    assert one.format == format_
    assert one.filed_on == date(2000 + int(digits[1]), int(digits[2]), int(digits[3]))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_number_is_found_inside_a_sentence(sentence, number):
    assert found(sentence.format(number)) == [number]
    assert found(sentence.format(number).lower()) == [number]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_place_of_a_number_in_the_text_is_told(number):
    text = f"mã hồ sơ {number.lower()} nhé"
    [one] = numbers.find(text)
    assert text[slice(*one.span)] == number.lower()


def test_several_numbers_are_found_in_their_order():
    assert found(" và ".join(NUMBERS)) == NUMBERS
    assert found(", ".join(NUMBERS)) == NUMBERS
    assert found("\n".join(NUMBERS)) == NUMBERS


def test_a_number_said_twice_is_found_once():
    assert found(f"{NUMBERS[0]} à không, {NUMBERS[0].lower().replace('.', ' ')}") == [NUMBERS[0]]


def test_a_number_of_unusual_length_is_found_when_nothing_follows_it():
    assert found("H41.12-261112-00070007") == ["H41.12-261112-00070007"]
    assert found("G01.899.909-260916-8900") == ["G01.899.909-260916-8900"]


def test_digits_that_follow_a_number_do_not_become_part_of_it():
    assert found("H41.12-261112-0007 1234") == ["H41.12-261112-0007"]
    assert found("G01 899 909 260916 890028 12") == ["G01.899.909-260916-890028"]


@pytest.mark.parametrize("text", [
    "", " ", "hồ sơ của tôi đến đâu rồi", "0912345678", "0912 345 678", "+84 912 345 678", "84912345678, 0387654321",
    "040199012345", "040 199 012 345", "cccd 040199012345 sinh 01/02/1999", "0129722530", "PA12345678901",
    "1.001193.000.00.00.H41", "1.012790.000.00.00.H41", "1.013978.H41", "thủ tục 1.001193",
    "2.000001.H41 và 1.001193.000.00.00.H41", "1.001193.000.00.00.H41 ngày 20/11/2026", "1.001193.000.00.00.H41 20/11/2026 08:30",
    "H41 20/11/2026 08:30", "H41, 20-11-2026, 0830", "20/11/2026", "2026-11-20 08:30:15", "từ 01/07/2025 đến 31/12/2026",
    "100.000đ", "1.050.000.000 đồng", "3.000.000 - 5.000.000", "118/2025/QH15", "Nghị định 118/2025/NĐ-CP ngày 09/6/2025", "G01",
    "G01.899.909", "H41", "H41.12", "000.00.00.H41", "899.909-260916-890028", "G02.899.909-260916-890028", "H42-261103-0008",
    "H40.12-261103-0008", "GG01.899.909-260916-890028", "G01.899.909-260916-890028a", "xG01.899.909-260916-890028",
    "G01.899.909-260916-890", "H41.12-261112-007", "H41.12-261112-123456789", "GO1.899.909-260916-890028",
    "G01.899.9O9-260916-890028", "H41.12-26111Z-0007", "G01.899.909#260916#890028", "G01.899.909 của em 260916-890028",
    "https://example.vn/000/261105/0004", "1234567890123456789012345678901234567890", "①②③④⑤⑥⑦⑧⑨①②③④⑤⑥", "²" * 30, "٣" * 30,
], ids=repr)
def test_what_is_no_number_is_never_taken_for_one(text):
    assert found(text) == []


@pytest.mark.parametrize("day", [
    "000000", "261301", "260230", "250229", "261131", "260900", "260032", "140101", "460101", "991231"])
@pytest.mark.parametrize("number", [
    "G01.899.909-{}-890028", "G22.99.08-{}-896048", "000.00.12.H41-{}-0004", "H41.12-{}-0007", "G22.99.3-{}795252"])
def test_a_day_that_no_dossier_can_have_makes_no_number(number, day):
    assert found(number.format(day)) == []


@pytest.mark.parametrize("number", ["G01.899.909-240229-890028", "H41.12-240229-0007"])
def test_a_leap_day_is_a_day(number):
    assert found(number) == [number]


@given(st.text())
@example("G01" + "9" * 40)
@example("H41." * 60)
@example("G " * 200)
@example("\ud800G01.899.909-260916-890028")
def test_no_text_makes_the_search_fail(text):
    assert all(isinstance(number, numbers.Number) for number in numbers.find(text))


@given(st.text(alphabet="GHgh014269АНН. -–\n", min_size=12, max_size=80))
@example("G22.99.3-241219-795252")
@example("G22993241012123456")
def test_the_right_spelling_is_found_as_itself(text):
    for number in numbers.find(text):
        again = numbers.find(number.canonical)
        assert [(one.canonical, one.format, one.filed_on) for one in again] == [(number.canonical, number.format, number.filed_on)]


@st.composite
def dossier_numbers(draw) -> str:
    """A number of any format, with any unit, day and serial of its usual length."""
    digits = lambda length: draw(st.text("0123456789", min_size=length, max_size=length))  # noqa: E731
    day = f"{draw(DAYS):%y%m%d}"
    return draw(st.sampled_from([
        f"G01.{digits(3)}.{digits(3)}-{day}-{digits(6)}", f"G22.99.{digits(2)}-{day}-{digits(6)}", f"G22.99-{day}-{digits(6)}",
        f"G22.99.3-{day}{digits(6)}", f"{digits(3)}.{digits(2)}.{digits(2)}.H{digits(2)}-{day}-{digits(4)}",
        f"H41-{day}-{digits(4)}", f"H41.{digits(2)}-{day}-{digits(4)}", f"H41.{digits(3)}-{day}-{digits(4)}"]))


@given(dossier_numbers(), st.sampled_from(sorted(SPELLINGS)))
def test_any_number_is_set_right_from_any_spelling_or_not_read_at_all(number, spelling):
    """A wrong number would be worse than none: it could be somebody else's."""
    assert found(SPELLINGS[spelling](number)) in ([number], [])


@given(dossier_numbers())
def test_any_number_is_found_as_it_is_printed(number):
    assert found(number) == [number]
    assert found(f"mã {number.lower()}, sđt 0912345678") == [number]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_masked_number_shows_only_its_kind_and_its_last_two_digits(number):
    masked = numbers.masked(number)
    assert masked == f"{number[:3]}…{number[-2:]}"
    assert not numbers.find(masked)
