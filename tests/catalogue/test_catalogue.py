"""The scripts in force in a process: fresh soon after a publication, and whole even where one row is damaged."""
from __future__ import annotations

import pytest

from catalogue import files
from catalogue.catalogue import FRESH_SECONDS, Catalogue, open_catalogue
from catalogue.revisions import Revisions
from catalogue.tables import LiveScript, ScriptRevision
from store.database import Database


def test_a_publication_shows_in_another_process_within_its_freshness(database, published, passport, clock):
    catalogue = Catalogue(published, clock)
    assert catalogue.get("passport").tag == "passport@1"
    elsewhere = Database(str(database.url))
    passport["fees"][0]["periods"][0]["amount_vnd"] = 123_000
    Revisions(elsewhere).publish("passport", passport, "Minh", "the fee rose")
    elsewhere.close()
    clock.now += FRESH_SECONDS
    assert catalogue.get("passport").tag == "passport@2"
    assert catalogue.get("passport").fees[0].amount == 123_000


def test_a_publication_shows_within_a_second():
    assert FRESH_SECONDS <= 1


def test_a_topic_changes_with_its_publication_too(published, shared, clock):
    catalogue = Catalogue(published, clock)
    assert catalogue.topic("human_agent").tag == "_shared@1"
    shared["topics"] = [{**shared["topics"][0], "id": "brand_new"}]
    published.publish(files.SHARED, shared, "Minh", "why")
    clock.now += FRESH_SECONDS
    assert list(catalogue.topics()) == ["brand_new"]
    assert catalogue.topic("brand_new").tag == "_shared@2"
    assert catalogue.topic("human_agent") is None


def test_the_database_is_not_asked_again_while_the_scripts_are_fresh(published, clock, monkeypatch):
    catalogue = Catalogue(published, clock)
    catalogue.scripts()
    asked = []
    monkeypatch.setattr(published, "version", lambda: asked.append(1))
    clock.now += FRESH_SECONDS / 2
    catalogue.get("passport")
    assert not asked


def test_nothing_is_read_again_when_nothing_was_published(published, clock):
    catalogue = Catalogue(published, clock)
    before = catalogue.get("passport")
    clock.now += 10 * FRESH_SECONDS
    assert catalogue.get("passport") is before


@pytest.mark.parametrize("name", [None, "", "no_such_service", files.SHARED])
def test_what_is_no_service_is_none(published, name):
    assert Catalogue(published).get(name) is None


DAMAGED = ["", "{", "null", "[]", '"text"', "{}", '{"id": "traffic_fine"}',
           '{"topics": 5}', '{"topics": [{}]}', '{"topics": ["x"]}']


@pytest.mark.parametrize("content", DAMAGED)
def test_an_unreadable_script_is_left_out_and_the_rest_serve(database, published, content):
    damage(database, "traffic_fine", content)
    catalogue = Catalogue(published)
    assert list(catalogue.scripts()) == ["passport"]
    assert catalogue.topic("human_agent")


@pytest.mark.parametrize("content", DAMAGED)
def test_unreadable_shared_words_do_not_stop_the_services(database, published, content):
    damage(database, files.SHARED, content)
    catalogue = Catalogue(published)
    assert list(catalogue.scripts()) == ["passport"]
    assert catalogue.topics() == {}


def test_what_was_left_out_is_logged_by_its_name(database, published, caplog):
    damage(database, "traffic_fine", "{}")
    Catalogue(published).scripts()
    assert "traffic_fine@9" in caplog.text


def damage(database: Database, script: str, content: str) -> None:
    """Make an unreadable row live, as no command of ours does."""
    with database.session() as session:
        session.add(ScriptRevision(script=script, revision=9, content=content, author="nobody", reason="damage"))
        session.merge(LiveScript(script=script, revision=9))


def test_an_empty_database_is_filled_from_the_files_in_the_order_of_their_list(database):
    found = open_catalogue(Revisions(database)).scripts()
    assert [script.number for script in found.values() if script.programme == "project06"] == list(range(1, 26))
    assert {script.revision for script in found.values()} == {1}


def test_a_database_with_scripts_is_the_record_and_not_filled_again(published):
    assert list(open_catalogue(published).scripts()) == ["passport"]
