"""What the search reads on a page: its sections, and formulas as readable text."""

from pathlib import Path

import pytest
from woven_book import write_book

from press.publish.page_text import Section, sections
from press.publish.pages import write_pages

FORMULAS = {
    r"\tau_\alpha^2": "τ_α²",
    r"\bar y_s": "ȳₛ",
    r"\hat R \le 1.01": "R̂ ≤ 1.01",
    r"\sigma^2 = 1": "σ² = 1",
    r"V_s^{-1} X_s^\top": "Vₛ⁻¹Xₛᵀ",
    r"x_{i,j}": "x_(i, j)",
    r"e^{-\tau_\alpha - 1}": "e^(−τ_α − 1)",
    r"\text{MCSE} = \frac{\text{posterior sd}}{\sqrt{\text{ESS}}} .": "MCSE = (posterior sd)/√ESS.",
    r"\frac{1}{n} \sum_{i=1}^n x_i": "1/n ∑ᵢ₌₁ⁿ xᵢ",
    r"y \sim \operatorname{Normal}(\mu, \sigma)": "y ∼ Normal(μ, σ)",
    r"\beta_s \mid y": "βₛ ∣ y",
    r"\tau_\beta z_s": "τ_β zₛ",
    r"\log p(y)": "log p(y)",
    r"|x| < -1": "|x| < −1",
    r"\begin{aligned} a &= b, \\ c &= d \end{aligned}": "a = b, c = d",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}": "(a b; c d)",
}


def test_formulas_are_readable_and_not_run_together(tmp_path: Path) -> None:
    lines = "\n\n".join(f"X ${tex.strip()}$" for tex in FORMULAS)
    project, book = write_book(tmp_path, {"index.qmd": f"# A {{.unnumbered}}\n\n{lines}\n"})
    pages = write_pages(project, book)
    section, *_ = sections(pages["index.html"].html)  # below it stands what the book offers
    assert dict(zip(FORMULAS, section.text, strict=True)) == {
        tex: f"X {text}" for tex, text in FORMULAS.items()
    }


PAGE = """
<nav><h2>Chapters</h2></nav>
<main>
<h1>Trees</h1>
<p>A  <strong>tree</strong> &amp;
leaves.<button>Copy</button></p>
<h2 id="oak"><span>1.1</span> Oak<a class="anchor">#</a></h2>
<ul><li>One<br>two</li><li><p>Three</p></li></ul>
<h3 id="acorn">1.1.1 Acorn</h3>
<details class="callout"><summary class="callout-title">A hint</summary><p>Inside.</p></details>
<details class="code-fold"><summary>Code</summary>
<div class="sourceCode"><pre><code>import tree
<span>tree</span>.grow()</code></pre></div></details>
<div class="cell-output-stdout"><pre>42</pre></div>
<table><caption>Table 1: Sizes.</caption><tr><th>Tree</th><th>m</th></tr></table>
<h2 id="ash">1.2 Ash</h2>
<div class="csl-entry">Author. <em>Title</em>.</div>
</main>
<footer><p>Not the book.</p></footer>
"""


def test_a_page_is_read_section_by_section() -> None:
    assert sections(PAGE) == [
        Section("", "Trees", [], ["tree"], ["A tree & leaves."]),
        Section("oak", "1.1 Oak", ["Trees"], [], ["One two", "Three"]),
        Section(
            *("acorn", "1.1.1 Acorn", ["Trees", "1.1 Oak"]),
            terms=["A hint"],
            text=["A hint", "Inside.", "Table 1: Sizes."],
            details=["import tree", "tree.grow()", "Tree · m"],
        ),
        Section("ash", "1.2 Ash", ["Trees"], details=["Author. Title."]),
    ]


@pytest.mark.parametrize("wrong", ["<div>", "</b>", "<td>", "<p><i>"])
def test_html_that_an_author_never_closed_loses_nothing_below_it(wrong: str) -> None:
    page = f'<main><div class="raw"><p>{wrong} raw</p></div><h2 id="b">B</h2><p>Text.</p></main>'
    first, second = sections(page)
    assert first.text == ["raw"]
    assert (second.title, second.text) == ("B", ["Text."])
