"""Trainings from the command line: `python -m teaching list`; the bot itself starts `python -m teaching run NUMBER`."""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from dotenv import load_dotenv

from store.database import Database, DatabaseUnusable, url_from
from teaching.run import Commands, Run
from teaching.trainings import Trainings

QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
         "PYTHONWARNINGS": "ignore"}

NICE = 10
"""By how much a training gives way to the bot that answers on the same machine."""


def show(trainings: Trainings) -> None:
    for one in trainings.newest():
        print(f"{one.id:5}  {one.begun_at:%Y-%m-%d %H:%M}  {one.state:8} {one.percent:3}%  {one.examples} examples  {one.author}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m teaching", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="show the newest trainings")
    commands.add_parser("run", help="do a training that was begun in the console").add_argument("training", type=int)
    options = parser.parse_args()
    load_dotenv(".env")
    try:
        database = Database(url_from(os.environ))
    except DatabaseUnusable as error:
        print(error, file=sys.stderr)
        return 1
    if options.command == "list":
        show(Trainings(database))
        return 0
    os.nice(NICE)
    base = Path(os.environ["MODEL"]).resolve() if os.environ.get("MODEL") else None
    return 0 if Run(database, options.training, base, Commands(environment={**os.environ, **QUIET})).run() else 1


if __name__ == "__main__":
    sys.exit(main())
