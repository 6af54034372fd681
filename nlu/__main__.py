"""Understanding from the command line: `python -m nlu train`, `classify < in.jsonl`, `ask "message"`, `tune`, `evaluate`."""
from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any, Mapping, TextIO

from nlu import evaluation, model

FIELDS = ("intent", "service", "aspects", "also", "dossier", "language", "confidence", "decision", "candidates")

_NOT_UTF8 = re.compile("[\udc80-\udcff]")
"""What Python reads for bytes that are no UTF-8, when told to go on."""


def line(given: Mapping[str, Any], understood: Mapping[str, Any]) -> dict[str, Any]:
    """Return an output line: what was given, and the contract's fields beside it."""
    return {**given, **{field: understood[field] for field in FIELDS}}


async def classify(path: Path, source: TextIO, sink: TextIO) -> int:
    """Classify each JSON line; a line that is none, or has no text, is named on stderr and skipped."""
    agent, wrong = model.load(path), 0
    for number, raw in enumerate(source, 1):
        if not raw.strip():
            continue
        try:
            if _NOT_UTF8.search(raw):
                raise ValueError("not UTF-8")
            given = json.loads(raw)
            text = given["text"]
            if not isinstance(text, str):
                raise TypeError("text is not a string")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            print(f"line {number}: {error!r}: expected an object with a \"text\"", file=sys.stderr)
            wrong += 1
            continue
        parsed = await model.understand(agent, text)
        print(json.dumps(line(given, parsed["understanding"]), ensure_ascii=False), file=sink, flush=True)
    return 1 if wrong else 0


async def ask(path: Path, text: str) -> int:
    parsed = await model.understand(model.load(path), text)
    print(json.dumps(parsed["understanding"], ensure_ascii=False, indent=1))
    return 0


async def tune(path: Path) -> int:
    """Print thresholds better than the present ones, and the calibration, for a person to put into config.yml."""
    from nlu import thresholds

    heard = await thresholds.hear(model.load(path))
    config = model.component("Decision")
    print(f"{len(heard)} messages of nlu/tuning, mean cost {thresholds.total(heard, config):.4f}")
    for name, value, cost in thresholds.choose(heard, config):
        print(f"  {name}: {value}   # mean cost {cost:.4f}", flush=True)
    for name, value in thresholds.calibration(heard).items():
        print(f"  {name}: {value}")
    return 0


def cross_validate() -> int:
    """Print how well each fifth of the training data is understood by a model learnt from the rest."""
    from nlu import crossvalidation

    shares, confusions = crossvalidation.cross_validate()
    for name, share in shares.items():
        low, high = share.interval
        print(f"right {name:8} {share.value:.3f}  ({low:.3f} - {high:.3f})  {share.count}")
    for (meant, taken), count in [row for row in confusions.most_common() if row[0][0] != row[0][1]][:15]:
        print(f"  {count:3}  {meant} -> {taken}")
    return 0


async def evaluate(path: Path, folder: Path, written: Path) -> int:
    """Print and write the whole table; fail when a measure is on the wrong side of its recorded floor."""
    agent = model.load(path)

    async def understand(text: str) -> Mapping[str, Any]:
        return (await model.understand(agent, text))["understanding"]

    from nlu import report as reports

    report = await evaluation.evaluate(understand, folder)
    for way, share in (await evaluation.same_however_typed(understand, folder)).items():
        report.shares[f"the same {way}"] = share
    text = "\n".join(reports.lines(report))
    print(text)
    written.mkdir(parents=True, exist_ok=True)
    (written / "report.md").write_text(text + "\n\n![what is taken for what](confusions.png)\n", encoding="utf-8")
    reports.draw(report, written / "confusions.png")
    print(f"\nwritten to {written}/report.md, with the confusions as a picture", file=sys.stderr)
    floors = folder / evaluation.FLOORS.name
    below = report.below(evaluation.floors(floors)) if floors.exists() else []
    print("\n".join(["", "below the recorded floor:", *below]) if below else "")
    return 1 if below else 0


def told(component: str, number: int, count: int) -> None:
    """Say how far a training is, one line for each component."""
    print(f"trained {number}/{count} {component}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m nlu", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("train", help="train unless the model is up to date")
    command.add_argument("--taught", type=Path, metavar="FILE", help="learn these examples too (Rasa's NLU format); needs --output")
    command.add_argument("--output", type=Path, metavar="FILE", help="write the model here, whether or not there is one")
    with_model = argparse.ArgumentParser(add_help=False)
    with_model.add_argument("--model", type=Path, help="a model file; default: the one of the present inputs")
    commands.add_parser("classify", parents=[with_model], help="JSON lines with `text` from stdin to stdout")
    command = commands.add_parser("ask", parents=[with_model], help="show what is understood of one message")
    command.add_argument("text")
    commands.add_parser("tune", parents=[with_model], help="choose the thresholds of the decision on nlu/tuning")
    command = commands.add_parser("evaluate", parents=[with_model], help="measure on the sets that are never trained on")
    command.add_argument("--on", type=Path, default=evaluation.SETS, metavar="FOLDER")
    command.add_argument("--report", type=Path, default=Path("var/understanding"), metavar="FOLDER", help="default: %(default)s")
    commands.add_parser("cross-validate", help="five-fold cross-validation on the training data")
    options = parser.parse_args()
    try:
        if options.command == "train":
            if options.taught and not options.output:
                parser.error("--taught needs --output: the model of the files stays what it is")
            print(model.train(options.taught, options.output, told) if options.output else model.ready())
            return 0
        if options.command == "cross-validate":
            return cross_validate()
        path = options.model or model.ready()
        if options.command == "classify":
            # JSON is UTF-8 whatever the locale; half a character (\\ud83d) goes out as it came in, escaped.
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
            return asyncio.run(classify(path, sys.stdin, sys.stdout))
        if options.command == "tune":
            return asyncio.run(tune(path))
        return asyncio.run(evaluate(path, options.on, options.report) if options.command == "evaluate" else ask(path, options.text))
    except model.ModelUnusable as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
