"""The bot's own words, one file a language; a language exists when its file does."""
from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DEFAULT = "vi"
FOLDER = Path(__file__).parent


@cache
def languages() -> tuple[str, ...]:
    """Return the languages the bot speaks, the default first."""
    return tuple(sorted((path.stem for path in FOLDER.glob("*.yml")), key=lambda code: (code != DEFAULT, code)))


@cache
def _file(folder: Path, language: str) -> dict[str, Any]:
    return yaml.safe_load((folder / f"{language}.yml").read_text(encoding="utf-8"))


class Words:
    """The words of one language, found by their dotted name: `Words("vi")("fallback.text", hotline="1800 1096")`."""

    def __init__(self, language: str, folder: Path = FOLDER) -> None:
        self.language = language if language in languages() else DEFAULT
        self._folder = folder

    def __call__(self, name: str, /, **values: Any) -> str:
        """Return the text of that name with {values} filled in. Raises KeyError for a name the file lacks."""
        return self.get(name).format(**values)

    def get(self, name: str) -> Any:
        """Return what stands under that name as it is: a text, or a list of texts."""
        found: Any = _file(self._folder, self.language)
        for part in name.split("."):
            found = found[part]
        return found
