"""The service files as they stand in the tree: complete, consistent in themselves, and fit to be shown."""
from __future__ import annotations

import re
from itertools import combinations
from typing import Any, Iterator
from urllib.parse import urlsplit

import pytest

from answers import talk
from catalogue import files
from catalogue.model import in_force
from tests.conftest import SERVICES

PROJECT_06 = (
    "id_number_confirmation", "citizen_id_card", "permanent_residence", "temporary_residence", "temporary_absence",
    "stay_notification", "motorbike_registration", "traffic_fine", "birth_registration", "death_registration",
    "marriage_registration", "passport", "seal_new", "seal_special", "birth_bundle", "death_bundle",
    "health_insurance_renewal", "tax_registration", "land_change_registration", "driving_licence", "electricity_new",
    "electricity_contract_transfer", "exam_admission", "unemployment_benefit", "criminal_record",
)
"""The canonical ids in the order of the programme's list."""

STAFF_ONLY = ("sources", "uncertain")
HEARD = ("aliases", "words")
"""Fields with what people say, which the bot reads and never shows."""

FIGURE = re.compile(r"\d{1,2}/\d{1,2}/\d{4}|\d{1,3}(?:[.,]\d{3})+(?!\d)")
"""A full date or an amount with its thousands parted: what a translation may not change."""


def texts(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every text a citizen can see, with its place."""
    if isinstance(node, dict):
        if isinstance(node.get("vi"), str):
            yield place, node
        for key, value in node.items():
            if key not in (*STAFF_ONLY, *HEARD):
                yield from texts(value, f"{place}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from texts(value, f"{place}.{index}")


def test_the_25_services_of_project_06_are_there_under_their_numbers(scripts):
    found = {name: script["number"] for name, script in scripts.items() if script["programme"] == "project06"}
    assert found == {name: number for number, name in enumerate(PROJECT_06, 1)}


@pytest.mark.parametrize("name", [*SERVICES, files.SHARED])
def test_every_file_passes_the_schema(name):
    data, problems = files.read_file(files.SERVICES / f"{name}.yml")
    assert problems == []
    assert data


def test_every_case_shows_papers_steps_fee_and_time_on_every_day(script, days):
    for day in days:
        for case in [case.id for case in script.cases] or [None]:
            for part in ("documents", "steps", "fees", "duration"):
                assert in_force(getattr(script, part), day, case), f"{part} for {case} on {day}"


def test_every_aspect_has_a_line_in_every_case_on_every_day(script, days):
    for day in days:
        for case in [case.id for case in script.cases] or [None]:
            for part in ("eligibility", "place", "deadline", "result", "legal_basis"):
                assert in_force(getattr(script, part), day, case), f"{part} for {case} on {day}"


def test_the_languages_are_written_apart(data):
    same = [place for place, text in texts(data) if text["vi"] == text.get("en")]
    assert same == []


def test_the_languages_give_the_same_amounts_and_dates(data):
    for place, text in texts(data):
        if "en" in text:
            assert figures(text["vi"]) == figures(text["en"]), place


def figures(text: str) -> set[str]:
    """Return amounts without their separators, and dates without leading zeros."""
    return {re.sub(r"\b0|[.,]", "", figure) for figure in FIGURE.findall(text)}


def test_working_days_are_the_ones_in_the_words(data):
    for item in data["duration"]:
        for period in item["periods"]:
            said = re.findall(r"(\d+) ngày làm việc", period.get("text", {}).get("vi", ""))
            assert not said or str(period.get("working_days", said[0])) in said, period


def test_periods_of_one_figure_never_overlap(data):
    for item in (*data["fees"], *data["duration"]):
        for one, other in combinations(item["periods"], 2):
            start = max(one.get("from", ""), other.get("from", ""))
            end = min(one.get("until", "9999"), other.get("until", "9999"))
            assert end < start, f"{item['what']['en']}: {one} and {other}"


def test_a_phrase_names_one_case_only(data):
    owner: dict[str, str] = {}
    for case in data["cases"]:
        for phrase in {phrase.lower() for phrases in case["words"].values() for phrase in phrases}:
            assert owner.setdefault(phrase, case["id"]) == case["id"], phrase


def test_no_two_services_have_the_same_name_on_their_buttons(scripts, language):
    names = [script["short"][language] for script in scripts.values()]
    assert len(set(names)) == len(names)


def test_related_services_are_others_that_there_are(data):
    for item in data.get("related", ()):
        assert item["service"] in SERVICES
        assert item["service"] != data["id"]


def test_the_links_citizens_get_are_official_and_safe(data):
    assert official(data["online"]["url"])
    for _, text in texts(data):
        assert "http://" not in " ".join(value for value in text.values() if isinstance(value, str))


def test_the_shared_links_are_official_and_safe(shared):
    links = [link["url"] for topic in shared["topics"] for link in topic.get("links", ())]
    assert links
    assert [url for url in links if not url.startswith("tel:") and not official(url)] == []


def official(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and f".{parts.hostname}".endswith(".gov.vn")


def test_no_district_is_named_as_a_place_to_file(data):
    """Districts ended on 01/07/2025: a text may say that they are gone, nothing else."""
    for place, text in texts(data):
        if re.search(r"\b(huyện|quận)\b", text["vi"], re.IGNORECASE):
            assert re.search(r"không còn|còn hỏi quận, huyện", text["vi"], re.IGNORECASE), f"{place}: {text['vi']}"
        if re.search(r"\bdistricts?\b", text.get("en", ""), re.IGNORECASE):
            assert re.search(r"\bno\b|\bstill\b", text["en"]), f"{place}: {text['en']}"


@pytest.mark.parametrize("path", sorted(files.SERVICES.iterdir()), ids=lambda path: path.name)
def test_no_file_cites_a_source_that_a_reader_cannot_open(path):
    assert not re.search(r"github-file-id|source: */", path.read_text(encoding="utf-8"))


def test_the_hotline_in_the_code_is_the_one_of_the_shared_script(shared):
    lines = {topic["id"]: topic["lines"] for topic in shared["topics"]}["human_agent"]
    portal = [line["vi"] for line in lines if "Cổng Dịch vụ công quốc gia" in line["vi"]]
    assert re.findall(r"1[89]00 \d{4}", " ".join(portal)) == [talk.HOTLINE]


def test_every_1800_number_shown_is_the_hotline(data):
    assert {number for _, text in texts(data) for value in text.values() if isinstance(value, str)
            for number in re.findall(r"1800 ?\d{4}", value)} <= {talk.HOTLINE}
