"""The closed set of outcomes: named in the file, used in the code, and nothing else."""
from __future__ import annotations

import ast
from pathlib import Path
from typing import Iterator

import pytest

from answers.outcomes import outcomes
from answers.reply import KINDS

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for package in ("answers", "actions", "bot") for path in (ROOT / package).rglob("*.py"))
PLACES = {"reply": 0, "Reply": 0, "note": 1}
"""Where the outcome stands among the arguments of what makes a reply."""


def texts(node: ast.AST) -> Iterator[str]:
    return (part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str))


def outcomes_of(path: Path) -> Iterator[str]:
    """Yield the texts that a module gives as the outcome of a reply."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            place = PLACES.get(name, 99)
            given = [*call.args[place:place + 1], *(keyword.value for keyword in call.keywords if keyword.arg == "outcome")]
            for argument in given if name in PLACES else ():
                if not isinstance(argument, ast.Subscript):
                    yield from texts(argument)


@pytest.mark.parametrize("name", outcomes())
def test_every_outcome_has_a_label_a_description_and_a_kind_of_the_contract(name):
    outcome = outcomes()[name]
    assert outcome.label and outcome.description.endswith(".")
    assert outcome.kind in KINDS


def test_every_kind_has_an_outcome():
    assert {outcome.kind for outcome in outcomes().values()} == set(KINDS)


def test_no_two_outcomes_have_one_label():
    assert len({outcome.label for outcome in outcomes().values()}) == len(outcomes())


def test_every_outcome_in_the_code_is_in_the_set():
    found = {outcome for path in CODE for outcome in outcomes_of(path)}
    assert len(found) > 15
    assert found <= set(outcomes())


def test_every_outcome_of_the_set_can_happen():
    said = {text for path in CODE for text in texts(ast.parse(path.read_text(encoding="utf-8")))}
    assert set(outcomes()) <= said
