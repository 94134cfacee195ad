"""A model of training on larger clusters, from what a round costs on one machine; and the two charts of its page.

Nothing here has been measured on more than one machine. The model takes the seconds of the processor that training,
summing up, adding and pickling take (``distributed.py --cost``), the bytes of a round, and a network::

    seconds of a round = training / lanes + tree + spreading
    tree               = a hop a level, up to the two halves of the tree, of the bytes that are on their way there
    spreading          = a hop a level of both halves' bytes
    a hop              = delay + bytes / bandwidth + seconds of a byte · bytes

The bytes of n words grow like n to a power that is fitted to those of one lane and of all lanes, up to those of the
weights. A machine is one like that on which the costs were measured, with two workers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from npw2v.training.plan import EPOCH_ROUNDS, MOST_LANE_WORDS

#: Bytes a second of a network of 10 Gbit/s, as one connection uses it; seconds until a task has been handed on.
BANDWIDTH, DELAY = 1.0e9, 0.005

#: Workers of a machine, and what its two cores give against one (`docs/architecture.md`).
WORKERS, TWO_CORES = 2, 1.7

#: Analogies of local training, the means of ``docs/speed.md``, where none were measured here.
LOCAL = {"skip-gram": 0.287, "CBOW": 0.242}

#: Measured scores that are worth a chart.
FEWEST = 4


@dataclass(frozen=True)
class Costs:
    """What a round costs.

    Attributes
    ----------
    word : float
        Seconds of the processor that train a word of the corpus.
    byte : float
        Seconds that summing up, adding and pickling take for a byte that has changed.
    lane_bytes, lane_words : float
        Bytes that a lane changes in so many words.
    power : float
        Bytes grow like words to this power.
    weights : float
        Bytes of all weights.
    local : float
        Words a second of one machine without a cluster.
    """

    word: float
    byte: float
    lane_bytes: float
    lane_words: float
    power: float
    weights: float
    local: float

    def changed(self, words: float) -> float:
        """Return the bytes that so many words change."""
        return min(self.weights, self.lane_bytes * (words / self.lane_words) ** self.power)

    def speed(self, machines: int, round_words: float) -> float:
        """Return the words a second of a cluster."""
        lanes = machines * WORKERS
        round_words = min(round_words, lanes * MOST_LANE_WORDS)
        hop, levels = 1 / BANDWIDTH + self.byte, math.ceil(math.log2(lanes))
        seconds = self.word * round_words / lanes + 2 * DELAY
        for level in range(levels - 1):
            seconds += DELAY + hop * self.changed(round_words / lanes * 2**level)
        seconds += levels * hop * 2 * self.changed(round_words / 2)
        return round_words / seconds


def costs_of(cost: dict[str, Any]) -> Costs:
    """Read the costs of a mode from the results of ``distributed.py --cost``."""
    here, size, lanes = cost["rounds_here"], cost["bytes"], 4
    words = cost["words"] / cost["rounds"]
    moved = (size["lane"] * lanes + size["all"]) * 1e6
    return Costs(
        word=here["train"] / words,
        byte=(here["combine"] + here["move"] + here["serialise"]) / moved,
        lane_bytes=size["lane"] * 1e6,
        lane_words=words / lanes,
        power=math.log(size["all"] / size["lane"]) / math.log(lanes),
        weights=size["weights"] * 1e6,
        local=TWO_CORES * words / here["train"],
    )


def predictions(costs: Costs) -> dict[str, dict[int, float]]:
    """Return the words a second for 1 to 256 machines, by the size of the corpus."""
    machines = [2**power for power in range(9)]
    sizes = {"17 million words": 1.7e7, "100 million": 1e8, "1 billion": 1e9, "100 billion": 1e11}
    return {name: {each: costs.speed(each, words / EPOCH_ROUNDS) for each in machines} for name, words in sizes.items()}


def draw(found: dict[str, Any], docs: Path) -> None:
    """Draw both charts."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
    for panel, mode in zip(panels, ("skip-gram", "CBOW"), strict=True):
        costs = costs_of(found["cost"][mode])
        for name, speeds in predictions(costs).items():
            panel.plot(list(speeds), [speed / 1e6 for speed in speeds.values()], "o-", label=name, markersize=4)
        panel.axhline(costs.local / 1e6, color="#555555", linestyle=":", label="one machine, two local workers")
        panel.set(title=mode, xlabel="machines of two workers", xscale="log", yscale="log")
        panel.set_xticks(list(speeds), [str(each) for each in speeds])
        panel.tick_params(axis="x", which="minor", bottom=False)
        panel.grid(alpha=0.3)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("million words of the corpus a second")
    panels[0].legend(
        frameon=False, fontsize=8, loc="upper left", title="corpus, in 64 rounds an epoch", title_fontsize=8
    )
    figure.suptitle("Predicted, not measured: words a second, 10 Gbit/s", fontsize=12)
    figure.savefig(docs / "cluster-speed.png", dpi=150)

    if len(found["quality"]) < FEWEST:
        return
    figure, panels = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for panel, mode in zip(panels, ("skip-gram", "CBOW"), strict=True):
        rows = [row for row in found["quality"] if row["mode"] == mode]
        local = [row["analogies"] for row in rows if not row["partitions"]] or [LOCAL[mode]]
        for count, colour in ((4, "#0b6e4f"), (16, "#c1440e"), (64, "#6d4c9f")):
            scores: dict[int, list[float]] = {}
            for row in rows:
                if row["partitions"] == count:
                    scores.setdefault(row["rounds"], []).append(row["analogies"])
            means = [(rounds, sum(each) / len(each)) for rounds, each in sorted(scores.items())]
            if means:
                panel.plot(*zip(*means, strict=True), "o-", color=colour, label=f"{count} partitions")
        panel.axhline(sum(local) / len(local), color="#555555", linestyle=":", label="local training")
        panel.set(title=mode, xlabel="rounds an epoch", xscale="log")
        panel.set_xticks([16, 32, 64, 128], ["16", "32", "64", "128"], minor=False)
        panel.minorticks_off()
        panel.set_ylim(0, 0.32)
        panel.grid(alpha=0.3)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("analogies answered correctly")
    panels[0].legend(frameon=False, fontsize=8)
    figure.suptitle("Measured: quality after five epochs of 17 million words, 100 dimensions", fontsize=12)
    figure.savefig(docs / "cluster-quality.png", dpi=150)
