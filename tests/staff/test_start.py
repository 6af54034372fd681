"""A new service in the console: from nothing to live without a programmer."""
from __future__ import annotations

import pytest

from catalogue.skeleton import skeleton
from staff.forms import Form
from tests.staff.conftest import ON_ONE, TODAY
from tests.staff.pages import fields

GIVEN = {"id": "house_permit", "programme": "decision422", "number": "1", "short.vi": "Phép xây nhà", "short.en": "House permit"}


async def begun(mine, **changed):
    assert (await mine.get("/scripts/new")).status == 200
    return await mine.post("/scripts/new", {**GIVEN, **{key.replace("__", "."): value for key, value in changed.items()}})


@pytest.mark.parametrize("role", ["editor", "administrator"])
async def test_a_new_script_is_an_empty_draft(someone, console, role):
    mine = await begun(await someone("lan", role))
    assert mine.path == "/scripts/house_permit?said=script_begun" and "Phép xây nhà" in mine.text
    draft = console.drafts.current("house_permit")
    assert (draft.base, draft.state, draft.content["number"]) == (0, "writing", 1)
    assert "house_permit" not in console.revisions.live()
    for path in ("/", "/scripts/house_permit", "/scripts/house_permit/preview", "/exchange/export?script=house_permit", "/exchange/export"):
        assert (await mine.get(path)).status == 200, path
    assert ("lan", "script begun", "house_permit") in [(one.who, one.action, one.what) for one in console.audit.page()]


async def test_it_is_filled_in_approved_and_live(someone, console, passport):
    lan, hoa = await begun(await someone("lan", "editor")), await someone("hoa", "approver")
    await lan.get("/scripts/house_permit/edit")
    shown = {name for name, _ in fields(lan.text, "/scripts/house_permit/edit")}
    assert {"documents.0.name.vi", "fees.0.periods.0.amount_vnd", "legal_basis.0.vi"} <= shown, "the fields are there to be filled in"
    draft = console.drafts.current("house_permit")
    filled = {**passport, **{key: draft.content[key] for key in ("id", "programme", "number", "name", "short")}}
    saved = console.drafts.save(draft.id, draft.version, filled, "mới", "lan")
    await lan.get("/scripts/house_permit/edit")
    given = [(name, value) for name, value in fields(lan.text, "/scripts/house_permit/edit") if name != "do"]
    await lan.post("/scripts/house_permit/edit", [*given, ("do", "submit")])
    assert lan.path == "/scripts/house_permit?said=submitted", saved.problems
    await hoa.get("/scripts/house_permit")
    await hoa.post("/scripts/house_permit/decide", [*fields(hoa.text, "/scripts/house_permit/decide"), ("do", "approve")])
    assert console.revisions.live()["house_permit"][1]["programme"] == "decision422"


@ON_ONE
@pytest.mark.parametrize(("changed", "wrong"), [
    ({"id": "passport"}, "id"), ({"id": "new"}, "id"), ({"id": "greet"}, "id"), ({"id": "House"}, "id"), ({"id": "a b"}, "id"), ({"id": ""}, "id"),
    ({"number": "0"}, "number"), ({"number": "x"}, "number"), ({"number": "12", "programme": "project06"}, "number"),
    ({"programme": "x"}, "programme"), ({"short__vi": " "}, "short.vi"), ({"short__en": "x" * 33}, "short.en")])
async def test_a_mistake_stands_beside_its_field_and_the_rest_is_kept(someone, console, changed, wrong):
    object.__setattr__(console, "taken", frozenset({"greet"}))
    mine = await begun(await someone("lan", "editor"), **changed)
    assert mine.status == 422 and f'id="{wrong}.error"' in mine.text
    kept = dict(fields(mine.text, "/scripts/new"))
    untouched = GIVEN.keys() - {key.replace("__", ".") for key in changed}
    assert {key: kept[key] for key in untouched} == {key: GIVEN[key] for key in untouched}
    assert console.drafts.all_open() == []


def test_a_skeleton_has_every_field_that_a_script_must_have():
    made = skeleton("house_permit", "decision422", 1, {"vi": "Phép xây nhà", "en": "House permit"}, TODAY)
    missing = [one.name for one in Form(made).fields() if one.required and one.name not in made]
    assert missing == []
