"""Answers about a service: which case, which day, which aspects, and the buttons that lead on."""
from __future__ import annotations

from datetime import date, timedelta

import pytest

from answers import procedure
from answers.formats import day as written
from answers.outcomes import outcomes
from answers.reply import Payload, Reply, plain
from answers.sections import SECTIONS
from answers.words import Words
from catalogue.model import ASPECTS, Script, in_language

OLD_FEE, NEW_FEE = date(2026, 12, 31), date(2027, 1, 1)


def payloads(reply: Reply) -> list[Payload]:
    """Return what the reply's buttons ask for, links and ratings apart."""
    found = [Payload.parse(button.payload) for row in reply.buttons for button in row if button.payload]
    return [payload for payload in found if payload.intent != procedure.RATE]


def test_every_aspect_of_the_contract_has_a_section():
    assert set(SECTIONS) == set(ASPECTS)


def test_no_answer_is_empty_and_every_one_says_what_it_is_about(answers, script):
    for answer in answers:
        reply, about = answer.reply, answer.reply.about
        assert reply.title, answer
        assert all(block.lines and all(line.strip() for line in block.lines) for block in reply.blocks), answer
        assert (about.kind, about.service, list(about.aspects), about.language, about.revision) == (
            "procedure", script.id, [answer.aspect], answer.language, script.tag)


def test_every_button_leads_to_another_answer_of_the_same_service_or_of_a_related_one(answers, script):
    related = {service for service, _ in script.related}
    for answer in answers:
        for payload in payloads(answer.reply):
            if payload.intent in related:
                continue
            assert payload.intent == script.id, answer
            assert payload.aspect in (*SECTIONS, "faq"), answer
            assert payload.case is None or script.case(payload.case), answer
            assert (payload.aspect, payload.case) != (answer.aspect, answer.case), answer


def test_the_overview_leads_to_every_other_aspect(script, language, days):
    assert set(ASPECTS) - {"overview"} <= {payload.aspect for payload in payloads(
        procedure.answer(script, ["overview"], days[0], language))}


def test_every_answer_links_to_the_official_page(answers, script):
    for answer in answers:
        assert [button.url for row in answer.reply.buttons for button in row if button.url] == [script.online.url], answer


def test_a_named_case_is_answered_and_the_case_is_said(made):
    reply = procedure.answer(made, ["fee"], OLD_FEE, "vi", "lost")
    assert reply.outcome == "case_answered"
    assert made.case("lost").name["vi"] in plain(reply)
    assert "200.000đ" in plain(reply) and "100.000đ" not in plain(reply)


def test_without_a_case_the_common_one_is_answered_and_the_others_are_offered(made):
    reply = procedure.answer(made, ["fee"], OLD_FEE, "vi")
    assert reply.outcome == "answered"
    assert made.cases[0].name["vi"] in plain(reply)
    assert "100.000đ" in plain(reply)
    assert Words("vi")("procedure.other_cases") in plain(reply)
    assert Payload("passport", "fee", "lost") in payloads(reply)


def test_an_aspect_that_reads_the_same_in_every_case_names_none(made):
    reply = procedure.answer(made, ["place"], OLD_FEE, "vi")
    assert not any(payload.case for payload in payloads(reply))
    assert made.cases[0].name["vi"] not in plain(reply)


def test_the_cases_offered_are_those_that_read_differently(answers):
    facts = {(answer.aspect, answer.case, answer.language, answer.day): facts_of(answer.reply) for answer in answers}
    for answer in answers:
        offered = {payload.case for payload in payloads(answer.reply) if payload.case and payload.aspect == answer.aspect}
        assert len(offered) <= procedure.MOST_CASES, answer
        for case in offered:
            assert facts[answer.aspect, case, answer.language, answer.day] != facts_of(answer.reply), f"{answer}: {case}"


def facts_of(reply: Reply) -> list[str]:
    """Return the lines of a reply without those that name its case and offer the others."""
    words = Words(reply.about.language)
    named = words("procedure.case", case="")
    return [line for block in reply.blocks for line in block.lines
            if line != words("procedure.other_cases") and not line.startswith(named)]


def test_a_named_case_stays_on_the_buttons_that_lead_on(made):
    leading_on = payloads(procedure.answer(made, ["fee"], OLD_FEE, "vi", "lost"))
    assert {payload.case for payload in leading_on if payload.aspect != "fee"} == {"lost"}


def test_a_case_nobody_named_does_not_stay_on_the_buttons(made):
    leading_on = payloads(procedure.answer(made, ["fee"], OLD_FEE, "vi"))
    assert {payload.case for payload in leading_on if payload.aspect != "fee"} == {None}


@pytest.mark.parametrize("case", [None, "", "no_such_case", "<b>", "x" * 200])
def test_an_unknown_case_counts_as_none(made, case):
    assert procedure.answer(made, ["fee"], OLD_FEE, "vi", case) == procedure.answer(made, ["fee"], OLD_FEE, "vi")


@pytest.mark.parametrize("aspect", ["price", "", "faq", "Fee"])
def test_an_unknown_aspect_is_an_error_of_the_caller(made, aspect):
    with pytest.raises(KeyError):
        procedure.answer(made, [aspect], OLD_FEE, "vi")


def test_two_aspects_share_one_reply_each_under_its_name(script, language, days):
    words = Words(language)
    reply = procedure.answer(script, ["fee", "documents"], days[0], language)
    headings = [block.heading for block in reply.blocks if block.heading]
    assert headings == [words("aspects.fee"), words("aspects.documents")]
    assert list(reply.about.aspects) == ["fee", "documents"]
    assert words("aspects.fee") in reply.title and words("aspects.documents") in reply.title
    assert not {"fee", "documents"} & {payload.aspect for payload in payloads(reply) if not payload.case}


def test_two_aspects_say_for_which_case_and_lead_to_the_others(made, language):
    words = Words(language)
    reply = procedure.answer(made, ["documents", "fee"], OLD_FEE, language)
    assert reply.blocks[0].lines == [words("procedure.case", case=in_language(made.cases[0].name, language))]
    others = [payload for payload in payloads(reply) if payload.case]
    assert {payload.case for payload in others} == {case.id for case in made.cases[1:]}
    assert {payload.aspect for payload in others} == {"documents"}


def test_two_aspects_say_what_each_says_alone(made):
    both = [line for block in procedure.answer(made, ["fee", "documents"], OLD_FEE, "vi", "lost").blocks for line in block.lines]
    for aspect in ("fee", "documents"):
        alone = procedure.answer(made, [aspect], OLD_FEE, "vi", "lost")
        assert set(alone.blocks[-1].lines) <= set(both)


def test_the_footer_names_the_rule_the_day_it_was_checked_and_the_revision(made, language):
    footer = "\n".join(procedure.answer(made, ["fee"], OLD_FEE, language).footer)
    assert made.legal_basis[0].text["vi"] in footer
    assert written(made.verified_on) in footer
    assert "passport@7" in footer


def test_the_footer_names_no_rule_that_has_ended(passport):
    passport["legal_basis"].insert(0, {"vi": "Luật cũ", "until": "2026-12-31"})
    made = Script.of(passport)
    assert "Luật cũ" in procedure.answer(made, ["fee"], OLD_FEE, "vi").footer[0]
    assert "Luật cũ" not in " ".join(procedure.answer(made, ["fee"], NEW_FEE, "vi").footer)


@pytest.mark.parametrize(("case", "old", "new"), [("first", "100.000đ", "200.000đ"), ("lost", "200.000đ", "400.000đ")])
def test_a_fee_says_the_day_it_ends_and_what_it_will_be(made, case, old, new):
    before, after = (procedure.answer(made, ["fee"], day, "vi", case).blocks[1].lines[0] for day in (OLD_FEE, NEW_FEE))
    assert before.index(old) < before.index("31/12/2026") < before.index("01/01/2027") < before.index(new)
    assert new in after
    assert old not in after and "2026" not in after and "2027" not in after


def test_a_fee_in_english_is_written_the_english_way(made):
    assert "100,000 VND" in plain(procedure.answer(made, ["fee"], OLD_FEE, "en", "first"))


def test_a_waiver_ends_with_its_last_day(made):
    free = Words("vi")("procedure.free")
    end = date(2027, 2, 28)
    assert free in plain(procedure.answer(made, ["fee"], end, "vi", "lost"))
    assert free not in plain(procedure.answer(made, ["fee"], end + timedelta(1), "vi", "lost"))


def test_a_fee_nobody_confirmed_says_to_ask_the_office(made, language):
    fee = plain(procedure.answer(made, ["fee"], date(2026, 11, 23), language, "first"))
    assert Words(language)("procedure.ask_fee") in fee


@pytest.mark.parametrize(("period", "expected"), [
    ({"amount_vnd": 0}, Words("vi")("procedure.free")), ({"amount_vnd": 1_050_000}, "1.050.000đ"),
    ({"range_vnd": [50_000, 100_000]}, "từ 50.000đ đến 100.000đ"), ({"text": {"vi": "2% giá trị", "en": "2%"}}, "2% giá trị"),
    ({"ask": True}, Words("vi")("procedure.ask_fee"))])
def test_every_kind_of_fee_is_said(passport, period, expected):
    passport["fees"] = [{"what": {"vi": "Cấp mới", "en": "New"}, "periods": [period], "sources": ["s1"]}]
    assert procedure.answer(Script.of(passport), ["fee"], OLD_FEE, "vi").blocks[-1].lines == [f"Cấp mới: {expected}"]


def test_a_time_nobody_confirmed_says_to_ask_the_office(passport, language):
    passport["duration"] = [{"what": {"vi": "Cấp mới", "en": "New"}, "periods": [{"ask": True}], "sources": ["s1"]}]
    reply = procedure.answer(Script.of(passport), ["duration"], OLD_FEE, language)
    assert Words(language)("procedure.ask_duration") in plain(reply)


def test_a_service_without_cases_is_answered_whole(passport):
    made = Script.of({**passport, "cases": []})
    reply = procedure.answer(made, ["documents"], OLD_FEE, "vi")
    assert len(reply.blocks[0].lines) == len([item for item in made.documents if item.scope.holds(OLD_FEE)])
    assert not any(payload.case for payload in payloads(reply))


def test_the_questions_are_offered_as_buttons(script, language, days):
    for day in days:
        reply = procedure.questions(script, day, language)
        held = [question.question[language] for question in script.faq if question.scope.holds(day)]
        labels = [button.label for row in reply.buttons for button in row]
        assert reply.outcome == "questions_listed"
        assert labels[:len(held)] == held, day


def test_the_button_of_a_question_leads_to_its_answer(script, language, days):
    """On its own day and on every other one: an old button never answers another question than the one it shows."""
    for day in days:
        listed = procedure.questions(script, day, language)
        for button in (row[0] for row in listed.buttons):
            payload = Payload.parse(button.payload) if button.payload else None
            for later in days if payload and payload.aspect == "faq" else ():
                reply = procedure.questions(script, later, language, int(payload.item))
                assert reply.outcome == "questions_listed" or reply.title == button.label, (day, later)
                assert later != day or reply.outcome == "question_answered"


def test_the_answer_to_a_question_carries_the_footer_and_the_other_questions(made):
    reply = procedure.questions(made, OLD_FEE, "vi", 0)
    assert plain(reply).startswith(made.faq[0].question["vi"])
    assert made.faq[0].answer["vi"] in plain(reply)
    assert "passport@7" in reply.footer[-1]


@pytest.mark.parametrize("item", [None, -1, 99, 10 ** 30])
def test_an_unknown_question_lists_them_all(made, item):
    assert procedure.questions(made, OLD_FEE, "vi", item).outcome == "questions_listed"


def test_every_outcome_of_a_procedure_is_in_the_closed_set(made):
    replies = [procedure.answer(made, ["fee"], OLD_FEE, "vi", case) for case in (None, "lost")]
    replies += [procedure.questions(made, OLD_FEE, "vi", item) for item in (None, 0)]
    assert {outcomes()[reply.outcome].kind for reply in replies} == {"procedure"}
    assert len({reply.outcome for reply in replies}) == 4


@pytest.mark.parametrize("unknown", ["fr", "", "VI"])
def test_a_language_the_bot_does_not_speak_is_answered_in_vietnamese(made, unknown):
    reply = procedure.answer(made, ["fee"], OLD_FEE, Words(unknown).language)
    assert plain(reply) == plain(procedure.answer(made, ["fee"], OLD_FEE, "vi"))


def test_every_answer_can_be_rated_with_its_last_two_buttons(answers, script):
    for answer in answers:
        up, down = [Payload.parse(button.payload) for button in answer.reply.buttons[-1]]
        assert up == Payload(procedure.RATE, "up", answer.language, script.id)
        assert down == Payload(procedure.RATE, "down", answer.language, script.id)
