"""Callbacks: what a training callback looks like, and how training calls them and hears when to stop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from npw2v.errors import StopTraining
from npw2v.logs import logger_of

logger = logger_of(__name__)

#: The methods of a callback.
MOMENTS = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")


class CallbackAny2Vec:
    """Base class of training callbacks: override what you need.

    Any other object with some of these four methods will do as well; those that it lacks are not called.

    A method that returns True, or raises :class:`npw2v.StopTraining`, ends training after the current epoch:
    ``on_epoch_begin`` after the epoch that begins, ``on_train_begin`` before the first, so that nothing is trained;
    from ``on_train_end`` it means nothing. The other callbacks are called as usual, and :meth:`npw2v.Word2Vec.train`
    returns as usual, with the words of the epochs that were trained. What else a method returns is ignored, and any
    other exception reaches the caller of ``train``.

    Examples
    --------
    >>> from npw2v import Word2Vec
    >>> class StopWhenGood(CallbackAny2Vec):
    ...     def on_epoch_end(self, model):
    ...         print(len(model.history), "epochs")
    ...         return len(model.history) == 2
    >>> model = Word2Vec([["a", "b"], ["b", "c"]], min_count=1, epochs=5, callbacks=[StopWhenGood()])
    1 epochs
    2 epochs
    """

    def on_train_begin(self, model: Any) -> bool | None:
        """Before the first epoch."""

    def on_train_end(self, model: Any) -> bool | None:
        """After the last epoch."""

    def on_epoch_begin(self, model: Any) -> bool | None:
        """Before each epoch."""

    def on_epoch_end(self, model: Any) -> bool | None:
        """After each epoch; ``model.wv`` holds the vectors as they are now, ``model.history`` the epoch's figures."""


class Callbacks:
    """The callbacks of one call of :meth:`npw2v.Word2Vec.train`.

    Parameters
    ----------
    callbacks : iterable
        See `CallbackAny2Vec`.

    Attributes
    ----------
    stop : bool
        Whether one of them has asked to end training.

    Raises
    ------
    AttributeError
        One has none of the four methods, such as a class's name misspelled or a method passed by itself.
    """

    def __init__(self, callbacks: Iterable[Any]) -> None:
        self._callbacks = list(callbacks)
        self.stop = False
        for callback in self._callbacks:
            if not any(hasattr(callback, moment) for moment in MOMENTS):
                raise AttributeError(f"{callback!r} is no callback: it has none of the methods {', '.join(MOMENTS)}")

    def call(self, moment: str, model: Any) -> None:
        """Call the method named ``moment`` of each callback that has one, and note in ``stop`` if one says so."""
        for callback in self._callbacks:
            try:
                answer = getattr(callback, moment, _nothing)(model)
            except StopTraining:
                answer = True
            if isinstance(answer, (bool, np.bool_)) and answer and moment != MOMENTS[-1]:
                self.stop = True
                logger.info("%s of %s asks to end training", moment, type(callback).__name__)


def _nothing(model: Any) -> None:
    """Stand for a method that a callback lacks."""
