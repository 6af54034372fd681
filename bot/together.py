"""What a channel wants kept in the very transaction that keeps what a conversation remembers: the answer goes with the memory."""
from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Callable, Iterator, Mapping, Sequence

Keep = Callable[[Any, Sequence[Mapping[str, Any]]], None]
"""Keeps replies, as plain data, on a connection whose transaction is about to be committed."""

_keep: ContextVar[Keep | None] = ContextVar("keep", default=None)


@contextmanager
def together(keep: Keep) -> Iterator[None]:
    """Have `keep` called within each transaction that keeps the conversation in this block."""
    token = _keep.set(keep)
    try:
        yield
    finally:
        _keep.reset(token)


def keep(connection: Any, replies: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was said, where a channel wants it kept."""
    if wanted := _keep.get():
        wanted(connection, replies)
