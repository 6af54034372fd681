"""How far a training is, told from Rasa's log."""
from __future__ import annotations

import logging

from nlu import steps


def test_each_trained_component_is_told_and_other_notes_are_not():
    told = []
    log = logging.getLogger(steps.LOG)
    level = log.level
    with steps.told(lambda *given: told.append(given)):
        for note in ("Starting to train component 'A'.", "Finished training component 'A'.", "Finished training component 'B'."):
            log.info(note)
    log.info("Finished training component 'C'.")
    count = len(steps.trainable())
    assert told == [("A", 1, count), ("B", 2, count)] and log.level == level


def test_the_trainable_components_are_those_that_learn():
    assert [name.rsplit(".", 1)[1] for name in steps.trainable()] == [
        "NgramFeaturizer", "IntentModel", "AspectModel", "IndexedRulePolicy"]
