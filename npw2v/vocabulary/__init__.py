"""Counts to words, probabilities and trees."""

from npw2v.vocabulary.frequencies import downsample_report as downsample_report
from npw2v.vocabulary.frequencies import keep_probabilities as keep_probabilities
from npw2v.vocabulary.frequencies import noise_cumulative as noise_cumulative
from npw2v.vocabulary.selection import RULE_DEFAULT as RULE_DEFAULT
from npw2v.vocabulary.selection import RULE_DISCARD as RULE_DISCARD
from npw2v.vocabulary.selection import RULE_KEEP as RULE_KEEP
from npw2v.vocabulary.selection import Counts as Counts
from npw2v.vocabulary.selection import Extension as Extension
from npw2v.vocabulary.selection import Key as Key
from npw2v.vocabulary.selection import Selection as Selection
from npw2v.vocabulary.selection import TrimRule as TrimRule
from npw2v.vocabulary.selection import descending_order as descending_order
from npw2v.vocabulary.selection import extend_words as extend_words
from npw2v.vocabulary.selection import keep_vocab_item as keep_vocab_item
from npw2v.vocabulary.selection import prune_vocab as prune_vocab
from npw2v.vocabulary.selection import select_words as select_words
