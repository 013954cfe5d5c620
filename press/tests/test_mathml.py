"""Formulas of the website: what is mended, and what stays as it was."""

import pytest

from press.publish.notation import mend


def math(inner: str) -> str:
    return f"<math><mrow>{inner}</mrow></math>"


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        (
            '<mover><mi>β</mi><mo accent="true">\u0302</mo></mover>',
            '<mover accent="true"><mi>β</mi>'
            '<mo accent="true" stretchy="false" largeop="true">ˆ</mo></mover>',
        ),
        (
            '<mover><mtext>elpd</mtext><mo accent="true">\u0302</mo></mover>',
            '<mover accent="true"><mi mathvariant="normal">elpd</mi>'
            '<mo accent="true" stretchy="true">\u0302</mo></mover>',
        ),
        (
            '<mover><mrow><mi>x</mi><mi>y</mi></mrow><mo accent="true">‾</mo></mover>',
            '<mover accent="true" class="line-over"><mrow><mrow><mi>x</mi><mi>y</mi></mrow></mrow>'
            '<mo accent="true" stretchy="false">‾</mo></mover>',
        ),
        (
            '<munder><mi>x</mi><mo accent="true">_</mo></munder>',
            '<munder accentunder="true" class="line-under"><mrow><mi>x</mi></mrow>'
            '<mo accent="true" stretchy="false">_</mo></munder>',
        ),
        (
            '<mover><mrow><mi>x</mi><mi>y</mi></mrow><mo accent="true">\u0303</mo></mover>',
            '<mover accent="true"><mrow><mi>x</mi><mi>y</mi></mrow>'
            '<mo accent="true" stretchy="false" largeop="true">˜</mo></mover>',
        ),
        (
            '<mover><mi>x</mi><mo accent="true">\u0301</mo></mover>',
            '<mover accent="true"><mi>x</mi>'
            '<mo accent="true" stretchy="false" largeop="true">´</mo></mover>',
        ),
        (
            '<mover><mi>x</mi><mo accent="true">\u0300</mo></mover>',
            '<mover accent="true"><mi>x</mi>'
            '<mo accent="true" stretchy="false" largeop="true">ˋ</mo></mover>',
        ),
        (
            "<munder><mi>max</mi><mi>x</mi></munder><mi>f</mi>",
            '<munder><mi>max</mi><mi>x</mi></munder><mspace width="0.167em"></mspace><mi>f</mi>',
        ),
        (
            "<mi>y</mi><mover><mo>∼</mo><mi>d</mi></mover><mi>x</mi>",
            '<mi>y</mi><mspace width="0.278em"></mspace><mover><mo>∼</mo><mi>d</mi></mover>'
            '<mspace width="0.278em"></mspace><mi>x</mi>',
        ),
        (
            "<mi>y</mi><mover><mo>→</mo><mi>d</mi></mover>",
            '<mi>y</mi><mspace width="0.278em"></mspace><mover><mo>⟶</mo><mi>d</mi></mover>'
            '<mspace width="0.278em"></mspace>',
        ),
        (
            "<mfrac><mover><mo>∼</mo><mi>d</mi></mover><mi>x</mi></mfrac>",
            "<mfrac><mover><mo>∼</mo><mi>d</mi></mover><mi>x</mi></mfrac>",
        ),
        (
            '<mo>⊥</mo><mspace width="-0.167em"></mspace><mo>⊥</mo>',
            '<mo rspace="0">⊥</mo><mspace width="-0.167em"></mspace><mo lspace="0">⊥</mo>',
        ),
        (
            '<mi>E</mi><mspace width="-0.167em"></mspace><mo form="prefix">[</mo>',
            '<mi>E</mi><mo form="prefix">[</mo>',
        ),
        (
            "<mi>−</mi><mi>x</mi>",
            '<mo form="prefix" lspace="0" rspace="0" stretchy="false">−</mo><mi>x</mi>',
        ),
        (
            '<mo stretchy="true" form="prefix">(</mo><msub><mi>x</mi><mi>i</mi></msub>',
            '<mo stretchy="false" form="prefix" lspace="0" rspace="0">(</mo>'
            "<msub><mi>x</mi><mi>i</mi></msub>",
        ),
        (
            '<mo stretchy="true" form="prefix">(</mo><mi>x</mi>',
            '<mo stretchy="false" form="prefix" lspace="0" rspace="0">(</mo><mi>x</mi>',
        ),
        (
            '<mo stretchy="true" form="prefix">|</mo><mtable></mtable>',
            '<mo stretchy="true" form="prefix" lspace="0.1em" rspace="0.1em">|</mo>'
            "<mtable></mtable>",
        ),
        ("<mo>∥</mo>", "<mo>∥</mo>"),
        (
            '<mtext mathvariant="bold">𝐚</mtext><mo>−</mo><mtext>a</mtext>',
            '<mi mathvariant="bold">𝐚</mi><mo>−</mo><mi mathvariant="normal">a</mi>',
        ),
        ("<mi>a</mi><mo>:</mo>", '<mi>a</mi><mo lspace="0.278em" rspace="0.278em">:</mo>'),
        (
            "<mrow><mi>log</mi><mo>&#8289;</mo></mrow><mi>p</mi>",
            '<mrow><mi>log</mi></mrow><mspace width="0.167em"></mspace><mi>p</mi>',
        ),
        (
            '<mrow><mi>log</mi><mo>&#8289;</mo></mrow><mo form="prefix">(</mo>',
            '<mrow><mi>log</mi></mrow><mo form="prefix">(</mo>',
        ),
        ("<mtd><mo>∼</mo><mi>x</mi></mtd>", '<mtd><mo form="infix">∼</mo><mi>x</mi></mtd>'),
        (
            "<msqrt><mi>x</mi></msqrt>",
            '<msqrt><mspace width="0.1em" height="0.66em" depth="0.15em"></mspace>'
            "<mi>x</mi></msqrt>",
        ),
        (
            '<mtd><mo stretchy="false" form="prefix">(</mo></mtd>',
            '<mtd><mo stretchy="false" form="prefix">(</mo></mtd>',
        ),
        (
            "<munder><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow></munder><mo>=</mo>",
            "<munder><mo>∑</mo><mrow><mi>i</mi>"
            '<mo lspace="0" rspace="0">=</mo><mn>1</mn></mrow></munder><mo>=</mo>',
        ),
        (
            '<mo stretchy="true" form="infix">|</mo>',
            '<mo stretchy="false" form="infix" lspace="0" rspace="0">|</mo>',
        ),
        (
            "<mo>,</mo><mi>…</mi><mo>,</mo>",
            '<mo>,</mo><mo lspace="0" rspace="0.167em">…</mo><mo>,</mo>',
        ),
        (
            "<msup><mi>x</mi><mo>′</mo></msup>",
            '<mrow><mi>x</mi><mo lspace="0" rspace="0">′</mo></mrow>',
        ),
    ],
)
def test_formulas_are_mended(written: str, mended: str) -> None:
    assert mend(f"<p>{math(written)} < </p>") == f"<p>{math(mended)} < </p>"


def test_what_is_no_formula_stays_as_it_was() -> None:
    page = "<p>1 &lt; 2 <br> <mi>…</mi></p>\n"
    assert mend(page) == page


def test_the_tex_of_a_formula_stays_with_it() -> None:
    tex = '<annotation encoding="application/x-tex">a &lt; b</annotation>'
    assert tex in mend(f"<math><semantics><mi>a</mi>{tex}</semantics></math>")
