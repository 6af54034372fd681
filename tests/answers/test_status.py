"""What a citizen reads while a dossier is looked up."""
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from answers import status
from answers.outcomes import outcomes
from answers.reply import Payload, Reply, plain
from dossiers import numbers
from dossiers.statuses import statuses

TODAY = date(2026, 11, 23)
NUMBER = "G01.123.456-261102-000101"


def payloads(reply: Reply) -> list[Payload]:
    return [Payload.parse(button.payload) for row in reply.buttons for button in row if button.payload]


@pytest.mark.parametrize("code", range(1, 11))
def test_every_status_is_shown_with_its_meaning_and_the_next_step(words, dossier, made, code):
    found = statuses()[code]
    text = plain(status.shown(words, replace(dossier, status=found), made, TODAY))
    for part in (found.name, found.meaning, found.next):
        assert part[words.language] in text


def test_number_service_office_and_days_are_shown(words, dossier, made):
    text = plain(status.shown(words, dossier, made, TODAY))
    for part in (NUMBER, made.name[words.language], dossier.office, "02/11/2026", "09:15 03/11/2026", "01/12/2026"):
        assert part in text


def test_what_is_shown_is_told_to_programs_too(words, dossier, made):
    about = status.shown(words, dossier, made, TODAY).about
    assert (about.kind, about.dossier, about.status, about.service) == ("status", NUMBER, "in_progress", "passport")


@pytest.mark.parametrize(("due", "late"), [(date(2026, 11, 22), True), (TODAY, False), (date(2026, 11, 24), False)])
def test_a_dossier_is_late_from_the_day_after_the_appointed_one(words, dossier, made, due, late):
    lines = [line for block in status.shown(words, replace(dossier, due_on=due), made, TODAY).blocks for line in block.lines]
    said = {name: words(f"status.{name}", day=f"{due:%d/%m/%Y}") in lines for name in ("due", "overdue")}
    assert said == {"due": not late, "overdue": late}


@pytest.mark.parametrize("code", [code for code, found in statuses().items() if not found.open])
def test_no_appointed_day_is_counted_when_the_office_is_done(words, dossier, made, code):
    text = plain(status.shown(words, replace(dossier, status=statuses()[code], due_on=date(2026, 11, 1)), made, TODAY))
    assert "01/11/2026" not in text


def test_without_an_appointed_day_none_is_promised(words, dossier, made):
    text = plain(status.shown(words, replace(dossier, due_on=None), made, TODAY))
    assert "01/12/2026" not in text


def test_what_the_office_wrote_is_shown_as_it_is(words, dossier, made):
    note = "Bổ sung {giấy} <khám> sức khỏe"
    assert note in plain(status.shown(words, replace(dossier, note=note), made, TODAY))


def test_a_shown_dossier_leads_to_its_procedure(words, dossier, made):
    assert payloads(status.shown(words, dossier, made, TODAY)) == [Payload("passport")]


def test_a_dossier_of_an_unknown_service_is_shown_without_one(words, dossier):
    reply = status.shown(words, replace(dossier, service=None), None, TODAY)
    assert NUMBER in plain(reply)
    assert reply.about.service is None
    assert not payloads(reply)


def test_no_match_says_the_same_for_every_number(words):
    one, other = (status.no_match(words, number) for number in (NUMBER, "H41.12-261112-0007"))
    assert plain(one) == plain(other)
    assert one.buttons == other.buttons
    assert Payload("dossier_status") in payloads(one)


def test_asking_for_the_number_shows_examples_that_are_numbers(words):
    text = plain(status.number_wanted(words))
    assert len(numbers.find(text)) == 3


def test_asking_for_the_digits_repeats_the_number(words):
    reply = status.digits_wanted(words, NUMBER)
    assert NUMBER in plain(reply)
    assert reply.about.dossier == NUMBER


@pytest.mark.parametrize("make", [status.number_wanted, lambda words, wrong=False: status.digits_wanted(words, NUMBER, wrong)])
def test_asking_again_says_what_was_wrong(words, make):
    assert plain(make(words, wrong=True)) != plain(make(words))
    assert make(words, wrong=True).outcome == make(words).outcome


def test_a_look_up_can_be_left_at_every_question(words):
    for reply in (status.number_wanted(words), status.digits_wanted(words, NUMBER)):
        assert payloads(reply) == [Payload("deny")]


def test_every_reply_is_of_the_kind_status(words, dossier, made):
    replies = [status.number_wanted(words), status.digits_wanted(words, NUMBER), status.shown(words, dossier, made, TODAY),
               status.no_match(words, NUMBER), status.too_many(words), status.left(words)]
    assert {outcomes()[reply.outcome].kind for reply in replies} == {reply.about.kind for reply in replies} == {"status"}
    assert len({reply.outcome for reply in replies}) == len(replies)
    assert all(reply.about.intent == "dossier_status" for reply in replies)
