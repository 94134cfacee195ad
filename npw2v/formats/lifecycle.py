"""A log of what happened to a model or its vectors, which is saved with them."""

from __future__ import annotations

import logging
import platform
from copy import deepcopy
from datetime import datetime
from typing import Any

import npw2v
from npw2v.logs import logger_of

logger = logger_of(__name__)


class Lifecycle:
    """Gives an object the attribute ``lifecycle_events``, from the first event on.

    Attributes
    ----------
    lifecycle_events : list of dict, or None
        Assign None to record nothing.
    """

    lifecycle_events: list[dict[str, Any]] | None

    def add_lifecycle_event(self, event_name: str, log_level: int | bool = logging.INFO, **event: Any) -> None:
        """Add a row to ``lifecycle_events``, unless that is None; log it if ``log_level`` is set.

        Parameters
        ----------
        event_name : str
            Such as "created".
        log_level : int or False
            Level of :mod:`logging`; False for no log line.
        **event : object
            What else to note, as JSON values; a copy is kept. The time, the versions of npw2v and Python, and the
            platform are added.
        """
        row = {
            **deepcopy(event),
            "datetime": datetime.now().isoformat(),
            "npw2v": npw2v.__version__,
            "python": platform.python_version(),
            "platform": platform.platform(),
            "event": event_name,
        }
        if log_level:
            logger.log(int(log_level), "%s lifecycle event %s", type(self).__name__, row)
        if "lifecycle_events" not in vars(self):
            self.lifecycle_events = []
        if self.lifecycle_events is not None:
            self.lifecycle_events.append(row)
