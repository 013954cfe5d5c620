"""The colours of the figures: legible on white and on the website's dark page, and told apart."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from pooling.models import WIDER
from pooling.plots.style import FAINT, INK, MODEL_COLOUR, MUTED, REGIME_COLOUR

STYLE = (Path(__file__).parents[2] / "press/src/press/publish/site/style.css").read_text()
PLAYING = (Path(__file__).parents[2] / "figures/playing.js").read_text()
# The colours of the page and of the boxes on it, each in light and in dark.
GROUNDS = re.findall(r"--(?:paper|[a-z-]*shade): light-dark\((.+), (.+)\);", STYLE)
LUMA = np.array([0.213, 0.715, 0.072])  # how CSS filters weigh red, green and blue
# What someone without one kind of cone sees, on linear RGB: Machado, Oliveira, Fernandes (2009).
VISION = {
    "all cones": np.eye(3),
    "no long-wave cones": np.array(
        [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]
    ),
    "no middle-wave cones": np.array(
        [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]
    ),
    "no short-wave cones": np.array(
        [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]]
    ),
}


def in_light(colour):
    """The colour as drawn: sRGB, each channel from 0 to 1."""
    return np.array(to_rgb(colour))


def in_dark(colour):
    """The colour as the website's filter shows it in the dark."""
    ((invert, brightness),) = re.findall(
        r"--dark-figure: invert\((.+)\) hue-rotate\(180deg\) brightness\((.+)\);", STYLE
    )
    inverted = float(invert) + (1 - 2 * float(invert)) * in_light(colour)
    rotated = np.clip(2 * LUMA @ inverted - inverted, 0, 1)
    return np.clip(rotated * float(brightness), 0, 1)


def linear(colour):
    """Linear RGB of sRGB."""
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def contrast(colour, ground):
    """Contrast ratio of two colours (WCAG 2.2)."""
    lights = [linear(c) @ [0.2126, 0.7152, 0.0722] + 0.05 for c in (colour, ground)]
    return max(lights) / min(lights)


def lab(light):
    """CIELAB of linear RGB: distances in it are about as large as the differences look."""
    from_white = [[0.4339, 0.3762, 0.1899], [0.2126, 0.7152, 0.0722], [0.0177, 0.1095, 0.8728]]
    x, y, z = np.cbrt(np.clip(from_white @ light, 0.008856, 1))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


in_both_themes = pytest.mark.parametrize(
    ("seen", "grounds"), list(zip((in_light, in_dark), zip(*GROUNDS, strict=True), strict=True))
)


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        *zip(("complete", "none", "partial"), REGIME_COLOUR.values(), strict=True),
        ("linked", MODEL_COLOUR["correlated_effects"]),
        ("faint", FAINT),
    ],
)
def test_figures_to_play_with_have_the_colours_of_the_static_ones(name, colour):
    (shown,) = re.findall(rf"--{name}: light-dark\((.+?), (.+?)\);", PLAYING)
    for seen, css in zip((in_light, in_dark), shown, strict=True):
        np.testing.assert_allclose(in_light(css), seen(colour), atol=1.01 / 255)


@in_both_themes
@pytest.mark.parametrize("colour", [INK, MUTED, *MODEL_COLOUR.values()])
def test_words_lines_and_points_are_legible(colour, seen, grounds):
    for ground in grounds:
        assert contrast(seen(colour), in_light(ground)) >= 4.5  # each of them colours words


@in_both_themes
def test_white_is_the_papers_colour(seen, grounds):
    assert contrast(seen("white"), in_light(grounds[0])) < 1.05


@pytest.mark.parametrize("seen", [in_light, in_dark])
@pytest.mark.parametrize("vision", VISION)
def test_regimes_and_data_are_told_apart_with_any_colour_vision(vision, seen):
    colours = [VISION[vision] @ linear(seen(c)) for c in (INK, *REGIME_COLOUR.values())]
    for one, other in combinations(colours, 2):
        assert np.linalg.norm(lab(one) - lab(other)) > 15


@pytest.mark.parametrize("seen", [in_light, in_dark])
@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("name", list(WIDER))
def test_a_wider_model_and_partial_pooling_are_told_apart(name, vision, seen):
    compared = (INK, REGIME_COLOUR["partial_pooling"], MODEL_COLOUR[name])
    for one, other in combinations([VISION[vision] @ linear(seen(c)) for c in compared], 2):
        assert np.linalg.norm(lab(one) - lab(other)) > 15
