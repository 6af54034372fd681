"""The comparison of two models: measures with floors, gains and losses, every message that is answered otherwise."""
from __future__ import annotations

import pytest

from teaching.comparison import Comparison, Measure, compare, messages
from teaching.export import as_yaml
from tests.teaching.conftest import HERE, SETS, content
from tests.teaching.stand_in import understood
from tests.teaching.test_export import label

BASE = content(HERE / "base.json")
TAUGHT = [label(1, "xin quyển xuất cảnh", "passport", "overview"), label(2, "tách khẩu", "driving_licence", "overview")]


@pytest.fixture
def comparing(tmp_path):
    """Compare two models, each given as what it knows beside the base, after teaching `labels`."""

    async def do(before: dict, after: dict, labels=()) -> Comparison:
        taught = tmp_path / "taught.yml"
        taught.write_text(as_yaml(labels), encoding="utf-8")
        asked = messages(SETS, taught)
        return await compare(*({text: understood(text, {**BASE, **known}) for text in asked} for known in (before, after)), SETS, taught)

    return do


async def test_the_same_model_changes_nothing(comparing):
    found = await comparing({}, {})
    assert found.changes == [] and found.below == [] and found.left_out == 0
    assert all(part.before == part.after for part in found.parts) and all(one.before == one.after for one in found.measures)


async def test_a_gain_and_a_loss_are_told_by_service_and_by_message(comparing):
    found = await comparing({}, {"xin quyển xuất cảnh": ["passport", ["overview"]], "đổi bằng lái": ["passport", ["fee"]]})
    assert {part.name: (part.count, part.before, part.after) for part in found.parts} == {
        "driving_licence": (1, 1, 0), "greet": (1, 1, 1), "out_of_scope": (1, 1, 1), "passport": (3, 2, 3)}
    assert [(one.text, one.meant, one.before, one.after, one.verdict) for one in found.changes] == [
        ("đổi bằng lái", ["driving_licence"], ["driving_licence", "overview"], ["passport", "fee"], "worse"),
        ("xin quyển xuất cảnh", ["passport"], ["fallback"], ["passport", "overview"], "better")]


async def test_another_aspect_is_another_answer(comparing):
    [change] = (await comparing({}, {"làm hộ chiếu": ["passport", ["place"]]})).changes
    assert (change.before, change.after, change.verdict) == (["passport", "overview"], ["passport", "place"], "other")


async def test_ambiguous_messages_and_those_with_two_requests_count_too(comparing):
    found = await comparing({}, {"sang tên": ["passport", []], "làm hộ chiếu với lại đổi bằng lái": ["passport", []]})
    assert {(one.text, one.verdict) for one in found.changes} == {("sang tên", "worse"), ("làm hộ chiếu với lại đổi bằng lái", "other")}
    assert {"ambiguous asked about", "second request found"} <= {one.name for one in found.measures}


async def test_a_broken_floor_is_named(comparing):
    found = await comparing({}, {text: ["greet", []] for text in BASE})
    assert found.below == [Measure("right service answered", 0.75, 0.0, 0.5, False, True)]
    too_much = await comparing({}, {"mua vé xem đá bóng": ["passport", []]})
    assert [(one.name, one.mistakes, one.after) for one in too_much.below] == [("out of scope served", True, 1.0)]


async def test_what_was_taught_is_not_measured_but_counted_by_itself(comparing):
    found = await comparing({}, {"xin quyển xuất cảnh": ["passport", ["overview"]]}, TAUGHT)
    assert (found.left_out, found.changes) == (1, [])
    assert {part.name: part.count for part in found.parts}["passport"] == 2
    assert (found.taught.count, found.taught.before, found.taught.after) == (2, 0, 1)
    assert [one.text for one in found.taught.missed] == ["tách khẩu"]


async def test_it_is_kept_as_it_is(comparing):
    found = await comparing({}, {"đổi bằng lái": ["passport", ["fee"]]}, TAUGHT)
    assert Comparison.from_json(found.as_json()) == found
