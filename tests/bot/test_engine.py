"""The engine: what it does faster than Rasa comes to the same; a model must fit the code."""
from pathlib import Path

import pytest
from fastjsonschema import JsonSchemaException
from jsonschema import ValidationError, validate
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa_sdk.events import ActiveLoop, SlotSet, UserUtteranceReverted

from bot.quick import check as quick
from nlu import model
from nlu.components.rules import IndexedRulePolicy

RIGHT = (
    {}, {"events": []}, {"events": [SlotSet("service", "passport")], "responses": [{"custom": {"a": 1}}]},
    {"events": [ActiveLoop("dossier_form"), UserUtteranceReverted()]},
)
WRONG = (
    {"events": {}}, {"events": [{}]}, {"events": [{"event": "slot"}]}, {"events": [{"event": "slot", "name": 3, "value": 1}]},
    {"events": [{"event": "no_such_kind"}]}, {"events": ["slot"]}, {"responses": ["text"]},
)


def stock(result):
    validate(result, RemoteAction.action_response_format_spec())


@pytest.mark.parametrize("check", [stock, quick])
@pytest.mark.parametrize("result", RIGHT, ids=str)
def test_a_right_result_passes(check, result):
    check(result)


@pytest.mark.parametrize("check", [stock, quick])
@pytest.mark.parametrize("result", WRONG, ids=str)
def test_a_wrong_result_is_refused(check, result):
    with pytest.raises((ValidationError, JsonSchemaException)):
        check(result)


@pytest.mark.model
def test_a_model_of_another_version_is_refused_with_what_it_lacks(real_bot):
    agent = real_bot.engine._agent
    model.check_dialogue(agent, Path("m.tar.gz"))
    wanted = {"intents": ["greet"], "slots": {"language": {}, "colour": {}}, "actions": ["action_sing"], "forms": {}}
    with pytest.raises(model.ModelUnusable, match=r"m\.tar\.gz: .*slots: colour; actions: action_sing.*make train"):
        model.check_dialogue(agent, Path("m.tar.gz"), wanted)


@pytest.mark.model
async def test_the_states_the_rules_are_found_by_are_those_of_rasas_own_policy(talk, monkeypatch):
    ours, compared = IndexedRulePolicy._prediction_states, []

    def both(policy, tracker, domain, *more, **named):
        found = ours(policy, tracker, domain, *more, **named)
        compared.append((found, RulePolicy._prediction_states(policy, tracker, domain, *more, **named)))
        return found

    monkeypatch.setattr(IndexedRulePolicy, "_prediction_states", both)
    for text in ("chào em", "làm hộ chiếu", "lệ phí", "tra cứu hồ sơ", "hết bao nhiêu tiền", "012345678901234", "/list_services", "cảm ơn"):
        assert await talk(text)
    assert len(compared) > 10 and all(found == rasas for found, rasas in compared)
