"""Labelled messages read from files, for measuring: Rasa's NLU format, two requests in one message, ambiguous ones."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

import yaml


@dataclass(frozen=True)
class Example:
    """A message with what it means: its intent (a service id or a general intent) and the aspects asked."""

    text: str
    intent: str
    aspects: Sequence[str]
    file: str
    folder: str


@dataclass(frozen=True)
class TwoRequests:
    """A message that asks two services, in the order it asks them."""

    text: str
    services: Sequence[str]


@dataclass(frozen=True)
class Ambiguous:
    """A message a good clerk would ask back about, with the services it may mean."""

    text: str
    candidates: Sequence[str]


def examples(folder: Path) -> list[Example]:
    """Return every labelled message below the folder."""
    return [one for path in sorted(folder.rglob("*.yml")) for one in of_file(path)]


def of_file(path: Path) -> list[Example]:
    """Return the labelled messages of a file."""
    return [Example(line[2:].strip(), block["intent"], (block.get("metadata") or {}).get("aspects") or [], path.stem,
                    path.parent.name)
            for block in blocks(path) for line in block["examples"].splitlines() if line.startswith("- ")]


def blocks(path: Path) -> list[dict[str, Any]]:
    """Return a file's blocks of examples as they stand."""
    return (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("nlu") or []


def two_requests(folder: Path) -> list[TwoRequests]:
    return [TwoRequests(row["text"], row["services"]) for row in _rows(folder, "two_requests")]


def ambiguous(folder: Path) -> list[Ambiguous]:
    return [Ambiguous(row["text"], row["candidates"]) for row in _rows(folder, "ambiguous")]


def _rows(folder: Path, key: str) -> list[dict]:
    return [row for path in sorted(folder.rglob(f"{key}.yml")) for row in yaml.safe_load(path.read_text(encoding="utf-8"))[key]]
