"""A service that staff have just published, of which the model knows nothing, is answered to its button and to its name."""
from __future__ import annotations

import copy
import time

import pytest
from sqlalchemy import delete, select, update

from catalogue.catalogue import FRESH_SECONDS
from catalogue.revisions import Revisions
from catalogue.tables import CatalogueVersion, LiveScript
from conversations.tables import Turn
from tests.conftest import _read

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def published(real_bot):
    """A new service in the running bot; it is gone again afterwards."""
    content = copy.deepcopy(_read("passport")) | {
        "id": "house_permit", "programme": "decision422", "number": 1, "short": {"vi": "Phép xây nhà", "en": "House permit"},
        "name": {"vi": "Cấp giấy phép xây dựng nhà ở", "en": "Building permit for a house"},
        "aliases": {"vi": ["giấy phép làm nhà"], "en": []}}
    Revisions(real_bot.database).publish("house_permit", content, "lan", "new")
    time.sleep(FRESH_SECONDS)
    yield
    with real_bot.database.session() as session:
        session.execute(delete(LiveScript).where(LiveScript.script == "house_permit"))
        session.execute(update(CatalogueVersion).values(version=CatalogueVersion.version + 1))
    time.sleep(FRESH_SECONDS)


def about(replies):
    [reply] = replies
    return reply.about.kind, reply.about.service, list(reply.about.aspects)


async def test_its_buttons_are_answered(published, talk):
    assert about(await talk("/house_permit")) == ("procedure", "house_permit", ["overview"])
    assert about(await talk('/house_permit{"aspect": "fee", "case": "lost"}')) == ("procedure", "house_permit", ["fee"])
    [reply] = await talk('/house_permit{"aspect": "faq"}')
    assert (reply.outcome, reply.about.service) == ("questions_listed", "house_permit")
    assert about(await talk("/start house_permit")) == ("procedure", "house_permit", ["overview"])


@pytest.mark.parametrize(("text", "language"), [
    ("Phép xây nhà", "vi"), ("phep xay nha", "vi"), ("Cấp giấy phép xây dựng nhà ở!", "vi"), ("giấy phép làm nhà", "vi"), ("house permit", "en")])
async def test_its_name_is_answered_in_the_language_of_the_name(published, talk, text, language):
    [reply] = await talk(text)
    assert (reply.about.service, reply.about.language, reply.about.intent) == ("house_permit", language, "ask_service")


async def test_a_follow_up_is_about_it(published, talk):
    await talk("Phép xây nhà")
    assert about(await talk("hết bao nhiêu tiền"))[:2] == ("procedure", "house_permit")


async def test_it_stands_in_the_list(published, talk):
    found = [button.payload for page in range(3) for reply in await talk(f'/list_services{{"item": "{page}"}}')
             for row in reply.buttons for button in row]
    assert "/house_permit" in found


async def test_a_turn_knows_its_service_whether_written_or_pressed(published, talk, real_bot, sender):
    for text in ("Phép xây nhà", '/house_permit{"aspect": "fee"}', "/passport", "cần giấy tờ gì"):
        await talk(text)
    with real_bot.database.session() as session:
        turns = list(session.execute(select(Turn).where(Turn.chat == f"test:{sender}").order_by(Turn.id)).scalars())
    assert [(turn.service, turn.aspect) for turn in turns] == [
        ("house_permit", "overview"), ("house_permit", "fee"), ("passport", "overview"), ("passport", "documents")]


@pytest.mark.parametrize("text", ["/no_such_service", "/session_start", "/house"])
async def test_what_is_no_service_is_still_refused(published, talk, text):
    [reply] = await talk(text)
    assert reply.outcome == "unreadable"
