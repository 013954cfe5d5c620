"""The pages' Content-Security-Policy: strict, on every page, and kept by what the pages do."""

import base64
import hashlib

from browsing import NOT_FOUND, open_boxes
from playwright.sync_api import Page, expect

INLINE = """() => [...document.querySelectorAll('*')].flatMap(element => [
  ...(element.tagName === 'SCRIPT' && !element.src ? [element.outerHTML] : []),
  ...(element.getAttributeNames().some(name => name.startsWith('on')) ? [element.outerHTML] : []),
  ...(/^javascript:/i.test(element.getAttribute('href')) ? [element.outerHTML] : []),
])"""


def test_a_page_forbids_inline_scripts(page: Page, address: str) -> None:
    page.goto(address)
    policy = page.locator("head meta[http-equiv='Content-Security-Policy']")
    expect(policy).to_have_count(1)
    rules = dict(
        rule.strip().partition(" ")[::2] for rule in policy.get_attribute("content").split(";")
    )
    assert rules["default-src"] == "'self'"
    assert rules["object-src"] == "'none'"
    inline, named = page.evaluate(INLINE), rules["script-src"].split(" ")[1:]
    assert rules["script-src"].startswith("'self'")
    # Only the page for wrong addresses has a script of its own, and names it.
    assert len(inline) == len(named) == (address == NOT_FOUND)
    for script, hash_of_it in zip(inline, named, strict=True):
        text = script.removeprefix("<script>").removesuffix("</script>")
        found = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert hash_of_it == f"'sha256-{found}'"


def test_the_policy_is_in_force(page: Page, problems: list[str]) -> None:
    page.goto("index.html")
    page.evaluate("""() => {
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.head.append(script)
    }""")
    assert page.evaluate("window.ran") is None
    assert "Content Security Policy" in problems.pop()


def test_nothing_that_a_page_does_breaks_its_policy(page: Page) -> None:
    page.goto("chapters/models.html")
    open_boxes(page)
    page.locator("button.theme:visible").click()
    page.locator("main .citation a").first.hover()
    expect(page.locator("div.preview")).to_be_visible()
    page.locator("#search-input").fill("shrinkage")
    page.locator("#search-results a").first.click()
    expect(page.locator("main mark").first).to_be_visible()
