"""The search on pages that are opened as files, in the system's Chromium."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tiny_book import write
from woven_book import write_book

from press.publish.search_index import INDEX
from press.publish.website import write_website

CHAPTERS = {
    "index.qmd": "# Welcome {.unnumbered}\n\nA book of trees.\n",
    "trees/oak.qmd": (
        "# Oaks {#sec-oak}\n\nOaks were planted: see how to do this. Timber is dear. "
        "The naïve planter's spade.\n\n"
        "## Acorns {#sec-acorn}\n\nAn acorn's mean weight $\\tau_\\alpha$ varies, "
        "say standards. Growing rings, and a quarry. A larch, larches.\n\n"
        "```python\nplant_tree(depth=3)\n```\n\n"
        '::: {.callout-tip title="Solution" collapse="true"}\nInside, a marmalade.\n:::\n'
    ),
    "trees/ash.qmd": (
        "# Ashes {#sec-ash}\n\nR̂ is near 1 for $\\hat y$ and the growing ash. Rings grow.\n\n"
        "## Wood {#sec-wood}\n\nAn **oak** is hard wood, a **larch** is not. "
        "Effective sample sizes of [hard]{.smallcaps} wood.\n\n"
        "Hard, hard, hard is the wood. Relative size matters. "
        "@stone1974\n"
    ),
    "references.qmd": "# References {.unnumbered}\n\n::: {#refs}\n:::\n",
}
SYNONYMS = """
effective sample size: [n_eff, ESS]
R̂: [rhat, R-hat]
wood: [timber, sawn timber]
"""
OAK, ACORN = "Oaks", "1.1 Acorns"
ASH, WOOD = "Ashes", "2.1 Wood"


class Found(NamedTuple):
    """What the search shows: what it says, and the sections' titles."""

    status: str
    titles: list[str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("search")
    project, book = write_book(root, CHAPTERS, synonyms="synonyms.yml")
    write(root, "synonyms.yml", SYNONYMS)
    write_website(project, book, root / "site")
    return root / "site"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, site: Path) -> Iterator[Any]:
    """A page opened as a file."""
    context = browser.new_context()
    context.set_default_timeout(60_000)
    page = context.new_page()
    wrong: list[str] = []
    context.on("console", lambda message: message.type == "error" and wrong.append(message.text))
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    page.goto((site / "trees" / "oak.html").as_uri())
    yield page
    context.close()
    assert not wrong


@pytest.fixture
def find(page: Any) -> Callable[[str], Found]:
    """Type words; return what the search then shows."""

    def type_words(words: str) -> Found:
        page.locator("#search-input").fill("")
        page.locator("#search-status:empty").wait_for(state="attached")
        page.locator("#search-input").fill(words)
        page.locator("#search-status:not(:empty)").wait_for()
        status = page.locator("#search-status").text_content()
        return Found(status, page.locator("#search-results .title").all_inner_texts())

    return type_words


FIRST = [
    ("acorn", ACORN, "its own word, in the heading"),
    ("ACORNS", ACORN, "in capitals, in the plural"),
    ("planting", OAK, "-ing for -ed"),
    ("naive", OAK, "without its accent"),
    ("planters", OAK, "without an apostrophe"),
    ("tau", ACORN, "a letter by its name"),
    ("τ", ACORN, "a letter as it stands in a formula"),
    ("τ_α", ACORN, "a letter with its index"),
    ("rhat", ASH, "a letter with a hat"),
    ("R-hat", ASH, "a synonym with a hyphen"),
    ("yhat", ASH, "a letter with a hat in a formula"),
    ("plant_tree", ACORN, "a name in code"),
    ("hard wood", WOOD, "all words"),
    ("oak hard", WOOD, "all words, though one of them is a heading elsewhere"),
    ("larch-oak", WOOD, "words that only the reader joins"),
    ("larch", WOOD, "a term in bold"),
    ("growing rings", ACORN, "words one after the other before the same words apart"),
    ("what is the ash", ASH, "small words do not count"),
    ("1.1", ACORN, "the number of a section"),
    ("stone", WOOD, "a citation before the list of references"),
]


def test_the_first_hit_is_the_section_that_speaks_of_it(find: Callable[[str], Found]) -> None:
    found = {words: find(words) for words, _, _ in FIRST}
    assert {words: each.titles[:1] for words, each in found.items()} == {
        words: [title] for words, title, _ in FIRST
    }
    assert found["acorn"].status == "Found in one section for “acorn”"
    assert found["oak hard"].titles == [WOOD]


FORMS = [
    ("pool", "pools", "pooled", "pooling"),
    ("study", "studies", "studied", "studying"),
    ("centre", "centres", "centred", "centring"),
    ("model", "models", "modelled", "modelling"),
    ("pass", "passes", "passed", "passing"),
    ("box", "boxes", "boxed"),
    *(("thing",), ("string",), ("relation",), ("relative",), ("prediction",), ("predictive",)),
    *(("analysis",), ("bias",), ("res",), ("need",), ("r2s",)),
]


def test_forms_of_a_word_have_one_stem_and_other_words_another(
    find: Callable[[str], Found], page: Any
) -> None:
    find("acorn")
    stems = [set(page.evaluate("words => words.map(stemOf)", forms)) for forms in FORMS]
    assert [len(each) for each in stems] == [1] * len(FORMS), stems
    assert len(set.union(*stems)) == len(FORMS), stems


def test_a_synonym_is_told(find: Callable[[str], Found]) -> None:
    assert find("n_eff") == (
        "Found in one section for “n_eff”; the book says “effective sample size” for “n_eff”",
        [WOOD],
    )
    assert sorted(find("timber").titles) == [WOOD, OAK], "what has the word itself, and the rest"
    assert find("hard timber").titles == [WOOD]
    assert "the book says “wood” for “sawn”" in find("sawn").status


@pytest.mark.parametrize(
    "words", ["install", "xyzzy", "relation", "qu", "how to install this", "?"]
)
def test_what_is_not_there_brings_nothing(find: Callable[[str], Found], words: str) -> None:
    assert find(words) == (f"Nothing found for “{words}”", [])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("acron", "acorns"),
        ("markmalade", "marmalade"),
        ("efective", "effective"),
        ("solutoin", "solution"),
    ],
)
def test_a_typing_error_leads_to_the_nearest_word_and_says_so(
    find: Callable[[str], Found], typed: str, meant: str
) -> None:
    status, titles = find(typed)
    assert status.startswith(f"Nothing found for “{typed}”; found in one section for “{meant}”")
    assert titles in ([ACORN], [WOOD])


def test_words_that_are_not_there_are_told_and_the_others_found(
    find: Callable[[str], Found],
) -> None:
    assert find("acorn xyzzy") == (
        "Nothing found for “xyzzy”; found in one section for “acorn”",
        [ACORN],
    )
    status, titles = find("marmalade spade")
    assert status == "Found in 2 sections for some of the words of “marmalade spade”"
    assert titles == [OAK, ACORN]


def test_only_the_last_word_may_be_unfinished(find: Callable[[str], Found]) -> None:
    assert find("marm") == ("Found in one section for words that begin with “marm”", [ACORN])
    assert find("acorn marm").titles == [ACORN]
    assert "Nothing found for “marm”" in find("marm acorn").status
    assert "Nothing found for “marm”" in find("marm ").status
    assert find("plant").titles[0] == OAK, "a word that there is stands for itself"


def test_a_hit_opens_the_box_and_marks_the_words_and_formulas(
    find: Callable[[str], Found], page: Any
) -> None:
    find("marmalade tau")
    page.locator("#search-results a").click()
    page.wait_for_url("**/oak.html?found=marmalade&found=tau#sec-acorn")
    page.locator("math.found").wait_for()
    assert page.locator("main mark").all_text_contents() == ["marmalade"]
    assert page.locator("details[open]").count() == 0, "the formula comes first"
    page.goto(page.url.replace("&found=tau", ""))
    page.locator("details[open] mark").wait_for()


def test_excerpts_are_words_of_the_section_around_the_first_one_found(
    find: Callable[[str], Found], page: Any
) -> None:
    find("quarry")
    excerpt = page.locator("#search-results small")
    assert excerpt.inner_html() == (
        "… weight τ_α varies, say standards. Growing rings, and a <mark>quarry</mark>. "
        "A larch, larches."
    )
    find("depth")
    assert excerpt.inner_html() == "plant_tree(<mark>depth</mark>=3)"
    find("references")
    assert "Stone" in excerpt.inner_text()


def test_an_index_that_is_missing_or_damaged_is_told(site: Path, browser: Any) -> None:
    index = site / INDEX
    whole = index.read_bytes()
    try:
        for damage in (lambda: index.write_bytes(whole[:-9]), index.unlink):
            damage()
            page = browser.new_page()
            page.goto((site / "index.html").as_uri())
            page.locator("#search-input").fill("acorn")
            page.get_by_text("The search index could not be read.").wait_for()
            page.close()
    finally:
        index.write_bytes(whole)
