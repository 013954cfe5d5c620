"""The PDF: outline, figures, tasks, solutions and links, and how its pages are filled."""

import re
from itertools import pairwise

POINTS = 72 / 2.54  # of a centimetre
TOP, BOTTOM, SIDE = 2.6 * POINTS, 2.4 * POINTS, 3.1 * POINTS
CODE_WIDTH = 0.602  # of a letter of the font of code, which are all alike


def titles(outline):
    """All titles of a nested outline."""
    for item in outline:
        if isinstance(item, list):
            yield from titles(item)
        else:
            yield item.title


def test_the_outline_has_every_chapter_and_task(pdf):
    found = list(titles(pdf.outline))
    for chapter in (
        "The data",
        "Three pooling regimes",
        "Inference",
        "Shrinkage",
        "Posterior predictive checks",
        "Model comparison",
        "The exact answer",
        "References",
        "Colophon",
    ):
        assert any(chapter in title for title in found), chapter
    for task in ("0", "1a", "1b", "1c", "2", "3", "4", "5", "6"):
        assert any(f"Task {task}" in title for title in found), task


def test_every_figure_and_table_has_its_caption(pdf_text, pages):
    captions = [
        "".join(caption.itertext()).split(":")[0].replace("\u00a0", " ").strip()
        for root in pages.values()
        for caption in (*root.iter("figcaption"), *root.iter("caption"))
    ]
    numbered = [caption for caption in captions if caption.startswith(("Figure", "Table"))]
    assert len(numbered) > 15
    for caption in numbered:
        assert caption in pdf_text, caption


def test_solutions_stand_at_the_end_and_lead_to_their_tasks(pdf_texts, pages):
    boxes = [box for root in pages.values() for box in root.find_class("callout-tip")]
    titles = [" ".join("".join(box.find("summary").itertext()).split()) for box in boxes]
    words = "|".join(sorted(map(re.escape, set(titles)), key=len, reverse=True))
    there = [
        (title, number, int(page))
        for number, text in enumerate(pdf_texts, start=1)
        for title, page in re.findall(rf"({words}), page (\d+)", text)
    ]
    assert [title for title, _, _ in there] == titles
    first = min(page for _, _, page in there)
    assert first > max(number for _, number, _ in there)
    assert first > next(n for n, text in enumerate(pdf_texts, start=1) if "Colophon These" in text)
    for title, number, page in there:
        assert f"{title} to page {number}" in pdf_texts[page - 1]
    (told,) = (
        n for n, text in enumerate(pdf_texts, start=1) if "Slopes move towards the mid" in text
    )
    assert told >= first


def test_nothing_is_left_unresolved(pdf_text):
    assert "?@" not in pdf_text
    assert "{python}" not in pdf_text
    assert ":::" not in pdf_text


def test_metadata_name_the_book(pdf):
    assert "Partial Pooling" in pdf.metadata.title
    assert pdf.metadata.author


def test_references_and_contents_are_links(pdf):
    links = [
        annotation.get_object()
        for page in pdf.pages
        for annotation in page.get("/Annots") or []
        if annotation.get_object()["/Subtype"] == "/Link"
    ]
    assert len(links) > 100


def filled(page, places_of_page):
    """How much of a page is filled from above, as far as its text goes; its number is none."""
    height = float(page.mediabox.height)
    lowest = min(up for _, _, up, _, _ in places_of_page if up > BOTTOM - 2)
    return (height - TOP - lowest) / (height - TOP - BOTTOM)


def test_no_page_is_nearly_empty(pdf, pdf_places):
    """A chapter ends where it ends, but not on a page that has little else."""
    begins = {
        pdf.get_destination_page_number(entry) for entry in pdf.outline if hasattr(entry, "title")
    }
    last = {number - 1 for number in begins} | {len(pdf.pages) - 1}
    assert len(last) > 10
    for number, (page, found) in enumerate(zip(pdf.pages, pdf_places, strict=True)):
        least = 0.25 if number in last else 0.75
        assert filled(page, found) > least, f"page {number + 1}"


def test_no_code_leaves_the_page(pdf, pdf_places):
    lines = 0
    for number, (page, found) in enumerate(zip(pdf.pages, pdf_places, strict=True), start=1):
        for text, right, _, size, font in found:
            if "DejaVuSansMono" in font:
                end = right + CODE_WIDTH * size * len(text)
                assert end <= float(page.mediabox.width) - SIDE + 1, f"page {number}: {text}"
                lines += 1
    assert lines > 1000


def test_code_in_the_text_is_as_large_as_the_text(pdf_places):
    inline = [
        (size, before[3])
        for found in pdf_places
        for before, (_, _, up, size, font) in pairwise(found)
        if "DejaVuSansMono" in font and "Libertinus" in before[4] and abs(before[2] - up) < 0.1
    ]
    assert len(inline) > 40
    # An x of the one font is 0.547 high, of the other 0.44.
    assert all(0.95 < 0.547 * code / (0.44 * text) < 1.06 for code, text in inline)


def test_the_longest_table_repeats_caption_and_head(pdf_texts):
    pages = [
        text for text in pdf_texts if re.search(r"(complete|no|partial): (alpha|beta|sigma)", text)
    ]
    assert len(pages) > 1
    for text in pages:
        assert text.count("Posterior means of all parameters") == 1
        assert text.count("Model and parameter Exact") == 1
