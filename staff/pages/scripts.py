"""Service scripts: the list, one script with its history, the editor, the preview, approval."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Mapping, Sequence

from aiohttp import web

from answers import procedure
from answers.reply import Reply
from answers.sections import SECTIONS
from answers.words import Words, languages
from catalogue import files
from catalogue.differences import Difference, differences
from catalogue.drafts import SCHEDULED, WAITING, WRITING, Draft, DraftRefused
from catalogue.model import Script, in_language
from catalogue.revisions import InvalidScript, UnknownRevision
from staff.console import WORDS, account, console, draw, form, go, needs, number, words
from staff.forms import Form, change
from store.base import VIETNAM


@dataclass(frozen=True)
class Row:
    """A script in the list: what is live, what is on its way, and what it needs."""

    id: str
    name: str
    number: int | None
    revision: int
    draft: Draft | None
    review_due: bool
    review_on: date
    uncertain: int


@needs("read")
async def listing(request: web.Request) -> web.StreamResponse:
    given, language = console(request), words(request).language
    drafts = {draft.script: draft for draft in given.drafts.all_open()}
    live = given.revisions.live()
    rows = [_row(name, *live.get(name, (0, None)), drafts.get(name), language, given.today()) for name in {**live, **drafts}]
    rows.sort(key=lambda row: (row.number is None, row.number or 0, row.id))
    return draw(request, "scripts.html", {
        "rows": rows, "due": sum(row.review_due for row in rows),
        "waiting": sum(draft.state == WAITING for draft in drafts.values())})


@needs("read")
async def show(request: web.Request) -> web.StreamResponse:
    given, name = console(request), request.match_info["script"]
    draft, history = given.drafts.current(name), given.revisions.history(name)
    if not history and not draft:
        raise web.HTTPNotFound
    live = given.revisions.live().get(name, (0, {}))
    changes = list(differences(live[1], draft.content)) if draft else []
    return draw(request, "script.html", {
        "script": name, "title": title_of(draft.content if draft else live[1], words(request).language, name), "live": live[0],
        "draft": draft, "history": history, "changes": changes, "problems": draft.problems if draft else (),
        "may_approve": draft is not None and draft.state == WAITING and _may_approve(request, draft),
        "editable": _editable(live[1] or (draft.content if draft else {})),
    })


@needs("read")
async def revision(request: web.Request) -> web.StreamResponse:
    """One revision beside another one: by default the one before it."""
    given, name = console(request), request.match_info["script"]
    shown, other = number(request.match_info["revision"]), number(request.query.get("against"))
    if shown is None:
        raise web.HTTPNotFound
    try:
        content = given.revisions.content(name, shown)
        against = shown - 1 if other is None else other
        before = given.revisions.content(name, against) if against > 0 else {}
    except UnknownRevision:
        raise web.HTTPNotFound from None
    live = given.revisions.live().get(name, (0, {}))[0]
    return draw(request, "revision.html", {
        "script": name, "title": title_of(content, words(request).language, name), "number": shown, "against": against,
        "changes": list(differences(before, content)), "live": live, "history": given.revisions.history(name)})


@needs("edit")
async def begin(request: web.Request) -> web.StreamResponse:
    """Open the script's draft, or start one."""
    await form(request)
    name = request.match_info["script"]
    try:
        draft = console(request).drafts.open(name, account(request).name)
    except DraftRefused:
        raise web.HTTPNotFound from None
    if draft.state != WRITING:
        return go(f"/scripts/{name}", "draft_waits")
    return go(f"/scripts/{name}/edit")


@needs("edit")
async def restore(request: web.Request) -> web.StreamResponse:
    """Start a draft with an earlier revision's content: taking back needs approval like any change."""
    await form(request)
    given, name, chosen = console(request), request.match_info["script"], number(request.match_info["revision"])
    if given.drafts.current(name):
        return go(f"/scripts/{name}", "draft_exists")
    try:
        content = given.revisions.content(name, -1 if chosen is None else chosen)
    except UnknownRevision:
        raise web.HTTPNotFound from None
    draft = given.drafts.open(name, account(request).name, content)
    reason = words(request)("script.restore_reason", revision=chosen)
    given.drafts.save(draft.id, draft.version, content, reason, account(request).name)
    given.audit.add(account(request).name, "script restore begun", f"{name}@{chosen}")
    return go(f"/scripts/{name}", "restore_begun")


@needs("edit")
async def edit(request: web.Request) -> web.StreamResponse:
    name = request.match_info["script"]
    draft = console(request).drafts.current(name)
    if draft is None or draft.state != WRITING:
        return go(f"/scripts/{name}")
    return _editor(request, draft)


@needs("edit")
async def save(request: web.Request) -> web.StreamResponse:
    """Keep what was written; then add, remove or move an item, show the preview, or ask for approval, as the button says."""
    posted, given, name = await form(request), console(request), request.match_info["script"]
    draft = given.drafts.current(name)
    if draft is None or draft.state != WRITING:
        return go(f"/scripts/{name}", "draft_gone")
    texts = {key: value for key, value in posted.items() if isinstance(value, str)}
    content = Form(draft.content).read(texts, {key: posted.getall(key) for key in texts})
    content.update({key: draft.content[key] for key in ("id", "programme", "number") if key in draft.content})
    reason, version = str(posted.get("reason", "")).strip()[:400], number(posted.get("version"))
    order, effective = str(posted.get("do", "save")), str(posted.get("effective_on", ""))
    try:
        changed = change(content, order)
        saved = given.drafts.save(draft.id, -1 if version is None else version, changed, reason, account(request).name,
                                  day_of(effective))
    except DraftRefused:
        # A colleague saved meanwhile. What was written here is shown again with what it would change, and nothing is lost.
        return _editor(request, draft, content, reason, list(differences(draft.content, content)), status=409)
    if saved.content != draft.content:
        given.audit.add(account(request).name, "draft saved", name, *_told(draft.content, saved.content))
    if order == "preview":
        return go(f"/scripts/{name}/preview")
    if order == "submit":
        return _submit(request, saved, reason, effective)
    verb, _, place = order.partition(":")
    return go(f"/scripts/{name}/edit", "saved", place if verb in ("add", "remove", "up", "down") else "")


@needs("read")
async def preview(request: web.Request) -> web.StreamResponse:
    """Exactly what a citizen will see, for each aspect, case, language and day, of the draft or of what is live."""
    given, name, asked = console(request), request.match_info["script"], request.query
    draft, live = given.drafts.current(name), given.revisions.live().get(name, (0, None))
    use_draft = draft is not None and asked.get("of") != "live"
    content = draft.content if use_draft else live[1]
    if content is None or not _editable(content):
        raise web.HTTPNotFound
    day = day_of(asked.get("day", "")) or given.today()
    language = asked.get("language") if asked.get("language") in languages() else words(request).language
    aspect = asked.get("aspect") if asked.get("aspect") in SECTIONS else "overview"
    problems = files.check(content, name, name)
    reply, cases = None, []
    if not problems:
        script = Script.of(content, live[0] + 1 if use_draft else live[0])
        cases = script.cases
        reply = _answer(script, aspect, day, language, asked.get("case") or None)
    return draw(request, "preview.html", {
        "script": name, "title": title_of(content, words(request).language, name), "of": "draft" if use_draft else "live",
        "has_draft": draft is not None, "has_live": live[1] is not None, "problems": problems, "reply": reply, "cases": cases,
        "day": day, "language": language, "languages": languages(), "aspect": aspect, "aspects": list(SECTIONS),
        "case": asked.get("case", ""), "say": lambda text: in_language(text, language), "bot": Words(words(request).language)})


@needs("read")
async def decide(request: web.Request) -> web.StreamResponse:
    """Approve a draft, send it back, take it back, or drop it."""
    posted, given, name, me = await form(request), console(request), request.match_info["script"], account(request)
    draft, order = given.drafts.current(name), str(posted.get("do", ""))
    version = -1 if (sent := number(posted.get("version"))) is None else sent
    if draft is None:
        return go(f"/scripts/{name}", "draft_gone")
    needed = "approve" if order in ("approve", "refuse") else "edit"
    if needed not in me.permissions:
        raise web.HTTPForbidden
    before = given.revisions.live().get(name, (0, {}))
    try:
        if order == "approve":
            done = given.drafts.approve(draft.id, version, me.name, given.today())
            said = "scheduled" if done.state == SCHEDULED else "published"
        elif order == "refuse":
            why = str(posted.get("why", "")).strip()[:400]
            if not why:
                return go(f"/scripts/{name}", "why_wanted")
            done, said = given.drafts.refuse(draft.id, version, me.name, why), "refused"
        elif order == "take_back":
            done, said = given.drafts.take_back(draft.id, version), "taken_back"
        elif order == "drop":
            done, said = given.drafts.drop(draft.id, version, me.name), "dropped"
        else:
            return go(f"/scripts/{name}")
    except InvalidScript:
        return go(f"/scripts/{name}", "draft_invalid")
    except DraftRefused as refused:
        return go(f"/scripts/{name}", f"draft_{refused.name}")
    what = f"{name}@{done.revision}" if done.revision else name
    told = _told(before[1], done.content) if said in ("published", "scheduled") else ("", "")
    given.audit.add(me.name, f"draft {said}", what, *told)
    return go(f"/scripts/{name}", said)


def _submit(request: web.Request, draft: Draft, reason: str, effective: str) -> web.StreamResponse:
    given, day = console(request), day_of(effective)
    if not reason:
        return go(f"/scripts/{draft.script}/edit", "reason_wanted", "reason")
    if effective and (day is None or day < given.today()):
        return go(f"/scripts/{draft.script}/edit", "day_wrong", "reason")
    try:
        given.drafts.submit(draft.id, draft.version, reason, day)
    except InvalidScript:
        return go(f"/scripts/{draft.script}/edit", "draft_invalid")
    except DraftRefused as refused:
        return go(f"/scripts/{draft.script}", f"draft_{refused.name}")
    given.audit.add(account(request).name, "draft submitted", draft.script, "", reason)
    return go(f"/scripts/{draft.script}", "submitted")


def _editor(request: web.Request, draft: Draft, content: Mapping[str, Any] | None = None, reason: str | None = None,
            mine: Sequence[Difference] = (), status: int = 200) -> web.Response:
    shown = draft.content if content is None else content
    problems = files.check(shown, draft.script, draft.script)
    fields = [one for one in Form(shown, problems).fields() if one.name not in ("id", "programme", "number")]
    return draw(request, "edit.html", {
        "script": draft.script, "title": title_of(shown, words(request).language, draft.script), "draft": draft, "fields": fields,
        "problems": problems, "reason": draft.reason if reason is None else reason, "mine": mine,
        "effective_on": draft.effective_on}, status)


def _answer(script: Script, aspect: str, day: date, language: str, case: str | None) -> Reply:
    return procedure.answer(script, [aspect], day, language, case)


def _may_approve(request: web.Request, draft: Draft) -> bool:
    return "approve" in account(request).permissions and console(request).drafts.may_approve(draft, account(request).name)


def _row(name: str, revision: int, content: Mapping[str, Any] | None, draft: Draft | None, language: str, today: date) -> Row:
    shown = content or draft.content
    verified, every = day_of(str(shown.get("verified_on", ""))) or today, shown.get("review_every_days")
    # A draft may hold anything in a field; a script that is live does not.
    review_on = verified + timedelta(days=every if isinstance(every, int) and 0 < every < 1_000 else 90)
    return Row(name, title_of(shown, language, name), shown.get("number"), revision, draft, review_on < today, review_on,
               len(shown.get("uncertain") or ()))


def title_of(content: Mapping[str, Any], language: str, name: str) -> str:
    if name.startswith("_"):
        return Words(language, WORDS)(f"common.{name}")
    short = content.get("short") or {}
    return short.get(language) or short.get("vi") or name


def _editable(content: Mapping[str, Any]) -> bool:
    """Tell whether the content is a service's script, which has aspects to show; the common ones have none."""
    return "documents" in content


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, str]:
    """Return the fields that differ, before and after, for the audit log."""
    found = list(differences(before, after))
    return "\n".join(f"{one.place}: {one.before}" for one in found), "\n".join(f"{one.place}: {one.after}" for one in found)


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment(at: datetime | None) -> str:
    """Return a time of the tables as people in Vietnam read it."""
    return (at + VIETNAM).strftime("%H:%M %d/%m/%Y") if at else ""

