"""What a citizen reads of a dossier that was found: how far it is, what happened, what is owed, what to do, and news of it."""
from __future__ import annotations

from datetime import date
from typing import Iterator, Sequence

from answers import formats
from answers.reply import Block, Button, Payload, Reply
from answers.talk import HOTLINE, PORTAL, reply
from answers.words import Words
from catalogue.model import Script, in_language
from dossiers.due import days_late, days_left
from dossiers.follows import Followed
from dossiers.provider import Dossier
from dossiers.statuses import Status

FOLLOW, UNFOLLOW, FOLLOWING = "follow", "unfollow", "following"
"""The intents of the buttons under a status; none of them reaches Rasa."""


def shown(words: Words, dossier: Dossier, script: Script | None, today: date, followed: bool = False) -> Reply:
    """Say the status in plain words, what happened when, which office has it, the appointed day and the next step."""
    return reply("status_shown", words, "dossier_status",
                 title=words("status.headline", status=_say(words, dossier.status.name)),
                 blocks=tuple(_blocks(words, dossier, script, today)), footer=(words("status.footer"),),
                 buttons=tuple(_buttons(words, dossier, script, today, followed)), **_about(dossier, script))


def explained(words: Words, dossier: Dossier, script: Script | None, today: date, question: str) -> Reply:
    """Answer a question about a dossier whose status was shown; what to do next ends each answer."""
    lines = [line for part in _EXPLAINED[question] for line in part(words, dossier, today)]
    rest = [line for line in _next(words, dossier, today) if line not in lines]
    return reply("status_explained", words, "dossier_status",
                 title=words("status.kept", number=dossier.number, status=_say(words, dossier.status.name)),
                 blocks=(Block(lines, style="bullets" if len(lines) > 1 else "text"),
                         *([Block(rest, words("status.next"))] if rest else [])),
                 footer=(words("status.footer"),),
                 buttons=(*_buttons(words, dossier, script, today, None),
                          (Button(words("status.other_dossier"), Payload("dossier_status").text()),)), **_about(dossier, script))


def news(words: Words, dossier: Dossier, script: Script | None, today: date) -> Reply:
    """Tell a follower of a change, with the state before it and what to do now."""
    before = [words("status.news_earlier", status=_say(words, dossier.history[-1].status.name))] if dossier.history else []
    status = [progress(words, dossier.status), _say(words, dossier.status.meaning), *before]
    return reply("dossier_news", words, "dossier_status",
                 title=words("status.news_title", status=_say(words, dossier.status.name)),
                 blocks=(Block([words("status.number", number=dossier.number)]), Block(status),
                         Block(list(_facts(words, dossier, script, today)), style="bullets"),
                         Block(_next(words, dossier, today), words("status.next"))),
                 buttons=tuple(_buttons(words, dossier, script, today, True)), **_about(dossier, script))


def reminder(words: Words, dossier: Dossier, script: Script | None, kind: str, day: date, today: date) -> Reply:
    """Remind a follower of a day that is near: `kind` is due or supplement."""
    left = _left(words, today, day)
    return reply("dossier_reminder", words, "dossier_status", title=words(f"status.remind_{kind}_title", day=formats.day(day)),
                 blocks=(Block([words(f"status.remind_{kind}", number=dossier.number, day=formats.day(day), left=left)]),
                         Block(_next(words, dossier, today), words("status.next"))),
                 buttons=tuple(_buttons(words, dossier, script, today, True)), **_about(dossier, script))


def following(words: Words, follows: Sequence[Followed]) -> Reply:
    """List what a chat follows, each with a button to see it and one to end it."""
    lines = [words("status.following_line", number=one.number, status=_say(words, one.dossier.status.name)) if one.dossier
             else words("status.following_unknown", number=one.number) for one in follows]
    rows = [(Button(words("status.view", number=one.number), Payload(FOLLOWING, item=one.number).text()),
             Button(words("status.end_one", number=one.number), Payload(UNFOLLOW, item=one.number).text())) for one in follows]
    return reply("follows_listed", words, "dossier_status", title=words("status.following_title"),
                 blocks=(Block(lines or [words("status.following_none")], style="bullets" if lines else "text"),),
                 buttons=rows or [(Button(words("status.start"), Payload("dossier_status").text()),)])


def followed(words: Words, number: str, can_be_called: bool) -> Reply:
    """Say that the citizen will hear of changes; a channel that has to ask gets them only while it asks."""
    asking = [] if can_be_called else [Block([words("status.followed_asking")])]
    return reply("followed", words, "dossier_status", title=words("status.followed_title"),
                 blocks=(Block([words("status.followed", number=number)]), *asking), buttons=_list_and_end(words, number),
                 dossier=number)


def not_followed(words: Words, most: int | None = None) -> Reply:
    """Say why a dossier cannot be followed: it was not proven the citizen's own, or `most` are followed already."""
    line = words("status.follows_full", count=most) if most else words("status.not_followed")
    ways = (Button(words("status.following"), Payload(FOLLOWING).text()) if most
            else Button(words("status.again"), Payload("dossier_status").text()))
    return reply("not_followed", words, "dossier_status", blocks=(Block([line]),), buttons=((ways,),))


def unfollowed(words: Words, number: str) -> Reply:
    """Say that a dossier is followed no longer."""
    return reply("unfollowed", words, "dossier_status", blocks=(Block([words("status.unfollowed", number=number)]),),
                 buttons=((Button(words("status.following"), Payload(FOLLOWING).text()),),), dossier=number)


def progress(words: Words, status: Status) -> str:
    """Return one line that shows how far a dossier is: ✓ Nộp › ✓ Nhận › ⏳ Xử lý › ○ Có kết quả › ○ Đã trả."""
    say = words.get("status.progress")
    here = say[status.held or ("now" if status.open else "done")]
    marks = [say["done"]] * (status.step - 1) + [here] + [say["coming"]] * (len(say["steps"]) - status.step)
    # What will not come any more is not shown as coming.
    count = status.step if status.held == "stopped" else len(say["steps"])
    return f" {say['arrow']} ".join(f"{mark} {name}" for mark, name in list(zip(marks, say["steps"]))[:count])


def _blocks(words: Words, dossier: Dossier, script: Script | None, today: date) -> Iterator[Block]:
    if dossier.known_at:
        yield Block([words("status.stale", moment=formats.moment(dossier.known_at))])
    yield Block([words("status.number", number=dossier.number)])
    yield Block([progress(words, dossier.status), _say(words, dossier.status.meaning)])
    yield Block(list(_facts(words, dossier, script, today)), style="bullets")
    if rights := _rights(words, dossier, today):
        yield Block(rights, words("status.overdue_title"), "bullets")
    yield Block(_next(words, dossier, today), words("status.next"))
    yield Block(list(_timeline(words, dossier)), words("status.timeline"), "bullets")


def _facts(words: Words, dossier: Dossier, script: Script | None, today: date) -> Iterator[str]:
    if script:
        yield words("status.service", service=_say(words, script.name))
    yield words("status.office", office=dossier.office)
    if dossier.due_on and dossier.status.open:
        yield _due(words, dossier, today)


def _due(words: Words, dossier: Dossier, today: date) -> str:
    day, late = formats.day(dossier.due_on), days_late(dossier, today)
    if dossier.status.held == "paused":
        return words("status.due_paused", day=day)
    if late is None:
        return words("status.due", day=day, left=_left(words, today, dossier.due_on))
    return words("status.overdue", day=day, count=late) if late else words("status.overdue_holidays", day=day)


def _rights(words: Words, dossier: Dossier, today: date) -> list[str]:
    """Say what is owed to the applicant of a dossier that is late; nothing of one that is not."""
    return [line.format(office=dossier.office.replace("{", "{{").replace("}", "}}"), hotline=HOTLINE)
            for line in words.get("status.overdue_lines")] if days_late(dossier, today) else []


def _left(words: Words, today: date, day: date) -> str:
    """Say how long it is until a day that is not past."""
    count = days_left(today, day)
    if day == today:
        return words("status.due_today")
    return words("status.due_left", count=count) if count > 1 else words("status.due_next")


def _next(words: Words, dossier: Dossier, today: date) -> list[str]:
    lines = [_say(words, dossier.status.next)]
    if dossier.note:
        lines.append(words("status.note", note=dossier.note))
    if dossier.status.id == "supplement" and dossier.supplement_by:
        day, left = formats.day(dossier.supplement_by), _left(words, today, dossier.supplement_by)
        lines.append(words("status.supplement_by", day=day, left=left) if dossier.supplement_by >= today
                     else words("status.supplement_late", day=day, office=dossier.office))
    return lines


def _meaning(words: Words, dossier: Dossier, today: date) -> list[str]:
    return [_say(words, dossier.status.meaning)]


def _reason(words: Words, dossier: Dossier, today: date) -> list[str]:
    """Say what the office wrote, or that it gave no reason."""
    return [words("status.note", note=dossier.note) if dossier.note else words("status.why_unknown")]


def _office(words: Words, dossier: Dossier, today: date) -> list[str]:
    return [words("status.office", office=dossier.office)]


def _when(words: Words, dossier: Dossier, today: date) -> list[str]:
    if not dossier.status.open:
        return [_say(words, dossier.status.meaning), words("status.due_over")]
    return [_due(words, dossier, today) if dossier.due_on else words("status.no_due")]


_EXPLAINED = {
    "why": (_meaning, _reason, _rights), "papers": (_meaning, _office), "when": (_when, _rights), "where": (_office,),
    "meaning": (_meaning,), "rights": (_when, _rights), "next": (_next, _rights)}
"""What is said first to a question about a dossier; its next step, with what the office wrote, follows."""

ASKS_FOR_PAPERS = ("supplement", "not_accepted")
"""The statuses of which "which papers?" asks what the office wants, not what the procedure takes."""


def _timeline(words: Words, dossier: Dossier) -> Iterator[str]:
    yield words("status.timeline_filed", day=formats.day(dossier.filed_on))
    for past in dossier.history:
        yield words("status.timeline_line", moment=formats.moment(past.at), status=_say(words, past.status.name))
    yield words("status.timeline_line", moment=formats.moment(dossier.changed_at), status=_say(words, dossier.status.name))


def _buttons(words: Words, dossier: Dossier, script: Script | None, today: date,
             is_followed: bool | None) -> Iterator[tuple[Button, ...]]:
    """Yield the ways on; `is_followed` is None where following is not offered."""
    if is_followed is None:
        pass
    elif is_followed:
        yield (Button(words("status.unfollow"), Payload(UNFOLLOW, item=dossier.number).text()),)
    elif dossier.status.open or dossier.status.id == "done":
        yield (Button(words("status.follow"), Payload(FOLLOW, item=dossier.number).text()),)
    if days_late(dossier, today):
        yield (Button(words("status.complain"), Payload("complaint").text()),)
    if dossier.status.id == "payment":
        yield (Button(words("status.pay"), Payload("online_payment").text()),)
    if script and dossier.status.id in ("supplement", "not_accepted"):
        yield (Button(words("status.documents"), Payload(script.id, "documents").text()),)
    elif script:
        yield (Button(words("status.procedure"), Payload(script.id).text()),)
    if script and dossier.status.id in ("supplement", "payment", "not_accepted"):
        yield (Button(words("status.online"), url=script.online.url),)
    yield (Button(words("status.open_portal"), url=PORTAL),)


def _list_and_end(words: Words, number: str) -> tuple[tuple[Button, ...], ...]:
    return ((Button(words("status.following"), Payload(FOLLOWING).text()),),
            (Button(words("status.unfollow"), Payload(UNFOLLOW, item=number).text()),))


def _about(dossier: Dossier, script: Script | None) -> dict[str, str | None]:
    return {"dossier": dossier.number, "status": dossier.status.id, "service": script.id if script else None}


def _say(words: Words, text) -> str:
    return in_language(text, words.language)
