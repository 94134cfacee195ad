"""What a file of vectors holds, told by its first bytes and by the tables in it, without reading the vectors."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickletools
import re
import struct
import textwrap
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias

import numpy as np

from npw2v.checks import shown
from npw2v.errors import FormatError
from npw2v.formats.detection import peek, read_up_to, zipped
from npw2v.formats.opening import label, open_for_reading
from npw2v.formats.safetensors import DTYPES, read_header
from npw2v.formats.sniff import describe, identify

_WIDTH = 79  # of what is printed
_HEAD = 1 << 16
_LONGEST_JSON = 1 << 24
_LOCAL_HEADER = struct.Struct("<26xHH")  # of a zip's member, up to the lengths of its name and extra field
_MEMBERS = 100  # of a .npz file that are looked at

#: How much of a pickle is looked at, and how many of its codes.
_PICKLE_HEAD, _PICKLE_TAIL, _PICKLE_CODES = 1 << 22, 1 << 16, 2000

_COMPRESSIONS = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz"}

#: Parameters of a gensim model that are looked for in its pickle.
_PARAMETERS = {
    *("vector_size", "alpha", "min_alpha", "window", "min_count", "sample", "ns_exponent", "seed", "workers", "epochs"),
    *("iter", "sg", "hs", "negative", "cbow_mean", "max_vocab_size", "batch_words", "sorted_vocab", "corpus_count"),
    *("corpus_total_words", "train_count", "shrink_windows", "max_final_vocab", "layer1_size"),
}

_FASTTEXT = struct.Struct("<12id3iq")  # the file's version and the model's arguments, and then sizes of its dictionary
_FASTTEXT_MODELS = {1: "cbow", 2: "skipgram", 3: "supervised"}
_FASTTEXT_LOSSES = {1: "hierarchical softmax", 2: "negative sampling", 3: "softmax", 4: "one-vs-all"}
_FASTTEXT_NAMES = (
    *("dim", "ws", "epoch", "minCount", "neg", "wordNgrams", "loss", "model"),
    *("bucket", "minn", "maxn", "lrUpdateRate", "t"),
)


@dataclass(frozen=True)
class FileSummary:
    """What `inspect` says of a file. What it cannot tell without reading the vectors is None or empty.

    Attributes
    ----------
    path : str
        The file.
    format : str
        ``"npw2v archive"``, ``"word2vec text"``, ``"word2vec binary"``, ``"GloVe text"``, ``"safetensors"``,
        ``"pickle"``, ``"npy"``, ``"npz"``, ``"fastText model"``, or what else it is.
    compression : str, optional
        ``"gzip"``, ``"bzip2"``, ``"xz"`` or ``"zip"``.
    size : int, optional
        Bytes on the disk.
    kind : str, optional
        What the file holds: ``"KeyedVectors"``, ``"Word2Vec"``, or the name of the class of gensim's.
    count, dimensions : int, optional
        How many vectors there are, and how many numbers each has.
    dtype : str, optional
        Of the vectors, such as ``"float32"``; None if they are written as text.
    attributes : tuple of str
        Attributes of the keys, such as ``"count"``.
    parameters : dict of str to object
        Parameters and counters of a model.
    arrays : dict of str to tuple
        The (dtype, shape) of every array by name, where a file has names for them.
    written_by : str, optional
        The program and its version.
    notes : tuple of str
        What can open the file, and what is wrong as far as can be seen.
    """

    path: str
    format: str
    compression: str | None = None
    size: int | None = None
    kind: str | None = None
    count: int | None = None
    dimensions: int | None = None
    dtype: str | None = None
    attributes: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, tuple[str, tuple[int, ...]]] = field(default_factory=dict)
    written_by: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def has_counts(self) -> bool:
        """Whether the file has the counts of the words, as far as is known."""
        return "count" in self.attributes

    def __str__(self) -> str:
        about = [self.format, self.kind, self.compression and f"compressed with {self.compression}"]
        lines = [f"{self.path}: {', '.join(part for part in about if part)}"]
        if self.size is not None:
            lines.append(f"  size         {self.size:,} bytes")
        if self.dimensions is not None:
            count = "vectors" if self.count is None else f"{self.count:,} vectors"
            dtype = "" if self.dtype is None else f", {self.dtype}"
            lines.append(f"  vectors      {count} of {self.dimensions} dimensions{dtype}")
        if self.attributes:
            lines.append(f"  of keys      {', '.join(self.attributes)}")
        if self.parameters:
            listed = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
            lines += textwrap.wrap(
                listed,
                _WIDTH,
                initial_indent="  parameters   ",
                subsequent_indent=" " * 15,
                break_long_words=False,
                break_on_hyphens=False,
            )
        lines += [f"  array        {name}: {dtype} {list(shape)}" for name, (dtype, shape) in self.arrays.items()]
        if self.written_by:
            lines.append(f"  written by   {self.written_by}")
        return "\n".join([*lines, *(f"  note         {note}" for note in self.notes)])


def inspect(path: str | os.PathLike[str]) -> FileSummary:
    r"""Say what a file holds, in milliseconds: the vectors are not read, and nothing in a pickle is run.

    Of most files 100 kB are read, of gensim's pickles 4 MB. bzip2 takes longest, a tenth of a second, as it gives
    nothing before a block of 900 kB is decompressed.

    Parameters
    ----------
    path : path or URL
        A file of npw2v, word2vec, GloVe, gensim, safetensors, NumPy or fastText, compressed or not.

    Returns
    -------
    FileSummary
        Format, sizes, dtype, parameters; ``print`` shows them.

    Raises
    ------
    OSError
        The file cannot be read.
    FormatError
        The part of the file that says what is in it is damaged; `npw2v.doctor` looks at all of a file.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "vectors.txt")
    ...     _ = path.write_text("2 3\ncat 1 2 3\ndog 4 5 6\n")
    ...     summary = inspect(path)
    >>> summary.format, summary.count, summary.dimensions
    ('word2vec text', 2, 3)
    """
    name = os.fspath(path)
    found: dict[str, Any] = {"size": None, "compression": None}
    if os.path.exists(name):
        found["size"] = os.path.getsize(name)
        with open(name, "rb") as raw:
            start = raw.read(6)
        found["compression"] = next((each for magic, each in _COMPRESSIONS.items() if start.startswith(magic)), None)
    with open_for_reading(path) as file:
        content, head = peek(file, _HEAD)
        kind = identify(head)
        if kind == "zip archive":
            return FileSummary(name, **{**found, **_zip(content, label(path))})
        found["format"] = kind
        look = _LOOKS.get(kind)
        found.update({"notes": (describe(head),)} if look is None else look(content, head, name, found))
        return FileSummary(name, **found)


# ---- word2vec


def _word2vec(file: IO[bytes], head: bytes, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    binary = about["format"] == "word2vec binary"
    header, rest = head.lstrip().split(b"\n", 1)
    count, size = map(int, header.split())
    least = count * (4 * size + 1 if binary else 2 * size + 1)
    notes: tuple[str, ...] = ()
    if not about["compression"] and about["size"] is not None and about["size"] < least:
        notes = ("the file is shorter than its header says: it is truncated, or the header is wrong",)
    elif not binary and count and len(rest.split(b"\n", 1)[0].rstrip().split(b" ")) - 1 != size and b"\n" in rest:
        notes = ("the first record has not as many numbers as the header says",)
    return {"count": count, "dimensions": size, "dtype": "float32" if binary else None, "notes": notes}


def _glove(file: IO[bytes], head: bytes, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    lines = head.split(b"\n")
    notes: tuple[str, ...] = ()
    if about["size"] is not None and not about["compression"] and len(lines) > 2:
        whole = lines[:-1]
        estimate = about["size"] * len(whole) / (sum(map(len, whole)) + len(whole))
        notes = (f"about {estimate:,.0f} vectors, by the length of the first lines",)
    return {"dimensions": len(lines[0].rstrip().split(b" ")) - 1, "notes": notes}


# ---- npw2v's archive, safetensors


def _archive(file: IO[bytes], head: bytes, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    name_length, extra_length = _LOCAL_HEADER.unpack_from(head)
    file.read(_LOCAL_HEADER.size + name_length + extra_length)
    header = _json(file, name)
    metadata, arrays = header.get("metadata"), header.get("arrays")
    if not isinstance(metadata, dict) or not isinstance(arrays, dict):
        raise FormatError(f"{name}: metadata.json lacks its metadata or its list of arrays")
    described = {each: _described(entry, f"{name}: array {each!r}") for each, entry in arrays.items()}
    part = metadata.get("wv") if isinstance(metadata.get("wv"), dict) else metadata
    prefix = "" if part is metadata else "wv."
    found = _of_vectors(part or {}, described, prefix)
    of_model = metadata.get("attributes")
    kind = metadata.get("kind")
    return {
        **found,
        "kind": kind if isinstance(kind, str) else None,
        "parameters": _plain(of_model) if prefix else found["parameters"],
        "written_by": _writer(of_model),
        "arrays": described,
        "notes": _of_training(metadata.get("training")),
    }


def _of_training(training: Any) -> tuple[str, ...]:
    """Say of a checkpoint how far training was."""
    if not isinstance(training, dict):
        return ()
    epoch, epochs = training.get("epoch"), training.get("epochs")
    if type(epoch) is not int or type(epochs) is not int:
        return ("a checkpoint of training, which is damaged",)
    where = f"in epoch {epoch + 1} of {epochs}" if epoch < epochs else "at its end"
    return (f"a checkpoint of training {where}: Word2Vec.resume() goes on from it",)


def _json(file: IO[bytes], name: str) -> dict[str, Any]:
    """Read the JSON object that begins where `file` is, without knowing its length."""
    content, size = b"", _HEAD
    while size <= _LONGEST_JSON:
        more = read_up_to(file, size - len(content))
        content += more
        with contextlib.suppress(ValueError, RecursionError):
            found, _ = json.JSONDecoder().raw_decode(content.decode("latin1"))
            if isinstance(found, dict):
                return found
        if not more:
            break
        size *= 4
    raise FormatError(f"{name}: metadata.json is damaged, or longer than {_LONGEST_JSON} bytes")


def _described(entry: Any, where: str) -> tuple[str, tuple[int, ...]]:
    try:
        dtype, shape = entry
        return str(np.dtype(dtype)), tuple(int(length) for length in shape)
    except (TypeError, ValueError, OverflowError) as error:
        raise FormatError(f"{where}: expected a dtype and a shape, got {shown(entry)}") from error


def _of_vectors(
    metadata: Mapping[str, Any], arrays: Mapping[str, tuple[str, tuple[int, ...]]], prefix: str
) -> dict[str, Any]:
    """Say what the metadata and arrays of `npw2v.formats.state` hold."""
    dtype, shape = arrays.get(f"{prefix}vectors", (None, ()))
    count, dimensions = shape if len(shape) == 2 else (None, None)
    listed = metadata.get("expandos")
    names = {each for each in listed if isinstance(each, str)} if isinstance(listed, dict) else set()
    for each in arrays:
        if match := re.fullmatch(rf"{re.escape(prefix)}(?:expandos\.(.+)|lists\.(.+)\.(?:values|offsets))", each):
            names.add(match[1] or match[2])
    return {
        "kind": "KeyedVectors",
        "count": count,
        "dimensions": dimensions,
        "dtype": dtype,
        "attributes": tuple(sorted(names)),
        "parameters": _plain(metadata.get("attributes")),
        "arrays": dict(arrays),
    }


def _plain(attributes: Any) -> dict[str, Any]:
    """Return those attributes that are short."""
    if not isinstance(attributes, dict):
        return {}
    return {name: value for name, value in attributes.items() if isinstance(value, (int, float, str, type(None)))}


def _writer(attributes: Any) -> str | None:
    """Return the program that wrote an object last, by the log that the object keeps."""
    events = attributes.get("lifecycle_events") if isinstance(attributes, dict) else None
    for event in reversed(events if isinstance(events, list) else []):
        for program in ("npw2v", "gensim"):
            if isinstance(event, dict) and isinstance(event.get(program), str):
                return f"{program} {event[program]}"
    return None


def _safetensors(file: IO[bytes], head: bytes, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    if about["compression"]:
        return {"notes": ("a compressed safetensors file: decompress it to know more",)}
    tensors, said, _ = read_header(file, name)
    arrays = {each: (_dtype_of(tensor.dtype), tensor.shape) for each, tensor in tensors.items()}
    try:
        metadata = json.loads(said.get("npw2v", ""))
    except (ValueError, RecursionError):
        return {"arrays": arrays, "notes": ("npw2v did not write it: it has no words",)}
    return _of_vectors(metadata if isinstance(metadata, dict) else {}, arrays, "")


def _dtype_of(name: str) -> str:
    return str(np.dtype(DTYPES[name])) if name in DTYPES else name


# ---- NumPy, zip


def _npy(file: IO[bytes], head: bytes, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    dtype, shape = _npy_header(io.BytesIO(head), name)
    found: dict[str, Any] = {"arrays": {"": (dtype, shape)}, "notes": (describe(head),)}
    if len(shape) == 2:
        found.update(count=shape[0], dimensions=shape[1], dtype=dtype)
    return found


def _npy_header(file: IO[bytes], where: str) -> tuple[str, tuple[int, ...]]:
    try:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(file)
    except Exception as error:  # on damaged headers NumPy's parser raises all kinds, even tokenize.TokenError
        raise FormatError(f"{where} does not begin with a .npy header: {error}") from error
    return str(dtype), shape


def _zip(file: IO[bytes], name: str) -> dict[str, Any]:
    """Say what is in a zip: arrays of NumPy's, or one file."""
    try:
        names = zipfile.ZipFile(file).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise FormatError(f"{name}: the zip archive is damaged or truncated ({error})") from error
    if names and all(each.endswith(".npy") for each in names):
        return {"format": "npz", "arrays": dict(_npz(file, names[:_MEMBERS], name))}
    if sum(not each.endswith("/") and not each.startswith("__MACOSX/") for each in names) != 1:
        return {"format": "zip archive", "notes": (f"{len(names)} files: {', '.join(names[:10])}",)}
    with zipped(file, name) as member:
        content, head = peek(member, _HEAD)
        about: dict[str, Any] = {"format": identify(head), "compression": "zip", "size": None}
        look = _LOOKS.get(about["format"]) if about["format"] not in ("npw2v archive", "pickle") else None
        found = {"notes": (describe(head),)} if look is None else look(content, head, name, about)
        return {"format": about["format"], "compression": "zip", **found}


def _npz(file: IO[bytes], names: list[str], where: str) -> Iterator[tuple[str, tuple[str, tuple[int, ...]]]]:
    with zipfile.ZipFile(file) as archive:
        for each in names:
            try:
                with archive.open(each) as member:
                    head = io.BytesIO(member.read(_HEAD))
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
                raise FormatError(f"{where}: member {each!r} is damaged: {error}") from error
            yield each.removesuffix(".npy"), _npy_header(head, f"{where}: member {each!r}")


# ---- gensim's pickles, fastText's models


def _pickle(file: IO[bytes], head: bytes, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """Look at the first part of a pickle, as text: no name in it is looked up, nothing is made of it."""
    content = read_up_to(file, _HEAD) if about["compression"] else file.read(_PICKLE_HEAD)
    kind, parameters = _codes(content)
    size = parameters.get("vector_size", parameters.get("layer1_size"))
    count, dimensions, dtype = _side_vectors(name) or _inline_vectors(content, size)
    end = b""
    if file.seekable() and not about["compression"]:
        read = file.tell()
        file.seek(max(file.seek(0, io.SEEK_END) - _PICKLE_TAIL, read))
        end = file.read(_PICKLE_TAIL)
    version = next(_found(_VERSION, content), None) or next(_found(_VERSION, end), None)
    has_counts = any(next(_found(_COUNTS, part), None) for part in (content, end))
    return {
        "kind": kind,
        "count": count,
        "dimensions": dimensions if dimensions is not None else size,
        "dtype": dtype,
        "attributes": ("count",) if has_counts else (),
        "parameters": parameters,
        "written_by": f"gensim {version[1].decode()}" if version else None,
        "notes": (describe(head),),
    }


def _codes(content: bytes) -> tuple[str | None, dict[str, Any]]:
    """Return the class of the object that a pickle holds, and those parameters that come first in it."""
    kind, key = None, None
    parameters: dict[str, Any] = {}
    strings: list[str] = []
    with contextlib.suppress(ValueError, IndexError, UnicodeDecodeError):  # it is cut off somewhere
        for number, (code, argument, _) in enumerate(pickletools.genops(content)):
            if number > _PICKLE_CODES:
                break
            if code.name in ("MEMOIZE", "BINPUT", "LONG_BINPUT", "PUT"):
                continue
            if kind is None and code.name in ("GLOBAL", "STACK_GLOBAL"):
                named = argument.replace(" ", ".") if argument else ".".join(strings[-2:])
                kind = None if named.startswith(("copy_reg", "copyreg", "__builtin__")) else named
            if key is not None and isinstance(argument, (int, float)) and "GET" not in code.name:
                parameters.setdefault(key, argument)
            elif key is not None and code.name in ("NEWTRUE", "NEWFALSE"):
                parameters.setdefault(key, code.name == "NEWTRUE")
            key = argument if isinstance(argument, str) and argument in _PARAMETERS else None
            if isinstance(argument, str):
                strings = [*strings[-1:], argument]
    return kind, parameters


def _side_vectors(name: str) -> tuple[int, int, str] | None:
    """Return count, dimensions and dtype of the vectors that gensim put beside its pickle."""
    for attribute in ("vectors", "wv.vectors", "syn0", "wv.syn0"):
        path = f"{name}.{attribute}.npy"
        if os.path.isfile(path):
            with open(path, "rb") as file:
                dtype, shape = _npy_header(file, path)
            if len(shape) == 2:
                return shape[0], shape[1], dtype
    return None


#: What a pattern begins with, and the pattern: a search for the first alone is several times as fast.
_Wanted: TypeAlias = "tuple[bytes, re.Pattern[bytes]]"
_VERSION: _Wanted = (b"gensim", re.compile(rb"gensim.{1,8}?(\d+\.\d+\.\d+)", re.DOTALL))
_COUNTS: _Wanted = (b"expandos", re.compile(rb"expandos.{1,12}?\x05count", re.DOTALL))
#: Version 1, (rows, columns), as NumPy's arrays are pickled, and their dtype, unless it came before.
_ARRAY: _Wanted = (
    b"K\x01",
    re.compile(rb"K\x01(K.|M..|J....)(K.|M..|J....)\x86.{0,40}?(?:([fiu][248])|[\x89\x88])", re.DOTALL),
)


def _found(wanted: _Wanted, content: bytes) -> Iterator[re.Match[bytes]]:
    beginning, pattern = wanted
    at = content.find(beginning)
    while at >= 0:
        if match := pattern.match(content, at):
            yield match
        at = content.find(beginning, at + 1)


def _inline_vectors(content: bytes, size: Any) -> tuple[int | None, int | None, str | None]:
    for match in _found(_ARRAY, content):
        count, dimensions = (int.from_bytes(match[group][1:], "little") for group in (1, 2))
        if dimensions == size:
            return count, dimensions, None if match[3] is None else str(np.dtype(match[3].decode()))
    return None, None, None


def _fasttext(file: IO[bytes], head: bytes, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    notes = (describe(head),)
    if len(head) < 8 + _FASTTEXT.size:
        return {"notes": (*notes, "it is truncated")}
    values = _FASTTEXT.unpack_from(head, 8)
    parameters: dict[str, Any] = dict(zip(_FASTTEXT_NAMES, values, strict=False))
    parameters["loss"] = _FASTTEXT_LOSSES.get(parameters["loss"], parameters["loss"])
    parameters["model"] = _FASTTEXT_MODELS.get(parameters["model"], parameters["model"])
    return {"count": values[14], "dimensions": parameters["dim"], "parameters": parameters, "notes": notes}


#: What looks at a file: it takes the file, its first bytes, its name and what is known, and returns what it found.
_LOOKS: dict[str, Callable[[IO[bytes], bytes, str, Mapping[str, Any]], dict[str, Any]]] = {
    "word2vec text": _word2vec,
    "word2vec binary": _word2vec,
    "GloVe text": _glove,
    "npw2v archive": _archive,
    "safetensors": _safetensors,
    "npy": _npy,
    "pickle": _pickle,
    "fastText model": _fasttext,
}
