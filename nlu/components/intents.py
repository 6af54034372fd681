"""The intent of a message: one of the services, a general intent, or out of scope."""
from __future__ import annotations

import random
from typing import Any, Dict, FrozenSet, List, Sequence, Tuple

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import vstack

from nlu.components.asides import ASIDE_VECTORS
from nlu.components.features import VECTORS
from nlu.components.general import GENERAL
from nlu.components.linear import LinearModel
from nlu.components.ngrams import mixed, stacked
from nlu.components.stored import StoredModel

CLAUSE_RANKINGS = "clause_rankings"
RANKED = 5

SEVERAL = "several"
"""The property with how likely a message asks for two services."""

UNCLEAR = "unclear"
"""The property with how likely a message is one that a good clerk asks back about."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentModel(StoredModel, IntentClassifier):
    """Ranks the intents of a message and of each of its clauses (`CLAUSE_RANKINGS`); tells `SEVERAL` and `UNCLEAR`."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        # Learnt from beside the examples: made-up messages with two requests, and examples with an aside.
        return {"regularisation": 40.0, "mixtures": 4000, "with_asides": 4000}

    def train(self, training_data: TrainingData) -> Resource:
        examples = [message for message in training_data.intent_examples if message.get(VECTORS)]
        meanings = [meaning_of(message) for message in examples for _ in message.get(VECTORS)]
        [asides] = [message.get(ASIDE_VECTORS) for message in training_data.training_examples if message.get(ASIDE_VECTORS)]
        vectors = [vector for message in examples for vector in message.get(VECTORS)]
        both = stacked([*vectors, *asides])
        matrix, aside_matrix = both[: len(vectors)], both[len(vectors):]

        pairs = mixed_pairs(meanings, self.config["mixtures"])
        dice = random.Random(0)
        spoken = [(dice.randrange(len(vectors)), dice.randrange(len(asides))) for _ in range(self.config["with_asides"])]
        self.model = LinearModel(self.config["regularisation"])
        self.model.fit(
            vstack([matrix, mixed(matrix, matrix, pairs), mixed(matrix, aside_matrix, spoken), aside_matrix]),
            [*meanings, *(meanings[one] | meanings[other] | {SEVERAL} for one, other in pairs),
             *(meanings[one] for one, _ in spoken), *[frozenset()] * len(asides)])
        return self.persist()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(VECTORS) is None or self.model is None:
                continue
            likelihoods = [self.model.probabilities(vector) for vector in message.get(VECTORS)]
            whole, *clauses = [self._ranking(one) for one in likelihoods]
            message.set(INTENT, whole[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, whole, add_to_output=True)
            message.set(CLAUSE_RANKINGS, clauses)
            for name, index in self._about().items():
                message.set(name, float(likelihoods[0][index]))
        return messages

    def _ranking(self, likelihoods: np.ndarray) -> List[Dict[str, Any]]:
        """Rank the intents; `confidence` adds up to 1 over all, `likelihood` is each intent's own."""
        about = list(self._about().values())
        total = likelihoods.sum() - likelihoods[about].sum()
        ranked = [index for index in np.argsort(-likelihoods)[:RANKED + len(about)] if index not in about]
        return [{"name": self.model.labels[index], "confidence": float(likelihoods[index] / total),
                 "likelihood": float(likelihoods[index])} for index in ranked[:RANKED]]

    def _about(self) -> Dict[str, int]:
        return {name: self.model.labels.index(name) for name in (SEVERAL, UNCLEAR)}


def mixed_pairs(meanings: Sequence[FrozenSet[str]], count: int) -> List[Tuple[int, int]]:
    """Return pairs of examples that mean one service each, and not the same; the same pairs at every training."""
    dice = random.Random(0)
    single = [index for index, meaning in enumerate(meanings) if len(meaning) == 1 and not meaning & GENERAL]
    pairs = [(dice.choice(single), dice.choice(single)) for _ in range(count)] if single else []
    return [(one, other) for one, other in pairs if meanings[one] != meanings[other]]


def meaning_of(message: Message) -> FrozenSet[str]:
    """Return what an example means: its intent; the services it asks for; or those it may mean."""
    metadata = (message.get(METADATA) or {}).get(METADATA_INTENT) or {}
    if metadata.get("services"):
        return frozenset((*metadata["services"], SEVERAL))
    if metadata.get("candidates"):
        return frozenset((*metadata["candidates"], UNCLEAR))
    return frozenset((message.get(INTENT),))
