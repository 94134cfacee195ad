"""Write the part of docs/commands.md that the parsers tell; with --check, say whether it is as they are.

python tools/write_commands.py [--check]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from npw2v.cli import COMMANDS, module_of, parser_of

PAGE = Path(__file__).parent.parent / "docs" / "commands.md"
MARK = "<!-- from here on by tools/write_commands.py -->\n"


def flag_of(action):
    """A flag or an argument as it is written."""
    if action.choices and action.metavar is None:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    else:
        value = action.metavar or action.dest.upper()
        value = " ".join(value) if isinstance(value, tuple) else value
    if not action.option_strings:
        return f"`{value}`"
    names = [f"`{name}`" for name in action.option_strings]
    if action.nargs != 0:
        names[-1] = f"`{action.option_strings[-1]} {value}`"
    return ", ".join(names)


def section_of(name):
    """The section of a command."""
    parser = parser_of(name)
    yield f"## {name}\n\n{COMMANDS[name][0].upper()}{COMMANDS[name][1:]}.\n\n{parser.description}\n\n```sh\n"
    yield "".join(f"{line}\n" for line in getattr(module_of(name), "EXAMPLES", ()))
    yield "```\n\n| | |\n| --- | --- |\n"
    for action in parser._actions:
        if action.dest != "help":
            text = action.help.replace("|", "\\|").replace("%%", "%")
            yield f"| {flag_of(action).replace('|', chr(92) + '|')} | {text} |\n"
    yield "\n"


def rendered():
    """The part of the page that is the parsers'."""
    return "".join(part for name in COMMANDS for part in section_of(name)).rstrip() + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    before = PAGE.read_text(encoding="utf-8")
    now = before.partition(MARK)[0] + MARK + "\n" + rendered()
    if check:
        sys.exit(0 if now == before else f"{PAGE} is not as the commands are: run python tools/write_commands.py")
    PAGE.write_text(now, encoding="utf-8")


if __name__ == "__main__":
    main()
