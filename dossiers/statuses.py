"""The ten statuses of the National Public Service Portal, from `statuses.yml`."""
from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Mapping

import yaml

STATUSES = Path(__file__).parent / "statuses.yml"


@dataclass(frozen=True)
class Status:
    """A status: its portal code, our name for it, whether the office still works on the dossier, and plain words.

    `step` and `held` say how far it is and whether it stands still there, as `statuses.yml` explains.
    """

    code: int
    id: str
    open: bool
    name: Mapping[str, str]
    meaning: Mapping[str, str]
    next: Mapping[str, str]
    step: int
    held: str = ""
    portal: str = ""


@lru_cache(maxsize=1)
def statuses() -> Mapping[int, Status]:
    """Return the statuses by their portal code."""
    return {row["code"]: Status(**row) for row in yaml.safe_load(STATUSES.read_text(encoding="utf-8"))}


def parse(text: str) -> Status | None:
    """Return the status that a code, a name of ours or its Vietnamese name stands for, or None."""
    wanted = text.strip().casefold()
    return next((status for status in statuses().values() if wanted and wanted in (
        str(status.code), status.id, status.name["vi"].casefold(), status.portal.casefold())), None)
