"""The pointers for other procedures: complete, found by what people say, and no trap for what the bot does answer."""
from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from answers.cases import procedure_named
from catalogue import files
from catalogue.model import Elsewhere

DATA, PROBLEMS = files.read_file(files.SERVICES / f"{files.ELSEWHERE}.yml")
PROCEDURES = [Elsewhere(row["id"], row["name"], row["words"], row["where"], date.fromisoformat(DATA["verified_on"]))
              for row in DATA["procedures"]]


def test_the_file_passes_its_schema():
    assert PROBLEMS == []


def test_every_procedure_and_every_source_is_named_once():
    for rows in (DATA["procedures"], DATA["sources"]):
        assert [name for name, count in Counter(row["id"] for row in rows).items() if count > 1] == []


def test_every_source_exists_and_is_used():
    assert {source for row in DATA["procedures"] for source in row["sources"]} == {row["id"] for row in DATA["sources"]}


def test_no_phrase_stands_with_two_procedures():
    phrases = Counter(phrase for row in DATA["procedures"]
                      for phrase in {one.lower() for said in row["words"].values() for one in said})
    assert [phrase for phrase, count in phrases.items() if count > 1] == []


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: one.id)
def test_every_phrase_leads_to_its_procedure(procedure):
    """Alone it does; in a longer message a longer phrase of another procedure may win."""
    for said in procedure.words.values():
        for phrase in said:
            found = procedure_named(f"cho em hỏi {phrase} ạ", PROCEDURES)
            assert found is not None and found.id == procedure.id, (phrase, found and found.id)


def test_no_phrase_is_the_name_of_a_service(scripts):
    phrases = {phrase.lower() for row in DATA["procedures"] for said in row["words"].values() for phrase in said}
    names = {name.lower() for script in scripts.values() for key in ("name", "short") for name in script[key].values()}
    aliases = {alias.lower() for script in scripts.values() for said in script["aliases"].values() for alias in said}
    assert phrases & (names | aliases) == set()


def test_nobody_is_sent_to_a_district():
    """Since 1 July 2025 there are none."""
    for row in DATA["procedures"]:
        assert not any(office in row["where"]["vi"] for office in ("UBND huyện", "UBND cấp huyện", "công an huyện", "Công an huyện")), row["id"]
        assert "district office" not in row["where"]["en"].lower(), row["id"]


@pytest.mark.parametrize("message", ["em muốn làm hộ chiếu", "trời hôm nay đẹp quá", ""])
def test_what_is_none_of_them_is_none_of_them(message):
    assert procedure_named(message, PROCEDURES) is None
