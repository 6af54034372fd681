"""Replies as Telegram HTML: the only place that writes it. Every word of a reply is escaped here."""
from __future__ import annotations

import textwrap
from html import escape
from typing import Iterator

from answers.reply import Block, Reply

LIMIT = 4096
"""Characters (UTF-16 units) in a Telegram message, counted after the markup is read."""

SURELY_FITS = 800
"""Characters that fit into a message even if each of them is escaped."""


def messages(reply: Reply) -> list[str]:
    """Return the reply as one message, or as several where it is too long for one; cut between lines."""
    parts: list[str] = []
    current = ""
    for piece in _pieces(reply):
        if current and _length(current) + _length(piece) > LIMIT:
            parts.append(current.strip())
            current = ""
        current += piece
    return [*parts, current.strip()]


def _pieces(reply: Reply) -> Iterator[str]:
    if reply.title:
        yield f"<b>{escape(reply.title, quote=False)}</b>\n"
    for block in reply.blocks:
        yield "\n"
        yield from _lines(block)
    if reply.footer:
        yield "\n" + "\n".join(f"<i>{escape(line, quote=False)}</i>" for line in reply.footer)


def _lines(block: Block) -> Iterator[str]:
    if block.heading:
        yield f"<b>{escape(block.heading, quote=False)}:</b>\n"
    for number, line in enumerate(block.lines, 1):
        mark = {"bullets": "• ", "numbers": f"{number}. "}.get(block.style, "")
        for part in _parts(f"{mark}{line}"):
            yield f"{escape(part, quote=False)}\n"


def _parts(line: str) -> list[str]:
    """Return the line whole, or in parts if it alone is too long for a message, as an office's note may be."""
    return [line] if _length(escape(line, quote=False)) < LIMIT else textwrap.wrap(line, SURELY_FITS)


def _length(text: str) -> int:
    # Escapes and tags make this more than Telegram counts, which errs on the safe side.
    return len(text.encode("utf-16-le")) // 2
