"""How well vectors agree with people: analogies ("king is to man as queen is to ...?") and rated pairs of words."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from npw2v.formats.opening import Source, label, open_for_reading
from npw2v.logs import logger_of
from npw2v.vectors.search import arithmetic_dtype, cosine

logger = logger_of(__name__)

Array = NDArray[Any]
Question = tuple[str, str, str, str]

#: ``answer(rows, k)`` returns, for each question, k rows and their scores, best first. `rows` (questions, 3) are those
#: of a, b and c, which may be among the answers. See `npw2v.vectors.analogies`.
Answer: TypeAlias = Callable[[Array, int], list[tuple[Array, Array]]]

_QUESTIONS_AT_ONCE = 1 << 15
_GUESSES = 5  # how many answers are looked at for one that is not a word of the question, as in gensim


@dataclass
class Section:
    """Questions under one heading.

    Attributes
    ----------
    name : str
        The heading.
    questions : list of tuple of four str
        a, b, c and the answer, in upper case if case is ignored.
    """

    name: str
    questions: list[Question] = field(default_factory=list)


def rows_of_words(keys: Sequence[Any], case_insensitive: bool) -> dict[str, int]:
    """Return the row of each word among `keys`; of those that differ by case, the first one's if case is ignored."""
    words = [(key, row) for row, key in enumerate(keys) if isinstance(key, str)]
    return {(key.upper() if case_insensitive else key): row for key, row in reversed(words)}


# ---- analogies


def evaluate_analogies(
    analogies: Source,
    keys: Sequence[Any],
    index: Mapping[str, int],
    answer: Answer,
    case_insensitive: bool,
    dummy4unknown: bool,
) -> tuple[float, list[dict[str, Any]]]:
    """Answer the questions of a file; see `npw2v.vectors.keyedvectors.KeyedVectors.evaluate_word_analogies`.

    Parameters
    ----------
    analogies : path or binary file
        The questions.
    keys : sequence
        The key of each row.
    index : mapping of str to int
        The row of each word that questions may have, as from `rows_of_words`.
    answer : Answer
        Finds the rows that answer questions best.
    case_insensitive, dummy4unknown : bool
        Whether words are compared in upper case, and whether questions with unknown words are wrong.

    Returns
    -------
    score : float
        Share of right answers, 0 if no question could be asked.
    sections : list of dict
        What was answered right and wrong in each section, and then in all.

    Raises
    ------
    ValueError
        The file has no questions, or one before the first section.
    """
    logger.info("Evaluating word analogies for top %i words in the model on %s", len(index), label(analogies))
    sections = read_questions(analogies, case_insensitive)
    questions = [question for section in sections for question in section.questions]
    if not questions:
        raise ValueError(f"{label(analogies)} has no analogy questions (lines of four words)")
    known = list(dict.fromkeys(question for question in questions if all(word in index for word in question)))
    answered = _answered(known, keys, index, answer, case_insensitive)
    right = {question for question, word in answered if word == question[3]}
    asked = set(known)
    results = []
    for section in sections:
        taken = [question for question in section.questions if dummy4unknown or question in asked]
        results.append(_result(section.name, taken, right))
        log_accuracy(results[-1])
    total = _result("Total accuracy", [], right)
    for kind in ("correct", "incorrect"):
        total[kind] = [question for result in results for question in result[kind]]
    unknown = sum(question not in asked for question in questions)
    logger.info("Quadruplets with out-of-vocabulary words: %.1f%%", 100 * unknown / len(questions))
    taken_as = "wrong answers" if dummy4unknown else "skipped; dummy4unknown=True takes them for wrong answers"
    logger.info("NB: analogies containing OOV words are %s", taken_as)
    log_accuracy(total)
    taken_in_all = len(total["correct"]) + len(total["incorrect"])
    return (len(total["correct"]) / taken_in_all if taken_in_all else 0.0), [*results, total]


def _result(name: str, questions: list[Question], right: set[Question]) -> dict[str, Any]:
    return {
        "section": name,
        "correct": [question for question in questions if question in right],
        "incorrect": [question for question in questions if question not in right],
    }


def read_questions(source: Source, case_insensitive: bool) -> list[Section]:
    """Read a file of analogy questions.

    Raises
    ------
    ValueError
        There is a question before the first section.
    """
    sections: list[Section] = []
    with open_for_reading(source) as file:
        for number, line in enumerate(file, 1):
            text = line.decode("utf8")
            if text.startswith(": "):
                sections.append(Section(text.lstrip(": ").strip()))
                continue
            if not sections:
                raise ValueError(f"Missing section header before line #{number} in {label(source)}")
            words = (text.upper() if case_insensitive else text).split()
            if len(words) == 4:
                sections[-1].questions.append((words[0], words[1], words[2], words[3]))
            else:
                logger.info("Skipping invalid line #%i in %s: not four words", number, label(source))
    return sections


def _answered(
    questions: list[Question], keys: Sequence[Any], index: Mapping[str, int], answer: Answer, case_insensitive: bool
) -> Iterator[tuple[Question, str | None]]:
    """Yield each question with its answer: the first of five guesses that is no word of it, else the last.

    Rows of the question itself are no guesses, but keys that differ from its words by case only are. As hardly ever
    a second guess is needed, there is only one at first.
    """
    for guesses in (1, _GUESSES):
        rows = np.array([[index[word] for word in question[:3]] for question in questions], np.intp).reshape(-1, 3)
        unsure = []
        for question, found in zip(questions, _guesses(rows, guesses, answer), strict=True):
            guessed = [keys[row] for row in found]
            words = [key.upper() if case_insensitive else key for key in guessed if isinstance(key, str)]
            new = [word for word in words if word not in question[:3]]
            if new or guesses == _GUESSES:
                yield question, next(iter(new or words[-1:]), None)
            else:
                unsure.append(question)
        questions = unsure


def _guesses(rows: Array, k: int, answer: Answer) -> Iterator[list[int]]:
    """Yield the k rows that answer each question best, without its own, of which there are up to three."""
    for start in range(0, len(rows), _QUESTIONS_AT_ONCE):
        part = rows[start : start + _QUESTIONS_AT_ONCE]
        found = answer(part, k + part.shape[1])
        for given, (answers, _) in zip(part.tolist(), found, strict=True):
            yield [row for row in answers.tolist() if row not in given][:k]


def log_accuracy(section: dict[str, Any]) -> None:
    """Log the share of right answers of a section, as `evaluate_analogies` returns it."""
    correct, incorrect = len(section["correct"]), len(section["incorrect"])
    if correct + incorrect:
        share = 100 * correct / (correct + incorrect)
        logger.info("%s: %.1f%% (%i/%i)", section["section"], share, correct, correct + incorrect)


# ---- pairs


def evaluate_pairs(
    pairs: Source,
    matrix: Array,
    index: Mapping[str, int],
    delimiter: str,
    encoding: str,
    case_insensitive: bool,
    dummy4unknown: bool,
    owner: str,
) -> tuple[Any, Any, float]:
    """Correlate cosines with ratings; see `npw2v.vectors.keyedvectors.KeyedVectors.evaluate_word_pairs`.

    Parameters
    ----------
    pairs : path or binary file
        The rated pairs.
    matrix : float array (V, d)
        The vectors.
    index : mapping of str to int
        The row of each word that pairs may have, as from `rows_of_words`.
    delimiter, encoding : str
        What separates the three fields of a line, and how the file is encoded.
    case_insensitive, dummy4unknown : bool
        Whether words are compared in upper case, and whether pairs with unknown words have similarity 0.
    owner : str
        What the message calls the vectors if they have none of the words.

    Returns
    -------
    pearson, spearman : scipy.stats result
        The correlation and its p-value.
    oov_ratio : float
        Percentage of pairs with an unknown word.

    Raises
    ------
    ValueError
        No pair could be rated, or only one.
    """
    gold: list[float] = []
    rows: list[tuple[int, int] | None] = []
    unknown = 0
    for first, second, rating in read_pairs(pairs, delimiter, encoding, case_insensitive):
        found = (index[first], index[second]) if first in index and second in index else None
        unknown += found is None
        if found or dummy4unknown:
            gold.append(rating)
            rows.append(found)
    if not gold:
        raise ValueError(
            f"{label(pairs)} has no pair to rate: it is not of the form word{delimiter!r}word{delimiter!r}number, "
            f"or {owner} has none of its words"
        )
    rated = [number for number, found in enumerate(rows) if found]
    cosines = np.zeros(len(rows), dtype=arithmetic_dtype(matrix))
    if rated:
        firsts, seconds = np.array([found for found in rows if found]).T
        cosines[rated] = cosine(matrix[firsts], matrix[seconds])
    from scipy import stats  # here, as importing it takes a quarter of a second that few programs need

    spearman, pearson = stats.spearmanr(gold, cosines), stats.pearsonr(gold, cosines)
    oov_ratio = 100 * unknown / (len(gold) if dummy4unknown else len(gold) + unknown)
    log_correlations(pearson, spearman, oov_ratio, pairs)
    return pearson, spearman, oov_ratio


def read_pairs(
    source: Source, delimiter: str, encoding: str, case_insensitive: bool
) -> Iterator[tuple[str, str, float]]:
    """Yield the rated pairs of a file: two words and a number. Comments and other lines are left out."""
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
                logger.info("Skipping invalid line #%d in %s: not two words and a number", number, label(source))
        lines.detach()  # whoever opened the file closes it


def log_correlations(pearson: Any, spearman: Any, oov: float, pairs: Any) -> None:
    """Log what `evaluate_pairs` returns."""
    logger.info("Pearson correlation coefficient against %s: %.4f", pairs, pearson[0])
    logger.info("Spearman rank-order correlation coefficient against %s: %.4f", pairs, spearman[0])
    logger.info("Pairs with unknown words ratio: %.1f%%", oov)
