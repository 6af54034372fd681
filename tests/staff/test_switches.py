"""The page of the switches: off and on with a reason, and nothing without one."""
from __future__ import annotations

import pytest

from answers.words import Words
from conversations.switches import NAMES
from staff.console import WORDS
from tests.staff.pages import fields, with_values

VI = Words("vi", WORDS)


@pytest.fixture
async def boss(someone):
    mine = await someone("boss", "administrator")
    return await mine.get("/switches")


@pytest.mark.parametrize("name", NAMES)
async def test_a_part_is_turned_off_and_on_and_the_log_says_why(boss, console, name):
    texts = {code: Words(code)(f"switched_off.{name}") for code in ("vi", "en")}
    await boss.post("/switches", {"part": name, "do": "off", "reason": "sai lệ phí", **{f"text.{code}": text for code, text in texts.items()}})
    assert VI("said.switched_off") in boss.text
    assert {part: off.texts for part, off in console.switches.all_off().items()} == {name: texts}
    await boss.post("/switches", {"part": name, "do": "on", "reason": "đã sửa"})
    assert VI("said.switched_on") in boss.text
    assert console.switches.all_off() == {}
    on, off = console.audit.page()[:2]
    assert (on.action, on.what, on.who, on.after) == ("switched on", name, "boss", "đã sửa")
    assert (off.action, off.after.splitlines()) == ("switched off", ["sai lệ phí", *texts.values()])


async def test_the_form_suggests_what_to_say_in_every_language(boss):
    given = dict(fields(boss.text, "/switches"))
    assert given["text.vi"] == Words("vi")("switched_off.answers") and given["text.en"] == Words("en")("switched_off.answers")


@pytest.mark.parametrize("changed", [{"reason": " "}, {"reason": "x", "text__en": " "}])
async def test_without_a_reason_or_a_message_nothing_happens_and_what_was_typed_stays(boss, console, changed):
    await boss.post("/switches", with_values(fields(boss.text, "/switches"), do="off", text__vi="Lời em vừa gõ", **changed))
    assert boss.status == 400 and VI("said.switch_incomplete") in boss.text and "Lời em vừa gõ" in boss.text
    assert console.switches.all_off() == {}
    assert "switched off" not in [row.action for row in console.audit.page()]


async def test_a_part_nobody_knows_is_refused(boss, console):
    await boss.post("/switches", {"part": "everything", "do": "off", "reason": "x", "text.vi": "a", "text.en": "b"})
    assert boss.status == 400 and console.switches.all_off() == {}


@pytest.mark.parametrize("action", ["switched off", "switched on"])
def test_what_is_recorded_has_a_name(action):
    assert all(Words(code, WORDS).get("actions")[action] for code in ("vi", "en"))
