"""Rasa in this process: a message goes in, replies come out; the actions run here too, without an HTTP hop."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Mapping

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from answers.cases import script_named
from answers.reply import Payload, Reply
from bot.quick import Processor, make_rasa_quick
from bot.tracker import ConversationStore
from catalogue.model import Script
from nlu import model
from store.database import Database

RASAS_OWN = frozenset(DEFAULT_INTENTS) - {"out_of_scope"}
"""Intents that steer Rasa itself (/restart, /back); no button of ours sends one, so a stranger may not either."""


Scripts = Callable[[], Mapping[str, Script]]
"""The live scripts by service id."""


class Engine:
    """Answers messages, those of one chat in order and different chats side by side.

    `trained` are the intents the model knows; a service that staff have published since is answered to its button and its
    exact name.
    """

    def __init__(self, agent: Agent, scripts: Scripts = dict) -> None:
        self._agent = agent
        self._scripts = scripts
        self.trained = frozenset(agent.domain.intents) - RASAS_OWN

    @property
    def intents(self) -> frozenset[str]:
        """What a button may ask for."""
        return self.trained | self._scripts().keys()

    @property
    def ready(self) -> bool:
        """Tell whether there is a model to answer with."""
        return self._agent.is_ready()

    @classmethod
    def load(cls, path: Path, database: Database, actions: ActionExecutor, scripts: Scripts = dict) -> Engine:
        """Load a trained model over a database. Raises `nlu.model.ModelUnusable`."""
        return cls(load(path, database, actions), scripts)

    def switch(self, agent: Agent) -> None:
        """Answer with another model from the next message on; what was begun is finished by the one before.

        The locks stay the same, so that messages of a chat keep their order across the switch.
        """
        agent.lock_store = self._agent.lock_store
        self._agent, self.trained = agent, frozenset(agent.domain.intents) - RASAS_OWN

    async def handle(self, chat: str, text: str, channel: str, language: str = "vi") -> list[Reply]:
        """Return the replies to a citizen's message, or to the payload of a button; `language` is the channel's guess."""
        collected = Replies()
        await self._agent.handle_message(UserMessage(
            text, collected, chat, self._untrained(text), channel, metadata={"language": language}))
        return collected.replies

    async def language(self, chat: str) -> str | None:
        """Return the language a conversation is in, or None for a new one."""
        tracker = await self._agent.tracker_store.retrieve(chat)
        return tracker.get_slot("language") if tracker else None

    def _untrained(self, text: str) -> dict[str, Any] | None:
        """Return what a message means that asks for a service the model was not trained on; None for any other message."""
        others = {name: script for name, script in self._scripts().items() if name not in self.trained}
        payload = Payload.parse(text)
        found = None if payload else script_named(text, others.values())
        if found is None and (payload is None or payload.intent not in others):
            return None
        # The rule for a follow-up leads to the action that answers about services, which then reads which one is meant.
        understood = {"service": found[0].id, "intent": "ask_service", "aspects": ["overview"], "decision": "answer",
                      "language": found[1]} if found else {}
        return {"text": text, "intent": {"name": "ask_aspect", "confidence": 1.0}, "entities": [], "understanding": understood}


def load(path: Path, database: Database, actions: ActionExecutor) -> Agent:
    """Return a Rasa agent with this model over a database. Raises `nlu.model.ModelUnusable`."""
    make_rasa_quick()
    agent = model.load(path, action_endpoint=InProcessActions(actions))
    model.check_dialogue(agent, path)
    agent.tracker_store = ConversationStore(agent.domain, database)
    agent.processor = Processor.instead_of(agent.processor)
    agent.processor.tracker_store = agent.tracker_store
    return agent


class Replies(OutputChannel):
    """Keeps what the actions said, for the channel that asked."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []

    @classmethod
    def name(cls) -> str:
        return "replies"

    async def send_text_message(self, recipient_id: str, text: str, **_: Any) -> None:
        raise TypeError("our actions speak in replies, not in texts")

    async def send_custom_json(self, recipient_id: str, json_message: Mapping[str, Any], **_: Any) -> None:
        self.replies.append(Reply.from_dict(json_message))


class InProcessActions(EndpointConfig):
    """Stands where Rasa expects the address of an action server, and runs the action here."""

    def __init__(self, actions: ActionExecutor) -> None:
        super().__init__(url="in-process")
        self._actions = actions

    async def request(self, *_: Any, json: Mapping[str, Any], **__: Any) -> Any:
        try:
            return await self._actions.run(json)
        except ActionExecutionRejection as error:
            # What the action server would have answered: Rasa reads status and text of this.
            raise ClientResponseError(400, "rejected", _rejection(error)) from error


def _rejection(error: ActionExecutionRejection) -> str:
    return json.dumps({"error": error.message, "action_name": error.action_name})
