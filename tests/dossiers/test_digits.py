"""The four digits: taken from a message only when they are clear, and kept only as a keyed hash."""
from __future__ import annotations

import hmac
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers import digits
from dossiers.digits import Digits, key_from


@pytest.mark.parametrize("text", [
    "1234", " 1234 ", "1234.", "4 số cuối là 1234", "số cuối 1234 ạ", "1 2 3 4", "1-2-3-4", "1.2.3.4", "là 1 2 3 4 nhé",
    "sđt đuôi 1234", "last 4: 1234", "(1234)", "１２３４"])
def test_four_digits_are_found_however_they_are_typed(text):
    assert digits.find(text) == "1234"


@pytest.mark.parametrize("text", [
    "", "không nhớ", "123", "12345", "0912345678", "0912 345 678", "0912.345.678", "+84 912 345 678", "040199012345",
    "040 1990 12345", "1234 5678", "1234 hoặc 5678", "1 2 3 4 5", "1 2 3", "20-11", "20/11/2026 1234 5678", "một hai ba bốn",
    "12 34", "٣٣٣٣", "①②③④①"])
def test_anything_else_is_not_guessed(text):
    assert digits.find(text) is None


@given(st.text())
def test_no_text_makes_the_search_fail(text):
    found = digits.find(text)
    assert found is None or len(found) == 4 and found.isascii() and found.isdigit()


def test_a_hash_belongs_to_number_digits_and_key():
    ours, theirs = Digits(b"key"), Digits(b"another key")
    hashes = {ours.hash("A", "1234"), ours.hash("B", "1234"), ours.hash("A", "1235"), theirs.hash("A", "1234"),
              ours.number_hash("A"), ours.number_hash("B"), theirs.number_hash("A")}
    assert len(hashes) == 7
    assert ours.hash("A", "1234") == Digits(b"key").hash("A", "1234")


def test_a_hash_tells_neither_number_nor_digits():
    made = Digits(b"key").hash("H41.12-261112-0007", "1234")
    assert len(made) == 64
    assert set(made) <= set("0123456789abcdef")


def test_the_configured_secret_is_the_key_and_no_file_is_made(tmp_path):
    assert key_from("a-secret-of-the-province", tmp_path / "key") == b"a-secret-of-the-province"
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_secret_a_key_is_made_once_for_its_owner_only(tmp_path, secret):
    path = tmp_path / "var" / "dossier.key"
    key = key_from(secret, path)
    assert len(key) == 64
    assert key_from(secret, path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_keys_that_are_made_differ(tmp_path):
    assert key_from(None, tmp_path / "a") != key_from(None, tmp_path / "b")


def test_a_key_that_another_process_made_first_is_the_one_to_use(tmp_path, monkeypatch):
    path = tmp_path / "key"
    path.write_text("made by another process\n", encoding="ascii")
    looks = iter([False])
    monkeypatch.setattr(type(path), "exists", lambda self: next(looks, True))
    assert key_from(None, path) == b"made by another process"


@given(st.binary(max_size=200), st.text(alphabet="GH0123456789.-"))
def test_a_hash_is_the_hmac_that_the_library_makes(key, number):
    assert Digits(key).number_hash(number) == hmac.new(key, number.encode(), "sha256").hexdigest()
    assert Digits(key).hash(number, "1234") == hmac.new(key, f"{number}:1234".encode(), "sha256").hexdigest()


@pytest.mark.parametrize(("text", "found"), [
    ("bốn năm sáu bảy", "4567"), ("bon nam sau bay", "4567"), ("bốn số cuối là một hai ba tư", "1234"), ("4 số cuối: không một lăm chín", "0159"),
    ("one two three four", "1234"), ("ba năm sáu", None), ("một hai ba bốn năm", None), ("một hai ba bốn, năm sáu bảy tám chín", None),
    ("tôi chưa tìm thấy", None), ("ba bốn năm nữa", None)])
def test_digits_that_are_said_in_words_are_found(text, found):
    assert digits.said(text) == found
