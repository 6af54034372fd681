"""The web server around the channels: what every response carries, and what wrong requests get."""
from __future__ import annotations

import json
import re

import pytest

from answers.reply import Reply
from answers.words import Words, languages
from bot.webchat import MAX_SESSION
from staff import console

PAGES = {
    "/": "text/html", "/chat/chat.js": "text/javascript", "/chat/chat.css": "text/css", "/chat/icon.svg": "image/svg+xml",
    "/chat/words": "application/json", "/healthz": "application/json", "/readyz": "application/json", "/metrics": "text/plain",
}
POSTS = ["/webhooks/rest/webhook", "/chat/messages", "/chat/news", "/webhooks/rest/mydata", "/chat/mydata"]

pytestmark = pytest.mark.model


@pytest.mark.parametrize(("path", "content_type"), PAGES.items())
async def test_every_page_is_served_as_what_it_is(path, content_type, client):
    response = await client.get(path)
    assert response.status == 200
    assert response.content_type == content_type
    assert await response.read()


def test_every_page_the_server_has_is_tried(real_bot):
    routes = {(route.method, route.resource.canonical) for route in real_bot.app.router.routes()
              if not route.resource.canonical.startswith(console.ROOT)}
    assert routes == {(method, path) for path in PAGES for method in ("GET", "HEAD")} | {("POST", path) for path in POSTS}


@pytest.mark.parametrize("path", [*PAGES, *POSTS, "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
async def test_every_response_carries_the_security_headers(method, path, client):
    response = await client.request(method, path)
    policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert not [value for value in policy.values() if "unsafe" in value or "*" in value or ":" in value]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_the_page_holds_no_script_or_style_of_its_own(client):
    """The policy forbids both, so one would silently not run."""
    page = await (await client.get("/")).text()
    assert page.count("<script") == page.count("<script src=\"/chat/")
    assert not [part for part in ("<style", " style=", " onclick=", "javascript:", "http://", "//cdn") if part in page]


@pytest.mark.parametrize(("method", "path"), [
    *[(method, path) for path in PAGES for method in ("POST", "PUT", "DELETE", "PATCH")],
    *[(method, path) for path in POSTS for method in ("GET", "PUT", "DELETE")],
])
async def test_a_wrong_method_is_refused(method, path, client):
    response = await client.request(method, path, json={"sender": "s", "message": "x"})
    assert response.status == 405
    assert response.headers["Allow"]


@pytest.mark.parametrize("path", [
    "/nowhere", "/chat", "/chat/", "/chat/../bot/settings.py", "/chat/..%2f..%2f.env", "/.env", "/chat/chat.html", "/webhooks/rest",
    "/webhooks/rest/webhook/", "/webhooks/telegram/webhook", "/%00", "/status.php",
])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_path_that_is_none_is_not_found(method, path, client):
    assert (await client.request(method, path)).status == 404


async def test_the_page_is_asked_for_anew_after_an_update(client):
    for path in ("/", "/chat/chat.js", "/chat/chat.css"):
        assert (await client.get(path)).headers["Cache-Control"] == "no-cache"


async def test_the_words_of_the_page_are_there_in_every_language(client):
    assert await (await client.get("/chat/words")).json() == {language: Words(language).get("page") for language in languages()}


async def test_every_word_the_page_shows_is_in_the_words(client):
    page, script = await (await client.get("/")).text(), await (await client.get("/chat/chat.js")).text()
    wanted = {*re.findall(r'data-(?:word|label|placeholder)="(\w+)"', page), *re.findall(r"words\[language\]\.(\w+)", script)}
    assert wanted >= {"title", "send", "placeholder", "waiting", "offline"}
    for language in languages():
        assert wanted <= Words(language).get("page").keys()


async def test_the_web_chat_gets_replies_as_they_are(client, sender):
    asked = {"session": sender, "text": '/passport{"aspect": "fee"}', "language": "en"}
    response = await client.post("/chat/messages", json=asked)
    (reply,) = [Reply.from_dict(data) for data in await response.json()]
    assert (reply.about.service, list(reply.about.aspects), reply.about.language) == ("passport", ["fee"], "en")


async def test_the_language_of_the_web_chat_is_only_a_guess(client, sender):
    for number, language in enumerate(("vi", "xx", "", "<script>", "x" * 10_000)):
        asked = {"session": f"{sender}{number}", "text": "/greet", "language": language}
        response = await client.post("/chat/messages", json=asked)
        assert (await response.json())[0]["about"]["language"] == "vi"


@pytest.mark.parametrize("body", [
    b"", b"hello", b"[]", b"null", b'"text"', b"{}", b'{"session": "a"}', b'{"text": "x"}', b'{"session": 5, "text": "x"}',
    b'{"session": "a", "text": 5}', b'{"session": "a", "text": null}', b'{"session": "", "text": "x"}',
    b'{"session": "a b", "text": "x"}', b'{"session": "../a", "text": "x"}', b'{"session": "a", "text": "x", "language": 5}',
    b'{"session": "\\u0000", "text": "x"}',
    json.dumps({"session": "a" * (MAX_SESSION + 1), "text": "x"}).encode(), b"\xff\xfe", b"[" * 100_000,
], ids=lambda body: repr(body[:50]))
async def test_a_wrong_body_to_the_web_chat_is_told_what_is_wrong(body, client):
    response = await client.post("/chat/messages", data=body)
    assert response.status == 400
    assert (await response.json())["error"]


async def test_a_body_past_all_reason_is_refused_by_the_web_chat(client):
    response = await client.post("/chat/messages", json={"session": "a", "text": "x" * 300_000})
    assert response.status == 413
