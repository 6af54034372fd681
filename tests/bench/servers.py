"""The two servers compared: the bot as it is shipped, and stock Rasa with its default pipeline and an action server."""
from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from nlu.inputs import MODELS, fingerprint

ROOT = Path(__file__).resolve().parent.parent.parent

STOCK_CONFIG = """
recipe: default.v1
language: vi
assistant_id: stock
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- {name: CountVectorsFeaturizer, analyzer: char_wb, min_ngram: 1, max_ngram: 4}
- {name: DIETClassifier, epochs: 1, constrain_similarities: true}
- name: EntitySynonymMapper
- {name: ResponseSelector, epochs: 1, constrain_similarities: true}
- {name: FallbackClassifier, threshold: 0.0, ambiguity_threshold: 0.0}
policies:
- name: MemoizationPolicy
- {name: RulePolicy, core_fallback_action_name: action_unsure}
- {name: UnexpecTEDIntentPolicy, max_history: 5, epochs: 1}
- {name: TEDPolicy, max_history: 5, epochs: 1, constrain_similarities: true}
"""
"""Rasa's default pipeline and policies. One epoch: more would change what is predicted, not how long it takes."""


@dataclass
class Server:
    """Processes that together answer on a port; `start` measures the seconds until they do."""

    name: str
    port: int
    commands: list[list[str]]
    folder: Path
    ready: str
    environment: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"

    def start(self) -> float:
        started = time.perf_counter()
        log = (self.folder / f"{self.name}.log").open("ab")
        self.processes = [subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, **self.environment})
                          for command in self.commands]
        while not self._answers():
            if any(process.poll() is not None for process in self.processes) or time.perf_counter() - started > 300:
                raise RuntimeError(f"{self.name} did not start; see {self.folder / self.name}.log")
            time.sleep(0.1)
        return time.perf_counter() - started

    def memory(self) -> float:
        """Return the megabytes of all processes together, as the kernel counts them (resident)."""
        return sum(_resident(process.pid) for process in self.processes) / 1024

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.ready}", timeout=1) as response:
                return response.status == 200
        except (urllib.error.URLError, OSError):
            return False


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def ours(folder: Path, name: str = "bot", **settings: str) -> Server:
    port = free_port()
    return Server(name, port, [[sys.executable, "-m", "bot"]], folder, "/readyz", {
        "PORT": str(port), "HOST": "127.0.0.1", "DATABASE_URL": f"sqlite:///{folder}/ours.db", "TELEGRAM_TOKEN": "",
        "LOG_LEVEL": "WARNING", "RATE_CHAT": "0", "RATE_ADDRESS": "0", "RATE_PROCESS": "0", "REDIS_URL": "",
        **settings})


def stock(folder: Path) -> Server:
    """Return stock Rasa's servers, trained on the same data, each started as Rasa's documentation says."""
    port, actions = free_port(), free_port()
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    (folder / "endpoints.yml").write_text(
        f"action_endpoint: {{url: 'http://127.0.0.1:{actions}/webhook'}}\n"
        f"tracker_store: {{type: sql, dialect: sqlite, db: '{folder}/stock.db'}}\n", encoding="utf-8")
    rasa = [sys.executable, "-m", "rasa"]
    return Server("stock", port, [
        [*rasa, "run", "--model", str(_stock_model(folder)), "--port", str(port), "--interface", "127.0.0.1", "--enable-api",
         "--credentials", str(folder / "credentials.yml"), "--endpoints", str(folder / "endpoints.yml")],
        [*rasa, "run", "actions", "--port", str(actions)],
    ], folder, "/status", {"DATABASE_URL": f"sqlite:///{folder}/ours.db"})


def _stock_model(folder: Path) -> Path:
    """Return the model of stock Rasa for the present data, trained first if there is none: that takes several minutes."""
    path = MODELS / "bench" / f"stock-{fingerprint()}.tar.gz"
    if not path.exists():
        (folder / "config.yml").write_text(STOCK_CONFIG, encoding="utf-8")
        with (folder / "training.log").open("wb") as log:
            train = ["train", "--config", str(folder / "config.yml"), "--domain", "domain.yml", "--data", "nlu/data",
                     "--out", str(path.parent), "--fixed-model-name", path.name.removesuffix(".tar.gz"), "--skip-validation"]
            subprocess.run([sys.executable, "-m", "rasa", *train], cwd=ROOT, check=True, stdout=log, stderr=log)
    return path


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0
