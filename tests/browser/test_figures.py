"""Figures that readers play with: their arithmetic, and what mouse, keys and touch do to them."""

import gzip
import io
import re
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pytest
from browsing import TWO_FRAMES, NewPage, open_boxes
from engines.firefox import firefox_window
from engines.window import MissingProgramError, wait_for
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from pooling import load_sleepstudy, standardise
from pooling.answers.funnel import leapfrog
from pooling.data import Scaler, StandardisedData
from pooling.exact import exact_posterior
from pooling.exact.conditional import condition
from pooling.plots.any_day import read_at
from pooling.plots.contours import ellipse
from pooling.plots.funnel import CHOSEN, GRID, spread_and_level, unevenness
from pooling.regimes import REGIME_NAMES

FIGURES = {
    "models": "fig-pull",
    "shrinkage": "fig-by-hand",
    "inference": "fig-funnel",
    "comparison": "fig-one-row",
    "correlated": "fig-moving-day",
    "funnel": "fig-leapfrog",
}
SCRIPTS = Path(__file__).parents[2] / "figures"
MOST_BYTES = 25_000  # of all scripts, compressed
TARGET = 24  # pixels
in_each_figure = pytest.mark.parametrize(("chapter", "label"), FIGURES.items())


def show(page: Page, chapter: str) -> Locator:
    """Open a chapter, and return what lies over its figure's picture."""
    page.goto(f"chapters/{chapter}.html")
    stage = page.locator(f"#{FIGURES[chapter]} .in-play")
    stage.scroll_into_view_if_needed()
    page.evaluate(TWO_FRAMES)
    return stage


def moved(slider: Locator, value: float) -> None:
    slider.evaluate(
        """(input, value) => {
          input.value = value
          input.dispatchEvent(new Event('input', { bubbles: true }))
        }""",
        value,
    )


def test_the_scripts_are_small_and_alone() -> None:
    scripts = sorted(SCRIPTS.glob("*.js"))
    assert [path.name for path in scripts] == [
        "day.js",
        "funnel.js",
        "hand.js",
        "leapfrog.js",
        "playing.js",
        "pull.js",
        "row.js",
    ]
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < MOST_BYTES
    for path in scripts:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("// "), path.name
        assert max(map(len, text.split("\n"))) <= 120, path.name
        assert "import" not in text.replace("important", ""), path.name


# Arithmetic


def test_the_pull_is_the_posterior_of_a_normal_mean(page: Page) -> None:
    show(page, "models")
    rng = np.random.default_rng(1)
    for _ in range(20):
        rows, sigma, tau = int(rng.integers(1, 30)), *rng.uniform(0.1, 90, 2)
        own, centre = rng.uniform(150, 450, 2)
        given = {"rows": rows, "sigma": sigma, "tau": tau, "own": own, "centre": centre}
        found = page.evaluate("given => Playing.pull.pulled(given)", given)
        # Rows and the population's mean as so many measurements, by least squares.
        precision = np.array([rows / sigma**2, 1 / tau**2])
        assert found["mean"] == pytest.approx(np.average([own, centre], weights=precision))
        assert found["sd"] == pytest.approx(precision.sum() ** -0.5)
        assert found["weight"] == pytest.approx(precision[0] / precision.sum())
    nobody_differs = {"rows": 3, "sigma": 5, "tau": 0, "own": 200, "centre": 300}
    found = page.evaluate("given => Playing.pull.pulled(given)", nobody_differs)
    assert found == {"weight": 0, "mean": 300, "sd": 0}


def made_up_rows(rng: np.random.Generator) -> StandardisedData:
    counts = rng.integers(1, 9, int(rng.integers(2, 20)))
    subject_idx = np.repeat(np.arange(len(counts)), counts)
    x, y = rng.normal(size=(2, len(subject_idx)))
    subjects = np.arange(len(counts)) + 1
    return StandardisedData(x, y, subject_idx, len(counts), subjects, Scaler(0, 1, 0, 1))


def test_lines_given_the_scales_are_those_of_the_exact_posterior(page: Page) -> None:
    show(page, "shrinkage")
    rng = np.random.default_rng(2)
    for trial in range(12):
        rows = made_up_rows(rng)
        scales = np.exp(rng.normal(-0.5, 1, (1, 3)))
        if trial % 4 == 0:
            scales[0, :2] *= 1e4 if trial % 8 else 1e-6
        people: list[list[dict[str, float]]] = [[] for _ in range(rows.n_subjects)]
        for x, y, s in zip(rows.x.tolist(), rows.y.tolist(), rows.subject_idx, strict=True):
            people[s].append({"x": x, "y": y})
        alpha, beta, sigma = scales[0].tolist()
        found = page.evaluate(
            "([people, scales]) => Playing.hand.lines(people, scales)",
            [people, {"tauAlpha": alpha, "tauBeta": beta, "sigma": sigma}],
        )
        given = condition("partial_pooling", rows)
        population = given.population(scales)
        lines = given.lines(scales, population, np.arange(rows.n_subjects))
        for name, expected in (
            ("alpha", population.mean_alpha),
            ("beta", population.mean_beta),
            ("varAlpha", population.var_alpha),
            ("varBeta", population.var_beta),
            ("covariance", population.covariance),
        ):
            assert found["population"][name] == pytest.approx(expected.item(), rel=1e-5, abs=1e-9)
        for name, each in (
            ("alpha", lines.mean_alpha[0]),
            ("beta", lines.mean_beta[0]),
            ("sdBeta", np.sqrt(lines.var_beta[0])),
        ):
            drawn = [one[name] for one in found["each"]]
            np.testing.assert_allclose(drawn, each, rtol=1e-5, atol=1e-8)


def test_the_weight_of_a_slope_is_that_of_its_least_squares_variance(page: Page) -> None:
    show(page, "shrinkage")
    rng = np.random.default_rng(3)
    for n in range(2, 12):
        x = rng.normal(size=n)
        rows = [{"x": each, "y": 0} for each in x.tolist()]
        found = page.evaluate(
            "rows => Playing.hand.weight(rows, { tauBeta: 0.4, sigma: 0.7 })", rows
        )
        own = ((x - x.mean()) ** 2).sum() / 0.7**2
        assert found == pytest.approx(own / (own + 1 / 0.4**2))


def test_the_funnel_is_the_one_that_python_computes(page: Page) -> None:
    show(page, "inference")
    source = "document.querySelector('template[data-plays$=\"funnel.js\"]')"
    numbers = f"JSON.parse({source}.content.textContent)"
    rng = np.random.default_rng(4)
    for _ in range(8):
        rows, tau = int(rng.integers(1, 40)), float(rng.uniform(0, 3))
        found = page.evaluate(
            f"""given => {{
              const found = Playing.funnel.spreadAndLevel({{ ...{numbers}, ...given }})
              const uneven = [false, true].map(
                each => Playing.funnel.unevenness(found, each, [0.055, 0.945]))
              return {{ ...found, uneven }}
            }}""",
            {"rows": rows, "tau": tau},
        )
        expected = spread_and_level(rows, tau)
        np.testing.assert_allclose(found["logTau"], GRID, atol=1e-12)
        np.testing.assert_allclose(found["weight"], expected.weight, rtol=1e-4, atol=1e-12)
        np.testing.assert_allclose(found["mean"], expected.mean, rtol=1e-4, atol=1e-9)
        np.testing.assert_allclose(found["sd"], expected.sd, rtol=1e-9)
        uneven = [unevenness(expected, offset) for offset in (False, True)]
        assert found["uneven"] == pytest.approx(uneven, rel=1e-3)
    assert page.evaluate(f"{numbers}.chosen") == CHOSEN


def test_the_level_is_read_as_python_reads_it(page: Page) -> None:
    show(page, "correlated")
    rng = np.random.default_rng(6)
    for _ in range(8):
        day, root = float(rng.uniform(-5, 10)), rng.normal(size=(2, 2)) * [[30], [6]]
        mean, covariance = rng.normal(size=2), root @ root.T
        read, outline = page.evaluate(
            """([day, mean, covariance]) => [
              Playing.day.readAt(day, mean, covariance),
              Playing.day.ellipse(day, mean, covariance, 0.89)]""",
            [day, mean.tolist(), covariance.tolist()],
        )
        expected = read_at(day, mean, covariance)
        assert [read[name] for name in ("mean", "sd", "correlation")] == pytest.approx(
            [float(each) for each in expected]
        )
        move = np.array([[1, day], [0, 1]])
        drawn = ellipse(move @ mean, move @ covariance @ move.T, 0.89)
        np.testing.assert_allclose(np.max(outline, axis=0), drawn.max(axis=1), rtol=0.01)
        # Every point is as far from the centre, in the population's own measure.
        away = np.array(outline) - move @ mean
        far = np.einsum("ni,ij,nj->n", away, np.linalg.inv(move @ covariance @ move.T), away)
        np.testing.assert_allclose(far, -2 * np.log(0.11))


def test_draws_have_the_distribution_that_they_are_drawn_from(page: Page) -> None:
    show(page, "inference")
    rng = np.random.default_rng(5)
    n = 4000
    uniform, normal = (rng.permutation(n) + 0.5) / n, rng.normal(size=n)
    found = page.evaluate(
        """([uniform, normal]) => {
          const { funnel } = Playing
          const source = document.querySelector('template[data-plays$="funnel.js"]')
          const numbers = JSON.parse(source.content.textContent)
          const found = funnel.spreadAndLevel({ ...numbers, rows: 5, tau: 0.8 })
          return funnel.drawn(found, uniform, normal).map(each => [each.logTau, each.level])
        }""",
        [uniform.tolist(), normal.tolist()],
    )
    log_tau, level = np.transpose(found)
    expected = spread_and_level(5, 0.8)
    mean = expected.weight @ GRID
    assert log_tau.mean() == pytest.approx(mean, abs=0.01)
    assert log_tau.std() == pytest.approx(np.sqrt(expected.weight @ (GRID - mean) ** 2), rel=0.02)
    middle, half = np.interp(log_tau, GRID, expected.mean), np.interp(log_tau, GRID, expected.sd)
    np.testing.assert_allclose(level, middle + normal * half, rtol=1e-4, atol=1e-4)


def test_a_path_of_leapfrog_steps_is_the_one_that_python_computes(page: Page) -> None:
    show(page, "funnel")
    source = "document.querySelector('template[data-plays$=\"leapfrog.js\"]')"
    numbers = page.evaluate(f"JSON.parse({source}.content.textContent)")
    spread, start = numbers["spread"], np.array(numbers["start"])

    def slope(q: NDArray[np.float64]) -> NDArray[np.float64]:
        t, a = q
        return np.array([t / spread**2 + 1 - a**2 * np.exp(-2 * t), a * np.exp(-2 * t)])

    def energy(q: NDArray[np.float64], p: NDArray[np.float64]) -> float:
        t, a = q
        return float(t**2 / (2 * spread**2) + t + a**2 * np.exp(-2 * t) / 2 + p @ p / 2)

    lengths = []
    for step, push in ((0.02, (-2.0, -0.5)), (0.13, (-1.0, 0.7)), (0.3, (-2.0, -0.5))):
        found = page.evaluate(
            "given => Playing.leapfrog.followed(given)", {**numbers, "step": step, "push": push}
        )
        q, p = start, np.array(push)
        places, off = [q], [0.0]
        while step * len(off) <= numbers["time"] + 1e-9 and abs(off[-1]) < numbers["limit"]:
            q, p = leapfrog(q, p, step, slope)
            places.append(q)
            off.append(energy(q, p) - energy(start, np.array(push)))
        np.testing.assert_allclose(found["places"], places, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(found["off"], off, rtol=1e-5, atol=1e-8)
        lengths.append(len(off))
    assert lengths[0] > 250
    assert lengths[2] < 10


def test_densities_between_the_points_of_the_grid_are_the_exact_ones(page: Page) -> None:
    show(page, "comparison")
    data = standardise(load_sleepstudy("train"))
    at = np.random.default_rng(6).uniform(160, 490, (len(data.y), 5))
    for regime in REGIME_NAMES:
        found = page.evaluate(
            """([regime, at]) => {
              const source = document.querySelector('template[data-plays$="row.js"]')
              const { regimes, grid } = JSON.parse(source.content.textContent)
              return at.map((values, i) => values.map(
                each => Playing.row.interpolated(each, regimes[regime].log[i], grid) / 100))
            }""",
            [regime, at.tolist()],
        )
        exact: NDArray[Any] = exact_posterior(regime, data).loo_density(data.scaler.to_y(at))
        np.testing.assert_allclose(found, exact - np.log(data.scaler.reaction_sd), atol=0.02)


def test_scores_of_a_row_are_those_of_the_exact_posterior(page: Page) -> None:
    stage = show(page, "comparison")
    data = standardise(load_sleepstudy("train"))
    row = int(stage.locator("select").last.input_value())
    assert load_sleepstudy("train").loc[row, ["subject", "day"]].to_list() == [309, 6]
    for regime, name in REGIME_NAMES.items():
        score = f"{exact_posterior(regime, data).loo()[row]:.2f}".replace("-", "−")
        expect(stage.locator("tr", has_text=name).locator("td").first).to_have_text(score)


# What a reader sees and does


@in_each_figure
def test_nothing_moves_when_a_figure_comes_into_play(
    new_page: NewPage, chapter: str, label: str
) -> None:
    page, still = new_page(), new_page(java_script_enabled=False)
    still.goto(f"chapters/{chapter}.html")
    expect(still.locator(f"#{label} img")).to_be_visible()
    assert still.locator(".in-play").count() == 0
    size = """picture => {
      const { width, height } = picture.getBoundingClientRect()
      return [width, height]
    }"""
    for width in (390, 700, 1300):
        for each in (page, still):
            each.set_viewport_size({"width": width, "height": 900})
        stage = show(page, chapter)
        expect(stage).to_be_visible()
        with_scripts, without = (
            each.locator(f"#{label} .picture").evaluate(size) for each in (page, still)
        )
        np.testing.assert_allclose(with_scripts, without, atol=1)
        wider, height = stage.evaluate(
            "each => [each.scrollWidth - each.clientWidth, each.offsetHeight]"
        )
        assert wider <= 0
        assert height == pytest.approx(with_scripts[1], abs=1)


@in_each_figure
def test_texts_of_a_figure_stay_inside_of_it(new_page: NewPage, chapter: str, label: str) -> None:
    for width in (390, 1300):
        stage = show(new_page(width=width), chapter)
        for value in (0, 1e9):
            for slider in stage.get_by_role("slider").and_(stage.locator("input")).all():
                moved(slider, value)
            outside = stage.evaluate(
                """stage => {
                  const outer = stage.getBoundingClientRect()
                  return [...stage.querySelectorAll('text, p, label, td, button')].filter(each => {
                    const { left, right, top, bottom, width } = each.getBoundingClientRect()
                    return width && (left < outer.left - 1 || right > outer.right + 1
                      || top < outer.top - 12 || bottom > outer.bottom + 1)
                  }).map(each => each.textContent)
                }"""
            )
            assert outside == [], f"{label} at {width} px"


@in_each_figure
def test_letters_of_formulas_are_in_italics(page: Page, chapter: str, label: str) -> None:
    upright = show(page, chapter).evaluate(
        """stage => {
          const found = []
          for (const part of stage.querySelectorAll('.slider, .says, svg text')) {
            const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
            while (walk.nextNode()) {
              const { data, parentElement } = walk.currentNode
              const italic = getComputedStyle(parentElement).fontStyle === 'italic'
              if (/[α-ω]|\\b[hnz]\\b|\\*/u.test(data) && !italic) found.push(data)
            }
          }
          return found
        }"""
    )
    assert upright == []


def test_names_of_sliders_are_read_without_marks(page: Page) -> None:
    stage = show(page, "funnel")
    expect(stage.get_by_role("slider", name="Length of a step h")).to_be_visible()
    assert "*" not in (stage.get_by_role("img").get_attribute("aria-label") or "*")


@pytest.mark.parametrize("width", [390, 1300])
def test_ellipses_and_people_stay_in_their_panel_on_any_day(new_page: NewPage, width: int) -> None:
    stage = show(new_page(width=width), "correlated")
    for day in (-5, 4.5, 10):
        moved(stage.get_by_role("slider"), day)
        boxes, left, people = stage.evaluate(
            """stage => {
              const [...texts] = stage.querySelectorAll('text')
              const title = texts.find(each => each.textContent === 'Slope (ms per day)')
              const outlines = [...stage.querySelectorAll('path.linked')].filter(
                each => each.getAttribute('d').split('L').length === 100)
              const people = [...stage.querySelectorAll('circle.ink')].filter(
                each => each.getAttribute('r') === '3.2')
              const ends = each => [each.getBBox().x, each.getBBox().x + each.getBBox().width]
              const left = Number(title.getAttribute('x')) + 38
              return [[...outlines, ...people].map(ends), left, people.length]
            }"""
        )
        assert len(boxes) == people + 2
        assert people == 18
        right = stage.locator("svg").evaluate("svg => svg.clientWidth") - 14
        assert left <= np.min(boxes)
        assert np.max(boxes) <= right


def test_errors_of_energy_are_told_with_two_digits_that_count(page: Page) -> None:
    stage = show(page, "funnel")
    for step in (0.02, 0.2):
        moved(stage.get_by_role("slider").first, step)
        words = stage.locator(".says").inner_text()
        told = re.search(r"off by up to (\S+), at the end by (\S+);", words)
        assert told, words
        for number in told.groups():
            assert len(number.lstrip("−0.").replace(".", "")) == 2, words


def test_a_path_is_cut_off_at_the_edge_of_its_panel(page: Page) -> None:
    stage = show(page, "funnel")
    leaving = []
    for step in (0.02, 0.2, 0.6):
        moved(stage.get_by_role("slider").first, step)
        for window in stage.locator("svg g[clip-path]").all():
            dots, edges, path = window.evaluate(
                """group => {
                  const ends = each => [each.y, each.y + each.height]
                  const dots = [...group.querySelectorAll('circle')].map(
                    each => each.cy.baseVal.value)
                  const pane = document.getElementById(group.getAttribute('clip-path').slice(5, -1))
                  return [dots, ends(pane.firstChild.getBBox()),
                    ends(group.querySelector('path.partial').getBBox())]
                }"""
            )
            # A dot on an edge would say that the path ends there.
            assert np.abs(np.subtract.outer(dots, edges)).min() > 0.01
            leaving.append([path[0] < edges[0], path[1] > edges[1]])
    # Short steps have errors too small for the panel; the middle ones leave the funnel by the top.
    assert leaving[1] == [False, True]
    assert leaving[2] == [True, False]


@in_each_figure
def test_print_shows_the_picture(page: Page, chapter: str, label: str) -> None:
    stage = show(page, chapter)
    image = page.locator(f"#{label} img")
    assert image.evaluate("image => getComputedStyle(image).visibility") == "hidden"
    page.emulate_media(media="print")
    expect(stage).to_be_hidden()
    assert image.evaluate("image => getComputedStyle(image).visibility") == "visible"


@in_each_figure
def test_controls_are_native_large_enough_and_named(phone: Page, chapter: str, label: str) -> None:
    stage = show(phone, chapter)
    controls = stage.locator("input, select, button, [tabindex]")
    assert controls.count() >= 2
    for control in controls.all():
        box = control.evaluate(
            """each => {
              const target = each.type === 'checkbox' ? each.closest('label') : each
              const { width, height } = target.getBoundingClientRect()
              return [width, height]
            }"""
        )
        assert min(box) >= TARGET, control.evaluate("each => each.outerHTML")
    assert stage.get_attribute("role") == "group"
    assert "figure to play with" in (stage.get_attribute("aria-label") or "")
    pictures = stage.locator("[role=img]")
    assert all(len(each.get_attribute("aria-label") or "") > 30 for each in pictures.all())


@in_each_figure
def test_what_changed_is_told_and_the_way_back_is_there(
    page: Page, chapter: str, label: str
) -> None:
    stage = show(page, chapter)
    told, seen = stage.get_by_role("status"), stage.locator(".says")
    expect(told).to_be_empty()
    first = seen.inner_text()
    control = stage.locator("input[type=range], select").first
    control.focus()
    page.keyboard.press("ArrowDown")
    expect(seen).not_to_have_text(first)
    expect(told).to_have_text(seen.inner_text())
    stage.get_by_role("button", name="Start again").click()
    expect(seen).to_have_text(first)


@in_each_figure
def test_a_figure_takes_the_colours_of_the_theme(page: Page, chapter: str, label: str) -> None:
    stage = show(page, chapter)
    colours = set()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        model = stage.locator("svg :is(.partial, .linked)").first
        expect(model).to_have_css("display", "inline")
        drawn = "each => getComputedStyle(each).stroke + getComputedStyle(each).fill"
        colours.add(model.evaluate(drawn))
    assert len(colours) == 2
    moving = "stage => stage.getAnimations({ subtree: true }).length"
    assert stage.evaluate(moving) == 0


def test_a_person_is_chosen_by_key_click_and_touch(new_page: NewPage) -> None:
    page = new_page(width=390, has_touch=True)
    stage = show(page, "shrinkage")
    person = stage.get_by_label("Person")
    person.focus()
    page.keyboard.press("ArrowDown")
    expect(stage.locator(".says")).to_contain_text("Slope of 310")
    stage.locator("svg .chosen", has_text="337").locator("circle").click()
    expect(person).to_have_value("9")
    stage.locator("svg .chosen", has_text="335").locator("circle").tap()
    expect(stage.locator(".says")).to_contain_text("Slope of 335")
    assert stage.locator(".held").count() == 0  # it has ten rows


def slopes(stage: Locator) -> list[float]:
    """The slope of the person chosen without pooling, now, and pooled completely."""
    words = stage.locator(".says").inner_text().replace("−", "-")
    found = re.search(r"(\S+) without pooling, (\S+) now .* (\S+) if pooled", words)
    assert found, words
    return [float(each) for each in found.groups()]


def test_a_row_is_moved_by_the_pointer_and_by_keys(page: Page) -> None:
    stage = show(page, "shrinkage")
    none, partial, complete = slopes(stage)
    assert none < partial < complete
    knob = stage.locator(".held").last
    expect(knob).to_have_attribute("aria-valuetext", "214 ms")
    knob.focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    expect(knob).to_have_attribute("aria-valuenow", "236")
    # Over six days, 22 ms more are 3.7 ms a day more.
    assert slopes(stage)[0] == pytest.approx(none + 22 / 6, abs=0.11)
    assert partial < slopes(stage)[1] < partial + 22 / 6
    box = knob.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"], box["y"] - 60, steps=4)
    page.mouse.up()
    assert float(knob.get_attribute("aria-valuenow") or 0) > 260
    assert slopes(stage)[0] > none + 8
    for key, end in (("End", "aria-valuemax"), ("Home", "aria-valuemin")):
        page.keyboard.press(key)
        expect(knob).to_have_attribute("aria-valuenow", knob.get_attribute(end) or "")
    stage.get_by_role("button", name="Start again").click()
    assert slopes(stage) == [none, partial, complete]


def test_the_ends_of_the_slider_are_complete_and_no_pooling(page: Page) -> None:
    stage = show(page, "shrinkage")
    slider = stage.locator("input[type=range]")
    moved(slider, 0)
    none, now, complete = slopes(stage)
    assert now == complete != none
    expect(stage.locator(".says")).to_contain_text("complete pooling")
    moved(slider, 100)
    none, now, complete = slopes(stage)
    assert now == none != complete
    stage.get_by_label("levels are pooled alike").uncheck()
    assert slopes(stage)[1] > none  # the level still is pulled, and the slope with it


def test_a_row_is_left_out_by_a_click_and_by_key(page: Page) -> None:
    stage = show(page, "comparison")
    first = stage.locator("td").first.inner_text()
    stage.locator("circle.other").nth(30).click(force=True)  # others may lie over it
    expect(stage.locator("td").first).not_to_have_text(first)
    person = stage.locator("select").first
    person.select_option("332")
    day = stage.locator("select").last
    day.focus()
    page.keyboard.press("End")
    expect(stage.locator(".says")).to_contain_text("day 9 of 332")
    assert stage.locator("td.warned").count() >= 1


def test_a_preview_of_a_figure_shows_its_picture(page: Page) -> None:
    page.goto("chapters/models.html")
    page.locator("main a.cross-reference[href='#fig-pull']").first.hover()
    preview = page.locator("div.preview")
    expect(preview.locator("img")).to_be_visible()
    assert preview.locator(".in-play").count() == 0


def test_a_slider_of_firefox_is_dark_on_a_dark_page(host: str, tmp_path: Path) -> None:
    try:
        with firefox_window(tmp_path) as window:
            window.resize(1300, 900)
            window.open(f"{host}chapters/models.html")
            wait_for(window, "document.readyState === 'complete'")
            window.evaluate("document.documentElement.dataset.theme = 'dark'")
            left, top, width, height = window.evaluate(
                f"""(() => {{
                  const slider = document.querySelector('#{FIGURES["models"]} input')
                  slider.value = slider.min
                  slider.scrollIntoView({{ block: 'center', behavior: 'instant' }})
                  const {{ left, top, width, height }} = slider.getBoundingClientRect()
                  return [left, top, width, height].map(Math.round)
                }})()"""
            )
            picture = matplotlib.image.imread(io.BytesIO(window.screenshot()))[..., :3]
    except MissingProgramError as missing:
        pytest.skip(f"nothing is tested in Firefox: {missing}")
    track = picture[top : top + height, left + width // 2 : left + width].max(axis=(1, 2))
    assert 0.3 < track.max() < 0.7  # to be seen, and not glaring


@in_each_figure
def test_a_page_opened_as_a_file_has_its_figure_in_play(
    new_page: NewPage, site: Path, chapter: str, label: str
) -> None:
    page = new_page()
    page.goto((site / "chapters" / f"{chapter}.html").as_uri())
    open_boxes(page)
    expect(page.locator(f"#{label} .in-play svg").first).to_be_visible()
