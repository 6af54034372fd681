"""Every answer about every service, made once for the tests that look at them all."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from answers import procedure
from answers.reply import Reply
from answers.sections import SECTIONS
from answers.words import languages


@dataclass(frozen=True)
class Answer:
    """An answer and what it was asked with; `str` of it names them for a failing test."""

    aspect: str
    case: str | None
    language: str
    day: date
    reply: Reply

    def __str__(self) -> str:
        return f"{self.reply.about.service} {self.aspect}, case {self.case}, {self.language}, {self.day}"


@pytest.fixture(scope="session")
def answers(script, days) -> list[Answer]:
    """Every aspect of a service in every case (and in none named), in every language, on every day to look at."""
    cases = [None, *(case.id for case in script.cases)]
    return [Answer(aspect, case, language, day, procedure.answer(script, [aspect], day, language, case))
            for day in days for language in languages() for case in cases for aspect in SECTIONS]
