"""Reading pickles: every kind of value that gensim writes, and pickles that were made to do harm."""

from __future__ import annotations

import copyreg
import functools
import importlib
import io
import os
import pickle
import struct
import subprocess
from collections import Counter, OrderedDict, defaultdict

import numpy as np
import pytest

from attacks import ATTACKS as HOSTILE
from npw2v import FormatError, KeyedVectors, Word2Vec
from npw2v.errors import PickleError
from npw2v.formats import pickles
from npw2v.formats.pickles import Name, Record, read_pickle
from npw2v.formats.sniff import is_pickle
from tests.support.gensim_pickles import Call, dumps, model_0_12, model_4, vectors_4

PROTOCOLS = range(6)


def test_a_pickle_of_python_2():
    # dumps([u'na\xefve', 'na\xefve', numpy.array([1], 'f4')], 2), by Python 2.7 and NumPy 1.16
    content = (
        b"\x80\x02]q\x00(X\x06\x00\x00\x00na\xc3\xafveq\x01U\x05na\xefveq\x02cnumpy.core.multiarray\n_reconstruct\n"
        b"q\x03cnumpy\nndarray\nq\x04K\x00\x85q\x05U\x01bq\x06\x87q\x07Rq\x08(K\x01K\x01\x85q\tcnumpy\ndtype\nq\n"
        b"U\x02f4q\x0bK\x00K\x01\x87q\x0cRq\r(K\x03U\x01<q\x0eNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x0fb\x89"
        b"U\x04\x00\x00\x80?q\x10tq\x11be."
    )
    text, old_text, array = read_pickle(io.BytesIO(content))
    assert (text, old_text) == ("naïve", "naïve")
    assert array.dtype == np.float32
    assert array.tolist() == [1]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_values(protocol):
    values = [
        1, -(2**70), 1.5, True, None, "naïve", b"", b"\xff\x00", (1, (2,)), [], {"a": {1: 2}}, {1, 2}, frozenset([3]),
        np.float32(2.5), np.int64(-3), np.bool_(True),
    ]  # fmt: skip
    found = read_pickle(io.BytesIO(dumps(values, protocol)))
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]
    odd = [defaultdict(list, {"a": [1]}), OrderedDict([("b", 1), ("a", 2)]), Counter("aab")]
    assert read_pickle(io.BytesIO(dumps(odd, protocol))) == [{"a": [1]}, {"b": 1, "a": 2}, {"a": 2, "b": 1}]
    names = read_pickle(io.BytesIO(dumps([hash, int, np.float32], protocol)))
    assert [type(name) for name in names] == [Name] * 3
    assert repr(names[0]) == "<the name builtins.hash>"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 3), np.float32),
        np.arange(6, dtype=">f8").reshape(2, 3),
        np.asfortranarray(np.arange(6, dtype=np.int16).reshape(2, 3)),
        np.arange(6).reshape(2, 3)[:, ::2],
        np.array(True),
        np.array(["naïve", "b"]),
        np.array([b"a", b"bc"]),
        np.array([1 + 2j]),
        np.array([["a", None], [1, (2, 3)]], object),
        np.asfortranarray(np.array([["a", None], [1, (2, 3)]], object)),
        np.arange(100_000, dtype=np.float32),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}{array.flags.fortran}",
)
def test_arrays(array, protocol):
    found = read_pickle(io.BytesIO(dumps({"array": array, "again": array}, protocol)))
    assert found["array"].dtype == array.dtype.newbyteorder("=")
    assert found["array"].tolist() == array.tolist()
    assert found["array"].flags.f_contiguous == array.flags.f_contiguous or not array.flags.contiguous
    assert found["array"].flags.writeable
    assert found["array"] is found["again"]


# ---- pickles made to do harm


@pytest.fixture
def canary(tmp_path):
    """A path that an attack tries to create; it must not be there in the end."""
    path = tmp_path / "canary"
    yield path
    assert not path.exists()


ATTACKS = {
    "os.system": (lambda path: Call(os.system, f"touch {path}"), "(posix|nt).system"),
    "os.mkdir": (lambda path: Call(os.mkdir, str(path)), "(posix|nt).mkdir"),
    "subprocess": (lambda path: Call(subprocess.Popen, ["touch", str(path)]), "subprocess.Popen|commands.Popen"),
    "eval": (lambda path: Call(eval, f"open({str(path)!r}, 'w')"), "builtins.eval|__builtin__.eval"),
    "exec": (lambda path: Call(exec, f"open({str(path)!r}, 'w')"), "builtins.exec|__builtin__.exec"),
    "open": (lambda path: Call(open, str(path), "w"), "io.open|_io.open|__builtin__.open"),
    "getattr": (lambda path: Call(getattr, "x", "upper"), "builtins.getattr|__builtin__.getattr"),
    "partial": (lambda path: Call(functools.partial, os.mkdir, str(path)), "functools.partial"),
    "numpy.load": (lambda path: Call(np.load, str(path), None, True), "numpy.load"),
    "numpy.save": (lambda path: Call(np.save, str(path), [1]), "numpy.save"),
    "import": (lambda path: Call(importlib.import_module, "antigravity"), "importlib.import_module"),
}  # fmt: skip


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused_by_name(tmp_path, canary, attack, protocol):
    made, name = ATTACKS[attack]
    harm = made(canary)
    hidden = np.empty(2, object)
    hidden[:] = [1, harm]
    for place in [
        harm,
        [harm],
        model_4(own=harm),
        model_4(hashfxn=harm),
        model_4(syn1neg=hidden),
        model_4(wv=vectors_4(expandos={"tag": hidden})),
        model_0_12(own={"deep": [(harm,)]}),
    ]:
        (tmp_path / "file").write_bytes(dumps(place, protocol))
        for kind in (Word2Vec, KeyedVectors):
            if is_pickle(tmp_path / "file"):
                with pytest.raises(
                    PickleError, match=rf"file is a pickle that names ({name}), which is not on the list"
                ):
                    kind.load(tmp_path / "file")
            else:
                with pytest.raises(FormatError, match="not an npw2v archive"):
                    kind.load(tmp_path / "file")


def test_the_error_is_one_of_pickles(tmp_path):
    (tmp_path / "file").write_bytes(dumps(Call(os.mkdir, "x")))
    with pytest.raises(pickle.UnpicklingError) as raised:
        Word2Vec.load(tmp_path / "file")
    assert isinstance(raised.value, FormatError)


def text(value):
    """Opcode that pushes a string."""
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def call(module, name, *arguments):
    return f"c{module}\n{name}\n".encode() + b"(" + b"".join(arguments) + b"tR"


CLASS = b"cgensim.models.word2vec\nWord2Vec\n"
OBJECT = CLASS + b")\x81"
HASH = b"cbuiltins\nhash\n"
ENCODE = b"c_codecs\nencode\n"
DTYPE = call("numpy", "dtype", text("f4"))
DTYPE_O = call("numpy", "dtype", text("O8"))
ARRAY = call("numpy._core.multiarray", "_reconstruct", b"cnumpy\nndarray\n", b"K\x00\x85", text("b"))
NONES = b"NNN"
LITTLE = text("<")


def filled(shape, dtype, data):
    """Opcodes that push an array and fill it."""
    return ARRAY + b"(K\x01" + shape + dtype + b"\x89" + data + b"tb"


BY_HAND = {
    "INST of a function": (b"(" + text("x") + b"iposix\nsystem\n.", "posix.system"),
    "OBJ of a function": (b"(cposix\nsystem\n" + text("x") + b"o.", "posix.system"),
    "a name with dots": (b"\x80\x04" + text("builtins") + text("hash.__self__.eval") + b"\x93.", "hash.__self__.eval"),
    "a name of numpy's": (b"cnumpy.testing._private.utils\nrunstring\n.", "runstring"),
    "a module of gensim's": (b"cgensim.utils\nos.system\n.", "gensim.utils.os.system"),
    "a module as a name": (b"cgensim.utils\nos\n.", "gensim.utils.os"),
    "this module": (b"cnpw2v.formats.pickles\nread_pickle\n.", "npw2v.formats.pickles.read_pickle"),
    "a persistent id": (b"Pxyz\n.", "damaged.*persistent"),
    "an extension": (b"\x82\x01.", "damaged.*extension|damaged.*unregistered"),
    "a name is called": (HASH + text("x") + b"\x85R.", "damaged.*not callable"),
    "a name is made": (HASH + b")\x81.", "damaged"),
    "a class with arguments": (CLASS + text("x") + b"\x85R.", "damaged"),
    "a class with named arguments": (b"\x80\x04" + CLASS + b")}" + text("state") + b"Ns\x92.", "damaged"),
    "a class is changed": (CLASS + b"N}" + text("name") + text("x") + b"s\x86b.", "damaged"),
    "a class gets a state": (CLASS + b"}" + text("name") + text("x") + b"sb.", "damaged"),
    "a function is changed": (ENCODE + b"N}" + text("_function") + HASH + b"s\x86b.", "damaged.*has no state"),
    "a function gets a state": (ENCODE + b"}" + text("_function") + HASH + b"sb.", "damaged.*has no state"),
    "a function gets a class": (ENCODE + b"N}" + text("__class__") + CLASS + b"s\x86b.", "damaged.*has no state"),
    "a name is changed": (HASH + b"N}" + text("name") + text("x") + b"s\x86b.", "damaged.*has no state"),
    "an object gets slots": (OBJECT + b"N}" + text("state") + b"Ns\x86b.", "damaged.*no dict by names"),
    "an object gets a number": (OBJECT + b"K\x01b.", "damaged.*no dict by names"),
    "items of an object": (OBJECT + text("a") + b"Ns.", "damaged"),
    "appended to an object": (OBJECT + b"(K\x01e.", "damaged"),
    "another codec": (call("_codecs", "encode", text("x"), text("zlib")) + b".", "encoded as 'zlib'"),
    "encoding a number": (call("_codecs", "encode", b"K\x01", text("latin1")) + b".", "damaged"),
    "another class": (call("copyreg", "_reconstructor", HASH, b"cbuiltins\nobject\n", b"N") + b".", "do not fit"),
    "another base": (call("copyreg", "_reconstructor", CLASS, HASH, b"N") + b".", "do not fit"),
    "much memory": (call("builtins", "bytes", b"J\xff\xff\xff\x7f") + b".", "damaged"),
    "a dtype with fields": (call("numpy", "dtype", text("V8")) + b".", "dtype 'V8' are not read"),
    "a dtype by a list": (call("numpy", "dtype", b"]") + b".", r"dtype \[\] are not read"),
    "a dtype of dates": (call("numpy", "dtype", text("M8")) + b".", "dtype 'M8' are not read"),
    "a dtype that gets fields": (
        DTYPE + b"(K\x03" + text("|") + b"N" + text("a") + b"\x85}" + text("a") + DTYPE_O + b"K\x00\x86s"
        b"K\x08K\x01K\x00tb.",
        "structured dtypes",
    ),
    "a dtype that gets a shape": (
        DTYPE + b"(K\x03" + LITTLE + DTYPE_O + b"K\x02\x85\x86NNK\x08K\x01K\x00tb.",
        "structured",
    ),
    "no byte order": (DTYPE + b"(K\x03" + text("x") + NONES + b"K\x04K\x04K\x00tb.", "no byte order"),
    "objects as bytes": (filled(b"K\x01\x85", DTYPE_O, b"C\x08AAAAAAAA") + b".", "1 objects"),
    "numbers as a list": (filled(b"K\x01\x85", DTYPE, b"](K\x01e") + b".", "1 numbers of float32"),
    "too few bytes": (filled(b"M\xff\xff\x85", DTYPE, b"C\x04AAAA") + b".", "65535 numbers"),
    "a negative shape": (filled(b"J\xff\xff\xff\xff\x85", DTYPE, b"C\x04AAAA") + b".", "not the shape"),
    "a shape of texts": (filled(b"" + text("x") + b"\x85", DTYPE, b"C\x04AAAA") + b".", "not the shape"),
    "a dtype by its name": (filled(b"K\x01\x85", text("O"), b"C\x08AAAAAAAA") + b".", "damaged"),
    "an array that is filled twice": (
        filled(b"K\x01\x85", DTYPE, b"C\x04AAAA") + b"(K\x01K\x01\x85" + DTYPE + b"\x89C\x04AAAAtb.",
        "state is damaged",
    ),
    "an array from a buffer that is filled": (
        call("numpy._core.numeric", "_frombuffer", b"C\x04AAAA", DTYPE, b"K\x01\x85", text("C"))
        + b"(K\x01K\x01\x85" + DTYPE + b"\x89C\x04AAAAtb.",
        "state is damaged",
    ),
    "objects from a buffer": (
        call("numpy._core.numeric", "_frombuffer", b"C\x08AAAAAAAA", DTYPE_O, b"K\x01\x85", text("C")) + b".",
        "1 objects is damaged",
    ),
    "an object from bytes": (call("numpy.core.multiarray", "scalar", DTYPE_O, b"C\x08AAAAAAAA") + b".", "scalar"),
    "the array class itself": (b"cnumpy\nndarray\n)\x81.", "damaged"),
    "nothing at all": (b".", "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("attack", BY_HAND)
def test_attacks_by_hand(attack):
    before = {key: (value, repr(value)) for key, value in pickles.TABLE.items()}
    content, message = BY_HAND[attack]
    with pytest.raises(PickleError, match=message):
        read_pickle(io.BytesIO(content))
    assert {key: (value, repr(value)) for key, value in pickles.TABLE.items()} == before
    assert Record.name == ""
    assert pickles.TABLE["gensim.models.word2vec", "Word2Vec"].name == "gensim.models.word2vec.Word2Vec"


def test_a_registered_extension_is_not_called(canary):
    copyreg.add_extension("posix", "mkdir", 200)
    try:
        copyreg._extension_cache[200] = os.mkdir
        with pytest.raises(PickleError, match="posix.mkdir"):
            read_pickle(io.BytesIO(b"\x82\xc8" + text(str(canary)) + b"\x85R."))
    finally:
        copyreg.remove_extension("posix", "mkdir", 200)


def test_modelscan_issue_330_an_allowed_name_is_changed_by_build(tmp_path, canary):
    HOSTILE["pickle: numpy.size, changed by BUILD, becomes eval (ModelScan 330)"][1](tmp_path / "hostile", canary)
    with pytest.raises(PickleError, match=r"names numpy\.size, which is not on the list"):
        read_pickle(tmp_path / "hostile")
    HOSTILE["pickle: BUILD changes a function that arrays need"][1](tmp_path / "hostile", canary)
    with pytest.raises(PickleError, match="has no state"):
        read_pickle(tmp_path / "hostile")


def test_the_same_bytes_are_not_copied_for_ever(tmp_path):
    HOSTILE["pickle: 16 GiB of copies"][1](tmp_path / "hostile", None)
    with pytest.raises(PickleError, match="makes far more of its bytes than there are"):
        read_pickle(tmp_path / "hostile")
