"""No figure a citizen reads comes from anywhere but the service's own script, for that day, case and aspect.

The script's data are read here without the product's model: the raw file is cut down to what the aspect is about and what
holds on the day and in the case, and every word with a digit in the answer has to stand in what is left.
"""
from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any, Iterator

from answers import procedure
from answers.reply import Block, Reply
from answers.sections import SECTIONS
from answers.words import Words

FIELDS = {
    "overview": ("summary", "agency", "fees", "duration", "deadline"), "documents": ("documents",), "steps": ("steps",),
    "fee": ("fees",), "duration": ("duration",), "place": ("place", "agency"), "online": ("online",),
    "eligibility": ("eligibility",), "deadline": ("deadline",), "result": ("result",), "legal_basis": ("legal_basis",),
}
ALWAYS = ("name", "short")
"""Titles; the name of the case and the footer are looked at apart."""

WORD = re.compile(r"[^\s()\[\]“”\"';:–…]*\d[^\s()\[\]“”\"';:–…]*")
AMOUNT = re.compile(r"(\d{1,3}(?:[.,]\d{3})+)(?:đ|đồng)?")


@cache
def figures(text: str) -> frozenset[str]:
    """Return the words of a text that hold a digit: amounts and days in one spelling, everything else as it stands."""
    return frozenset(figure(word.strip(".,-/")) for word in WORD.findall(text))


def figure(word: str) -> str:
    if found := AMOUNT.fullmatch(word):
        return re.sub(r"[.,]", "", found[1])
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", word):
        day, month, year = word.split("/")
        return f"{year}-{month:0>2}-{day:0>2}"
    return re.sub(r"(?<=\d)đ$", "", word)


def in_script(node: Any, language: str, day: date, case: str | None) -> set[str]:
    """Return the figures of what holds on the day and in the case, in one language."""
    if isinstance(node, str):
        return set(figures(node))
    if isinstance(node, (int, float)) and not isinstance(node, bool):
        return {str(node)}
    if isinstance(node, list):
        return set().union(*(in_script(item, language, day, case) for item in node if holds(item, day, case)))
    if isinstance(node, dict):
        if "vi" in node:
            return set(figures(node.get(language) or node["vi"]))
        if "periods" in node:
            node = {**node, "periods": list(told(node["periods"], day))}
        return set().union(*(in_script(value, language, day, case) for key, value in node.items()
                             if key not in ("sources", "cases", "id", "working_days")))
    return set()


def holds(item: Any, day: date, case: str | None) -> bool:
    if not isinstance(item, dict):
        return True
    return (item.get("from", "") <= day.isoformat() <= item.get("until", "9999")
            and (case is None or case in item.get("cases", [case])))


def told(periods: list[dict[str, Any]], day: date) -> Iterator[dict[str, Any]]:
    """Yield the periods that may be told on a day: those in force, and of a fee the one that follows at once."""
    current = [period for period in periods if holds(period, day, None)]
    next_days = {(date.fromisoformat(period["until"]) + timedelta(1)).isoformat() for period in current if "until" in period}
    for period in current:
        yield {key: value for key, value in period.items() if key != "from"}
    for period in periods:
        if period.get("from") in next_days:
            # Without its dates, so that the walk does not leave it out for not holding yet; its first day is told with it.
            yield {"first day": period["from"], **{key: value for key, value in period.items() if key not in ("from", "until")}}


def allowed(data: dict[str, Any], aspects: list[str], language: str, day: date, case: str | None) -> set[str]:
    """Return every figure that the answer may hold, its footer apart."""
    fields = {key: data[key] for key in (*ALWAYS, *(field for aspect in aspects for field in FIELDS[aspect]))}
    named = [item["name"] for item in data["cases"] if item["id"] == case]
    return in_script({**fields, "case": named}, language, day, case)


def said(reply: Reply) -> set[str]:
    """Return the figures of a reply without its footer; the numbers before its steps are no part of its lines."""
    parts = [reply.title, *(part for block in reply.blocks for part in (block.heading or "", *block.lines))]
    return set().union(*map(figures, parts))


def common(data: dict[str, Any], case: str | None) -> str | None:
    """The case that is answered: the one named, else the first."""
    return case or next((case["id"] for case in data["cases"]), None)


def test_every_figure_of_every_answer_is_in_the_script(answers, data):
    for answer in answers:
        foreign = said(answer.reply) - allowed(data, [answer.aspect], answer.language, answer.day, common(data, answer.case))
        assert not foreign, f"{answer}: {foreign}"


def test_every_figure_of_an_answer_about_two_aspects_is_in_the_script(data, script, language, days):
    for day in days:
        found = said(procedure.answer(script, ["fee", "documents"], day, language))
        assert not found - allowed(data, ["fee", "documents"], language, day, common(data, None)), day


def test_every_figure_of_a_footer_is_its_rule_its_day_and_its_revision(answers, data, script):
    for answer in answers:
        laws = [law for law in data["legal_basis"] if holds(law, answer.day, None)][:1]
        *rule, last = answer.reply.footer
        assert set().union(*map(figures, rule)) == in_script(laws, answer.language, answer.day, None), answer
        assert figures(last) == {data["verified_on"], script.tag}, answer


def test_every_figure_of_a_button_is_in_the_name_of_a_case_or_of_a_related_service(answers, data):
    for answer in answers:
        labels = [*(case["name"] for case in data["cases"]), *(item["label"] for item in data.get("related", ()))]
        names = in_script(labels, answer.language, answer.day, None)
        assert {figure for row in answer.reply.buttons for button in row for figure in figures(button.label)} <= names, answer


def test_every_figure_of_a_question_is_in_that_question(data, script, language, days):
    for day in days:
        for number, question in enumerate(data["faq"]):
            if holds(question, day, None):
                reply = procedure.questions(script, day, language, number)
                assert not said(reply) - in_script([question["q"], question["a"]], language, day, None), (number, day)


def test_every_amount_in_force_is_told(answers, data):
    """The other way round: a fee that holds is never dropped or rounded."""
    for answer in answers:
        if answer.aspect == "fee":
            fees = [fee for fee in data["fees"] if holds(fee, answer.day, common(data, answer.case))]
            amounts = {str(period["amount_vnd"]) for fee in fees for period in fee["periods"]
                       if holds(period, answer.day, None) and period.get("amount_vnd")}
            assert amounts <= said(answer.reply), answer


def test_the_words_around_the_facts_hold_no_figure(language):
    assert not figures(str(Words(language).get("procedure"))) - {"name"}
    assert not figures(str([*Words(language).get("aspects").values(), *Words(language).get("aspect_buttons").values()]))


def test_a_figure_from_elsewhere_is_noticed(data, script, days):
    """The check above can fail: an amount, a day, a number of days and a form that the script does not have."""
    reply = procedure.answer(script, ["fee"], days[0], "vi")
    for strange in ("123.457đ", "31/12/2031", "8713 ngày", "mẫu TK-8713"):
        mended = replace(reply, blocks=(*reply.blocks, Block([strange])))
        assert said(mended) - allowed(data, list(SECTIONS), "vi", days[0], common(data, None)), strange
