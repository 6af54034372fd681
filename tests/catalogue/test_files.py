"""A wrong service file is named with its path and field, and does not take the others with it."""
from __future__ import annotations

import shutil

import pytest

from catalogue import files


def put(data, place, value):
    """Set what stands at a dotted place of a script's data."""
    *way, last = [int(part) if part.isdecimal() else part for part in place.split(".")]
    for part in way:
        data = data[part]
    data[last] = value


def test_a_good_script_has_no_problem(passport, shared):
    assert files.check(passport, "passport", "a path") == []
    assert files.check(shared, files.SHARED, "a path") == []


@pytest.mark.parametrize(("place", "value"), [
    ("steps.0.cases", ["no_such_case"]),
    ("fees.1.cases", ["lost", "no_such_case"]),
    ("online.note.0.cases", ["no_such_case"]),
    ("steps.0.sources", ["s99"]),
    ("fees.0.sources", ["s99"]),
])
def test_a_reference_to_nothing_is_named(passport, place, value):
    put(passport, place, value)
    [problem] = files.check(passport, "passport", "a path")
    assert (problem.field, problem.limit) == (place, value[-1])
    assert value[-1] in problem.message


def test_a_period_that_ends_before_it_starts_is_named(passport):
    put(passport, "fees.0.periods.1", {"from": "2027-01-01", "until": "2026-12-31", "amount_vnd": 1})
    assert [problem.field for problem in files.check(passport, "passport", "a path")] == ["fees.0.periods.1.until"]


def test_a_period_of_one_day_is_right(passport):
    put(passport, "fees.0.periods.1", {"from": "2027-01-01", "until": "2027-01-01", "amount_vnd": 1})
    assert files.check(passport, "passport", "a path") == []


def test_two_cases_of_one_id_are_named(passport):
    passport["cases"][1]["id"] = passport["cases"][0]["id"]
    assert "cases" in [problem.field for problem in files.check(passport, "passport", "a path")]


def test_every_mistake_of_a_file_is_told_at_once(passport):
    put(passport, "number", 0)
    put(passport, "steps.0.cases", [])
    put(passport, "colour", "blue")
    assert {problem.field for problem in files.check(passport, "passport", "a path")} == {"number", "steps.0.cases", "file"}


@pytest.mark.parametrize("content", [None, [], "text", 5, {}])
def test_what_is_no_script_at_all_is_told_so(content):
    assert files.check(content, "passport", "a path")


def test_a_script_under_another_name_is_told_so(passport, shared):
    assert [problem.field for problem in files.check(passport, "marriage_registration", "a path")] == ["id"]
    assert [problem.field for problem in files.check(shared, "passport", "a path")] == ["id"]
    assert [problem.field for problem in files.check(passport, files.SHARED, "a path")] == ["id"]


@pytest.mark.parametrize("text", [
    "id: [unclosed", "", "- a\n- list", "id: passport\n\tname: tab", "steps:\n- vi: a\n  vi: b\n", "no: tiếng Na Uy", "7: seven",
    "? [a, b]\n: c", "*nobody", "!!python/object/apply:os.getcwd []",
], ids=repr)
def test_a_broken_file_is_named_and_the_rest_still_loads(tmp_path, text):
    for name in ("passport", "traffic_fine"):
        shutil.copy(files.SERVICES / f"{name}.yml", tmp_path)
    broken = tmp_path / "marriage_registration.yml"
    broken.write_text(text, encoding="utf-8")
    scripts, problems = files.read_folder(tmp_path)
    assert list(scripts) == ["passport", "traffic_fine"]
    assert {problem.path for problem in problems} == {str(broken)}
    assert all(problem.field and problem.message for problem in problems)


def test_a_figure_written_twice_is_refused(tmp_path):
    """YAML itself would keep the last one in silence."""
    broken = tmp_path / "passport.yml"
    text = (files.SERVICES / "passport.yml").read_text(encoding="utf-8")
    broken.write_text(text.replace("amount_vnd: 200000", "amount_vnd: 200000\n    amount_vnd: 300000", 1), encoding="utf-8")
    data, [problem] = files.read_file(broken)
    assert data is None
    assert "amount_vnd" in problem.message


def test_a_file_that_is_not_utf_8_is_named(tmp_path):
    broken = tmp_path / "passport.yml"
    broken.write_bytes("name: hộ chiếu".encode("utf-16"))
    scripts, [problem] = files.read_folder(tmp_path)
    assert scripts == {}
    assert problem.path == str(broken)


def test_a_file_that_is_not_there_is_named(tmp_path):
    data, [problem] = files.read_file(tmp_path / "passport.yml")
    assert data is None
    assert problem.path.endswith("passport.yml")


def test_a_file_under_a_wrong_name_is_left_out(tmp_path):
    shutil.copy(files.SERVICES / "passport.yml", tmp_path / "pasport.yml")
    scripts, [problem] = files.read_folder(tmp_path)
    assert scripts == {}
    assert problem.field == "id"


def test_days_are_read_as_the_text_they_are():
    assert files.parse("verified_on: 2026-11-20") == {"verified_on": "2026-11-20"}


@pytest.mark.parametrize("data", [
    {"vi": "hai\ndòng, 100.000đ: “ngoặc” 'đơn' #5"}, {"vi": "2026-11-20"}, {"no": "không", "n": "yes", "v": "0123"},
    {"a": 100000, "b": True, "c": None, "d": ["x" * 300]}], ids=repr)
def test_what_is_dumped_is_read_back_the_same(data):
    assert files.parse(files.dump(data)) == data


def test_every_file_survives_being_dumped(data):
    text = files.dump(data)
    assert files.parse(text) == data
    assert files.dump(files.parse(text)) == text
