"""The contract of the REST channel, with the real bot behind it."""
from __future__ import annotations

import json

import pytest

from answers.reply import KINDS, Payload
from answers.words import languages
from bot.rest import MAX_SENDER

URL = "/webhooks/rest/webhook"
CUSTOM = {"kind", "intent", "service", "aspects", "candidates", "dossier", "status", "language", "revision"}
OF_EACH_KIND = {
    "procedure": "/passport", "clarify": "đăng ký cư trú", "fallback": "/out_of_scope", "status": "/dossier_status",
    "handover": "/human_agent", "talk": "/greet",
}

pytestmark = pytest.mark.model


def assert_contract(answers, sender):
    """Every answer has its recipient, its text and exactly one custom object with exactly its keys."""
    assert answers
    for answer in answers:
        assert answer.keys() - {"buttons"} == {"recipient_id", "text", "custom"}
        assert answer["recipient_id"] == sender
        assert isinstance(answer["text"], str)
        assert answer["text"].strip()
        custom = answer["custom"]
        assert custom.keys() == CUSTOM
        assert custom["kind"] in KINDS
        assert custom["language"] in languages()
        assert all(isinstance(aspect, str) for aspect in custom["aspects"])
        assert all(isinstance(service, str) and 0 <= likely <= 1 for service, likely in custom["candidates"])
        assert all(custom[key] is None or isinstance(custom[key], str) for key in CUSTOM - {"aspects", "candidates"})
        for button in answer.get("buttons", []):
            assert button["title"].strip()
            assert button.keys() in ({"title", "payload"}, {"title", "type", "url"})
            assert button.get("type", "web_url") == "web_url"
            assert button.get("url", "https://").startswith("https://")


def payloads(answers):
    return [button["payload"] for answer in answers for button in answer.get("buttons", []) if "payload" in button]


@pytest.mark.parametrize(("kind", "text"), OF_EACH_KIND.items())
async def test_an_answer_of_each_kind_keeps_the_contract(kind, text, ask, sender):
    answers = await ask(text)
    assert_contract(answers, sender)
    assert [answer["custom"]["kind"] for answer in answers] == [kind]


def test_every_kind_has_its_answer_here():
    assert set(OF_EACH_KIND) == set(KINDS)


async def test_an_answer_about_a_service_names_it_its_aspect_and_its_revision(ask):
    (answer,) = await ask('/passport{"aspect": "fee"}')
    assert answer["custom"] == {
        "kind": "procedure", "intent": "ask_service", "service": "passport", "aspects": ["fee"], "candidates": [], "dossier": None,
        "status": None, "language": "vi", "revision": "passport@1"}


async def test_a_question_back_names_what_may_be_meant_the_likeliest_first(ask):
    (answer,) = await ask("đăng ký cư trú")
    likely = [confidence for _, confidence in answer["custom"]["candidates"]]
    assert len(likely) >= 2
    assert likely == sorted(likely, reverse=True)
    assert [Payload.parse(text).intent for text in payloads([answer])] == [
        *(service for service, _ in answer["custom"]["candidates"]), "out_of_scope"]


async def test_a_status_names_the_dossier_and_its_status(ask):
    await ask("G01.123.456-261102-000101")
    (answer,) = await ask("1234")
    assert answer["custom"]["dossier"] == "G01.123.456-261102-000101"
    assert answer["custom"]["service"] == "passport"
    assert answer["custom"]["status"]


async def test_two_services_in_one_message_get_an_answer_each(ask, sender):
    answers = await ask("làm hộ chiếu hết bao nhiêu tiền, với lại đổi bằng lái xe ô tô cần giấy tờ gì")
    assert_contract(answers, sender)
    assert [answer["custom"]["service"] for answer in answers] == ["passport", "driving_licence"]


async def test_senders_do_not_share_a_conversation(client):
    async def post(sender, text):
        response = await client.post(URL, json={"sender": sender, "message": text})
        return (await response.json())[0]["custom"]["service"]

    assert await post("two-a", "/passport") == "passport"
    assert await post("two-b", "/marriage_registration") == "marriage_registration"
    assert await post("two-a", '/ask_aspect{"aspect": "fee"}') == "passport"
    assert await post("two-b", '/ask_aspect{"aspect": "fee"}') == "marriage_registration"


@pytest.mark.parametrize("sender", ["x", "Nguyễn Văn A", "+84 912 345 678", "a/b:c", "x" * MAX_SENDER])
async def test_any_printable_sender_gets_its_name_back(sender, client):
    response = await client.post(URL, json={"sender": sender, "message": "/greet"})
    assert_contract(await response.json(), sender)


async def test_without_a_sender_the_answer_goes_to_the_default_one(client):
    response = await client.post(URL, json={"message": "/greet"})
    assert_contract(await response.json(), "default")


async def test_what_rasas_clients_send_beside_is_ignored(client):
    response = await client.post(URL, json={"sender": "s", "message": "/greet", "metadata": {"language": 5}, "input_channel": "x"})
    assert_contract(await response.json(), "s")


BODIES = [
    b"", b" ", b"hello", b"{", b"{'message': 'x'}", b"[]", b'"text"', b"null", b"5", b"NaN", b"{}", b'{"sender": "a"}',
    b'{"message": 5}',
    b'{"message": null}', b'{"message": ["x"]}', b'{"message": {"text": "x"}}', b'{"message": "x", "sender": 5}',
    b'{"message": "x", "sender": null}', b'{"message": "x", "sender": ""}', b'{"message": "x", "sender": "a\\nb"}',
    b'{"message": "x", "sender": "\\u0000"}', b'{"message": "x", "sender": "\\ud800"}', b'{"message": "x", "sender": "\\u202e"}',
    json.dumps({"message": "x", "sender": "s" * (MAX_SENDER + 1)}).encode(), b'[{"message": "x"}]', b"\xff\xfe\x00", b"\x80abc",
    b'{"message": "\xff"}', b"[" * 100_000, b'{"message": ' * 20_000, b"9" * 20_000, b"message=x&sender=y",
]


@pytest.mark.parametrize("body", BODIES, ids=[repr(body[:40]) for body in BODIES])
async def test_a_wrong_body_is_told_what_is_wrong(body, client):
    response = await client.post(URL, data=body, headers={"Content-Type": "application/json"})
    assert response.status == 400
    assert list(await response.json()) == ["error"]
    assert (await response.json())["error"]


@pytest.mark.parametrize("content_type", ["application/json; charset=no-such-encoding", "application/json; charset=utf-16"])
async def test_a_body_in_an_encoding_it_is_not_in_is_told_so(content_type, client):
    response = await client.post(URL, data=b'{"message": "x"}', headers={"Content-Type": content_type})
    assert response.status == 400
    assert (await response.json())["error"]


async def test_a_body_past_all_reason_is_refused(client):
    response = await client.post(URL, json={"message": "x" * 300_000})
    assert response.status == 413


async def test_the_body_may_come_without_its_type_named(client):
    response = await client.post(URL, data=b'{"message": "/greet"}', headers={"Content-Type": "application/octet-stream"})
    assert_contract(await response.json(), "default")


BUTTONS_OF = [
    "/greet", "/passport", '/passport{"aspect": "fee"}', '/passport{"aspect": "documents", "case": "lost"}',
    '/passport{"aspect": "faq"}', "/land_change_registration", "/list_services", '/list_services{"item": "1"}', "/change_language",
    "/dossier_status", "/out_of_scope", "/ask_aspect", "đăng ký cư trú", "/deny",
]


@pytest.mark.parametrize("text", BUTTONS_OF)
async def test_every_button_of_an_answer_leads_to_an_answer(text, client, sender, real_bot):
    """Each button is pressed in a conversation of its own, in which nothing but this answer came before."""
    services = real_bot.services.catalogue.scripts()

    async def ask(who, said):
        response = await client.post(URL, json={"sender": who, "message": said})
        assert response.status == 200
        return await response.json()

    for number, pressed in enumerate(payloads(await ask(sender, text))):
        who, payload = f"{sender}-{number}", Payload.parse(pressed)
        await ask(who, text)
        answers = await ask(who, pressed)
        assert_contract(answers, who)
        (custom,) = [answer["custom"] for answer in answers]
        assert (custom["kind"] == "fallback") == (payload.intent == "out_of_scope"), pressed
        if payload.intent in services:
            aspect = payload.aspect if payload.aspect != "faq" else "overview"
            assert (custom["service"], custom["aspects"]) == (payload.intent, [aspect or "overview"])


async def test_the_answers_with_buttons_above_have_some(client, sender):
    for number, text in enumerate(BUTTONS_OF):
        response = await client.post(URL, json={"sender": f"{sender}-{number}", "message": text})
        assert payloads(await response.json()), text
