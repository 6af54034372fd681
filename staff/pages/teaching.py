"""Teaching: which model is live, training a new one, looking at what it would change, making it live, going back."""
from __future__ import annotations

from aiohttp import web

from answers.words import Words
from catalogue.model import in_language
from staff.console import account, console, draw, form, go, needs, whole, words
from teaching.switches import SwitchRefused
from teaching.trainings import DONE, RUNNING, STEPS, Training, TrainingRefused

REFRESH = 2
"""Seconds after which the page of a running training asks again."""


@needs("teach")
async def page(request: web.Request) -> web.StreamResponse:
    desk = console(request).teaching
    live, running, trainings = desk.switches.training(), desk.trainings.running(), desk.trainings.newest()
    shown = desk.trainings.get(live) if live else None
    return draw(request, "teaching.html", {
        "live": shown, "outdated": desk.switches.outdated(), "running": running, "trainings": trainings,
        "history": desk.switches.history(), "examples": desk.labels.count(),
        "new": desk.labels.count(shown.begun_at) if shown else desk.labels.count(), "can_go_back": bool(desk.switches.history(1)),
        "refresh": REFRESH if running else 0, "steps": STEPS})


@needs("teach")
async def train(request: web.Request) -> web.StreamResponse:
    """Begin a training, unless one is running."""
    await form(request)
    given, me = console(request), account(request).name
    try:
        training = given.teaching.train(me)
    except TrainingRefused as refused:
        return go("/teaching", f"training_{refused.name}")
    given.audit.add(me, "training begun", f"training {training}")
    return go(f"/teaching/{training}")


@needs("teach")
async def show(request: web.Request) -> web.StreamResponse:
    """One training: how far it is, why it failed, or what its model would change."""
    desk, training = console(request).teaching, _training(request)
    running = training.state == RUNNING
    return draw(request, "training.html", {
        "training": training, "is_live": desk.switches.training() == training.id, "outdated": training.base != desk.base,
        "result": training.comparison, "refresh": REFRESH if running else 0, "running": running, "steps": STEPS,
        "may_promote": training.state == DONE and training.size and training.base == desk.base,
        "name": lambda one: _name(request, one), "percent": lambda value: f"{value * 100:.1f}%"})


@needs("teach")
async def stop(request: web.Request) -> web.StreamResponse:
    """Stop a running training; what is live stays."""
    await form(request)
    given, training, me = console(request), _training(request), account(request).name
    if not given.teaching.trainings.fail(training.id, words(request)("training.stopped_by", name=account(request).full_name)):
        return go(f"/teaching/{training.id}")
    given.audit.add(me, "training stopped", f"training {training.id}")
    return go(f"/teaching/{training.id}", "training_stopped")


@needs("teach")
async def promote(request: web.Request) -> web.StreamResponse:
    """Make a training's model live, with a reason; refused while a recorded floor is broken."""
    posted, given, training, me = await form(request), console(request), _training(request), account(request).name
    reason, before = str(posted.get("reason", "")).strip()[:400], given.teaching.switches.training()
    try:
        given.teaching.switches.promote(training.id, me, reason)
    except SwitchRefused as refused:
        return go(f"/teaching/{training.id}", f"model_{refused.name}")
    given.audit.add(me, "model made live", _model(training.id), _model(before), f"{_model(training.id)}: {reason}")
    return go(f"/teaching/{training.id}", "model_switched")


@needs("teach")
async def back(request: web.Request) -> web.StreamResponse:
    """Make the model before the present one live again."""
    await form(request)
    given, me = console(request), account(request).name
    before = given.teaching.switches.training()
    try:
        training = given.teaching.switches.back(me, words(request)("teaching.went_back"))
    except SwitchRefused as refused:
        return go("/teaching", f"model_{refused.name}")
    given.audit.add(me, "model before made live again", _model(training), _model(before), _model(training))
    return go("/teaching", "model_back")


def _training(request: web.Request) -> Training:
    number = whole(request.match_info["training"])
    found = console(request).teaching.trainings.get(number) if number else None
    if found is None:
        raise web.HTTPNotFound
    return found


def _model(training: int | None) -> str:
    return f"training {training}" if training else "model of the files"


def _name(request: web.Request, what: str) -> str:
    """Return how staff call what a model answers: a service by its short name, an intent, an aspect, a decision."""
    given, language = words(request), words(request).language
    script = console(request).catalogue.get(what)
    if script:
        return in_language(script.short, language)
    return given.get("meanings").get(what) or given.get("answers").get(what) or Words(language).get("aspects").get(what) or what
