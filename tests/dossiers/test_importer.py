"""Dossiers from CSV: bad rows reported with line and reason, the rest loaded."""
from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

import pytest

from dossiers import importer
from dossiers.importer import COLUMNS, WrongFile, lines, load
from dossiers.tables import ChangeRow
from store.base import utc_now

GOOD = {"number": "G01.123.456-261102-000101", "service": "passport", "status": "4", "office": "Công an tỉnh (mẫu)",
        "filed_on": "2026-11-02", "due_on": "2026-11-12", "changed_at": "2026-11-03 09:15", "note": "",
        "phone_last4": "1234", "id_last4": "5678"}
OTHER = {**GOOD, "number": "H41.12-261112-0007"}


def table(*rows: dict[str, str]) -> str:
    made = io.StringIO()
    writer = csv.DictWriter(made, [*COLUMNS])
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


def test_a_good_row_is_stored_as_it_stands(loaded):
    report, rows = loaded(table({**GOOD, "note": "Bổ sung ảnh, đơn"}))
    assert (report.loaded, report.rejected) == (1, [])
    row = rows[GOOD["number"]]
    assert (row.service, row.status, row.office, row.filed_on, row.due_on, row.note) == (
        "passport", 4, GOOD["office"], date(2026, 11, 2), date(2026, 11, 12), "Bổ sung ảnh, đơn")


def test_the_digits_are_stored_as_hashes_only(loaded, digits):
    _, rows = loaded(table(GOOD))
    row = rows[GOOD["number"]]
    assert row.phone_hash == digits.hash(row.number, "1234")
    assert row.id_hash == digits.hash(row.number, "5678")
    assert "1234" not in {value for value in vars(row).values() if isinstance(value, str)}


def test_times_are_vietnams_and_kept_in_utc(loaded):
    _, rows = loaded(table(GOOD))
    assert rows[GOOD["number"]].changed_at == datetime(2026, 11, 3, 2, 15)


@pytest.mark.parametrize(("change", "column", "value"), [
    ({"number": "g01 123 456 261102 000101"}, "number", GOOD["number"]),
    ({"status": "Đang xử lý"}, "status", 4), ({"status": " 10 "}, "status", 10), ({"status": "supplement"}, "status", 5),
    ({"filed_on": "02/11/2026"}, "filed_on", date(2026, 11, 2)), ({"due_on": ""}, "due_on", None),
    ({"service": ""}, "service", None), ({"id_last4": ""}, "id_hash", None), ({"phone_last4": ""}, "phone_hash", None),
    ({"office": " Thuế "}, "office", "Thuế"),
])
def test_what_may_be_written_in_several_ways_is_read(loaded, change, column, value):
    report, rows = loaded(table({**GOOD, **change}))
    assert report.rejected == []
    assert getattr(rows[GOOD["number"]], column) == value


def test_an_empty_moment_means_now(loaded):
    _, rows = loaded(table({**GOOD, "changed_at": ""}))
    assert abs(rows[GOOD["number"]].changed_at - utc_now()) < timedelta(minutes=5)


@pytest.mark.parametrize(("change", "reason"), [
    ({"number": ""}, "number: "), ({"number": "12345"}, "number: "), ({"number": "1.001193.000.00.00.H41"}, "number: "),
    ({"number": f"{GOOD['number']} {OTHER['number']}"}, "number: "),
    ({"service": "Hộ chiếu"}, "service: "), ({"service": "x" * 41}, "service: "),
    ({"status": ""}, "status: "), ({"status": "0"}, "status: "), ({"status": "11"}, "status: "), ({"status": "xong"}, "status: "),
    ({"office": "  "}, "office: "), ({"filed_on": ""}, "filed_on: "), ({"filed_on": "2026-02-30"}, "filed_on: "),
    ({"filed_on": "11/02/26"}, "filed_on: "), ({"due_on": "sớm"}, "due_on: "), ({"changed_at": "2026-11-03"}, "changed_at: "),
    ({"changed_at": "2026-11-03 25:00"}, "changed_at: "), ({"phone_last4": "", "id_last4": ""}, "phone_last4, id_last4: "),
    ({"phone_last4": "0912345678"}, "phone_last4: "), ({"phone_last4": "12a4"}, "phone_last4: "),
    ({"id_last4": "١٢٣٤"}, "id_last4: "), ({"note": "a\ufffdb"}, "service, status, office, note: "),
])
def test_a_bad_row_is_reported_with_its_line_and_reason_and_the_rest_loaded(loaded, change, reason):
    report, rows = loaded(table(OTHER, {**GOOD, **change}, {**OTHER, "number": "H41.12-261112-0008"}))
    [(line, why)] = report.rejected
    assert line == 3
    assert why.startswith(reason)
    assert sorted(rows) == ["H41.12-261112-0007", "H41.12-261112-0008"]
    assert report.loaded == 2


def test_a_reason_never_repeats_the_digits(loaded):
    report, _ = loaded(table({**GOOD, "phone_last4": "0912345678"}, {**GOOD, "id_last4": "040199012345"}))
    assert len(report.rejected) == 2
    assert not any("0912345678" in why or "040199012345" in why for _, why in report.rejected)


def test_every_bad_row_is_reported(loaded):
    report, rows = loaded(table(*({**GOOD, "status": "?"} for _ in range(5))))
    assert [line for line, _ in report.rejected] == [2, 3, 4, 5, 6]
    assert rows == {}


def test_a_comma_without_quotes_is_reported_instead_of_shifting_the_cells(loaded):
    """The cells after it would be read as other people's digits."""
    report, rows = loaded(table({**GOOD, "note": "NOTE"}, OTHER).replace("NOTE", "gọi số,4321"))
    assert [line for line, _ in report.rejected] == [2]
    assert list(rows) == [OTHER["number"]]


def test_a_row_that_is_cut_short_is_reported(loaded):
    report, rows = loaded(table(OTHER) + "G01.123.456-261102-000101,passport\n")
    assert [line for line, _ in report.rejected] == [3]
    assert list(rows) == [OTHER["number"]]


@pytest.mark.parametrize("following", ["", "một, hai", 'hẹn "gấp"'])
def test_a_quote_that_is_never_closed_is_reported_and_mixes_no_two_rows(loaded, following):
    """A quote of a later row would close it, and the first dossier would get that one's digits."""
    text = table(OTHER, {**GOOD, "note": "NOTE"}, {**OTHER, "number": "H41.12-261112-0008", "note": following})
    report, rows = loaded(text.replace("NOTE", '"thiếu giấy'))
    assert len(report.rejected) == 1
    assert list(rows) == [OTHER["number"]]


def test_a_line_with_a_nul_is_reported_and_the_next_one_read(loaded):
    report, rows = loaded(table({**GOOD, "note": "NOTE"}, OTHER).replace("NOTE", "a\0b"))
    assert [line for line, _ in report.rejected] == [2]
    assert list(rows) == [OTHER["number"]]


def test_a_repeated_import_updates_the_dossier(loaded, digits):
    loaded(table(GOOD, OTHER))
    report, rows = loaded(table({**GOOD, "status": "9", "due_on": "", "phone_last4": "4321", "number": GOOD["number"].lower()}))
    assert report.loaded == 1
    assert len(rows) == 2
    row = rows[GOOD["number"]]
    assert (row.status, row.due_on, row.phone_hash) == (9, None, digits.hash(row.number, "4321"))


def test_the_last_of_two_rows_of_one_dossier_counts(loaded):
    _, rows = loaded(table(GOOD, {**GOOD, "status": "9"}))
    assert rows[GOOD["number"]].status == 9


def test_a_file_larger_than_a_batch_is_loaded_whole(loaded, monkeypatch):
    monkeypatch.setattr(importer, "BATCH", 3)
    report, rows = loaded(table(*({**GOOD, "number": f"H41.12-261112-{serial:04}"} for serial in range(10))))
    assert report.loaded == len(rows) == 10


def test_columns_may_stand_in_any_order_and_others_beside_them(loaded):
    made = io.StringIO()
    writer = csv.DictWriter(made, [*reversed(COLUMNS), "applicant"])
    writer.writeheader()
    writer.writerow({**GOOD, "applicant": "Nguyễn Thị Mẫu"})
    report, rows = loaded(made.getvalue())
    assert report.loaded == 1
    assert "Nguyễn Thị Mẫu" not in str(vars(rows[GOOD["number"]]))


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(loaded, column):
    with pytest.raises(WrongFile, match=column):
        loaded(table(GOOD).replace(column, "x", 1))


@pytest.mark.parametrize("text", ["", "\n", "a;b;c", '"unclosed', "a\0b"])
def test_what_is_no_table_is_told_so(loaded, text):
    with pytest.raises(WrongFile):
        loaded(text)


@pytest.mark.parametrize("encoding", ["utf-16", "cp1258", "latin-1"])
@pytest.mark.parametrize("good_rows", [0, 300])
def test_a_file_in_another_encoding_is_told_so(tmp_path, database, encoding, good_rows, digits):
    """Wherever in the file the first odd byte stands."""
    path = tmp_path / "dossiers.csv"
    plain = {**GOOD, "office": "Cong an"}
    odd = table({**plain, "office": "Công an"}).splitlines()[1]
    path.write_bytes("\n".join((*table(*[plain] * (good_rows + 1)).splitlines(), odd)).encode(encoding))
    with path.open(encoding="utf-8-sig", newline="") as file, pytest.raises(WrongFile, match="UTF-8"):
        load(file, database, digits)


def test_the_report_is_told_line_by_line(loaded):
    report, _ = loaded(table(OTHER, {**GOOD, "status": "?"}))
    said = list(lines(report))
    assert said[0].startswith("line 3: status: ")
    assert said[-1] == "1 dossiers loaded, 1 rows rejected"


def changes(database) -> list[ChangeRow]:
    with database.session() as session:
        return list(session.query(ChangeRow).order_by(ChangeRow.version))


def test_the_same_file_again_changes_nothing(loaded, database):
    first, rows = loaded(table(GOOD, OTHER))
    again, same = loaded(table(GOOD, OTHER))
    assert (first.written.new, first.unchanged, again.written.new, again.unchanged, again.loaded) == (2, 0, 0, 2, 2)
    assert {row.seen_at for row in rows.values()} == {row.seen_at for row in same.values()}
    assert changes(database) == []


@pytest.mark.parametrize("change", [
    {"status": "5"}, {"office": "UBND xã (mẫu)"}, {"note": "Bổ sung ảnh"}, {"due_on": "2026-11-20"}])
def test_a_change_is_kept_in_the_history_with_its_time(loaded, database, change):
    loaded(table(GOOD))
    report, rows = loaded(table({**GOOD, **change, "changed_at": "2026-11-10 10:00"}))
    [past] = changes(database)
    assert (report.written.changed, rows[GOOD["number"]].version, past.version) == (1, 2, 1)
    assert (past.status, past.office, past.note, past.due_on, past.changed_at) == (
        4, GOOD["office"], "", date(2026, 11, 12), datetime(2026, 11, 3, 2, 15))


def test_every_state_of_a_dossier_in_one_file_is_kept(loaded, database):
    later = [{**GOOD, "status": str(status), "changed_at": f"2026-11-0{status} 09:00"} for status in (4, 5, 9)]
    _, rows = loaded(table({**GOOD, "status": "2", "changed_at": "2026-11-02 09:00"}, *later))
    assert [past.status for past in changes(database)] == [2, 4, 5]
    assert (rows[GOOD["number"]].status, rows[GOOD["number"]].version, rows[GOOD["number"]].supplemented) == (9, 4, True)


def test_an_older_state_does_not_take_the_place_of_a_newer_one(loaded, database):
    loaded(table({**GOOD, "status": "9", "changed_at": "2026-11-20 09:00"}))
    report, rows = loaded(table(GOOD))
    assert (report.written.older, rows[GOOD["number"]].status, changes(database)) == (1, 9, [])


def test_a_correction_is_no_change(loaded, database):
    loaded(table(GOOD))
    report, rows = loaded(table({**GOOD, "service": "citizen_id_card", "phone_last4": "9999"}))
    assert (report.written.corrected, rows[GOOD["number"]].version, changes(database)) == (1, 1, [])
    assert rows[GOOD["number"]].service == "citizen_id_card"


def test_what_the_service_index_needs_may_stand_in_the_file(loaded):
    more = {"level": "commune", "channel": "2", "paid_online": "1", "finished_on": "2026-11-11", "supplement_by": "11/11/2026"}
    text = table(GOOD).splitlines()
    _, rows = loaded(f"{text[0]},{','.join(more)}\n{text[1]},{','.join(more.values())}\n")
    row = rows[GOOD["number"]]
    assert (row.level, row.channel, row.paid_online, row.finished_on, row.supplement_by) == (
        "commune", 2, True, date(2026, 11, 11), date(2026, 11, 11))


@pytest.mark.parametrize(("column", "value"), [("level", "ward"), ("channel", "4"), ("paid_online", "yes"), ("finished_on", "soon")])
def test_a_wrong_cell_of_those_is_named(loaded, column, value):
    text = table(GOOD).splitlines()
    report, _ = loaded(f"{text[0]},{column}\n{text[1]},{value}\n")
    assert report.rejected[0][1].startswith(f"{column}: ")


def test_signs_that_mean_something_to_a_database_are_kept_as_they_are(loaded):
    note = 'a\\b "c" \t\'d\' \\N %s'
    _, rows = loaded(table({**GOOD, "note": note}))
    assert rows[GOOD["number"]].note == note.strip()


def test_progress_is_told_after_each_batch(database, digits, monkeypatch):
    monkeypatch.setattr(importer, "BATCH", 2)
    told = []
    text = table(*({**GOOD, "number": f"H41.12-261112-{serial:04}"} for serial in range(5)))
    load(io.StringIO(text, newline=""), database, digits, progress=lambda count, seconds: told.append(count))
    assert told == [2, 4, 5]


def test_more_bad_rows_than_the_report_names_are_counted_and_told(database, digits, monkeypatch):
    monkeypatch.setattr(importer, "MOST_KEPT", 3)
    told = []
    report = load(io.StringIO(table(*[{**GOOD, "status": "?"}] * 5), newline=""), database, digits,
                  rejected=lambda line, reason: told.append(line))
    assert (len(report.rejected), report.refused, told) == (3, 5, [2, 3, 4, 5, 6])
    assert "... and 2 more" in list(lines(report, 3))
