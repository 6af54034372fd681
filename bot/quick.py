"""What stock Rasa does at every message though once, or never, would do; what a message means or leads to stays the same.

The measurements behind each are in docs/decisions/0004-engine-in-process.md.
"""
from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from typing import Any, Callable, Mapping, Sequence

from fastjsonschema import JsonSchemaException
from fastjsonschema import compile as compiled
from rasa.core.actions.action import Action, ActionListen, RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import ActionExecutionRejected, Event
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

SET_BY_ACTIONS = {"type": "custom"}
"""The mapping of a slot in domain.yml that only actions set."""

Check = Callable[[Any], Any]
"""Raises `fastjsonschema.JsonSchemaException` for what is wrong."""


class Processor(MessageProcessor):
    """Rasa's processor, without what it copies and compares for a log of every message that nobody may read."""

    @classmethod
    def instead_of(cls, stock: MessageProcessor) -> Processor:
        """Return a processor with everything a loaded one has."""
        made = cls.__new__(cls)
        made.__dict__.update(stock.__dict__)
        return made

    def _check_for_unseen_features(self, parse_data: Mapping[str, Any]) -> None:
        """Stock Rasa warns of intents the domain lacks; our model has the domain's intents, which is checked when it is loaded."""

    @staticmethod
    def _log_slots(tracker: DialogueStateTracker) -> None:
        """Stock Rasa writes all slots into its debugging log, with what the citizen is looking up."""

    async def run_action_extract_slots(self, output_channel: OutputChannel, tracker: DialogueStateTracker) -> DialogueStateTracker:
        if all(mapping == SET_BY_ACTIONS for slot in self.domain.slots for mapping in slot.mappings):
            # Stock Rasa asks every slot whether the message fills it; no message fills one of these.
            return tracker
        return await super().run_action_extract_slots(output_channel, tracker)

    async def _run_action(self, action: Action, tracker: DialogueStateTracker, output_channel: OutputChannel,
                          nlg: NaturalLanguageGenerator, prediction: PolicyPrediction) -> bool:
        if not isinstance(action, ActionListen):
            return await super()._run_action(action, tracker, output_channel, nlg, prediction)
        # Stock Rasa copies the conversation for an action to run on; this one does and says nothing.
        self._log_action_on_tracker(tracker, action, (), prediction)
        return False

    def _log_action_on_tracker(self, tracker: DialogueStateTracker, action: Action, events: Sequence[Event] | None,
                               prediction: PolicyPrediction) -> None:
        events = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)


@lru_cache(maxsize=1)
def make_rasa_quick() -> None:
    """Let Rasa find the kinds of events, and check our actions' results, with what is worked out once.

    Stock Rasa builds the same JSON Schema validator anew for every action of every message, which takes four fifths of
    the time of a message, tries every kind of event on every event, and looks for the class of an event among all there are.
    It copies all slots several times a message, for which Python's own way goes through the protocol of pickle.
    """
    RemoteAction._validate_action_result = lambda _, result: check(result)
    Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))
    Slot.__copy__ = _copied


def _copied(slot: Slot) -> Slot:
    made = object.__new__(type(slot))
    made.__dict__.update(slot.__dict__)
    return made


def check(result: Mapping[str, Any]) -> bool:
    """Raise `fastjsonschema.JsonSchemaException` unless an action's result is what Rasa's schema asks for."""
    frame, kinds = _validators()
    frame(result)
    for event in result.get("events", ()):
        if event["event"] not in kinds:
            raise JsonSchemaException(f"{event['event']!r} is not a kind of event")
        kinds[event["event"]](event)
    return True


@lru_cache(maxsize=1)
def _validators() -> tuple[Check, Mapping[str, Check]]:
    """Return Rasa's schema without its alternatives, and each alternative by the one kind of event it is for, as functions."""
    schema = deepcopy(RemoteAction.action_response_format_spec())
    alternatives = schema["properties"]["events"]["items"].pop("oneOf")
    return compiled(schema), {
        alternative["properties"]["event"]["const"]: compiled(alternative) for alternative in alternatives}
