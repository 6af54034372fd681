"""The live service scripts, read from the database and kept until something is published."""
from __future__ import annotations

import logging
import time
from datetime import date
from typing import Any, Callable, Mapping, Sequence, TypeVar

from catalogue import files
from catalogue.model import Elsewhere, Script, Topic
from catalogue.revisions import Revisions, import_changed

log = logging.getLogger(__name__)

Made = TypeVar("Made")

FRESH_SECONDS = 0.5
"""How long the kept scripts are trusted before the version is asked for again; a publication shows within a second."""


class Catalogue:
    """The scripts in force in this process. A script that cannot be read is logged and left out; the rest serve."""

    def __init__(self, revisions: Revisions, clock: Callable[[], float] = time.monotonic) -> None:
        self._revisions = revisions
        self._clock = clock
        self._checked = float("-inf")
        self._version: int | None = None
        self._scripts: dict[str, Script] = {}
        self._topics: dict[str, Topic] = {}
        self._elsewhere: tuple[Elsewhere, ...] = ()

    def scripts(self) -> Mapping[str, Script]:
        """Return the live scripts by service id, in the order of their programme's list."""
        self._refresh()
        return self._scripts

    def get(self, service: str | None) -> Script | None:
        """Return the live script of a service, or None if there is none."""
        return self.scripts().get(service or "")

    def topic(self, name: str) -> Topic | None:
        """Return what is said about a topic that belongs to no service, or None."""
        self._refresh()
        return self._topics.get(name)

    def topics(self) -> Mapping[str, Topic]:
        self._refresh()
        return self._topics

    def elsewhere(self) -> Sequence[Elsewhere]:
        """Return the procedures that are none of our services, each with where to go for it."""
        self._refresh()
        return self._elsewhere

    def _refresh(self) -> None:
        now = self._clock()
        if now - self._checked < FRESH_SECONDS:
            return
        version = self._revisions.version()
        if version != self._version:
            self._load()
            self._version = version
        self._checked = now

    def _load(self) -> None:
        live = self._revisions.live()
        shared = _read(_topics, files.SHARED, live.pop(files.SHARED, (0, {"topics": ()})))
        elsewhere = _read(_elsewhere, files.ELSEWHERE, live.pop(files.ELSEWHERE, (0, {"procedures": ()})))
        scripts = [script for name, row in live.items() if (script := _read(Script.of, name, row))]
        scripts.sort(key=lambda script: (script.programme != "project06", script.number))
        self._scripts = {script.id: script for script in scripts}
        self._topics = shared or {}
        self._elsewhere = elsewhere or ()


def _topics(content: Mapping[str, Any], revision: int) -> dict[str, Topic]:
    return {topic["id"]: Topic.of(topic, revision) for topic in content["topics"]}


def _elsewhere(content: Mapping[str, Any], revision: int) -> tuple[Elsewhere, ...]:
    day = date.fromisoformat(content["verified_on"]) if content["procedures"] else None
    return tuple(Elsewhere(item["id"], item["name"], item["words"], item["where"], day, revision) for item in content["procedures"])


def _read(make: Callable[[Mapping[str, Any], int], Made], name: str, live: tuple[int, Mapping[str, Any]]) -> Made | None:
    revision, content = live
    try:
        return make(content, revision)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        log.error("script %s@%s cannot be read and is left out: %r", name, revision, error)
        return None


def open_catalogue(revisions: Revisions) -> Catalogue:
    """Return the catalogue, importing the service files first into a database that has no script at all."""
    if not revisions.live():
        scripts, problems = files.read_folder()
        for problem in problems:
            log.error("service file left out: %s", problem)
        import_changed(revisions, scripts, "import", "first start")
    return Catalogue(revisions)
