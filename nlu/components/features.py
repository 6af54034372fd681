"""The features of a message and of its clauses, made once for all models of the pipeline."""
from __future__ import annotations

from itertools import islice
from typing import Any, Dict, List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.asides import ASIDE_VECTORS, asides
from nlu.components.clauses import CLAUSES
from nlu.components.ngrams import Ngrams, Vectors
from nlu.components.stored import StoredModel
from nlu.components.text import fold

VECTORS = "ngram_vectors"
"""The property with the vector of the message, then those of its clauses; of an example, those of its ways of writing."""


def written(example: str) -> List[str]:
    """Return an example as it was typed, and as it is typed without diacritics: learning both, a model trusts neither alone."""
    plain = fold(example)
    return [example] if plain == example.lower() else [example, plain]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(StoredModel):
    """Puts the n-gram vectors beside each message."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {}

    def train(self, training_data: TrainingData) -> Resource:
        self.model = Ngrams()
        self.model.fit([message.get(TEXT) for message in training_data.intent_examples if message.get(TEXT)])
        return self.persist()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        forms = [written(message.get(TEXT)) for message in examples]
        spoken = [form for aside in asides() for form in written(aside)]
        made = iter(self.model.vectors([form for one in (*forms, spoken) for form in one]))
        for message, ways in zip(examples, forms):
            message.set(VECTORS, Vectors(islice(made, len(ways))))
        training_data.training_examples.append(Message(data={ASIDE_VECTORS: Vectors(made)}))
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(TEXT) is not None and self.model is not None:
                texts = [message.get(TEXT), *(message.get(CLAUSES) or [])]
                message.set(VECTORS, Vectors(self.model.vector(one) for one in texts))
        return messages
