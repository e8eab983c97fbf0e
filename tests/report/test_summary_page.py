"""The page of the summary in a real browser: on a phone, on a desk, by day, at night, and on paper."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.planning import HOURS, at, board, case, debt
from tests.report.days import HOSTILE, friday, of
from tests.servers.chromium import chromium
from triage.model.cases import Person
from triage.report.summary_html import page

PHONE, DESK = (390, 844), (1280, 900)
# WCAG 2.2, 1.4.3 and 1.4.11
READABLE, VISIBLE = 4.5, 3.0

COLOURS = """() => {
  const paper = getComputedStyle(document.body).backgroundColor;
  const inked = [...document.querySelectorAll('h1,h2,p,dt,dd,th,td')].filter(e => e.textContent.trim());
  return {
    paper,
    inks: [...new Set([...inked.map(e => getComputedStyle(e).color),
                       ...[...document.querySelectorAll('text')].map(e => getComputedStyle(e).fill)])],
    bars: [...new Set([...document.querySelectorAll('rect')].map(e => getComputedStyle(e).fill))],
  };
}"""
BOXES = """() => [...document.querySelectorAll('svg')].map(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(e => e.textContent).map(e => {
    const box = e.getBoundingClientRect();
    return {said: e.textContent, left: box.left - frame.left, right: box.right - frame.left, top: box.top,
            bottom: box.bottom, width: frame.width, height: box.height};
  });
})"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def opened(browser: Browser, folder: Path, words: str, *, size: tuple[int, int] = DESK, scheme: str = "light") -> Page:
    """The page as a user opens it: a file. Whatever it asks for or complains of is kept on it."""
    path = folder / "summary.html"
    path.write_text(words, encoding="utf-8")
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    shown = context.new_page()
    shown.asked = []  # type: ignore[attr-defined]
    shown.on("request", lambda one: shown.asked.append(one.url))  # type: ignore[attr-defined]
    shown.on("console", lambda one: shown.asked.append(one.text))  # type: ignore[attr-defined]
    shown.goto(path.as_uri())
    return shown


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read(browser: Browser, tmp_path: Path, size: tuple[int, int], scheme: str):
    shown = opened(browser, tmp_path, page(of(friday()), HOURS), size=size, scheme=scheme)
    assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
    colours: Any = shown.evaluate(COLOURS)
    assert (luminance(colours["paper"]) < 0.1) == (scheme == "dark")
    assert min(contrast(ink, colours["paper"]) for ink in colours["inks"]) >= READABLE
    assert min(contrast(bar, colours["paper"]) for bar in colours["bars"]) >= VISIBLE


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_label_of_a_plot_lies_on_another_or_outside(browser: Browser, tmp_path: Path, size: tuple[int, int]):
    shown = opened(browser, tmp_path, page(of(friday()), HOURS), size=size)
    plots: Any = shown.evaluate(BOXES)
    assert len(plots) == 3
    for texts in plots:
        assert all(one["left"] >= -1 and one["right"] <= one["width"] + 1 for one in texts), texts
        assert all(one["height"] >= 9 for one in texts), texts
        for place, one in enumerate(texts):
            for other in texts[:place]:
                apart = one["right"] <= other["left"] + 1 or other["right"] <= one["left"] + 1
                assert apart or one["bottom"] <= other["top"] + 1 or other["bottom"] <= one["top"] + 1, (one, other)


def test_every_plot_says_what_it_shows(browser: Browser, tmp_path: Path):
    shown = opened(browser, tmp_path, page(of(friday()), HOURS))
    named = [plot.get_attribute("aria-label") for plot in shown.locator("svg[role=img]").all()]
    assert len(named) == 3
    assert all(named)


@pytest.mark.parametrize("seen", [of(friday()), of(board(at("fri 16:53")))], ids=["a busy day", "an empty day"])
def test_on_paper_it_is_one_page(browser: Browser, tmp_path: Path, seen: Any):
    shown = opened(browser, tmp_path, page(seen, HOURS))
    paper = shown.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1


def test_strangers_stay_text_and_nothing_is_asked_for(browser: Browser, tmp_path: Path):
    mean = Person(name=f"<img src=x onerror=alert(1)>{HOSTILE}", address="x@example.org")
    bad = replace(debt("x", at("fri 09:00"), at("fri 17:00")), who=mean)
    shown = opened(browser, tmp_path, page(of(board(at("fri 16:53"), case(bad))), HOURS))
    assert shown.locator("img,script,b,a").count() == 0
    assert "<img" in shown.locator("main").inner_text()
    assert shown.asked == [(tmp_path / "summary.html").as_uri()]  # type: ignore[attr-defined]
