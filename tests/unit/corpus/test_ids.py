"""Ids beyond the bound are kept in a temporary file, which is always removed."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from npw2v.corpus.encoding import encode_corpus
from npw2v.corpus.ids import EncodedCorpus, IdStore
from npw2v.vocabulary.counting import scan_corpus
from tests.support.sentences import ROWS, SENTENCES


class TestTemporaryFiles:
    @pytest.mark.parametrize(
        "encode",
        [lambda: scan_corpus(SENTENCES).encode(ROWS), lambda: encode_corpus(SENTENCES, ROWS)],
    )
    def test_ids_beyond_the_bound_are_in_a_file_that_closing_removes(self, temporary, small_steps, encode):
        with encode() as encoded:
            assert [str(path) for path in temporary.iterdir()] == [encoded.path]
            assert encoded.ids[:].tolist() == [2, 0, 2, 0, 1]
            assert [encoded.ids[1:3].tolist(), encoded.ids[4:9].tolist(), encoded.ids[3:2].tolist()] == [
                [0, 2],
                [1],
                [],
            ]
            assert np.fromfile(encoded.path, np.int32)[:5].tolist() == [2, 0, 2, 0, 1]
        assert list(temporary.iterdir()) == []
        encoded.close()

    def test_the_bound_is_in_bytes(self, temporary, monkeypatch, small_steps):
        monkeypatch.setattr("npw2v.corpus.ids.MEMORY_BOUND", 28)
        with scan_corpus(SENTENCES).encode(ROWS) as encoded:
            assert encoded.path is None
        with scan_corpus([*SENTENCES, ["to"]]).encode(ROWS) as encoded:
            assert Path(encoded.path).parent == temporary
            assert encoded.ids[:].tolist() == [2, 0, 2, 0, 1, 2]

    def test_a_file_that_was_cut_short_is_an_error(self, temporary):
        with encode_corpus(SENTENCES, ROWS) as encoded:
            os.truncate(encoded.path, 10)
            with pytest.raises(OSError, match="is shorter than the 5 ids that were written to it"):
                encoded.ids.joined(np.array([0, 3]), np.array([2, 5]))

    def test_ids_keep_their_file(self, temporary):
        ids = encode_corpus(SENTENCES, ROWS).ids
        gc.collect()
        assert ids[:].tolist() == [2, 0, 2, 0, 1]
        del ids
        gc.collect()
        assert list(temporary.iterdir()) == []

    def test_a_scan_that_is_not_encoded_removes_its_file(self, temporary):
        with scan_corpus(SENTENCES):
            assert len(list(temporary.iterdir())) == 1
        assert list(temporary.iterdir()) == []
        scan_corpus(SENTENCES)
        gc.collect()
        assert list(temporary.iterdir()) == []

    @pytest.mark.parametrize("error", [OSError("disk on fire"), KeyboardInterrupt(), GeneratorExit()])
    def test_what_the_corpus_raises_comes_through_and_leaves_no_file(self, temporary, small_steps, error):
        def corpus():
            yield from [["a", "b"]] * 10
            assert len(list(temporary.iterdir())) == 1
            raise error

        for read in (scan_corpus, lambda sentences: encode_corpus(sentences, {"a": 0})):
            with pytest.raises(type(error)) as caught:
                read(corpus())
            assert caught.value is error
            assert list(temporary.iterdir()) == []

    def test_a_string_leaves_no_file(self, temporary, small_steps):
        with pytest.raises(TypeError, match="sentence 10 is a string"):
            encode_corpus([*[["a", "b"]] * 10, "text"], {"a": 0})
        assert list(temporary.iterdir()) == []

    def test_an_interrupted_renumbering_leaves_no_file(self, temporary, monkeypatch):
        def interrupt(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr("npw2v.corpus.encoding._drop_unknown", interrupt)
        scan = scan_corpus(SENTENCES)
        with pytest.raises(KeyboardInterrupt):
            scan.encode(ROWS)
        assert list(temporary.iterdir()) == []
        assert not scan.can_encode

    @pytest.mark.parametrize("ending", ["", "raise SystemExit(3)", "raise ValueError"])
    def test_the_interpreters_exit_removes_the_file(self, tmp_path, ending):
        program = (
            "import os, tempfile, npw2v.corpus.ids, npw2v.corpus.encoding as encoding\n"
            "npw2v.corpus.ids.MEMORY_BOUND = 0\n"
            "kept = encoding.encode_corpus([['a']], {'a': 0})\n"
            "kept.itself = kept\n"
            f"assert os.path.dirname(kept.path) == {str(tmp_path)!r} and os.path.exists(kept.path)\n{ending}"
        )
        environment = os.environ | {name: str(tmp_path) for name in ("TMPDIR", "TEMP", "TMP")}
        environment["PYTHONPATH"] = os.pathsep.join(sys.path)
        finished = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
        assert finished.returncode == {"": 0, "raise ValueError": 1}.get(ending, 3), finished.stderr
        assert "AssertionError" not in finished.stderr
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")  # BLAS's threads
    @pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
    def test_a_forked_worker_does_not_remove_its_parents_file(self, temporary):
        store = IdStore()
        store.append(np.array([1, 2], np.int32))
        ids = store.ids()
        child = os.fork()
        if child == 0:
            store.close()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert ids[:].tolist() == [1, 2]
        assert len(list(temporary.iterdir())) == 1
        store.close()
        assert list(temporary.iterdir()) == []


def test_an_encoded_corpus_can_be_made_of_arrays():
    encoded = EncodedCorpus(np.array([4, 2], np.int32), np.array([0, 2]), raw_words=5)
    assert (encoded.sentences, encoded.path) == (1, None)
