"""The agents' group on Telegram: one topic for each conversation; what an agent writes in a topic goes to its citizen."""
from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from telegram import Bot, Update
from telegram.error import BadRequest
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from answers.reply import Reply
from bot.telegram.post import deliver, now_or_not

log = logging.getLogger(__name__)

CHANNEL = "group"


class StaffDesk(Protocol):
    """What the group needs of the desk. Its calls block: they are made in threads."""

    def topic(self, handover: int) -> tuple[int | None, str]:
        """Return the topic of a conversation, if it has one, and the name of a new one."""

    def set_topic(self, handover: int, topic: int) -> None:
        """Keep the topic of a conversation."""

    def in_topic(self, topic: int, who: str, name: str, text: str | None) -> str | None:
        """Take what a member wrote in a topic; return what to answer them, if anything."""


class Group:
    """The group with this chat id. Only its members can write there, and Telegram says who they are."""

    def __init__(self, chat: int, desk: StaffDesk) -> None:
        self._chat = chat
        self._desk = desk

    def add_to(self, application: Application) -> None:
        """Register for what is written in the group, before the handlers of citizens' chats."""
        written = filters.Chat(self._chat) & filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
        application.add_handler(MessageHandler(written, self.written))

    async def written(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Pass on what stands in a topic; talk outside of the topics is the agents' own."""
        message, person = update.effective_message, update.effective_user
        if not message.is_topic_message or person is None or person.is_bot:
            return
        answer = await asyncio.to_thread(
            self._desk.in_topic, message.message_thread_id, f"telegram:{person.id}", person.full_name[:80], message.text)
        if answer:
            await message.reply_text(answer)

    async def send(self, bot: Bot, chat: str, reply: Reply) -> None:
        """Post in the topic of a conversation (group:12), made at the first post, or in the group itself (group:0)."""
        handover = int(chat.partition(":")[2])
        topic = await self._topic(bot, handover) if handover else None
        await deliver(bot, self._chat, reply, topic)

    async def _topic(self, bot: Bot, handover: int) -> int:
        topic, name = await asyncio.to_thread(self._desk.topic, handover)
        if topic is None:
            try:
                topic = (await now_or_not(bot.create_forum_topic(self._chat, name))).message_thread_id
            except BadRequest as error:
                log.error("TELEGRAM_STAFF_GROUP: no topic could be made: %s. It must be a group with topics, and the bot an "
                          "administrator who may manage them.", error)
                raise
            await asyncio.to_thread(self._desk.set_topic, handover, topic)
        return topic
