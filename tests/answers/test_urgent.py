"""A life in danger is heard in any spelling, and little else sounds like one."""
from __future__ import annotations

import re

import pytest

from answers import urgent
from answers.reply import plain
from answers.words import languages
from catalogue import files


@pytest.mark.parametrize(("message", "language", "number"), [
    ("em muốn chết", "vi", "115"), ("em muon chet", "vi", "115"), ("tự tử", "vi", "115"), ("tôi muốn tự tử", "vi", "115"),
    ("toi khong muon song nua", "vi", "115"), ("ko muốn sống nữa", "vi", "115"), ("tôi muốn chet quá", "vi", "115"),
    ("chết mất thôi, nợ nhiều quá", "vi", "115"), ("Tôi không muốn sống nữa.", "vi", "115"), ("I want to kill myself", "en", "115"),
    ("i don't want to live anymore", "en", "115"), ("nhà em đang cháy", "vi", "114"), ("nha em dang chay", "vi", "114"),
    ("my house is on fire", "en", "114"), ("con em bị bắt cóc", "vi", "113"), ("con em bi bat coc", "vi", "113"),
    ("chồng đánh em mỗi ngày, em sợ lắm", "vi", "113"), ("em bị bạo hành", "vi", "111"), ("my husband beats me", "en", "113"),
    ("cấp cứu gấp", "vi", "115"), ("em muôn chêt", "vi", "115"), ("toi khong muôn sông nữa", "vi", "115"),
])
def test_somebody_in_danger_is_told_whom_to_call(message, language, number):
    reply = urgent.answer(message)
    assert (reply.outcome, reply.about.language) == ("urgent_help", language)
    assert number in plain(reply)


@pytest.mark.parametrize("message", [
    "bà nhà đang chạy thận", "khai tử", "bố tôi chết", "chết rồi em quên mất", "nợ thuế", "", "bố em mất rồi, khai tử ở đâu", "bố tôi tự tử, khai tử thế nào",
    "quên mang căn cước chết rồi", "mệt muốn chết vì giấy tờ", "bao hanh xe may o dau", "xe dang chay grab", "cu tu tu em tim da",
    "không muốn sống chung với chồng nữa, ly hôn thế nào", "cháy nhà mất hết giấy tờ", "giấy tờ bị cháy", "chồng đánh mất căn cước",
    "chồng em đánh mất bằng lái", "thẻ bảo hiểm đi cấp cứu", "giấy chứng tử", "I want to live in Vinh", "fire safety permit",
    "người chết có cần căn cước không", "bị mất xe", "con em bị mất khai sinh", "hàng xóm ồn ào", "cứu em với",
])
def test_other_messages_are_left_to_the_model(message):
    assert urgent.answer(message) is None


def test_every_danger_is_written_in_every_language():
    for danger in urgent.dangers():
        assert danger.found.keys() == set(languages())
        assert all(text.keys() == set(languages()) for text in (danger.title, *danger.lines))


def test_the_numbers_are_those_of_the_checked_file():
    rows, _ = files.read_file(files.SERVICES / f"{files.ELSEWHERE}.yml")
    known = set(re.findall(r"[0-9]+", next(row["where"]["vi"] for row in rows["procedures"] if row["id"] == "emergency")))
    said = {number for danger in urgent.dangers() for text in (danger.title, *danger.lines) for one in text.values()
            for number in re.findall(r"[0-9]+", one)}
    assert said and said <= known


@pytest.mark.parametrize("language", languages())
def test_no_service_is_asked_for_in_such_words(language, scripts):
    """Names, cases and frequent questions of the services are no cry for help."""
    for script in scripts.values():
        said = [script["name"][language], *script["aliases"].get(language, ()), *(item["q"][language] for item in script["faq"]),
                *(word for case in script["cases"] for word in case["words"].get(language, ()))]
        assert [text for text in said if urgent.answer(text)] == []
