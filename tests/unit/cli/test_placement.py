"""Points and labels on a map: room for each, and no label on another."""

from __future__ import annotations

import numpy as np
import pytest

from npw2v.cli.placement import leader, move_apart, place_labels

FRAME = (0.0, 0.0, 400.0, 300.0)


def overlapping(centres, sizes):
    """Pairs of labels that overlap, of those that have a place."""
    placed = np.flatnonzero(~np.isnan(centres).any(axis=1))
    return [
        (one, other)
        for at, one in enumerate(placed)
        for other in placed[at + 1 :]
        if (np.abs(centres[one] - centres[other]) < (sizes[one] + sizes[other]) / 2).all()
    ]


def crowd(count, seed=0):
    random = np.random.default_rng(seed)
    points = random.normal(size=(count, 2)) * [60, 40] + [200, 150]
    return points, np.stack([random.uniform(15, 60, count), np.full(count, 10.0)], axis=1)


@pytest.mark.parametrize("count", [1, 40, 150])
def test_no_label_lies_on_another_nor_outside(count):
    points, sizes = crowd(count)
    centres = place_labels(points, sizes, FRAME)
    assert overlapping(centres, sizes) == []
    placed = ~np.isnan(centres).any(axis=1)
    assert placed.sum() > 0.4 * count  # as many as there is room for
    assert ((centres - sizes / 2)[placed] >= [0, 0]).all()
    assert ((centres + sizes / 2)[placed] <= [400, 300]).all()


def test_what_has_room_stands_beside_its_point_and_needs_no_line():
    centres = place_labels(np.array([[100.0, 100.0]]), np.array([[40.0, 10.0]]), FRAME)
    np.testing.assert_allclose(centres, [[124.0, 100.0]])
    assert np.isnan(leader(np.array([100.0, 100.0]), centres, np.array([40.0, 10.0]))).all()


def test_a_line_leads_to_the_nearest_edge_of_a_far_label():
    line = leader(np.array([0.0, 0.0]), np.array([[50.0, 0.0]]), np.array([40.0, 10.0]))[0]
    np.testing.assert_allclose(line[[0, -1]], [[0, 0], [30, 0]])


def test_lines_cross_no_label():
    points, sizes = crowd(60)
    centres = place_labels(points, sizes, FRAME)
    for own, (point, centre, size) in enumerate(zip(points, centres, sizes)):
        for step in leader(point, centre[None], size)[0]:
            inside = (np.abs(centres - step) < sizes / 2).all(axis=1)
            assert not np.delete(inside, own).any()


def test_the_first_label_gets_the_only_room():
    points, sizes = np.array([[20.0, 10.0], [21.0, 10.0]]), np.full((2, 2), [35.0, 10.0])
    centres = place_labels(points, sizes, (0.0, 4.0, 60.0, 16.0))
    assert not np.isnan(centres[0]).any()
    assert np.isnan(centres[1]).all()


def test_labels_keep_off_arrows_where_they_can():
    point, size = np.array([[100.0, 100.0]]), np.array([[40.0, 10.0]])
    arrow = np.linspace([100.0, 100.0], [200.0, 100.0], 50)
    assert place_labels(point, size, FRAME, arrow)[0, 0] < 100


def test_crowds_are_moved_apart_and_stay_crowds():
    random = np.random.default_rng(1)
    points = np.concatenate([random.normal(size=(20, 2)) * 0.01, [[10.0, 0.0]] * 5])
    places = move_apart(points, (700.0, 500.0))
    apart = np.abs(places[:, None] - places) / [44.0, 13.0]
    distances = np.hypot(apart[..., 0], apart[..., 1]) + 9 * np.eye(25)
    assert distances.min() > 0.95
    group = np.arange(25) >= 20
    assert (group[distances.argmin(axis=1)] == group).all()
    np.testing.assert_array_equal(places, move_apart(points, (700.0, 500.0)))


def test_points_that_have_room_keep_their_proportions():
    points = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.0]])
    places = move_apart(points, (700.0, 500.0))
    np.testing.assert_allclose(places[1:] - places[0], [[700, 0], [700, 350]], atol=0.2)


def test_more_points_than_have_room_share_it():
    points = np.random.default_rng(2).normal(size=(800, 2))
    places = move_apart(points, (100.0, 100.0))
    assert np.isfinite(places).all()
    assert (np.ptp(places, axis=0) < 200).all()
