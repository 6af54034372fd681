"""The training data and the sets it is measured on: complete, consistent with domain and rules, and apart from one another."""
from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache

import pytest
import yaml

from catalogue.model import ASPECTS
from nlu import examples
from nlu.components import text
from nlu.components.decision import UNSURE
from nlu.components.general import GENERAL
from nlu.evaluation import QUESTIONS, SETS
from nlu.model import ROOT

DATA, TUNING = ROOT / "nlu" / "data", ROOT / "nlu" / "tuning"
FEWEST = {"vi": 60, "en": 20}
DOMAIN = frozenset(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])
RULES = yaml.safe_load((DATA / "rules.yml").read_text(encoding="utf-8"))["rules"]

MEASURED = (SETS, QUESTIONS, TUNING)

SEVERAL = frozenset(("ambiguous", "two_requests"))
"""The training files whose examples mean several services."""

labelled = cache(examples.examples)


@cache
def blocks(folder):
    """Return each block of examples with its file."""
    return [(path, block) for path in sorted(folder.rglob("*.yml"))
            for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", ())]


def same(said: str) -> str:
    """Return what is left of a message without case, accents and punctuation: texts that share it are copies."""
    return " ".join(re.findall(r"\w+", text.fold(said)))


def starting(looking_up: bool) -> Counter:
    """Return in how many rules each intent stands first, with or without an open look-up."""
    return Counter(one["intent"] for rule in RULES if (rule.get("condition") == [{"active_loop": "dossier_form"}]) is looking_up
                   for one in rule["steps"][0].get("or", rule["steps"][:1]) if "intent" in one)


@pytest.mark.parametrize("language", FEWEST)
def test_every_service_has_examples_in_its_own_file(service, language):
    path = DATA / language / f"{service}.yml"
    count = sum(1 for example in labelled(path.parent) if example.file == service and example.intent == service)
    assert count >= FEWEST[language], f"{path} has {count} examples"


@pytest.mark.parametrize("language", FEWEST)
def test_a_services_file_holds_only_its_own_examples(service, language):
    assert {example.intent for example in labelled(DATA / language) if example.file == service} == {service}


def test_every_service_has_a_set_to_be_measured_on(service):
    """Its own examples, and enough of them to say something."""
    intents = Counter(example.intent for example in labelled(SETS) if example.file == service)
    assert intents.keys() == {service}
    assert intents[service] >= 40


def test_every_general_intent_is_measured():
    assert {example.intent for example in labelled(SETS)} >= GENERAL


def test_the_intents_of_the_domain_are_those_of_the_data(scripts):
    assert {example.intent for example in labelled(DATA)} == DOMAIN - {UNSURE}
    assert DOMAIN - {UNSURE} == GENERAL | scripts.keys()


@pytest.mark.parametrize("folder", MEASURED, ids=lambda folder: folder.name)
def test_what_is_measured_has_known_intents(folder):
    assert {example.intent for example in labelled(folder)} <= DOMAIN


@pytest.mark.parametrize("folder", [DATA, *MEASURED], ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_what_is_about_a_service_has_known_aspects_and_nothing_else_has_any(folder):
    for path, block in blocks(folder):
        aspects = (block.get("metadata") or {}).get("aspects") or []
        asked = block["intent"] == "ask_aspect" or block["intent"] not in GENERAL
        if path.stem in SEVERAL and folder == DATA:
            continue
        assert bool(aspects) is asked, f"{path}: {block['intent']} {aspects}"
        assert set(aspects) <= set(ASPECTS) and len(set(aspects)) == len(aspects), f"{path}: {aspects}"


def test_every_aspect_of_every_service_is_learnt(service):
    assert {aspect for example in labelled(DATA) if example.intent == service for aspect in example.aspects} == set(ASPECTS)


@pytest.mark.parametrize("folder", [DATA, *MEASURED], ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_every_example_is_one_line_that_is_read(folder):
    """A line that does not begin with a dash, or with entity syntax in it, would be read as something else."""
    for path, block in blocks(folder):
        for line in block["examples"].splitlines():
            assert re.match(r"- \S", line), f"{path}: {line}"
            assert not re.search(r"\[[^\]]*\][({]", line), f"{path}: {line}"


@pytest.mark.parametrize("folder", MEASURED, ids=lambda folder: folder.name)
def test_no_message_that_is_measured_on_is_trained_on(folder):
    measured = {same(example.text): example.text
                for example in [*labelled(folder), *examples.two_requests(folder), *examples.ambiguous(folder)]}
    copies = [f"{example.file}: {example.text}" for example in labelled(DATA) if same(example.text) in measured]
    assert copies == []


def test_no_message_is_trained_on_with_two_intents():
    """But one that means several services."""
    meant = defaultdict(set)
    for example in labelled(DATA):
        if example.file not in SEVERAL:
            meant[same(example.text)].add(example.intent)
    assert {said: intents for said, intents in meant.items() if len(intents) > 1} == {}


def test_an_example_of_several_services_names_them(scripts):
    for path, block in blocks(DATA):
        metadata = block.get("metadata") or {}
        assert bool(metadata.get("candidates")) is (path.stem == "ambiguous"), f"{path}: {block['intent']}"
        assert bool(metadata.get("services")) is (path.stem == "two_requests"), f"{path}: {block['intent']}"
        if candidates := metadata.get("candidates") or metadata.get("services"):
            assert block["intent"] in candidates and 2 <= len(set(candidates)) == len(candidates), f"{path}: {candidates}"
            assert set(candidates) <= scripts.keys(), f"{path}: {candidates}"


@pytest.mark.parametrize("folder", [SETS, TUNING], ids=lambda folder: folder.name)
def test_messages_that_mean_several_services_name_known_ones(folder, scripts):
    for example in examples.two_requests(folder):
        assert len(set(example.services)) == 2 and set(example.services) <= scripts.keys(), example.text
    for example in examples.ambiguous(folder):
        assert len(set(example.candidates)) > 1 and set(example.candidates) <= scripts.keys(), example.text
    assert examples.two_requests(folder) and examples.ambiguous(folder)


def test_there_is_much_that_is_out_of_scope():
    """Declining needs examples too, and of every kind: a bot that knows only its services serves one to everybody."""
    assert sum(example.intent == "out_of_scope" for example in labelled(DATA)) >= 300


def test_every_intent_stands_in_one_rule():
    assert starting(looking_up=False) == Counter(DOMAIN | {UNSURE})


def test_every_intent_stands_in_one_rule_while_a_dossier_is_looked_up():
    """To ask for a dossier again changes nothing, so it may go without."""
    assert starting(looking_up=True) | Counter(["dossier_status"]) == Counter(DOMAIN | {UNSURE})


@pytest.mark.parametrize("looking_up", [False, True], ids=["alone", "with an open look-up"])
def test_a_service_is_answered(service, looking_up):
    rules = [rule for rule in RULES if bool(rule.get("condition")) is looking_up]
    [rule] = [rule for rule in rules if {"intent": service} in rule["steps"][0].get("or", ())]
    after = ["action_answer", "dossier_form"] if looking_up else ["action_answer"]
    assert [step["action"] for step in rule["steps"] if "action" in step] == after
