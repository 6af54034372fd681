"""What a citizen reads while a dossier is looked up."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from answers import status
from answers.dossier import (
    FOLLOW,
    FOLLOWING,
    UNFOLLOW,
    explained,
    followed,
    following,
    news,
    not_followed,
    progress,
    reminder,
    shown,
    unfollowed,
)
from answers.outcomes import outcomes
from answers.reply import Payload, Reply, plain
from answers.talk import HOTLINE
from answers.words import Words
from dossiers import numbers
from dossiers.due import days_late
from dossiers.follows import Followed
from dossiers.provider import Past
from dossiers.statuses import statuses

TODAY = date(2026, 11, 23)
NUMBER = "G01.123.456-261102-000101"


def payloads(reply: Reply) -> list[Payload]:
    return [Payload.parse(button.payload) for row in reply.buttons for button in row if button.payload]


@pytest.mark.parametrize("code", range(1, 11))
def test_every_status_is_shown_with_its_meaning_and_the_next_step(words, dossier, made, code):
    found = statuses()[code]
    text = plain(shown(words, replace(dossier, status=found), made, TODAY))
    for part in (found.name, found.meaning, found.next):
        assert part[words.language] in text


@pytest.mark.parametrize("code", range(1, 11))
@pytest.mark.parametrize("question", sorted(set(Words("vi").get("context.dossier")) - {"status"}))
def test_every_question_about_a_dossier_has_an_answer_with_the_next_step(words, dossier, made, code, question):
    found = replace(dossier, status=statuses()[code], note="Thiếu ảnh")
    reply = explained(words, found, made, TODAY, question)
    text = plain(reply)
    assert found.number in text and found.status.name[words.language] in text and found.status.next[words.language] in text
    assert text.count("Thiếu ảnh") == 1
    assert (reply.outcome, reply.about.status) == ("status_explained", found.status.id)


def test_what_is_owed_for_a_late_dossier_is_said_to_who_asks(words, dossier, made):
    late = replace(dossier, due_on=date(2026, 11, 12))
    rights = [line.partition("{")[0] for line in words.get("status.overdue_lines")]
    for question in ("why", "when", "rights"):
        assert all(line in plain(explained(words, late, made, TODAY, question)) for line in rights)


def test_number_service_office_and_days_are_shown(words, dossier, made):
    text = plain(shown(words, dossier, made, TODAY))
    for part in (NUMBER, made.name[words.language], dossier.office, "02/11/2026", "09:15 03/11/2026", "01/12/2026"):
        assert part in text


def test_what_is_shown_is_told_to_programs_too(words, dossier, made):
    about = shown(words, dossier, made, TODAY).about
    assert (about.kind, about.dossier, about.status, about.service) == ("status", NUMBER, "in_progress", "passport")


@pytest.mark.parametrize(("due", "late"), [
    (date(2026, 11, 20), 1), (TODAY, None), (date(2026, 11, 24), None), (date(2026, 11, 16), 5), (None, None)])
def test_a_dossier_is_late_from_the_day_after_the_appointed_one(words, dossier, made, due, late):
    found = replace(dossier, due_on=due)
    assert days_late(found, TODAY) == late
    headings = [block.heading for block in shown(words, found, made, TODAY).blocks]
    assert (words("status.overdue_title") in headings) == bool(late)


def test_holidays_are_no_days_late(dossier):
    """Tết 2027: offices close from 4 to 10 February."""
    found = replace(dossier, due_on=date(2027, 2, 3))
    assert [days_late(found, date(2027, 2, day)) for day in (3, 5, 10, 11, 12)] == [None, 0, 0, 1, 2]


def test_a_late_dossier_tells_what_the_office_owes_and_how_to_complain(words, dossier, made):
    reply = shown(words, replace(dossier, due_on=date(2026, 11, 13), office="UBND xã {x}"), made, TODAY)
    text = plain(reply)
    assert "04" in text and "03/2025/TT-VPCP" in text and "UBND xã {x}" in text and HOTLINE in text
    assert words("status.overdue", day="13/11/2026", count=6) in text
    assert Payload("complaint") in payloads(reply)


def test_working_days_left_are_counted(words, dossier, made):
    lines = {due: plain(shown(words, replace(dossier, due_on=due), made, TODAY))
             for due in (TODAY, date(2026, 11, 24), date(2026, 12, 1))}
    assert words("status.due_today") in lines[TODAY]
    assert words("status.due_next") in lines[date(2026, 11, 24)]
    assert words("status.due_left", count=6) in lines[date(2026, 12, 1)]


@pytest.mark.parametrize("code", [code for code, found in statuses().items() if found.held == "paused"])
def test_while_the_office_waits_for_the_citizen_nothing_is_late(words, dossier, made, code):
    reply = shown(words, replace(dossier, status=statuses()[code], due_on=date(2026, 11, 2)), made, TODAY)
    assert words("status.due_paused", day="02/11/2026") in plain(reply)
    assert words("status.overdue_title") not in plain(reply)


def test_papers_are_asked_for_with_their_last_day_and_where_to_find_them(words, dossier, made):
    asked = replace(dossier, status=statuses()[5], note="giấy khám", supplement_by=date(2026, 11, 27))
    reply = shown(words, asked, made, TODAY)
    assert "27/11/2026" in plain(reply) and "giấy khám" in plain(reply)
    assert Payload("passport", "documents") in payloads(reply)
    assert made.online.url in [button.url for row in reply.buttons for button in row]
    assert words("status.supplement_late", day="20/11/2026", office=dossier.office) in plain(
        shown(words, replace(asked, supplement_by=date(2026, 11, 20)), made, TODAY))


def test_a_payment_leads_to_how_it_is_paid(words, dossier, made):
    reply = shown(words, replace(dossier, status=statuses()[6]), made, TODAY)
    assert Payload("online_payment") in payloads(reply)
    assert made.online.url in [button.url for row in reply.buttons for button in row]


def test_what_happened_stands_in_order(words, dossier, made):
    past = (Past(statuses()[1], datetime(2026, 11, 2, 8), "x"), Past(statuses()[2], datetime(2026, 11, 2, 9, 30), "x"))
    timeline = shown(words, replace(dossier, history=past), made, TODAY).blocks[-1]
    assert [part in line for part, line in zip(("02/11/2026", "08:00", "09:30", "09:15 03/11/2026"), timeline.lines, strict=True)] == [
        True] * 4


@pytest.mark.parametrize("status_", statuses().values(), ids=lambda one: one.id)
def test_the_progress_line_is_one_short_line(words, status_):
    line = progress(words, status_)
    say = words.get("status.progress")
    assert line.count(say["done"]) == (status_.step if not status_.open and not status_.held else status_.step - 1)
    assert len(line) <= 75 and "\n" not in line
    assert (say["stopped"] in line) == (status_.held == "stopped")


def test_a_last_known_status_says_so_with_its_time(words, dossier, made):
    text = plain(shown(words, replace(dossier, known_at=datetime(2026, 11, 22, 7, 5)), made, TODAY))
    assert words("status.stale", moment="07:05 22/11/2026") in text


@pytest.mark.parametrize("code", [code for code, found in statuses().items() if not found.open])
def test_no_appointed_day_is_counted_when_the_office_is_done(words, dossier, made, code):
    text = plain(shown(words, replace(dossier, status=statuses()[code], due_on=date(2026, 11, 1)), made, TODAY))
    assert "01/11/2026" not in text


def test_without_an_appointed_day_none_is_promised(words, dossier, made):
    text = plain(shown(words, replace(dossier, due_on=None), made, TODAY))
    assert "01/12/2026" not in text


def test_what_the_office_wrote_is_shown_as_it_is(words, dossier, made):
    note = "Bổ sung {giấy} <khám> sức khỏe"
    assert note in plain(shown(words, replace(dossier, note=note), made, TODAY))


def test_a_shown_dossier_leads_to_its_procedure(words, dossier, made):
    assert payloads(shown(words, dossier, made, TODAY)) == [Payload(FOLLOW, item=NUMBER), Payload("passport")]
    assert payloads(shown(words, dossier, made, TODAY, followed=True)) == [Payload(UNFOLLOW, item=NUMBER), Payload("passport")]


@pytest.mark.parametrize("code", range(1, 11))
def test_only_a_dossier_that_may_still_change_can_be_followed(words, dossier, made, code):
    reply = shown(words, replace(dossier, status=statuses()[code]), made, TODAY)
    assert (Payload(FOLLOW, item=NUMBER) in payloads(reply)) == (code in (1, 2, 4, 5, 6, 9))


def test_news_tells_what_is_new_and_what_was_before(words, dossier, made):
    changed = replace(dossier, status=statuses()[9], history=(Past(statuses()[4], datetime(2026, 11, 3, 9), "x"),))
    text = plain(news(words, changed, made, TODAY))
    for part in (statuses()[9].name, statuses()[4].name, statuses()[9].next):
        assert part[words.language] in text


@pytest.mark.parametrize("kind", ["due", "supplement"])
def test_a_reminder_names_the_day_and_the_dossier(words, dossier, made, kind):
    text = plain(reminder(words, dossier, made, kind, date(2026, 11, 24), TODAY))
    assert "24/11/2026" in text and NUMBER in text


def test_what_is_followed_is_listed_with_ways_to_see_and_end_it(words, dossier):
    reply = following(words, [Followed(NUMBER, dossier), Followed("H41.12-261112-0007", None)])
    assert payloads(reply) == [Payload(intent, item=number) for number in (NUMBER, "H41.12-261112-0007")
                               for intent in (FOLLOWING, UNFOLLOW)]
    assert dossier.status.name[words.language] in plain(reply)
    assert payloads(following(words, [])) == [Payload("dossier_status")]


def test_a_dossier_of_an_unknown_service_is_shown_without_one(words, dossier):
    reply = shown(words, replace(dossier, service=None), None, TODAY)
    assert NUMBER in plain(reply)
    assert reply.about.service is None
    assert payloads(reply) == [Payload(FOLLOW, item=NUMBER)]


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
    replies = [status.number_wanted(words), status.digits_wanted(words, NUMBER), shown(words, dossier, made, TODAY),
               status.no_match(words, NUMBER), status.too_many(words), status.left(words), status.several(words, [NUMBER]),
               status.other_number(words, "phone"), status.down(words, NUMBER), followed(words, NUMBER, True), not_followed(words),
               unfollowed(words, NUMBER), following(words, []), news(words, dossier, made, TODAY),
               reminder(words, dossier, made, "due", TODAY, TODAY), explained(words, dossier, made, TODAY, "why")]
    assert {outcomes()[reply.outcome].kind for reply in replies} == {reply.about.kind for reply in replies} == {"status"}
    assert len({reply.outcome for reply in replies}) == len(replies)
    assert all(reply.about.intent == "dossier_status" for reply in replies)
