"""Workbooks and YAML through HTTP: shown before anything changes, then drafts and never more."""
from __future__ import annotations

import io
import zipfile

import aiohttp
import pytest
from openpyxl import load_workbook

from catalogue import files
from catalogue.packed import MOST_BYTES, MOST_UNPACKED
from tests.staff.conftest import ON_ONE
from tests.staff.pages import fields


async def downloaded(mine, query):
    await mine.get(f"/exchange/export?{query}")
    assert mine.status == 200
    return mine.body


async def upload(mine, data, name="sua.xlsx"):
    await mine.get("/exchange")
    sent = aiohttp.FormData()
    sent.add_field("csrf", mine.csrf)
    sent.add_field("file", data, filename=name, content_type="application/octet-stream")
    return await mine.post_form("/exchange/import", sent)


async def make(mine):
    return await mine.post("/exchange/drafts", fields(mine.text, "/exchange/drafts"))


def changed(data, sheet, row, key, value):
    book = load_workbook(io.BytesIO(data))
    made = next(one for one in book.worksheets if str(one["A1"].value).startswith(f"{sheet}:"))
    keys = [str(cell.value).rpartition(":")[2] for cell in made[1]]
    made.cell(row, keys.index(key) + 1).value = value
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


async def test_a_workbook_goes_out_is_changed_and_comes_back_as_a_draft(someone, console, passport):
    lan, hoa = await someone("lan", "editor"), await someone("hoa", "approver")
    data = await downloaded(lan, "as=xlsx")
    assert "attachment" in lan.headers["Content-Disposition"]
    assert [sheet.title for sheet in load_workbook(io.BytesIO(data)).worksheets][:4] == ["Hướng dẫn", "Tổng quan", "Trường hợp", "Ai được làm"]
    await upload(lan, changed(data, "fees", 4, "amount_vnd", 250_000))
    assert lan.status == 200 and "200000" in lan.text and "250000" in lan.text and "1 thay đổi" in lan.text
    assert console.drafts.all_open() == [], "nothing changes before the button"
    await make(lan)
    assert "đã tạo bản soạn" in lan.text
    draft = console.drafts.current("passport")
    passport["fees"][0]["periods"][1]["amount_vnd"] = 250_000
    assert (draft.state, draft.writers, draft.content) == ("writing", ("lan",), passport)
    assert "sua.xlsx" in draft.reason
    assert console.revisions.live()["passport"][0] == 1, "and nothing is live"
    assert ("lan", "draft imported", "passport") in [(one.who, one.action, one.what) for one in console.audit.page()]
    console.drafts.submit(draft.id, draft.version, "vì")
    await hoa.get("/scripts/passport")
    await hoa.post("/scripts/passport/decide", [*fields(hoa.text, "/scripts/passport/decide"), ("do", "approve")])
    assert console.revisions.live()["passport"] == (2, passport)


@pytest.mark.parametrize(("query", "name"), [("as=xlsx", "a.xlsx"), ("as=zip", "a.zip"), ("as=yml&script=passport", "passport.yml"),
                                             ("as=yml&script=_shared", "x.yaml"), ("as=xlsx&script=passport", "a.XLSX")])
async def test_what_comes_back_unchanged_changes_nothing(someone, console, query, name):
    mine = await someone("lan", "editor")
    await upload(mine, await downloaded(mine, query), name)
    assert mine.status == 200 and "không có gì khác" in mine.text
    assert 'value="passport" checked' not in mine.text


async def test_a_mistake_is_told_with_its_cell_and_nothing_is_offered(someone):
    mine = await someone("lan", "editor")
    data = await downloaded(mine, "as=xlsx")
    await upload(mine, changed(data, "overview", 3, "short.vi", "x" * 40))
    assert mine.status == 422
    row = mine.text[mine.text.index("<tbody>"):mine.text.index("</tbody>")]
    assert "<td>Tổng quan</td><td>3</td><td>" in row and "nhiều nhất 32 ký tự" in row
    assert 'name="script"' not in mine.text


@ON_ONE
@pytest.mark.parametrize(("data", "name", "told"), [
    (b"nonsense", "a.xlsx", "không phải tệp Excel"), (b"", "a.xlsx", "tệp không có gì"), (b"id: [", "a.yml", "không đọc được YAML"),
    (b"- 1", "a.yml", "không phải một thủ tục"), (b"a: &x [1]\nb: *x", "a.yml", "bí danh"), (b"[" * 50 + b"]" * 50, "a.yml", "quá nhiều tầng"), (b"[" * 9_000, "a.yml", "YAML"),
    ("name: ế".encode("utf-16"), "a.yml", "không đọc được YAML"), (b"id: passport", "a.yml", "còn thiếu"),
    (b"id: passport\nid: passport", "a.yml", "không đọc được YAML"), (b"topics: 7", "a.yml", "không đúng kiểu"),
    (b"id: <script>alert(1)</script>", "a.yml", "không phải một thủ tục")])
async def test_what_cannot_be_read_is_told(someone, console, data, name, told):
    mine = await upload(await someone("lan", "editor"), data, name)
    assert mine.status == 422 and told in mine.text and console.drafts.all_open() == []
    assert "<script>alert" not in mine.text


async def test_a_bomb_is_told_and_not_opened(someone):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.yml", b"0" * (MOST_UNPACKED + 1))
    mine = await upload(await someone("lan", "editor"), held.getvalue(), "a.zip")
    assert mine.status == 422 and "bung ra quá lớn" in mine.text


async def test_an_upload_past_the_limit_is_told(someone):
    mine = await upload(await someone("lan", "editor"), b"0" * (MOST_BYTES + 10))
    assert mine.status == 413 and "quá lớn" in mine.text


async def test_no_file_is_told(someone):
    mine = await someone("lan", "editor")
    await mine.get("/exchange")
    await mine.post("/exchange/import", {"file": "no file"})
    assert mine.path == "/exchange?said=file_wanted"


async def test_a_script_with_a_draft_is_left_alone(someone, console):
    mine = await someone("lan", "editor")
    data = changed(await downloaded(mine, "as=xlsx"), "fees", 4, "amount_vnd", 250_000)
    console.drafts.open("passport", "minh")
    await upload(mine, data)
    assert "đang có bản soạn" in mine.text and 'name="script"' not in mine.text


async def test_a_draft_that_is_begun_between_report_and_button_is_left_alone(someone, console, passport):
    mine = await someone("lan", "editor")
    await upload(mine, changed(await downloaded(mine, "as=xlsx"), "fees", 4, "amount_vnd", 250_000))
    console.drafts.open("passport", "minh")
    await make(mine)
    assert "giữ nguyên" in mine.text and console.drafts.current("passport").content == passport


async def test_a_publication_between_report_and_button_is_not_undone(someone, console, passport):
    mine = await someone("lan", "editor")
    await upload(mine, changed(await downloaded(mine, "as=xlsx"), "fees", 4, "amount_vnd", 250_000))
    passport["short"]["en"] = "Newer"
    console.revisions.publish("passport", passport, "import", "meanwhile")
    await make(mine)
    assert "vừa thay đổi" in mine.text and console.drafts.all_open() == []


async def test_an_old_workbook_warns_that_it_brings_old_content_back(someone, console, passport):
    mine = await someone("lan", "editor")
    data = await downloaded(mine, "as=xlsx")
    passport["short"]["en"] = "Newer"
    console.revisions.publish("passport", passport, "import", "meanwhile")
    await upload(mine, data)
    assert "kẻo đưa lại nội dung cũ" in mine.text and "Newer" in mine.text


@pytest.mark.parametrize("held", ["", "x", "AAAA", "eJwDAAAAAAE="])
async def test_a_button_with_made_up_content_makes_nothing(someone, console, held):
    mine = await someone("lan", "editor")
    await mine.get("/exchange")
    await mine.post("/exchange/drafts", {"held": held, "script": "passport"})
    assert mine.status == 400 and console.drafts.all_open() == []


async def test_a_button_with_content_that_breaks_the_rules_makes_nothing(someone, console):
    from catalogue.exchange import Proposal, pack

    mine = await someone("lan", "editor")
    await mine.get("/exchange")
    held = pack([Proposal("passport", 1, {"id": "passport", "short": 7}, ())])
    await mine.post("/exchange/drafts", {"held": held, "script": "passport"})
    assert "chưa đúng" in mine.text and console.drafts.all_open() == []


async def test_a_new_script_comes_in_as_yaml(someone, console, passport):
    mine = await someone("lan", "editor")
    passport["id"], passport["programme"], passport["number"] = "new_service", "decision422", 1
    await upload(mine, files.dump(passport).encode(), "new_service.yml")
    await make(mine)
    assert console.drafts.current("new_service").content == passport
    assert (await mine.get("/scripts/new_service")).status == 200


@pytest.mark.parametrize("query", ["script=nothing", "as=exe", "script=_shared&as=xlsx", "script=../passport"])
async def test_what_is_not_there_is_not_exported(someone, query):
    mine = await (await someone("lan", "reader")).get(f"/exchange/export?{query}")
    assert mine.status == 404


async def test_a_reader_downloads_but_is_not_shown_the_upload(someone):
    mine = await (await someone("lan", "reader")).get("/exchange")
    assert 'type="file"' not in mine.text and "as=xlsx" in mine.text


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_workbook_in_any_language_is_read(someone, accounts, language):
    mine = await someone("lan", "editor")
    accounts.set_language("lan", language)
    data = await downloaded(mine, "as=xlsx")
    book = load_workbook(io.BytesIO(data))
    assert len({sheet.title for sheet in book.worksheets}) == 17
    accounts.set_language("lan", "vi")
    await upload(mine, data)
    assert "không có gì khác" in mine.text
