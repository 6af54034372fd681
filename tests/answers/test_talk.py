"""Replies that are not about one service: greeting, asking back, declining, the list, topics."""
from __future__ import annotations

from datetime import date

import pytest

from answers import talk
from answers.outcomes import outcomes
from answers.reply import Payload, Reply, plain
from answers.words import Words, languages
from catalogue.model import Topic

DAY = date(2026, 11, 23)


def payloads(reply: Reply) -> list[Payload]:
    return [Payload.parse(button.payload) for row in reply.buttons for button in row if button.payload]


def test_every_reply_has_the_kind_of_its_outcome_and_a_text(words, services, shared):
    replies = [
        talk.greeting(words), *(talk.small_talk(words, intent) for intent in ("thanks", "goodbye", "affirm", "deny")),
        *(talk.note(words, "not_text", name) for name in ("text_only", "no_photo", "no_voice")),
        talk.note(words, "unreadable", "too_long", limit=2000), talk.note(words, "failed", "error", hotline=talk.HOTLINE),
        talk.which_service(words, services[:2], [], []), talk.which_focus(words, []),
        talk.declined(words, True), talk.declined(words, False), talk.service_list(words, services),
        talk.language_choice(words), talk.language_changed(words),
        *(talk.topic(words, Topic.of(data), DAY, data["id"]) for data in shared["topics"]),
    ]
    for reply in replies:
        assert reply.about.kind == outcomes()[reply.outcome].kind
        assert reply.about.language == words.language
        assert plain(reply).strip()


@pytest.mark.parametrize("intent", ["greet", "help", "bot_identity"])
def test_the_greeting_says_it_is_a_machine_and_what_it_keeps(words, intent):
    reply = talk.greeting(words, intent)
    assert reply.about.intent == intent
    assert "chatbot" in plain(reply)
    assert words("talk.privacy", days=180) in plain(reply)
    assert Payload("list_services") in payloads(reply) and Payload("human_agent") in payloads(reply)


def test_a_goodbye_asks_for_nothing(words):
    assert talk.small_talk(words, "goodbye").buttons == ()
    assert talk.small_talk(words, "thanks").buttons == ()
    assert talk.small_talk(words, "deny").buttons


def test_asking_back_offers_the_likely_services_and_none_of_them(words, services):
    likely = [services[11], services[24]]
    candidates = [["passport", 0.5], ["criminal_record", 0.4]]
    reply = talk.which_service(words, likely, candidates, ["fee", "documents"])
    assert payloads(reply) == [Payload("passport", "fee"), Payload("criminal_record", "fee"), Payload("out_of_scope")]
    assert [row[0].label for row in reply.buttons[:2]] == [script.short[words.language] for script in likely]
    assert reply.about.as_dict()["candidates"] == candidates
    assert reply.about.as_dict()["aspects"] == ["fee", "documents"]


def test_asking_back_without_an_aspect_leads_to_the_overview(words, services):
    assert payloads(talk.which_service(words, services[:1], [], []))[0] == Payload(services[0].id)


@pytest.mark.parametrize("understood", [True, False])
def test_declining_offers_the_list_the_portal_the_hotline_and_a_person(words, understood):
    reply = talk.declined(words, understood)
    assert talk.HOTLINE in plain(reply)
    assert {payload.intent for payload in payloads(reply)} == {"list_services", "human_agent"}
    assert [button.url for row in reply.buttons for button in row if button.url] == [talk.PORTAL]


def test_what_was_not_understood_asks_to_be_said_again(words):
    assert words("fallback.again") in plain(talk.declined(words, False))
    assert words("fallback.again") not in plain(talk.declined(words, True))
    assert talk.declined(words, False).outcome != talk.declined(words, True).outcome


def test_the_list_shows_every_service_once_on_its_pages(words, services):
    pages = [talk.service_list(words, services, page) for page in range(3)]
    named = [payload.intent for page in pages for payload in payloads(page) if payload.item is None]
    assert named == [script.id for script in services]
    for script in services:
        assert sum(script.name[words.language] in plain(page) for page in pages) == 1


def test_the_pages_of_the_list_lead_to_each_other(words, services):
    turns = [[payload.item for payload in payloads(talk.service_list(words, services, page)) if payload.item] for page in range(3)]
    assert turns == [["1"], ["0", "2"], ["1"]]


@pytest.mark.parametrize("page", [-1, 3, 10 ** 20])
def test_a_page_there_is_not_shows_the_first(words, services, page):
    assert talk.service_list(words, services, page) == talk.service_list(words, services, 0)


def test_an_empty_list_still_answers(words):
    reply = talk.service_list(words, [])
    assert plain(reply)
    assert not payloads(reply)


def test_a_topic_says_its_lines_in_force_with_links_day_and_revision(words, shared):
    data = shared["topics"][0]
    data["lines"][0]["until"] = "2026-11-22"
    reply = talk.topic(words, Topic.of(data, 4), DAY, data["id"])
    said = list(reply.blocks[0].lines)
    assert said == [line[words.language] for line in data["lines"][1:]]
    assert "_shared@4" in reply.footer[0] and "20/11/2026" in reply.footer[0]
    assert [row[0].url for row in reply.buttons] == [link["url"] for link in data["links"]]
    assert reply.about.revision == "_shared@4"


def test_a_person_is_offered_under_its_own_outcome(words, shared):
    data = next(topic for topic in shared["topics"] if topic["id"] == "human_agent")
    reply = talk.topic(words, Topic.of(data), DAY, "human_agent", "person_offered")
    assert (reply.outcome, reply.about.kind) == ("person_offered", "handover")
    assert talk.HOTLINE in plain(reply)


def test_every_language_can_be_chosen_by_its_own_name(words):
    reply = talk.language_choice(words)
    assert [payload.item for payload in payloads(reply)] == list(languages())
    assert [button.label for button in reply.buttons[0]] == [Words(code)("language_name") for code in languages()]


def test_the_intent_that_led_to_a_reply_can_be_told(words):
    reply = talk.with_intent(talk.which_focus(words, ["fee"]), "passport", {"service": "passport"})
    assert (reply.about.intent, reply.about.service) == ("passport", "passport")
    assert reply.about.as_dict()["aspects"] == ["fee"]


@pytest.mark.parametrize(("asked", "first"), [
    ("em quên mật khẩu vneid", "Quên mật khẩu"), ("tai khoan bi khoa", "Mất điện thoại"), ("đổi số điện thoại", "Mất điện thoại"),
    ("forgotten password", "Quên mật khẩu"), ("vneid là gì", "VNeID là"), ("", "VNeID là"),
])
def test_the_line_on_what_was_asked_comes_first(asked, first, shared):
    data = next(topic for topic in shared["topics"] if topic["id"] == "vneid_account")
    lines = talk.topic(Words("vi"), Topic.of(data), DAY, "vneid_account", asked=asked).blocks[0].lines
    assert lines[0].startswith(first)
    assert sorted(lines) == sorted(line["vi"] for line in data["lines"])
