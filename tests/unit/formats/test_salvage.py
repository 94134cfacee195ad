"""What is left of damaged archives and safetensors files is found, and copied where it is what was written."""

from __future__ import annotations

import numpy as np
import pytest

import npw2v
from npw2v.errors import FormatError
from npw2v.formats.diagnosis import doctor
from npw2v.formats.salvage import salvage
from npw2v.phrases import Phrases
from npw2v.vectors.keyedvectors import KeyedVectors

ONE = np.array([1, 2], "<f4").tobytes()


def diagnose(tmp_path, content, repair=False):
    path = tmp_path / "v"
    path.write_bytes(content)
    found = doctor(path, repair=tmp_path / "repaired" if repair else None)
    assert path.read_bytes() == content
    return found


def where(found):
    return [(finding.kind, finding.record, finding.offset) for finding in found.findings]


@pytest.fixture
def kv():
    vectors = KeyedVectors(2)
    vectors.add_vectors(
        ["a", "b", 7], np.array([[1, 2], [0, 0], [np.nan, 1]], np.float32), {"count": np.array([9, 8, 7])}
    )
    vectors.expandos["codes"] = np.fromiter((np.arange(n) for n in (1, 2, 3)), object, 3)
    return vectors


SAVED = {"kv": ("save", "load"), "kv.gz": ("save", "load"), "st": ("save_safetensors", "load_safetensors")}


@pytest.mark.parametrize("name", SAVED)
def test_of_a_key_that_comes_twice_the_first_row_is_kept(tmp_path, kv, name):
    kv.index_to_key = ["a", "b", "a"]
    getattr(kv, SAVED[name][0])(tmp_path / name)
    found = doctor(tmp_path / name, repair=tmp_path / f"repaired.{name}")
    assert [(finding.kind, finding.record) for finding in found.findings] == [
        ("zero row", 2), ("duplicate word", 3), ("nan", 3)]  # fmt: skip
    assert (found.kept, found.repaired) == (2, str(tmp_path / f"repaired.{name}"))
    copy = getattr(KeyedVectors, SAVED[name][1])(tmp_path / f"repaired.{name}")
    assert (copy.index_to_key, copy.key_to_index, copy.next_index) == (["a", "b"], {"a": 0, "b": 1}, 2)
    assert copy.vectors.tolist() == [[1, 2], [0, 0]]
    assert copy.get_vecattr("b", "count") == 8
    assert copy.get_vecattr("b", "codes").tolist() == [0, 1]
    assert list(doctor(tmp_path / f"repaired.{name}").counts) == ["zero row"]


def test_an_archive_that_is_cut_off_anywhere_gives_what_is_there(tmp_path, kv):
    kv.save(tmp_path / "kv")
    content = (tmp_path / "kv").read_bytes()
    kept = []
    for end in range(0, len(content), 7):
        try:
            found = diagnose(tmp_path, content[:end], repair=True)
        except FormatError:  # the keys are cut off
            assert not kept
            continue
        assert found.counts["truncated"] >= 1
        assert all(finding.offset is not None and finding.offset <= end for finding in found.findings)
        copy = KeyedVectors.load(tmp_path / "repaired")
        assert (copy.index_to_key, found.kept) == (["a", "b", 7], 3)
        assert copy.vectors.tobytes() == kv.vectors.tobytes()
        kept.append(tuple(copy.expandos))
    assert set(kept) == {(), ("count",), ("count", "codes")}
    assert kept == sorted(kept, key=len)


def test_a_damaged_attribute_is_left_out_and_damaged_vectors_are_not_copied(tmp_path, kv):
    kv.save(tmp_path / "kv")
    content = (tmp_path / "kv").read_bytes()
    at = content.index(np.array([9, 8, 7]).tobytes())
    found = diagnose(tmp_path, content[:at] + b"\0" + content[at + 1 :], repair=True)
    assert where(found)[:1] == [("damaged", None, at)]
    assert "array 'expandos.count': its checksum differs" in str(found)
    assert list(KeyedVectors.load(tmp_path / "repaired").expandos) == ["codes"]
    (tmp_path / "repaired").unlink()
    at = content.index(ONE)
    with pytest.raises(ValueError, match=r"array 'vectors': its checksum differs. Which numbers are wrong"):
        diagnose(tmp_path, content[:at] + b"\1" + content[at + 1 :], repair=True)
    assert not (tmp_path / "repaired").exists()
    assert where(diagnose(tmp_path, content[:at] + b"\1" + content[at + 1 :]))[0] == ("damaged", None, at)


def test_safetensors_that_are_cut_off_or_go_on(tmp_path, kv):
    kv.save_safetensors(tmp_path / "st")
    content = (tmp_path / "st").read_bytes()
    found = diagnose(tmp_path, content + b"more", repair=True)
    assert [finding.kind for finding in found.findings] == ["trailing bytes", "zero row", "nan"]
    assert found.findings[0].offset == len(content)
    assert (tmp_path / "repaired").read_bytes() == content
    start = int.from_bytes(content[:8], "little") + 8
    with pytest.raises(FormatError, match=r"no vectors without the array 'vectors': 3 of its 24 bytes are there"):
        diagnose(tmp_path, content[: start + 3], repair=True)
    assert where(diagnose(tmp_path, content[: start + 3]))[0] == ("truncated", None, start)


def test_a_model_whose_weights_are_lost_becomes_its_vectors(tmp_path):
    model = npw2v.Word2Vec([["cat", "say", "meow"]] * 5, min_count=1, vector_size=4)
    model.syn1neg[:], model.extra = 7, np.arange(3)
    model.save(tmp_path / "m")
    content = (tmp_path / "m").read_bytes()
    found = diagnose(tmp_path, content, repair=True)
    assert found.healthy
    assert (tmp_path / "repaired").read_bytes() == content
    at = content.index(model.syn1neg.tobytes())
    assert diagnose(tmp_path, content[: at + 5], repair=True).counts["truncated"] >= 1
    with pytest.raises(AttributeError, match="holds no Word2Vec model"):
        npw2v.Word2Vec.load(tmp_path / "repaired")
    copy = KeyedVectors.load(tmp_path / "repaired")
    assert copy.index_to_key == model.wv.index_to_key
    assert copy.vectors.tobytes() == model.wv.vectors.tobytes()
    at = content.index(b"attributes.extra.npy")
    diagnose(tmp_path, content[:at], repair=True)
    copy = npw2v.Word2Vec.load(tmp_path / "repaired")
    assert copy.syn1neg.tobytes() == model.syn1neg.tobytes()


def test_archives_without_vectors_are_named(tmp_path):
    Phrases([["a", "b"]], min_count=1).save(tmp_path / "phrases")
    with pytest.raises(FormatError, match="holds no vectors but 'SaveLoad'"):
        doctor(tmp_path / "phrases")


def test_the_parts_of_a_healthy_file_are_all_there(tmp_path, kv):
    kv.save(tmp_path / "kv")
    found = salvage(tmp_path / "kv", "npw2v archive")
    assert [part.problem for part in found.parts] == [None] * len(found.parts)
    assert found.state().vectors.tobytes() == kv.vectors.tobytes()
    assert found.metadata["kind"] == "KeyedVectors"
    content = (tmp_path / "kv").read_bytes()
    for part in found.parts:
        assert content[part.offset :].startswith(part.array.tobytes())


def test_hostile_sizes_and_dtypes_are_problems_of_their_parts(tmp_path, kv):
    kv.save(tmp_path / "kv")
    content = (tmp_path / "kv").read_bytes()
    for old, new in ((b"'shape': (3, 2), }", b"'shape': (0,9**21)}"), (b"'descr': '<f4'", b"'descr': '|O8'")):
        (tmp_path / "v").write_bytes(content.replace(old.ljust(len(new)), new))
        assert diagnose(tmp_path, (tmp_path / "v").read_bytes()).findings[0].kind == "truncated"


def test_parts_that_do_not_fit_each_other_are_no_copy(tmp_path, kv):
    kv.expandos["count"] = np.array([9, 8])
    kv.save(tmp_path / "v")
    assert list(doctor(tmp_path / "v").counts) == ["damaged"]
    with pytest.raises(
        FormatError, match=r"v: attribute 'count' of the keys is of shape \(2,\), expected a value a key"
    ):
        doctor(tmp_path / "v", repair=tmp_path / "repaired")


def test_the_copy_is_not_the_file_itself(tmp_path, kv):
    kv.save(tmp_path / "kv")
    with pytest.raises(ValueError, match="is the file itself"):
        doctor(tmp_path / "kv", repair=tmp_path / "kv")


@pytest.mark.parametrize("name", SAVED)
@pytest.mark.parametrize("seed", range(2))
def test_any_damage_is_a_diagnosis_and_a_copy_that_loads_or_a_reason(tmp_path, kv, name, seed):
    getattr(kv, SAVED[name][0])(tmp_path / name)
    content = (tmp_path / name).read_bytes()
    random = np.random.default_rng(seed)
    for _ in range(60):
        damaged = bytearray(content)
        for at in random.integers(0, len(damaged), random.integers(1, 4)):
            damaged[at] = random.integers(256)
        try:
            diagnose(tmp_path, bytes(damaged[: random.integers(len(content) // 2, len(content) + 1)]), repair=True)
        except ValueError:
            continue
        assert len(getattr(KeyedVectors, SAVED[name][1])(tmp_path / "repaired")) > 0
