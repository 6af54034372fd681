"""The intent of a message: one of the services, a general intent, or out of scope."""
from __future__ import annotations

from typing import Any, Dict, List, Text

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.clauses import CLAUSES
from nlu.components.linear import LinearModel
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
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        self.model = LinearModel(self.config["regularisation"])
        self.model.fit([message.get(TEXT) for message in examples],
                       [frozenset([message.get(INTENT)]) for message in examples])
        return self.persist()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(TEXT) is None or self.model is None:
                continue
            clauses = message.get(CLAUSES) or []
            rankings = self._rankings([message.get(TEXT), *clauses])
            message.set(INTENT, rankings[0][0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, rankings[0], add_to_output=True)
            message.set(CLAUSE_RANKINGS, rankings[1:])
        return messages

    def _rankings(self, texts: List[Text]) -> List[List[Dict[Text, Any]]]:
        scores = self.model.probabilities(texts)
        scores = scores / scores.sum(axis=1, keepdims=True)
        return [[{"name": self.model.labels[index], "confidence": float(row[index])}
                 for index in np.argsort(-row)[:RANKED]] for row in scores]
