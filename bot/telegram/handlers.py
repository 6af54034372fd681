"""What happens with each kind of Telegram update. Every citizen's update in a private chat gets an answer."""
from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from functools import partial
from typing import Any, Awaitable, Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError
from telegram import Chat, Update
from telegram import Message as TelegramMessage
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, ContextTypes, MessageHandler, TypeHandler, filters

from answers import talk
from answers.reply import Reply
from answers.words import DEFAULT, Words, languages
from bot.conversation import Conversation
from bot.message import Message
from bot.telegram import keyboards, render
from bot.telegram.once import step, work
from bot.telegram.post import content, parts, post

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
        message, chat = query.message, query.message.chat
        bot = chat.get_bot()
        # A message older than Telegram lets a bot see can only be followed by a new one; and a note that a button is out
        # of date, that something failed, or who answers now, must not take the place of what the citizen was reading.
        sending = [send for reply in others for send in parts(bot, chat.id, reply)]
        in_place = message.is_accessible and first.outcome not in NOTES and len(render.messages(first)) == 1
        if in_place:
            await _all([partial(_edit_or_send, message, first), *sending])
        else:
            await _all([*parts(bot, chat.id, first), *sending])

    async def photo(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the code in a photo of a receipt."""
        message = update.effective_message
        data = await _fetched(message)
        if data is None:
            await self._note(update, "no_photo")
            return
        await _send(message.chat, await self._kept(update, lambda message: self._conversation.photo(message, data)))

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
        if (at := work()) and _passes(context.error):
            log.warning("an update cannot be answered now and comes again: %s", type(context.error).__name__)
            at.postponed = True
            return
        log.error("an update could not be answered", exc_info=context.error)
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is not None and chat.type == "private":
            words = await self._words(update)
            await _quietly(context.bot.send_message(chat.id, words("talk.error", hotline=talk.HOTLINE)))

    async def _replies(self, update: Update, text: str) -> list[Reply]:
        return await self._kept(update, lambda message: self._conversation.handle(replace(message, text=text)))

    async def _kept(self, update: Update, answer: Callable[[Message], Awaitable[list[Reply]]]) -> list[Reply]:
        """Return the replies to an update: those a process that died over it has left, or new ones, which are kept first."""
        at = work()
        if at and at.final is not None:
            return at.final
        replies = await answer(Message(_chat(update), "", CHANNEL, _guess(update), known=at.known if at else None))
        if at:
            await at.answered(replies)
        return replies

    async def _note(self, update: Update, name: str) -> None:
        replies = await self._kept(update, lambda message: self._conversation.cannot_read(message, name))
        await _send(update.effective_message.chat, replies)

    async def _words(self, update: Update) -> Words:
        return await self._conversation.words(_chat(update), _guess(update))


def _chat(update: Update) -> str:
    return f"{CHANNEL}:{update.effective_chat.id}"


def _guess(update: Update) -> str:
    """Return the language of the citizen's Telegram, which is good until they write in one or choose one."""
    code = (update.effective_user.language_code or "")[:2] if update.effective_user else ""
    return code if code in languages() else DEFAULT


def _passes(error: BaseException | None) -> bool:
    """Tell whether an error is of an outage, of Telegram or the database, after which the same may be tried again."""
    if isinstance(error, NetworkError):
        return not isinstance(error, BadRequest)
    # In an outage of its own Telegram may even not know the token.
    return isinstance(error, (RetryAfter, InvalidToken, SQLAlchemyError))


async def _send(chat: Chat, replies: Sequence[Reply]) -> None:
    await _all([send for reply in replies for send in parts(chat.get_bot(), chat.id, reply)])


async def _all(sending: Sequence[Callable[[], Awaitable[Any]]]) -> None:
    """Send the messages of an answer in their order, each once."""
    for number, send in enumerate(sending, 1):
        await step(send, last=number == len(sending))


async def _edit_or_send(message: TelegramMessage, reply: Reply) -> None:
    """Put the reply in the message's place, or below it when Telegram does not let it be edited any more."""
    try:
        await message.edit_text(**content(reply))
    except BadRequest as error:
        # The same button pressed twice: the answer is already there.
        if "not modified" not in str(error).lower():
            await post(message.get_bot(), message.chat.id, reply)


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
