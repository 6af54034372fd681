"""The codes in photos: receipts read however they were taken, everything else refused or forgotten."""
from __future__ import annotations

import io
import struct
import zlib

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from answers.words import Words, languages
from dossiers import photo
from dossiers.photo import MOST_BYTES, Reading, read

NUMBER, OTHER = "G01.123.456-261102-000101", "000.00.12.H41-261020-0005"


def code(text: str, form=zxingcpp.BarcodeFormat.QRCode, width: int = 400, height: int = 400) -> Image.Image:
    return Image.fromarray(zxingcpp.write_barcode(form, text, width, height)).convert("L")


def paper(*codes: Image.Image, size=(1600, 1200), shade: int = 235) -> Image.Image:
    """A sheet with codes on it, side by side."""
    sheet = Image.new("L", size, shade)
    for place, one in enumerate(codes):
        sheet.paste(one, (100 + place * 700, 300))
    return sheet


def saved(image: Image.Image, form: str = "JPEG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "BMP"])
def test_the_number_in_a_qr_code_is_read_from_every_usual_kind_of_file(form):
    assert read(saved(paper(code(NUMBER)), form)) == Reading("read", [NUMBER])


def test_the_number_in_a_barcode_is_read():
    assert read(saved(paper(code(NUMBER, zxingcpp.BarcodeFormat.Code128, 1200, 200)))) == Reading("read", [NUMBER])


@pytest.mark.parametrize("text", [
    f"https://dichvucong.gov.vn/p/home/tra-cuu.html?ma_ho_so={NUMBER}&x=1", f"Mã hồ sơ: {NUMBER.lower()}", NUMBER.replace(".", " ")])
def test_the_number_is_found_in_what_else_the_code_says(text):
    assert read(saved(paper(code(text)))).numbers == [NUMBER]


def test_two_codes_give_two_numbers():
    assert sorted(read(saved(paper(code(NUMBER), code(OTHER)))).numbers) == sorted([NUMBER, OTHER])


@pytest.mark.parametrize("taken", [
    lambda sheet: sheet.rotate(12, fillcolor=200), lambda sheet: sheet.rotate(90, expand=True),
    lambda sheet: sheet.filter(ImageFilter.GaussianBlur(1.5)), lambda sheet: sheet.point(lambda value: 90 + value // 8),
    lambda sheet: sheet.resize((4000, 3000)),
], ids=["askew", "on its side", "blurred", "in bad light", "large"])
def test_a_photo_as_people_take_it_is_read(taken):
    assert read(saved(taken(paper(code(NUMBER))), quality=60)).numbers == [NUMBER]


def test_a_photo_without_a_code_says_so():
    assert read(saved(paper())) == Reading("no_code")


def test_a_code_of_something_else_says_so():
    assert read(saved(paper(code("https://example.org/menu")))) == Reading("other_code")


def test_an_identity_card_is_recognised_and_nothing_of_it_leaves():
    reading = read(saved(paper(code("040099012345|181234567|Nguyễn Văn A|01011999|Nam|Nghệ An|01012024"))))
    assert reading == Reading("identity_card")


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7 "])
def test_what_is_no_photo_is_refused(data):
    assert read(data) == Reading("not_a_photo")


def test_half_a_photo_is_refused():
    whole = saved(paper(code(NUMBER)))
    assert read(whole[:len(whole) // 2]).outcome == "not_a_photo"


def test_a_file_above_the_limit_is_not_opened(monkeypatch):
    monkeypatch.setattr(photo.Image, "open", lambda *_, **__: pytest.fail("was opened"))
    assert read(b"\xff" * (MOST_BYTES + 1)) == Reading("too_large")


def test_a_small_file_that_claims_to_be_huge_is_refused_before_it_unfolds():
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000_000))) + chunk(b"IEND", b"")
    assert len(bomb) < 20_000
    assert read(bomb) == Reading("too_large")


def test_reading_writes_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.open", lambda *_, **__: pytest.fail("opened a file"))
    assert read(saved(paper(code(NUMBER)))).numbers == [NUMBER]


@pytest.mark.parametrize("language", languages())
def test_every_end_has_words(language):
    said = Words(language).get("talk")
    assert all(f"photo_{end}" in said for end in ("no_code", "other_code", "identity_card", "too_large", "not_a_photo"))
