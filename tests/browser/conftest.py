"""The explorer's page in a real browser: Chromium, without a window, driven by selenium."""

from __future__ import annotations

import json
import shutil
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from npw2v import KeyedVectors, Word2Vec
from npw2v.corpus import toyworld
from npw2v.explorer import page, write_page
from npw2v.vectors.projection import neighbourhoods

FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
]  # fmt: skip

#: Words that would be markup, formulas, or nothing to see, if they were not taken for mere words.
HOSTILE = [
    *("<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "=1+1", "\u202egnp.exe", "\ud83d"),
    *("\U0001f600", "\u05e9\u05dc\u05d5\u05dd", "a\u2028b", "", "x" * 300, "%20&word=king", "{{DATA}}", "@cmd"),
    *('"quoted"', "a,b", "- man"),
]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """A running browser, whose logs are kept and whose downloads are found."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium, which drives the browser")
    service = pytest.importorskip("selenium.webdriver.chrome.service")
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("needs Debian's chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in [*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=service.Service(driver))
    browser.downloads = tmp_path_factory.mktemp("downloads")
    behaviour = {"behavior": "allow", "downloadPath": str(browser.downloads)}
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
    yield browser
    browser.quit()


@pytest.fixture(scope="session")
def models():
    """Two models of the toy world, and one whose words are hostile."""
    sentences = list(toyworld.sentences(words=60_000))
    first = Word2Vec(sentences, vector_size=32, sg=1, epochs=8, min_count=2, workers=1).wv
    second = Word2Vec(sentences[::2], vector_size=24, sg=1, epochs=4, min_count=2, workers=1, seed=3).wv
    hostile = KeyedVectors(8)
    hostile.add_vectors(HOSTILE, np.random.default_rng(1).normal(size=(len(HOSTILE), 8)).astype(np.float32))
    return SimpleNamespace(first=first, second=second, hostile=hostile)


@pytest.fixture(scope="session")
def pages(models, tmp_path_factory):
    """The files of their pages."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "neighbourhoods", partial(neighbourhoods, steps=150))
        write_page(models.first, folder / "one.html", title="The toy world")
        write_page(models.first, folder / "two.html", other=models.second, names=("whole", "half"))
        write_page(models.hostile, folder / "hostile.html", title="<b>hostile</b>")
    return folder


class Explorer:
    """A page that is open, and what tests do with it."""

    def __init__(self, browser, folder):
        self.browser, self._folder = browser, folder

    def open(self, name="one", fragment="", width=1280, height=800, dark=False, touch=False):
        """Load a page anew, on a screen of some size, without animations."""
        cdp = self.browser.execute_cdp_cmd
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": touch}
        cdp("Emulation.setDeviceMetricsOverride", size)
        cdp("Emulation.setTouchEmulationEnabled", {"enabled": touch})
        features = {"prefers-reduced-motion": "reduce", "prefers-color-scheme": "dark" if dark else "light"}
        cdp("Emulation.setEmulatedMedia", {"features": [{"name": k, "value": v} for k, v in features.items()]})
        self.browser.get("about:blank")
        self.browser.get(f"{(self._folder / name).as_uri()}.html#{fragment}")
        self.wait("return explorer.models.every(({map}) => map.boxes.length > 0)")
        return self

    def run(self, script, *arguments):
        """Run a function's body in the page."""
        return self.browser.execute_script(script, *arguments)

    def wait(self, script, *arguments):
        """Wait until a function's body returns something true, and return that."""
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.browser, 20, poll_frequency=0.05).until(lambda _: self.run(script, *arguments))

    def find(self, selector):
        """The first element that is in view."""
        return next(each for each in self.all(selector) if each.is_displayed())

    def all(self, selector):
        """All elements of a CSS selector."""
        return self.browser.find_elements("css selector", selector)

    def button(self, text):
        """The button in view with a text."""
        return next(each for each in self.all("button") if each.is_displayed() and each.text == text)

    def press(self, *keys):
        """Press keys, wherever the focus is."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()

    def focused(self):
        """The element that has the focus."""
        return self.browser.switch_to.active_element

    def words(self, number=0):
        """The words of a list in view."""
        lists = [each for each in self.all("ol.words") if each.is_displayed()]
        return [each.text for each in lists[number].find_elements("css selector", ".word")]

    def chosen(self):
        """The word whose panel is shown."""
        return self.find("h2.chosen").text

    def state(self):
        """The state that the fragment of the URL says."""
        return self.run("return explorer.state")

    def at(self, word, number=0):
        """Where a word is on the screen."""
        script = """const {vectors, map} = explorer.models[arguments[1]];
        const box = map.canvas.getBoundingClientRect();
        const [x, y] = map.place(vectors.rows.get(arguments[0]));
        return [Math.round(box.left + x), Math.round(box.top + y)];"""
        return self.run(script, word, number)

    def mouse(self, *points):
        """Press the button of a mouse at a point of the screen, go through others, and let go."""
        from selenium.webdriver.common.actions.action_builder import ActionBuilder

        actions = ActionBuilder(self.browser, duration=10)
        actions.pointer_action.move_to_location(*points[0]).pointer_down()
        for point in points[1:]:
            actions.pointer_action.move_to_location(*point)
        actions.pointer_action.pointer_up()
        actions.perform()

    def wheel(self, x, y, pixels):
        """Turn the wheel of a mouse at a point of the screen; up is below 0."""
        from selenium.webdriver.common.actions.action_builder import ActionBuilder

        actions = ActionBuilder(self.browser)
        actions.wheel_action.scroll(x, y, 0, pixels)
        actions.perform()

    def downloaded(self, name, click):
        """The bytes of a file that a click makes the page hand out."""
        path = self.browser.downloads / name
        path.unlink(missing_ok=True)
        click()
        from selenium.webdriver.support.ui import WebDriverWait

        # Chromium first takes the name, with an empty file.
        WebDriverWait(self.browser, 20, poll_frequency=0.05).until(lambda _: path.exists() and path.stat().st_size)
        return path.read_bytes()

    def complaints(self):
        """What the console has said since it was last asked."""
        return [entry["message"] for entry in self.browser.get_log("browser")]

    def requests(self):
        """What was asked for since this was last asked, but for what is in the page itself."""
        events = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        urls = [each["params"]["request"]["url"] for each in events if each["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if not url.startswith(("data:", "blob:", "about:"))]


@pytest.fixture
def explorer(chromium, pages):
    """A page to open. Whatever a test does on it, the console stays silent, and nothing is asked for but the page."""
    explorer = Explorer(chromium, pages)
    explorer.complaints(), explorer.requests()  # of the browser's own first page
    yield explorer
    assert explorer.complaints() == []
    assert {url.partition("#")[0].rpartition("/")[2] for url in explorer.requests()} <= {
        each.name for each in pages.iterdir()
    }
