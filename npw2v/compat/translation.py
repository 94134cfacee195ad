"""`TranslationMatrix`: from the vectors of one language to those of another, by pairs of words.

T. Mikolov, Q. V. Le and I. Sutskever, "Exploiting Similarities among Languages for Machine Translation" (2013); with
``gc=1`` the correction of G. Dinu, A. Lazaridou and M. Baroni, "Improving zero-shot learning by mitigating the hubness
problem" (2014).
"""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from npw2v.compat.utils import get_random_state
from npw2v.formats.archive import with_prefix, without_prefix
from npw2v.formats.saveload import SaveLoad
from npw2v.vectors.keyedvectors import KeyedVectors

Array = NDArray[Any]

_VECTORS = ("source_lang_vec", "target_lang_vec")


class Space:
    """Some words and their vectors.

    Parameters
    ----------
    matrix : array_like (n, dimensions)
        The vectors.
    index2word : list of str
        The words, in the order of the rows.
    """

    def __init__(self, matrix: Any, index2word: Sequence[str]) -> None:
        self.mat = matrix
        self.index2word = index2word
        self.word2index = {word: row for row, word in enumerate(index2word)}

    @classmethod
    def build(cls, lang_vec: KeyedVectors, lexicon: Iterable[str] | None = None) -> Space:
        """Return the vectors of some words, by default of all."""
        words: list[Any] = list(lang_vec.index_to_key if lexicon is None else lexicon)
        return Space(lang_vec.vectors[[lang_vec.get_index(word) for word in words]], words)

    def normalize(self) -> None:
        """Make unit vectors; those of zeros stay."""
        lengths = np.sqrt(np.sum(np.square(self.mat), axis=1, keepdims=True))
        self.mat = self.mat / np.where(lengths > 0, lengths, 1)


class TranslationMatrix(SaveLoad):
    """A matrix that maps the vectors of one language to those of another, by least squares over pairs of words.

    Parameters
    ----------
    source_lang_vec, target_lang_vec : KeyedVectors
        The vectors of both languages.
    word_pairs : list of (str, str), optional
        Words and their translations, to train with.
    random_state : {None, int, numpy.random.RandomState}
        Where ``translate(gc=1)`` draws words from; after loading that is NumPy's own.

    Examples
    --------
    >>> one, other = KeyedVectors(2), KeyedVectors(2)
    >>> one.add_vectors(["cat", "dog", "bird"], np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32))
    >>> other.add_vectors(["Katze", "Hund", "Vogel"], np.array([[0, 1], [1, 0], [0.8, 0.6]], np.float32))
    >>> translation = TranslationMatrix(one, other, [("cat", "Katze"), ("dog", "Hund")])
    >>> translation.translate("bird", topn=2, source_lang_vec=one, target_lang_vec=other)
    OrderedDict([('bird', ['Vogel', 'Hund'])])
    """

    def __init__(
        self,
        source_lang_vec: KeyedVectors,
        target_lang_vec: KeyedVectors,
        word_pairs: Sequence[tuple[str, str]] | None = None,
        random_state: Any = None,
    ) -> None:
        self.source_word: tuple[str, ...] | None = None
        self.target_word: tuple[str, ...] | None = None
        self.source_lang_vec = source_lang_vec
        self.target_lang_vec = target_lang_vec
        self.random_state = get_random_state(random_state)
        self.translation_matrix: Array | None = None
        self.source_space: Space | None = None
        self.target_space: Space | None = None
        if word_pairs is not None:
            self.train(word_pairs)

    def train(self, word_pairs: Sequence[tuple[str, str]]) -> None:
        """Compute the matrix from pairs of words.

        Raises
        ------
        ValueError
            There are no pairs, or one of them is none.
        KeyError
            A word has no vector.
        """
        pairs: list[Any] = list(word_pairs)
        wrong = next((pair for pair in pairs if len(pair) != 2), None)
        if not pairs or wrong is not None:
            raise ValueError(f"expected pairs of words, (source, target), got {wrong if pairs else 'none'}")
        self.source_word, self.target_word = zip(*pairs, strict=True)
        self.source_space = Space.build(self.source_lang_vec, dict.fromkeys(self.source_word))
        self.target_space = Space.build(self.target_lang_vec, dict.fromkeys(self.target_word))
        self.source_space.normalize()
        self.target_space.normalize()
        source = self.source_space.mat[[self.source_space.word2index[word] for word in self.source_word]]
        target = self.target_space.mat[[self.target_space.word2index[word] for word in self.target_word]]
        self.translation_matrix = np.linalg.lstsq(source, target, -1)[0]

    def apply_transmat(self, words_space: Space) -> Space:
        """Return words with their vectors mapped into the target language."""
        if self.translation_matrix is None:
            raise ValueError("there is no matrix yet: call train(word_pairs)")
        return Space(words_space.mat @ self.translation_matrix, words_space.index2word)

    def translate(
        self,
        source_words: str | Sequence[str],
        topn: int = 5,
        gc: int = 0,
        sample_num: int | None = None,
        source_lang_vec: KeyedVectors | None = None,
        target_lang_vec: KeyedVectors | None = None,
    ) -> OrderedDict[str, list[str]]:
        """Return the words of the target language that are nearest to the mapped vectors of words.

        Parameters
        ----------
        source_words : str or list of str
            What to translate.
        topn : int
            How many translations of each.
        gc : {0, 1}
            1 ranks the words to translate, and others beside them, for each word of the target language first, so that
            words that are near everything come up less.
        sample_num : int, optional
            How many others; needed with ``gc=1``.
        source_lang_vec, target_lang_vec : KeyedVectors, optional
            Other vectors than the model's, which are taken with a warning.

        Raises
        ------
        KeyError
            A word has no vector.
        RuntimeError
            ``gc=1`` without `sample_num`.
        """
        words = [source_words] if isinstance(source_words, str) else list(source_words)
        source = self._vectors("source_lang_vec", source_lang_vec)
        target = self._vectors("target_lang_vec", target_lang_vec)
        lexicon = words
        if gc:
            if sample_num is None:
                raise RuntimeError("gc=1 ranks words beside those to translate: pass sample_num=, how many")
            others = [word for word in source.index_to_key if word not in set(words)]
            count = min(sample_num, len(source) - len(words))
            lexicon = list(dict.fromkeys([*words, *self.random_state.choice(others, count).tolist()]))
        source_space, target_space = Space.build(source, lexicon), Space.build(target)
        source_space.normalize()
        target_space.normalize()
        scores = -target_space.mat @ self.apply_transmat(source_space).mat.T
        if gc:
            scores = scores + np.argsort(np.argsort(scores, axis=1, kind="stable"), axis=1, kind="stable")
        ranked = np.argsort(scores, axis=0, kind="stable")[:topn]
        return OrderedDict(
            (word, [target_space.index2word[row] for row in ranked[:, source_space.word2index[word]]]) for word in words
        )

    def _vectors(self, name: str, given: KeyedVectors | None) -> KeyedVectors:
        if given is not None:
            return given
        warnings.warn(f"{name} is not given: the model's own vectors are taken", stacklevel=3)
        vectors: KeyedVectors = getattr(self, name)
        return vectors

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the object, as `SaveLoad.save` does, without the spaces of the words that it was trained with."""
        super().save(*args, **{"ignore": ["source_space", "target_space"], **kwargs})

    def to_stored(self, attributes: dict[str, Any]) -> Iterable[tuple[str, Any]]:
        """Turn the vectors into arrays and descriptions; the source of random numbers is not stored."""
        del attributes["random_state"]
        for name in ("source_word", "target_word"):
            attributes[name] = attributes[name] and list(attributes[name])
        arrays: dict[str, Any] = {}
        for name in _VECTORS:
            stored, attributes[name] = attributes[name].to_archive()
            arrays |= with_prefix(f"{name}.", stored)
        return {**attributes, **arrays}.items()

    def from_stored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Turn the arrays and descriptions into vectors."""
        made = {name: KeyedVectors.from_archive(without_prefix(f"{name}.", stored), stored[name]) for name in _VECTORS}
        words = {name: stored[name] and tuple(stored[name]) for name in ("source_word", "target_word")}
        kept = {name: value for name, value in stored.items() if "." not in name}
        return {**kept, **made, **words, "random_state": get_random_state(None)}
