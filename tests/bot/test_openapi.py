"""The documented addresses: what the page allows and forbids is sent to them, and the answers are compared with the page."""
from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from answers.reply import KINDS, About
from bot import server

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = schemathesis.openapi.from_path(str(ROOT / "docs/openapi.yml"))
OPERATIONS = {f"{found.ok().method.upper()} {found.ok().path}": found.ok() for found in SCHEMA.get_all_operations()}
OURS = [name for name in OPERATIONS if "/staff/" not in name]
FEW = settings(max_examples=60, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
"""The same examples at every run: a test that fails must fail again."""

pytestmark = pytest.mark.model


@pytest.fixture
async def address(conversation, metrics, real_bot, aiohttp_server) -> str:
    checks = {"database": real_bot.database.ready, "model": lambda: True}
    return str((await aiohttp_server(server.build(conversation, metrics, checks))).make_url("")).rstrip("/")


def test_the_page_knows_every_key_and_kind_of_an_answer():
    about = SCHEMA.raw_schema["components"]["schemas"]["About"]
    assert set(about["required"]) == set(about["properties"]) == set(About("talk").as_dict())
    assert tuple(about["properties"]["kind"]["enum"]) == KINDS


def test_the_page_describes_every_address_that_is_a_contract(real_bot):
    routes = {f"{route.method} {route.resource.canonical}" for route in real_bot.app.router.routes()}
    contracts = {name for name in routes if "/webhooks/" in name or name.split()[1] in ("/healthz", "/readyz", "/metrics")}
    assert {name for name in contracts if not name.startswith("HEAD")} == set(OURS)


@pytest.mark.parametrize("name", OURS)
async def test_what_is_allowed_is_answered_as_the_page_says(name, address):
    @FEW
    @given(case=OPERATIONS[name].as_strategy())
    def ask(case) -> None:
        response = case.call(base_url=address)
        assert response.status_code == 200, response.text
        case.validate_response(response)

    await asyncio.to_thread(ask)


ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=8)
KEYS = st.sampled_from(["sender", "message", "session", "text", "language", "got", "x"])


@pytest.mark.parametrize("path", ["/webhooks/rest/webhook", "/webhooks/rest/mydata", "/chat/messages", "/chat/news", "/chat/mydata",
                                  "/chat/photo?session=a"])
async def test_whatever_else_is_sent_is_told_what_is_wrong(path, address):
    import requests

    body = st.binary(max_size=300) | ANYTHING.map(repr).map(str.encode) | st.dictionaries(KEYS, ANYTHING, max_size=4).map(_json)
    kind = st.sampled_from(["application/json", "text/plain", "application/json; charset=x", "multipart/form-data", "a/b; charset=utf-16"])

    @FEW
    @given(body=body, kind=kind)
    def ask(body: bytes, kind: str) -> None:
        response = requests.post(address + path, data=body, headers={"Content-Type": kind})
        assert response.status_code in (200, 400), (body, kind, response.text)

    await asyncio.to_thread(ask)


def _json(value: object) -> bytes:
    import json

    return json.dumps(value).encode()
