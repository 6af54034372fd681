"""What the citizen asks about a service: documents, fee, time ...; a second output of the same pipeline."""
from __future__ import annotations

import random
from typing import Any, Dict, FrozenSet, List, Sequence, Tuple

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import vstack

from nlu.components.features import VECTORS
from nlu.components.linear import LinearModel
from nlu.components.ngrams import mixed, stacked
from nlu.components.stored import StoredModel

ASPECTS = "aspects"
CLAUSE_ASPECTS = "clause_aspects"

FOLLOW_UP = "ask_aspect"
NOTHING = frozenset(("overview",))
"""What is asked by a message that asks nothing in particular."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AspectModel(StoredModel):
    """Names the aspects asked for, most likely first; learnt from the `aspects` metadata of the examples."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        # `mixtures`: made-up messages that tell a situation and then ask; `also`: how likely a further aspect must be.
        return {"regularisation": 40.0, "mixtures": 4000, "also": 0.5, "most": 3}

    def train(self, training_data: TrainingData) -> Resource:
        examples = [(vector, message) for message in training_data.intent_examples
                    if aspects_of(message) for vector in message.get(VECTORS) or ()]
        asked = [frozenset(aspects_of(message)) for _, message in examples]
        matrix = stacked([vector for vector, _ in examples])
        intents = [message.get(INTENT) for _, message in examples]
        pairs = told_then_asked(list(zip(intents, asked)), self.config["mixtures"])
        self.model = LinearModel(self.config["regularisation"])
        self.model.fit(vstack([matrix, mixed(matrix, matrix, pairs)]), [*asked, *(asked[question] for _, question in pairs)])
        return self.persist()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(VECTORS) is None or self.model is None:
                continue
            whole, *clauses = [self._likely(self.model.probabilities(vector)) for vector in message.get(VECTORS)]
            message.set(ASPECTS, whole)
            message.set(CLAUSE_ASPECTS, clauses)
        return messages

    def _likely(self, scores: np.ndarray) -> List[str]:
        ranked = np.argsort(-scores)[: self.config["most"]]
        first = self.model.labels[ranked[0]]
        further = [self.model.labels[index] for index in ranked[1:] if scores[index] >= self.config["also"]]
        # "overview" is what is left when nothing particular is asked, so it never stands beside another aspect.
        return [first, *(aspect for aspect in further if "overview" not in (first, aspect))]


def told_then_asked(examples: Sequence[Tuple[str, FrozenSet[str]]], count: int) -> List[Tuple[int, int]]:
    """Return pairs of a message that asks nothing in particular and a follow-up that does; the same at every training."""
    dice = random.Random(0)
    told = [index for index, (intent, asked) in enumerate(examples) if intent != FOLLOW_UP and asked == NOTHING]
    questions = [index for index, (intent, asked) in enumerate(examples) if intent == FOLLOW_UP and asked != NOTHING]
    return [(dice.choice(told), dice.choice(questions)) for _ in range(count)] if told and questions else []


def aspects_of(message: Message) -> List[str]:
    """Return the aspects an example was labelled with, the main one first."""
    return ((message.get(METADATA) or {}).get(METADATA_INTENT) or {}).get("aspects") or []
