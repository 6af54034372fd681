"""The words files: every language says everything, with the same values filled in, and the code asks for nothing else."""
from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from typing import Any, Iterator

import pytest
import yaml

from answers.sections import SECTIONS
from answers.words import DEFAULT, FOLDER, Words, languages

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for package in ("answers", "actions", "bot") for path in (ROOT / package).rglob("*.py"))


def file_of(language: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))


def leaves(node: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a words file with its dotted name; the texts of a list by their place in it."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, f"{place}.{key}".strip("."))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, f"{place}[{index}]")
    else:
        yield place, node


def names(language: str) -> set[str]:
    """Return every dotted name a language has, those of its sections and lists included."""
    found = {re.sub(r"\[\d+\]", "", place) for place, _ in leaves(file_of(language))}
    return found | {name.rpartition(".")[0] for name in found if "." in name}


def asked_for(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the names a module asks its words for, as patterns: `words("a.b")`, `view.words(f"a.{x}")`, `words.get("a")`."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and call.args and is_words(call.func):
            yield from ((call.lineno, pattern) for pattern in patterns(call.args[0]))


def is_words(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute) and called.attr == "get":
        return is_words(called.value)
    if isinstance(called, ast.Call):
        return isinstance(called.func, ast.Name) and called.func.id == "Words"
    return isinstance(called, ast.Name) and called.id == "words" or isinstance(called, ast.Attribute) and called.attr == "words"


def patterns(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant):
        yield re.escape(argument.value)
    elif isinstance(argument, ast.JoinedStr):
        yield "".join(re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in argument.values)
    elif isinstance(argument, ast.IfExp):
        yield from (*patterns(argument.body), *patterns(argument.orelse))


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def test_the_default_language_comes_first():
    assert languages()[0] == DEFAULT == "vi"
    assert "en" in languages()


@pytest.mark.parametrize("other", languages()[1:])
def test_every_language_has_the_same_words_with_the_same_values(other):
    ours, theirs = (dict(leaves(file_of(code))) for code in (DEFAULT, other))
    assert set(ours) == set(theirs)
    assert {name: fields(text) for name, text in ours.items()} == {name: fields(text) for name, text in theirs.items()}


def test_every_word_is_a_text_with_named_values_only(language):
    for name, text in leaves(file_of(language)):
        assert isinstance(text, str) and text.strip() == text != "", name
        assert all(field.isidentifier() for field in fields(text)), name


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_word_the_code_asks_for_is_there(path):
    known = names(DEFAULT)
    for line, pattern in asked_for(path):
        assert any(re.fullmatch(pattern, name) for name in known), f"{path}:{line}: {pattern}"


def test_the_search_for_words_in_the_code_finds_them():
    """So that the test above cannot pass by finding nothing."""
    found = [pattern for path in CODE for _, pattern in asked_for(path)]
    assert len(found) > 80
    assert {re.escape("status.ask_number"), re.escape("procedure.free")} <= set(found)
    assert any(r"\w+" in pattern for pattern in found)


def test_every_aspect_has_its_name_and_its_button(language):
    for section in ("aspects", "aspect_buttons"):
        assert set(Words(language).get(section)) == {*SECTIONS, "faq"}


def test_an_unknown_language_speaks_the_default():
    assert Words("fr").language == DEFAULT
    assert Words("../en").language == DEFAULT


def test_values_are_filled_in_and_a_missing_one_is_an_error():
    assert "1800" in Words("vi")("fallback.text", hotline="1800")
    with pytest.raises(KeyError):
        Words("vi")("fallback.text")


@pytest.mark.parametrize("name", ["", "no_such", "talk.no_such", "talk.thanks.more"])
def test_a_name_the_file_lacks_is_an_error(name):
    with pytest.raises((KeyError, TypeError)):
        Words("vi")(name)


def test_what_a_citizen_typed_is_never_read_as_a_pattern():
    assert Words("en")("status.note", note="{0.__class__} {x}").endswith("{0.__class__} {x}")
