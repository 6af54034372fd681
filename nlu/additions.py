"""A domain and rules for taught examples: a service that is new gets what every service has, without touching the files."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping

import yaml

from nlu import examples
from nlu.components.decision import UNSURE
from nlu.components.general import GENERAL


def beside(domain: Path, data: Path, taught: Path, folder: Path) -> tuple[Path, list[str]]:
    """Write into `folder` what the taught examples need beside the files; return the domain and the paths of the data."""
    known = yaml.safe_load(domain.read_text(encoding="utf-8"))
    new = sorted({block["intent"] for block in examples.blocks(taught)} - set(known["intents"]))
    if not new:
        return domain, [str(data), str(taught)]
    services = set(known["intents"]) - GENERAL - {UNSURE}
    rules = yaml.safe_load((data / "rules.yml").read_text(encoding="utf-8"))
    written = folder / "domain.yml"
    _write(written, {**known, "intents": [*known["intents"], *new]})
    _write(folder / "rules.yml", {"version": rules["version"], "rules": [
        _for(rule, intent) for intent in new for rule in rules["rules"] if _begins_with(rule, services)]})
    return written, [str(data), str(taught), str(folder / "rules.yml")]


def _begins_with(rule: Mapping[str, Any], services: set[str]) -> bool:
    return any(one.get("intent") in services for one in rule["steps"][0].get("or", ()))


def _for(rule: Mapping[str, Any], intent: str) -> dict[str, Any]:
    return {**rule, "rule": f"{rule['rule']}: {intent}", "steps": [{"intent": intent}, *rule["steps"][1:]]}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
