"""Replies as data and as plain text, and payloads, which strangers can type too."""
from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from answers.reply import KINDS, About, Block, Button, Payload, Reply, plain

FULL = Reply(
    outcome="case_answered",
    about=About("procedure", "ask_service", "passport", ("fee", "steps"), [("passport", 0.9), ("criminal_record", 0.1)],
                "G01.899.909-260916-890028", "accepted", "en", "passport@7"),
    title="Hộ chiếu – <b>Lệ phí</b> & \"khác\"",
    blocks=[Block(["100.000đ", "một\nhai"], "Lệ phí", "bullets"), Block(["a", "b"], style="numbers"), Block(["c"])],
    footer=["Căn cứ: …"],
    buttons=[[Button("📄 Giấy tờ", Payload("passport", "documents", "lost").text()),
              Button("🌐", url="https://dichvucong.gov.vn")], []],
)


def test_a_reply_survives_json():
    again = Reply.from_dict(json.loads(json.dumps(FULL.as_dict())))
    assert again.as_dict() == FULL.as_dict()
    assert plain(again) == plain(FULL)


def test_the_smallest_reply_survives_json():
    smallest = Reply("greeted", About("talk"))
    assert Reply.from_dict(json.loads(json.dumps(smallest.as_dict()))).as_dict() == smallest.as_dict()
    assert plain(smallest) == ""


def test_every_answer_survives_json(answers, days):
    for answer in (answer for answer in answers if answer.day == days[0]):
        data = answer.reply.as_dict()
        assert Reply.from_dict(json.loads(json.dumps(data))).as_dict() == data, answer


def test_what_an_answer_is_about_has_every_key_of_the_contract():
    assert About("talk").as_dict() == {
        "kind": "talk", "intent": None, "service": None, "aspects": [], "candidates": [], "dossier": None, "status": None,
        "language": "vi", "revision": None}


def test_plain_text_has_every_line_once_and_no_button():
    text = plain(FULL)
    for part in (FULL.title, "Lệ phí:", "• 100.000đ", "• một\nhai", "1. a", "2. b", "\nc", "Căn cứ: …"):
        assert text.count(part) == 1, part
    assert "Giấy tờ" not in text and "https" not in text


def test_the_parts_of_a_plain_text_stand_apart():
    assert plain(FULL).split("\n\n") == [FULL.title, "Lệ phí:\n• 100.000đ\n• một\nhai", "1. a\n2. b", "c", "Căn cứ: …"]


@pytest.mark.parametrize("payload", [
    Payload("greet"), Payload("passport", "fee"), Payload("passport", "fee", "lost"), Payload("list_services", item="2"),
    Payload("change_language", item="en"), Payload("passport", 'a"b', "c}d{", "/x\n")])
def test_a_payload_is_read_back_from_its_text(payload):
    assert Payload.parse(payload.text()) == payload


def test_empty_entities_are_no_part_of_a_payload():
    assert Payload("passport", "", None, "").text() == "/passport"


@pytest.mark.parametrize("text", [
    "", "/", "passport", " /passport", "/passport ", "/passport\n", "/Passport", "/pass port", "/passport{", "/passport}",
    "/passport[]", "/passport{}{}", '/passport{"aspect"}', '/passport{"aspect": 5}', '/passport{"aspect": null}',
    '/passport{"aspect": ["fee"]}',
    '/passport{"aspect": {"fee": 1}}', '/passport{"aspect": NaN}', "/" + "a" * 42, '/passport{"aspect": "' + "x" * 200 + '"}',
    "/passport" + "{" * 100, "/../../etc/passwd", "/hộchiếu", "/passport{'aspect': 'fee'}", "\x00/passport", "/passport\x00",
], ids=repr)
def test_any_other_text_is_no_payload(text):
    assert Payload.parse(text) is None


def test_entities_nobody_knows_are_left_out():
    assert Payload.parse('/passport{"aspect": "fee", "__class__": "x", "intent": "greet"}') == Payload("passport", "fee")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6)
KEYS = st.sampled_from(["aspect", "case", "item", "intent", "text", ""]) | st.text(max_size=8)
ENTITIES = st.dictionaries(KEYS, VALUES, max_size=4)
HOSTILE = st.one_of(
    st.text(), st.text(alphabet='/{}[]":,\\abz_09 \n\x00\ud800'), st.from_regex(r"/[a-z][a-z0-9_]{1,40}(\{.*\})?", fullmatch=True),
    st.builds(lambda entities: "/passport" + json.dumps(entities), ENTITIES))


@given(HOSTILE)
@example('/passport{"aspect": "\\ud800"}')
@example('/passport{"item": "' + "9" * 180 + '"}')
@example('/passport{"aspect": 1e999}')
def test_no_text_makes_the_reading_of_payloads_fail(text):
    payload = Payload.parse(text)
    if payload:
        assert isinstance(payload.intent, str)
        assert all(value is None or isinstance(value, str) for value in (payload.aspect, payload.case, payload.item))
        assert payload.text().startswith(f"/{payload.intent}")
        assert payload.text().isascii()


@given(st.text(max_size=16), st.text(max_size=16))
def test_whatever_a_payload_carries_comes_back(aspect, item):
    payload = Payload("passport", aspect or None, None, item or None)
    if len(payload.text()) <= 200:
        assert Payload.parse(payload.text()) == payload


def test_the_kinds_are_those_of_the_contract():
    assert set(KINDS) == {"procedure", "status", "clarify", "fallback", "handover", "talk"}
