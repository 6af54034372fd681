"""Messages made comparable: whatever a keyboard, a phone or a hurry does to a word, it stays the same word."""
from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.components import text

TONE_PLACEMENTS = [
    ("hoà", "hòa"), ("hoá đơn", "hóa đơn"), ("xoả", "xỏa"), ("oã", "õa"), ("toạ độ", "tọa độ"), ("toà án", "tòa án"),
    ("loè", "lòe"), ("khoé", "khóe"), ("khoẻ không", "khỏe không"), ("chí choẽ", "chí chõe"), ("bo xoẹ", "bo xọe"),
    ("thuỳ", "thùy"), ("thuý", "thúy"), ("uỷ ban", "ủy ban"), ("luỹ", "lũy"), ("giấy uỵ", "giấy ụy"),
    ("huỷ, xoá", "hủy, xóa"), ("HOÀ", "hòa"), ("Uỷ Ban", "ủy ban"),
]
"""The new and the old placement of each tone on each pair of vowels."""

LEFT_ALONE = ["quý", "quỳ hợp", "quỷ", "quỹ", "quỵ", "quí", "giá quí", "hoàn", "toán", "khoản", "loại", "hoặc", "thuyết", "khuỷu",
              "chuyển", "quyển", "giỏi", "mùa", "múa", "của", "thủ tục", "lý do", "lí do", "xoèn", "thuỳnh"]
"""Words whose tone has one place only: after q the u is no vowel, and before a further letter the tone does not move."""

INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u061c", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2060",
             "\u2061", "\u2064", "\u2066", "\u2067", "\u2068", "\u2069", "\u206f", "\ufeff", "\u00ad", "\x00", "\x1f", "\x7f"]

SAID = [
    ("ko", "không"), ("k", "không"), ("hok", "không"), ("dc", "được"), ("đc", "được"), ("đki tạm trú", "đăng ký tạm trú"),
    ("dky", "đăng ký"), ("hso", "hồ sơ"), ("ntn", "như thế nào"), ("bn", "bao nhiêu"), ("mk", "mình"), ("vs", "với"),
    ("ck", "chồng"), ("cccd", "căn cước"), ("CCCD", "căn cước"), ("cmnd", "chứng minh nhân dân"), ("gplx", "giấy phép lái xe"),
    ("bhyt", "bảo hiểm y tế"), ("lltp", "lý lịch tư pháp"), ("mst", "mã số thuế"), ("dkkh", "đăng ký kết hôn"),
    ("mần răng rứa", "làm sao thế"), ("ở mô", "ở đâu"), ("tui nỏ biết", "tôi không biết"), ("cấy ni", "cái này"), ("mệ", "bà"),
    ("mạ", "mẹ"), ("KO DC", "không được"), ("koooo", "không"), ("ko,dc?", "không được"),
]
"""Teencode, short names and dialect, with the standard words."""

STRINGS = st.text() | st.text(max_size=60, alphabet=(
    "aAoOuUyYeEqQđĐơƠưƯk òóỏõọ\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b\u200b\u200d\u2066\u202eİßﬁ😀\ud83d\n\t,.-/1²"))
"""Any text at all, and texts rich in what is hard: marks, tones, invisible and look-alike characters, half characters."""


@pytest.mark.parametrize(("new", "old"), TONE_PLACEMENTS)
def test_both_placements_of_a_tone_are_one_word(new, old):
    assert text.clean(new) == text.clean(old) == old


@pytest.mark.parametrize("word", LEFT_ALONE)
def test_a_tone_with_one_place_stays_there(word):
    assert text.clean(word) == word


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("said", [
    "Đăng ký tạm trú ở Quỳ Hợp", "hoà giải, uỷ quyền", "Bằng lái đã hết hạn; đổi ở đâu ạ?", "mần răng rứa"])
def test_every_unicode_form_is_the_same_message(said, form):
    given_ = unicodedata.normalize(form, said)
    assert text.clean(given_) == text.clean(said)
    assert text.accented(given_) == text.accented(said)
    assert unicodedata.is_normalized("NFC", text.clean(given_))


@pytest.mark.parametrize(("stretched", "plain"), [
    ("alooooo", "alo"), ("mất rồiiiii", "mất rồi"), ("HELPPPP", "help"),
    ("mất cccd rồiiii", "mất cccd rồi"), ("ơơơi", "ơi"), ("xinnnn chàooo", "xin chào"), ("đđđi", "đi")])
def test_stretched_letters_are_one_letter(stretched, plain):
    assert text.clean(stretched) == plain


@pytest.mark.parametrize("said", ["1000000 đồng", "222", "030399000111", "aa bb", "see you soon", "xoong", "...", "----"])
def test_figures_signs_and_double_letters_are_not_stretched(said):
    assert text.clean(said) == said


@pytest.mark.parametrize("sign", INVISIBLE, ids=lambda sign: f"U+{ord(sign):04X}")
def test_invisible_characters_change_nothing(sign):
    hidden = sign + f"hộ chiế{sign}u cho{sign} bé" + sign
    assert text.clean(hidden) == "hộ chiếu cho bé"
    assert text.typed(hidden) == ["hộ", "chiếu", "cho", "bé"]


@pytest.mark.parametrize("space", ["\n", "\t", "\r\n", "\u00a0", "\u2003", "\u3000", "  "], ids=ascii)
def test_every_kind_of_space_parts_words(space):
    assert text.accented(f"hộ{space}chiếu".replace("\r", "")) == "hộ chiếu"


def test_full_width_letters_are_letters():
    assert text.accented("ＨＯ ＣＨＩＥＵ １２") == "ho chieu 12"


@pytest.mark.parametrize(("typed", "standard"), SAID)
def test_short_and_dialect_words_become_standard_words(typed, standard):
    assert text.accented(typed) == standard
    assert text.folded(typed) == text.fold(standard)


@pytest.mark.parametrize("word", ["koa", "xk", "dcm2", "mô-tô", "cccdx"])
def test_only_whole_words_are_replaced(word):
    assert "không" not in text.accented(word) and "được" not in text.accented(word) and "căn cước" not in text.accented(word)


@pytest.mark.parametrize("word", sorted(text.lexicon()))
def test_the_lexicon_is_in_the_form_messages_are_brought_to(word):
    """An entry that `clean` changes, or of two words, would never be met; a standard word that is an entry is none."""
    standard = text.lexicon()[word]
    assert text.clean(word) == word and len(text._WORD.findall(word)) == 1
    assert text.clean(standard) == standard
    assert text.accented(standard) == standard


@pytest.mark.parametrize(("typed", "folded"), [
    ("Đường", "duong"), ("đăng ký", "dang ky"), ("ỨNG DỤNG", "ung dung"), ("ÔÔNG", "oong"), ("plain 12", "plain 12"),
    ("café", "cafe"), ("", "")])
def test_folding_takes_every_diacritic(typed, folded):
    assert text.fold(typed) == text.fold(unicodedata.normalize("NFD", typed)) == folded


@pytest.mark.parametrize("said", ["", " ", "?!", "😂👍", "\u200b", "\u0301"])
def test_what_has_no_words_is_empty(said):
    assert text.typed(said) == []
    assert text.accented(said) == text.folded(said) == ""


def test_of_ten_thousand_characters_the_first_are_read():
    beginning = "làm hộ chiếu " * (text.MAX_CHARACTERS // 13)
    assert text.accented((beginning + "khai sinh " * 1000)[:10_000]).startswith(beginning.strip())
    assert len(text.clean("ab " * 3334)) <= text.MAX_CHARACTERS
    assert "sinh" not in text.accented("x " * (text.MAX_CHARACTERS // 2) + "khai sinh")


@given(STRINGS)
def test_no_text_makes_it_fail_and_folded_has_no_marks(said):
    for form in (text.clean, text.accented, text.folded):
        assert isinstance(form(said), str)
    folded = text.folded(said)
    assert not any(unicodedata.combining(character) for character in folded)
    assert not set(folded) & set("đĐ")
    assert folded == " ".join(folded.split())


@given(st.text(alphabet="aăâeêioôơuưyđqkbcnx ,áàảãạéèẻẽẹóòỏõọúùủũụýỳỷỹỵ", max_size=80))
def test_case_and_unicode_form_never_matter(said):
    for form in (text.accented, text.folded):
        assert form(said.upper()) == form(unicodedata.normalize("NFD", said)) == form(said)
