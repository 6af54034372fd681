"""Drafts: nobody approves their own, nobody overwrites a colleague, and what is approved is live at once or on its day."""
from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from catalogue.drafts import PUBLISHED, SCHEDULED, WAITING, WRITING, DraftRefused, Drafts
from catalogue.revisions import InvalidScript

TODAY, LATER = date(2026, 11, 23), date(2027, 1, 1)


@pytest.fixture
def drafts(database, published) -> Drafts:
    return Drafts(database, published)


@pytest.fixture
def changed(passport):
    """The passport's script with another fee."""
    content = copy.deepcopy(passport)
    content["fees"][0]["periods"][0]["amount_vnd"] = 123_000
    return content


def submitted(drafts, content, effective_on=None, writer="lan"):
    draft = drafts.open("passport", writer)
    draft = drafts.save(draft.id, draft.version, content, "a new rule", writer)
    return drafts.submit(draft.id, draft.version, "a new rule", effective_on)


def refused(name):
    return pytest.raises(DraftRefused, match=f"^{name}$")


def test_a_draft_starts_from_what_is_live(drafts, passport):
    draft = drafts.open("passport", "lan")
    assert (draft.content, draft.base, draft.state, list(draft.writers)) == (passport, 1, WRITING, ["lan"])


def test_a_script_has_one_draft_that_colleagues_share(drafts):
    assert drafts.open("passport", "lan").id == drafts.open("passport", "minh").id


def test_two_who_begin_at_the_same_moment_get_the_same_draft(drafts):
    with ThreadPoolExecutor(8) as pool:
        assert len({draft.id for draft in pool.map(lambda number: drafts.open("passport", f"clerk{number}"), range(8))}) == 1


def test_a_script_that_does_not_exist_needs_content(drafts, passport):
    with refused("unknown"):
        drafts.open("a_new_one", "lan")
    assert drafts.open("a_new_one", "lan", {**passport, "id": "a_new_one"}).base == 0


def test_what_is_approved_is_the_next_revision(drafts, published, changed):
    draft = submitted(drafts, changed)
    done = drafts.approve(draft.id, draft.version, "minh", TODAY)
    assert (done.state, done.revision) == (PUBLISHED, 2)
    assert published.live()["passport"] == (2, changed)
    newest = published.history("passport")[0]
    assert (newest.author, newest.reason) == ("lan", "a new rule (approved by minh)")
    assert drafts.current("passport") is None


def test_nobody_approves_what_they_wrote(drafts, published, changed):
    draft = submitted(drafts, changed)
    with refused("own"):
        drafts.approve(draft.id, draft.version, "lan", TODAY)
    assert published.live()["passport"][0] == 1


def test_the_settings_may_allow_it(database, published, changed):
    alone = Drafts(database, published, second_person=False)
    draft = submitted(alone, changed)
    assert alone.approve(draft.id, draft.version, "lan", TODAY).state == PUBLISHED
    assert published.history("passport")[0].reason == "a new rule"


def test_a_colleague_who_saved_may_not_approve_either(drafts, changed):
    draft = drafts.open("passport", "lan")
    draft = drafts.save(draft.id, draft.version, changed, "", "minh")
    draft = drafts.submit(draft.id, draft.version, "why")
    with refused("own"):
        drafts.approve(draft.id, draft.version, "minh", TODAY)


def test_what_a_colleague_saved_is_not_overwritten(drafts, passport, changed):
    mine = theirs = drafts.open("passport", "lan")
    drafts.save(theirs.id, theirs.version, changed, "", "minh")
    with refused("stale"):
        drafts.save(mine.id, mine.version, passport, "", "lan")
    assert drafts.current("passport").content == changed


def test_of_many_who_save_at_once_one_wins(drafts, changed):
    draft = drafts.open("passport", "lan")

    def save(number):
        try:
            drafts.save(draft.id, draft.version, {**changed, "number": number}, "", f"clerk{number}")
            return True
        except DraftRefused:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(save, range(1, 9))) == 1


def test_of_two_who_approve_at_once_one_publishes(drafts, published, changed):
    draft = submitted(drafts, changed)

    def approve(name):
        try:
            return drafts.approve(draft.id, draft.version, name, TODAY).revision
        except DraftRefused:
            return None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(approve, ["minh", "hoa"]), key=str) == [2, None]
    assert published.live()["passport"][0] == 2


def test_mistakes_are_kept_but_not_submitted(drafts, passport):
    draft = drafts.open("passport", "lan")
    draft = drafts.save(draft.id, draft.version, {**passport, "fees": []}, "why", "lan")
    assert [problem.field for problem in draft.problems] == ["fees"]
    with pytest.raises(InvalidScript):
        drafts.submit(draft.id, draft.version, "why")
    assert drafts.current("passport").state == WRITING


def test_an_approved_draft_waits_for_its_day(drafts, published, changed):
    draft = submitted(drafts, changed, LATER)
    assert drafts.approve(draft.id, draft.version, "minh", TODAY).state == SCHEDULED
    assert drafts.publish_due(date(2026, 12, 31)) == []
    assert published.live()["passport"][0] == 1
    assert [done.revision for done in drafts.publish_due(LATER)] == [2]
    assert published.live()["passport"] == (2, changed)
    assert drafts.publish_due(LATER) == []


def test_a_day_that_has_come_is_published_at_once(drafts, changed):
    draft = submitted(drafts, changed, TODAY)
    assert drafts.approve(draft.id, draft.version, "minh", TODAY).state == PUBLISHED


def test_what_went_live_meanwhile_is_not_undone(drafts, published, passport, changed):
    draft = submitted(drafts, changed)
    published.publish("passport", {**passport, "review_every_days": 30}, "hoa", "in between")
    with refused("outdated"):
        drafts.approve(draft.id, draft.version, "minh", TODAY)


def test_a_scheduled_draft_whose_script_changed_goes_back(drafts, published, passport, changed):
    draft = submitted(drafts, changed, LATER)
    drafts.approve(draft.id, draft.version, "minh", TODAY)
    published.publish("passport", {**passport, "review_every_days": 30}, "hoa", "in between")
    [back] = drafts.publish_due(LATER)
    assert (back.state, back.decision) == (WRITING, "outdated")
    assert published.live()["passport"][0] == 2


def test_a_draft_is_sent_back_with_the_reason_and_comes_again(drafts, changed):
    draft = submitted(drafts, changed)
    back = drafts.refuse(draft.id, draft.version, "minh", "the source is missing")
    assert (back.state, back.decision, back.decided_by) == (WRITING, "the source is missing", "minh")
    assert drafts.submit(back.id, back.version, "with source").state == WAITING


def test_what_waits_is_not_written_but_taken_back_first(drafts, changed):
    draft = submitted(drafts, changed)
    with refused("state"):
        drafts.save(draft.id, draft.version, changed, "", "lan")
    back = drafts.take_back(draft.id, draft.version)
    assert drafts.save(back.id, back.version, changed, "", "lan").state == WRITING


def test_a_dropped_draft_is_over(drafts, published, changed):
    draft = submitted(drafts, changed)
    drafts.drop(draft.id, draft.version, "lan")
    assert drafts.current("passport") is None and drafts.all_open() == []
    with refused("state"):
        drafts.approve(draft.id, draft.version + 1, "minh", TODAY)
    assert drafts.open("passport", "hoa").id != draft.id


def test_an_unknown_draft_is_told(drafts):
    with refused("unknown"):
        drafts.get(7)
