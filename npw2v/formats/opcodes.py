"""What a pickle would do, told from its codes before it is run: room for what it says, and no more work than bytes.

Python's unpickler takes as much memory as it is told to, so that one damaged byte could use up all there is. And it
hashes what is put into dicts and sets: a tuple anew each time, by all that is in it. Of a tuple that holds another one
twice, sixty levels deep, that takes centuries; of one that is a million levels deep it ends the process.
"""

from __future__ import annotations

import functools
import pickletools

from npw2v.errors import PickleError, TruncatedError

_DEEPEST = 100  # tuples within tuples
_SPARE, _WORK_OF_A_BYTE = 1 << 20, 8
_LONG, _WORK_OF_A_LONG = 24, 1 << 14  # integers beyond 64 bits can be chosen so that their hashes are all the same

_LINE = 100
_STOP, _PUT, _BINPUT, _LONG_BINPUT, _MEMOIZE = b".pqr\x94"
_GET, _BINGET, _LONG_BINGET = b"ghj"
_MARK, _POP, _POP_MARK, _DUP = b"(012"
_TUPLE, _TUPLE1, _TUPLE2, _TUPLE3, _FROZENSET = b"t\x85\x86\x87\x91"
_PUTS, _GETS = {_PUT, _BINPUT, _LONG_BINPUT}, {_GET, _BINGET, _LONG_BINGET}
_INTEGERS = set(b"IL\x8a\x8b")
_SPECIAL = {*_PUTS, *_GETS, *_INTEGERS, _MEMOIZE, _MARK, _POP, _POP_MARK, _DUP}
_MADE_OF = {_TUPLE1: 1, _TUPLE2: 2, _TUPLE3: 3}


def check_codes(content: bytes, where: str) -> None:
    """Raise unless a pickle's lengths fit in it, and what it holds can be hashed in a time that its size explains.

    Parameters
    ----------
    content : bytes
        The pickle.
    where : str
        What messages call it.

    Raises
    ------
    PickleError
        It is damaged, or made to take long.
    TruncatedError
        It ends early.
    """
    arguments, effects, end, at = _arguments(), _effects(), len(content), 0
    stack = _Stack(_SPARE + _WORK_OF_A_BYTE * end)
    heavy, memo, height, memoized, numbered = stack.heavy, stack.memo, 0, 0, False
    try:
        while at < end:
            code = content[at]
            argument, effect = arguments[code], effects[code]
            at += 1
            if argument is None or code == _STOP:  # an unknown code is for the unpickler to refuse
                if numbered and memoized:
                    raise _Refused("it numbers objects in two ways")
                return
            start = at
            if argument < 0:
                at -= argument
                at += int.from_bytes(content[start:at], "little")
            elif argument < _LINE:
                at += argument
            else:
                for _ in range(argument // _LINE):
                    at = content.find(b"\n", at) + 1 or end + 1
            if effect is not None:
                height += effect
                if heavy and effect < 0:
                    stack.cut(height)
            elif code == _MEMOIZE:
                if heavy and heavy[-1][0] == height:
                    memo[memoized] = heavy[-1][1:]
                memoized += 1
            elif code in _GETS:
                height += 1
                if memo and (found := memo.get(_number(content, code, start, at))):
                    stack.push(height, *found)
            elif code in _PUTS:
                numbered = True
                if heavy or memo or code != _BINPUT:
                    stack.put(_number(content, code, start, at), height, end)
            elif code in _INTEGERS:
                height += 1
                if at - start > _LONG:
                    stack.charge(_WORK_OF_A_LONG)
            else:
                height = stack.step(code, height)
    except _Refused as refused:
        raise PickleError(f"{where}: the pickle is damaged, at byte {start - 1}: {refused}") from None
    raise TruncatedError(f"{where}: the pickle ends early, after {end} bytes: the file is truncated")


class _Refused(Exception):
    """Why a pickle is not read."""


class _Stack:
    """Where tuples and frozen sets are on the unpickler's stack; of all else only its height is known.

    Parameters
    ----------
    budget : int
        How many items of tuples may be looked at again.
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.marks: list[int] = []
        self.heavy: list[tuple[int, int, int]] = []  # height, items in all, levels
        self.memo: dict[int, tuple[int, int]] = {}

    def charge(self, work: int) -> None:
        """Count work that the file's size does not explain."""
        self.budget -= work
        if self.budget < 0:
            raise _Refused("hashing what is in it would take far longer than its size explains")

    def push(self, height: int, items: int, levels: int) -> None:
        """Put a tuple there that is somewhere else, too."""
        self.charge(items)
        self.heavy.append((height, items, levels))

    def put(self, number: int, height: int, most: int) -> None:
        """Remember what is on top by a number."""
        if number > most:
            raise _Refused("it numbers more objects than it has")
        if self.heavy and self.heavy[-1][0] == height:
            self.memo[number] = self.heavy[-1][1:]
        else:
            self.memo.pop(number, None)

    def cut(self, height: int) -> list[tuple[int, int, int]]:
        """Take off what is above a height, and return the tuples among it."""
        taken = []
        while self.heavy and self.heavy[-1][0] > height:
            taken.append(self.heavy.pop())
        return taken

    def step(self, code: int, height: int) -> int:
        """Do what one of the rarer codes does; return the new height."""
        if code == _MARK:
            self.marks.append(height)
            return height
        if code == _DUP:
            if self.heavy and self.heavy[-1][0] == height:
                self.push(height + 1, *self.heavy[-1][1:])
            return height + 1
        if code == _POP and not (self.marks and self.marks[-1] == height):
            self.cut(height - 1)
            return height - 1
        if code in _MADE_OF:
            return self._made(height - _MADE_OF[code], height)
        if not self.marks:
            raise _Refused("it has no mark where it needs one")
        base = self.marks.pop()
        if code in (_TUPLE, _FROZENSET):
            return self._made(base, height)
        self.cut(base)
        return base + _MARKED[code]

    def _made(self, base: int, height: int) -> int:
        """Make a tuple of what is above `base`."""
        taken = self.cut(base)
        levels = 1 + max((levels for _, _, levels in taken), default=0)
        if levels > _DEEPEST:
            raise _Refused(f"it has more than {_DEEPEST} tuples within each other")
        self.heavy.append((base + 1, 1 + height - base + sum(items for _, items, _ in taken), levels))
        return base + 1


def _number(content: bytes, code: int, start: int, end: int) -> int:
    """Return the number of a memo's entry; of many digits, another large one."""
    if code in (_PUT, _GET):
        digits = content[start : end - 1].strip()
        return int(digits) if digits.isdigit() and len(digits) < 20 else 10**20
    return int.from_bytes(content[start:end], "little")


@functools.cache
def _arguments() -> list[int | None]:
    """Return what follows a code of Python's pickle, by the code.

    Up to 99, so many bytes; below zero, a length of so many bytes, and then so many; `_LINE` for each line of text.
    None for what is no code.
    """
    found: list[int | None] = [None] * 256
    for opcode in pickletools.opcodes:
        size = 0 if opcode.arg is None else opcode.arg.n
        how = {
            pickletools.UP_TO_NEWLINE: _LINE * (2 if opcode.name in ("GLOBAL", "INST") else 1),
            pickletools.TAKEN_FROM_ARGUMENT1: -1,
            pickletools.TAKEN_FROM_ARGUMENT4: -4,
            pickletools.TAKEN_FROM_ARGUMENT4U: -4,
            pickletools.TAKEN_FROM_ARGUMENT8U: -8,
        }
        found[ord(opcode.code)] = how.get(size, size)
    return found


#: Codes that take all from a mark on → what they leave in its place, besides what was below the mark.
_MARKED = {**dict.fromkeys(b"ldoi", 1), **dict.fromkeys(b"eu\x90", 0), **dict.fromkeys((_POP, _POP_MARK), 0)}


@functools.cache
def _effects() -> list[int | None]:
    """Return how much higher the stack is after a code, by the code; None for those that need a closer look."""
    found: list[int | None] = [0] * 256
    for opcode in pickletools.opcodes:
        code = ord(opcode.code)
        if code in _SPECIAL or code in _MADE_OF or code in (_TUPLE, _FROZENSET) or code in _MARKED:
            found[code] = None
        else:
            found[code] = len(opcode.stack_after) - len(opcode.stack_before)
    return found
