"""The examples as a file: what Rasa reads from it is what was labelled."""
from __future__ import annotations

import datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conversations.tables import LabelRow
from nlu import examples
from teaching.export import as_yaml, example

AT = datetime.datetime(2026, 11, 30, 20, 0)


def label(number, text, intent="passport", aspects="fee", author="lan"):
    return LabelRow(id=number, text=text, intent=intent, aspects=aspects, author=author, at=AT)


def test_examples_stand_with_their_meaning_author_and_day(tmp_path):
    content = as_yaml([label(1, "hộ chiếu bao tiền"), label(2, "xin chào", "greet", ""), label(3, "quyển sổ mấy đồng", author="minh")])
    blocks = yaml.safe_load(content)["nlu"]
    assert [(one["intent"], one["metadata"], one["examples"]) for one in blocks] == [
        ("greet", {"author": "lan", "date": "2026-12-01"}, "- xin chào\n"),
        ("passport", {"aspects": ["fee"], "author": "lan", "date": "2026-12-01"}, "- hộ chiếu bao tiền\n"),
        ("passport", {"aspects": ["fee"], "author": "minh", "date": "2026-12-01"}, "- quyển sổ mấy đồng\n")]


def test_rasa_reads_it():
    from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

    texts = ["hộ chiếu [bao](what) tiền", "a: b # c", "- làm\nsao", '"quoted" {x}', "/passport", "😂 hộ chiếu"]
    read = RasaYAMLReader().reads(as_yaml([label(number, text) for number, text in enumerate(texts)]))
    assert sorted(one.get("text") for one in read.intent_examples) == sorted(
        ["hộ chiếu bao (what) tiền", "a: b # c", "làm sao", '"quoted" x', "passport", "😂 hộ chiếu"])
    assert read.entity_examples == []


def test_the_newest_of_contradicting_labels_holds():
    content = as_yaml([label(1, "sang tên đất"), label(3, "Sang tên  đất!", "land_change_registration"), label(2, "sang ten dat", "greet", "")])
    assert [one["intent"] for one in yaml.safe_load(content)["nlu"]] == ["land_change_registration"]


@pytest.mark.parametrize("said", ["", "…", "123 …", " \n", "😂", "[]"])
def test_what_has_no_letters_teaches_nothing(said):
    assert example(said) == "" and yaml.safe_load(as_yaml([label(1, said)]))["nlu"] == []


@given(st.lists(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), max_size=60), max_size=5))
def test_whatever_was_said_every_line_is_one_example(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("export") / "taught.yml"
    path.write_text(as_yaml([label(number, text) for number, text in enumerate(texts)]), encoding="utf-8")
    found = [one.text for one in examples.of_file(path)]
    assert len(found) <= len(texts) and set(found) <= {example(text) for text in texts}
