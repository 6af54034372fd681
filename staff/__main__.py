"""Accounts from the command line: `python -m staff add NAME --roles administrator`, `list`, `reset NAME`, `disable NAME`."""
from __future__ import annotations

import argparse
import os
import sys

from dotenv import load_dotenv

from staff.accounts import AccountRefused, Accounts, new_password
from staff.audit import Audit
from staff.roles import ROLES
from store.database import Database, DatabaseUnusable, url_from

WHY = {
    "name": "a name is 2 to 40 small letters, digits, dots, - or _, and starts with a letter",
    "taken": "there is an account of that name; `reset` gives it a new password",
    "roles": f"roles are one or more of: {', '.join(ROLES)}",
    "unknown": "there is no account of that name; `list` shows them",
    "last": "nobody would be left to manage accounts; make another administrator first",
}


def run(options: argparse.Namespace, accounts: Accounts, audit: Audit) -> None:
    if options.command == "list":
        for one in accounts.all():
            print(f"{one.name:20} {one.full_name:30} {','.join(one.roles)}{'  (disabled)' if one.disabled else ''}")
        return
    if options.command == "add":
        password = new_password()
        accounts.add(options.name, options.full_name or options.name, options.roles, password)
        print(f"Account {options.name} made. Password for the first sign-in: {password}")
    elif options.command == "reset":
        print(f"New password of {options.name}, for the next sign-in: {accounts.reset(options.name)}")
    else:
        accounts.disable(options.name, options.command == "disable")
        print(f"Account {options.name}: {options.command}d")
    audit.add("command line", f"account {options.command}", options.name, "", ",".join(getattr(options, "roles", None) or []))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m staff", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="show the accounts")
    add = commands.add_parser("add", help="make an account; its first password is printed once")
    add.add_argument("name")
    add.add_argument("--full-name")
    add.add_argument("--roles", nargs="+", default=["administrator"], metavar="ROLE",
                     help=f"{', '.join(ROLES)}; default: administrator")
    others = {"reset": "give a new password and unlock", "disable": "forbid signing in", "enable": "allow it again"}
    for command, text in others.items():
        commands.add_parser(command, help=text).add_argument("name")
    options = parser.parse_args()
    load_dotenv(".env")
    try:
        database = Database(url_from(os.environ))
        run(options, Accounts(database), Audit(database))
    except DatabaseUnusable as error:
        print(error, file=sys.stderr)
        return 1
    except AccountRefused as error:
        print(f"{getattr(options, 'name', '')}: {WHY[error.name]}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
