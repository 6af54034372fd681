"""A circuit breaker: a source that keeps failing is left alone for a while, then tried with one question."""
from __future__ import annotations

from typing import Callable


class Breaker:
    """Open after `most` failures in a row, for `seconds`; then one trial decides. `clock` counts seconds."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._failures = 0
        self._opened: float | None = None

    def allows(self) -> bool:
        """Tell whether the source may be asked now; after the rest, only the first who asks may."""
        if self._opened is None:
            return True
        if self._clock() - self._opened < self._seconds:
            return False
        # The others wait for what becomes of this trial.
        self._opened = self._clock()
        return True

    def succeeded(self) -> None:
        self._failures, self._opened = 0, None

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= self._most:
            self._opened = self._clock()
