"""Measure the bot: beside stock Rasa, the dossiers at full size, over time, and with a second process. Writes bench.json.

`python -m tests.bench [PART ...]`
"""
from __future__ import annotations

import asyncio
import json
import platform
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from nlu import model
from tests.bench import dossiers, endurance, load, scaling, servers, shares

OUTPUT = Path("bench.json")
ROUNDS = 3
"""Of which the median counts."""


def measure(server: servers.Server, conversations: int) -> dict[str, float]:
    """Start a server, measure it alone and under eight citizens at once, and stop it."""
    seconds = server.start()
    try:
        before = server.memory()
        one = asyncio.run(load.measure(server.url, conversations, 1))
        eight = asyncio.run(load.measure(server.url, conversations, 8))
        return {"start_s": seconds, "p50_ms": one["p50_ms"], "p95_ms": one["p95_ms"],
                "p99_ms": one["p99_ms"],
                "one_by_one_per_s": one["messages_per_second"],
                "eight_p95_ms": eight["p95_ms"], "eight_per_s": eight["messages_per_second"], "memory_start_mb": before,
                "memory_end_mb": server.memory(), "messages": one["messages"] + eight["messages"]}
    finally:
        server.stop()


def messages() -> dict[str, Any]:
    """Measure the bot and stock Rasa with the same messages, in turns: what else the machine does then slows both alike."""
    model.ready()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("training stock Rasa (once a version of the training data) ...", flush=True)
        stock = servers.stock(folder)
        rounds: dict[str, list[dict[str, float]]] = {"bot": [], "stock": []}
        for number in range(ROUNDS):
            print(f"measuring, round {number + 1} of {ROUNDS} ...", flush=True)
            rounds["bot"].append(measure(servers.ours(folder), 40))
            rounds["stock"].append(measure(stock, 6))
    results = {kind: {figure: median(one[figure] for one in found) for figure in found[0]} for kind, found in rounds.items()}
    ratios = [bot["eight_per_s"] / other["eight_per_s"] for bot, other in zip(rounds["bot"], rounds["stock"])]
    for figure in results["bot"]:
        print(f"{figure:18}" + "".join(f"{name:>8} {result[figure]:10.1f}" for name, result in results.items()))
    print(f"throughput, bot to stock: {median(ratios):.1f} (the rounds: {', '.join(f'{ratio:.1f}' for ratio in ratios)})")
    return {"throughput_ratio": median(ratios), **results}


def at_full_size() -> dict[str, Any]:
    """Measure look-ups, import and scan with as many dossiers as a province has."""
    print("measuring dossiers at full size ...", flush=True)
    with tempfile.TemporaryDirectory() as name:
        results = dossiers.measure(Path(name))
    for figure in results["sqlite"]:
        print(f"{figure:24}" + "".join(f"{name:>12} {result[figure]:12,.1f}" for name, result in results.items()))
    return {"dossiers": results}


def over_time() -> dict[str, Any]:
    """Measure what many messages, and a long conversation, do to memory and cost."""
    print(f"answering {endurance.MESSAGES:,} messages ...", flush=True)
    with tempfile.TemporaryDirectory() as name:
        results = endurance.measure(Path(name))
    for figure, value in results.items():
        print(f"{figure:24}{value:12,.1f}")
    return {"endurance": results}


def with_another_process() -> dict[str, Any]:
    """Measure what a second process adds; where processes cannot be held to a share of a core, say so."""
    print("answering with one process and with two in turn ...", flush=True)
    with tempfile.TemporaryDirectory() as name:
        try:
            results = scaling.measure(Path(name))
        except shares.NoShares as error:
            print(f"scaling is skipped: it takes root, and control groups that can be made here, to hold a process to a share ({error})")
            return {}
    for figure, value in results.items():
        print(f"{figure:24}{value:12,.2f}")
    return {"scaling": results}


PARTS = {"messages": messages, "dossiers": at_full_size, "endurance": over_time, "scaling": with_another_process}


def main() -> None:
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        sys.exit(f"there is no part {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")
    # A part that was not measured now keeps what was measured before.
    kept = json.loads(OUTPUT.read_text()) if OUTPUT.exists() else {}
    for name in wanted:
        kept |= {"machine": platform.processor() or platform.machine(), **PARTS[name]()}
        OUTPUT.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
