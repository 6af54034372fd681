"""What the bot says, before any channel gives it a form: blocks of lines, buttons, and what the answer is about."""
from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

KINDS = ("procedure", "status", "clarify", "fallback", "handover", "talk")


@dataclass(frozen=True)
class Payload:
    """What a button asks for; its text form is the one Rasa reads as an intent with entities."""

    intent: str
    aspect: str | None = None
    case: str | None = None
    item: str | None = None

    _TEXT = re.compile(r"/([a-z][a-z0-9_]{1,40})(\{.{0,200}\})?\Z", re.DOTALL)

    def text(self) -> str:
        """Return `/passport{"aspect": "fee"}`."""
        entities = {key: value for key, value in vars(self).items() if key != "intent" and value}
        return f"/{self.intent}{json.dumps(entities) if entities else ''}"

    @classmethod
    def parse(cls, text: str) -> Payload | None:
        """Return the payload that `text` is, or None for any other text, hostile ones included."""
        found = cls._TEXT.match(text)
        if not found:
            return None
        try:
            entities = json.loads(found[2] or "{}")
        except ValueError:
            return None
        known = {key: value for key, value in entities.items() if key in ("aspect", "case", "item")}
        return cls(found[1], **known) if all(isinstance(value, str) for value in known.values()) else None


@dataclass(frozen=True)
class Button:
    """A choice: either `payload` comes back as a message, or `url` opens."""

    label: str
    payload: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Block:
    """Lines that belong together, under an optional heading, as text, bullets or numbered steps."""

    lines: Sequence[str]
    heading: str | None = None
    style: str = "text"


@dataclass(frozen=True)
class About:
    """What an answer is about, for programs: the `custom` object of the REST channel."""

    kind: str
    intent: str | None = None
    service: str | None = None
    aspects: Sequence[str] = ()
    candidates: Sequence[Any] = ()
    dossier: str | None = None
    status: str | None = None
    language: str = "vi"
    revision: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the object with every key of the contract, absent values as None and lists as lists."""
        return {**vars(self), "aspects": list(self.aspects), "candidates": [list(pair) for pair in self.candidates]}


@dataclass(frozen=True)
class Reply:
    """One message to the citizen. `outcome` names why it was said (see `answers.outcomes`)."""

    outcome: str
    about: About
    title: str = ""
    blocks: Sequence[Block] = ()
    footer: Sequence[str] = ()
    buttons: Sequence[Sequence[Button]] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return plain data that survives JSON; `from_dict` makes the same reply of it."""
        return {
            "outcome": self.outcome, "about": self.about.as_dict(), "title": self.title,
            "blocks": [{**vars(block), "lines": list(block.lines)} for block in self.blocks],
            "footer": list(self.footer),
            "buttons": [[dict(vars(button)) for button in row] for row in self.buttons],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Reply:
        return cls(
            data["outcome"], About(**data["about"]), data["title"],
            tuple(Block(**block) for block in data["blocks"]), tuple(data["footer"]),
            tuple(tuple(Button(**button) for button in row) for row in data["buttons"]),
        )


def plain(reply: Reply) -> str:
    """Return the reply as text that reads well without markup; buttons are not part of it."""
    parts = [reply.title] if reply.title else []
    for block in reply.blocks:
        marks = {"bullets": ["• "] * len(block.lines), "numbers": [f"{n}. " for n in range(1, len(block.lines) + 1)]}
        body = [mark + line for mark, line in zip(marks.get(block.style, [""] * len(block.lines)), block.lines, strict=True)]
        parts.append("\n".join(([block.heading + ":"] if block.heading else []) + body))
    if reply.footer:
        parts.append("\n".join(reply.footer))
    return "\n\n".join(parts)
