"""Taught examples of a service no file knows: it gets into the domain and into every rule that services have."""
from __future__ import annotations

import yaml

from nlu import additions
from nlu.inputs import ROOT

DOMAIN, DATA = ROOT / "domain.yml", ROOT / "nlu" / "data"


def taught(folder, *intents):
    path = folder / "taught.yml"
    blocks = [{"intent": intent, "examples": "- một câu\n"} for intent in intents]
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}), encoding="utf-8")
    return path


def intents(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))["intents"]


def first_steps(path):
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
    return [(rule.get("condition"), rule["steps"][0].get("or", [rule["steps"][0]]), rule["steps"][1:]) for rule in rules]


def test_known_intents_need_nothing_beside_the_files(tmp_path):
    path = taught(tmp_path, "passport", "out_of_scope")
    assert additions.beside(DOMAIN, DATA, path, tmp_path) == (DOMAIN, [str(DATA), str(path)])


def test_a_new_service_is_handled_by_every_rule_of_services_and_by_no_other(tmp_path):
    path = taught(tmp_path, "fishing_boat", "passport", "well")
    domain, data = additions.beside(DOMAIN, DATA, path, tmp_path)
    assert intents(domain) == [*intents(DOMAIN), "fishing_boat", "well"]
    assert data == [str(DATA), str(path), str(tmp_path / "rules.yml")]
    of_services = [(condition, rest) for condition, first, rest in first_steps(DATA / "rules.yml") if {"intent": "passport"} in first]
    made = first_steps(tmp_path / "rules.yml")
    assert len(of_services) == 2 and len(made) == 4
    for intent in ("fishing_boat", "well"):
        assert [(condition, rest) for condition, first, rest in made if first == [{"intent": intent}]] == of_services
