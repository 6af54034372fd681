"""Scripts that come in from files: what each would change, what is wrong with it, and drafts made of those chosen.

Nothing that comes in is live: it becomes a draft, which a second person approves like any other.
"""
from __future__ import annotations

import base64
import binascii
import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

import yaml

from catalogue import files, packed, workbook_reading
from catalogue.differences import Difference, differences
from catalogue.drafts import DraftRefused, Drafts
from catalogue.workbook_reading import Mistake, Reading

Live = Mapping[str, tuple[int, Mapping[str, Any]]]
"""The scripts there are: revision and content by id; revision 0 for one that is only a draft."""

DEEPEST = 20
"""How deep lists and mappings may stand in each other in a YAML file; a script's are seven deep."""


@dataclass(frozen=True)
class Proposal:
    """One script of an upload. It can become a draft unless it has mistakes, changes nothing, or a draft is on its way."""

    script: str
    base: int
    content: Mapping[str, Any]
    changes: Sequence[Difference]
    mistakes: Sequence[Mistake] = field(default=())
    newer: bool = False
    in_draft: bool = False

    @property
    def usable(self) -> bool:
        return bool(self.changes) and not self.mistakes and not self.in_draft


def read(data: bytes, name: str, live: Live) -> Reading:
    """Return what an uploaded workbook, YAML file, or packed folder of YAML files says. Raises `packed.Unreadable`."""
    packed.check_size(data)
    if name.lower().endswith((".yml", ".yaml")):
        return _yaml([(name, data)], live)
    parts = packed.unpack(data)
    if "[Content_Types].xml" in parts.namelist():
        return workbook_reading.read(data, {script: content for script, (_, content) in live.items()})
    try:
        inside = [(part.filename, parts.read(part)) for part in parts.infolist() if part.filename.endswith((".yml", ".yaml"))]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
        raise packed.Unreadable("damaged", type(error).__name__) from error
    if not inside:
        raise packed.Unreadable("not_packed")
    return _yaml(inside, live)


def proposals(reading: Reading, live: Live, drafts: Sequence[str]) -> list[Proposal]:
    """Return what an upload would do to each script in it."""
    found = []
    for script, content in reading.contents.items():
        base, before = live.get(script, (0, {}))
        mistakes = [_located(reading, script, problem) for problem in files.check(content, script, script)]
        newer = reading.revisions.get(script, base) not in (0, base)
        found.append(Proposal(script, base, content, list(differences(before, content)), mistakes, newer, script in drafts))
    return found


def pack(chosen: Sequence[Proposal]) -> str:
    """Return proposals as one text, for a page to carry from the report to the button that makes the drafts."""
    held = {one.script: {"base": one.base, "content": one.content} for one in chosen}
    return base64.b64encode(zlib.compress(json.dumps(held, ensure_ascii=False).encode(), 9)).decode()


def unpack(text: str) -> dict[str, dict[str, Any]]:
    """Return what `pack` packed. Raises `packed.Unreadable` for a text that is not of it."""
    try:
        opened = zlib.decompressobj()
        raw = opened.decompress(base64.b64decode(text, validate=True), packed.MOST_UNPACKED)
        held = json.loads(raw)
        return {str(script): {"base": int(one["base"]), "content": dict(one["content"])} for script, one in held.items()}
    except (binascii.Error, zlib.error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise packed.Unreadable("damaged") from None


def make_drafts(drafts: Drafts, live: Live, held: Mapping[str, Mapping[str, Any]], writer: str, reason: str) -> dict[str, str]:
    """Make a draft of each script; return what became of each: made, or why not (exists, outdated, invalid)."""
    done = {}
    for script, one in held.items():
        if files.check(one["content"], script, script):
            done[script] = "invalid"
        elif drafts.current(script):
            done[script] = "exists"
        elif live.get(script, (0, {}))[0] != one["base"]:
            done[script] = "outdated"
        else:
            done[script] = _draft(drafts, script, one["content"], writer, reason)
    return done


def as_yaml(scripts: Live) -> bytes:
    """Return scripts as YAML files, packed into one."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for script, (_, content) in scripts.items():
            made.writestr(f"{script}.yml", files.dump(content))
    return held.getvalue()


def _draft(drafts: Drafts, script: str, content: Mapping[str, Any], writer: str, reason: str) -> str:
    draft = drafts.open(script, writer, content)
    try:
        drafts.save(draft.id, draft.version, content, reason, writer)
    except DraftRefused:
        return "exists"
    return "made"


def _yaml(given: Sequence[tuple[str, bytes]], live: Live) -> Reading:
    reading = Reading()
    for name, data in given:
        try:
            content = _parsed(data)
        except packed.Unreadable as wrong:
            reading.mistakes.append(Mistake(name, None, "", wrong.rule, wrong.detail))
            continue
        script = files.name_of(content)
        if script is None or script in reading.contents:
            reading.mistakes.append(Mistake(name, None, "", "same_script" if script else "not_a_script", script))
            continue
        reading.contents[script] = content
        reading.places[script, ""] = (name, None, "")
    return reading


def _parsed(data: bytes) -> Any:
    """Return the data of a YAML file. Raises `Unreadable`; what would grow past all measure is not even begun."""
    try:
        text, depth = data.decode("utf-8-sig"), 0
        for event in yaml.parse(text, Loader=files.LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise packed.Unreadable("aliases")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise packed.Unreadable("deep")
        return files.parse(text)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise packed.Unreadable("not_yaml", " ".join(str(error).split())[:200]) from error


def _located(reading: Reading, script: str, problem: files.Problem) -> Mistake:
    sheet, row, column = reading.locate(script, problem.field)
    return Mistake(sheet, row, column, problem.rule, problem.limit, problem.message, problem.field)
