"""Reading a pickle that gensim wrote without running anything that is in it.

A pickle is a program: it names functions and classes, and calls them. Here every name is looked up in a literal table
(`TABLE`), and nothing is ever imported for a file. What the table gives is inert: a gensim object becomes a `Record`
of its attributes, a function becomes a `Name`, and arrays are built by the few lines below from plain dtypes and bytes,
never by NumPy's own unpickling functions, which trust what they are told. None of it can be changed or called by a
file in a way that leaves this module. A name that is not in the table ends the reading with an error.

The bytes are those of Python's pickle, protocols 0 to 5, also from Python 2 (its byte strings are read as latin-1).
"""

from __future__ import annotations

import copyreg
import io
import math
import os
import pickle
import re
import threading
from collections.abc import Callable
from typing import IO, Any, BinaryIO, NoReturn

import numpy as np
from numpy.typing import NDArray

from npw2v.checks import shown
from npw2v.errors import FormatError, PickleError
from npw2v.formats.opcodes import check_codes
from npw2v.formats.opening import Source, is_decompressed, label, open_for_reading

Array = NDArray[Any]


def read_pickle(source: Source) -> Any:
    """Read a pickle that names nothing but what `TABLE` allows.

    Parameters
    ----------
    source : path or binary file
        The pickle, which may be compressed.

    Returns
    -------
    object
        Python's plain objects, numbers and arrays, and the stand-ins of this module for everything else.

    Raises
    ------
    PickleError
        The pickle is damaged, or names something that is not allowed; the message says which.
    TruncatedError
        It ends early.
    """
    where = label(source)
    with open_for_reading(source) as file:
        most = _most(source, file)
        content = file.read() if most is None else _read(file, most + 1)
    if most is not None and len(content) > most:
        raise PickleError(f"{where} decompresses to more than {most} bytes, which no pickle of words does{_ADVICE}")
    check_codes(content, where)
    copyreg.clear_extension_cache()  # names registered by number come from the table, too, or not at all
    _meter.left = _SPARE + _BYTES_OF_A_BYTE * len(content)
    try:
        return _Unpickler(io.BytesIO(content), where).load()
    except FormatError:
        raise
    except Exception as error:  # on damaged bytes Python's unpickler raises all kinds
        raise PickleError(f"{where}: the pickle is damaged ({type(error).__name__}: {error})") from error


_SPARE = 1 << 20
_BYTES_OF_A_BYTE = 64  # what each byte of a pickle may become, as items of sets and arrays
_MOST_COMPRESSED, _MOST_RATIO = 1 << 28, 100  # a pickle of this size, or that shrinks to this part, is no bomb
_READ_AT_ONCE = 1 << 24
_ADVICE = "; if it is no bomb, decompress it into a file and load that"


class _Meter(threading.local):
    """How many bytes the functions of this module may still make for the pickle that is read."""

    left = _SPARE


_meter = _Meter()


def _charge(size: int) -> None:
    """Count bytes that are made; a pickle can have the same few copied again and again."""
    _meter.left -= size
    if _meter.left < 0:
        raise ValueError("it makes far more of its bytes than there are")


def _most(source: Source, file: IO[bytes]) -> int | None:
    """Return how many bytes a file may become that is decompressed as it is read; None for others."""
    if isinstance(source, (str, os.PathLike)) and os.path.isfile(source):
        return max(_MOST_COMPRESSED, _MOST_RATIO * os.path.getsize(source))
    return _MOST_COMPRESSED if is_decompressed(source, file) else None


def _read(file: IO[bytes], most: int) -> bytes:
    """Read up to `most` bytes, of which a stream may give less at a time."""
    content = io.BytesIO()  # which gives its bytes without copying them
    while most and (part := file.read(min(most, _READ_AT_ONCE))):
        content.write(part)
        most -= len(part)
    return content.getvalue()


class _Unpickler(pickle.Unpickler):
    """Python's unpickler with the table in place of imports."""

    def __init__(self, file: BinaryIO, where: str) -> None:
        super().__init__(file, encoding="latin1")
        self._where = where

    def find_class(self, module: str, name: str) -> Any:
        """Return what the table has for a name; nothing is imported."""
        found = TABLE.get((_RENAMED_MODULES.get(module, module), name))
        if found is None:
            raise PickleError(f"{self._where} {_why_not(module, name)}")
        return found


def _why_not(module: str, name: str) -> str:
    for prefix, kind in _OTHER_MODELS.items():
        if f"{module}.{name}".startswith(prefix):
            return (
                f"is a {kind} of gensim ({module}.{name}); npw2v has Word2Vec and KeyedVectors only. Load it in gensim "
                "and save its word vectors there with wv.save_word2vec_format()"
            )
    return (
        f"is a pickle that names {module}.{name}, which is not on the list of names that npw2v allows, because "
        "loading such a file can run any code. If you trust it, load it in gensim, remove that object from the model "
        "and save it again, or save its vectors with wv.save_word2vec_format()"
    )


# ---- what stands for things in a file


class _Sealed(type):
    """A class that a file cannot change. (Python lets a pickle set attributes of what it holds.)"""

    def __setattr__(cls, name: str, value: Any) -> NoReturn:
        raise TypeError(f"{cls.__name__} cannot be changed")

    def __delattr__(cls, name: str) -> NoReturn:
        raise TypeError(f"{cls.__name__} cannot be changed")


class _Inert(metaclass=_Sealed):
    """What a file may hold but not change."""

    __slots__ = ()

    def __setstate__(self, state: Any) -> None:
        raise ValueError(f"a {type(self).__name__} has no state")


class Name(_Inert):
    """The name of a function or class, such as ``builtins.hash``: nothing that can be called."""

    __slots__ = ("name",)
    name: str

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<the name {self.name}>"


class Record(_Inert):
    """An object of gensim's, as data: the attributes that it was saved with, and none of its code.

    Attributes
    ----------
    name : str
        Its class as the file names it, such as ``"gensim.models.word2vec.Word2Vec"``. (Of the class.)
    state : dict of str to object
        Its attributes. They are not attributes of the record, where Python or NumPy might find and call them.
    """

    __slots__ = ("state",)
    name = ""
    state: dict[str, Any]

    def __new__(cls) -> Record:
        """Return an empty record; pickle calls this."""
        self = super().__new__(cls)
        self.state = {}
        return self

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, dict) or not all(type(name) is str for name in state):
            raise ValueError(f"the attributes of a {self.name} are no dict by names")
        self.state.update(state)

    def __repr__(self) -> str:
        return f"<record of a {self.name} with {', '.join(self.state) or 'no attributes'}>"


class RandomRecord(_Inert):
    """A random generator of NumPy's, or a part of one: its state, whatever that is."""

    __slots__ = ("state",)
    state: Any

    def __init__(self, *made_of: Any) -> None:
        self.state = None

    def __setstate__(self, state: Any) -> None:
        self.state = state


#: What may turn up among the values of a record that is no plain value: isinstance() tells.
STAND_INS = (_Inert, _Sealed)


class _DType(_Inert):
    """A plain dtype: numbers, strings or objects, without fields."""

    __slots__ = ("dtype",)
    dtype: np.dtype[Any]

    def __init__(self, code: Any, *flags: Any) -> None:
        if not isinstance(code, str) or not re.fullmatch(r"b1|[iu][1248]|f[248]|c8|c16|O[48]?|[SU]\d{1,6}", code):
            raise ValueError(f"arrays of dtype {shown(code)} are not read")
        self.dtype = np.dtype("O" if code[0] == "O" else code)

    def __setstate__(self, state: Any) -> None:
        """Set the byte order; a dtype that claims to have fields or shapes is refused."""
        if not isinstance(state, tuple) or len(state) < 5 or state[2:5] != (None, None, None):
            raise ValueError("arrays of structured dtypes are not read")
        if state[1] not in ("<", ">", "|", "="):
            raise ValueError(f"{shown(state[1])} is no byte order")
        self.dtype = self.dtype.newbyteorder(state[1])


class _PickledArray(np.ndarray[Any, np.dtype[Any]], metaclass=_Sealed):
    """An array under construction: `_reconstruct` makes it empty, `__setstate__` fills it."""

    def __setstate__(self, state: Any) -> None:
        """Fill the array from (version, shape, dtype, whether in Fortran order, bytes or list of objects)."""
        if self.size or len(state) != 5 or not isinstance(state[2], _DType):
            raise ValueError("an array's state is damaged")
        _, shape, described, fortran_order, data = state
        values = _values(described.dtype, shape, data)
        # NumPy is trusted with a state whose parts are known to fit: as many objects or bytes as the shape takes.
        content: Any = values.tolist() if values.dtype.hasobject else values.tobytes()
        super().__setstate__((1, shape, values.dtype, bool(fortran_order), content))  # type: ignore[arg-type]


def _values(dtype: np.dtype[Any], shape: Any, data: Any) -> Array:
    """Return a flat array of the values of an array, once their number is known to be right."""
    if not isinstance(shape, tuple) or not all(type(length) is int and length >= 0 for length in shape):
        raise ValueError(f"{shown(shape)} is not the shape of an array")
    size = math.prod(shape)
    _charge(len(data) if isinstance(data, (bytes, bytearray, str)) else 8 * size)
    if dtype.hasobject:
        if not isinstance(data, list) or len(data) != size:
            raise ValueError(f"an array of {size} objects is damaged")
        return np.fromiter(data, dtype=object, count=size)
    if isinstance(data, str):  # Python 2's bytes
        data = data.encode("latin1")
    if not isinstance(data, (bytes, bytearray)) or len(data) != size * dtype.itemsize:
        raise ValueError(f"an array of {size} numbers of {dtype} is damaged")
    return np.frombuffer(data, dtype=dtype)


# ---- the functions that a file may call


class _Function(_Inert):
    """A function of this module; unlike Python's own function objects, a file cannot change it."""

    __slots__ = ("_function",)
    _function: Callable[..., Any]

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *args: Any) -> Any:
        _charge(sum(8 * len(each) for each in args if isinstance(each, (list, tuple, dict, set, frozenset, str))))
        return self._function(*args)


def _array(*described: Any) -> _PickledArray:
    """Stand in for NumPy's ``_reconstruct(type, shape, typecode)``: an array yet to be filled."""
    array: _PickledArray = np.ndarray.__new__(_PickledArray, (0,), np.int8)
    return array


def _array_of_buffer(data: Any, described: Any, shape: Any, order: Any, axes: Any = None) -> _PickledArray:
    """Stand in for NumPy's ``_frombuffer``, which protocol 5 uses."""
    if not isinstance(described, _DType) or order not in ("C", "F") or axes is not None:
        raise ValueError("an array is damaged")
    values = _values(described.dtype, shape, data)
    array: _PickledArray = values.astype(values.dtype.newbyteorder("=")).reshape(shape, order=order).view(_PickledArray)
    return array


def _scalar(described: Any, data: Any) -> Any:
    if not isinstance(described, _DType) or described.dtype.hasobject:
        raise ValueError("a NumPy scalar is damaged")
    return _values(described.dtype, (1,), data)[0]


def _reconstructed(cls: Any, base: Any, state: Any) -> Record:
    """Stand in for ``copyreg._reconstructor``, with which protocols 0 and 1 make an object."""
    if not (isinstance(cls, _Sealed) and issubclass(cls, Record)) or base is not TABLE["builtins", "object"]:
        raise ValueError("an object is made of parts that do not fit")
    return cls()


def _latin1(text: Any, encoding: Any) -> bytes:
    """Stand in for ``_codecs.encode``, with which Python 3 writes bytes for Python 2."""
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise ValueError(f"bytes are encoded as {shown(encoding)}, expected latin1")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    return b""


def _set(items: Any = ()) -> set[Any]:
    return set(_quickly_hashed(list(items)))


def _frozenset(items: Any = ()) -> frozenset[Any]:
    return frozenset(_quickly_hashed(list(items)))


def _dict(items: Any = ()) -> dict[Any, Any]:
    if not isinstance(items, dict):
        items = [(key, value) for key, value in items]
        _quickly_hashed([key for key, _ in items])
    return dict(items)


def _dict_with_default(factory: Any = None, items: Any = ()) -> dict[Any, Any]:
    return _dict(items)


def _quickly_hashed(items: list[Any]) -> list[Any]:
    """Return items, having made sure that a tuple or set among them holds no other and little else.

    What codes put into sets and dicts has been counted (`npw2v.formats.opcodes`), but not what is in these lists.
    """
    for item in items:
        if isinstance(item, tuple | frozenset):
            _charge(8 * len(item))
            if any(isinstance(each, tuple | frozenset) for each in item):
                raise ValueError("a set or dict is made of tuples within tuples")
    return items


# ---- the names that a file may use

_GENSIM_CLASSES = [
    ("gensim.models.word2vec", "Word2Vec"),
    ("gensim.models.word2vec", "Vocab"),
    ("gensim.models.word2vec", "Word2VecVocab"),
    ("gensim.models.word2vec", "Word2VecTrainables"),
    ("gensim.models.keyedvectors", "KeyedVectors"),
    ("gensim.models.keyedvectors", "EuclideanKeyedVectors"),
    ("gensim.models.keyedvectors", "Word2VecKeyedVectors"),
    ("gensim.models.keyedvectors", "Vocab"),
    ("gensim.models.keyedvectors", "CompatVocab"),
    ("gensim.models.phrases", "Phrases"),
    ("gensim.models.phrases", "Phraser"),
    ("gensim.models.phrases", "FrozenPhrases"),
    ("gensim.corpora.dictionary", "Dictionary"),
]
_NAMES = [
    ("builtins", "hash"),
    ("builtins", "object"),
    ("builtins", "int"),
    ("builtins", "long"),
    ("builtins", "float"),
    ("builtins", "str"),
    ("builtins", "list"),
    ("builtins", "dict"),
    ("gensim.utils", "call_on_class_only"),
    ("gensim.models.phrases", "original_scorer"),
    ("gensim.models.phrases", "npmi_scorer"),
    ("numpy", "ndarray"),
    ("numpy", "float16"),
    ("numpy", "float32"),
    ("numpy", "float64"),
    ("numpy.random._mt19937", "MT19937"),
    ("numpy.random._pcg64", "PCG64"),
    ("numpy.random.bit_generator", "SeedSequence"),
]
_FUNCTIONS: list[tuple[str, str, Callable[..., Any]]] = [
    ("builtins", "set", _set),
    ("builtins", "frozenset", _frozenset),
    ("builtins", "bytes", _no_bytes),
    ("collections", "defaultdict", _dict_with_default),
    ("collections", "OrderedDict", _dict),
    ("collections", "Counter", _dict),
    ("copyreg", "_reconstructor", _reconstructed),
    ("_codecs", "encode", _latin1),
    ("numpy", "dtype", _DType),
    ("numpy.core.multiarray", "_reconstruct", _array),
    ("numpy.core.multiarray", "scalar", _scalar),
    ("numpy.core.numeric", "_frombuffer", _array_of_buffer),
    ("numpy.random", "__RandomState_ctor", RandomRecord),
    ("numpy.random._pickle", "__randomstate_ctor", RandomRecord),
    ("numpy.random._pickle", "__generator_ctor", RandomRecord),
    ("numpy.random._pickle", "__bit_generator_ctor", RandomRecord),
    ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence", RandomRecord),
]

#: Modules by the names that other versions of Python and NumPy have for them → as in the table.
_RENAMED_MODULES = {
    "__builtin__": "builtins",
    "copy_reg": "copyreg",
    "UserString": "collections",  # what Python 3.4 writes for Python 2
    "numpy._core.multiarray": "numpy.core.multiarray",
    "numpy._core.numeric": "numpy.core.numeric",
}

#: What else of gensim's people may try to load → what to call it.
_OTHER_MODELS = {
    "gensim.models.fasttext.": "FastText model",
    "gensim.models.wrappers.fasttext.": "FastText model",
    "gensim.models.keyedvectors.FastTextKeyedVectors": "table of FastText vectors",
    "gensim.models.doc2vec.": "Doc2Vec model",
    "gensim.models.keyedvectors.Doc2VecKeyedVectors": "table of Doc2Vec vectors",
}

#: (module, name) → what stands for it. Nothing else is allowed in a file.
TABLE: dict[tuple[str, str], Any] = {
    **{
        (module, name): _Sealed(name, (Record,), {"__slots__": (), "name": f"{module}.{name}"})
        for module, name in _GENSIM_CLASSES
    },
    **{(module, name): Name(f"{module}.{name}") for module, name in _NAMES},
    **{(module, name): _Function(function) for module, name, function in _FUNCTIONS},
}
