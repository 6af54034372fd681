"""What an operator watches, in Prometheus' form. No text of a citizen and no number of a dossier is in it."""
from __future__ import annotations

from typing import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from answers.reply import Reply

LOOKUPS = ("status_shown", "no_match", "too_many_attempts", "source_down")
"""The outcomes of a dossier look-up; all but the first are failures, the last is the source's."""


class Metrics:
    """Counters and times of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter("bot_answers_total", "Answers given", ["channel", "kind", "outcome"], registry=self._registry)
        self._services = Counter("bot_service_answers_total", "Answers about a service", ["service", "aspect"],
                                 registry=self._registry)
        self._seconds = Histogram("bot_message_seconds", "Time from a message to its answers", ["channel"], registry=self._registry,
                                  buckets=(.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5))
        self._people = Gauge("bot_conversations_with_people", "Conversations handed over to people", ["state"],
                             registry=self._registry)
        self._limited = Counter("bot_rate_limited_total", "Messages not taken, by the limit they were beyond", ["channel", "limit"],
                                registry=self._registry)
        self._holding = Gauge("bot_limits_hold", "Whether messages can be counted, so that the limits of chats and addresses hold",
                              registry=self._registry)
        self._updates = Counter("bot_telegram_updates_total", "Updates of Telegram by what became of them", ["state"],
                                registry=self._registry)
        self._lookups = Counter("bot_lookups_total", "Dossier look-ups by what became of them", ["result"], registry=self._registry)
        self._outbox = Gauge("bot_outbox_due", "Messages of the bot's own that are due and not delivered", ["channel"],
                             registry=self._registry)
        self._oldest = Gauge("bot_outbox_oldest_seconds", "For how long the oldest of them is due", ["channel"],
                             registry=self._registry)
        self._model = Gauge("bot_model_info", "The model in use: of the files with this fingerprint, or of a training",
                            ["model", "files"], registry=self._registry)
        self._revisions = Gauge("bot_revision_info", "The revision of each script in use", ["service", "revision"],
                                registry=self._registry)
        self._longest = Gauge("bot_longest_wait_seconds", "The longest wait for a person now", registry=self._registry)

    def answered(self, channel: str, replies: Sequence[Reply], seconds: float) -> None:
        """Count the answers to one message and the time it took."""
        self._seconds.labels(channel).observe(seconds)
        for reply in replies:
            self._answers.labels(channel, reply.about.kind, reply.outcome).inc()
            if reply.outcome in LOOKUPS:
                self._lookups.labels(reply.outcome).inc()
            for aspect in reply.about.aspects if reply.about.kind == "procedure" and reply.about.service else ():
                self._services.labels(reply.about.service, aspect).inc()

    def limited(self, channel: str, limit: str) -> None:
        """Count a message that was beyond a limit: of its chat, its address or this process."""
        self._limited.labels(channel, limit).inc()

    def limits_hold(self, counting: bool) -> None:
        """Show whether messages can be counted; while they cannot, nobody is beyond the limit of a chat or an address."""
        self._holding.set(counting)

    def update(self, state: str) -> None:
        """Count an update of Telegram: new, resumed after a process died over it, busy, done before, or postponed."""
        self._updates.labels(state).inc()

    def at_the_desk(self, waiting: int, late: int, taken: int, oldest: float) -> None:
        """Show how many conversations wait for a person, wait too long, or are with one, and the longest wait in seconds."""
        for state, count in (("waiting", waiting), ("late", late), ("taken", taken)):
            self._people.labels(state).set(count)
        self._longest.set(oldest)

    def in_outbox(self, due: Mapping[str, tuple[int, float]]) -> None:
        """Show how many messages are due on each channel, and for how many seconds the oldest is."""
        for channel, (count, oldest) in due.items():
            self._outbox.labels(channel).set(count)
            self._oldest.labels(channel).set(oldest)

    def in_use(self, model: str, files: str, revisions: Mapping[str, int]) -> None:
        """Show which model answers, and from which revision of each service's script."""
        for gauge in (self._model, self._revisions):
            gauge.clear()
        self._model.labels(model, files).set(1)
        for service, revision in revisions.items():
            self._revisions.labels(service, str(revision)).set(1)

    def text(self) -> bytes:
        """Return what Prometheus reads."""
        return generate_latest(self._registry)
