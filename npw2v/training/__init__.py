"""Training: ids, tables and a schedule become trained tables and reports. Nothing here knows the model.

What the words mean, from the largest to the smallest::

    corpus    every sentence as ids, in the order of the text
    |  piece  whole sentences next to each other; every epoch puts the pieces into a new random order
    |  part   the pieces of 65,536 words, which one worker prepares: subsampled, windows and noise words drawn
    |  step   what is computed from one state of the tables, by all workers together, and then added up
    |  unit   a worker's smallest task: blocks whose centers are summed up at once for the words that they see
    |  block  64 centers in a row, or fewer, for which noise words are drawn together
    |  strip  8 centers whose products with all words near them are one matrix product

         <------------------------ step ------------------------->
         | unit 0                        | unit 1  | ... | unit n|
         | block 0 | block 1 | ... block |
         | strips  | strips  |
    halo | centers | halo        what a block sees: its centers, and the words that their windows can reach

Hierarchical softmax of skip-gram has another cut beside it: a *group* is as many centers in a row as have 48 inner
nodes on their paths below the *top* of the tree, and a *run* is a few groups whose updates of the top are summed up.

center, context
    The word whose window it is, and a word in the window.
halo
    The words before and after some centers that their windows can reach.
job
    All that a worker must know besides arrays: plain values (:mod:`~npw2v.training.job`).
slot
    Room for the part that one worker prepares while the others prepare theirs.
round
    As many parts as there are workers; between two rounds the workers may change from copies of the tables to tables
    that they share, and back, or leave the last of them out (:mod:`~npw2v.training.tables`).
turn
    Which of several places holds the updates of a step.
share
    A worker's part of the units to compute, or of the columns to add to.
rate
    A row's learning rate in a step: the schedule's alpha, damped (:mod:`npw2v.kernels.damping`), times its lock factor.
stair, pace
    How often alpha falls, and how far an epoch takes it (:mod:`~npw2v.training.schedule`).
session
    What is open while the weights are in the workers' hands (:mod:`~npw2v.training.session`).
backend
    Where workers run (:mod:`~npw2v.training.backends`).
"""
