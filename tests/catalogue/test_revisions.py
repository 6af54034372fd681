"""Revisions in the database: publish, live, history, restore, and files in and out without loss."""
from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from catalogue import files
from catalogue.revisions import InvalidScript, Revisions, UnknownRevision, import_changed
from store.database import Database


def test_scripts_are_imported_as_revision_1(revisions, passport, shared):
    scripts = {"passport": passport, files.SHARED: shared}
    assert import_changed(revisions, scripts, "import", "first start") == dict.fromkeys(scripts, 1)
    assert revisions.live() == {name: (1, content) for name, content in scripts.items()}


def test_what_did_not_change_is_not_imported_again(revisions, passport, shared):
    scripts = {"passport": passport, files.SHARED: shared}
    import_changed(revisions, scripts, "import", "first start")
    passport["number"] = 99
    assert import_changed(revisions, scripts, "import", "again") == {"passport": 2}
    assert import_changed(revisions, scripts, "import", "and again") == {}


def test_a_publication_is_the_next_revision_and_the_live_one(revisions, passport):
    assert revisions.publish("passport", passport, "Lan", "first") == 1
    passport["fees"][0]["periods"][0]["amount_vnd"] = 123_000
    assert revisions.publish("passport", passport, "Minh", "the fee rose") == 2
    assert revisions.live() == {"passport": (2, passport)}


def test_an_earlier_revision_keeps_what_it_said(revisions, passport):
    before = json.loads(json.dumps(passport))
    revisions.publish("passport", passport, "Lan", "first")
    passport["number"] = 99
    revisions.publish("passport", passport, "Lan", "second")
    assert revisions.content("passport", 1) == before


def test_the_history_says_who_when_and_why_newest_first(revisions, passport, shared):
    revisions.publish("passport", passport, "Lan", "first")
    revisions.publish(files.SHARED, shared, "Hoa", "another script")
    revisions.publish("passport", passport, "Minh", "sửa lệ phí")
    rows = revisions.history("passport")
    assert [(row.revision, row.author, row.reason) for row in rows] == [(2, "Minh", "sửa lệ phí"), (1, "Lan", "first")]
    assert rows[0].created_at >= rows[1].created_at
    assert revisions.history("traffic_fine") == []


def test_restoring_publishes_the_earlier_content_as_a_new_revision(revisions, passport):
    before = json.loads(json.dumps(passport))
    revisions.publish("passport", passport, "Lan", "first")
    passport["number"] = 99
    revisions.publish("passport", passport, "Lan", "a mistake")
    assert revisions.restore("passport", 1, "Minh", "undo") == 3
    assert revisions.live()["passport"] == (3, before)
    assert [row.reason for row in revisions.history("passport")] == ["undo", "a mistake", "first"]


@pytest.mark.parametrize(("script", "revision"), [("passport", 2), ("passport", 0), ("traffic_fine", 1)])
def test_what_was_never_published_cannot_be_restored(revisions, passport, script, revision):
    revisions.publish("passport", passport, "Lan", "first")
    with pytest.raises(UnknownRevision, match=f"{script}@{revision}"):
        revisions.restore(script, revision, "Minh", "undo")
    assert revisions.version() == 1


def test_invalid_content_is_refused_and_nothing_changes(revisions, passport):
    revisions.publish("passport", passport, "Lan", "first")
    wrong = {**passport, "number": 0, "verified_on": "today"}
    with pytest.raises(InvalidScript) as refused:
        revisions.publish("passport", wrong, "Minh", "wrong")
    assert {problem.field for problem in refused.value.problems} == {"number", "verified_on"}
    assert revisions.live() == {"passport": (1, passport)}
    assert len(revisions.history("passport")) == 1


def test_a_script_cannot_be_published_under_the_name_of_another(revisions, passport, shared):
    for name, content in (("traffic_fine", passport), (files.SHARED, passport), ("passport", shared)):
        with pytest.raises(InvalidScript):
            revisions.publish(name, content, "Lan", "mixed up")
    assert revisions.live() == {}


def test_the_version_grows_with_every_publication_of_any_script(revisions, passport, shared):
    seen = [revisions.version()]
    for name, content in (("passport", passport), (files.SHARED, shared), ("passport", passport)):
        revisions.publish(name, content, "Lan", "why")
        seen.append(revisions.version())
    assert seen == sorted(set(seen))


def test_two_publishers_at_once_get_a_revision_each(tmp_path, passport):
    """Each with a database object of its own, as two processes have."""
    url = f"sqlite:///{tmp_path}/bot.db"
    publishers = [Database(url) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(lambda turn: Revisions(publishers[turn % 2]).publish("passport", passport, f"P{turn % 2}", "why"),
                                range(10)))
    assert sorted(made) == list(range(1, 11))
    assert Revisions(publishers[0]).live()["passport"][0] == 10
    for publisher in publishers:
        publisher.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_publication_that_fails_half_way_leaves_nothing(database, revisions, passport):
    with create_engine(database.url).begin() as connection:
        connection.execute(text("CREATE TRIGGER refuse BEFORE INSERT ON live_scripts BEGIN SELECT RAISE(ABORT, 'no'); END"))
    with pytest.raises(Exception, match="no"):
        revisions.publish("passport", passport, "Lan", "first")
    assert (revisions.version(), revisions.history("passport"), revisions.live()) == (0, [], {})


def test_every_script_goes_from_file_to_database_to_file_and_back_without_loss(revisions, data):
    name = data["id"]
    revisions.publish(name, data, "import", "why")
    _, live = revisions.live()[name]
    assert as_bytes(live) == as_bytes(data)
    assert as_bytes(files.parse(files.dump(live))) == as_bytes(data)
    assert import_changed(revisions, {name: files.parse(files.dump(live))}, "import", "back") == {}


def as_bytes(data) -> bytes:
    """Return the data with the order of its keys, which is the order things are shown in."""
    return json.dumps(data, ensure_ascii=False).encode()
