"""The component that adds dossier numbers as entities; which spellings are numbers is tested in tests/dossiers."""
from __future__ import annotations

import pytest
import yaml
from rasa.shared.nlu.constants import ENTITIES

from nlu.components.dossier_numbers import DOSSIER, DossierNumbers
from nlu.model import ROOT

NUMBER, OTHER = "G01.123.456-261102-000101", "H41.12-261112-0007"


def entities(message) -> list[dict]:
    """Return the entities of a message after the component."""
    [one] = DossierNumbers({}).process([message])
    return one.get(ENTITIES)


@pytest.mark.parametrize("typed", [NUMBER, NUMBER.lower(), "g01 123 456 261102 000101", "G01123456261102000101"])
def test_a_number_is_an_entity_in_its_canonical_spelling(message, typed):
    text = f"hồ sơ {typed} tới đâu rồi"
    [entity] = entities(message(text))
    assert (entity["entity"], entity["value"], entity["extractor"]) == (DOSSIER, NUMBER, "DossierNumbers")
    assert text[entity["start"]:entity["end"]] == typed


def test_several_numbers_are_several_entities_in_their_order(message):
    assert [entity["value"] for entity in entities(message(f"{OTHER} và {NUMBER}"))] == [OTHER, NUMBER]


@pytest.mark.parametrize("text", ["", "làm hộ chiếu", "0912345678", "cccd 040199012345", "G01.123.456-261302-000101"])
def test_a_text_without_a_number_gets_no_entity(message, text):
    assert entities(message(text)) == []


def test_entities_found_before_are_kept(message):
    before = {"entity": "aspect", "value": "fee"}
    assert [entity["value"] for entity in entities(message(NUMBER, entities=[before]))] == ["fee", NUMBER]


def test_the_entities_are_part_of_what_rasa_gives_out(message):
    [one] = DossierNumbers({}).process([message(NUMBER)])
    assert one.as_dict(only_output_properties=True)[ENTITIES][0]["value"] == NUMBER


def test_the_entity_is_one_of_the_domain():
    assert DOSSIER in yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["entities"]
