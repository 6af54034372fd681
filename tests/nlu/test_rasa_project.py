"""It stays a standard Rasa project: Rasa's own commands work on it as the README says."""
from __future__ import annotations

import json
from collections import Counter

import pytest

from nlu import examples
from nlu.evaluation import SETS

COMMANDS = {
    "validate": (["-m", "rasa", "data", "validate", "--data", "nlu/data"], b""),
    "test": (["-m", "rasa", "test", "nlu", "--nlu", "tests/nlu", "--model", "{model}", "--out", "{folder}/results", "--no-plot"],
             b""),
}

pytestmark = pytest.mark.model


def test_rasa_finds_nothing_wrong_with_data_domain_and_rules(ran):
    """What it finds wrong it only warns of."""
    said = ran["validate"].out + ran["validate"].err
    assert ran["validate"].code == 0, said
    assert "rasa.validator" in said and "No story structure conflicts found" in said
    assert [line for line in said.splitlines() if ": UserWarning: " in line or " WARNING " in line or " ERROR " in line] == []


def test_rasa_measures_the_model_on_our_sets(ran):
    assert ran["test"].code == 0, ran["test"].err
    report = json.loads((ran["test"].folder / "results" / "intent_report.json").read_text(encoding="utf-8"))
    for intent, count in Counter(example.intent for example in examples.examples(SETS)).items():
        assert report[intent]["support"] == count
    assert report["passport"]["recall"] > 0.5
