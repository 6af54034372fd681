"""What our trainable components share: configuration, and the model kept in Rasa's model storage."""
from __future__ import annotations

from typing import Any, Dict

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

FILE = "model.joblib"


class StoredModel(GraphComponent):
    """A graph component with one model, written after training and read when a trained model is loaded."""

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource,
                 model: Any = None) -> None:
        self.config = config
        self._storage = storage
        self._resource = resource
        self.model = model

    @classmethod
    def create(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> StoredModel:
        return cls(config, model_storage, resource)

    @classmethod
    def load(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> StoredModel:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / FILE))

    def persist(self) -> Resource:
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self.model, folder / FILE, compress=1)
        return self._resource
