"""npw2v's archive: layout, round trips, damage of every kind, and writes that fail half way."""

from __future__ import annotations

import io
import itertools
import json
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import npw2v
from attacks.archives import ATTACKS
from npw2v.errors import FormatError, TruncatedError
from npw2v.formats import archive
from npw2v.formats import opening as files
from npw2v.formats.archive import pack_keys, read_archive, unpack_keys, write_archive

ARRAYS = {
    "vectors": np.arange(12, dtype=np.float32).reshape(3, 4),
    "half": np.array([[1.5, np.nan]], dtype=np.float16),
    "wide": np.array([np.inf, 5e-324]),
    "none": np.zeros((0, 5)),
    "scalar": np.array(3, dtype=np.int8),
    "flags": np.array([True, False]),
    "by column": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "every other": np.arange(9)[::2],
}
METADATA = {"kind": "test", "nested": {"list": [1, 2.5, None, True, "ü"]}}


@pytest.fixture
def path(tmp_path):
    write_archive(tmp_path / "a.kv", ARRAYS, METADATA)
    return tmp_path / "a.kv"


def assert_same(arrays, expected=ARRAYS):
    assert list(arrays) == list(expected)
    for name, array in expected.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].shape == array.shape
        np.testing.assert_array_equal(arrays[name], array)


@pytest.mark.parametrize("mmap", [None, "r", "c"])
def test_round_trip(path, mmap):
    arrays, metadata = read_archive(path, mmap)
    assert_same(arrays)
    assert metadata == METADATA
    vectors = arrays["vectors"]
    assert isinstance(vectors, np.memmap) == (mmap is not None)
    assert vectors.flags.writeable == (mmap != "r")


def test_changes_of_a_private_map_stay_private(path):
    before = path.read_bytes()
    read_archive(path, "c")[0]["vectors"][0] = 7
    assert path.read_bytes() == before


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=40),
        npst.arrays(
            st.one_of(npst.floating_dtypes(endianness="="), npst.integer_dtypes(endianness="="), npst.boolean_dtypes()),
            npst.array_shapes(min_dims=0, min_side=0),
        ),
        max_size=4,
    )
)
def test_any_arrays_come_back(arrays):
    file = io.BytesIO()
    write_archive(file, arrays, {})
    assert_same(read_archive(io.BytesIO(file.getvalue()))[0], arrays)


def test_numpy_opens_it(path):
    opened = np.load(path, allow_pickle=False)
    assert_same({name: opened[name] for name in opened.files if name != "metadata.json"})
    header = json.loads(opened["metadata.json"])
    assert (header["format"], header["version"], header["metadata"]) == ("npw2v archive", 1, METADATA)
    assert header["arrays"]["vectors"] == ["<f4", [3, 4]]


def test_layout(path):
    content = path.read_bytes()
    assert content[30:43] == b"metadata.json"
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        assert opened.namelist() == ["metadata.json", *(f"{name}.npy" for name in ARRAYS)]
        assert {info.compress_type for info in opened.infolist()} == {zipfile.ZIP_STORED}
    for name, array in ARRAYS.items():
        if array.nbytes >= 8:
            assert content.index(np.asarray(array, order="C").tobytes()) % 64 == 0, name


def test_same_content_same_bytes(path, tmp_path):
    write_archive(tmp_path / "b.kv", ARRAYS, METADATA)
    assert (tmp_path / "b.kv").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("extension", ["gz", "bz2"])
def test_compressed(tmp_path, extension):
    path = tmp_path / f"a.kv.{extension}"
    write_archive(path, ARRAYS, METADATA)
    assert_same(read_archive(path)[0])
    plain = tmp_path / "a.kv"
    path.rename(plain)  # it is recognised by its content
    assert_same(read_archive(plain)[0])
    with pytest.raises(ValueError, match="compressed or not a local file and cannot be mapped; load it with mmap=None"):
        read_archive(plain, "r")


def test_file_objects(path, tmp_path):
    with open(path, "rb") as file:
        assert_same(read_archive(file)[0])
        assert not file.closed
    with open(tmp_path / "b", "wb") as file:
        write_archive(file, ARRAYS, METADATA)
    assert_same(read_archive(str(tmp_path / "b"))[0])
    with pytest.raises(ValueError, match="cannot be mapped"):
        read_archive(io.BytesIO(path.read_bytes()), "r")


def test_wrong_arguments(path, tmp_path):
    with pytest.raises(ValueError, match=r"mmap must be one of .* got 'r\+'"):
        read_archive(path, "r+")
    with pytest.raises(TypeError, match="array 'x' has dtype object; an archive holds numbers only"):
        write_archive(tmp_path / "x", {"x": np.array([{}])}, {})
    with pytest.raises(TypeError, match="not JSON serializable"):
        write_archive(tmp_path / "x", {}, {"function": print})
    assert os.listdir(tmp_path) == ["a.kv"]
    with pytest.raises(FileNotFoundError):
        read_archive(tmp_path / "missing")


# ---- members beyond 4 GB


def test_large_members_have_64_bit_sizes(path):
    for name in ARRAYS:  # the local header of each array has room for them, whatever its size
        with zipfile.ZipFile(path) as opened:
            info = opened.getinfo(f"{name}.npy")
        local = path.read_bytes()[info.header_offset :]
        name_length, extra_length = struct.unpack("<HH", local[26:30])
        extra = local[30 + name_length : 30 + name_length + extra_length]
        assert struct.pack("<HHQQ", 1, 16, info.file_size, info.file_size) in extra


# ---- what is not an archive


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "not an npw2v archive: it is empty"),
        (pickle.dumps([1], protocol=4), r"Python pickle, as gensim's save\(\) writes.*Word2Vec.load"),
        (
            b"2 3\na 1 2 3\nb 1 2 3\n",
            r"word2vec's text format; open it with load_word2vec_format\(\.\.\., binary=False",
        ),
        (b"1 3\na " + struct.pack("<3f", 1, -2, 3), r"word2vec's binary format; open it with .*binary=True"),
        (b"hello", "it looks like text"),
    ],
)
def test_alien_files(tmp_path, content, message):
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_archive(tmp_path / "f")


def test_a_pickle_is_not_run(tmp_path):
    class Canary:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "canary"),)

    (tmp_path / "f").write_bytes(pickle.dumps(Canary()))
    with pytest.raises(FormatError, match="Python pickle"):
        read_archive(tmp_path / "f")
    np.savez(tmp_path / "z.npz", x=np.array([Canary()], dtype=object))
    with pytest.raises(FormatError, match=r"without metadata\.json: npw2v did not write it"):
        read_archive(tmp_path / "z.npz")
    assert not (tmp_path / "canary").exists()


def rewritten(path, name, change):
    """Rewrite the archive with one member's bytes changed, as a valid zip."""
    with zipfile.ZipFile(path) as old:
        contents = {info.filename: old.read(info) for info in old.infolist()}
    contents[name] = change(contents[name])
    with zipfile.ZipFile(path, "w") as new:
        for member, content in contents.items():
            if content is not None:
                new.writestr(member, content)


def header_with(**changes):
    return lambda content: json.dumps({**json.loads(content), **changes}).encode()


@pytest.mark.parametrize(
    "name, change, message",
    [
        ("metadata.json", header_with(version=2), "archive of version 2; this npw2v reads up to 1: upgrade npw2v"),
        ("metadata.json", header_with(format="other"), "says format 'other', version 1; expected 'npw2v archive'"),
        ("metadata.json", header_with(arrays=3), "lacks its metadata or its list of arrays"),
        ("metadata.json", header_with(arrays={"x": ["<f4", [1]]}), "'x' is listed in metadata.json but missing"),
        ("metadata.json", header_with(arrays={"vectors": "?"}), r"'vectors' is <f4, \[3, 4\]; metadata.json says \?"),
        ("metadata.json", lambda content: b"{}", "is not an npw2v header"),
        ("metadata.json", lambda content: b"[1]", "is not an npw2v header"),
        ("metadata.json", lambda content: b"\xff", "is not an npw2v header"),
        ("vectors.npy", lambda content: None, "'vectors' is listed in metadata.json but missing"),
        ("vectors.npy", lambda content: content[:-4], "'vectors' needs 48 bytes; its member holds 44"),
        ("vectors.npy", lambda content: b"junk", r"'vectors' does not begin with a \.npy header"),
        ("vectors.npy", lambda content: content.replace(b"'<f4'", b"'|O' "), "dtype object.*numbers only"),
        ("vectors.npy", lambda content: content.replace(b"(3, 4)", b"(-3,4)"), "shape .*numbers only"),
        ("vectors.npy", lambda content: content.replace(b"(3, 4)", b"(4, 3)"), r"is <f4, \[4, 3\]; metadata.json says"),
    ],
)
@pytest.mark.parametrize("mmap", [None, "r"])
def test_inconsistent_archives(path, name, change, message, mmap):
    rewritten(path, name, change)
    with pytest.raises(FormatError, match=message):
        read_archive(path, mmap)


def test_compressed_members_are_refused(path):
    np.savez_compressed(path.with_suffix(".npz"), x=np.zeros(1000))
    with pytest.raises(FormatError, match="member 'x.npy' is compressed"):
        read_archive(path.with_suffix(".npz"))


@pytest.mark.parametrize("mmap", [None, "r"])
def test_truncated_anywhere(path, mmap):
    content = path.read_bytes()
    for length in range(4, len(content), 97):
        path.write_bytes(content[:length])
        with pytest.raises(TruncatedError, match="truncated"):
            read_archive(path, mmap)


def test_any_flipped_byte_of_the_numbers_is_noticed(path):
    content = path.read_bytes()
    start = content.index(ARRAYS["vectors"].tobytes())
    for position in range(start, start + ARRAYS["vectors"].nbytes):
        path.write_bytes(content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :])
        with pytest.raises(FormatError, match="'vectors' is damaged: its checksum differs"):
            read_archive(path)


def test_any_flipped_byte_gives_a_format_error_or_the_same_arrays():
    """Some bytes, such as dates, mean nothing; none may give other numbers or another exception."""
    arrays = {"x": ARRAYS["vectors"]}
    file = io.BytesIO()
    write_archive(file, arrays, METADATA)
    content = file.getvalue()
    for position in range(len(content)):
        changed = content[:position] + bytes([content[position] ^ 0xFF]) + content[position + 1 :]
        try:
            found, metadata = read_archive(io.BytesIO(changed))
        except FormatError:
            continue
        assert_same(found, arrays)
        assert metadata == METADATA


# ---- writes that fail


class Interrupt(BaseException):
    """What cannot be caught as an Exception, like a KeyboardInterrupt."""


def failing(error):
    def fail(*args, **kwargs):
        raise error

    return fail


@pytest.mark.parametrize(
    "target, name",
    [
        (np.lib.format, "write_array"),
        (zipfile.ZipFile, "writestr"),
        (zipfile.ZipFile, "close"),
        (files.os, "fsync"),
        (files.os, "replace"),
        (files.os, "chmod"),
    ],
)
@pytest.mark.parametrize("error", [OSError("no space left"), Interrupt()])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(path, monkeypatch, target, name, error):
    before = path.read_bytes()
    monkeypatch.setattr(target, name, failing(error))
    with pytest.raises(type(error)):
        write_archive(path, {"vectors": np.ones((100, 100))}, {})
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_a_write_that_fails_after_some_arrays_leaves_the_old_file(path, monkeypatch):
    before = path.read_bytes()
    real, calls = np.lib.format.write_array, []

    def fail_third(file, array, **options):
        calls.append(array)
        if len(calls) == 3:
            raise OSError("no space left")
        real(file, array, **options)

    monkeypatch.setattr(archive.np.lib.format, "write_array", fail_third)
    with pytest.raises(OSError, match="no space left"):
        write_archive(path, ARRAYS, {})
    assert len(calls) == 3
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_bytes_and_name_are_forced_to_the_disk_in_order(path, monkeypatch):
    events = []
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor):
        events.append("folder" if os.path.samestat(os.fstat(descriptor), path.parent.stat()) else "file")
        real_fsync(descriptor)

    def replace(old, new):
        events.append("rename")
        assert os.path.dirname(old) == str(path.parent)
        assert read_archive(old)[1] == {"new": True}
        real_replace(old, new)

    monkeypatch.setattr(files.os, "fsync", fsync)
    monkeypatch.setattr(files.os, "replace", replace)
    write_archive(path, ARRAYS, {"new": True})
    assert events == ["file", "rename", "folder"]


def test_read_only_files_are_not_replaced(path, monkeypatch):
    before = path.read_bytes()
    monkeypatch.setattr(files.os, "access", lambda *arguments: False)  # as for anyone but root, who may write anywhere
    with pytest.raises(PermissionError, match=r"the file is read-only.*a\.kv"):
        write_archive(path, {}, {})
    assert path.read_bytes() == before


# ---- keys

keys = st.one_of(
    st.text(max_size=10),
    st.text(st.characters(categories=["Cs"]), max_size=3),
    st.integers(),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.recursive(st.integers() | st.text(max_size=3), lambda inner: st.tuples(inner, inner), max_leaves=4),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(keys))
def test_any_keys_come_back_with_their_type(listed):
    found = unpack_keys(pack_keys(listed))
    assert found == listed
    assert list(map(type, found)) == list(map(type, listed))


def test_strings_that_look_like_json_stay_strings():
    listed = ["1", "null", '"x"', "[1]", 1]
    assert unpack_keys(pack_keys(listed)) == listed
    assert "json" not in pack_keys(["1", "a\u00a0b"])


def test_numpy_numbers_become_python_numbers():
    assert unpack_keys(pack_keys([np.int64(3), np.float32(0.5)])) == [3, 0.5]


@pytest.mark.parametrize("key", [b"bytes", frozenset(), (1, b"x"), object()])
def test_keys_that_cannot_be_stored(key):
    with pytest.raises(TypeError, match="cannot be stored: keys are strings, numbers or tuples of those"):
        pack_keys(["a", key])


@pytest.mark.parametrize(
    "damage",
    [
        {"offsets": np.array([0, 9, 3])},
        {"offsets": np.array([0, 1])},
        {"offsets": np.array([], dtype=np.int64)},
        {"text": np.frombuffer(b"\xff\xfe\xff", np.uint8)},
        {"json": np.array([True, True])},
    ],
)
def test_damaged_keys(damage):
    packed = {**pack_keys(["a", "bc"]), **damage}
    with pytest.raises(FormatError, match="the keys are damaged"):
        unpack_keys(packed)


# ---- archives whose directory lies: attacks/archives.py has the makers


def refused(tmp_path, name, message):
    path = tmp_path / "hostile"
    ATTACKS[name][1](path, tmp_path / "canary")
    for mmap in (None, "r"):
        with pytest.raises(FormatError, match=message):
            read_archive(path, mmap)


@pytest.mark.parametrize(
    "name, message",
    [
        ("zip: 300 entries for one member", "hostile: member 'a1.npy' begins at byte .* within the one before"),
        ("zip: two members of one name", "hostile: two members are called 'a.npy'"),
        ("zip: a hole between members", "hostile: member 'a.npy' begins at byte .*; expected it at .*, without a gap"),
        ("zip: a header of 2**40 bytes", "hostile: member 'metadata.json' ends at byte .*, beyond the members' end"),
        ("zip: 100,000 nested lists", "hostile: metadata.json is not an npw2v header"),
        (
            "npy: a header of 4 GiB",
            r"hostile: array 'a' does not begin with a \.npy header: it claims 4294967307 bytes",
        ),
        ("npy: 2**40 numbers in 8 bytes", "hostile: array 'a' needs 4398046511104 bytes; its member holds 8"),
    ],
)
def test_a_directory_that_lies(tmp_path, name, message):
    refused(tmp_path, name, message)


def test_a_shape_that_no_array_can_have(tmp_path):
    ATTACKS["npy: shape (0, 2**70)"][1](tmp_path / "hostile", None)
    with pytest.raises(FormatError, match=r"array 'a': shape \(0, 1180591620717411303424\) does not fit in memory"):
        read_archive(tmp_path / "hostile")


def test_an_absolute_limit_of_the_header(path, monkeypatch):
    monkeypatch.setattr(archive, "_LARGEST_HEADER", 100)
    with pytest.raises(FormatError, match=r"metadata.json has \d+ bytes; at most 100 are read"):
        read_archive(path)


def test_bytes_before_the_first_and_after_the_last_member(path):
    content = path.read_bytes()
    with zipfile.ZipFile(path) as opened:
        start = opened.start_dir
    # zipfile takes the offsets in the directory for relative ones and finds all of it
    path.write_bytes(content[:start] + b"hidden" + content[start:])
    with pytest.raises(FormatError, match="directory points to where no member|ends at|expected it at"):
        read_archive(path)


def test_what_other_programs_write_loads(path, tmp_path):
    """A zip that was written without going back has a descriptor after each member; others have a comment."""
    with zipfile.ZipFile(path) as old:
        contents = {info.filename: old.read(info) for info in old.infolist()}

    class Forward(io.RawIOBase):
        def __init__(self, file):
            self.write, self.flush = file.write, file.flush

    with open(tmp_path / "b.kv", "wb") as file, zipfile.ZipFile(Forward(file), "w") as new:
        for name, content in contents.items():
            new.writestr(name, content)
        new.comment = b"copied"
    assert_same(read_archive(tmp_path / "b.kv")[0])


def test_a_compressed_archive_is_read_as_far_as_its_header_says(tmp_path):
    write_archive(tmp_path / "a.gz", {"x": np.zeros(5_000_000)}, METADATA)  # shrinks a thousand times
    assert read_archive(tmp_path / "a.gz")[0]["x"].shape == (5_000_000,)
    path = ATTACKS["gzip: 2 GiB behind a small header"][1](tmp_path / "hostile", None)
    with pytest.raises(FormatError, match=r"hostile\.gz decompresses to more than \d{6} bytes, which is all that its"):
        read_archive(path)


def read_by_the_page(path):
    """A reader that knows docs/formats.md, zipfile, json and NumPy alone."""
    with zipfile.ZipFile(path) as file:
        names = file.namelist()
        assert names[0] == "metadata.json"
        header = json.loads(file.read("metadata.json"))
        arrays = {name.removesuffix(".npy"): np.load(io.BytesIO(file.read(name))) for name in names[1:]}
    assert (header["format"], header["version"]) == ("npw2v archive", 1)
    assert {name: [array.dtype.str, list(array.shape)] for name, array in arrays.items()} == header["arrays"]
    return arrays, header["metadata"]


def keys_by_the_page(arrays, prefix):
    text, offsets = arrays[f"{prefix}text"].tobytes(), arrays[f"{prefix}offsets"].tolist()
    keys = [text[start:stop].decode("utf8", "surrogatepass") for start, stop in itertools.pairwise(offsets)]
    as_json = arrays.get(f"{prefix}json", np.zeros(len(keys), bool))
    return [json.loads(key) if plain else key for key, plain in zip(keys, as_json)]


def test_another_reader_can_follow_the_page(tmp_path):
    corpus = [["ein", "Wort", "mit", "ß", 7], ["Wort", "\ud800", 2.5, None]] * 3
    model = npw2v.Word2Vec(corpus, vector_size=6, min_count=1, hs=1, epochs=2)
    model.note, model.numbers = {"of": ["a", "program"]}, np.arange(3)
    model.save(tmp_path / "model")
    arrays, metadata = read_by_the_page(tmp_path / "model")
    assert metadata["kind"] == "Word2Vec"
    np.testing.assert_array_equal(arrays["wv.vectors"], model.wv.vectors)
    np.testing.assert_array_equal(arrays["syn1neg"], model.syn1neg)
    np.testing.assert_array_equal(arrays["syn1"], model.syn1)
    assert keys_by_the_page(arrays, "wv.keys.") == model.wv.index_to_key
    np.testing.assert_array_equal(arrays["wv.expandos.count"], model.wv.expandos["count"])
    ends = arrays["wv.lists.code.offsets"]
    for row, code in enumerate(model.wv.expandos["code"]):
        assert arrays["wv.lists.code.values"][ends[row] : ends[row + 1]].tolist() == code.tolist()
    attributes = metadata["attributes"]
    assert (attributes["vector_size"], attributes["hs"], attributes["note"]) == (6, 1, model.note)
    assert arrays["attributes.numbers"].tolist() == [0, 1, 2]
    assert [row["words_trained"] for row in attributes["history"]] == [row["words_trained"] for row in model.history]


def test_numbers_begin_where_they_can_be_mapped(tmp_path):
    path = tmp_path / "vectors"
    vectors = npw2v.KeyedVectors(5)
    vectors.add_vectors(["a", "b"], np.arange(10, dtype=np.float32).reshape(2, 5))
    vectors.save(path)
    content = path.read_bytes()
    assert content.index(np.arange(10, dtype=np.float32).tobytes()) % 64 == 0
    with zipfile.ZipFile(path) as file:
        members = file.infolist()
    assert all(member.compress_type == zipfile.ZIP_STORED for member in members)
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
