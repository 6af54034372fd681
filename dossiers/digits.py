"""The second factor: the last four digits of the phone or personal id on a dossier, kept only as a keyed hash."""
from __future__ import annotations

import hashlib
import os
import re
import secrets
import unicodedata
from functools import cache
from itertools import groupby
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "spoken.yml"

_GROUP = re.compile(r"\d(?:[\s.\-]*\d)*", re.ASCII)
_FOUR = re.compile(r"\d{4}|\d(?:[\s.\-]+\d){3}", re.ASCII)


def find(text: str) -> str | None:
    """Return the four digits a citizen typed ("1234", "4 số cuối là 1234", "1 2 3 4"), or None unless there is one such group.

    The beginning of a longer number, such as a whole phone number in groups ("0912 345 678"), is not such a group.
    """
    groups = _GROUP.findall(unicodedata.normalize("NFKC", text))
    found = [re.sub(r"\D", "", group) for group in groups if _FOUR.fullmatch(group)]
    return found[0] if len(found) == 1 else None


def said(text: str) -> str | None:
    """Return the four digits that words say ("bốn năm sáu bảy"), for where they were asked for.

    None unless exactly four such words follow each other, once in the message.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    digit = spoken(plain=_folded(text) == text)
    words = [digit.get(word, "") for word in re.findall(r"\w+", text)]
    runs = ["".join(run) for is_digit, run in groupby(words, bool) if is_digit]
    found = [run for run in runs if len(run) == 4]
    return found[0] if len(found) == 1 else None


@cache
def spoken(plain: bool = False) -> dict[str, str]:
    """Return the digit of each word for one, with or without its diacritics."""
    rows = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {_folded(word) if plain else word: str(digit) for digit, names in enumerate(rows) for word in names}


def _folded(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one)).replace("đ", "d")


_BLOCK = 64
"""Bytes SHA-256 works on at a time."""


class Digits:
    """Hashes a number with four digits. Without the key, four digits could be found by trying all 10,000."""

    def __init__(self, key: bytes) -> None:
        self._short = hashlib.sha256(b"fingerprint:" + key).digest()
        # HMAC with the key's own part done once (RFC 2104): half the time of the library's function, and an import hashes millions.
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        self._inner, self._outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))

    def hash(self, number: str, digits: str) -> str:
        """Return the keyed hash (HMAC-SHA-256, in hex) of a number with four digits."""
        return self._hmac(f"{number}:{digits}")

    def number_hash(self, number: str) -> str:
        """Return what the attempts table keeps of a number."""
        return self._hmac(number)

    def fingerprint(self, text: str) -> bytes:
        """Return 16 bytes by which the same text is known again; without the key they tell nothing of it."""
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=self._short).digest()

    def chat_hash(self, chat: str) -> str:
        """Return what the attempts table keeps of a chat that asked to be forgotten."""
        return self._hmac(f"chat:{chat}")

    def _hmac(self, text: str) -> str:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        return outer.hexdigest()


def key_from(secret: str | None, path: Path) -> bytes:
    """Return the configured secret, or the one kept in `path`, made there at first use and readable by its owner only."""
    if secret:
        return secret.encode()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:
            pass  # another process was first; its key is the one to use
    return path.read_text(encoding="ascii").strip().encode()
