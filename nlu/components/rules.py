"""Rasa's rule policy, which finds the rules for a state by an index instead of comparing all of them."""
from __future__ import annotations

from collections import defaultdict
from typing import Any, Dict, List, Set, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

Sign = Tuple[str | None, str | None]
"""What the last state of a rule says: the action before it, and the intent (None where it says none)."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class IndexedRulePolicy(RulePolicy):
    """Predicts exactly what `RulePolicy` predicts; with one rule a service and intent, comparing all took most of its time."""

    _indices: Dict[Tuple[int, int], Dict[Sign, Dict[str, str]]]

    def _find_action_from_rules(self, tracker: DialogueStateTracker, domain: Domain,
                                use_text_for_last_user_input: bool) -> Tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input:
            # Stock Rasa first looks for a rule with the words of the message; rules.yml names intents only.
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _prediction_states(self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool = False,
                           rule_only_data: Dict[str, Any] | None = None) -> List[State]:
        if use_text_for_last_user_input or any(slot.influence_conversation for slot in domain.slots):
            return super()._prediction_states(tracker, domain, use_text_for_last_user_input, rule_only_data)
        # Stock Rasa replays the conversation on a copy with all slots; no slot of ours is part of a state.
        states, replayed = [], DialogueStateTracker(tracker.sender_id, ())
        for event in tracker.applied_events():
            if isinstance(event, ActionExecuted):
                states.append(domain.get_active_state(replayed))
            if not isinstance(event, (SlotSet, BotUttered)):
                replayed.update(event)
        states.append(domain.get_active_state(replayed))
        self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
        return states

    def _get_possible_keys(self, lookup: Dict[str, str], states: List[State]) -> Set[str]:
        if not states:
            return super()._get_possible_keys(lookup, states)
        index = self._index(lookup)
        before, intent = sign(states[-1])
        # A rule that names no intent may still hold, and one that names another cannot.
        narrowed = {**index[before, None], **(index[before, intent] if intent else {})}
        return super()._get_possible_keys(narrowed, states)

    def _index(self, lookup: Dict[str, str]) -> Dict[Sign, Dict[str, str]]:
        if "_indices" not in self.__dict__:
            self._indices = {}
        version = (id(lookup), len(lookup))  # while it trains, the policy takes rules out of its lookup
        if version not in self._indices:
            index: Dict[Sign, Dict[str, str]] = defaultdict(dict)
            for key, action in lookup.items():
                index[sign(self._rule_key_to_state(key)[-1])][key] = action
            self._indices[version] = index
        return self._indices[version]


def sign(state: State) -> Sign:
    return (state.get("prev_action") or {}).get("action_name"), (state.get("user") or {}).get("intent")
