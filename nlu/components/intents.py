"""The intent of a message: one of the services, a general intent, or out of scope."""
from __future__ import annotations

from typing import Any, Dict, List, Text

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.features import VECTORS
from nlu.components.linear import LinearModel
from nlu.components.ngrams import Vector, stacked
from nlu.components.stored import StoredModel

CLAUSE_RANKINGS = "clause_rankings"
RANKED = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentModel(StoredModel, IntentClassifier):
    """Ranks the intents of a message and of each of its clauses (`CLAUSE_RANKINGS`)."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"regularisation": 20.0}

    def train(self, training_data: TrainingData) -> Resource:
        examples = [message for message in training_data.intent_examples if message.get(VECTORS)]
        self.model = LinearModel(self.config["regularisation"])
        self.model.fit(stacked([message.get(VECTORS)[0] for message in examples]),
                       [frozenset(candidates_of(message)) for message in examples])
        return self.persist()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(VECTORS) is None or self.model is None:
                continue
            whole, *clauses = [self._ranking(vector) for vector in message.get(VECTORS)]
            message.set(INTENT, whole[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, whole, add_to_output=True)
            message.set(CLAUSE_RANKINGS, clauses)
        return messages

    def _ranking(self, vector: Vector) -> List[Dict[Text, Any]]:
        scores = self.model.probabilities(vector)
        scores = scores / scores.sum()
        return [{"name": self.model.labels[index], "confidence": float(scores[index])}
                for index in np.argsort(-scores)[:RANKED]]


def candidates_of(message: Message) -> List[Text]:
    """Return what an example means: its intent, or for an ambiguous one all the services it may mean."""
    return ((message.get(METADATA) or {}).get(METADATA_INTENT) or {}).get("candidates") or [message.get(INTENT)]
