"""Whole dialogues of `dialogues.yml` against the real engine: what is understood, remembered, asked back and looked up."""
from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Mapping, Sequence

import pytest
import yaml

from answers.reply import KINDS, Payload, Reply, plain
from answers.words import Words
from catalogue.files import SERVICES
from catalogue.model import in_language

DIALOGUES = yaml.safe_load((Path(__file__).parent / "dialogues.yml").read_text(encoding="utf-8"))
ABOUT = ("kind", "intent", "service", "aspects", "dossier", "status", "language")

pytestmark = pytest.mark.model


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=[dialogue["name"].replace(" ", "_") for dialogue in DIALOGUES])
async def test_the_bot_answers_as_the_dialogue_says(dialogue, talk, real_bot):
    scripts, before = real_bot.services.catalogue.scripts(), []
    for number, turn in enumerate(dialogue["turns"], 1):
        text = turn["said"] if "said" in turn else _pressed(before, turn["pressed"])
        replies = await talk(text)
        expected = turn["expect"] if isinstance(turn["expect"], list) else [turn["expect"]]
        assert len(replies) == len(expected), f"turn {number}: {text}"
        wrong = [one for pair in zip(replies, expected, strict=True) for one in _differences(*pair, scripts)]
        assert wrong == [], f"turn {number}: {text}"
        before = replies


@pytest.mark.parametrize(("text", "case"), [("còn làm cho con thì sao", "child"), ("còn ở chỗ khác thì sao", None)])
@pytest.mark.parametrize("decision", ["clarify", "fallback"])
async def test_an_unsure_follow_up_is_answered_if_it_names_a_case_of_the_service_in_focus(text, case, decision, real_bot):
    """What the model is unsure about changes with every training, so here it is given."""
    from actions.turn import Turn
    from actions.unsure import ActionUnsure

    understood = {"intent": "ask_aspect", "decision": decision, "aspects": ["documents"], "candidates": [["citizen_id_card", 0.2]]}
    turn = Turn("test:1", text, "ask_aspect", understood, None, Words("vi"), {"service": "passport", "aspect": "documents"})
    (reply,), _ = await ActionUnsure().answer(turn, real_bot.services)
    assert (reply.outcome == "case_answered") == (case is not None)
    if case:
        script = real_bot.services.catalogue.get("passport")
        assert _differences(reply, {"service": "passport", "aspects": ["documents"], "case": case}, {"passport": script}) == []


@pytest.mark.parametrize(("decision", "text", "outcome"), [
    ("clarify", "bà nằm liệt giường không đi được", "part_asked"), ("fallback", "còn người lớn", "part_asked"),
    ("fallback", "đổ xăng hết bao nhiêu", "declined"), ("fallback", "tách hộ khẩu", "pointed_elsewhere")])
async def test_a_follow_up_without_an_aspect_neither_repeats_the_last_answer_nor_ends_there(decision, text, outcome, real_bot):
    from actions.turn import Turn
    from actions.unsure import ActionUnsure

    understood = {"intent": "out_of_scope", "decision": decision, "aspects": [], "candidates": [["citizen_id_card", 0.2]]}
    turn = Turn("test:1", text, "out_of_scope", understood, None, Words("vi"), {"service": "citizen_id_card", "aspect": "fee"})
    (reply,), _ = await ActionUnsure().answer(turn, real_bot.services)
    assert reply.outcome == outcome


@pytest.mark.parametrize(("decision", "outcome"), [("clarify", "service_asked"), ("fallback", "pointed_elsewhere")])
async def test_a_procedure_called_by_its_name_is_pointed_to_however_unsure_the_model_is(decision, outcome, real_bot):
    from actions.turn import Turn
    from actions.unsure import ActionUnsure

    understood = {"intent": "ask_service", "decision": decision, "aspects": ["steps"], "candidates": [["land_change_registration", 0.3]]}
    turn = Turn("test:1", "o to dung ten bo toi, muon sang ten", "ask_service", understood, None, Words("vi"), {})
    (reply,), _ = await ActionUnsure().answer(turn, real_bot.services)
    assert reply.outcome == outcome
    assert "ô tô" in plain(reply) and "Cảnh sát giao thông" in plain(reply)
    choices = [Payload.parse(row[0].payload).intent for row in reply.buttons] if decision == "clarify" else []
    assert choices == (["land_change_registration", "out_of_scope"] if decision == "clarify" else [])


@pytest.mark.parametrize(("services", "outcome", "service"), [
    (["motorbike_registration"], "case_answered", "motorbike_registration"),
    (["motorbike_registration", "passport"], "service_asked", None)])
async def test_an_aspect_typed_after_a_question_keeps_the_question(services, outcome, service, real_bot):
    from actions.answer import ActionAnswer
    from actions.turn import Turn

    question = json.dumps({"services": services, "aspects": [], "cases": {"motorbike_registration": "lost"}})
    understood = {"intent": "ask_aspect", "decision": "answer", "aspects": ["fee"], "confidence": 0.98}
    turn = Turn("test:1", "có miễn phí không", "ask_aspect", understood, None, Words("vi"), {"question": question})
    (reply,), events = await ActionAnswer().answer(turn, real_bot.services)
    assert (reply.outcome, reply.about.service, reply.about.aspects[0]) == (outcome, service, "fee")
    assert "lost" in str(events)


async def test_a_service_without_a_script_is_not_answered_with_the_one_in_focus(real_bot):
    """A broken service file is left out; what is asked about it must not be answered about another service."""
    from actions.answer import ActionAnswer
    from actions.turn import Turn

    without = SimpleNamespace(get=lambda service: None if service == "passport" else real_bot.services.catalogue.get(service),
                              topics=dict)
    understood = {"intent": "ask_service", "service": "passport", "decision": "answer", "aspects": ["fee"], "confidence": 0.9}
    turn = Turn("test:1", "làm hộ chiếu hết bao nhiêu", "ask_service", understood, None, Words("vi"),
                {"service": "marriage_registration", "aspect": "documents"})
    (reply,), events = await ActionAnswer().answer(turn, replace(real_bot.services, catalogue=without))
    assert (reply.outcome, reply.about.service, events) == ("failed", None, [])


def test_every_service_has_a_dialogue():
    expected = [answer for dialogue in DIALOGUES for turn in dialogue["turns"]
                for answer in (turn["expect"] if isinstance(turn["expect"], list) else [turn["expect"]])]
    services = {path.stem for path in SERVICES.glob("[!_]*.yml")}
    assert {answer.get("service") for answer in expected} >= services
    assert {answer.get("kind") for answer in expected} >= set(KINDS)


def test_every_dialogue_has_a_name_of_its_own():
    assert len({dialogue["name"] for dialogue in DIALOGUES}) == len(DIALOGUES)


def _pressed(replies: Sequence[Reply], wanted: Mapping[str, str]) -> str:
    """Return the payload of the one button of the last answers that has these parts."""
    payloads = [button.payload for reply in replies for row in reply.buttons for button in row if button.payload]
    found = [text for text in payloads if wanted.items() <= asdict(Payload.parse(text)).items()]
    assert len(found) == 1, f"{wanted} is not on exactly one of the buttons {payloads}"
    return found[0]


def _differences(reply: Reply, expected: Mapping[str, Any], scripts: Mapping[str, Any]) -> list[str]:
    """Say in what an answer is not as the dialogue has it; a service's answer also carries its script's revision."""
    about, text = reply.about.as_dict(), plain(reply)
    unknown = expected.keys() - {*ABOUT, "outcome", "case", "says", "says_not", "one_of"}
    assert not unknown, f"unknown keys {unknown}"
    wrong = [f"{key} is {about[key]!r}" for key in ABOUT if key in expected and about[key] != expected[key]]
    if about["service"] not in expected.get("one_of", [about["service"]]):
        wrong.append(f"service is {about['service']!r}")
    if reply.outcome != expected.get("outcome", reply.outcome):
        wrong.append(f"outcome is {reply.outcome}")
    if about["kind"] == "procedure" and about["service"]:
        script = scripts[about["service"]]
        if about["revision"] != script.tag:
            wrong.append(f"revision is {about['revision']}")
        if "case" in expected:
            name = in_language(script.case(expected["case"]).name, about["language"])
            named = Words(about["language"])("procedure.case", case=name)
            wrong += [] if reply.outcome == "case_answered" and named in text else [f"case is not {expected['case']}: {text[:200]}"]
    wrong += [f"does not say {part!r}: {text}" for part in expected.get("says", ()) if part not in text]
    return wrong + [f"says {part!r}: {text}" for part in expected.get("says_not", ()) if part in text]
