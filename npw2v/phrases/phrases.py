r"""Phrases: words that come together more often than by chance, found in a corpus and joined to one token.

Every pair of neighbouring words :math:`a, b` is counted beside the words themselves, and scored. By default,

.. math:: \mathrm{score}(a, b) = \frac{n_{ab} - n_{min}}{n_a n_b} V

where :math:`V` is the number of different words and pairs. Pairs that score higher than a threshold are phrases.
Applied again to its own output, this finds phrases of three words and more.

References
----------
.. [1] T. Mikolov et al., "Distributed Representations of Words and Phrases and their Compositionality", 2013.
.. [2] G. Bouma, "Normalized (Pointwise) Mutual Information in Collocation Extraction", 2009.

Examples
--------
>>> sentences = [["trees", "graph", "minors"], ["graph", "minors", "survey"], ["graph", "trees"]]
>>> phrases = Phrases(sentences, min_count=1, threshold=0.5)
>>> phrases[["survey", "graph", "minors"]]
['survey', 'graph_minors']
>>> [" ".join(sentence) for sentence in phrases.freeze()[sentences]]
['trees graph_minors', 'graph_minors survey', 'graph trees']
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import repeat
from typing import Any

from npw2v.checks import as_number, described
from npw2v.logs import logger_of
from npw2v.phrases.counting import joined_candidates, learn_vocab
from npw2v.phrases.joining import Found, _PhrasesTransformation
from npw2v.phrases.scorers import NEGATIVE_INFINITY, Scorer, checked_scorer, npmi_scorer, original_scorer
from npw2v.vocabulary.selection import prune_vocab

__all__ = [
    "ENGLISH_CONNECTOR_WORDS",
    "NEGATIVE_INFINITY",
    "FrozenPhrases",
    "Phraser",
    "Phrases",
    "npmi_scorer",
    "original_scorer",
]

logger = logger_of(__name__)

#: Words for `connector_words` of English texts: articles, and the commonest prepositions and conjunctions.
ENGLISH_CONNECTOR_WORDS = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "without")
)


class Phrases(_PhrasesTransformation):
    """Finds phrases by how often words come together; more sentences can be added at any time.

    Parameters
    ----------
    sentences : iterable of iterables of str, optional
        Read once, by `add_vocab`.
    min_count : float
        How often a pair must occur; what exactly it does is up to the scoring function.
    threshold : float
        A phrase scores higher than this: positive for ``"default"``, from -1 to 1 for ``"npmi"``.
    max_vocab_size : int
        Words and pairs to keep count of. Whenever there are more after a sentence, the rarest are pruned.
    delimiter : str
        Joins the words of a phrase.
    progress_per : int
        Log progress every this many sentences.
    scoring : {"default", "npmi"} or callable
        `original_scorer`, `npmi_scorer`, or a function with their parameters, which are passed by name.
    connector_words : iterable of str
        Words that a phrase may have inside but neither begin nor end with, such as `ENGLISH_CONNECTOR_WORDS`. They are
        not counted.

    Attributes
    ----------
    vocab : dict of str to int
        How often each word and each pair, joined by `delimiter`, occurs.
    corpus_word_count : int
        Words read, connector words too.
    min_reduce : int
        What pruning removes next: counts below this.

    Raises
    ------
    ValueError
        `min_count` or `threshold` is out of range, or `scoring` is an unknown name or lacks parameters.
    TypeError
        One of these is of another type.
    """

    _table = "vocab"
    _numbers = ("min_count", "threshold", "max_vocab_size", "min_reduce", "progress_per", "corpus_word_count")

    def __init__(
        self,
        sentences: Iterable[Iterable[str]] | None = None,
        min_count: float = 5,
        threshold: float = 10.0,
        max_vocab_size: int = 40000000,
        delimiter: str = "_",
        progress_per: int = 10000,
        scoring: str | Scorer = "default",
        connector_words: Iterable[str] = frozenset(),
    ) -> None:
        super().__init__(connector_words)
        if as_number(min_count, "min_count") <= 0:
            raise ValueError(f"min_count must be at least 1, got {min_count!r}")
        if as_number(threshold, "threshold") <= 0 and scoring == "default":
            raise ValueError(f"threshold must be positive for scoring='default', got {threshold!r}")
        if scoring == "npmi" and not -1 <= threshold <= 1:
            raise ValueError(f"threshold must be between -1 and 1 for scoring='npmi', got {threshold!r}")
        if not isinstance(delimiter, str):
            raise TypeError(f"delimiter must be a str, as words are since gensim 4, got {described(delimiter)}")
        self.scoring = checked_scorer(scoring)
        self.min_count = min_count
        self.threshold = threshold
        self.max_vocab_size = max_vocab_size
        self.vocab: dict[str, int] = {}
        self.min_reduce = 1
        self.delimiter = delimiter
        self.progress_per = progress_per
        self.corpus_word_count = 0
        if sentences is not None:
            start = time.perf_counter()
            self.add_vocab(sentences)
            self.add_lifecycle_event("created", msg=f"built {self} in {time.perf_counter() - start:.2f}s")

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<{len(self.vocab)} vocab, min_count={self.min_count}, threshold={self.threshold}, "
            f"max_vocab_size={self.max_vocab_size}>"
        )

    _learn_vocab = staticmethod(learn_vocab)

    def add_vocab(self, sentences: Iterable[Iterable[str]]) -> None:
        """Add the words and pairs of sentences to the counts.

        They are counted, and pruned, apart from those that are there, and then added: so what is new has a chance
        against counts of many earlier sentences. If reading the sentences fails, the counts stay as they were.

        Examples
        --------
        >>> phrases = Phrases([["new", "york"]])
        >>> phrases.add_vocab([["new", "york", "times"]])
        >>> phrases.vocab
        {'new': 2, 'york': 2, 'new_york': 2, 'times': 1, 'york_times': 1}
        """
        min_reduce, vocab, total_words = self._learn_vocab(
            sentences, self.max_vocab_size, self.delimiter, self.connector_words, self.progress_per
        )
        self.corpus_word_count += total_words
        if self.vocab:
            logger.info("merging %i counts into %s", len(vocab), self)
            self.min_reduce = max(self.min_reduce, min_reduce)
            for text, count in vocab.items():
                self.vocab[text] = self.vocab.get(text, 0) + count
            if len(self.vocab) > self.max_vocab_size:
                prune_vocab(self.vocab, self.min_reduce)
                self.min_reduce += 1
        else:
            self.vocab = vocab
        logger.info("merged %s", self)

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """Score one candidate; see the base class. What was never counted is no phrase."""
        count_a, count_b = self.vocab.get(word_a, 0), self.vocab.get(word_b, 0)
        if count_a <= 0 or count_b <= 0:
            return None, None
        phrase = self.delimiter.join([word_a, *in_between, word_b])
        count = self.vocab.get(phrase, 0)
        if count <= 0:
            return None, None
        score = self._scorer_of_counts()(count_a, count_b, count)
        return (None, None) if score <= self.threshold else (phrase, score)

    def _scorer_of_counts(self) -> Callable[[int, int, int], float]:
        """Return the scoring function as one of the counts of two words and of both together."""
        scoring = self.scoring
        same: dict[str, Any] = {
            "len_vocab": len(self.vocab),
            "min_count": self.min_count,
            "corpus_word_count": self.corpus_word_count,
        }
        if scoring is original_scorer or scoring is npmi_scorer:
            return partial(scoring, **same)
        return lambda a, b, both: scoring(worda_count=a, wordb_count=b, bigram_count=both, **same)

    def _needed_count(self) -> float:
        """How often a candidate must occur at least, or it is no phrase whatever its words' counts."""
        if self.scoring is npmi_scorer or (self.scoring is original_scorer and self.threshold >= 0):
            return max(self.min_count, 1)
        return 1

    def _scored(self, words: Sequence[str], ends: Sequence[int]) -> Iterable[Found]:
        if type(self).score_candidate is not Phrases.score_candidate or set(map(type, words)) - {str}:
            yield from super()._scored(words, ends)  # other types of words may be no str, and cannot be joined then
            return
        texts, needed = joined_candidates(words, ends, self.delimiter), self._needed_count()
        count_of, score_of, threshold = self.vocab.get, self._scorer_of_counts(), self.threshold
        for candidate, count in enumerate(map(count_of, texts, repeat(0))):
            if count >= needed:
                count_a, count_b = count_of(words[ends[candidate]], 0), count_of(words[ends[candidate + 1]], 0)
                if count_a > 0 and count_b > 0 and not (score := score_of(count_a, count_b, count)) <= threshold:
                    yield candidate, texts[candidate], score

    def freeze(self) -> FrozenPhrases:
        """Return the phrases and scores alone: smaller and faster, but nothing can be added."""
        return FrozenPhrases(self)

    def export_phrases(self) -> dict[str, float]:
        """Return all phrases, each with its score, in order of first appearance.

        Each counted text is split at every delimiter and scored by the counts of its first and last part. So if words
        contain the delimiter, as they do in the output of another `Phrases` with the same one, a phrase may be missing
        or score differently than in a sentence. (gensim does the same.)
        """
        overridden = type(self).score_candidate is not Phrases.score_candidate
        needed, delimiter = 0 if overridden else self._needed_count(), self.delimiter
        found: dict[str, float] = {}
        for text in [text for text, count in self.vocab.items() if count >= needed and delimiter in text]:
            parts = text.split(delimiter)
            phrase, score = self.score_candidate(parts[0], parts[-1], parts[1:-1])
            if phrase is not None and score is not None:
                found[phrase] = score
        return found


class FrozenPhrases(_PhrasesTransformation):
    """The phrases that a `Phrases` found, with their scores, and no counts.

    Parameters
    ----------
    phrases_model : Phrases
        Where they come from; not changed.

    Attributes
    ----------
    phrasegrams : dict of str to float
        Score by phrase; those above `threshold` are joined.
    """

    _table = "phrasegrams"
    _numbers = ("min_count", "threshold")

    def __init__(self, phrases_model: Phrases) -> None:
        super().__init__(phrases_model.connector_words)
        self.threshold = phrases_model.threshold
        self.min_count = phrases_model.min_count
        self.delimiter = phrases_model.delimiter
        self.scoring = phrases_model.scoring
        logger.info("exporting phrases from %s", phrases_model)
        start = time.perf_counter()
        self.phrasegrams: dict[str, float] = phrases_model.export_phrases()
        seconds = time.perf_counter() - start
        self.add_lifecycle_event("created", msg=f"exported {self} from {phrases_model} in {seconds:.2f}s")

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<{len(self.phrasegrams)} phrases, min_count={self.min_count}, "
            f"threshold={self.threshold}>"
        )

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str | None, float | None]:
        """Look one candidate up; see the base class."""
        phrase = self.delimiter.join([word_a, *in_between, word_b])
        score = self.phrasegrams.get(phrase, NEGATIVE_INFINITY)
        return (phrase, score) if score > self.threshold else (None, None)

    def _scored(self, words: Sequence[str], ends: Sequence[int]) -> Iterable[Found]:
        if type(self).score_candidate is not FrozenPhrases.score_candidate:
            return super()._scored(words, ends)
        texts, scores, threshold = joined_candidates(words, ends, self.delimiter), self.phrasegrams, self.threshold
        found = [(candidate, text) for candidate, text in enumerate(texts) if text in scores]
        return [(candidate, text, scores[text]) for candidate, text in found if scores[text] > threshold]

    def _do_without_scoring(self, message: str) -> None:
        logger.warning("%s. Frozen phrases do not need it: their scores are there.", message)
        self.scoring = None


#: gensim 3's name.
Phraser = FrozenPhrases
