"""The codes in a photo of a receipt: QR or barcode read into text. The photo stays in memory and is gone afterwards."""
from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from typing import Sequence
from urllib.parse import unquote_plus

import zxingcpp
from PIL import Image, ImageOps

from dossiers import numbers
from dossiers.kinds import kind

MOST_BYTES = 6 * 1024 * 1024
"""A photo from a phone, or from Telegram, is smaller."""

MOST_PIXELS = 30_000_000
"""What a small file may claim to unfold into is bounded before it is unfolded."""

SIDE = 2_400
"""Longer sides are made smaller first: a code that a person can see stays readable, and the time stays bounded."""

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF")
MOST_CODES, MOST_TEXT = 10, 500


@dataclass(frozen=True)
class Reading:
    """What a photo told: `outcome` is read, no_code, other_code, identity_card, too_large or not_a_photo."""

    outcome: str
    numbers: Sequence[str] = ()


class PhotoRefused(ValueError):
    """The photo is not read; `outcome` says why, as in `Reading`."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def read(data: bytes) -> Reading:
    """Return the dossier numbers in a photo's codes; what else stands in them is looked at and forgotten."""
    try:
        found = texts(data)
    except PhotoRefused as refused:
        return Reading(refused.outcome)
    known = [number.canonical for text in found for number in numbers.find(text)]
    if known:
        return Reading("read", list(dict.fromkeys(known)))
    if any(kind(text) == "personal_id" for text in found):
        return Reading("identity_card")
    return Reading("other_code" if found else "no_code")


def texts(data: bytes) -> list[str]:
    """Return what the codes in a photo say. Raises `PhotoRefused`."""
    if len(data) > MOST_BYTES:
        raise PhotoRefused("too_large")
    image = _opened(data)
    for one in (image, ImageOps.autocontrast(image)):
        found = [_readable(result.text[:MOST_TEXT]) for result in zxingcpp.read_barcodes(one)[:MOST_CODES] if result.text]
        if found:
            return found
    return []


def _opened(data: bytes) -> Image.Image:
    """Return the photo in shades of grey, upright and not too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise PhotoRefused("too_large")
            image.draft("L", (SIDE, SIDE))
            image.thumbnail((SIDE, SIDE))
            return ImageOps.exif_transpose(image).convert("L")
    except PhotoRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PhotoRefused("too_large") from error
    except Exception as error:
        # Pillow raises many kinds of errors for files made to break it; whichever it is, this is no photo to read.
        raise PhotoRefused("not_a_photo") from error


def _readable(text: str) -> str:
    """Return a code's text with the parts of an address set apart, so that a number in one is found."""
    return re.sub("[=&?#/]", " / ", unquote_plus(text)) if "://" in text else text
