"""The intent of a message: one of the services, a general intent, or out of scope."""
from __future__ import annotations

import random
from math import sqrt
from typing import Any, Dict, FrozenSet, List, Sequence, Tuple

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import vstack

from nlu.components.features import VECTORS
from nlu.components.general import GENERAL
from nlu.components.linear import LinearModel
from nlu.components.ngrams import Vector, stacked
from nlu.components.stored import StoredModel

CLAUSE_RANKINGS = "clause_rankings"
RANKED = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentModel(StoredModel, IntentClassifier):
    """Ranks the intents of a message and of each of its clauses (`CLAUSE_RANKINGS`)."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        # `mixtures`: how many made-up messages with two requests are learnt from beside the examples.
        return {"regularisation": 20.0, "mixtures": 4000}

    def train(self, training_data: TrainingData) -> Resource:
        examples = [message for message in training_data.intent_examples if message.get(VECTORS)]
        matrix = stacked([vector for message in examples for vector in message.get(VECTORS)])
        meanings = [frozenset(candidates_of(message)) for message in examples for _ in message.get(VECTORS)]
        pairs = mixed_pairs(meanings, self.config["mixtures"])
        # Two requests in one message have about the features of both, at the length of one.
        mixtures = (matrix[[one for one, _ in pairs]] + matrix[[other for _, other in pairs]]) * sqrt(0.5)
        self.model = LinearModel(self.config["regularisation"])
        self.model.fit(vstack([matrix, mixtures]), [*meanings, *(meanings[one] | meanings[other] for one, other in pairs)])
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

    def _ranking(self, vector: Vector) -> List[Dict[str, Any]]:
        """Rank the intents; `confidence` adds up to 1 over all, `likelihood` is each intent's own."""
        likelihoods = self.model.probabilities(vector)
        total = likelihoods.sum()
        return [{"name": self.model.labels[index], "confidence": float(likelihoods[index] / total),
                 "likelihood": float(likelihoods[index])} for index in np.argsort(-likelihoods)[:RANKED]]


def mixed_pairs(meanings: Sequence[FrozenSet[str]], count: int) -> List[Tuple[int, int]]:
    """Return pairs of examples that mean one service each, and not the same; the same pairs at every training."""
    dice = random.Random(0)
    single = [index for index, meaning in enumerate(meanings) if len(meaning) == 1 and not meaning & GENERAL]
    pairs = [(dice.choice(single), dice.choice(single)) for _ in range(count)] if single else []
    return [(one, other) for one, other in pairs if meanings[one] != meanings[other]]


def candidates_of(message: Message) -> List[str]:
    """Return what an example means: its intent, or for an ambiguous one all the services it may mean."""
    return ((message.get(METADATA) or {}).get(METADATA_INTENT) or {}).get("candidates") or [message.get(INTENT)]
