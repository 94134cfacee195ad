import numpy as np
import pytest

from npw2v.corpus.checks import check_corpus, check_reiterable, open_corpus, same_every_pass
from npw2v.corpus.sentences import BrownCorpus, LineSentence, Text8Corpus

SENTENCES = [["to", "be", "or"], [], ["not", "to", "be"], ["that"]]


class TestReiterable:
    @pytest.mark.parametrize(
        "once",
        [
            (s for s in SENTENCES),
            iter(SENTENCES),
            map(list, SENTENCES),
            filter(None, SENTENCES),
            zip(SENTENCES, strict=True),
        ],
        ids=lambda once: type(once).__name__,
    )
    def test_iterators_serve_one_pass(self, once):
        check_reiterable(once, passes=1)
        with pytest.raises(TypeError, match="can't support 6 passes: give a list or another re-iterable"):
            check_reiterable(once, passes=6)

    def test_re_iterables_serve_any_number(self):
        class Restarts:
            def __iter__(self):
                self.left = 2
                return self

            def __next__(self):
                self.left -= 1
                if self.left < 0:
                    raise StopIteration
                return ["a"]

        for corpus in (SENTENCES, tuple(SENTENCES), LineSentence("x"), Restarts(), np.array([["a"]])):
            check_reiterable(corpus, passes=6)


class TestOneCorpus:
    def test_an_iterable_or_a_file(self, tmp_path):
        file = tmp_path / "corpus.txt"
        file.write_text("to be or\n")
        assert open_corpus(SENTENCES, None) is SENTENCES
        assert list(open_corpus(None, file)) == [["to", "be", "or"]]
        check_corpus(SENTENCES, None, passes=2)
        check_corpus(None, file, passes=2)

    @pytest.mark.parametrize("given, got", [((None, None), "neither"), ((SENTENCES, "x"), "both")])
    def test_none_and_two(self, given, got):
        with pytest.raises(TypeError, match=f"either an iterable of lists of words or corpus_file; got {got}"):
            check_corpus(*given, passes=1)

    def test_files_that_are_no_plain_text(self, tmp_path):
        packed = tmp_path / "corpus.txt.GZ"
        packed.touch()
        with pytest.raises(TypeError, match="must be plain text, .*: decompress it, or give LineSentence"):
            check_corpus(None, packed, passes=1)
        with pytest.raises(TypeError, match="must be the path of a file"):
            check_corpus(None, tmp_path, passes=1)


class TestSameEveryPass:
    @pytest.mark.parametrize("corpus", [[], (), np.zeros(0), LineSentence("x"), Text8Corpus("x"), BrownCorpus("x")])
    def test_what_is_known_to_stay_the_same(self, corpus):
        assert same_every_pass(corpus)

    def test_a_class_that_iterates_in_its_own_way_is_not(self):
        class Own:
            def __iter__(self):
                return iter(SENTENCES)

        class ListOfItsOwn(list):
            __iter__ = Own.__iter__

        class LinesOfItsOwn(LineSentence):
            def __iter__(self):
                return reversed(list(super().__iter__()))

        class ByItem:
            def __getitem__(self, number):
                return SENTENCES[number]

        for corpus in (Own(), ListOfItsOwn(), LinesOfItsOwn("x"), ByItem(), {}.values(), map(str, "a")):
            assert not same_every_pass(corpus)

    def test_it_may_say_so(self):
        class Fixed(LineSentence):
            same_every_pass = True

            def __iter__(self):
                return iter(SENTENCES)

        class Sometimes(Fixed):
            same_every_pass = False

        class Renamed(Fixed):
            pass

        assert same_every_pass(Fixed("x"))
        assert same_every_pass(Renamed("x"))
        assert not same_every_pass(Sometimes("x"))
