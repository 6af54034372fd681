"""The closed set of outcomes of a message, from `outcomes.yml`."""
from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Mapping

import yaml

FILE = Path(__file__).parent / "outcomes.yml"


@dataclass(frozen=True)
class Outcome:
    """Why something was said: a label and a description for staff, and the kind programs see."""

    label: str
    description: str
    kind: str


@lru_cache(maxsize=1)
def outcomes() -> Mapping[str, Outcome]:
    """Return every outcome by its name."""
    return {name: Outcome(**row) for name, row in yaml.safe_load(FILE.read_text(encoding="utf-8")).items()}


def named(kind: str) -> list[str]:
    """Return the names of the outcomes of a kind."""
    return [name for name, outcome in outcomes().items() if outcome.kind == kind]
