"""The labels as training examples: an ordinary file of Rasa's NLU format, with author and date of each block."""
from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, Sequence

import yaml

from conversations.tables import LabelRow
from nlu.components import text
from store.base import VIETNAM

_MARKUP = re.compile(r"[\[\]{}\s]+")
"""In Rasa's format brackets mark entities and a line break ends an example."""


def as_yaml(labels: Sequence[LabelRow]) -> str:
    """Return the file. Of labels that contradict each other the newest holds; labels that teach nothing are left out."""
    newest = {text.folded(row.text): row for row in sorted(labels, key=lambda row: row.id) if row.intent and example(row.text)}
    blocks: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in newest.values():
        blocks[row.intent, row.aspects, row.author, (row.at + VIETNAM).strftime("%Y-%m-%d")].append(example(row.text))
    nlu = [_block(*key, lines) for key, lines in sorted(blocks.items())]
    return yaml.dump({"version": "3.1", "nlu": nlu}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000)


def example(said: str) -> str:
    """Return a message as one line of the file, "" if no letter remains."""
    line = _MARKUP.sub(" ", said).strip().lstrip("-/ ")
    return line if any(character.isalpha() for character in line) else ""


def _block(intent: str, aspects: str, author: str, day: str, lines: Sequence[str]) -> dict[str, Any]:
    metadata = {**({"aspects": aspects.split(",")} if aspects else {}), "author": author, "date": day}
    return {"intent": intent, "metadata": metadata, "examples": _Lines("".join(f"- {line}\n" for line in lines))}


class _Lines(str):
    """A text of several lines, written as a block."""


class _Dumper(yaml.SafeDumper):
    """Writes blocks as people do."""


_Dumper.add_representer(_Lines, lambda dumper, lines: dumper.represent_scalar("tag:yaml.org,2002:str", str(lines), style="|"))
