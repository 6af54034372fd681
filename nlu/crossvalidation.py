"""Five-fold cross-validation on the training data: each fifth is understood by a model learnt from the rest.

The examples of one fold were written by the same people as the others, so the figures are higher than on new messages;
they tell whether the data are consistent.
"""
from __future__ import annotations

from collections import Counter
from pathlib import Path

from sklearn.model_selection import StratifiedKFold

from nlu import examples, model
from nlu.components.features import written
from nlu.components.general import GENERAL
from nlu.components.linear import LinearModel
from nlu.components.ngrams import Ngrams, stacked
from nlu.evaluation import Share, Shares

DATA = model.ROOT / "nlu" / "data"
FOLDS = 5


def cross_validate(folder: Path = DATA) -> tuple[Shares, Counter]:
    """Return the shares of right intents, and the confusions. Examples of several services are left out."""
    labelled = [one for one in examples.examples(folder) if one.file not in ("ambiguous", "two_requests")]
    texts, intents = [one.text for one in labelled], [one.intent for one in labelled]
    right: dict[str, list[bool]] = {"intent": [], "service": []}
    confusions: Counter = Counter()
    for learnt, asked in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(texts, intents):
        ngrams = Ngrams()
        ngrams.fit([texts[index] for index in learnt])
        rows = [(ngrams.vector(form), frozenset((intents[index],))) for index in learnt for form in written(texts[index])]
        linear = LinearModel(model.component("IntentModel")["regularisation"])
        linear.fit(stacked([vector for vector, _ in rows]), [meant for _, meant in rows])
        for index in asked:
            found = linear.labels[int(linear.probabilities(ngrams.vector(texts[index])).argmax())]
            right["intent"].append(found == intents[index])
            if intents[index] not in GENERAL:
                right["service"].append(found == intents[index])
            confusions[intents[index], found] += 1
    return {name: Share(sum(values) / len(values), len(values)) for name, values in right.items()}, confusions
