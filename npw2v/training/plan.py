"""The one place that chooses block sizes, from the model's parameters and the vocabulary's statistics.

Every rule stands with its reason, and ``docs/tuning.md`` has what was measured for it; ``benchmarks/sweep.py`` shows
how near the best the choices are. Nothing here depends on the machine, except how many workers are worth starting and
how many blocks go into one NumPy call, and neither changes a result.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from npw2v.kernels.blocks import BlockShape
from npw2v.kernels.paths import GroupShape, ListShape
from npw2v.kernels.threads import available_cores

#: Words of the corpus in one part: large against a step, so that the last, smaller step of a part costs little.
PART_WORDS = 65_536

#: Words in a piece: small, since a topic that comes up again and again for a while is remembered best if it comes last.
#: Skip-gram with a tree scores higher with large ones.
PIECE_WORDS, PATH_PIECE_WORDS = 1_024, 65_536

#: Fewest words in a piece where lanes train in rounds, of which a lane's share must hold several.
LEAST_PIECE_WORDS = 64

#: Most center words in a step. They do not see each other's updates, but a large step costs less for NumPy's calls and
#: for meeting the other workers; thanks to damping 4,096 score as 256 do.
STEP_WORDS = 4096

#: Fewest center words in a step of the largest blocks.
LARGE_STEP = 2048

#: Most (center, context) pairs that the most frequent word may have in a step, at alpha = 0.025 and 5 negatives: its
#: row gets that many updates at once. Where that word is more frequent than COMMON, updates of the same few rows add up
#: all the more, and the bound shrinks with the root. CBOW may have four times as many: a word moves only a window's
#: mean.
ROW_PAIRS, COMMON = {"skipgram": 160.0, "cbow": 640.0}, {"skipgram": 0.048, "cbow": 0.012}

#: Most center words in a step of hierarchical softmax: the top of the tree is in every pair, and larger steps follow
#: what it learns less closely.
PATH_STEP_WORDS = {"skipgram": 512, "cbow": 1024}

#: A step holds about this many times √(words of an epoch) centers, at least SMALLEST_STEP: a small corpus has few
#: updates to learn from, and those of one step do not build on each other. CBOW makes one prediction a center where
#: skip-gram makes about six, and is content with larger steps.
ROOTS_A_STEP = {"skipgram": 1.5, "cbow": 6.0}
SMALLEST_STEP = 8

#: Bytes of text for each process that reads it: with less, starting one takes what it saves. Most processes: one of
#: them puts together what all have read.
READER_BYTES, MOST_READERS = 16 << 20, 4

#: How fast the residual of a pair shrinks as one of its rows moves along the other: σ' times a squared length, here one
#: number for all rows; and the share of the most frequent word from which on it is larger.
SLOPE, STEEP = 0.15, 0.012

#: Most noise words a block: a bound on the cost of large windows with many negatives. Least: fewer score lower.
MOST_NOISE, LEAST_NOISE = 128, 16

#: Bytes of vectors and gradients that one round of NumPy calls may touch: smaller rounds pay more for the calls than
#: the caches save.
WORKING_SET = 6 << 20

#: Most units of a step, and so most workers; and the words of a unit where a step has fewer, as long as it has some.
MOST_UNITS, UNIT_WORDS, FEW_UNITS = 16, 128, 4

#: Fewest words of a unit, in halos; a block is one where there are fewer.
UNIT_HALOS = 8

#: Hierarchical softmax: nodes of the top of the tree, lower nodes a group, most groups a run. A larger top costs
#: products that most pairs do not need, a smaller one more rows to gather; larger groups waste more products on windows
#: that do not meet, smaller ones more on NumPy's calls.
TOP_NODES, GROUP_NODES, RUN_GROUPS = {"skipgram": 32, "cbow": 16}, 48, 16

#: Multiply-adds of a training job below which starting a worker costs more than it saves, and what a word of the corpus
#: is taken for, times the dimensions, before the corpus is read: a third of what it costs with the defaults, for words
#: that turn out to be unknown or subsampled.
WORKER_WORTH, EARLY_PER_WORD = 2e10, 58

#: Multiply-adds, times the dimensions, that hierarchical softmax is taken for, for each node on a center's path, by the
#: time that it takes.
NODE_WORTH = {"skipgram": 38, "cbow": 15}

#: Training in rounds: fewest an epoch, and in all epochs together. What damping keeps back of a round comes in the
#: rounds after it, of which there must be many.
EPOCH_ROUNDS, ALL_ROUNDS = 64, 320

#: How much faster a row is taken to come to rest in a lane than within a step. Where that is too slow, the changes of
#: many lanes add up to several times the way that the row has to go; where it is too fast, momentum makes up for it.
LANE_SLOPE = 4.0

#: Fewest words of a lane in a round, as a round costs something, and most, as they are prepared together.
LEAST_LANE_WORDS, MOST_LANE_WORDS = 256, 1 << 20

#: Lanes of one machine: fewest words of a lane in a round, as it looks through all rows of the tables, and most, as
#: what it changes lies in memory.
LEAST_LOCAL_WORDS, MOST_LOCAL_WORDS = 1 << 11, 1 << 16

#: Most workers of which the one that is left out of a round prepares the parts of the next one, to be done in time.
MOST_AHEAD = 4

#: Bytes of updates that workers on copies leave before they write to the same place again. Where the cores of two
#: workers have no cache in common, writing to what the other has lately read takes ten times as long; so it must have
#: left that one's caches. And most such places, as each takes some time to set up.
UPDATES, MOST_TURNS = 64 << 20, 256

#: Most bytes for the workers' copies of the tables. With copies a row never moves between the caches of two cores.
COPIES = 1 << 29


def block_shape(
    *,
    dimensions: int,
    window: int,
    shrink: bool,
    negative: int,
    alpha: float,
    frequency: float,
    words: int,
    longest: int,
    skipgram: bool,
    path: float = 0.0,
) -> BlockShape:
    """Choose the block sizes.

    Parameters
    ----------
    dimensions, window, negative : int
        The model's parameters.
    shrink : bool
        The model's ``shrink_windows``.
    alpha : float
        The learning rate at the beginning.
    frequency : float
        Share of the most frequent word among the words that are trained.
    words : int
        Words that an epoch trains.
    longest : int
        Words of the longest sentence; no window reaches further.
    skipgram : bool
        Otherwise CBOW.
    path : float
        Inner nodes on a center's path through the Huffman tree, on average; 0 without hierarchical softmax.

    Returns
    -------
    BlockShape

    Examples
    --------
    A large English corpus, and nine short sentences of twelve words:

    >>> common = dict(dimensions=100, window=5, shrink=True, negative=5, alpha=0.025, skipgram=True)
    >>> block_shape(frequency=0.0117, words=12_400_000, longest=10_000, **common)
    BlockShape(size=64, noise=24, halo=5, blocks=32, chunk=32, strips=8, unit=2)
    >>> block_shape(frequency=0.14, words=29, longest=5, **common)
    BlockShape(size=8, noise=20, halo=4, blocks=1, chunk=1, strips=1, unit=1)
    """
    halo, kind = max(1, min(window, longest - 1)), "skipgram" if skipgram else "cbow"
    step = min(
        step_words(halo, shrink, updates_of_a_pair(negative, path), alpha, frequency, skipgram),
        max(SMALLEST_STEP, power_of_two(ROOTS_A_STEP[kind] * words**0.5)),
        PATH_STEP_WORDS[kind] if path else STEP_WORDS,
    )
    # A block shares its noise words. It is smaller where steps are small, as the corpus is: on 33,000 words skip-gram
    # ends at a loss of 2.691 with blocks of 32 centers, 2.685 with 16. It is larger where steps are large: with 64
    # centers, which need half as many noise words as with 32, the scores are the same.
    strip = min(power_of_two(max(16, 1.5 * halo)), 128, step)
    large = step >= LARGE_STEP and UNIT_HALOS * halo <= UNIT_WORDS
    size = strip * (4 if large else 2 if step >= 32 * strip else 1)
    # Four in five of the noise words that one input meets in word2vec, k for each of its pairs (a CBOW window is one
    # pair). With fewer the scores fall: of 30, 20 score .281 in analogies and 24 .290 (gensim .282).
    met = negative * (pairs_of_a_word(halo, shrink) if skipgram else 1)
    noise = min(max(LEAST_NOISE, -(-met // 5) * 4), MOST_NOISE) if negative else 0
    blocks = max(1, step // size)
    # Words near the border of two units are updated twice, and each worker has whole units to compute.
    unit = max(1, blocks // MOST_UNITS, min(UNIT_WORDS // size, blocks // FEW_UNITS))
    if unit * size < UNIT_HALOS * halo:  # what words near its border get twice would be much of it
        unit = 1
    # A strip sees P + 2·halo words for P centers. A smaller P wastes fewer multiplications on words out of reach, but
    # small products take more time for each, and strips that are not summed up by units take time for what they share.
    if unit > 1:
        strip = min(power_of_two(max(8, halo)), size)
    row_bytes = 4 * dimensions * (2 * (size + 2 * halo) + 3 * size + 2 * noise)
    chunk = max(unit, min(blocks, power_of_two(WORKING_SET / row_bytes)))
    return BlockShape(size, noise, halo, blocks, chunk, size // strip, unit)


def piece_words(skipgram: bool, tree: bool) -> int:
    """Choose how many words make a piece, with or without a Huffman tree.

    Examples
    --------
    >>> piece_words(skipgram=True, tree=False), piece_words(skipgram=True, tree=True)
    (1024, 65536)
    """
    return min(PATH_PIECE_WORDS if skipgram and tree else PIECE_WORDS, PART_WORDS)


def top_nodes(words: int, skipgram: bool) -> int:
    """Choose how many inner nodes make the top of a tree over ``words`` words."""
    return min(TOP_NODES["skipgram" if skipgram else "cbow"], max(1, words - 1))


def group_shape(*, dimensions: int, top: int, halo: int, step: int, path: float, longest: int) -> GroupShape:
    """Choose the group sizes of hierarchical softmax, skip-gram.

    Parameters
    ----------
    dimensions : int
        d, numbers a row.
    top : int
        Nodes of the top.
    halo : int
        As in the blocks.
    step : int
        Center words a step.
    path : float
        Lower nodes of a center, on average.
    longest : int
        Most lower nodes of a word.

    Returns
    -------
    GroupShape

    Examples
    --------
    >>> group_shape(dimensions=100, top=32, halo=5, step=512, path=7.4, longest=16)
    GroupShape(centers=8, nodes=48, top=32, halo=5, run=8, groups=128, chunk=112)
    """
    nodes = max(GROUP_NODES, -(-longest // 8) * 8)
    # A fourth more centers than the average fills: for the groups of frequent words.
    centers = max(2, min(32, round(1.25 * nodes / max(path, 1)), step))
    # Enough runs a step for several workers to share.
    run = max(1, min(RUN_GROUPS, round(step * max(path / nodes, 1 / centers) / 10)))
    # A step has room for a fourth more groups than on average; if it needs yet more, it ends early. The groups of one
    # block must fit, however long their paths.
    groups = int(1.25 * step * max(path / nodes, 1 / centers)) + run
    row_bytes = 4 * dimensions * (2 * (centers + 2 * halo) + 2 * nodes)
    chunk = max(1, WORKING_SET // row_bytes // run) * run
    return GroupShape(centers, nodes, top, halo, run, max(groups, 128), chunk)


def list_shape(*, top: int, longest: int) -> ListShape:
    """Choose the sizes of hierarchical softmax, CBOW.

    Parameters
    ----------
    top : int
        Nodes of the top.
    longest : int
        Most lower nodes of a word.
    """
    return ListShape(top, longest)


def step_words(halo: int, shrink: bool, updates: float, alpha: float, frequency: float, skipgram: bool) -> int:
    """Center words a step: as many as keep the updates summed into any one row small, a power of two."""
    # A tree of one word has no inner nodes: pairs then update nothing.
    strength = pairs_of_a_word(halo, shrink) * (updates or 1.0) / 6 * max(alpha, 1e-6) / 0.025
    frequency, kind = max(frequency, 1e-9), "skipgram" if skipgram else "cbow"
    return power_of_two(ROW_PAIRS[kind] / (strength * frequency) * min(1.0, (COMMON[kind] / frequency) ** 0.5))


def updates_of_a_pair(negative: int, path: float) -> float:
    """Count the updates that an input gets for one of its pairs: 1 + k, and one for every node of a path."""
    return (1 + negative if negative else 0) + path


def damping_slope(frequency: float) -> float:
    """Choose the slope of :class:`npw2v.kernels.damping.Damping`, given the share of the most frequent word.

    Where a few words make up the corpus, a row's updates point the same way and their residuals shrink faster.
    """
    return SLOPE * float(np.sqrt(max(1.0, frequency / STEEP)))


def pairs_of_a_word(halo: int, shrink: bool) -> int:
    """Count the context words of a center, on average: twice the mean window."""
    return halo + 1 if shrink else 2 * halo


def power_of_two(limit: float) -> int:
    """Largest power of two that is at most ``limit``, at least 1."""
    return 1 << max(0, int(np.floor(np.log2(max(limit, 1)))))


def worker_count(
    requested: int,
    shape: BlockShape,
    words: int,
    dimensions: int,
    skipgram: bool = True,
    path: float = 0.0,
    lanes: int = 1,
) -> int:
    """Count the processes worth using: those asked for, but no more than cores or shares; one for a small job.

    Parameters
    ----------
    requested : int
        The model's ``workers``.
    shape : BlockShape
    words : int
        Words to train in all epochs together.
    dimensions : int
        d, numbers a row.
    skipgram, path
        As for :func:`block_shape`.
    lanes : int
        What the workers share; if it is one, they share the blocks of a step.
    """
    per_word = dimensions * (3 * (shape.near + shape.noise) + path * NODE_WORTH["skipgram" if skipgram else "cbow"])
    if words * per_word < WORKER_WORTH:
        return 1
    return max(1, min(requested, available_cores(), shape.units(shape.blocks) if lanes == 1 else lanes))


def copies_of_tables(workers: int, size: int) -> bool:
    """Decide whether each of the workers has copies of the tables, which are ``size`` bytes."""
    return (workers - 1) * size <= COPIES


def slots(workers: int) -> int:
    """Count the parts that there is room for: those of a round, and those of the next if they are prepared meanwhile.

    Examples
    --------
    >>> slots(1), slots(2), slots(8)
    (1, 4, 8)
    """
    return 2 * workers if 1 < workers <= MOST_AHEAD else workers


def turns(workers: int, copies: bool, size: int) -> int:
    """Count the places in which the updates of a step, of so many bytes, are left in turn.

    A worker that goes on with the next step must not write where another one still reads.

    Examples
    --------
    >>> turns(1, True, 1 << 21), turns(2, False, 1 << 21), turns(2, True, 1 << 21)
    (1, 2, 32)
    """
    if workers == 1:
        return 1
    return min(max(2, -(-UPDATES // size)), MOST_TURNS) if copies else 2


def early_workers(requested: int, words: int, dimensions: int) -> int:
    """Count the processes that will be worth using for so many words, before the corpus and its blocks are known."""
    if words * dimensions * EARLY_PER_WORD < WORKER_WORTH:
        return 1
    return max(1, min(requested, available_cores()))


def reading_processes(requested: int, size: int) -> int:
    """Count the processes worth reading a text of ``size`` bytes with, this one among them.

    Examples
    --------
    >>> reading_processes(1, size=10**9), reading_processes(8, size=10**6)
    (1, 1)
    """
    return max(1, min(requested, available_cores(), size // READER_BYTES, MOST_READERS))


def largest_frequency(kept: NDArray[np.float64]) -> float:
    """Share of the most frequent word, given how often each word is expected to survive subsampling."""
    return float(kept.max() / max(kept.sum(), 1e-9))


def rounds_an_epoch(words: int, lanes: int, epochs: int) -> int:
    """Choose into how many rounds an epoch is divided when lanes train by themselves.

    Parameters
    ----------
    words : int
        Words of an epoch.
    lanes, epochs : int

    Examples
    --------
    A large corpus in five epochs, in one, and in one lane; and a small one in many lanes:

    >>> [rounds_an_epoch(10**9, lanes, epochs) for lanes, epochs in ((16, 5), (16, 1), (1, 5))]
    [64, 320, 954]
    >>> rounds_an_epoch(60_000, 40, 20)
    5
    """
    wanted = max(EPOCH_ROUNDS, -(-ALL_ROUNDS // max(epochs, 1)), -(-words // (lanes * MOST_LANE_WORDS)))
    return max(1, min(wanted, words // (lanes * LEAST_LANE_WORDS)))


def local_rounds(words: int, lanes: int, epochs: int) -> int:
    """Choose into how many rounds an epoch is divided when lanes are trained on one machine.

    The parameters are those of :func:`rounds_an_epoch`.

    Examples
    --------
    >>> [local_rounds(words, 8, 5) for words in (60_000, 17_000_000, 10**9)]
    [3, 64, 1908]
    """
    rounds = max(rounds_an_epoch(words, lanes, epochs), -(-words // (lanes * MOST_LOCAL_WORDS)))
    return max(1, min(rounds, words // (lanes * LEAST_LOCAL_WORDS)))
