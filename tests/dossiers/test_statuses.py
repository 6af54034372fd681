"""The ten statuses of the national portal."""
from __future__ import annotations

import pytest

from answers.words import languages
from dossiers.statuses import parse, statuses

CODES = range(1, 11)


def test_the_statuses_are_the_ten_of_the_portal():
    assert list(statuses()) == list(CODES)
    assert [status.code for status in statuses().values()] == list(CODES)


def test_no_two_statuses_share_an_id_or_a_name():
    assert len({status.id for status in statuses().values()}) == 10
    for language in languages():
        assert len({status.name[language] for status in statuses().values()}) == 10


@pytest.mark.parametrize("code", CODES)
def test_every_status_says_its_name_its_meaning_and_what_comes_next_in_every_language(code):
    status = statuses()[code]
    for text in (status.name, status.meaning, status.next):
        assert set(text) == set(languages())
        assert all(words.strip() for words in text.values())
        assert len(set(text.values())) == len(text)


def test_the_office_is_done_with_what_was_refused_withdrawn_stopped_or_finished():
    assert {code for code, status in statuses().items() if not status.open} == {3, 7, 8, 9, 10}


@pytest.mark.parametrize("code", CODES)
def test_a_status_is_known_by_its_code_its_id_and_its_vietnamese_name(code):
    status = statuses()[code]
    for text in (str(code), f" {code} ", status.id, status.id.upper(), status.name["vi"], status.name["vi"].upper()):
        assert parse(text) is status


@pytest.mark.parametrize(("name", "code"), [
    ("Mới đăng ký", 1), ("Được tiếp nhận", 2), ("Không được tiếp nhận", 3), ("Đang xử lý", 4), ("Yêu cầu bổ sung giấy tờ", 5),
    ("Yêu cầu thực hiện nghĩa vụ tài chính", 6), ("Công dân yêu cầu rút hồ sơ", 7), ("Dừng xử lý", 8), ("Đã xử lý xong", 9),
    ("Đã trả kết quả", 10)])
def test_a_status_is_known_by_the_name_the_portal_gives_it(name, code):
    assert parse(name).code == code


@pytest.mark.parametrize("text", ["", " ", "0", "11", "-1", "1.0", "done!", "Hoàn thành", "None"])
def test_anything_else_is_no_status(text):
    assert parse(text) is None
