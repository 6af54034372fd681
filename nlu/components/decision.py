"""The three-way decision: answer, ask which of two or three was meant, or say it is none of the services.

Serving a wrong procedure with confidence is the worst outcome, so an unsure message is asked about.
"""
from __future__ import annotations

from math import exp
from typing import Any, Dict, List, Tuple

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.annotator import Annotator
from nlu.components.aspects import ASPECTS, CLAUSE_ASPECTS
from nlu.components.clauses import CLAUSES
from nlu.components.dossier_numbers import DOSSIER
from nlu.components.general import GENERAL
from nlu.components.intents import CLAUSE_RANKINGS, SEVERAL, UNCLEAR
from nlu.components.language import LANGUAGE

UNDERSTANDING = "understanding"
"""The property of a parsed message that holds what was decided; its shape is that of `Decision.understood`."""

UNSURE = "nlu_fallback"
"""The intent Rasa's rules see when the message is to be asked about or declined."""

POSSIBLE = 0.02
"""A second service is offered beside a single likely one from this confidence; "none of these" stands below in any case."""

OFFERED = 3
"""How many services are offered at most."""

Ranking = List[Dict[str, Any]]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Decision(Annotator):
    """Turns rankings into one decision, and finds a second service asked for in the same message."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {
            "answer_service": 0.55,   # from this confidence a service is answered,
            "likely_service": 0.05,   # if it also has this likelihood of its own
            "answer_general": 0.3,    # from here a general intent is taken as meant,
            "decline": 0.6,           # and from here a message as out of scope
            "clarify": 0.12,          # a service must be at least this likely to be offered
            "second": 0.8,            # from here a clause is a second request, if its service also has
            "second_whole": 0.1,      # this likelihood in the whole message,
            "second_alone": 1.01,     # or if the clause is this sure (more than 1: never);
            "both": 0.6,              # from this likelihood each, two services of a message with joints are two requests,
            "several": 0.1,           # but all of it only in a message that is this likely to hold two;
            "in_order": 0.5,          # if it is less likely than this, the surer of the two comes first
            "unclear": 0.25,          # from here a message is asked about, unless its first service is
            "clear": 0.9,             # this sure,
            "rival": 0.0,             # and if a second service is at least this likely
            "part_of": {},            # a service to what it is a part of: unsure between them, the latter is answered
            "slope": 1.0,             # with these, a confidence becomes the share of such messages
            "shift": 0.0,             # that are understood rightly
        }

    def annotate(self, message: Message) -> None:
        if message.get(INTENT_RANKING_KEY) and message.get(CLAUSES) is not None:
            understood = self.understood(message)
            understood = {**understood, "confidence": self._calibrated(understood["confidence"]),
                          "candidates": [[name, self._calibrated(sure)] for name, sure in understood["candidates"]]}
            message.set(UNDERSTANDING, understood, add_to_output=True)
            name = understood["service"] or understood["intent"]
            if understood["decision"] != "answer":
                name = UNSURE
            message.set(INTENT, {"name": name, "confidence": understood["confidence"]}, add_to_output=True)

    def understood(self, message: Message) -> Dict[str, Any]:
        """Return intent, service, aspects, also, dossier, language, confidence, decision and candidates."""
        ranking: Ranking = message.get(INTENT_RANKING_KEY)
        dossier = next((entity["value"] for entity in message.get(ENTITIES, []) if entity["entity"] == DOSSIER), None)
        result = {
            "intent": ranking[0]["name"], "service": None, "aspects": message.get(ASPECTS) or ["overview"], "also": [],
            "dossier": dossier, "language": message.get(LANGUAGE), "confidence": round(ranking[0]["confidence"], 4),
            "decision": "answer", "candidates": self._candidates(ranking),
        }
        if dossier:
            return {**result, "intent": "dossier_status", "aspects": [], "confidence": 1.0, "candidates": []}
        if not any(map(str.isalpha, message.get(TEXT, UNSURE))):
            # "12" stands in questions about the twelfth grade; alone it names nothing.
            return {**result, "intent": "out_of_scope", "aspects": [], "confidence": 1.0, "decision": "fallback", "candidates": []}
        result["decision"] = self._decide(ranking, result["candidates"])
        if result["intent"] not in GENERAL and self._is_unclear(message, ranking):
            result.update(decision="clarify", candidates=self._services(ranking)[:OFFERED])
        if result["decision"] == "clarify" and (whole := self._whole(result["candidates"])):
            ranking = [row for row in ranking if row["name"] == whole] + [row for row in ranking if row["name"] != whole]
            result.update(decision="answer", intent=whole)
        if result["intent"] not in GENERAL:
            requests = self._requests(message, ranking)
            service, aspects = requests[0]
            result.update(intent="ask_service", service=service, aspects=aspects, also=[name for name, _ in requests[1:]],
                          also_asked=[{"service": name, "aspects": asked} for name, asked in requests[1:]])
            if len(requests) > 1:
                result["decision"] = "answer"
        elif result["intent"] != "ask_aspect":
            result["aspects"] = []
        return result

    def _requests(self, message: Message, ranking: Ranking) -> List[Tuple[str, List[str]]]:
        """Return what is asked: (service, aspects), in the order of the message; one, or two when single clauses say so."""
        top, whole = ranking[0]["name"], message.get(ASPECTS) or ["overview"]
        likely = {row["name"]: row["confidence"] for row in ranking}
        clauses = zip(message.get(CLAUSE_RANKINGS) or [], message.get(CLAUSE_ASPECTS) or [])
        sure: Dict[str, List[str]] = {}
        for (first, *_), aspects in clauses:
            if first["name"] not in GENERAL and self._stands_alone(first["confidence"], likely.get(first["name"], 0.0)):
                # "đổi căn cước với làm hộ chiếu cần gì": what is asked at the end is asked of both.
                sure.setdefault(first["name"], whole if aspects == ["overview"] else aspects)
        if message.get(SEVERAL) < self.config["several"]:
            return [(top, whole)]
        second = ranking[1]
        if len(sure) < 2 and message.get(CLAUSES) and second["name"] not in GENERAL and min(
                ranking[0]["likelihood"], second["likelihood"]) >= self.config["both"]:
            sure = {**{name: sure.get(name, whole) for name in (top, second["name"])}, **sure}
        if top not in sure:
            sure = {top: whole, **sure}
        found = list(sure.items())[:2]
        if message.get(SEVERAL) < self.config["in_order"]:
            found.sort(key=lambda row: row[0] != top)
        return found if len(found) > 1 else [(top, whole)]

    def _stands_alone(self, in_clause: float, in_message: float) -> bool:
        """Tell whether a clause is a request of its own: it is sure of its service, and the message bears it out."""
        return in_clause >= self.config["second_alone"] or (
            in_clause >= self.config["second"] and in_message >= self.config["second_whole"])

    def _decide(self, ranking: Ranking, candidates: List[List[Any]]) -> str:
        top, confidence = ranking[0]["name"], ranking[0]["confidence"]
        if top == "out_of_scope":
            return "fallback" if confidence >= self.config["decline"] or not candidates else "clarify"
        if top in GENERAL:
            sure = confidence >= self.config["answer_general"]
        else:
            sure = confidence >= self.config["answer_service"] and ranking[0]["likelihood"] >= self.config["likely_service"]
        if sure:
            return "answer"
        return "clarify" if candidates else "fallback"

    def _is_unclear(self, message: Message, ranking: Ranking) -> bool:
        """Tell whether a clerk would ask back: the message sounds like one, and there is a second service to choose."""
        (_, first), (_, second), *_ = [*self._services(ranking), ["", 0.0], ["", 0.0]]
        return message.get(UNCLEAR) >= self.config["unclear"] and first < self.config["clear"] and second >= self.config["rival"]

    def _calibrated(self, confidence: float) -> float:
        """Return how often a message understood with this confidence is understood rightly; 0 and 1 stay what they are."""
        if not 0 < confidence < 1:
            return confidence
        odds = (confidence / (1 - confidence)) ** self.config["slope"] * exp(self.config["shift"])
        return round(odds / (1 + odds), 4)

    def _candidates(self, ranking: Ranking) -> List[List[Any]]:
        """Return two or three services to choose from; one that is not sure is given the next best beside it."""
        services = self._services(ranking)
        likely = [row for row in services if row[1] >= self.config["clarify"]][:OFFERED]
        if len(likely) > 1 or not likely or likely[0][1] >= self.config["answer_service"]:
            return likely
        return [row for row in services[:2] if row[1] >= POSSIBLE]

    def _whole(self, candidates: List[List[Any]]) -> str | None:
        """Return the service that has the other as a part, if these two are all that is in question: its answer fits both."""
        (first, sure), (second, less), *_ = [*candidates, [None, 0.0], [None, 0.0]]
        if sure + less < self.config["answer_service"]:
            return None
        return next((whole for part, whole in self.config["part_of"].items() if {part, whole} == {first, second}), None)

    @staticmethod
    def _services(ranking: Ranking) -> List[List[Any]]:
        return [[row["name"], round(row["confidence"], 4)] for row in ranking if row["name"] not in GENERAL]
