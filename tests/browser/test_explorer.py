"""What the explorer's page does: its answers beside npw2v's own, and every control by mouse, keys and touch."""

from __future__ import annotations

import csv
import io
import struct
from urllib.parse import quote

import numpy as np
import pytest

from npw2v.cli.expressions import parse
from tests.browser.conftest import HOSTILE

pytestmark = pytest.mark.browser

DOWN, UP, RIGHT, ENTER, ESCAPE, TAB, END = "\ue015", "\ue013", "\ue014", "\ue007", "\ue00c", "\ue004", "\ue010"


def names(found):
    return [word for word, _ in found]


def units(vectors):
    rows = vectors.vectors.astype(np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


# ---- answers


def test_neighbours_are_those_of_most_similar(explorer, models):
    words = models.first.index_to_key[:1000]
    script = """const {vectors} = explorer.models[0];
    const near = (word) => vectors.neighbours(vectors.rows.get(word), 5);
    return arguments[0].map((word) => near(word).map(({row}) => vectors.words[row]));"""
    found = explorer.open().run(script, words)
    expected = [names(each) for each in models.first.most_similar_batch(words, topn=5)]
    assert len(found) == len(words) >= 1000
    assert sum(one == other for one, other in zip(found, expected)) >= 0.99 * len(words)


def test_cosines_are_exact_to_four_digits(explorer, models):
    script = "const {vectors} = explorer.models[0]; return vectors.neighbours(vectors.rows.get('king'), 20);"
    found = explorer.open().run(script)
    expected = models.first.most_similar("king", topn=20)
    assert [each["cosine"] for each in found] == pytest.approx([cosine for _, cosine in expected], abs=1e-4)


@pytest.mark.parametrize(
    "b, a, c", [("king", "man", "woman"), ("paris", "france", "italy"), ("walked", "walk", "swim")]
)
def test_analogies_are_those_of_most_similar_without_the_words_given(explorer, models, b, a, c):
    script = """const {vectors} = explorer.models[0];
    const terms = [1, -1, 1].map((weight, at) => [vectors.rows.get(arguments[at]), weight]);
    return vectors.answers(terms, 5).map(({row}) => vectors.words[row]);"""
    expected = models.first.most_similar(positive=[b, c], negative=[a], topn=5)
    assert explorer.open().run(script, b, a, c) == names(expected)


# ---- search


def test_search_suggests_and_takes_a_word(explorer, models):
    explorer.open()
    explorer.find("#search").send_keys("kin")
    options = [each.text for each in explorer.all("[role=option]") if each.is_displayed()]
    assert options[0].startswith("kin")
    assert "king" in options
    explorer.press(*[DOWN] * (options.index("king") + 1), ENTER)
    assert explorer.chosen() == "king"
    assert explorer.words() == names(models.first.most_similar("king", topn=12))
    assert not [each for each in explorer.all("[role=option]") if each.is_displayed()]


def test_search_knows_other_spellings_and_says_so(explorer):
    explorer.open()
    explorer.find("#search").send_keys("kign")
    assert "Did you mean" in explorer.find(".suggestions").text
    assert "king" in explorer.find(".suggestions").text.split("\n")
    explorer.find("#search").clear()
    explorer.find("#search").send_keys("qqqqqqqqq", ENTER)
    assert "No word is spelled like that." in explorer.find(".suggestions").text
    assert explorer.state()["word"] == ""


# ---- the map


def test_a_click_on_a_word_shows_its_neighbours(explorer, models):
    explorer.open(fragment="word=king")
    row = explorer.run(
        "return explorer.models[0].map.boxes.find(({row}) => !explorer.models[0].map.marks.rows.has(row)).row"
    )
    word = models.first.index_to_key[row]
    explorer.mouse(explorer.at(word))
    assert explorer.chosen() == word
    assert explorer.words() == names(models.first.most_similar(word, topn=12))
    marks = explorer.run("return [...explorer.models[0].map.marks.rows.keys()]")
    assert {models.first.index_to_key[each] for each in marks} == {word, *explorer.words()}


def test_a_click_on_a_neighbour_goes_on_from_there(explorer):
    explorer.open(fragment="word=king")
    second = explorer.words()[1]
    explorer.all("ol.words button")[1].click()
    assert explorer.chosen() == second
    assert explorer.find("#search").get_attribute("value") == second


def test_wheel_drag_and_buttons_move_the_map(explorer):
    explorer.open()
    view = "const {x, y, zoom} = explorer.models[0].map.view; return [x, y, zoom]"
    whole = explorer.run(view)
    box = explorer.find("canvas").rect
    x, y = round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2)
    explorer.wheel(x, y, -400)
    zoomed = explorer.wait(view.replace("return", "return zoom > 1.5 &&"))
    assert zoomed[:2] == pytest.approx(whole[:2], abs=0.01)
    explorer.mouse((x, y), (x + 45, y + 20), (x + 90, y + 40))
    assert explorer.run(view)[0] < zoomed[0]
    assert explorer.state()["word"] == ""  # a drag is no click
    explorer.find("#zoom-in").click()
    assert explorer.run(view)[2] == pytest.approx(zoomed[2] * 1.6)
    explorer.find("#whole").click()
    assert explorer.run(view) == whole


def test_labels_do_not_overlap_and_more_appear_by_zoom(explorer):
    explorer.open()
    boxes = "return explorer.models[0].map.boxes"
    few = explorer.run(boxes)
    explorer.run("explorer.models[0].map.see([0.5, 0.5, 6])")
    many = explorer.wait(
        "const {map} = explorer.models[0]; return map.boxes.some(({row}) => !arguments[0].includes(row)) && map.boxes",
        [each["row"] for each in few],
    )
    for shown in (few, many):
        for at, one in enumerate(shown):
            for other in shown[:at]:
                apart = one["left"] >= other["right"] or other["left"] >= one["right"]
                assert apart or one["top"] >= other["bottom"] - 2 or other["top"] >= one["bottom"] - 2
    whole = explorer.run("return explorer.models[0].vectors.size")
    assert np.mean([each["row"] for each in few]) < whole / 3  # the frequent ones first
    inside = "return explorer.models[0].map.inside([[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]])"
    region = set(explorer.run(inside))
    assert len(region & {each["row"] for each in many}) > len(region & {each["row"] for each in few})


# ---- questions


def test_analogy_box(explorer, models):
    explorer.open()
    explorer.button("Analogy").click()
    for field, word in zip("abc", ("man", "king", "woman")):
        explorer.find(f"#analogy-{field}").send_keys(word, ENTER)
    expected = names(models.first.most_similar(positive=["king", "woman"], negative=["man"], topn=10))
    assert explorer.words() == expected
    lines = explorer.run("return explorer.models[0].map.marks.lines.map(({from, to, arrow}) => [from, to, arrow])")
    row = models.first.key_to_index
    assert lines == [[row["man"], row["king"], True], [row["woman"], row[expected[0]], True]]


def test_axes_put_words_where_their_cosines_are(explorer, models):
    explorer.open(fragment="tab=axes")
    explorer.find("#axis-x").send_keys("woman - man")
    explorer.find("#axis-y").send_keys("2 * paris - 'france'", ENTER)
    places = np.array(explorer.wait("const {map} = explorer.models[0]; return map.axes && [...map.places]")).reshape(
        -1, 2
    )
    row = models.first.key_to_index
    every = units(models.first)
    for column, direction in enumerate(
        [every[row["woman"]] - every[row["man"]], 2 * every[row["paris"]] - every[row["france"]]]
    ):
        cosines = every @ direction / np.linalg.norm(direction)
        share = (cosines - cosines.min()) / np.ptp(cosines)
        np.testing.assert_allclose(places[:, column], 1 - share if column else share, atol=1e-3)
    assert explorer.state()["y"] == "2 * paris - 'france'"
    explorer.button("Back to the map").click()
    assert explorer.wait("const {map} = explorer.models[0]; return map.places === map.home && !map.axes")


def test_axes_are_shown_whole_even_after_a_zoom(explorer):
    explorer.open(fragment="word=king")
    assert explorer.run("return explorer.models[0].map.view.zoom") > 1
    explorer.button("Axes").click()
    explorer.find("#axis-x").send_keys("woman - man")
    explorer.find("#axis-y").send_keys("queen - king", ENTER)
    assert explorer.wait("return explorer.models[0].map.axes && explorer.models[0].map.view.zoom === 1")
    assert "king" in [explorer.run("return explorer.models[0].vectors.words[arguments[0]]", row) for row in
                      explorer.run("return explorer.models[0].map.boxes.map(({row}) => row)")]  # fmt: skip


@pytest.mark.parametrize(
    "formula, message",
    [
        ("womna - man", "is not among the"),
        ("woman man", "Expected + or - before"),
        ("woman -", "Expected a word at the end."),
        ("man - man", "cancel each other"),
        ("2 * * man", "Expected a word, got"),
    ],
)
def test_bad_formulas_are_explained(explorer, formula, message):
    explorer.open(fragment="tab=axes")
    explorer.find("#axis-y").send_keys("queen - king")
    explorer.find("#axis-x").send_keys(formula, ENTER)
    assert message in explorer.find("[role=alert]").text
    assert explorer.run("return explorer.models[0].map.axes") is None


FORMULAS = [
    *("king - man + woman", "-france + 2 * paris + 'new york'", "c++ - rock-and-roll", "2*a", '.5 * b - "it\'s"'),
    *("+a", "3 - 4", "a + 2*", "\u2212a + b"),
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_are_read_as_the_commands_read_them(explorer, formula):
    found = explorer.open().run("return explorer.parseFormula(arguments[0])", formula)
    assert [tuple(each) for each in found] == parse(formula)


def test_two_words_are_compared(explorer, models):
    explorer.open(fragment="word=king")
    explorer.button("Compare with another").click()
    explorer.find("#pair-two").send_keys("queen", ENTER)
    assert explorer.find(".figure strong").text == f"{models.first.similarity('king', 'queen'):.3f}"
    near = [names(models.first.most_similar(word, topn=30)) for word in ("king", "queen")]
    assert explorer.words(0) == [word for word in near[0] if word in near[1]][:12]
    assert explorer.words(1) == [word for word in near[0] if word not in near[1] and word != "queen"][:8]
    assert explorer.words(2) == [word for word in near[1] if word not in near[0] and word != "king"][:8]


def test_two_models_answer_side_by_side(explorer, models):
    explorer.open("two", "word=king")
    assert [each.text for each in explorer.all("figcaption")] == ["whole", "half"]
    for number, vectors in enumerate([models.first, models.second]):
        assert explorer.words(number) == names(vectors.most_similar("king", topn=12))
        x, y = explorer.at("king", number)
        box = explorer.all("canvas")[number].rect
        assert box["x"] < x < box["x"] + box["width"]
        assert box["y"] < y < box["y"] + box["height"]
    both = len(explorer.all(".both")) / 2
    assert both == len(set(explorer.words(0)) & set(explorer.words(1)))
    missing = next(word for word in models.first.index_to_key if word not in models.second)
    explorer.open("two", f"word={missing}")
    assert "The word is not in this model." in explorer.find("#panes").text


# ---- a part of the map


def draw(explorer, corners, canvas=0):
    """Draw a line through corners of the map's coordinates, with the lasso; return its words."""
    script = """const {map} = explorer.models[arguments[1]];
    const box = map.canvas.getBoundingClientRect();
    const points = arguments[0].map(([x, y]) => map.onScreen(x, y));
    return points.map(([x, y]) => [Math.round(x + box.left), Math.round(y + box.top)]);"""
    points = explorer.run(script, corners, canvas)
    explorer.find("#lasso").click()
    explorer.mouse(*points)
    explorer.wait("return explorer.state.region !== ''")


def test_lasso_isolates_a_region_and_saves_it(explorer, models):
    explorer.open()
    places = np.array(explorer.run("return [...explorer.models[0].map.home]")).reshape(-1, 2)
    low, high = np.quantile(places, 0.3, axis=0), np.quantile(places, 0.7, axis=0)
    draw(explorer, [low.tolist(), [high[0], low[1]], high.tolist(), [low[0], high[1]]])
    inside = {models.first.index_to_key[row] for row in np.flatnonzero(((places > low) & (places < high)).all(axis=1))}
    rows = list(
        csv.reader(io.StringIO(explorer.downloaded("region.csv", explorer.button("CSV").click).decode("utf-8-sig")))
    )
    assert rows[0] == ["model", "word", "rank", "count", "x", "y"]
    saved = {row[1] for row in rows[1:]}
    assert len(inside) > 20
    assert len(saved ^ inside) <= 0.05 * len(inside) + 2  # the line is as fine as the pixels
    assert explorer.find(".figure strong").text == f"{len(saved):,}"
    word = rows[1][1]
    assert [int(rows[1][2]), int(rows[1][3])] == [
        models.first.key_to_index[word] + 1,
        models.first.get_vecattr(word, "count"),
    ]
    explorer.button("Show these alone").click()
    shown = explorer.wait("return explorer.models[0].map.only && explorer.models[0].map.only.size")
    assert shown == len(saved)
    explorer.button("Show all words").click()
    explorer.button("Let go").click()
    assert explorer.run("return explorer.models[0].map.only") is None
    assert explorer.state()["region"] == ""


def test_a_region_of_the_second_map_shows_its_words_on_the_first(explorer, models):
    explorer.open("two")
    draw(explorer, [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7]], canvas=1)
    first, second = explorer.run("return explorer.region().inside.map((rows) => [...rows])")
    words = {models.second.index_to_key[row] for row in second}
    assert {models.first.index_to_key[row] for row in first} == words & set(models.first.index_to_key)
    assert explorer.state()["on"] == "2"


def test_the_map_is_saved_as_a_picture(explorer):
    explorer.open(fragment="word=king")
    data = explorer.downloaded("map.png", explorer.find("#png").click)
    assert data.startswith(b"\x89PNG")
    size = explorer.find("canvas").size
    assert struct.unpack(">II", data[16:24]) == (2 * size["width"], 2 * size["height"])


# ---- the URL


def test_the_url_keeps_what_is_shown(explorer):
    explorer.open(fragment="word=king")
    explorer.find("#zoom-in").click()
    explorer.find("#theme").click()
    explorer.button("Two words").click()
    explorer.find("#pair-one").send_keys("river", ENTER)
    explorer.wait("return location.hash.includes('view=')")
    before, url = explorer.state(), explorer.browser.current_url
    view = explorer.run("return explorer.models[0].map.view")
    explorer.browser.get("about:blank")
    explorer.browser.get(url)
    assert explorer.state() == before
    assert explorer.run("return explorer.models[0].map.view") == pytest.approx(view, abs=1e-3)
    assert explorer.find("#pair-one").get_attribute("value") == "river"
    explorer.run("location.hash = 'word=queen'")
    explorer.wait("return explorer.state.word === 'queen'")
    assert explorer.chosen() == "queen"


@pytest.mark.parametrize(
    "fragment", ["tab=nowhere&word=%E0%A4%A", "view=1,2&region=1,x,3", "word=<b>&tab=word", "&&==&tab"]
)
def test_a_fragment_that_makes_no_sense_shows_the_page(explorer, fragment):
    explorer.open(fragment=fragment)
    assert explorer.state()["tab"] == "word"
    assert explorer.run("return Object.values(explorer.models[0].map.view).every(Number.isFinite)")


# ---- keys alone


def test_everything_is_reached_by_keys(explorer, models):
    explorer.open()
    explorer.press("/")
    assert explorer.focused().get_attribute("id") == "search"
    explorer.press("king", ENTER)
    assert explorer.chosen() == "king"
    reached = []
    for _ in range(40):
        explorer.press(TAB)
        focused = explorer.focused()
        reached.append(focused.get_attribute("id") or focused.text or focused.tag_name)
        outline = focused.value_of_css_property("outline-style")
        assert outline != "none", reached[-1]
        if "More" in reached:
            break
    assert {"theme", "help", "zoom-in", "zoom-out", "whole", "lasso", "png", "note", "tab-word"} <= set(reached)
    assert "canvas" in reached
    list_ = explorer.all("ol.words button")
    explorer.run("arguments[0].focus()", list_[0])
    explorer.press(DOWN, DOWN, UP)
    assert explorer.focused() == list_[1]
    explorer.press(END)
    assert explorer.focused() == list_[-1]
    explorer.press(ENTER)
    assert explorer.chosen() == models.first.most_similar("king", topn=12)[-1][0]


def test_tabs_map_and_help_by_keys(explorer):
    explorer.open(fragment="word=king")
    explorer.run("document.querySelector('#tab-word').focus()")
    explorer.press(RIGHT)
    assert explorer.focused().text == "Analogy"
    assert explorer.state()["tab"] == "analogy"
    explorer.run("document.querySelector('canvas').focus()")
    before = explorer.run("return {...explorer.models[0].map.view}")
    explorer.press("+", RIGHT)
    after = explorer.run("return {...explorer.models[0].map.view}")
    assert after["zoom"] > before["zoom"]
    assert after["x"] > before["x"]
    explorer.press(ENTER)
    assert explorer.state()["word"] != ""
    explorer.press("?")
    assert explorer.find("dialog").is_displayed()
    assert "What distances on the map mean" in explorer.find("dialog").text
    explorer.press(ESCAPE)
    assert not explorer.all("dialog")[0].is_displayed()
    explorer.press(ESCAPE)
    assert explorer.state()["word"] == ""


# ---- a phone


def test_nothing_is_wider_than_a_phone(explorer):
    fragments = ["word=king", "tab=axes&x=woman - man&y=queen - king", "tab=analogy&a=man&b=king&c=woman"]
    for name, fragment in [*(("one", each) for each in fragments), ("two", "tab=pair&one=king&two=queen")]:
        explorer.open(name, quote(fragment, safe="=&"), width=400, height=780)
        assert explorer.run("return document.documentElement.scrollWidth") <= 400
        for each in explorer.all("button, input, canvas, h1, h2"):
            if each.is_displayed():
                box = each.rect
                assert box["x"] >= 0, each.text
                assert box["x"] + box["width"] <= 401, each.text
        assert explorer.find("canvas").size["height"] > 120


def test_a_tap_chooses_and_a_pinch_zooms(explorer):
    explorer.open(fragment="word=king", width=400, height=780, touch=True)
    row = explorer.run(
        "return explorer.models[0].map.boxes.find(({row}) => explorer.models[0].map.marks.rows.get(row) === 'near').row"
    )
    word = explorer.run("return explorer.models[0].vectors.words[arguments[0]]", row)
    touch = lambda kind, points: explorer.browser.execute_cdp_cmd(  # noqa: E731
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]},
    )
    touch("touchStart", [explorer.at(word)])
    touch("touchEnd", [])
    assert explorer.wait("return explorer.state.word !== 'king' && explorer.state.word") == word
    explorer.find("#whole").click()
    before = explorer.run("return explorer.models[0].map.view.zoom")
    touch("touchStart", [(180, 260), (220, 260)])
    for apart in (30, 50, 80):
        touch("touchMove", [(200 - apart, 260), (200 + apart, 260)])
    touch("touchEnd", [])
    assert explorer.wait("return explorer.models[0].map.view.zoom > arguments[0] * 2", before)


# ---- themes


def contrast(one, other):
    def luminance(colour):
        parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    high, low = sorted([luminance(one), luminance(other)], reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_both_themes_can_be_read(explorer, dark):
    """By WCAG's AA: 4.5 for text, 3 for what else tells something."""
    explorer.open(fragment="word=king", dark=dark)
    read = """const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(arguments[0].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));"""
    plain = ["page", "panel", "map", "ink", "soft", "fill", "accent", "second", "on-accent", "error"]
    colours = explorer.run(read, [*plain, *(f"region-{number}" for number in range(6))])
    for text in ("ink", "soft", "accent", "second", "error"):
        for ground in ("panel", "map"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
    assert contrast(colours["soft"], colours["fill"]) >= 4.5
    for number in range(6):
        assert contrast(colours[f"region-{number}"], colours["map"]) >= 3
    corner = """const {canvas} = explorer.models[0].map;
    return [...canvas.getContext('2d').getImageData(canvas.width - 3, 3, 1, 1).data];"""
    ground = [int(colours["map"][at : at + 2], 16) for at in (1, 3, 5)]
    assert explorer.run(corner)[:3] == ground


def test_the_theme_follows_the_system_until_one_is_chosen(explorer):
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = explorer.open().run(ground)
    dark = explorer.open(dark=True).run(ground)
    assert light != dark
    explorer.find("#theme").click()
    assert explorer.run(ground) == light
    assert explorer.open(fragment="theme=dark").run(ground) == dark


# ---- what words cannot do


def test_hostile_words_are_words(explorer):
    explorer.open("hostile")
    assert explorer.run("return explorer.models[0].vectors.words.length") == len(HOSTILE)
    elements = explorer.run("return document.querySelectorAll('*').length")
    for row in range(len(HOSTILE)):
        explorer.run("explorer.pick(explorer.models[0].vectors.words[arguments[0]])", row)
        assert explorer.run("return explorer.state.word === explorer.models[0].vectors.words[arguments[0]]", row)
        explorer.run("explorer.read()")  # from the URL, as it was written
        assert (
            explorer.run("return explorer.state.word === explorer.models[0].vectors.words[arguments[0]]", row)
            or row == 8
        )
    assert explorer.all("img, b, iframe") == []
    assert len(explorer.all("script")) == 2
    assert explorer.run("return document.querySelectorAll('*').length") < elements + 100
    assert explorer.find("#title").text == "<b>hostile</b>"
    explorer.run("explorer.pick('<img src=x onerror=alert(1)>')")
    assert explorer.chosen() == "<img src=x onerror=alert(1)>"
    explorer.run("explorer.pick(explorer.models[0].vectors.words[3])")
    assert explorer.chosen() == "\u25afgnp.exe"


def test_a_spreadsheet_sees_no_formulas(explorer):
    explorer.open("hostile", "tab=region")
    explorer.button("Take what is in view").click()
    text = explorer.downloaded("region.csv", explorer.button("CSV").click).decode("utf-8-sig")
    words = [row[1] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert {"'=1+1", "'@cmd", "'- man", '"quoted"', "a,b"} <= set(words)


def test_the_policy_refuses_every_request(explorer):
    explorer.open()
    script = """const done = arguments[arguments.length - 1];
    fetch(arguments[0]).then(() => done("sent"), () => done("refused"));"""
    for url in ("https://npw2v.invalid/", "data:text/plain,x"):
        assert explorer.browser.execute_async_script(script, url) == "refused"
    assert "Content Security Policy" in "".join(explorer.complaints())
    assert explorer.run("return performance.getEntriesByType('resource').map(({name}) => name)") == []


def test_every_control_has_a_name_with_the_text_that_is_seen(explorer):
    for fragment in (
        "word=king",
        "tab=analogy&a=man&b=king&c=woman",
        "tab=axes",
        "tab=pair&one=king&two=queen",
        "tab=region",
    ):
        explorer.open(fragment=fragment)
        for each in explorer.all("button, input, [role=tab], canvas"):
            if each.is_displayed():
                assert each.accessible_name, each.get_attribute("outerHTML")
                assert each.text.split("\n")[0].lower() in each.accessible_name.lower() or len(each.text) == 1
