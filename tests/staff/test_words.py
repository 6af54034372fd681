"""The console's words: the same names in every language, and all those the pages use."""
from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from answers.reply import KINDS
from answers.words import languages
from catalogue.drafts import OPEN
from conversations.unanswered import REASONS
from nlu import evaluation
from staff.accounts import Accounts  # noqa: F401  (its refusals are looked for below)
from staff.console import WORDS
from staff.roles import ROLES
from teaching.meanings import GENERAL, OUT_OF_SCOPE
from teaching.trainings import DONE, FAILED, RUNNING, STEPS

FILES = {code: yaml.safe_load((WORDS / f"{code}.yml").read_text(encoding="utf-8")) for code in languages()}
STAFF = WORDS.parent


def names(node, place=""):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from names(value, f"{place}.{key}".lstrip("."))
    else:
        yield place


def test_every_language_has_the_same_words():
    first, *others = (set(names(words)) for words in FILES.values())
    assert all(other == first for other in others)


def test_every_word_the_pages_name_is_there():
    known = set(names(FILES["vi"]))
    used = {found for path in [*STAFF.rglob("*.html"), *STAFF.rglob("*.py")]
            for found in re.findall(r"""\bw(?:ords\(request\))?\(['"]([a-z_]+(?:\.[a-z_]+)*)['"][,)]""", path.read_text(encoding="utf-8"))}
    assert len(used) > 80, "the pages name their words in another way than this test looks for"
    assert used <= known


def test_every_role_and_state_has_a_name():
    assert set(FILES["vi"]["roles"]) == set(FILES["vi"]["role_help"]) == set(ROLES)
    assert set(OPEN) <= set(FILES["vi"]["states"])


def test_what_a_message_may_mean_and_how_it_was_answered_has_a_name():
    words = FILES["vi"]
    assert set(words["meanings"]) == {*GENERAL, OUT_OF_SCOPE}
    assert set(words["kinds"]) == set(KINDS) and set(words["reasons"]) == set(REASONS)
    assert set(words["steps"]) == set(STEPS) and set(words["training_states"]) == {RUNNING, DONE, FAILED}
    assert set(words["measures"]) == set(evaluation.floors())


def test_every_refusal_is_told():
    said = FILES["vi"]["said"]
    for path, kind in (("teaching/trainings.py", "training"), ("teaching/switches.py", "model")):
        text = (Path(STAFF).parent / path).read_text(encoding="utf-8")
        assert {f"{kind}_{name}" for name in re.findall(r'Refused\("(\w+)"\)', text)} <= said.keys()
    for path, kind in (("catalogue/drafts.py", "draft"), ("staff/accounts.py", "account")):
        text = (Path(STAFF).parent / path).read_text(encoding="utf-8")
        for name in re.findall(r'(?:Draft|Account)Refused\("(\w+)"\)', text):
            assert {f"{kind}_{name}", f"password_{name}", f"{name}_wrong"} & said.keys(), f"{kind}_{name}"


def texts(node):
    if isinstance(node, (dict, list)):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            assert isinstance(key, (str, int)) and not isinstance(key, bool), "YAML reads yes, no, on and off as truth: put them in quotes"
            yield from texts(value)
    else:
        yield node


@pytest.mark.parametrize("language", FILES)
def test_every_word_is_a_text(language):
    assert [one for one in texts(FILES[language]) if not isinstance(one, str)] == []


def test_every_action_that_is_recorded_has_a_name():
    named = FILES["vi"]["actions"]
    found = {action for path in STAFF.rglob("pages/*.py")
             for action in re.findall(r'audit\.add\([^"]*?"([a-z -]+)"', path.read_text(encoding="utf-8"))}
    assert len(found) > 10 and found <= named.keys()
