"""How training says how far it is: a progress bar on a terminal, log lines otherwise."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from npw2v.logs import logger_of
from npw2v.training.reports import EpochReport, PartReport

logger = logger_of(__name__)


class Progress:
    """Shows the progress of training, as a context.

    Parameters
    ----------
    words : int
        Words of the vocabulary in all epochs together.
    epochs : int
        Number of epochs.
    bar : bool or None
        Draw a progress bar; None means only if standard error is a terminal.
    delay : float
        Seconds between log lines.
    """

    def __init__(self, words: int, epochs: int, bar: bool | None, delay: float) -> None:
        self._words, self._epochs, self._delay = words, epochs, delay
        self._epoch = self._read = self._trained = 0
        self._validated = ""
        self._started = self._logged = time.perf_counter()
        self._bar: Any = None
        if sys.stderr.isatty() if bar is None else bar:
            from tqdm import tqdm

            self._bar = tqdm(total=words, unit=" words", unit_scale=True, dynamic_ncols=True, leave=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.close()

    def begin(self, epoch: int, read: int = 0) -> None:
        """Name the epoch that starts now, or goes on after so many words."""
        self._epoch, self._read = epoch, read
        if self._bar is not None:
            self._bar.set_description(f"epoch {epoch + 1}/{self._epochs}")

    def skip(self, words: int) -> None:
        """Count words that were trained before this process did."""
        if self._bar is not None:
            self._bar.update(words)

    def part(self, part: PartReport) -> None:
        """Count a part of the epoch as done."""
        self._read += part.read
        self._trained += part.trained
        if self._bar is not None:
            self._bar.set_postfix_str(f"alpha {part.alpha:.4f}{self._validated}", refresh=False)
            self._bar.update(part.read)
        now = time.perf_counter()
        if now - self._logged >= self._delay:
            self._logged = now
            done = self._read * self._epochs / max(self._words, 1)
            logger.info(
                "EPOCH %i - PROGRESS: at %.2f%% words, %.0f words/s, alpha %.5f",
                *(self._epoch, 100 * done, self._trained / (now - self._started), part.alpha),
            )

    def end(self, report: EpochReport) -> None:
        """Log an epoch's summary, and show its validation loss."""
        logger.info(
            "EPOCH %i: training on %i raw words (%i effective words) took %.1fs, %.0f effective words/s%s%s",
            *(report.epoch, report.words_read, report.words_trained, report.seconds),
            report.words_trained / max(report.seconds, 1e-9),
            "" if report.loss is None else f", loss {report.loss:.4f}",
            "" if report.validation_loss is None else f", validation loss {report.validation_loss:.4f}",
        )
        if report.validation_loss is not None:
            self._validated = f", validation loss {report.validation_loss:.4f}"
            if self._bar is not None:
                self._bar.set_postfix_str(f"alpha {report.alpha_end:.4f}{self._validated}")
