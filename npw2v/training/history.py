"""What a model has of its training: a list with a row an epoch, which shows itself as a table."""

from __future__ import annotations

from typing import Any

from npw2v.vectors.notebooks import html_table, text_table


class History(list[dict[str, Any]]):
    """A row an epoch; see `npw2v.training.reports.EpochReport.row`.

    It is a list in everything but what it looks like, and is pickled as one. ``pandas.DataFrame(model.history)`` is a
    table of it.

    Examples
    --------
    >>> History([{"epoch": 0, "loss": 0.5, "words_read": 2000}, {"epoch": 1, "loss": 0.25, "words_read": 2000}])
    epoch    loss  words_read
        0  0.5000       2,000
        1  0.2500       2,000
    >>> History()
    []
    """

    def __repr__(self) -> str:
        table = self._table()
        return text_table(*table) if table else super().__repr__()

    def _repr_html_(self) -> str | None:
        table = self._table()
        return html_table(*table) if table else None

    def _table(self) -> tuple[list[list[Any]], list[str]] | None:
        """Return rows and head, or None where there are none: a program may have put anything in the list."""
        if not self or not all(isinstance(row, dict) for row in self):
            return None
        head = list(dict.fromkeys(name for row in self for name in row))
        return [[row.get(name) for name in head] for row in self], list(map(str, head))

    def __reduce_ex__(self, protocol: Any) -> tuple[type[list[Any]], tuple[list[dict[str, Any]]]]:
        """Pickle a list: files need not know this class."""
        return list, (list(self),)
