"""`npw2v plot-training`: how training went, by epoch."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from npw2v.cli.lazily import Lazily
from npw2v.cli.options import add_sheet
from npw2v.cli.output import say

if TYPE_CHECKING:
    from npw2v.cli import drawing, vectorfiles
else:
    drawing, vectorfiles = Lazily("npw2v.cli.drawing"), Lazily("npw2v.cli.vectorfiles")

EXAMPLES = ("npw2v plot-training model.npz -o training.png",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.description = (
        "Draw the loss, the loss on held-out text, the learning rate and the speed of every epoch, as model.history "
        "has them."
    )
    parser.add_argument(
        "model", metavar="MODEL", help="the file of a whole model, as npw2v train -o model.npz writes it"
    )
    add_sheet(parser, "10x3.6")


def run(options: argparse.Namespace) -> None:
    """Draw the history."""
    drawing.check_picture(options.output)
    model = vectorfiles.open_model(options.model)
    if model is None:
        raise ValueError(
            f"{options.model} has vectors alone, which say nothing of their training: expected a whole model, as npw2v "
            "train -o model.npz writes it"
        )
    if not model.history:
        raise ValueError(f"{options.model} has no history: npw2v has trained it for no epoch")
    drawing.draw_training(model.history, options.output, drawing.sheet_of(options))
    say(f"{len(model.history):,} epochs drawn in {options.output}")
