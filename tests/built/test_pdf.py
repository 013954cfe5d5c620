"""The PDF: outline, figures, tasks and links."""


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


def test_solutions_are_printed_open(pdf_text):
    assert "Slopes move towards the middle" in pdf_text


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
