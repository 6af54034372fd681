"""Which message, press or piece of work is being dealt with: a name that stands in every line logged about it, in every room."""
from __future__ import annotations

import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Iterator

MOST = 32
"""Characters of a trace."""

_current: ContextVar[str] = ContextVar("trace", default="")


def current() -> str:
    """Return the trace of what is being dealt with here; empty where it is nothing in particular."""
    return _current.get()


@contextmanager
def traced(name: str | None = None) -> Iterator[str]:
    """Deal with something under this trace, or under a new one; threads and tasks begun meanwhile inherit it."""
    token = _current.set((name or secrets.token_hex(8))[:MOST])
    try:
        yield _current.get()
    finally:
        _current.reset(token)
