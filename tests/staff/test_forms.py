"""A script as a form: nothing is lost between content and form, on every script there is."""
from __future__ import annotations

import pytest

from catalogue import files
from staff.forms import Form, change
from tests.conftest import SERVICES


def posted(fields):
    """Return what a browser sends for these fields, untouched."""
    texts, lists = {}, {}
    for one in fields:
        if one.kind in ("group", "list", "texts", "phrases"):
            inner = posted(one.children)
            texts.update(inner[0])
            lists.update(inner[1])
        elif one.kind == "rows":
            texts[one.name] = "\r\n".join(one.value)
        elif one.kind in ("cases", "sources"):
            texts[one.name], lists[one.name] = "", ["", *(value for value, _ in one.choices if value in one.value)]
        elif one.kind == "range":
            texts.update({f"{one.name}.{number}": str(value) for number, value in enumerate(one.value)})
        elif one.kind == "flag":
            texts.update({one.name: "on"} if one.value else {})
        elif one.kind == "yes_no":
            texts[one.name] = {True: "yes", False: "no", None: ""}[one.value]
        else:
            texts[one.name] = "" if one.value is None else str(one.value)
    return texts, lists


@pytest.mark.parametrize("name", [*SERVICES, files.SHARED, files.ELSEWHERE])
def test_a_form_that_is_sent_back_untouched_changes_nothing(name):
    content = files.read_file(files.SERVICES / f"{name}.yml")[0]
    form = Form(content)
    back = form.read(*posted(form.fields()))
    assert back == content
    assert list(back) == list(content)


@pytest.mark.parametrize(("typed", "kept"), [("200000", 200_000), ("200.000", 200_000), ("200,000 đ", 200_000), ("hai trăm", "hai trăm")])
def test_money_is_read_as_people_type_it(passport, typed, kept):
    form = Form(passport)
    texts, lists = posted(form.fields())
    texts["fees.0.periods.0.amount_vnd"] = typed
    assert form.read(texts, lists)["fees"][0]["periods"][0]["amount_vnd"] == kept


def test_an_emptied_field_is_gone(passport):
    passport["documents"][0]["note"] = {"vi": "một", "en": "one"}
    form = Form(passport)
    texts, lists = posted(form.fields())
    texts.update({"documents.0.note.vi": " ", "documents.0.note.en": ""})
    assert "note" not in form.read(texts, lists)["documents"][0]


def test_a_mistake_stands_beside_its_field(passport):
    passport["fees"][0]["periods"][0]["amount_vnd"] = "hai trăm"
    del passport["documents"][1]["name"]
    fields = {one.name: one for one in flat(Form(passport, files.check(passport, "passport", "passport")).fields())}
    assert {name for name, one in fields.items() if one.errors} == {"fees.0.periods.0.amount_vnd", "documents.1.name"}
    assert fields["fees"].wrong and not fields["steps"].wrong


def flat(fields):
    for one in fields:
        yield one
        yield from flat(one.children)


def test_items_are_added_removed_and_moved(passport):
    names = [one["name"]["vi"] for one in passport["documents"]]
    assert change(passport, "add:documents")["documents"][-1] == {}
    assert [one["name"]["vi"] for one in change(passport, "remove:documents.0")["documents"]] == names[1:]
    assert [one["name"]["vi"] for one in change(passport, "down:documents.0")["documents"]][:2] == [names[1], names[0]]
    assert [one["name"]["vi"] for one in change(passport, "up:documents.1")["documents"]][:2] == [names[1], names[0]]
    assert len(change(passport, "add:fees.0.periods")["fees"][0]["periods"]) == len(passport["fees"][0]["periods"]) + 1


@pytest.mark.parametrize("order", ["", "save", "remove:documents.99", "remove:documents.x", "up:documents.0", "down:nothing.0",
                                   "remove:", "remove:id.0", "up:fees.0.periods.7"])
def test_an_order_that_fits_nothing_changes_nothing(passport, order):
    assert change(passport, order) == passport
