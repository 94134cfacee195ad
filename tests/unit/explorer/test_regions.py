"""The parts of a map: found where there are some, named after what is typical, coloured apart."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.explorer.regions import find_regions


@pytest.fixture(scope="module")
def islands():
    """Four islands of 100 points, the words of which point in four directions; every tenth has a vector of its own."""
    generator = np.random.default_rng(1)
    island = np.tile([0, 1, 2, 3], 100)
    middles = np.array([[0.15, 0.15], [0.85, 0.2], [0.2, 0.8], [0.8, 0.8]])
    places = middles[island] + generator.normal(size=(400, 2)) * 0.04
    vectors = np.eye(4)[island] + 0.1 * generator.normal(size=(400, 4))
    vectors[::10] = generator.normal(size=(40, 4))
    return vectors, places, island


def test_islands_are_found(islands):
    vectors, places, island = islands
    regions = find_regions(vectors, places)
    assert len(regions.places) == len(regions.names) == len(regions.colours)
    for number in range(len(regions.places)):  # no part reaches over to another island
        assert len(set(island[regions.of_words == number])) == 1


def test_there_are_at_most_as_many_as_asked_for(islands):
    vectors, places, island = islands
    regions = find_regions(vectors, places, most=4)
    assert 1 < len(regions.places) <= 4
    assert find_regions(vectors, places, most=1).of_words.max() == 0


def test_names_are_frequent_and_typical_words_of_the_part(islands):
    vectors, places, island = islands
    regions = find_regions(vectors, places, most=4)
    for number, rows in enumerate(regions.names):
        assert (regions.of_words[rows] == number).all()
        assert not any(row % 10 == 0 for row in rows)
        assert max(rows) < 140  # of the more frequent quarter


def test_parts_have_different_colours_while_there_are_some(islands):
    vectors, places, _ = islands
    regions = find_regions(vectors, places, most=4)
    assert len(set(regions.colours)) == len(regions.colours)
    many = find_regions(vectors, places, most=40, colours=3)
    assert set(many.colours) <= {0, 1, 2}


@pytest.mark.parametrize("places", [np.full((5, 2), 0.5), np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.5]])])
def test_few_points_and_corners(places):
    regions = find_regions(np.ones((len(places), 3)), places)
    assert len(regions.of_words) == len(places)
    assert all(regions.names)
