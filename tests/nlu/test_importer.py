"""The importer reads what Rasa's own does, and names the file of what is no example."""
from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rasa.shared.importers.rasa import RasaFileImporter

from nlu.importer import Importer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path) -> Path:
    """Some of our files: examples with and without aspects, of two services, and the rules."""
    for name in ("vi/passport.yml", "vi/two_requests.yml", "vi/greet.yml", "en/passport.yml", "rules.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "nlu" / "data" / name, tmp_path / name)
    return tmp_path


def told(importer) -> list[dict]:
    return sorted((message.data for message in importer.get_nlu_data().training_examples), key=str)


def test_examples_and_rules_are_those_rasa_reads(data):
    ours, rasas = (kind(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(data)]) for kind in (Importer, RasaFileImporter))
    assert len(told(ours)) > 300 and told(ours) == told(rasas)
    assert ours.get_stories().fingerprint() == rasas.get_stories().fingerprint()
    assert ours.get_domain().fingerprint() == rasas.get_domain().fingerprint() and ours.get_config() == rasas.get_config()


def test_an_example_that_stands_twice_is_learnt_once(tmp_path):
    (tmp_path / "one.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - chào em\n    - chào em\n    - chào\n", encoding="utf-8")
    assert [one["text"] for one in told(Importer(training_data_paths=[str(tmp_path)]))] == ["chào em", "chào"]


@pytest.mark.parametrize("block", ["- greet", "- intent: greet", "- examples: |\n    - chào", "- intent: greet\n  examples: [chào]"])
def test_what_is_no_example_is_named_with_its_file(block, tmp_path):
    path = tmp_path / "wrong.yml"
    path.write_text(f"nlu:\n{block}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.yml: expected an intent and its examples"):
        Importer(training_data_paths=str(path)).get_nlu_data()
