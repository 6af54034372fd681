"""What the tests of the answers share; first of all every answer about every service, made once."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from answers import procedure
from answers.reply import Reply
from answers.sections import SECTIONS
from answers.words import Words, languages
from catalogue.model import Script
from dossiers.provider import Dossier
from dossiers.statuses import statuses


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


@pytest.fixture
def words(language) -> Words:
    """The bot's own words in each language."""
    return Words(language)


@pytest.fixture
def made(passport) -> Script:
    """The passport script: cases first (the common one), renew, child, lost, damaged; its fee changes on 01/01/2027."""
    return Script.of(passport, 7)


@pytest.fixture
def services(scripts) -> list[Script]:
    """All services in the order of their list."""
    return sorted((Script.of(data) for data in scripts.values()), key=lambda script: script.number)


@pytest.fixture
def dossier() -> Dossier:
    """A dossier that is being handled, with an appointed day."""
    return Dossier("G01.123.456-261102-000101", "passport", statuses()[4], "Phòng Quản lý xuất nhập cảnh (mẫu)", date(2026, 11, 2),
                   date(2026, 12, 1), datetime(2026, 11, 3, 9, 15), "")
