"""How well vectors agree with people: analogies ("king is to man as queen is to ...?") and rated pairs of words."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from npw2v.formats.opening import Source, label, open_for_reading
from npw2v.vectors.analogies import answers_by_product, answers_by_sum
from npw2v.vectors.search import arithmetic_dtype, cosine

if TYPE_CHECKING:
    from npw2v.vectors.keyedvectors import KeyedVectors

logger = logging.getLogger(__name__)

Array = npt.NDArray[Any]
Question = tuple[str, str, str, str]

_QUESTIONS_AT_ONCE = 1 << 15
_GUESSES = 5  # how many answers are looked at for one that is not a word of the question, as in gensim


@dataclass
class _Section:
    name: str
    questions: list[Question] = field(default_factory=list)


def evaluate_word_analogies(
    self: KeyedVectors,
    analogies: Source,
    restrict_vocab: int | None = 300000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
    similarity_function: str = "most_similar",
) -> tuple[float, list[dict[str, Any]]]:
    r"""Answer the analogy questions of a file: for ``a b c d``, is d the key nearest to :math:`b - a + c`?

    Unit vectors are added (3CosAdd, as `most_similar` does), or cosines multiplied (3CosMul, as
    `most_similar_cosmul`). Mikolov et al., "Efficient Estimation of Word Representations in Vector Space" (2013).

    Parameters
    ----------
    analogies
        File of lines of four words, in sections that begin with a line ``: name``, such as word2vec's
        questions-words.txt. Other lines are skipped.
    restrict_vocab
        Know only the first so many keys, the most frequent ones if keys are sorted; None for all.
    case_insensitive
        Compare words in upper case. Of keys that differ by case, the first counts.
    dummy4unknown
        Count questions with unknown words as wrong instead of leaving them out.
    similarity_function
        ``"most_similar"`` or ``"most_similar_cosmul"``.

    Returns
    -------
    score : float
        Share of right answers, 0 if no question could be asked.
    sections : list of dict
        ``{"section": name, "correct": [(a, b, c, d), ...], "incorrect": [...]}`` for each section and then for all,
        named "Total accuracy".

    Raises
    ------
    ValueError
        The file has no questions, or one before the first section; or there is no such similarity function.
    """
    if similarity_function not in _FUNCTIONS:
        raise ValueError(f"similarity_function must be one of {sorted(_FUNCTIONS)}, got {similarity_function!r}")
    sections = _read_questions(analogies, case_insensitive)
    questions = [question for section in sections for question in section.questions]
    if not questions:
        raise ValueError(f"{label(analogies)} has no analogy questions (lines of four words)")
    index = _folded_index(self, restrict_vocab, case_insensitive)
    known = list(dict.fromkeys(question for question in questions if all(word in index for word in question)))
    searched = self._searched(0, None, restrict_vocab)
    right = {
        question
        for question, answer in _answered(self, known, index, searched, similarity_function, case_insensitive)
        if answer == question[3]
    }
    asked = set(known)
    results = []
    for section in sections:
        taken = [question for question in section.questions if dummy4unknown or question in asked]
        results.append(_result(section.name, taken, right))
        log_accuracy(results[-1])
    total = _result("Total accuracy", [], right)
    for kind in ("correct", "incorrect"):
        total[kind] = [question for result in results for question in result[kind]]
    log_accuracy(total)
    unknown = sum(question not in asked for question in questions)
    logger.info("questions with unknown words: %.1f%%", 100 * unknown / len(questions))
    answered = len(total["correct"]) + len(total["incorrect"])
    return (len(total["correct"]) / answered if answered else 0.0), [*results, total]


def _result(name: str, questions: list[Question], right: set[Question]) -> dict[str, Any]:
    return {
        "section": name,
        "correct": [question for question in questions if question in right],
        "incorrect": [question for question in questions if question not in right],
    }


def _read_questions(source: Source, case_insensitive: bool) -> list[_Section]:
    sections: list[_Section] = []
    with open_for_reading(source) as file:
        for number, line in enumerate(file, 1):
            text = line.decode("utf8")
            if text.startswith(": "):
                sections.append(_Section(text.lstrip(": ").strip()))
                continue
            if not sections:
                raise ValueError(f"Missing section header before line #{number} in {label(source)}")
            words = (text.upper() if case_insensitive else text).split()
            if len(words) == 4:
                sections[-1].questions.append((words[0], words[1], words[2], words[3]))
            else:
                logger.info("skipping line %d of %s: not four words", number, label(source))
    return sections


def _folded_index(vectors: KeyedVectors, restrict_vocab: int | None, case_insensitive: bool) -> dict[str, int]:
    """Return the row of each word among the first keys, the first of those that differ by case."""
    words = [(key, row) for row, key in enumerate(vectors.index_to_key[:restrict_vocab]) if isinstance(key, str)]
    return {(key.upper() if case_insensitive else key): row for key, row in reversed(words)}


def _answered(
    vectors: KeyedVectors,
    questions: list[Question],
    index: dict[str, int],
    searched: range,
    function: str,
    case_insensitive: bool,
) -> Iterator[tuple[Question, str | None]]:
    """Yield each question with its answer: the first of five guesses that is no word of it, else the last.

    Rows of the question itself are no guesses, but keys that differ from its words by case only are. As hardly ever
    a second guess is needed, there is only one at first.
    """
    for guesses in (1, _GUESSES):
        rows = np.array([[index[word] for word in question[:3]] for question in questions], np.intp).reshape(-1, 3)
        unsure = []
        for question, found in zip(questions, _guesses(vectors, rows, guesses, searched, function), strict=True):
            keys = [vectors.index_to_key[row] for row in found]
            words = [key.upper() if case_insensitive else key for key in keys if isinstance(key, str)]
            new = [word for word in words if word not in question[:3]]
            if new or guesses == _GUESSES:
                yield question, next(iter(new or words[-1:]), None)
            else:
                unsure.append(question)
        questions = unsure


def _guesses(vectors: KeyedVectors, rows: Array, k: int, searched: range, function: str) -> Iterator[list[int]]:
    """Yield the k rows that answer each question best, without its own, of which there are up to three."""
    answer = _FUNCTIONS[function]
    for start in range(0, len(rows), _QUESTIONS_AT_ONCE):
        part = rows[start : start + _QUESTIONS_AT_ONCE]
        found = answer(vectors._vectors, vectors._row_divisors(), part, k + part.shape[1], searched)
        for given, (answers, _) in zip(part.tolist(), found, strict=True):
            yield [row for row in answers.tolist() if row not in given][:k]


_FUNCTIONS = {"most_similar": answers_by_sum, "most_similar_cosmul": answers_by_product}


def evaluate_word_pairs(
    self: KeyedVectors,
    pairs: Source,
    delimiter: str = "\t",
    encoding: str = "utf8",
    restrict_vocab: int | None = 300000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
) -> tuple[Any, Any, float]:
    """Correlate the cosines of pairs of words with people's ratings of how alike they are.

    Parameters
    ----------
    pairs
        File of lines of two words and a number, such as WordSim-353; lines that begin with ``#``, and lines of
        another form, are skipped.
    delimiter, encoding
        What separates the three fields, and how the file is encoded.
    restrict_vocab, case_insensitive
        As for `evaluate_word_analogies`.
    dummy4unknown
        Give pairs with an unknown word the similarity 0 instead of leaving them out.

    Returns
    -------
    pearson, spearman
        Results of `scipy.stats.pearsonr` and `scipy.stats.spearmanr`: the correlation and its p-value.
    oov_ratio : float
        Percentage of pairs with an unknown word.

    Raises
    ------
    ValueError
        No pair could be rated, or only one.
    """
    index = _folded_index(self, restrict_vocab, case_insensitive)
    gold: list[float] = []
    rows: list[tuple[int, int] | None] = []
    unknown = 0
    for first, second, rating in _read_pairs(pairs, delimiter, encoding, case_insensitive):
        found = (index[first], index[second]) if first in index and second in index else None
        unknown += found is None
        if found or dummy4unknown:
            gold.append(rating)
            rows.append(found)
    if not gold:
        raise ValueError(
            f"{label(pairs)} has no pair to rate: it is not of the form word{delimiter!r}word{delimiter!r}number, "
            f"or {self} has none of its words"
        )
    rated = [number for number, found in enumerate(rows) if found]
    model = np.zeros(len(rows), dtype=arithmetic_dtype(self._vectors))
    if rated:
        firsts, seconds = np.array([found for found in rows if found]).T
        model[rated] = cosine(self._vectors[firsts], self._vectors[seconds])
    from scipy import stats  # here, as importing it takes a quarter of a second that few programs need

    spearman, pearson = stats.spearmanr(gold, model), stats.pearsonr(gold, model)
    oov_ratio = 100 * unknown / (len(gold) if dummy4unknown else len(gold) + unknown)
    log_evaluate_word_pairs(pearson, spearman, oov_ratio, pairs)
    return pearson, spearman, oov_ratio


def _read_pairs(
    source: Source, delimiter: str, encoding: str, case_insensitive: bool
) -> Iterator[tuple[str, str, float]]:
    with open_for_reading(source) as file:
        lines = io.TextIOWrapper(file, encoding)
        for number, line in enumerate(lines, 1):
            if line.startswith("#"):
                continue
            fields = (line.upper() if case_insensitive else line).split(delimiter)
            try:
                first, second, rating = fields
                yield first, second, float(rating)
            except ValueError:
                logger.info("skipping line %d of %s: not two words and a number", number, label(source))
        lines.detach()  # whoever opened the file closes it


def log_accuracy(section: dict[str, Any]) -> None:
    """Log the share of right answers of a section, as `evaluate_word_analogies` returns it."""
    correct, incorrect = len(section["correct"]), len(section["incorrect"])
    if correct + incorrect:
        share = 100 * correct / (correct + incorrect)
        logger.info("%s: %.1f%% (%i/%i)", section["section"], share, correct, correct + incorrect)


def log_evaluate_word_pairs(pearson: Any, spearman: Any, oov: float, pairs: Any) -> None:
    """Log what `evaluate_word_pairs` returns."""
    logger.info("Pearson correlation coefficient against %s: %.4f", pairs, pearson[0])
    logger.info("Spearman rank-order correlation coefficient against %s: %.4f", pairs, spearman[0])
    logger.info("Pairs with unknown words ratio: %.1f%%", oov)
