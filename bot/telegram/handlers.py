"""What happens with each kind of Telegram update. Every citizen's update in a private chat gets an answer."""
from __future__ import annotations

import asyncio
import logging
from typing import Sequence

from telegram import Chat, Update
from telegram import Message as TelegramMessage
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, ContextTypes, MessageHandler, TypeHandler, filters

from answers import talk
from answers.reply import Reply
from answers.words import DEFAULT, Words, languages
from bot.conversation import Conversation
from bot.message import Message
from bot.telegram import keyboards, render
from bot.telegram.post import content, post

log = logging.getLogger(__name__)

CHANNEL = "telegram"
NOTES = ("unreadable", "failed", "slowed", "overloaded", "rated", "bot_resumed", "message_wanted", "person_joined", "passed_on")
MOST_BYTES = 6 * 1024 * 1024
"""Bytes of a photo that is fetched; a larger one is no photo of a receipt."""

PRIVATE = filters.ChatType.PRIVATE


class Handlers:
    """Turns updates into messages of the conversation, and its replies into Telegram messages."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def add_to(self, application: Application) -> None:
        """Register a handler for every kind of update there is."""
        for handler in (
            CallbackQueryHandler(self.pressed),
            ChatMemberHandler(self.member_changed, ChatMemberHandler.MY_CHAT_MEMBER),
            # Telegram also calls it an edit when somebody who shares their place moves.
            MessageHandler(PRIVATE & filters.UpdateType.EDITED_MESSAGE & filters.TEXT, self.edited),
            MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & filters.TEXT, self.text),
            MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & (filters.PHOTO | filters.Document.IMAGE), self.photo),
            MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & (filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE), self.voice),
            MessageHandler(PRIVATE & filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL, self.other),
            TypeHandler(Update, self.ignored),
        ):
            application.add_handler(handler)
        application.add_error_handler(self.failed)

    async def text(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a message; the citizen sees "typing" meanwhile."""
        message = update.effective_message
        replies, _ = await asyncio.gather(self._replies(update, message.text), _typing(message))
        await _send(message.chat, replies)

    async def pressed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a button: the message it stands under becomes the answer."""
        query = update.callback_query
        await _quietly(query.answer())
        if query.message is None or query.data is None:
            return
        replies = await self._replies(update, keyboards.unpack(query.data))
        if not replies:
            return
        first, *others = replies
        # A message older than Telegram lets a bot see can only be followed by a new one; and a note that a button is out
        # of date, that something failed, or who answers now, must not take the place of what the citizen was reading.
        edited = query.message.is_accessible and first.outcome not in NOTES and await _edit(query.message, first)
        await _send(query.message.chat, others if edited else [first, *others])

    async def photo(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the code in a photo of a receipt."""
        message = update.effective_message
        data = await _fetched(message)
        if data is None:
            await self._note(update, "no_photo")
            return
        await _send(message.chat, await self._conversation.photo(Message(_chat(update), "", CHANNEL, _guess(update)), data))

    async def voice(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await self._note(update, "no_voice")

    async def edited(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        await self._note(update, "edited")

    async def other(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a sticker, a location, a contact ..."""
        await self._note(update, "text_only")

    async def member_changed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Take note that a citizen blocked or unblocked the bot."""
        log.info("a chat changed the bot's membership to %s", update.my_chat_member.new_chat_member.status)

    async def ignored(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Leave groups, channels and service messages alone."""
        log.debug("an update of no private chat or of another kind was left alone")

    async def failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Log a fault and tell the citizen, so that nobody waits for an answer that does not come."""
        if isinstance(context.error, Forbidden):
            log.info("a chat has blocked the bot; its answer is dropped")
            return
        log.error("an update could not be answered", exc_info=context.error)
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is not None and chat.type == "private":
            words = await self._words(update)
            await _quietly(context.bot.send_message(chat.id, words("talk.error", hotline=talk.HOTLINE)))

    async def _replies(self, update: Update, text: str) -> list[Reply]:
        return await self._conversation.handle(Message(_chat(update), text, CHANNEL, _guess(update)))

    async def _note(self, update: Update, name: str) -> None:
        replies = await self._conversation.cannot_read(Message(_chat(update), "", CHANNEL, _guess(update)), name)
        await _send(update.effective_message.chat, replies)

    async def _words(self, update: Update) -> Words:
        return await self._conversation.words(_chat(update), _guess(update))


def _chat(update: Update) -> str:
    return f"{CHANNEL}:{update.effective_chat.id}"


def _guess(update: Update) -> str:
    """Return the language of the citizen's Telegram, which is good until they write in one or choose one."""
    code = (update.effective_user.language_code or "")[:2] if update.effective_user else ""
    return code if code in languages() else DEFAULT


async def _send(chat: Chat, replies: Sequence[Reply]) -> None:
    for reply in replies:
        await post(chat.get_bot(), chat.id, reply)


async def _edit(message: TelegramMessage, reply: Reply) -> bool:
    """Put the reply in the message's place; return False when Telegram does not let it be edited any more."""
    if len(render.messages(reply)) > 1:
        return False
    try:
        await message.edit_text(**content(reply))
    except BadRequest as error:
        # The same button pressed twice: the answer is already there.
        return "not modified" in str(error).lower()
    return True


async def _fetched(message: TelegramMessage) -> bytes | None:
    """Return a photo's bytes, or None if it is too large or Telegram does not hand it out."""
    wanted = message.document or max(message.photo, key=lambda size: size.width * size.height)
    if (wanted.file_size or 0) > MOST_BYTES:
        return None
    try:
        file = await wanted.get_file()
        return bytes(await file.download_as_bytearray())
    except TelegramError as error:
        log.info("a photo could not be fetched: %s", type(error).__name__)
        return None


async def _typing(message: TelegramMessage) -> None:
    await _quietly(message.chat.send_action(ChatAction.TYPING))


async def _quietly(sending) -> None:
    """Send what is only a courtesy: whether it arrives must not decide whether the answer does."""
    try:
        await sending
    except TelegramError as error:
        log.info("a courtesy was not delivered: %s", error)
