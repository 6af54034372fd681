"""What is kept of a message: its words without its figures."""
from __future__ import annotations

import re

_FIGURES = re.compile(r"\d(?:[\s.\-]?\d){3,}")


def masked(text: str) -> str:
    """Return a message without its figures of four digits and more: phones, personal ids, dossier numbers, digits."""
    return _FIGURES.sub("…", text)
