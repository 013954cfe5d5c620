"""Search in the built site: what a reader finds for which words, and how it is shown."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import NewPage
from playwright.sync_api import Page, expect

CHAPTER = "chapters/models.html"
# A word that the book uses once, inside a solution of that chapter.
WORD, SECTION = "gathers", "Task 1b: No pooling"

# What a reader may type, and what should come first: the glossary, or where the book speaks of it.
FIRST_HITS = {
    "R-hat": "glossary.html#sec-word-r-hat",
    "rhat": "glossary.html#sec-word-r-hat",
    "R̂": "glossary.html#sec-word-r-hat",
    "r_hat": "glossary.html#sec-word-r-hat",
    "convergence": "glossary.html#sec-word-r-hat",
    "n_eff": "glossary.html#sec-word-ess",
    "ESS": "glossary.html#sec-word-ess",
    "divergent transitions": "glossary.html#sec-word-divergence",
    "monte carlo standard error": "glossary.html#sec-word-mcse",
    "hierarchical": "chapters/models.html#sec-task-1c",
    "hierachical": "chapters/models.html#sec-task-1c",
    "multilevel model": "chapters/models.html#sec-task-1c",
    "partial pooling": "chapters/models.html#sec-task-1c",
    "complete pooling": "glossary.html#sec-word-complete-pooling",
    "ridge": "chapters/models.html#sec-task-1b",
    "funnel": "chapters/funnel.html",
    "credible interval": "glossary.html#sec-word-interval",
    "shrinkage": "glossary.html#sec-word-shrinkage",
    "license": "index.html#what-you-can-rely-on",
    "MIT": "index.html#what-you-can-rely-on",
    "cite": "index.html#how-to-cite",
    "EPUB": "index.html#get-it",
    "quadrature": "chapters/exact.html#sec-three-dimensions",
    "trapezoidal": "chapters/exact.html#sec-how-exact",
    "z score": "chapters/exact.html#sec-sampler-examined",
    "evidence": "glossary.html#sec-word-evidence",
    "standardize": "glossary.html#sec-word-standardised",
    "held-out days": "chapters/predictive-checks.html#sec-look-ahead",
    "Takahasi": "chapters/exact.html#sec-how-exact",
    "version": "colophon.html",
}
NOTHING = ("conda", "download", "xyzzy", "overfitting", "how do I plumb this", "ŋŋŋ", "% &")


@pytest.fixture
def file(new_page: NewPage, site: Path) -> Page:
    """A page of a chapter, opened as a file."""
    page = new_page()
    page.goto((site / "chapters" / "data.html").as_uri())
    return page


def search(page: Page, words: str) -> None:
    page.locator("#search-input").fill(words)
    expect(page.locator("#search-status")).to_contain_text(f"for “{words}”")


def test_the_first_hit_is_where_the_book_speaks_of_it(file: Page, site: Path) -> None:
    found = {}
    for words in FIRST_HITS:
        search(file, words)
        hits = file.locator("#search-results a").evaluate_all(
            "links => links.map(link => link.href)"
        )
        first = hits[0] if hits else "nothing"
        found[words] = re.sub(r"\?[^#]*", "", first).removeprefix(f"{site.as_uri()}/")
    assert found == FIRST_HITS


@pytest.mark.parametrize("words", ["τ", "tau"])
def test_a_letter_of_many_chapters_is_explained_among_the_first_hits(
    file: Page, words: str
) -> None:
    search(file, words)
    hits = file.locator("#search-results a").evaluate_all("links => links.map(link => link.href)")
    assert any("models.html" in each and each.endswith("#sec-tau") for each in hits[:4])


@pytest.mark.parametrize("words", NOTHING)
def test_what_the_book_does_not_speak_of_brings_nothing(file: Page, words: str) -> None:
    search(file, words)
    expect(file.locator("#search-status")).to_have_text(f"Nothing found for “{words}”")
    expect(file.locator("#search-status")).to_have_role("status")
    expect(file.locator("#search-results > li")).to_have_count(0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "hierachical",
            r"Nothing found for “hierachical”; found in \d+ sections for “hierarchical”.*",
        ),
        ("license", "Found in .* for “license”; the book says “licence” for “license”"),
        ("tau xyzzy", r"Nothing found for “xyzzy”; found in \d+ sections for “tau”.*"),
        ("posterior", r"Found in \d+ sections for “posterior”; the best 20 are below"),
    ],
)
def test_the_search_says_what_it_found(file: Page, words: str, said: str) -> None:
    file.locator("#search-input").fill(words)
    expect(file.locator("#search-status")).to_have_text(re.compile(f"^{said}$"))
    number = file.locator("#search-results > li").count()
    assert 0 < number <= 20


def test_every_synonym_leads_somewhere(file: Page) -> None:
    search(file, "tau")
    empty = file.evaluate("""() => {
      const find = makeFinder(searchIndex)
      return searchIndex.synonyms.flat().filter(name => !find(name).hits.length)
    }""")
    assert empty == []


def test_formulas_in_an_excerpt_are_readable(file: Page) -> None:
    search(file, "precision")
    excerpt = file.locator("#search-results small").first
    expect(excerpt).to_contain_text(
        "The data say ȳₛ, with precision (one over the variance) nₛ / σ²"
    )


@pytest.fixture(params=["served", "file"])
def open_page(request: pytest.FixtureRequest, site: Path) -> Callable[[Page, str], object]:
    """Open an address of the site, served or as a file."""
    root = f"{site.as_uri()}/" if request.param == "file" else ""
    return lambda page, address: page.goto(root + address)


def test_a_hit_leads_to_the_section_opens_the_solution_and_marks_the_word(
    page: Page, open_page: Callable[[Page, str], object]
) -> None:
    open_page(page, "index.html")
    search(page, WORD)
    hit = page.locator("#search-results a")
    expect(hit).to_have_count(1)
    expect(hit).to_contain_text(SECTION)
    expect(hit.locator("mark")).to_have_text(WORD)
    hit.click()
    page.wait_for_url(f"**/{CHAPTER}?*#*")
    mark = page.locator("details.callout-tip mark")
    expect(mark).to_have_text(WORD)
    expect(mark).to_be_in_viewport()
    expect(page.locator("details[open]")).to_have_count(1)


def test_search_finds_from_a_folder_below_and_on_a_phone(
    phone: Page, open_page: Callable[[Page, str], object]
) -> None:
    open_page(phone, "chapters/data.html")
    phone.locator("button.menu").click()
    search(phone, WORD)
    phone.locator("#search-results a").click()
    expect(phone.locator("main mark")).to_be_in_viewport()


def test_the_keyboard_goes_through_the_results_and_back(page: Page) -> None:
    page.goto("index.html")
    field = page.locator("#search-input")
    search(page, "shrinkage")
    links = page.locator("#search-results a")
    field.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(links).to_have_count(0)
    search(page, WORD)
    field.press("Enter")
    expect(links.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(CHAPTER))


def test_words_that_look_like_html_stay_words(page: Page) -> None:
    page.goto("index.html")
    page.locator("#search-input").fill("<b id=oops>pooling</b>")
    expect(page.locator("#search-results > li").first).to_be_visible()
    expect(page.locator("#oops")).to_have_count(0)


def test_the_index_comes_when_a_reader_asks_for_it(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("index.html", wait_until="networkidle")
    assert not [url for url in asked if url.endswith(("finder.js", "search-index.js"))]
    search(page, "pooling")
    assert [url for url in asked if url.endswith("search-index.js")]


def test_a_page_says_so_when_its_index_is_damaged(page: Page, problems: list[str]) -> None:
    page.route("**/search-index.js", lambda route: route.fulfill(body="const"))
    page.goto("index.html")
    page.locator("#search-input").fill("pooling")
    expect(page.locator("#search-status")).to_have_text("The search index could not be read.")
    assert any("searchIndex is not defined" in problem for problem in problems)
    problems.clear()
