"""Opening what somebody uploads: small, not a bomb, and what it says it is."""
from __future__ import annotations

import io
import zipfile

MOST_BYTES = 4 * 1024 * 1024
"""Bytes of an upload."""

MOST_UNPACKED, MOST_PARTS = 40 * 1024 * 1024, 400
"""Bytes and files of an upload that is packed, once it is unpacked: all scripts take a tenth of it."""


class Unreadable(ValueError):
    """An upload that is not read at all; `rule` says why: empty, too_large, bomb, not_packed, damaged, aliases, not_yaml."""

    def __init__(self, rule: str, detail: str = "") -> None:
        super().__init__(f"{rule} {detail}".strip())
        self.rule, self.detail = rule, detail


def check_size(data: bytes) -> None:
    """Raises `Unreadable`: empty, too_large."""
    if not data:
        raise Unreadable("empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large")


def unpack(data: bytes) -> zipfile.ZipFile:
    """Return a packed file (a workbook is one) to read from. Raises `Unreadable`."""
    check_size(data)
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
        parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise Unreadable("not_packed") from None
    # zipfile gives no more of a part than it declares, so the sum of what is declared is the sum of what comes out.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("bomb")
    return packed
