"""The fast check of an action's result passes and refuses what Rasa's own schema does."""
import pytest
from jsonschema import ValidationError, validate
from rasa.core.actions.action import RemoteAction
from rasa_sdk.events import ActiveLoop, SlotSet, UserUtteranceReverted

from bot.engine import _check

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


@pytest.mark.parametrize("check", [stock, _check])
@pytest.mark.parametrize("result", RIGHT, ids=str)
def test_a_right_result_passes(check, result):
    check(result)


@pytest.mark.parametrize("check", [stock, _check])
@pytest.mark.parametrize("result", WRONG, ids=str)
def test_a_wrong_result_is_refused(check, result):
    with pytest.raises(ValidationError):
        check(result)
