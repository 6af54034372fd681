"""Reading the console's pages as a browser does: the fields of a form, and what is written on the page."""
from __future__ import annotations

from html.parser import HTMLParser

VOID = {"input", "link", "meta", "br", "img"}


class _Forms(HTMLParser):
    """Collects the forms of a page; each is its action and what a browser would send for it untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._area: str | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._text = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.forms.append((given.get("action", ""), []))
        elif tag == "input" and given.get("name") and self.forms:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked and given.get("type") != "file":
                self._add(given["name"], given.get("value", "on" if given.get("type") == "checkbox" else ""))
        elif tag == "textarea":
            self._area, self._text = given.get("name"), ""
        elif tag == "select":
            self._select = (given.get("name", ""), [])
        elif tag == "option" and self._select:
            self._select[1].append((given.get("value", ""), "selected" in given))

    def handle_data(self, data):
        self._text += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:
            # A browser drops the first line end, and sends each as two characters.
            self._add(self._area, self._text.removeprefix("\n").replace("\n", "\r\n"))
            self._area = None
        elif tag == "select" and self._select:
            name, options = self._select
            chosen = next((value for value, selected in options if selected), options[0][0] if options else "")
            self._add(name, chosen)
            self._select = None

    def _add(self, name, value):
        self.forms[-1][1].append((name, value))


def fields(text: str, action: str) -> list[tuple[str, str]]:
    """Return what a browser would send for the form that goes to an address ending in `action`, without its secret."""
    reader = _Forms()
    reader.feed(text)
    found = next(fields for to, fields in reader.forms if to.endswith(action))
    return [(name, value) for name, value in found if name != "csrf"]


def with_values(given: list[tuple[str, str]], **changed: str) -> list[tuple[str, str]]:
    """Return the fields with some of them changed or added; dots of a name are written as __."""
    named = {key.replace("__", "."): value for key, value in changed.items()}
    kept = [(name, value) for name, value in given if name not in named]
    return [*kept, *named.items()]
