"""The dossier numbers of a message, as entities in their canonical spelling."""
from __future__ import annotations

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from dossiers import numbers
from nlu.components.annotator import Annotator

DOSSIER = "dossier_number"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DossierNumbers(Annotator):
    """Adds an entity for each dossier number; the shapes stand in `dossiers/formats.yml`."""

    def annotate(self, message: Message) -> None:
        found = [{"entity": DOSSIER, "value": number.canonical, "start": number.span[0], "end": number.span[1],
                  "extractor": type(self).__name__} for number in numbers.find(message.get(TEXT) or "")]
        message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
