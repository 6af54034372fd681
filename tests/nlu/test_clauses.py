"""The clauses of a message: split where people join two requests, and nowhere else."""
from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.components.clauses import CLAUSES, ClauseSplitter, split

JOINTS = [
    ", ", ",", "; ", ". ", "? ", "! ", "\n", "\r\n", ".\n\n", " \n ", " + ", " & ", " - ", " – ", " và ", " va ", " VÀ ",
    " với ", " voi ", " vs ", " với lại ", " voi lai ", " rồi ", " roi ", " xong ", " xong rồi ", " sau đó ", " sau do ",
    " đồng thời ", " ngoài ra ", " tiện thể ", " tien the ", " nhân tiện ", " còn ", " thêm nữa ", " kèm ",
    " and ", " and also ", " also ", " then ", " plus "]


@pytest.mark.parametrize("joint", JOINTS, ids=repr)
def test_a_joint_parts_two_requests(joint):
    assert split(f"làm hộ chiếu{joint}đổi bằng lái") == ["làm hộ chiếu", "đổi bằng lái"]
    assert split(unicodedata.normalize("NFD", f"làm hộ chiếu{joint}đổi bằng lái")) == ["làm hộ chiếu", "đổi bằng lái"]


@pytest.mark.parametrize("text", [
    "", " ", "hộ chiếu", "làm hộ chiếu cho cháu 13 tuổi", "lệ phí 100.000 đồng", "vận chuyển văn bản cần gì",
    "andy handles sandwiches", "khai sinh/kết hôn", "phường Vinh-Hưng làm giấy tờ", "hộ chiếu?", "hộ chiếu.", "hộ chiếu,"])
def test_a_message_of_one_part_has_no_clauses(text):
    assert split(text) == []


@pytest.mark.parametrize(("text", "parts"), [
    ("dạ, làm hộ chiếu, ạ", []),
    ("dạ, làm hộ chiếu, đổi bằng lái, ạ", ["làm hộ chiếu", "đổi bằng lái"]),
    ("chào, em muốn hỏi", []),
])
def test_parts_of_one_word_are_no_requests(text, parts):
    assert split(text) == parts


def test_clauses_keep_their_order_and_their_spelling():
    assert split("Làm HỘ CHIẾU; Đổi bằng lái. Khai sinh cho con") == ["Làm HỘ CHIẾU", "Đổi bằng lái", "Khai sinh cho con"]


def test_a_message_of_many_parts_is_not_followed_to_its_end():
    assert split(", ".join(f"hỏi {number}" for number in range(500))) == [f"hỏi {number}" for number in range(8)]


@given(st.text())
def test_clauses_are_parts_of_the_message(text):
    parts = split(text)
    assert len(parts) != 1 and all(len(part.split()) > 1 and part in unicodedata.normalize("NFC", text) for part in parts)


def test_the_component_puts_the_clauses_beside_each_message(message):
    messages = [message("làm hộ chiếu và đổi bằng lái"), message("làm hộ chiếu"), message()]
    assert ClauseSplitter({}).process(messages) is messages
    assert [one.get(CLAUSES) for one in messages] == [["làm hộ chiếu", "đổi bằng lái"], [], []]
