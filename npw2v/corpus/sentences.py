"""Corpora: re-iterables that yield one sentence at a time, each a list of str.

Every corpus starts from the beginning each time it is iterated, reads in blocks of bounded size, and takes UTF-8 text
from a path (plain, ``.gz``, ``.bz2`` and whatever else `smart_open` decompresses, or a ``.zip`` with one member) or
from an open file object. ``same_every_pass`` says that every iteration gives the same sentences: see
`npw2v.corpus.checks.same_every_pass`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, AnyStr, TypeAlias, TypeGuard

from npw2v.corpus.textfiles import Source, open_text, read_blocks
from npw2v.logs import logger_of

logger = logger_of(__name__)

#: A corpus: an iterable of lists of words.
Corpus: TypeAlias = Iterable[Sequence[Any]]

PathLike: TypeAlias = str | os.PathLike[str]

#: Words after which the corpora here start a new sentence by default.
MAX_WORDS_IN_BATCH = 10000


def _line_sentences(stream: IO[Any], max_sentence_length: int, limit: int | None) -> Iterator[list[str]]:
    """Split the lines of an open file into words, lines longer than `max_sentence_length` into several sentences.

    A line longer than a block goes out piece by piece: a corpus that is one line is never held as a whole.
    """
    if limit == 0:
        return
    lines_left = -1 if limit is None else limit
    words: list[str] = []  # of the line that the last block left open ...
    tail = ""  # ... but for its last word, which the next block may continue
    for text in read_blocks(stream):
        lines = (tail + text).split("\n")
        open_line = lines.pop()
        for line in lines:
            if words:
                words += line.split()
            else:
                words = line.split()
            if len(words) > max_sentence_length:
                yield from _pieces(words, max_sentence_length)
            elif words:
                yield words
            words = []
            lines_left -= 1
            if lines_left == 0:
                return
        more, tail = _whole_words(open_line)
        words += more
        full = len(words) - len(words) % max_sentence_length
        yield from _pieces(words[:full], max_sentence_length)
        words = words[full:]
    yield from _pieces(words + tail.split(), max_sentence_length)


def _whole_words(text: str) -> tuple[list[str], str]:
    """Split text that may go on: its whole words, and the last one if no white space ends it."""
    words = text.split()
    return (words[:-1], words[-1]) if words and not text[-1].isspace() else (words, "")


def _pieces(words: list[AnyStr], size: int) -> Iterator[list[AnyStr]]:
    for start in range(0, len(words), size):
        yield words[start : start + size]


def _checked_length(max_sentence_length: int) -> int:
    if max_sentence_length < 1:
        raise ValueError(f"max_sentence_length must be at least 1, got {max_sentence_length!r}")
    return max_sentence_length


def _checked_limit(limit: int | None) -> int | None:
    if limit is not None and limit < 0:
        raise ValueError(f"limit must be None (all lines) or a number of lines from 0, got {limit!r}")
    return limit


class LineSentence:
    r"""A file with one sentence a line, words separated by white space.

    Parameters
    ----------
    source : path or file object
        See `npw2v.corpus.textfiles.open_text`.
    max_sentence_length : int
        A line with more words comes out as several sentences of this many words.
    limit : int, optional
        Read this many lines only (empty ones count).

    Examples
    --------
    >>> import io
    >>> list(LineSentence(io.StringIO("the cat sat\non the mat\n")))
    [['the', 'cat', 'sat'], ['on', 'the', 'mat']]
    """

    same_every_pass = True

    def __init__(self, source: Source, max_sentence_length: int = MAX_WORDS_IN_BATCH, limit: int | None = None) -> None:
        self.source = source
        self.max_sentence_length = _checked_length(max_sentence_length)
        self.limit = _checked_limit(limit)

    def __iter__(self) -> Iterator[list[str]]:
        with open_text(self.source) as stream:
            yield from _line_sentences(stream, self.max_sentence_length, self.limit)


class BytesLineSentence:
    r"""A file with one sentence a line, whose words are not decoded: lists of bytes.

    Parameters
    ----------
    source : path or binary file object
        See `npw2v.corpus.textfiles.open_text`.
    offset : int
        Byte of the (decompressed) file to start at.
    max_sentence_length : int
        A line with more words comes out as several sentences of this many words.

    Examples
    --------
    >>> import io
    >>> list(BytesLineSentence(io.BytesIO(b"the cat sat\non the mat\n"), offset=4))
    [[b'cat', b'sat'], [b'on', b'the', b'mat']]
    """

    same_every_pass = True

    def __init__(self, source: Source, offset: int = 0, max_sentence_length: int = MAX_WORDS_IN_BATCH) -> None:
        self.source = source
        self.offset = offset
        self.max_sentence_length = _checked_length(max_sentence_length)

    def __iter__(self) -> Iterator[list[bytes]]:
        with open_text(self.source) as stream:
            stream.seek(self.offset)
            for line in stream:
                yield from _pieces(line.split(), self.max_sentence_length)


class PathLineSentences:
    """The files of a folder, in the order of their names, each with one sentence a line; subfolders are left out.

    Parameters
    ----------
    source : path
        A folder, or a single file.
    max_sentence_length : int
        A line with more words comes out as several sentences of this many words.
    limit : int, optional
        Read this many lines only from each file.

    Attributes
    ----------
    input_files : list of str
        The files that are read, listed once, when the corpus is made.

    Raises
    ------
    ValueError
        `source` is neither a file nor a folder.
    """

    same_every_pass = True

    def __init__(
        self, source: str | os.PathLike[str], max_sentence_length: int = MAX_WORDS_IN_BATCH, limit: int | None = None
    ) -> None:
        self.source = os.fspath(source)
        self.max_sentence_length = _checked_length(max_sentence_length)
        self.limit = _checked_limit(limit)
        if os.path.isfile(self.source):
            logger.debug("single file given as source, rather than a directory of files")
            logger.debug("consider using models.word2vec.LineSentence for a single file")
            self.input_files = [self.source]
        elif os.path.isdir(self.source):
            self.source = os.path.join(self.source, "")
            logger.info("reading directory %s", self.source)
            self.input_files = _files_in(self.source)
        else:
            raise ValueError(f"input is neither a file nor a path to a folder: {self.source!r}")
        logger.info("files read into PathLineSentences:%s", "\n".join(self.input_files))

    def __iter__(self) -> Iterator[list[str]]:
        for path in self.input_files:
            logger.info("reading file %s", path)
            yield from LineSentence(path, self.max_sentence_length, self.limit)


def _files_in(folder: str) -> list[str]:
    return sorted(entry.path for entry in os.scandir(folder) if entry.is_file())


class Text8Corpus:
    """A text without sentence marks, such as text8: every `max_sentence_length` words are a sentence.

    Parameters
    ----------
    fname : path or file object
        See `npw2v.corpus.textfiles.open_text`; text8 is read from ``text8.zip`` as well as from the file in it. Any
        white space separates words. The text is read in blocks, however long its lines are.
    max_sentence_length : int
        Words in each sentence but the last.

    References
    ----------
    .. [1] M. Mahoney, "About the test data", http://mattmahoney.net/dc/textdata.html

    Examples
    --------
    >>> import io
    >>> list(Text8Corpus(io.BytesIO(b" anarchism originated as a term"), max_sentence_length=2))
    [['anarchism', 'originated'], ['as', 'a'], ['term']]
    """

    same_every_pass = True

    def __init__(self, fname: Source, max_sentence_length: int = MAX_WORDS_IN_BATCH) -> None:
        self.fname = fname
        self.max_sentence_length = _checked_length(max_sentence_length)

    def __iter__(self) -> Iterator[list[str]]:
        size = self.max_sentence_length
        words: list[str] = []
        tail = ""
        with open_text(self.fname) as stream:
            for text in read_blocks(stream):
                more, tail = _whole_words(tail + text)
                words += more
                full = len(words) - len(words) % size
                yield from _pieces(words[:full], size)
                words = words[full:]
        yield from _pieces(words + tail.split(), size)


class BrownCorpus:
    """The Brown corpus as NLTK ships it: a folder of files with one sentence of word/TAG tokens a line.

    A sentence is the list of ``word/ta``: the word in lower case and the first two characters of its tag. Tokens
    without exactly one slash and tokens whose tag is not alphabetic (punctuation) are left out, and so are sentences
    that this leaves empty. Files are read in the order of their names.

    Parameters
    ----------
    dirname : path
        The folder.

    References
    ----------
    .. [1] W. N. Francis and H. Kucera, "Brown Corpus Manual", Brown University, 1979
    """

    same_every_pass = True

    def __init__(self, dirname: str | os.PathLike[str]) -> None:
        self.dirname = dirname

    def __iter__(self) -> Iterator[list[str]]:
        for path in _files_in(os.fspath(self.dirname)):
            for tokens in LineSentence(path, max_sentence_length=sys.maxsize):
                pairs = [token.split("/") for token in tokens if token.count("/") == 1]
                words = [f"{word.lower()}/{tag[:2]}" for word, tag in pairs if tag[:2].isalpha()]
                if words:
                    yield words


@dataclass(frozen=True)
class TextFiles:
    """What a corpus reads, for those who can do it faster than by iterating: see `text_files`.

    Attributes
    ----------
    paths : list of paths
        Files whose sentences follow each other.
    by_line : bool
        Whether a line is a sentence; otherwise each file is one.
    max_sentence_length : int
        A sentence with more words is cut into several.
    limit : int or None
        Lines to read from each file.
    """

    paths: list[str | bytes | os.PathLike[Any]]
    by_line: bool
    max_sentence_length: int
    limit: int | None


def text_files(corpus: object) -> TextFiles | None:
    """Return the files of a `LineSentence`, `PathLineSentences` or `Text8Corpus`.

    None for any other corpus, for one that reads an open file object, and for a subclass with an ``__iter__`` of its
    own, whose sentences can only be found by iterating.
    """
    iterate = getattr(type(corpus), "__iter__", None)
    if isinstance(corpus, LineSentence) and iterate is LineSentence.__iter__ and _is_path(corpus.source):
        return TextFiles([corpus.source], True, corpus.max_sentence_length, corpus.limit)
    if isinstance(corpus, PathLineSentences) and iterate is PathLineSentences.__iter__:
        return TextFiles([*corpus.input_files], True, corpus.max_sentence_length, corpus.limit)
    if isinstance(corpus, Text8Corpus) and iterate is Text8Corpus.__iter__ and _is_path(corpus.fname):
        return TextFiles([corpus.fname], False, corpus.max_sentence_length, None)
    return None


def _is_path(source: Source) -> TypeGuard[str | bytes | os.PathLike[Any]]:
    return isinstance(source, str | bytes | os.PathLike)
