"""What an operator counts, and that no citizen is in it."""
from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.model
NUMBER = "G01.123.456-261102-000101"


async def test_metrics_are_served_in_the_form_prometheus_reads(client):
    response = await client.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")


async def test_an_answer_is_counted_by_channel_kind_and_outcome(ask, counted):
    labels = {"channel": "rest", "kind": "procedure", "outcome": "answered"}
    assert await counted("bot_answers_total", **labels) == 0
    await ask("/passport")
    await ask("/passport")
    assert await counted("bot_answers_total", **labels) == 2


async def test_an_answer_about_a_service_is_counted_by_its_aspect(ask, counted):
    await ask('/passport{"aspect": "fee"}')
    assert await counted("bot_service_answers_total", service="passport", aspect="fee") == 1
    assert await counted("bot_service_answers_total", service="passport", aspect="overview") == 0


async def test_the_web_chat_is_counted_apart(client, counted, sender):
    await client.post("/chat/messages", json={"session": sender, "text": "/greet"})
    assert await counted("bot_answers_total", channel="web", kind="talk", outcome="greeted") == 1
    assert await counted("bot_answers_total", channel="rest", kind="talk", outcome="greeted") == 0


async def test_every_message_has_its_time_counted(ask, counted):
    await ask("/greet")
    await ask("/passport")
    assert await counted("bot_message_seconds_count", channel="rest") == 2
    assert await counted("bot_message_seconds_bucket", channel="rest", le="+Inf") == 2


async def test_a_status_shown_is_not_counted_as_an_answer_about_its_service(ask, counted):
    await ask(NUMBER)
    await ask("1234")
    assert await counted("bot_answers_total", channel="rest", kind="status", outcome="status_shown") == 1
    assert await counted("bot_service_answers_total", service="passport", aspect="overview") == 0


async def test_nothing_a_citizen_wrote_is_in_the_metrics(client, ask, sender):
    for text in ("tên em là Nguyễn Văn Mẫu", NUMBER, "1234"):
        await ask(text)
    families = text_string_to_metric_families(await (await client.get("/metrics")).text())
    labels = {value for family in families for sample in family.samples for value in sample.labels.values()}
    assert "status_shown" in labels
    assert not [label for label in labels for text in ("Nguyễn", "000101", "1234", sender) if text in label]


async def test_who_waits_for_a_person_and_for_how_long_is_shown(counted, metrics):
    metrics.at_the_desk(waiting=3, late=1, taken=2, oldest=90.5)
    for state, count in (("waiting", 3), ("late", 1), ("taken", 2)):
        assert await counted("bot_conversations_with_people", state=state) == count
    assert await counted("bot_longest_wait_seconds") == 90.5


@pytest.mark.parametrize(("digits", "result"), [("1234", "status_shown"), ("0000", "no_match")])
async def test_a_look_up_is_counted_by_what_became_of_it(digits, result, ask, counted):
    for text in (NUMBER, digits):
        await ask(text)
    assert await counted("bot_lookups_total", result=result) == 1


async def test_what_waits_in_the_outbox_is_shown(counted, metrics):
    metrics.in_outbox({"telegram": (3, 90.5), "web": (0, 0.0)})
    assert await counted("bot_outbox_due", channel="telegram") == 3
    assert await counted("bot_outbox_oldest_seconds", channel="telegram") == 90.5
    assert await counted("bot_outbox_oldest_seconds", channel="web") == 0


async def test_the_model_and_the_revisions_in_use_are_named_and_those_before_are_not(counted, metrics):
    metrics.in_use("files", "0123", {"passport": 6})
    metrics.in_use("training-7", "0123", {"passport": 7})
    assert await counted("bot_model_info", model="training-7", files="0123") == 1
    assert await counted("bot_revision_info", service="passport", revision="7") == 1
    assert await counted("bot_revision_info", service="passport", revision="6") == 0


async def test_the_whole_bot_shows_what_it_uses(real_bot):
    await real_bot._watch()
    told = real_bot.metrics.text().decode()
    assert 'bot_model_info{files="' in told and 'bot_revision_info{revision="1",service="passport"} 1.0' in told
    assert 'bot_outbox_oldest_seconds{channel="telegram"} 0.0' in told and "bot_longest_wait_seconds 0.0" in told
