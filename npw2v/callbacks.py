"""What a training callback looks like."""

from __future__ import annotations

from typing import Any


class CallbackAny2Vec:
    """Base class of training callbacks: override what you need (any object with these four methods will do).

    Examples
    --------
    >>> from npw2v import Word2Vec
    >>> class PrintLoss(CallbackAny2Vec):
    ...     def on_epoch_end(self, model):
    ...         print(len(model.history), "epochs")
    >>> model = Word2Vec([["a", "b"], ["b", "c"]], min_count=1, epochs=2, callbacks=[PrintLoss()])
    1 epochs
    2 epochs
    """

    def on_train_begin(self, model: Any) -> None:
        """Before the first epoch."""

    def on_train_end(self, model: Any) -> None:
        """After the last epoch."""

    def on_epoch_begin(self, model: Any) -> None:
        """Before each epoch."""

    def on_epoch_end(self, model: Any) -> None:
        """After each epoch; ``model.wv`` holds the vectors as they are now, ``model.history`` the epoch's figures."""
