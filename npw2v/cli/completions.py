"""`npw2v completions`: what makes a shell complete commands, flags and their values."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import NamedTuple

EXAMPLES = (
    "npw2v completions bash > npw2v.bash",
    "npw2v completions zsh > _npw2v",
    "npw2v completions fish > npw2v.fish",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Print a script for a shell. bash: source it, or put it into ~/.local/share/bash-completion/completions/npw2v. "
        "zsh: put it into a folder of $fpath as _npw2v. fish: put it into ~/.config/fish/completions/npw2v.fish."
    )
    parser.add_argument("shell", choices=["bash", "zsh", "fish"], help="whose script to print")


#: Flags without a command.
GENERAL = {"--help": "show the commands", "--version": "show the version"}


class Flag(NamedTuple):
    """A flag of a command.

    Attributes
    ----------
    names : list of str
        Its short and long name.
    values : list of str
        Those that it may have, if they are listed.
    takes_value : bool
        Whether something follows it.
    help : str
        What it does.
    """

    names: list[str]
    values: list[str]
    takes_value: bool
    help: str


class Command(NamedTuple):
    """A command.

    Attributes
    ----------
    name, help : str
        Its name and what it does.
    flags : list of Flag
        In the order of its help.
    values : list of str
        Of its arguments, if they are listed.
    """

    name: str
    help: str
    flags: list[Flag]
    values: list[str]


def commands_of(options: argparse.Namespace) -> list[Command]:
    """Read the commands and their flags from their parsers."""
    found = []
    for name, summary in options.commands.items():
        actions = options.parser_of(name)._actions  # argparse has no public name for them
        flags = [
            Flag(
                list(action.option_strings), list(map(str, action.choices or ())), action.nargs != 0, action.help or ""
            )
            for action in actions
            if action.option_strings
        ]
        values = [str(each) for action in actions if not action.option_strings for each in action.choices or ()]
        found.append(Command(name, summary, flags, values))
    return found


def run(options: argparse.Namespace) -> None:
    """Print the script."""
    write = {"bash": bash, "zsh": zsh, "fish": fish}[options.shell]
    print("\n".join(write(commands_of(options))))


def bash(commands: list[Command]) -> Iterator[str]:
    """Yield the lines for bash."""
    yield "# npw2v completions bash"
    yield "_npw2v() {"
    yield "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words="
    yield "    if [ $COMP_CWORD -eq 1 ]; then"
    names = " ".join(command.name for command in commands)
    yield f'        COMPREPLY=($(compgen -W "{names} {" ".join(GENERAL)}" -- "$current")); return'
    yield "    fi"
    yield '    case "${COMP_WORDS[1]} $previous" in'
    for command in commands:
        for flag in command.flags:
            if flag.values:
                patterns = "|".join(f'"{command.name} {name}"' for name in flag.names)
                yield f"        {patterns})"
                yield f'            COMPREPLY=($(compgen -W "{" ".join(flag.values)}" -- "$current")); return ;;'
    yield "    esac"
    yield '    case "${COMP_WORDS[1]}" in'
    for command in commands:
        flags = " ".join(name for flag in command.flags for name in flag.names)
        yield f'        {command.name}) words="{" ".join([flags, *command.values])}" ;;'
    yield "    esac"
    yield '    if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); return; fi'
    yield '    local plain=$(printf "%s\\n" $words | grep -v "^-")'
    yield '    if [ -n "$plain" ]; then COMPREPLY=($(compgen -W "$plain" -- "$current")); return; fi'
    yield '    COMPREPLY=($(compgen -f -- "$current"))'
    yield "}"
    yield "complete -o filenames -F _npw2v npw2v"


def zsh(commands: list[Command]) -> Iterator[str]:
    """Yield the lines for zsh."""
    yield "#compdef npw2v"
    yield "_npw2v() {"
    yield "  local -a commands general"
    yield "  commands=("
    for command in commands:
        yield f"    {_quoted(command.name + ':' + command.help.replace(':', ' '))}"
    yield "  )"
    yield f"  general=({' '.join(_quoted(f'{name}:{text}') for name, text in GENERAL.items())})"
    yield "  if (( CURRENT == 2 )); then _describe command commands; _describe -o option general; return; fi"
    yield "  local command=$words[2]"
    yield "  shift words; (( CURRENT-- ))"
    yield "  case $command in"
    for command in commands:
        yield f"    {command.name}) _arguments \\"
        for flag in command.flags:
            for name in flag.names:
                after = ""
                if flag.takes_value:
                    after = f":value:({' '.join(flag.values)})" if flag.values else ":value:_files"
                yield f"        {_quoted(f'{name}[{_plain(flag.help)}]{after}')} \\"
        rest = f"({' '.join(command.values)})" if command.values else "_files"
        yield f"        {_quoted(f'*:argument:{rest}')} ;;"
    yield "  esac"
    yield "}"
    yield 'if [ "$funcstack[1]" = "_npw2v" ]; then _npw2v "$@"; else compdef _npw2v npw2v; fi'


def fish(commands: list[Command]) -> Iterator[str]:
    """Yield the lines for fish."""
    yield "# npw2v completions fish"
    yield "function __npw2v_runs"  # not whether the word stands anywhere: it may be one of the model's
    yield "    set -l words (commandline -opc)"
    yield '    test "$words[2]" = "$argv[1]"'
    yield "end"
    for command in commands:
        yield f"complete -c npw2v -n '__npw2v_runs \"\"' -f -a {command.name} -d {_quoted(command.help)}"
    for name, text in GENERAL.items():
        yield f"complete -c npw2v -n '__npw2v_runs \"\"' -l {name[2:]} -d {_quoted(text)}"
    for command in commands:
        seen = f"'__npw2v_runs {command.name}'"
        if command.values:
            yield f"complete -c npw2v -n {seen} -f -a {_quoted(' '.join(command.values))}"
        for flag in command.flags:
            names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in flag.names)
            value = f" -x -a {_quoted(' '.join(flag.values))}" if flag.values else " -r" if flag.takes_value else ""
            yield f"complete -c npw2v -n {seen} {names}{value} -d {_quoted(flag.help)}"


def _plain(text: str) -> str:
    """Return a text without what zsh takes for signs of its own."""
    return "".join(" " if sign in "[]:\\`" else sign for sign in text)


def _quoted(text: str) -> str:
    """Return a text in single quotes, as the three shells understand them."""
    return "'" + text.replace("'", "\u2019") + "'"
