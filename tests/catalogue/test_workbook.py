"""Scripts as a workbook: nothing is lost between script and workbook, cells are what they seem, and every mistake has its cell."""
from __future__ import annotations

import copy
import io
import unicodedata
import zipfile
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from catalogue import files, packed, workbook, workbook_reading
from catalogue.sheets import SHEETS, at, put
from tests.conftest import SERVICES, _read


def label(key):
    return "" if key.startswith("note.") else key


def written(**scripts):
    return workbook.write({name: (7, content) for name, content in scripts.items()}, label, ["a guide"])


def back(data, **before):
    reading = workbook_reading.read(data, before)
    assert reading.mistakes == []
    return reading.contents


@pytest.fixture
def book(passport):
    """The passport's workbook, open to be changed as in Excel; `read` reads it again."""

    class Book:
        opened = load_workbook(io.BytesIO(written(passport=passport)))

        def cell(self, sheet, row, key):
            made = self.opened[sheet]
            keys = [str(cell.value).rpartition(":")[2] for cell in made[1]]
            return made.cell(row, keys.index(key) + 1)

        def read(self):
            held = io.BytesIO()
            self.opened.save(held)
            return workbook_reading.read(held.getvalue(), {"passport": passport})

    return Book()


def test_all_scripts_come_back_as_they_were(scripts):
    assert back(written(**scripts), **scripts) == scripts


def test_each_script_comes_back_as_it_was_in_the_order_of_its_fields(service, data):
    found = back(written(**{service: data}), **{service: data})[service]
    assert found == data and list(found) == list(data)
    assert files.dump(found) == files.dump(data)


def test_a_script_that_is_there_in_the_workbook_alone_comes_back_too(passport):
    """Without anything to compare with, only what an empty cell cannot tell is gone."""
    found = workbook_reading.read(written(passport=passport), {"passport": {}}).contents["passport"]
    assert files.check(found, "passport", "passport") == []


# Any letter Excel can hold; spaces at the ends are nobody's meaning.
TEXTS = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp"), blacklist_characters="\ufffe\uffff"), min_size=1, max_size=40).map(
    lambda text: unicodedata.normalize("NFC", text).strip() or "x").filter(lambda text: text == text.strip())
HOSTILE = st.sampled_from(["=1+1", "=HYPERLINK(\"http://x\")", "+84", "-1", "@SUM(A1)", "#N/A", "TRUE", "001", "1e5", "31/12/2026", "x\ny", "'a"])
PLACES = ("name.vi", "agency.en", "summary.vi", "steps.0.vi", "documents.1.name.en", "faq.0.q.vi", "faq.1.a.en", "legal_basis.0.vi",
          "fees.0.what.vi", "sources.0.title", "sources.1.supports", "uncertain.0", "documents.0.form", "sources.2.date", "fees.0.periods.0.note")
LISTS = ("steps", "documents", "fees", "faq", "sources", "uncertain", "cases", "duration", "related", "online.note")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_a_script_says_comes_back(data):
    name = data.draw(st.sampled_from(SERVICES))
    script = copy.deepcopy(_read(name))
    for place in data.draw(st.lists(st.sampled_from(PLACES), max_size=5)):
        text = data.draw(st.one_of(TEXTS, HOSTILE))
        _set(script, place, {"vi": text, "en": text} if place.endswith("note") else text)
    for place in data.draw(st.lists(st.sampled_from(LISTS), max_size=3, unique=True)):
        items = at(script, place) or []
        put(script, place, data.draw(st.permutations(items)) if place != "related" else items[:1])
    if data.draw(st.booleans()):
        script["aliases"]["fr"] = ["passeport"]
        script["short"]["fr"] = "Passeport"
        script["steps"][0]["fr"] = "Ouvrir le site"
    assert back(written(**{name: script}), **{name: script})[name] == script


def _set(script, place, value):
    holder = script
    *parents, last = place.split(".")
    for part in parents:
        holder = holder[int(part)] if isinstance(holder, list) and int(part) < len(holder) else holder.get(part, {}) if isinstance(holder, dict) else {}
    if isinstance(holder, list) and int(last) < len(holder):
        holder[int(last)] = value
    elif isinstance(holder, dict):
        holder[last] = value


def test_every_field_of_a_script_has_a_column():
    schema = files.schema({})
    for sheet in SHEETS:
        if sheet.place in ("", "uncertain", "online.note"):
            continue
        items = schema["properties"][sheet.place]
        node = schema["$defs"][items["$ref"].rsplit("/", 1)[-1]]["items"] if "$ref" in items else items["items"]
        fields = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]["properties"].keys() - {"periods"}
        assert fields - {"vi"} <= {column.key for column in sheet.columns}, sheet.name
    for name, sheet in (("feePeriod", "fees"), ("durationPeriod", "duration")):
        [found] = [one for one in SHEETS if one.name == sheet]
        assert schema["$defs"][name]["properties"].keys() == {column.key for column in found.inner}
    places = {sheet.place for sheet in SHEETS} | {column.key.partition(".")[0] for column in SHEETS[0].columns} | {"id", "online"}
    assert schema["properties"].keys() <= places


def test_dates_and_amounts_are_real_cells_and_texts_are_texts(book, passport):
    assert book.cell("overview", 3, "verified_on").value == datetime.fromisoformat(passport["verified_on"])
    amount = book.cell("fees", 3, "amount_vnd")
    assert (amount.value, amount.number_format) == (100_000, "#,##0")
    assert book.opened["fees"].row_dimensions[1].hidden and book.opened["fees"]["A2"].font.bold


@pytest.mark.parametrize("text", ["=1+1", "=cmd|'/c calc'!A1", "+84 1", "-1", "@SUM(A1:A9)", "#REF!"])
def test_a_text_that_looks_like_a_formula_is_a_text(passport, text):
    passport["agency"]["vi"] = text
    data = written(passport=passport)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets" in name)
    [row] = [row for row in load_workbook(io.BytesIO(data))["overview"].iter_rows(min_row=3) if row[0].value == "passport"]
    [cell] = [cell for cell in row if cell.value == text]
    assert cell.data_type == "s" and (cell.quotePrefix or text.startswith("#"))


def test_a_changed_cell_is_the_only_change(book, passport):
    book.cell("fees", 4, "amount_vnd").value = 250_000
    book.cell("steps", 3, "vi").value = "  Bước mới\r\nhai dòng "
    found = book.read().contents["passport"]
    passport["fees"][0]["periods"][1]["amount_vnd"] = 250_000
    passport["steps"][0]["vi"] = "Bước mới\nhai dòng"
    assert found == passport


@pytest.mark.parametrize(("typed", "read"), [("250.000", 250_000), ("250,000đ", 250_000), (250_000.0, 250_000), (0, 0)])
def test_amounts_are_read_as_people_type_them(book, typed, read):
    book.cell("fees", 3, "amount_vnd").value = typed
    assert book.read().contents["passport"]["fees"][0]["periods"][0]["amount_vnd"] == read


@pytest.mark.parametrize("typed", ["2027-03-01", "01/03/2027", "1/3/2027", datetime(2027, 3, 1)])
def test_days_are_read_as_people_type_them(book, typed):
    book.cell("steps", 3, "from").value = typed
    assert book.read().contents["passport"]["steps"][0]["from"] == "2027-03-01"


def test_a_row_is_added_by_its_number_or_below_another(book, passport):
    made = book.opened["documents"]
    made.append(["passport", 1.5, "Giấy thêm", "Added"])
    made.append(["passport", None, "Giấy nữa", "One more"])
    names = [one["name"]["vi"] for one in book.read().contents["passport"]["documents"]]
    before = [one["name"]["vi"] for one in passport["documents"]]
    assert names == [before[0], "Giấy thêm", "Giấy nữa", *before[1:]]


def test_a_coming_fee_is_a_row_of_the_same_number(book, passport):
    made = book.opened["fees"]
    keys = [str(cell.value).rpartition(":")[2] for cell in made[1]]
    row = [None] * len(keys)
    for key, value in {"script": "passport", "no": 1, "from": "2030-01-01", "amount_vnd": 300_000}.items():
        row[keys.index(key)] = value
    made.append(row)
    periods = book.read().contents["passport"]["fees"][0]["periods"]
    assert periods == [*passport["fees"][0]["periods"], {"from": "2030-01-01", "amount_vnd": 300_000}]


def test_a_row_that_is_deleted_is_an_item_less(book, passport):
    book.opened["faq"].delete_rows(3)
    assert book.read().contents["passport"]["faq"] == passport["faq"][1:]


@pytest.mark.parametrize(("sheet", "key", "value", "rule"), [
    ("fees", "amount_vnd", "hai trăm", "number_wanted"), ("fees", "amount_vnd", 1.5, "number_wanted"), ("fees", "amount_vnd", True, "number_wanted"),
    ("fees", "amount_vnd", "=1+1", "formula"), ("fees", "from", "mai", "day_wanted"),
    ("fees", "ask", "có lẽ", "yes_no_wanted"), ("overview", "script", "no_such", "unknown_script"), ("overview", "script", None, "no_script"),
    ("steps", "script", "no_such", "not_in_overview"), ("steps", "no", "một", "number_wanted"), ("fees", "what.vi", "=A1", "formula")])
def test_a_cell_that_will_not_do_is_named(book, sheet, key, value, rule):
    cell = book.cell(sheet, 3, key)
    cell.value = value
    found = [one for one in book.read().mistakes if one.rule == rule]
    assert found and (found[0].sheet, found[0].row, found[0].column) == (sheet, 3, cell.column_letter)


def test_rows_of_one_fee_that_disagree_are_named(book):
    cell = book.cell("fees", 4, "what.vi")
    cell.value = "Khoản khác"
    [mistake] = book.read().mistakes
    assert (mistake.rule, mistake.row, mistake.column, mistake.limit) == ("differs", 4, cell.column_letter, 3)


def test_a_column_or_a_sheet_that_is_gone_is_named(book):
    book.opened["documents"].delete_cols(book.cell("documents", 1, "name.en").column)
    [mistake] = book.read().mistakes
    assert (mistake.sheet, mistake.rule, mistake.limit) == ("documents", "missing_column", "name.en")
    del book.opened["faq"]
    assert ("missing_sheet", "faq") in [(one.rule, one.limit) for one in book.read().mistakes]


def test_sheets_may_be_called_and_ordered_as_anybody_likes(book, passport):
    book.opened["fees"].title = "Tiền nong"
    book.opened.move_sheet("Tiền nong", -3)
    book.opened.create_sheet("Ghi chú của tôi")["A1"] = "gì cũng được"
    assert book.read().contents == {"passport": passport}


def test_columns_may_be_moved(book, passport):
    made = book.opened["legal_basis"]
    rows = [[cell.value for cell in row] for row in made.iter_rows()]
    for number, row in enumerate(rows, 1):
        for place, value in enumerate([row[0], row[1], *reversed(row[2:])], 1):
            made.cell(number, place).value = value
    assert book.read().contents == {"passport": passport}


def test_a_workbook_says_from_which_revision_it_was_made(book):
    assert book.read().revisions == {"passport": 7}


def test_a_text_longer_than_a_cell_is_refused(passport):
    passport["cases"][0]["words"]["vi"] = ["x" * 60] * 600
    with pytest.raises(workbook.TooLong, match="cases"):
        written(passport=passport)


def test_a_sheet_without_end_is_not_read_to_its_end(book):
    made = book.opened["steps"]
    made.cell(1_000_000, 1).value = "passport"
    assert "too_many_rows" in [one.rule for one in book.read().mistakes]


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 an old xls"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(packed.Unreadable):
        workbook_reading.read(data, {})


def test_a_workbook_that_is_damaged_inside_is_refused(passport):
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written(passport=passport))) as parts, zipfile.ZipFile(held, "w") as made:
        for part in parts.namelist():
            made.writestr(part, parts.read(part) if "sheet3" not in part else b"<worksheet><sheetData><row")
    with pytest.raises(packed.Unreadable, match="damaged"):
        workbook_reading.read(held.getvalue(), {"passport": passport})


def test_a_zip_bomb_is_not_opened():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/worksheets/sheet1.xml", b"0" * (packed.MOST_UNPACKED + 1))
    assert len(held.getvalue()) < 100_000
    with pytest.raises(packed.Unreadable, match="bomb"):
        workbook_reading.read(held.getvalue(), {})


def test_an_upload_past_the_limit_is_refused():
    with pytest.raises(packed.Unreadable, match="too_large"):
        workbook_reading.read(b"x" * (packed.MOST_BYTES + 1), {})


def test_somebody_elses_workbook_lacks_our_sheets():
    held = io.BytesIO()
    Workbook().save(held)
    assert {one.rule for one in workbook_reading.read(held.getvalue(), {}).mistakes} == {"missing_sheet"}
