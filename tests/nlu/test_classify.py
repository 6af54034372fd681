"""Batch classification as it is called: `python -m nlu classify < in.jsonl > out.jsonl`."""
from __future__ import annotations

import json

import pytest
from rasa.core.channels.channel import UserMessage

from nlu.__main__ import FIELDS
from nlu.components.general import GENERAL

NUMBER = "G01.123.456-261102-000101"

GIVEN = [
    {"text": "làm hộ chiếu hết mấy tiền"},
    {"id": 7, "text": "I lost my driving licence", "label": "driving_licence", "nested": {"a": [1, None]}},
    {"text": "hồ sơ g01 123 456 261102 000101 tới đâu rồi"},
    {"text": "mua vé xem bóng đá ở đâu"},
    {"text": "sang tên"},
    {"text": "xin chào"},
    {"text": "làm hộ chiếu, với lại đổi bằng lái nữa cần giấy tờ gì"},
    {"text": ""},
    {"text": "   \n\t "},
    {"text": "😂😂"},
    {"text": "/passport"},
    {"text": ' / /passport{"aspect": "fee"}'},
    {"text": "/restart"},
    {"text": "/"},
    {"text": "làm hộ chiếu " * 1000},
    {"text": "half a character \ud83d and a line\nbreak \u2028 inside"},
    {"text": "xin chào"},
]
"""Right lines, some of them strange."""

BAD = [b"no json", b"[]", b'"text"', b"{}", b'{"text": 5}', b'{"text": null}', b'{"text": ["a"]}', b'{"text": "a"', b"null",
       b'{"text": "\xe0"}', b"[" * 100_000]


def lines(given) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in given).encode()


CLASSIFY = ["-m", "nlu", "classify", "--model", "{model}"]
COMMANDS = {
    "right": (CLASSIFY, b"\xef\xbb\xbf" + lines(GIVEN)),
    "wrong": (CLASSIFY, lines(GIVEN[:1]) + b"\n \n" + b"\n".join(BAD) + b"\n" + lines(GIVEN[1:2]).rstrip()),
    "no model": (["-m", "nlu", "classify", "--model", "{folder}/none.tar.gz"], lines(GIVEN)),
}

pytestmark = pytest.mark.model


def read(out: str) -> list[dict]:
    """Return the objects of an output; anything that is no line of JSON fails."""
    return [json.loads(line) for line in out.removesuffix("\n").split("\n")]


def test_each_line_comes_out_once_in_its_order_with_all_it_had(ran):
    assert ran["right"].code == 0, ran["right"].err
    out = read(ran["right"].out)
    assert [{key: value for key, value in one.items() if key not in FIELDS} for one in out] == GIVEN


def test_each_line_has_exactly_the_fields_of_the_contract(ran):
    for given, one in zip(GIVEN, read(ran["right"].out)):
        assert list(one) == [*given, *FIELDS]


def test_the_fields_hold_what_the_contract_says(ran, scripts):
    for one in read(ran["right"].out):
        assert one["intent"] in GENERAL | {"ask_service"}
        assert (one["service"] in scripts) is (one["intent"] == "ask_service")
        assert one["decision"] in ("answer", "clarify", "fallback")
        assert 0 <= one["confidence"] <= 1
        assert one["language"] in ("vi", "en", None)
        assert set(one["also"]) <= scripts.keys() - {one["service"]}
        assert len(one["candidates"]) <= 3
        assert all(name in scripts and 0 <= confidence <= 1 for name, confidence in one["candidates"])


def test_messages_are_understood(ran):
    passport, licence, dossier, football, transfer, hello, two, *_ = read(ran["right"].out)
    assert (passport["service"], passport["aspects"], passport["decision"]) == ("passport", ["fee"], "answer")
    assert passport["language"] == "vi"
    assert (licence["service"], licence["decision"], licence["language"]) == ("driving_licence", "answer", "en")
    assert (dossier["intent"], dossier["dossier"], dossier["decision"]) == ("dossier_status", NUMBER, "answer")
    assert (football["intent"], football["service"], football["decision"]) == ("out_of_scope", None, "fallback")
    assert transfer["decision"] == "clarify" and len(transfer["candidates"]) > 1
    assert (hello["intent"], hello["decision"]) == ("greet", "answer")
    assert {two["service"], *two["also"]} == {"passport", "driving_licence"}


def test_a_slash_in_front_makes_a_text_no_button(ran):
    """Rasa would take it for a button's payload and understand nothing."""
    out = [one for given, one in zip(GIVEN, read(ran["right"].out)) if given["text"] == "/passport"]
    assert [one["service"] for one in out] == ["passport"]


async def test_the_result_is_that_of_a_live_message(ran, agent):
    for number, one in enumerate(read(ran["right"].out)):
        if one["text"].strip(" \n\t/") and not one["text"].strip().startswith("/"):
            tracker = await agent.processor.log_message(UserMessage(one["text"], sender_id=f"live {number}"))
            live = tracker.latest_message.parse_data["understanding"]
            assert {field: one[field] for field in FIELDS} == {field: live[field] for field in FIELDS}, one["text"][:80]


def test_bad_lines_are_named_and_skipped(ran):
    code, out, err = ran["wrong"].code, ran["wrong"].out, ran["wrong"].err
    assert code == 1
    assert [one["text"] for one in read(out)] == [one["text"] for one in GIVEN[:2]]
    # Lines 2 and 3 are empty, which is no mistake.
    named = [line.split(":")[0] for line in err.splitlines() if line.startswith("line ")]
    assert named == [f"line {number}" for number in range(4, 4 + len(BAD))]


def test_a_model_that_is_not_there_is_said(ran):
    assert (ran["no model"].code, ran["no model"].out) == (1, "")
    assert "none.tar.gz" in ran["no model"].err.splitlines()[-1]
    assert "Traceback" not in ran["no model"].err
