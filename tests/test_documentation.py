"""The README tells the truth: settings, commands, folders and contracts are the program's."""
import re
from dataclasses import asdict
from pathlib import Path

import pytest

from answers.reply import KINDS, About
from bot.settings import SETTINGS
from catalogue.model import ASPECTS
from nlu.__main__ import FIELDS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_stands_in_the_table_as_it_is(setting):
    default = f"`{setting.default}`" if setting.default else ""
    assert f"| `{setting.name}` | {default} | {setting.help} |" in README


def test_the_table_has_no_setting_that_does_not_exist():
    named = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
    assert named == [setting.name for setting in SETTINGS]


@pytest.mark.parametrize("key", asdict(About("talk")))
def test_the_rest_contract_names_every_key(key):
    assert f"`{key}`" in README


@pytest.mark.parametrize("word", [*KINDS, *FIELDS])
def test_the_contracts_name_every_kind_and_field(word):
    assert f"`{word}`" in README


def test_the_aspects_are_listed():
    assert " ".join(ASPECTS) in " ".join(README.split())


@pytest.mark.parametrize("verb", sorted(set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE))))
def test_every_make_verb_exists(verb):
    assert re.search(rf"^{verb}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


PAGES = [*(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")), "README.md", "services/README.md"]


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_every_decision_is_in_the_index():
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    for path in (ROOT / "docs/decisions").glob("0*.md"):
        assert path.name in index


def test_every_folder_is_in_the_layout():
    made = {"models", "var", "results"}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))} - made
    layout = README.split("## Layout")[1].split("The way of a message")[0]
    named = set(re.findall(r"`([a-z]+)/`", layout)) - {"data", "components", "tuning"}
    assert folders == named
