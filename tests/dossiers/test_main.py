"""The command line of the dossiers: `python -m dossiers`."""
from __future__ import annotations

import csv
from datetime import date

import openpyxl
import pytest

from dossiers import __main__ as commands
from dossiers import numbers, sheets
from dossiers.importer import COLUMNS
from dossiers.statuses import statuses
from dossiers.tables import DossierRow
from store.database import Database


def stored(tmp_path) -> list[str]:
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    with database.session() as session:
        found = sorted(row.number for row in session.query(DossierRow))
    database.close()
    return found


def sample() -> list[dict[str, str]]:
    with commands.SAMPLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sample_is_loaded_whole(run, tmp_path):
    code, output, _ = run("sample")
    assert (code, output.splitlines()[-1]) == (0, f"{len(sample())} dossiers loaded, 0 rows rejected")
    assert stored(tmp_path) == sorted(row["number"] for row in sample())


def test_the_sample_shows_every_status_and_every_kind_of_number():
    assert {row["status"] for row in sample()} == {str(code) for code in statuses()}
    assert {number.format for row in sample() for number in numbers.find(row["number"])} >= {
        "police", "bundle", "province_unit", "province"}


def test_the_sample_is_written_as_numbers_are_printed(scripts):
    for row in sample():
        [number] = numbers.find(row["number"])
        assert number.canonical == row["number"]
        assert number.filed_on == date.fromisoformat(row["filed_on"])
        assert row["service"] in scripts


def test_a_file_as_excel_saves_it_is_loaded(run, tmp_path):
    """With a byte order mark and Windows line ends."""
    path = tmp_path / "excel.csv"
    path.write_bytes(commands.SAMPLE.read_text(encoding="utf-8").replace("\n", "\r\n").encode("utf-8-sig"))
    assert run("import", path)[0] == 0
    assert len(stored(tmp_path)) == len(sample())


def test_bad_rows_are_told_and_make_the_command_fail(run, tmp_path):
    path = tmp_path / "some.csv"
    rows = commands.SAMPLE.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join((*rows[:2], "nonsense", rows[2])), encoding="utf-8")
    code, output, _ = run("import", path)
    assert code == 1
    assert output.startswith("line 3: number: ")
    assert output.endswith("2 dossiers loaded, 1 rows rejected\n")
    assert len(stored(tmp_path)) == 2


@pytest.mark.parametrize("content", [b"", b"a,b\n", "số,hồ sơ\n".encode("utf-16"), b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named_in_one_line(run, tmp_path, content):
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)
    code, _, errors = run("import", path)
    assert code == 2
    assert errors.startswith(f"{path}: ") and errors.count("\n") == 1


def test_a_file_that_is_not_there_is_named(run, tmp_path):
    code, _, errors = run("import", tmp_path / "nothing.csv")
    assert code == 2
    assert "nothing.csv" in errors


def test_an_unusable_database_is_named(run, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/file/bot.db")
    code, _, errors = run("sample")
    assert code == 2
    assert "DATABASE_URL" in errors


def test_the_key_is_made_once_and_kept(run, tmp_path):
    run("sample")
    key = (tmp_path / commands.KEY_FILE).read_text(encoding="ascii")
    run("sample")
    assert (tmp_path / commands.KEY_FILE).read_text(encoding="ascii") == key


def test_the_configured_secret_needs_no_key_file(run, tmp_path, monkeypatch):
    monkeypatch.setenv("DOSSIER_SECRET", "a-secret-of-the-province")
    assert run("sample")[0] == 0
    assert not (tmp_path / commands.KEY_FILE).exists()


def test_the_help_explains_every_column(run, capsys):
    with pytest.raises(SystemExit) as left:
        run("import", "--help")
    assert left.value.code == 0
    output = capsys.readouterr().out
    assert all(name in output and meaning in output for name, meaning in COLUMNS.items())


def test_rejected_rows_are_written_to_a_file_without_their_cells(run, tmp_path):
    rows = commands.SAMPLE.read_text(encoding="utf-8").splitlines()
    (tmp_path / "some.csv").write_text("\n".join((*rows[:2], "nonsense,passport,0912345678")), encoding="utf-8")
    assert run("import", tmp_path / "some.csv", "--rejected", tmp_path / "bad.csv")[0] == 1
    with (tmp_path / "bad.csv").open(encoding="utf-8-sig", newline="") as file:
        [bad] = list(csv.DictReader(file))
    assert bad["line"] == "3" and bad["reason"].startswith("number: ") and "0912345678" not in bad["reason"]


def test_a_workbook_is_loaded_like_a_csv_file(run, tmp_path):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, row in enumerate(csv.reader(commands.SAMPLE.read_text(encoding="utf-8").splitlines())):
        days = {4, 5} if number else set()
        sheet.append([date.fromisoformat(cell) if place in days and cell else cell for place, cell in enumerate(row)])
    book.save(tmp_path / "sample.xlsx")
    assert run("import", tmp_path / "sample.xlsx")[0] == 0
    assert stored(tmp_path) == sorted(row["number"] for row in sample())


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_workbook_is_told_so(run, tmp_path, content):
    (tmp_path / "wrong.xlsx").write_bytes(content)
    code, _, errors = run("import", tmp_path / "wrong.xlsx")
    assert (code, errors.count("\n")) == (2, 1)


def test_a_workbook_that_unfolds_without_end_is_refused(run, tmp_path, monkeypatch):
    openpyxl.Workbook().save(tmp_path / "bomb.xlsx")
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 100)
    code, _, errors = run("import", tmp_path / "bomb.xlsx")
    assert code == 2 and "unfolds" in errors
