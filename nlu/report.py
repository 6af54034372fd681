"""An evaluation as a person reads it: tables in Markdown, and a picture of what is taken for what."""
from __future__ import annotations

import statistics
from pathlib import Path
from typing import Iterator

from nlu.components.general import GENERAL
from nlu.evaluation import MISTAKES, Report, Shares

_FINE = (("out_of_scope", "fallback"),)

WORST = 25
"""How many confusions are listed."""


def lines(report: Report) -> Iterator[str]:
    """Return the report as Markdown."""
    yield "# How well messages are understood"
    yield from _table("All sets", report.shares, "measure")
    yield ""
    yield f"One message: {statistics.median(report.milliseconds):.2f} ms (median)."
    yield "Shares of mistakes: " + ", ".join(sorted(MISTAKES & report.shares.keys())) + "."
    for name, shares in report.groups.items():
        if shares:
            yield from _table(f"Right service answered, by {name}", shares, name)
    yield ""
    yield "## Most frequent confusions"
    yield ""
    yield "| meant | taken for | messages |"
    yield "|---|---|---|"
    wrong = [row for row in report.confusions.most_common() if row[0] not in _FINE and row[0][0] != row[0][1]]
    for (meant, taken), count in wrong[:WORST]:
        yield f"| {meant} | {taken} | {count} |"


def draw(report: Report, path: Path) -> None:
    """Write the confusions as a picture: a row for each intent that was meant, a column for what it was taken for."""
    from matplotlib.figure import Figure

    names = sorted({name for pair in report.confusions for name in pair}, key=lambda name: (name in GENERAL, name))
    meant = [name for name in names if any(pair[0] == name for pair in report.confusions)]
    figure = Figure(figsize=(15, 13), layout="constrained")
    axes = figure.subplots()
    totals = {row: sum(count for (one, _), count in report.confusions.items() if one == row) for row in meant}
    axes.imshow([[report.confusions[row, column] / totals[row] for column in names] for row in meant], cmap="Blues", vmin=0, vmax=1)
    for y, row in enumerate(meant):
        for x, column in enumerate(names):
            if count := report.confusions[row, column]:
                axes.text(x, y, count, ha="center", va="center", fontsize=6, color="white" if count > totals[row] / 2 else "black")
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(meant)), meant, fontsize=7)
    axes.set(xlabel="taken for", ylabel="meant")
    figure.savefig(path, dpi=110)


def _table(title: str, shares: Shares, first: str) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield f"| {first} | share | 95% interval | messages |"
    yield "|---|---|---|---|"
    for name, share in sorted(shares.items(), key=lambda row: (row[1].value if first != "measure" else 0, row[0])):
        low, high = share.interval
        yield f"| {name} | {share.value:.3f} | {low:.3f} – {high:.3f} | {share.count} |"
