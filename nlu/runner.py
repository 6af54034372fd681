"""Runs a loaded model's graph, node after node, in an order that is worked out once for each set of targets.

Rasa hands every run to dask, which plans it anew and prepares for parallel work that a single message does not have.
"""
from __future__ import annotations

from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any, Mapping, Sequence

from rasa.engine.runner.dask import DaskGraphRunner


class PlainRunner:
    """Stands in for the runner of a loaded model; the nodes and what they return are the same."""

    def __init__(self, runner: DaskGraphRunner) -> None:
        self._schema = runner._graph_schema
        self._nodes = runner._instantiated_nodes
        self._plan = lru_cache(maxsize=None)(self._planned)

    def run(self, inputs: Mapping[str, Any] | None = None, targets: Sequence[str] | None = None) -> dict[str, Any]:
        """Return what each target node gives for the inputs."""
        wanted = tuple(targets or self._schema.target_names)
        results = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._plan(wanted):
            results[name] = self._nodes[name](*(results[need] for need in needs))
        return dict(results[target] for target in wanted)

    def _planned(self, targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        nodes = self._schema.minimal_graph_schema(list(targets)).nodes
        needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
        order = TopologicalSorter({name: [need for need in needed if need in nodes] for name, needed in needs.items()})
        return [(name, needs[name]) for name in order.static_order()]
