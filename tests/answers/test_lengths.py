"""Answers fit a phone: every aspect and the overview, in every case, language and time."""
from __future__ import annotations

from answers import procedure, talk
from answers.reply import plain
from answers.words import Words
from catalogue.model import Script, Topic

ASPECT, OVERVIEW = 1_200, 2_500


def test_every_answer_is_short_enough_to_be_read(answers):
    for answer in answers:
        length = len(plain(answer.reply))
        assert length <= (OVERVIEW if answer.aspect == "overview" else ASPECT), f"{answer}: {length}"


def test_every_question_is_short_enough_to_be_read(script, language, days):
    for day in days:
        for item in (None, *range(len(script.faq))):
            assert len(plain(procedure.questions(script, day, language, item))) <= ASPECT, (item, day)


def test_every_topic_is_short_enough_to_be_read(shared, language, days):
    for data in shared["topics"]:
        for day in days:
            found = talk.topic(Words(language), Topic.of(data), day, data["id"])
            assert len(plain(found)) <= OVERVIEW, (data["id"], day)


def test_every_page_of_the_list_is_short_enough_to_be_read(scripts, language):
    made = [Script.of(data) for data in scripts.values()]
    for page in range(3):
        assert len(plain(talk.service_list(Words(language), made, page))) <= ASPECT
