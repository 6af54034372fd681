"""The command line of the scripts: `python -m catalogue`."""
from __future__ import annotations

import shutil

import pytest

from catalogue import files
from catalogue.revisions import Revisions
from store.database import Database


def test_validate_finds_the_files_of_the_tree_right(run):
    assert run("validate")[0] == 0


def test_validate_names_the_mistakes_of_a_named_file(run, folder, passport):
    path = folder / "passport.yml"
    path.write_text(files.dump({**passport, "number": 0, "short": {"vi": "Hộ chiếu"}}), encoding="utf-8")
    code, output, _ = run("validate", path, files.SERVICES / "traffic_fine.yml")
    assert code == 1
    assert [line.startswith(f"{path}: ") for line in output.splitlines()] == [True, True]
    assert "number" in output and "short" in output


def test_validate_says_when_a_file_is_not_there(run, tmp_path):
    code, output, _ = run("validate", tmp_path / "nothing.yml")
    assert code == 1
    assert "nothing.yml" in output


def test_import_publishes_what_differs(run, folder, passport):
    code, output, _ = run("import", folder, "--author", "Lan", "--reason", "first")
    assert (code, output) == (0, "passport@1\n1 of 1 scripts differed and are live now\n")
    assert run("import", folder)[1] == "0 of 1 scripts differed and are live now\n"
    (folder / "passport.yml").write_text(files.dump({**passport, "number": 99}), encoding="utf-8")
    assert "passport@2" in run("import", folder)[1]


def test_import_leaves_a_broken_file_out_and_says_so(run, folder):
    (folder / "traffic_fine.yml").write_text("id: [", encoding="utf-8")
    code, output, errors = run("import", folder)
    assert code == 1
    assert "passport@1" in output
    assert "traffic_fine.yml: file: " in errors


def test_export_writes_files_that_import_as_the_same(run, folder, tmp_path):
    run("import", folder)
    target = tmp_path / "new" / "folder"
    assert run("export", target)[0] == 0
    assert (target / "passport.yml").read_bytes() == (folder / "passport.yml").read_bytes()
    assert "0 of 1" in run("import", target)[1]


def test_history_lists_the_revisions(run, folder, passport):
    run("import", folder, "--author", "Lan", "--reason", "first")
    (folder / "passport.yml").write_text(files.dump({**passport, "number": 99}), encoding="utf-8")
    run("import", folder, "--author", "Minh", "--reason", "second")
    code, output, _ = run("history", "passport")
    assert code == 0
    newest, oldest = output.splitlines()
    assert "passport@2" in newest and "Minh: second" in newest
    assert "passport@1" in oldest and "Lan: first" in oldest


def test_restore_makes_an_earlier_revision_live(run, folder, passport, tmp_path):
    run("import", folder)
    (folder / "passport.yml").write_text(files.dump({**passport, "number": 99}), encoding="utf-8")
    run("import", folder)
    assert run("restore", "passport", 1, "--reason", "a mistake", "--author", "Hoa")[:2] == (0, "passport@3 is live\n")
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    assert Revisions(database).live()["passport"] == (3, passport)
    database.close()


def test_restore_of_an_unknown_revision_says_which(run):
    code, _, errors = run("restore", "passport", 7, "--reason", "why")
    assert code == 1
    assert "passport@7" in errors


def test_restore_needs_a_reason(run):
    with pytest.raises(SystemExit):
        run("restore", "passport", 1)


def test_an_unusable_database_is_told_in_one_line(run, folder, monkeypatch, tmp_path):
    shutil.copy(folder / "passport.yml", tmp_path / "file")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/file/bot.db")
    code, _, errors = run("history", "passport")
    assert code == 1
    assert errors.startswith("DATABASE_URL: ") and errors.count("\n") == 1
