"""A stand-in for `python -m nlu`: a model is what each message means, as JSON; it learns and answers at once.

`--broken train` (or classify) ends half-way with an error, `--slow train` does not end at all.
"""
from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from nlu import examples

SURE = {"also": [], "dossier": None, "language": "vi", "confidence": 0.9}


def understood(text: str, known: dict[str, list]) -> dict:
    """Return what a model makes of a message it knows, else that it is none of ours."""
    intent, aspects = known.get(text, ["out_of_scope", []])
    service = intent if intent not in ("greet", "out_of_scope") else None
    decision = "fallback" if intent == "out_of_scope" else "answer"
    return {"text": text, "intent": "ask_service" if service else intent, "service": service, "aspects": aspects, "decision": decision,
            "candidates": [[service, 0.9]] if service else [], **SURE}


def train(taught: Path, output: Path) -> None:
    base = json.loads((Path(__file__).parent / "base.json").read_text(encoding="utf-8"))
    print("trained 1/2 Half", flush=True)
    output.write_text(json.dumps({**base, **{one.text: [one.intent, list(one.aspects)] for one in examples.of_file(taught)}}))
    print("trained 2/2 Whole", flush=True)


def classify(model: Path) -> None:
    known = json.loads(model.read_text())
    for line in sys.stdin:
        print(json.dumps(understood(json.loads(line)["text"], known)), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--broken")
    parser.add_argument("--slow")
    parser.add_argument("command")
    parser.add_argument("--taught", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    if options.slow == options.command:
        print("trained 1/2 Half", flush=True)
        time.sleep(600)
    if options.broken == options.command:
        print("\n".join(f"line {number}" for number in range(100)), file=sys.stderr)
        sys.stderr.write("progress 10%\rprogress 20%\rout of memory\n")
        return 3
    if options.command == "train":
        train(options.taught, options.output)
    else:
        classify(options.model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
