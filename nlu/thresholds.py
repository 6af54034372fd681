"""Chooses the thresholds of the decision, and the calibration of its confidence, on nlu/tuning (`python -m nlu tune`).

What is learnt from and what is measured on are other sets, written by other people.
"""
from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence

import numpy as np
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.nlu.constants import INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from sklearn.linear_model import LogisticRegression

from nlu import examples
from nlu.components.decision import Decision
from nlu.components.general import GENERAL

TUNING = Path(__file__).resolve().parent / "tuning"

WRONG, QUESTION = 10.0, 1.0
"""What a wrong service served costs, and a question that was not needed: all other costs lie between."""

REJECTED, MISSED, UNRECOGNISED, UNASKED = 4.0, 2.0, 2.0, 3.0
"""A request of ours declined; one of two requests left out, or one too many answered; a general intent taken for another;
an ambiguous message answered with one of the services it may mean."""

MOST_QUESTIONS = 0.03
"""Which share of the messages that ask for one service may be answered with a question, whatever it saves: more annoys people."""

GRIDS: Mapping[str, Sequence[float]] = {
    "answer_service": [step / 100 for step in range(30, 86, 2)],
    "likely_service": [0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5],
    "answer_general": [0.2, 0.3, 0.4],
    "decline": [0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
    "clarify": [0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2],
    "second": [0.6, 0.7, 0.8, 0.9],
    "second_whole": [0.01, 0.03, 0.05, 0.1, 0.2, 0.3],
    "second_alone": [0.9, 0.95, 0.98, 1.01],
    "several": [0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4],
    "in_order": [0.0, 0.2, 0.3, 0.5, 0.7, 0.9],
    "unclear": [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 1.01],
    "clear": [0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.98, 1.01],
    "rival": [0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
    "both": [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.01],
}
"""The values tried for each threshold; more than 1 turns a rule off."""

Heard = list[tuple[Any, Message]]
"""What was labelled, with the message as the models before the decision understood it."""


async def hear(agent: Agent, folder: Path = TUNING) -> Heard:
    """Return every labelled message of the folder with its rankings."""
    labelled = [*examples.examples(folder), *examples.two_requests(folder), *examples.ambiguous(folder)]
    return [(one, Message(await agent.processor.parse_message(UserMessage(one.text), only_output_properties=False)))
            for one in labelled]


def cost(labelled: Any, understood: Mapping[str, Any]) -> float:
    """Return what a decision about one labelled message costs."""
    answered = understood["decision"] == "answer"
    served = [understood["service"], *understood["also"]] if answered and understood["service"] else []
    if isinstance(labelled, examples.Ambiguous):
        return sum(UNASKED if one in labelled.candidates else WRONG for one in served)
    if isinstance(labelled, examples.TwoRequests):
        wrong = sum(WRONG for one in served if one not in labelled.services)
        return wrong + (sum(MISSED for one in labelled.services if one not in served) if served else QUESTION)
    if labelled.intent in GENERAL:
        right = not served and (understood["intent"] == labelled.intent or labelled.intent == "out_of_scope" and not answered)
        return WRONG * len(served) + (0.0 if right or served else UNRECOGNISED)
    if understood["decision"] == "clarify":
        return QUESTION if labelled.intent in dict(understood["candidates"]) else MISSED
    if not served:
        return REJECTED
    return (0.0 if labelled.intent in served else WRONG) + MISSED * (len(served) - 1)


def total(heard: Heard, config: Mapping[str, Any]) -> float:
    """Return the mean cost of a message under these thresholds; infinite if they ask more than `MOST_QUESTIONS`."""
    decision = Decision(dict(config))
    decided = [(one, decision.understood(message)) for one, message in heard]
    clear = [understood["decision"] for one, understood in decided if getattr(one, "intent", "out_of_scope") not in GENERAL]
    if clear.count("clarify") > MOST_QUESTIONS * len(clear):
        return math.inf
    return sum(cost(one, understood) for one, understood in decided) / len(heard)


def choose(heard: Heard, config: Mapping[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Yield each threshold that is better changed, with its new value and the mean cost then, until nothing gets better."""
    best, lowest, better = dict(config), total(heard, config), True
    while better:
        better = False
        for name, grid in GRIDS.items():
            costs = {value: total(heard, {**best, name: value}) for value in grid}
            value = min(costs, key=lambda one: (costs[one], abs(one - best[name])))
            if costs[value] < lowest - 1e-9:
                best[name], lowest, better = value, costs[value], True
                yield name, value, lowest


def calibration(heard: Heard) -> dict[str, float]:
    """Return slope and shift that turn the confidence of the first intent into how often it is right."""
    sure, right, weights = [], [], []
    for labelled, message in heard:
        first = message.get(INTENT_RANKING_KEY)[0]
        meant = getattr(labelled, "candidates", None) or getattr(labelled, "services", None) or [labelled.intent]
        share = 1 / len(meant) if first["name"] in meant else 0.0
        for outcome, weight in ((1, share), (0, 1 - share)):
            if weight:
                sure.append([log_odds(first["confidence"])])
                right.append(outcome)
                weights.append(weight)
    model = LogisticRegression(C=1e6).fit(np.array(sure), right, sample_weight=weights)
    return {"slope": round(float(model.coef_[0][0]), 2), "shift": round(float(model.intercept_[0]), 2)}


def log_odds(confidence: float) -> float:
    bounded = min(max(confidence, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))
