"""Rasa's tracker store, made for a bot whose dialogue depends on its slots alone.

Stock Rasa reads, replays and featurises every event of a conversation at every message, so its thousandth message costs
a hundred times its tenth. Our rules look at the present message, the slots and the open form; so that is what is kept
between two messages, and a message costs the same however long the conversation is.
"""
from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Iterable, Mapping

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import bindparam, insert, select

from bot.together import keep
from conversations.masking import masked
from conversations.tables import ConversationRow, Turn
from store.base import utc_now
from store.database import Database, upsert

FORGET_AFTER = timedelta(hours=12)
"""After this silence a conversation starts anew: what it was about is forgotten, the language is not."""

_REMEMBERED = select(ConversationRow.memory, ConversationRow.changed_at).where(ConversationRow.chat == bindparam("chat"))

_TURN = insert(Turn)
LASTING = ("language", "language_chosen", "introduced")


class ConversationStore(TrackerStore):
    """Keeps what each conversation remembers, and a masked record of its turns, in one transaction a message."""

    def __init__(self, domain: Domain, database: Database) -> None:
        super().__init__(domain)
        self._database = database
        self._remember = upsert(database, ConversationRow.__table__)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return a tracker that remembers what the conversation did, or None for a new one."""
        with self._database.engine.connect() as connection:
            row = connection.execute(_REMEMBERED, {"chat": sender_id}).first()
        if row is None:
            return None
        memory = json.loads(row.memory)
        if utc_now() - row.changed_at > FORGET_AFTER:
            memory = {"slots": {name: value for name, value in memory["slots"].items() if name in LASTING}, "loop": None}
        return self._remembering(sender_id, memory)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what is remembered now, and the turns that came since the tracker was retrieved."""
        new = list(tracker.events)[getattr(tracker, "stored", 0):]
        # As JSON in ASCII: what a payload made up of half characters left in a slot could not be stored otherwise.
        memory = {"chat": tracker.sender_id, "memory": json.dumps(_memory(tracker)), "changed_at": utc_now()}
        turns = _turns(tracker.sender_id, new)
        with self._database.engine.begin() as connection:
            connection.execute(self._remember, memory)
            if turns:
                connection.execute(_TURN, turns)
            keep(connection, [event.data["custom"] for event in new if isinstance(event, BotUttered) and event.data.get("custom")])
        tracker.stored = len(tracker.events)

    async def keys(self) -> Iterable[str]:
        with self._database.session() as session:
            return list(session.execute(select(ConversationRow.chat)).scalars())

    def _remembering(self, chat: str, memory: dict[str, Any]) -> DialogueStateTracker:
        tracker = self.init_tracker(chat)
        known = [SlotSet(name, value) for name, value in memory["slots"].items() if name in tracker.slots]
        loop = [ActiveLoop(memory["loop"])] if memory["loop"] in self.domain.form_names else []
        tracker.update_with_events(
            [ActionExecuted("action_session_start"), SessionStarted(), *known, *loop, ActionExecuted("action_listen")], self.domain)
        tracker.stored = len(tracker.events)
        return tracker


def _memory(tracker: DialogueStateTracker) -> dict[str, Any]:
    return {"slots": {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None},
            "loop": tracker.active_loop_name}


def _turns(chat: str, events: list) -> list[dict[str, Any]]:
    """Return a row of `turns` for each message among the events, with the outcomes of the replies to it."""
    turns: list[dict[str, Any]] = []
    for event in events:
        if isinstance(event, UserUttered):
            understood = event.parse_data.get("understanding") or {}
            aspects = understood.get("aspects") or []
            turns.append({
                "chat": chat, "said": masked(event.text or ""), "intent": event.intent_name or "", "outcomes": "",
                "service": understood.get("service"), "aspect": aspects[0] if aspects else None,
                "decision": understood.get("decision") or "", "channel": event.input_channel or "",
                "language": understood.get("language") or event.metadata.get("language") or ""})
        elif isinstance(event, BotUttered) and turns:
            said = event.data.get("custom") or {}
            turns[-1]["outcomes"] = f"{turns[-1]['outcomes']} {said.get('outcome', '')}".strip()[:200]
            _what_it_was_about(turns[-1], said.get("about") or {})
    return turns


def _what_it_was_about(turn: dict[str, Any], about: Mapping[str, Any]) -> None:
    """Keep the service of a button or a follow-up, which the understanding of the message alone does not know."""
    if about.get("kind") == "procedure" and not turn["service"]:
        turn["service"], turn["aspect"] = about.get("service"), (about.get("aspects") or [None])[0]
