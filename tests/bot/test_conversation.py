"""The steps every message goes through, with a stand-in for the engine."""
from __future__ import annotations

import logging
import re

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from answers import talk
from answers.dossier import FOLLOW, FOLLOWING, UNFOLLOW
from answers.reply import About, Payload, Reply, plain
from answers.talk import HOTLINE, greeting
from answers.words import Words
from bot import commands
from bot.conversation import LIMIT, Conversation, Message
from conversations.tables import Turn
from dossiers.photo import Reading

TEXT = "số căn cước của tôi là 040099012345"


async def test_a_message_reaches_the_engine_as_it_was_typed(handle, stand_in):
    assert await handle(TEXT) == stand_in.replies
    assert stand_in.heard == [TEXT]


@pytest.mark.parametrize("text", ["", "   ", "\n\t \n", "\u0000", "\ud800", "\u202e\u200f\ufeff", "\u0007 \u001b"])
async def test_a_message_of_nothing_is_told_so_and_goes_no_further(text, handle, stand_in):
    (reply,) = await handle(text)
    assert reply.outcome == "unreadable"
    assert reply.blocks[0].lines == [Words("vi")("talk.empty")]
    assert stand_in.heard == []


async def test_a_message_at_the_limit_is_read_in_full(handle, stand_in):
    await handle("x" * LIMIT)
    assert stand_in.heard == ["x" * LIMIT]


async def test_somebody_in_danger_is_answered_before_the_model_and_whatever_is_turned_off(stand_in, metrics):
    class AllOff:
        def off(self, name: str) -> dict[str, str]:
            return {"vi": "tắt"}

    steps = Conversation(stand_in, metrics, stand_in.rate, switches=AllOff())
    (reply,) = await steps.handle(Message("test:1", "em không muốn sống nữa", "rest", "vi"))
    assert (reply.outcome, stand_in.heard) == ("urgent_help", [])


@pytest.mark.parametrize("broken", [False, True])
async def test_a_person_who_answers_hears_of_danger_too_and_the_numbers_do_not_wait_for_it(broken, stand_in, metrics, caplog):
    class People:
        def __init__(self) -> None:
            self.heard: list[str] = []

        def hear(self, chat: str, text: str) -> list[Reply]:
            if broken:
                raise OSError("no database")
            self.heard.append(text)
            return []

    desk = People()
    (reply,) = await Conversation(stand_in, metrics, stand_in.rate, desk).handle(Message("test:1", "nhà em đang cháy", "rest", "vi"))
    assert reply.outcome == "urgent_help"
    assert desk.heard == ([] if broken else ["nhà em đang cháy"])
    assert ("did not reach the desk" in caplog.text) == broken


@pytest.mark.parametrize("length", [LIMIT + 1, 10_000])
async def test_a_longer_message_is_told_the_limit(length, handle, stand_in):
    (reply,) = await handle("x" * length)
    assert reply.outcome == "unreadable"
    assert str(LIMIT) in reply.blocks[0].lines[0]
    assert stand_in.heard == []


@pytest.mark.parametrize(("sent", "heard"), [
    ("  hộ chiếu \n", "hộ chiếu"), ("hộ\u0000 chiếu", "hộ chiếu"), ("hộ chiếu\ud83d", "hộ chiếu"),
    ("\u202ehộ chiếu\u202c", "hộ chiếu"), ("\ufeffhộ\u200e chiếu\u2069", "hộ chiếu"), ("\u001b[31mhộ chiếu", "[31mhộ chiếu"),
    ("hộ\nchiếu", "hộ\nchiếu"), ("phí 😀😀", "phí 😀😀"), ("hộ 👩‍👩‍👧", "hộ 👩‍👩‍👧"), ("<b>hộ chiếu</b> & \"phí\"", "<b>hộ chiếu</b> & \"phí\""),
    ("hô\u0323 chiê\u0301u", "hô\u0323 chiê\u0301u"), ("\u0000/passport", "/passport"),
])
async def test_what_cannot_be_seen_is_taken_out_and_all_else_stays(sent, heard, handle, stand_in):
    await handle(sent)
    assert stand_in.heard == [heard]


@pytest.mark.parametrize("text", [
    "/", "//", "/unknown", "/passport{", "/passport{]", '/passport{"aspect": 5}', "/Passport", "/hộ",
    "/../../etc/passwd", "/restart", "/back", "/session_start", "/nlu_fallback", "/EXTERNAL:x",
    '/passport{"aspect": "' + "x" * 300 + '"}', "/passport{" + "[" * 150 + "}", "/" + "a" * 60,
])
async def test_a_payload_that_no_button_has_is_not_passed_on(text, handle, stand_in):
    (reply,) = await handle(text)
    assert reply.outcome == "unreadable"
    assert stand_in.heard == []


@pytest.mark.parametrize(("sent", "heard"), [
    ("/passport", "/passport"), ('/passport{"aspect":"fee"}', '/passport{"aspect": "fee"}'),
    ('/passport{"aspect": "fee", "colour": "red"}', '/passport{"aspect": "fee"}'), ("/passport{}", "/passport"),
])
async def test_a_payload_goes_to_the_engine_in_its_one_form(sent, heard, handle, stand_in):
    await handle(sent)
    assert stand_in.heard == [heard]


OWN = {"mydata", "forget"}
"""Commands that are answered without the engine."""


@pytest.mark.parametrize("name", [name for name in (*commands.MENU, *commands.ALSO) if commands.ALSO.get(name, name) not in OWN])
async def test_every_command_and_its_other_names_stand_for_a_payload(name, handle, stand_in):
    payload = commands.MENU[commands.ALSO.get(name, name)].text()
    for typed in (f"/{name}", f"/{name.upper()}", f"/{name}@nghe_an_bot", f"  /{name} "):
        await handle(typed)
    assert stand_in.heard == [payload] * 4 or stand_in.followed == [("test:1", Payload.parse(payload))] * 4


@pytest.mark.parametrize(("typed", "heard"), [
    ("/dichvu", "/list_services"), ("/hoso", "/dossier_status"), ("/trogiup", "/help"), ("/ngonngu", "/change_language"),
    ("/canbo", "/human_agent"), ("/hoso G01", "/dossier_status"), ("/start", "/greet"), ("/start passport", "/passport"),
])
async def test_commands_lead_where_their_names_say(typed, heard, handle, stand_in):
    await handle(typed)
    assert stand_in.heard == [heard]


@pytest.mark.parametrize(("vote", "value", "offered"), [("up", 1, 0), ("down", -1, 3)])
@pytest.mark.parametrize(("language", "word"), [("vi", "anh/chị"), ("en", "you")])
async def test_an_answer_is_rated_without_the_engine(vote, value, offered, language, word, handle, stand_in):
    [reply] = await handle(Payload("rate", vote, language, "passport").text())
    assert (stand_in.rated, stand_in.heard) == ([("test:1", "passport", value)], [])
    assert (reply.outcome, len(reply.buttons)) == ("rated", offered)
    assert word in plain(reply).lower()


async def test_a_rating_of_no_answer_of_ours_is_told_so(handle, stand_in):
    [reply] = await handle(Payload("rate", "up", "vi", "seal_new").text())
    assert (reply.outcome, stand_in.heard) == ("unreadable", [])


@pytest.mark.parametrize("payload", [Payload("rate"), Payload("rate", "sideways"), Payload("rate", item="passport")])
async def test_a_rating_that_no_button_gives_is_not_taken(payload, handle, stand_in):
    [reply] = await handle(payload.text())
    assert (reply.outcome, stand_in.rated, stand_in.heard) == ("unreadable", [], [])


async def test_an_answer_of_the_real_bot_can_be_rated_with_its_own_buttons(talk, real_bot):
    [reply] = await talk("làm hộ chiếu hết bao nhiêu tiền")
    up, down = reply.buttons[-1]
    [thanks] = await talk(down.payload)
    assert thanks.outcome == "rated"
    with real_bot.database.session() as session:
        turn = session.query(Turn).order_by(Turn.id.desc()).first()
    assert (turn.rating, turn.service, turn.decision, turn.aspect, turn.language) == (-1, "passport", "answer", "fee", "vi")
    assert (await talk(up.payload))[0].outcome == "rated"


@pytest.mark.parametrize("rest", ["nothing", "../x", "restart"])
async def test_a_deep_link_to_nowhere_is_told_so(rest, handle, stand_in):
    (reply,) = await handle(f"/start {rest}")
    assert reply.outcome == "unreadable"
    assert stand_in.heard == []


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_an_engine_that_fails_is_apologised_for_and_the_text_stays_out_of_the_log(language, handle, stand_in, caplog):
    stand_in.error = RuntimeError(f"cannot store {TEXT!r}")
    with caplog.at_level(logging.DEBUG):
        (reply,) = await handle(TEXT, language)
    assert reply.outcome == "failed"
    assert reply.about.language == language
    assert HOTLINE in reply.blocks[0].lines[0]
    assert not [word for word in TEXT.split() if len(word) > 3 and word in caplog.text]
    # What staff need to find the fault is there.
    assert "RuntimeError" in caplog.text
    assert "conftest.py" in caplog.text


async def test_an_engine_that_stays_silent_is_apologised_for_and_logged(handle, stand_in, caplog):
    stand_in.replies = []
    (reply,) = await handle(TEXT)
    assert reply.outcome == "failed"
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "040099012345" not in caplog.text


async def test_after_a_fault_the_next_message_is_answered(handle, stand_in):
    stand_in.error = RuntimeError("gone")
    await handle(TEXT)
    stand_in.error = None
    assert await handle(TEXT) == stand_in.replies


@pytest.mark.parametrize(("text", "outcome"), [("", "unreadable"), ("/unknown", "unreadable"), (TEXT, "greeted")])
async def test_every_message_is_counted_whichever_step_ends_it(text, outcome, handle, metrics):
    await handle(text)
    assert f'outcome="{outcome}"}} 1.0' in metrics.text().decode()


@pytest.mark.parametrize("language", ["vi", "en", "xx", ""])
async def test_the_notes_are_in_the_language_of_the_channel_or_in_vietnamese(language, handle):
    (reply,) = await handle("", language)
    assert reply.blocks[0].lines == [Words("en" if language == "en" else "vi")("talk.empty")]


async def test_the_notes_are_in_the_language_the_conversation_is_in(handle, stand_in):
    stand_in.spoken = "en"
    (reply,) = await handle("", "vi")
    assert reply.blocks[0].lines == [Words("en")("talk.empty")]


@pytest.mark.parametrize("text", ["😀", "🇻🇳 👍", "?", "...", "שלום", "مرحبا", "中文 护照", "паспорт"])
async def test_a_message_without_a_letter_or_a_figure_the_bot_reads_is_told_so(text, handle, stand_in):
    (reply,) = await handle(text)
    assert reply.outcome == "unreadable" and stand_in.heard == []
    assert reply.buttons[0][0].payload == "/list_services"


@pytest.mark.parametrize("text", ["1", "hộ chiếu 😀", "hộ", "ｈｏ ｃｈｉｅｕ", "Đ"])
async def test_a_letter_or_a_figure_is_enough_to_be_read(text, handle, stand_in):
    assert await handle(text) == stand_in.replies


@pytest.mark.parametrize(("text", "heard"), [
    ("/làm hộ chiếu", "làm hộ chiếu"), ("//  hộ chiếu", "hộ chiếu"), ("/passport fee", "passport fee"), ("/start passport fee", "passport fee"),
    ("/passport\n/greet", "passport\n/greet"), ("/EXTERNAL: x", "EXTERNAL: x")])
async def test_a_question_that_was_taken_for_a_command_is_answered(text, heard, handle, stand_in):
    await handle(text)
    assert stand_in.heard == [heard]


HOSTILE = [
    "😀", "👩‍👩‍👧 🇻🇳", "\u202eاختبار", "שלום", "<script>alert(1)</script>", "'; drop table events; --", "${jndi:ldap://x}",
    "{{7*7}}", "%s%n%x", "../../etc/passwd", "a" * LIMIT, "hộ chiếu " * 200, "1" * LIMIT, "?" * 500, "\n" * 50 + "x",
    "\u0301" * 500, "ﷺ" * 300, "Ｈộ ｃｈｉếｕ", "\x85\u2028\u2029x", '/passport{"aspect": "no such aspect"}',
    '/passport{"case": "\\ud800"}', '/passport{"item": "99999999999999999999"}', '/passport{"aspect": "faq", "item": "-1"}',
    '/list_services{"item": "٣"}', '/list_services{"item": "²"}', '/list_services{"item": "999"}', '/change_language{"item": "xx"}',
    "/ask_aspect", "/deny", "/affirm", "/restart", "/back", "/session_start", "/nlu_fallback",
]


@pytest.mark.model
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_the_real_engine_answers_whatever_is_sent(text, talk, caplog):
    replies = await talk(text)
    assert replies
    assert "failed" not in [reply.outcome for reply in replies]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.model
async def test_the_real_engine_knows_every_service_and_command_and_nothing_that_steers_rasa(engine, real_bot):
    commanded = {payload.intent for name, payload in commands.MENU.items() if name not in OWN} - {FOLLOWING}
    assert engine.intents >= real_bot.services.catalogue.scripts().keys() | commanded
    assert not engine.intents & {"restart", "back", "session_start", "nlu_fallback"}


@pytest.mark.model
async def test_a_database_that_refuses_is_apologised_for_and_what_was_said_stays_out_of_the_log(talk, real_bot, caplog):
    """An error of the database quotes the row it could not write, and the row is the message."""
    with real_bot.database.engine.begin() as connection:
        connection.execute(sql("CREATE TRIGGER refuse BEFORE INSERT ON turns BEGIN SELECT RAISE(ABORT, 'disk full'); END"))
    try:
        (reply,) = await talk(TEXT)
    finally:
        with real_bot.database.engine.begin() as connection:
            connection.execute(sql("DROP TRIGGER refuse"))
    assert reply.outcome == "failed"
    assert "IntegrityError" in caplog.text
    assert "040099012345" not in caplog.text
    assert (await talk("/greet"))[0].outcome == "greeted"


@pytest.mark.model
async def test_an_action_that_fails_is_apologised_for_and_what_was_said_stays_out_of_the_log(talk, real_bot, caplog, monkeypatch):
    async def fail(*_):
        raise ConnectionError("the source of dossiers is away")

    monkeypatch.setattr(real_bot.services.lookup, "find", fail)
    await talk("G01.123.456-261102-000101")
    (reply,) = await talk("1234")
    assert reply.outcome == "failed"
    assert "261102-000101" not in caplog.text
    # The conversation goes on, and once the source is back the look-up can be made.
    monkeypatch.undo()
    assert [reply.outcome for reply in await talk("/greet")] == ["greeted"]
    assert [reply.outcome for reply in await talk("/hoso")] == ["status_shown"]


@pytest.mark.model
@pytest.mark.parametrize("text", [
    "0912 345 678", "040099012345", "tra hồ sơ 0912/345/678", "mã khách hàng PA25010012345 nộp tiền chưa", "0129722530",
    "1.001193.000.00.00.H41", "G01.123.456-261102-000101 và H41.12-261112-0007", "091 234 5678",
])
async def test_no_number_of_any_kind_is_kept_of_what_was_said(text, talk, sender, real_bot):
    await talk(text)
    with real_bot.database.session() as session:
        kept = [turn.said for turn in session.query(Turn).where(Turn.chat == f"test:{sender}")]
    assert kept
    assert not any(re.search(r"\d{4}|\d{3}[./ -]\d{3}", said) for said in kept), kept


async def test_a_photo_with_numbers_is_handled_as_if_they_were_typed(stand_in, metrics):
    stand_in.reading, stand_in.replies = Reading("read", ["a", "b"]), [greeting(Words("vi"))]
    steps = Conversation(stand_in, metrics, stand_in.rate, photos=stand_in.read)
    assert await steps.photo(Message("test:1", "", "rest"), b"photo") == stand_in.replies
    assert (stand_in.seen, stand_in.heard) == ([b"photo"], ["a , b"])


@pytest.mark.parametrize("outcome", ["no_code", "other_code", "identity_card", "too_large", "not_a_photo"])
async def test_a_photo_without_a_number_is_told_what_is_wrong(outcome, stand_in, metrics):
    stand_in.reading = Reading(outcome)
    (reply,) = await Conversation(stand_in, metrics, stand_in.rate, photos=stand_in.read).photo(Message("test:1", "", "rest"), b"photo")
    assert reply.blocks[0].lines == [Words("vi")(f"talk.photo_{outcome}")]
    assert stand_in.heard == []


@pytest.mark.model
async def test_a_dossier_is_followed_seen_and_left_with_one_tap_each(talk, sender, real_bot):
    for text in ("G01.123.456-261102-000101", "1234"):
        [shown] = await talk(text)
    follow = next(button.payload for row in shown.buttons for button in row if FOLLOW in (button.payload or ""))
    outcomes = [(await talk(text))[0].outcome for text in (
        follow, "/follow", Payload(FOLLOWING, item="G01.123.456-261102-000101").text(),
        Payload(UNFOLLOW, item="G01.123.456-261102-000101").text(), "/theodoi")]
    assert outcomes == ["followed", "follows_listed", "status_shown", "unfollowed", "follows_listed"]


@pytest.mark.model
async def test_a_dossier_that_was_not_proven_cannot_be_followed_or_seen(talk, real_bot):
    number = "G01.123.456-261116-000102"
    assert (await talk(Payload(FOLLOW, item=number).text()))[0].outcome == "not_followed"
    assert (await talk(Payload(FOLLOWING, item=number).text()))[0].outcome == "follows_listed"


@pytest.mark.model
async def test_what_is_kept_of_a_message_names_nobody(talk, real_bot, sender):
    await talk("tôi tên là Nguyễn Văn An, 0912 345 678, an@gmail.com, muốn làm hộ chiếu")
    with real_bot.database.session() as session:
        [turn] = session.execute(select(Turn).where(Turn.chat == f"test:{sender}")).scalars()
    assert turn.said == "tôi tên là …, …, …, muốn làm hộ chiếu"


class StandInDesk:
    """A desk that keeps what reaches it; `replies` is what it says to what is typed (None: no person has the conversation)."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.pressed: list[str] = []
        self.replies: list | None = None

    def hear(self, chat, text):
        self.heard.append(text)
        return self.replies

    def press(self, chat, channel, language, intent):
        self.pressed.append(intent)
        return [talk.small_talk(Words(language), "thanks")]

    def after(self, chat, channel, text, replies):
        self.heard.append(f"after {text}")
        return [talk.small_talk(Words("vi"), "goodbye")]


@pytest.fixture
def desk() -> StandInDesk:
    return StandInDesk()


@pytest.fixture
def with_desk(stand_in, metrics, desk):
    """Send a message through the steps of a bot that has people behind it."""
    stand_in.replies = [talk.greeting(Words("vi"))]
    steps = Conversation(stand_in, metrics, stand_in.rate, desk)

    async def send(text: str):
        return await steps.handle(Message("test:1", text, "rest"))

    return send


async def test_what_is_typed_to_a_person_does_not_reach_the_bot_which_stays_silent(with_desk, stand_in, desk):
    desk.replies = []
    assert await with_desk("  con tôi 3 tuổi\u0000 ") == []
    assert (desk.heard, stand_in.heard) == (["con tôi 3 tuổi"], [])


async def test_what_is_pressed_reaches_the_bot_whoever_has_the_conversation(with_desk, stand_in, desk):
    desk.replies = []
    for text in ("/passport", "/start", "/hoso"):
        assert await with_desk(text) == stand_in.replies
    assert (desk.heard, stand_in.heard) == ([], ["/passport", "/greet", "/dossier_status"])


async def test_a_citizen_who_waits_is_told_so_by_the_desk(with_desk, stand_in, desk):
    desk.replies = [talk.small_talk(Words("vi"), "deny")]
    assert await with_desk("x") == desk.replies and stand_in.heard == []


@pytest.mark.parametrize("intent", ["back_to_bot", "leave_message"])
async def test_the_buttons_about_a_person_are_for_the_desk(intent, with_desk, stand_in, desk):
    [reply] = await with_desk(f"/{intent}")
    assert (reply.outcome, desk.pressed, stand_in.heard) == ("small_talk", [intent], [])


@pytest.mark.parametrize(("kind", "asked"), [("fallback", True), ("handover", True), ("procedure", False), ("clarify", False)])
async def test_answers_that_do_not_help_and_wishes_for_a_person_are_shown_to_the_desk(kind, asked, with_desk, stand_in, desk):
    stand_in.replies = [Reply("answered", About(kind))]
    [reply] = await with_desk("x")
    assert desk.heard == (["x", "after x"] if asked else ["x"]) and (reply.outcome == "small_talk") is asked


async def test_a_bot_without_people_answers_their_buttons(handle, stand_in):
    assert [(await handle(f"/{intent}"))[0].outcome for intent in ("back_to_bot", "leave_message")] == ["bot_resumed"] * 2
    assert stand_in.heard == []


async def test_a_desk_that_fails_is_apologised_for_and_the_text_stays_out_of_the_log(with_desk, desk, caplog, monkeypatch):
    def fail(chat, text):
        raise RuntimeError(f"cannot keep {text!r}")

    monkeypatch.setattr(desk, "hear", fail)
    [reply] = await with_desk(TEXT)
    assert reply.outcome == "failed" and "040099012345" not in caplog.text
