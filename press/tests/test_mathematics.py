"""The dialect's mathematics: right on the website and in the PDF, or refused by the check."""

import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fontTools.ttLib import TTFont
from lxml import html
from pypdf import PdfReader
from woven_book import in_pdf, on_website, write_book

from press.check.constructs import faults
from press.check.mathematics import CHARACTERS, CONSTRUCTS, REMEDIES, SIGNS, formulas
from press.publish import convert, website
from press.publish.pages import write_pages
from press.publish.pdf import write_pdf

TOGETHER = [
    r"\hat{\boldsymbol\beta} = (\mathbf{X}^\top\mathbf{X})^{-1}\mathbf{X}^\top\mathbf{y}",
    r"\left(\sum_{i=1}^n \frac{x_i}{\frac{a}{b}}\right)^2 \sim \operatorname{N}\left(0, 1\right)",
    r"\frac{\left(a + b\right)}{c}_i, \; \sqrt{x}^2, \; a \perp\!\!\!\perp b \mid c, \; 1{,}000 \%",
    r"\mathbf{x_i} \cap \mathbf 1 \text{50\% of “it” – é} \mathrm{Half-Normal} h \hat h \mathbb{1}",
    r"\left] a, b \right[ \; f(x); (y); [z]; \{w\}; |u|; \|v\|; -x; a/b; n!; .5; 1.5; x\colon y",
    r"\begin{aligned} a &= \left\{ \begin{array}{l} b, c \\ d \\ \end{array} \right. \end{aligned}",
]
FORMULAS = [
    *(f"a {sign} b" for group in SIGNS.values() for sign in group.split()),
    *(formula for group in CONSTRUCTS.values() for formula in formulas(group)),
    *(f"a {character} b" for character in CHARACTERS),
    *TOGETHER,
]
WORDS = set("“”–é")  # words may take letters from another font
HEAD = "All that formulas hold"


class Shown(NamedTuple):
    """A formula as MathML without its TeX, and the text of the PDF for it."""

    mathml: html.HtmlElement
    printed: str


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Shown]:
    """Every formula of the list, in the text and displayed, by the press's own path."""
    root = tmp_path_factory.mktemp("mathematics")
    texts = {"inline": "${}$", "displayed": "\n\n$$\n{}\n$$"}
    keys = [(formula, name) for formula in FORMULAS for name in texts]
    shown = [f"Q{at}Q {texts[name].format(tex)}" for at, (tex, name) in enumerate(keys)]
    project, book = write_book(root, {"one.qmd": "\n\n".join([f"# {HEAD}", *shown])})
    write_pdf(project, book, root / "book.pdf")
    page = html.fromstring(write_pages(project, book)["one.html"].html)
    for annotation in page.xpath("//annotation"):
        annotation.getparent().remove(annotation)
    text = "\n".join(map(without_furniture, PdfReader(root / "book.pdf").pages))
    printed = dict(re.findall(r"Q(\d+)Q(.*?)(?=Q\d+Q|$)", text, re.DOTALL))
    maths = page.xpath("//main//math")
    assert len(maths) == len(keys) == len(printed)
    return {key: Shown(maths[at], printed[str(at)]) for at, key in enumerate(keys)}


def without_furniture(page: Any) -> str:
    """Return a page's text without the running head and the number."""
    text = page.extract_text()
    return re.sub(rf"^1 {HEAD} .*\n|\n\d+$", "", text)


def signs(text: str) -> Counter[str]:
    """Count letters, numbers and signs; accents, roots and the length of arrows are drawn."""
    text = text.translate(str.maketrans("⟶⟵ıȷ∗∣", "→←ij*|", "ˆ˜ˇ˘ˋ´˙˚¨¯‾√"))
    plain = unicodedata.normalize("NFKD", text)
    return Counter(sign for sign in plain if unicodedata.category(sign)[0] in "LNSP")


def test_both_formats_show_the_same_signs(sheet: dict[tuple[str, str], Shown]) -> None:
    different = {}
    for (formula, name), shown in sheet.items():
        written, printed = signs(shown.mathml.text_content()), signs(shown.printed)
        if re.search(r"\\vec|\\underline", formula):
            written -= Counter("→_")  # drawn, in the PDF
        if not written or written != printed:
            different[formula, name] = (written - printed, printed - written)
    assert different == {}


@pytest.mark.parametrize(
    ("tex", "sign"),
    [
        *(
            (r"\alpha", "α"),
            (r"\phi", "ϕ"),
            (r"\varphi", "φ"),
            (r"\epsilon", "ϵ"),
            (r"\Sigma", "Σ"),
        ),
        *((r"\cap", "∩"), (r"\cup", "∪"), (r"\otimes", "⊗"), (r"\odot", "⊙"), (r"\times", "×")),
        *((r"\perp", "⊥"), (r"\parallel", "∥"), (r"\mid", "∣"), (r"\propto", "∝"), (r"\sim", "∼")),
        *((r"\leqslant", "≤"), (r"\neq", "≠"), (r"\notin", "∉"), (r"\implies", "⟹"), (r"\to", "→")),
        *(
            (r"\varnothing", "∅"),
            (r"\%", "%"),
            (r"\_", "_"),
            (r"\limsup", "lim sup"),
            (r"\dots", "…"),
        ),
    ],
)
def test_signs_are_what_their_names_say(
    sheet: dict[tuple[str, str], Shown], tex: str, sign: str
) -> None:
    shown = sheet[f"a {tex} b", "inline"]
    assert signs(shown.mathml.text_content()) == signs(f"a{sign}b")


def website_letters() -> set[int]:
    """Return the code points that the website's font of formulas has."""
    font = TTFont(Path(website.__file__).parent / "site" / "fonts" / "stix-two-math.woff2")
    return set(font.getBestCmap())


def test_the_font_of_the_website_has_every_letter(sheet: dict[tuple[str, str], Shown]) -> None:
    letters = website_letters()
    # Words may take letters from another font; they are text.
    lacking = {
        key: {sign for sign in shown.mathml.text_content() if ord(sign) not in letters} - WORDS
        for key, shown in sheet.items()
    }
    assert {key: found for key, found in lacking.items() if "".join(found).strip()} == {}


def test_the_font_of_the_website_has_the_slanted_letters() -> None:
    slanted = {
        unicodedata.normalize("NFKC", chr(code))
        for code in website_letters()
        if re.search("MATHEMATICAL ITALIC|PLANCK CONSTANT$", unicodedata.name(chr(code), ""))
    }
    assert set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZαβγδμπστφω") <= slanted


def test_a_minus_is_a_sign_or_an_operation(tmp_path: Path) -> None:
    spaced = {
        "|x| - z": True,
        "|x| + |y| - z": True,
        "|x| |-z|": False,
        "x -z": True,
        "-z": False,
    }
    texts = [f"# One\n\nText ${formula}$\n" for formula in spaced]
    minuses = [page.xpath("//main//math//*[text()='−']") for page in on_website(tmp_path, *texts)]
    written = [[minus.get("rspace") != "0" for minus in found] for found in minuses]
    assert dict(zip(spaced, written, strict=True)) == {
        formula: [expected] for formula, expected in spaced.items()
    }
    printed = [at["z"].x - at["−"].x > 9 for at in places(tmp_path, *texts)]
    assert dict(zip(spaced, printed, strict=True)) == spaced


def test_what_touches_a_formula_stays_with_it(tmp_path: Path) -> None:
    together = {
        "in $x$, and": ["X,"],
        "the ($x$).": ["(X)."],
        "the $x$-axis’s $y$": ["X-axis’s"],
        "so $x$ is $y$": [],
        "so **$x$**, or": ["X,"],
        "*so much $x$*, or": ["X,"],
        "a “set $x$”?": ["X”?"],
        "from $x$/$y$ on": ["X/X"],
        "[see $x$](#part).": [],
        "89 $x$ %": ["X\xa0%"],
    }
    pages = on_website(tmp_path, *(f"# One\n\n{text}\n\n## Part\n" for text in together))
    for maths in (page.xpath("//math") for page in pages):
        for formula in maths:
            formula[:] = []
            formula.text = "X"
    spans = [page.xpath("//main//span[@class='together']") for page in pages]
    found = [[span.text_content() for span in of_page] for of_page in spans]
    assert dict(zip(together, found, strict=True)) == together


class Place(NamedTuple):
    """Where a letter of the PDF begins, from the left and from below, and its size."""

    x: float
    y: float
    size: float


def places(root: Path, *texts: str) -> list[dict[str, Place]]:
    """Set chapters, and return the places of each one's letters."""
    found: list[dict[str, Place]] = []

    def note(
        text: str, outer: list[float], inner: list[float], _: dict[str, Any], size: float
    ) -> None:
        x, y = inner[4] * outer[0] + outer[4], inner[5] * outer[3] + outer[5]
        for sign in unicodedata.normalize("NFKC", text.strip()):
            found[-1][sign] = Place(x, y, size * inner[0] * outer[0])

    for (page,) in in_pdf(root, *texts):
        found.append({})
        page.extract_text(visitor_text=note)
    return found


def test_columns_of_arrays_are_aligned_in_the_pdf(tmp_path: Path) -> None:
    array = r"\begin{array}{lr} x & zw \\ abc & y \end{array}"
    (at,) = places(tmp_path, f"# One\n\n$${array}$$")
    assert at["x"].x == pytest.approx(at["a"].x, abs=0.01)
    assert at["x"].y > at["a"].y
    assert at["z"].x > at["c"].x + 5
    assert at["y"].x > at["z"].x + 2


def test_lines_are_aligned_in_the_pdf_wherever_they_stand(tmp_path: Path) -> None:
    lines = r"\begin{aligned} abc &= d & e &= f \\ x &\sim y & zw &< v \end{aligned}"
    formulas = lines, f"q = {lines}", rf"\left\{{ {lines} \right."
    for at in places(tmp_path, *(f"# One\n\n$${formula}$$" for formula in formulas)):
        assert at["d"].x == pytest.approx(at["y"].x, abs=0.3)
        assert at["f"].x == pytest.approx(at["v"].x, abs=0.3)
        assert at["x"].x > at["a"].x + 2
        assert at["∼"].x < at["x"].x + 15
        assert at["z"].x > at["d"].x + 15


def test_what_stands_above_or_below_is_centred_in_the_pdf(tmp_path: Path) -> None:
    stacked = {
        r"$\overset{x}{z}$": "xz",
        r"$\underset{x}{z}$": "zx",
        r"$a \overset{x}{\sim} b$": "x∼",
        r"$$\operatorname*{G}_x z$$": "Gx",
        r"$\underset{x}{\mathrm{GGG}} z$": "Gx",
        r"$\int\limits_x z$": "∫x",
    }
    found = places(tmp_path, *(f"# One\n\n{formula}" for formula in stacked))
    for (formula, (above, below)), at in zip(stacked.items(), found, strict=True):
        assert at[above].y > at[below].y + 3, formula
        assert abs(at[above].x - at[below].x) < 12, formula


def test_a_fraction_in_a_fraction_keeps_its_place_in_the_pdf(tmp_path: Path) -> None:
    (at,) = places(tmp_path, "# One\n\n" + r"$$\frac{x}{\frac{z}{w}}$$")
    assert at["x"].y > at["z"].y > at["w"].y
    assert at["x"].size > at["z"].size


def test_letters_of_tables_have_their_size_in_the_pdf(tmp_path: Path) -> None:
    ratios = {
        r"\begin{pmatrix} x \\ y \end{pmatrix} z": 1,
        r"\begin{gathered} x \\ y \end{gathered} z": 1,
        r"\begin{smallmatrix} x \\ y \end{smallmatrix} z": 0.7,
        r"\sum_{\substack{x \\ y}} z": 0.7,
    }
    ratios = {f"{signs}{each}{signs}": ratios[each] for signs in ("$", "$$") for each in ratios}
    found = places(tmp_path, *(f"# One\n\nText {formula}" for formula in ratios))
    for (formula, ratio), at in zip(ratios.items(), found, strict=True):
        assert at["x"].size / at["z"].size == pytest.approx(ratio, abs=0.01), formula
        assert at["x"].size == at["y"].size, formula


def test_tables_are_told_apart_on_the_website(tmp_path: Path) -> None:
    lines = r"\begin{gathered} \frac{\begin{smallmatrix} a \end{smallmatrix}}{b} \end{gathered}"
    text = rf"$\begin{{cases}} \sum_{{\substack{{a}}}} b \end{{cases}}$, $${lines}$$"
    (page,) = on_website(tmp_path, f"# One\n\n{text}\n")
    tables = [dict(table.attrib) for table in page.xpath("//main//mtable")]
    small, displayed = {"scriptlevel": "1"}, {"displaystyle": "true"}
    assert tables == [{}, small, displayed, small]


def test_a_wide_formula_stays_on_the_page_of_the_pdf(tmp_path: Path) -> None:
    formula = " + ".join(["a = x_{long}", *["x_{long}"] * 29, "z"])
    texts = [f"# One\n\n$${formula}$${numbered}" for numbered in ("", " {#eq-wide}")]
    plain, numbered = places(tmp_path, *texts)
    for at in (plain, numbered):
        assert at["a"].x > 3.1 / 2.54 * 72
        assert at["z"].x < (21 - 3.1) / 2.54 * 72 - at["z"].size
    assert "(" not in plain
    assert "(" in numbered


def test_formulas_stand_everywhere(tmp_path: Path) -> None:
    everywhere = ("# One {}", "- {}", "A^[{}]", "|{}|\n|-|\n|b|\n\n: {} {#tbl-@}")
    formulas = r"\widehat{p(y)}", r"\begin{vmatrix} p & y \end{vmatrix}"
    texts = [
        place.replace("{}", f"${formula}$").replace("@", str(number))
        for number, formula in enumerate(formulas)
        for place in everywhere
    ]
    texts = [text if text.startswith("#") else f"# One\n\n{text}" for text in texts]
    pages, printed = on_website(tmp_path, *texts), in_pdf(tmp_path, *texts)
    for text, page, (sheet,) in zip(texts, pages, printed, strict=True):
        count = text.count("$") // 2
        assert len(page.xpath("//main//math")) >= count, text
        words = sheet.extract_text()
        assert unicodedata.normalize("NFKC", words).count("y") >= count, text
        assert "rgb" not in words


def test_alternative_texts_have_their_formulas_as_words(tmp_path: Path) -> None:
    text = (
        "# One\n\n![A $\\hat\\tau^2$ *there*.](a.svg)\n\n"
        '![Caption.](a.svg){#fig-a fig-alt="A $\\\\hat k$ for $5 and $6."}\n\n'
        '::: {#fig-b}\n![](a.svg){fig-alt="An $\\\\alpha$."}\n\nCaption.\n:::\n'
    )
    project, book = write_book(tmp_path, {"index.qmd": "Hello.\n", "one.qmd": text})
    (book / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    page = html.fromstring(write_pages(project, book)["one.html"].html)
    write_pdf(project, book, tmp_path / "book.pdf")
    spoken = ["A τ̂² there.", "A k̂ for $5 and $6.", "An α."]
    assert page.xpath("//main//img/@alt") == spoken
    pdf = PdfReader(tmp_path / "book.pdf")
    alternatives = {
        str(element["/Alt"])
        for number in range(1, len(pdf.xref[0]) + 1)
        if isinstance(element := pdf.get_object(number), dict) and "/Alt" in element
    }
    assert set(spoken) <= alternatives


def test_names_of_the_template_cannot_stand_in_a_formula() -> None:
    # In a formula, a hyphen is a minus; pandoc itself writes `horizontalrule`, outside of formulas.
    names = re.findall(
        r"^#let ([\w-]+)", convert.TEMPLATE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(names) > 20
    assert [name for name in names if "-" not in name] == ["horizontalrule"]


def test_what_the_list_holds_passes() -> None:
    assert [fault for formula in FORMULAS for fault in faults(formula)] == []


@pytest.mark.parametrize("name", [name for names in REMEDIES for name in names.split()])
def test_what_has_a_remedy_is_refused(name: str) -> None:
    formula = name if name.startswith("\\") else rf"\begin{{{name}}} a \end{{{name}}}"
    (fault,) = faults(formula)
    assert fault.startswith((f"{name} ", f"the environment {name} "))
    assert "is not used in formulas; " in fault


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        (r"\nosuchsign x", r"\nosuchsign is not in the dialect's mathematics"),
        (r"\begin{tabular}{l} a \end{tabular}", "the environment tabular is not"),
        (r"\begin{array}{l|r} a & b \end{array}", "columns of an array are l, c or r"),
        (r"\begin{array}{p{1cm}} a \end{array}", "columns of an array are l, c or r"),
        (r"\begin{array} a \end{array}", "columns of an array are l, c or r"),
        (r"\begin{aligned}[t] a \end{aligned}", "aligned takes no [t]"),
        (r"a % b", r"write \%"),
        (r"\text{50\% of} % b", r"write \%"),
        (r"\mathbf{\hat x}", r"write \boldsymbol"),
        (r"\mathbb{12}", "takes a capital letter, or 1"),
        (r"\mathcal{n}", "takes capital letters"),
        (r"\operatorname{R_0}", "scripts stand behind it"),
        (r"\text{a \emph{b}}", r"\emph is not"),
        (r"\text{with $\nosuchsign$}", r"\nosuchsign is not"),
        (r"\text{日}", "the fonts of formulas lack 日"),
        ("日 = 1", "日 is not a sign of formulas"),
        (r"x^2^3", "two scripts in one place"),
        (r"x_{i}_{\text{max}}", "two scripts in one place"),
        (r"\frac{x_i_j}{2}", "two scripts in one place"),
        (r"x_i^2_j", "two scripts in one place"),
    ],
)
def test_what_the_list_does_not_hold_is_refused(formula: str, fault: str) -> None:
    found = list(faults(formula))
    assert any(fault in each for each in found), found


@pytest.mark.parametrize(
    "formula",
    [
        r"\sigma*2 \text{, 50\% of é – “it”}",
        r"\mathbf{X}^\top \mathbf 1 \mathbf{x_i}",
        r"x_{i_j}^{2^3} x'^2 \sum_i^n \{x_i\}_j y_i\,x_i^{2}",
        "\\begin{aligned}\na &= b, \\\\[1ex]\nc &= d\n\\end{aligned}",
        r"\begin{array}{l c r} a & b & c \end{array}",
        r"\operatorname{half-normal}(x) \operatorname*{arg\,max}_x \mathrm{R^2}",
    ],
)
def test_what_combines_the_list_passes(formula: str) -> None:
    assert list(faults(formula)) == []
