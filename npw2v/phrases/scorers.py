"""Scoring functions of phrases: the two that there are, what others must take, and how files name them."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, TypeAlias

from npw2v.checks import shown
from npw2v.errors import FormatError
from npw2v.logs import logger_of

logger = logger_of(__name__)

Scorer: TypeAlias = Callable[..., float]

#: The score of what can be no phrase.
NEGATIVE_INFINITY = -math.inf

#: What a scoring function is called with, by name.
PARAMETERS = ("worda_count", "wordb_count", "bigram_count", "len_vocab", "min_count", "corpus_word_count")


def original_scorer(
    worda_count: int, wordb_count: int, bigram_count: int, len_vocab: int, min_count: float, corpus_word_count: int
) -> float:
    r"""Score a pair as word2phrase.c does (Mikolov et al., "Distributed Representations ...", 2013).

    .. math:: \frac{n_{ab} - n_{min}}{n_a n_b} V

    Parameters
    ----------
    worda_count, wordb_count, bigram_count : int
        :math:`n_a, n_b, n_{ab}`: how often the words and the pair occur.
    len_vocab : int
        :math:`V`: different words and pairs.
    min_count : float
        :math:`n_{min}`.
    corpus_word_count : int
        Not used.

    Returns
    -------
    float
        Minus infinity if a word does not occur.

    Examples
    --------
    >>> original_scorer(4, 5, 3, len_vocab=100, min_count=1, corpus_word_count=1000)
    10.0
    """
    together = worda_count * wordb_count
    return NEGATIVE_INFINITY if together == 0 else (bigram_count - min_count) / float(together) * len_vocab


def npmi_scorer(
    worda_count: int, wordb_count: int, bigram_count: int, len_vocab: int, min_count: float, corpus_word_count: int
) -> float:
    r"""Score a pair by normalised pointwise mutual information, from -1 (never together) to 1 (always).

    .. math:: \frac{\ln \left( p_{ab} / (p_a p_b) \right)}{-\ln p_{ab}}, \qquad p = n / N

    G. Bouma, "Normalized (Pointwise) Mutual Information in Collocation Extraction", 2009.

    Parameters
    ----------
    worda_count, wordb_count, bigram_count : int
        How often the words and the pair occur.
    len_vocab : int
        Not used.
    min_count : float
        How often the pair must occur.
    corpus_word_count : int
        :math:`N`: words of the corpus.

    Returns
    -------
    float
        Minus infinity if the pair occurs less than `min_count` times, or a count is 0.

    Examples
    --------
    >>> round(npmi_scorer(10, 10, 10, len_vocab=100, min_count=1, corpus_word_count=1000), 6)
    1.0
    """
    if bigram_count < min_count:
        return NEGATIVE_INFINITY
    total = float(corpus_word_count)
    p_a, p_b, p_ab = worda_count / total, wordb_count / total, bigram_count / total
    try:
        return math.log(p_ab / (p_a * p_b)) / -math.log(p_ab)
    except ValueError:
        return NEGATIVE_INFINITY


#: The names by which files know npw2v's own scoring functions, wherever their module stands.
_BY_NAME: dict[str, Scorer] = {"default": original_scorer, "npmi": npmi_scorer}


def checked_scorer(scoring: Any) -> Scorer:
    """Return the scoring function of a name, or a function after a look at its parameters.

    Raises
    ------
    ValueError
        The name is unknown, or the function lacks one of `PARAMETERS`.
    TypeError
        It is neither a str nor callable.
    """
    if isinstance(scoring, str):
        if scoring not in _BY_NAME:
            raise ValueError(f"unknown scoring method string {scoring!r}: expected one of {', '.join(_BY_NAME)}")
        return _BY_NAME[scoring]
    if not callable(scoring):
        raise TypeError(f"scoring must be 'default', 'npmi' or a function, got {scoring!r}")
    accepted = inspect.getfullargspec(scoring)
    missing = [name for name in PARAMETERS if name not in (*accepted.args, *accepted.kwonlyargs)]
    if missing:
        raise ValueError(f"scoring function missing expected parameters {missing}")
    checked: Scorer = scoring
    return checked


@dataclass(frozen=True)
class MissingScorer:
    """A scoring function that a file names and that is not to be found.

    Attributes
    ----------
    name : str
        Its module and name, as the file has it.
    """

    name: str


def describe_scorer(scoring: Any) -> Any:
    """Return what to store for a scoring function, as JSON: a name. Code is not stored."""
    for name, known in _BY_NAME.items():
        if scoring is known:
            return name
    if scoring is None or isinstance(scoring, MissingScorer):
        return None if scoring is None else {"function": scoring.name}
    kind = scoring if hasattr(scoring, "__qualname__") else type(scoring)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if find_scorer({"function": name}) is scoring:
        logger.warning("of the scoring function %s only the name is saved: import its module before loading", name)
    else:
        logger.warning(
            "the scoring function %s is not saved, and cannot be found by its name, as it is no function at the top "
            "of a module: give it to load(..., scoring=)",
            name,
        )
    return {"function": name}


def find_scorer(stored: Any) -> Scorer | MissingScorer | None:
    """Return the scoring function that `describe_scorer` described.

    One that is not npw2v's own is looked up among the functions of modules that have been imported already, and must
    have all of `PARAMETERS`: a file can neither have a module imported nor choose any other function.
    """
    if stored is None or (isinstance(stored, str) and stored in _BY_NAME):
        return None if stored is None else _BY_NAME[stored]
    if not isinstance(stored, dict) or not isinstance(stored.get("function"), str):
        raise FormatError(f"{shown(stored)} is no scoring function")
    module, _, name = stored["function"].rpartition(".")
    found: Any = getattr(sys.modules.get(module), "__dict__", {}).get(name)
    if type(found) is FunctionType and set(PARAMETERS) <= set(found.__code__.co_varnames[: _arguments(found)]):
        scorer: Scorer = found
        return scorer
    return MissingScorer(stored["function"])


def _arguments(function: FunctionType) -> int:
    return function.__code__.co_argcount + function.__code__.co_kwonlyargcount
