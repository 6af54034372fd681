"""The three-way decision: answer, ask which of two or three was meant, or say it is none of the services.

Serving a wrong procedure with confidence is the worst outcome, so an unsure message is asked about.
"""
from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.annotator import Annotator
from nlu.components.aspects import ASPECTS, CLAUSE_ASPECTS
from nlu.components.clauses import CLAUSES
from nlu.components.dossier_numbers import DOSSIER
from nlu.components.intents import CLAUSE_RANKINGS
from nlu.components.language import LANGUAGE

UNDERSTANDING = "understanding"
"""The property of a parsed message that holds what was decided; its shape is that of `Decision.understood`."""

UNSURE = "nlu_fallback"
"""The intent Rasa's rules see when the message is to be asked about or declined."""

GENERAL = frozenset((
    "ask_aspect dossier_status greet thanks goodbye help list_services human_agent complaint vneid_account portal_account "
    "online_payment bot_identity affirm deny change_language out_of_scope").split())

Ranking = List[Dict[Text, Any]]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Decision(Annotator):
    """Turns rankings into one decision, and finds a second service asked for in the same message."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            "answer_service": 0.5,    # from here a service is answered
            "answer_general": 0.4,    # from here a general intent is taken as meant
            "clarify": 0.12,          # a service must be at least this likely to be offered
            "second": 0.6,            # from here a clause is a second request
        }

    def annotate(self, message: Message) -> None:
        if message.get(INTENT_RANKING_KEY) and message.get(CLAUSES) is not None:
            understood = self.understood(message)
            message.set(UNDERSTANDING, understood, add_to_output=True)
            name = understood["service"] or understood["intent"]
            if understood["decision"] != "answer":
                name = UNSURE
            message.set(INTENT, {"name": name, "confidence": understood["confidence"]}, add_to_output=True)

    def understood(self, message: Message) -> Dict[Text, Any]:
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
        result["decision"] = self._decide(ranking, result["candidates"])
        if result["intent"] not in GENERAL:
            also = self._also(message, ranking[0]["name"])
            result.update(intent="ask_service", service=ranking[0]["name"], also_asked=also,
                          also=[row["service"] for row in also])
        elif result["intent"] != "ask_aspect":
            result["aspects"] = []
        return result

    def _decide(self, ranking: Ranking, candidates: List[List[Any]]) -> Text:
        top, confidence = ranking[0]["name"], ranking[0]["confidence"]
        if top == "out_of_scope":
            return "fallback" if confidence >= self.config["answer_general"] or not candidates else "clarify"
        if confidence >= self.config["answer_general" if top in GENERAL else "answer_service"]:
            return "answer"
        return "clarify" if candidates else "fallback"

    def _candidates(self, ranking: Ranking) -> List[List[Any]]:
        return [[row["name"], round(row["confidence"], 4)] for row in ranking
                if row["name"] not in GENERAL and row["confidence"] >= self.config["clarify"]][:3]

    def _also(self, message: Message, first: Text) -> List[Dict[Text, Any]]:
        """Return what single clauses ask for with confidence beside the service of the whole message."""
        clauses = zip(message.get(CLAUSE_RANKINGS) or [], message.get(CLAUSE_ASPECTS) or [])
        found = {ranking[0]["name"]: aspects for ranking, aspects in clauses
                 if ranking[0]["confidence"] >= self.config["second"] and ranking[0]["name"] not in GENERAL}
        return [{"service": service, "aspects": aspects} for service, aspects in found.items() if service != first][:1]
