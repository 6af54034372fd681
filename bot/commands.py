"""The commands a citizen can type, the same in every channel, and the payload each stands for."""
from __future__ import annotations

from answers.reply import Payload

MENU = {
    "start": Payload("greet"),
    "services": Payload("list_services"),
    "status": Payload("dossier_status"),
    "follow": Payload("following"),
    "help": Payload("help"),
    "language": Payload("change_language"),
    "person": Payload("human_agent"),
    "mydata": Payload("my_data"),
    "forget": Payload("forget_me"),
}
"""The commands shown in Telegram's menu; `commands.<name>` in the words files describes each."""

ALSO = {"dichvu": "services", "hoso": "status", "theodoi": "follow", "trogiup": "help", "ngonngu": "language", "canbo": "person",
        "lang": "language", "dulieu": "mydata", "xoa": "forget"}
"""Other names people may type for them."""


def payload(text: str) -> str | None:
    """Return the payload of a typed command ("/start passport", "/hoso"), or None if the text is none."""
    if not text.startswith("/"):
        return None
    name, *rest = text[1:].split(maxsplit=1) or [""]
    name = name.partition("@")[0].lower()
    found = MENU.get(ALSO.get(name, name))
    if found and name == "start" and rest:
        # A deep link names what it leads to: t.me/<bot>?start=passport
        return Payload(rest[0].strip()).text()
    return found.text() if found else None
