"""Replies as Telegram HTML: the only place that writes it. Every word of a reply is escaped here."""
from __future__ import annotations

from html import escape
from typing import Iterator

from answers.reply import Block, Reply

LIMIT = 4096
"""Characters (UTF-16 units) in a Telegram message, counted after the markup is read."""


def messages(reply: Reply) -> list[str]:
    """Return the reply as one message, or as several where it is too long for one; cut between lines only."""
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
        yield f"{mark}{escape(line, quote=False)}\n"


def _length(text: str) -> int:
    # Escapes and tags make this more than Telegram counts, which errs on the safe side.
    return len(text.encode("utf-16-le")) // 2
