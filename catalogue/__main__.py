"""Service scripts from the command line: check the files, move them between files and database, look back, restore."""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from catalogue import files
from catalogue.revisions import Revisions, UnknownRevision, import_changed
from store.database import Database, DatabaseUnusable, url_from


def validate(options: argparse.Namespace) -> int:
    found = [files.read_file(path) for path in options.file] or [files.read_folder(files.SERVICES)]
    problems = [problem for _, several in found for problem in several]
    print("\n".join(map(str, problems)) or "every service file is right")
    return 1 if problems else 0


def import_(options: argparse.Namespace) -> int:
    scripts, problems = files.read_folder(options.folder)
    for problem in problems:
        print(f"not imported: {problem}", file=sys.stderr)
    new = import_changed(_revisions(), scripts, options.author, options.reason)
    for name, revision in new.items():
        print(f"{name}@{revision}")
    print(f"{len(new)} of {len(scripts)} scripts differed and are live now")
    return 1 if problems else 0


def export(options: argparse.Namespace) -> int:
    options.folder.mkdir(parents=True, exist_ok=True)
    live = _revisions().live()
    for name, (_, content) in live.items():
        (options.folder / f"{name}.yml").write_text(files.dump(content), encoding="utf-8")
    print(f"{len(live)} scripts written to {options.folder}")
    return 0


def history(options: argparse.Namespace) -> int:
    for row in _revisions().history(options.script):
        print(f"{row.script}@{row.revision}  {row.created_at:%Y-%m-%d %H:%M} UTC  {row.author}: {row.reason}")
    return 0


def restore(options: argparse.Namespace) -> int:
    try:
        revision = _revisions().restore(options.script, options.revision, options.author, options.reason)
    except UnknownRevision as error:
        print(f"there is no revision {error}", file=sys.stderr)
        return 1
    print(f"{options.script}@{revision} is live")
    return 0


def _revisions() -> Revisions:
    return Revisions(Database(url_from(os.environ)))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m catalogue", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("validate", help="check the service files (all of them, or those named)")
    command.add_argument("file", nargs="*", type=Path)
    command.set_defaults(run=validate)
    signed = argparse.ArgumentParser(add_help=False)
    signed.add_argument("--author", default=os.environ.get("USER", "command line"))
    command = commands.add_parser("import", parents=[signed], help="publish the files that differ from the database")
    command.add_argument("folder", nargs="?", type=Path, default=files.SERVICES)
    command.add_argument("--reason", default="import of files")
    command.set_defaults(run=import_)
    command = commands.add_parser("export", help="write the live scripts as files")
    command.add_argument("folder", type=Path)
    command.set_defaults(run=export)
    command = commands.add_parser("history", help="list a script's revisions")
    command.add_argument("script")
    command.set_defaults(run=history)
    command = commands.add_parser("restore", parents=[signed], help="make an earlier revision live again")
    command.add_argument("script")
    command.add_argument("revision", type=int)
    command.add_argument("--reason", required=True)
    command.set_defaults(run=restore)
    options = parser.parse_args()
    try:
        return options.run(options)
    except DatabaseUnusable as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
