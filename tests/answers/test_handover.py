"""Replies about talking to a person: who wants one and who wants a number, what is said, and which buttons lead on."""
from __future__ import annotations

from datetime import datetime

import pytest

from answers import handover, procedure, talk
from answers.reply import Payload, plain
from answers.words import Words
from catalogue.model import Script, Topic

BACK = datetime(2027, 2, 11, 7, 30)


@pytest.fixture
def words(language) -> Words:
    return Words(language)


@pytest.fixture
def ways(words, shared):
    """The answer of the bot that names numbers and places."""
    data = next(topic for topic in shared["topics"] if topic["id"] == "human_agent")
    return talk.topic(words, Topic.of(data, 5), datetime(2026, 11, 30).date(), "human_agent", "person_offered")


def payloads(reply):
    return [button.payload for row in reply.buttons for button in row if button.payload]


@pytest.mark.parametrize("text", ["cho xin số điện thoại cán bộ", "so dien thoai ho tro", "hotline bao nhiêu", "có zalo nhân viên không",
                                  "gọi lại cho tôi", "email liên hệ", "lịch tiếp công dân", "có ai giúp tui tận nơi không"])
def test_a_number_is_wanted(text):
    assert handover.wants_a_number(Words("vi"), text)


@pytest.mark.parametrize("text", ["cho tôi gặp người thật", "gặp nhân viên", "muon noi chuyen voi nguoi that", "chuyển cho nhân viên đi",
                                  "chat với admin", "CHO GẶP NGƯỜI", "tui không rành máy, cho tui nói chuyện với người"])
def test_a_person_is_wanted(text):
    assert not handover.wants_a_number(Words("vi"), text)


@pytest.mark.parametrize(("text", "number"), [("talk to a human", False), ("what is the hotline number", True), ("call me", True)])
def test_in_english_too(text, number):
    assert handover.wants_a_number(Words("en"), text) is number


def test_who_waits_learns_the_place_keeps_the_numbers_and_can_go_back(words, ways):
    reply = handover.waiting(words, 3, ways)
    assert words("handover.waiting", place=3) in plain(reply) and "1800 1096" in plain(reply)
    assert payloads(reply)[0] == Payload(handover.BACK).text()
    assert (reply.about.kind, reply.about.revision, reply.footer) == ("handover", "_shared@5", ways.footer)


@pytest.mark.parametrize("make", [handover.away, handover.kept_for_later, handover.message_taken])
def test_when_people_are_back_is_told_with_day_and_time(make, words):
    told = plain(make(words, BACK))
    assert "07:30" in told and "11/02/2027" in told and words.get("formats.weekdays")[3] in told
    assert words("handover.back_unknown") in plain(make(words, None))


def test_outside_working_hours_a_message_can_be_left(words, ways):
    assert payloads(handover.away(words, BACK, ways))[0] == Payload(handover.LEAVE_MESSAGE).text()


def test_a_person_s_words_stand_under_their_name_line_by_line(words):
    reply = handover.wrote(words, "Trần Minh", "một\nhai")
    assert reply.title == words("handover.by", name="Trần Minh") and list(reply.blocks[0].lines) == ["một", "hai"]


def test_a_card_keeps_its_buttons_but_does_not_ask_whether_the_machine_helped(script, language):
    answer = procedure.answer(script, ["fee"], datetime(2026, 11, 30).date(), language, None)
    card = handover.card(answer)
    assert [payload for payload in payloads(answer) if payload.startswith("/rate")]
    assert payloads(card) == [payload for payload in payloads(answer) if not payload.startswith("/rate")] and card.blocks == answer.blocks


def test_a_person_is_offered_once_and_first(words):
    declined = talk.declined(words, True)
    reply = handover.offered(declined, words)
    assert payloads(reply).count("/human_agent") == 1 and payloads(reply)[0] == "/human_agent"
    assert words("handover.offer") in plain(reply) and len(reply.buttons) == len(declined.buttons)


def test_a_script_s_card_is_of_its_revision(passport):
    card = handover.card(procedure.answer(Script.of(passport, 4), ["fee"], datetime(2026, 11, 30).date(), "vi", None))
    assert card.about.revision == "passport@4"
