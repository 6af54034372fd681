"""What the citizen asks about a service: documents, fee, time ...; a second output of the same pipeline."""
from __future__ import annotations

from typing import Any, Dict, List

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.features import VECTORS
from nlu.components.linear import LinearModel
from nlu.components.ngrams import stacked
from nlu.components.stored import StoredModel

ASPECTS = "aspects"
CLAUSE_ASPECTS = "clause_aspects"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AspectModel(StoredModel):
    """Names the aspects asked for, most likely first; learnt from the `aspects` metadata of the examples."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        # `also`: how likely a further aspect must be to be answered too.
        return {"regularisation": 20.0, "also": 0.5, "most": 3}

    def train(self, training_data: TrainingData) -> Resource:
        examples = [(vector, aspects_of(message)) for message in training_data.intent_examples
                    if aspects_of(message) for vector in message.get(VECTORS) or ()]
        self.model = LinearModel(self.config["regularisation"])
        self.model.fit(stacked([vector for vector, _ in examples]), [frozenset(given) for _, given in examples])
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


def aspects_of(message: Message) -> List[str]:
    """Return the aspects an example was labelled with, the main one first."""
    return ((message.get(METADATA) or {}).get(METADATA_INTENT) or {}).get("aspects") or []
