"""Every page of the built site: links, images, no other host."""

import gzip
import posixpath
import re
from urllib.parse import unquote, urlsplit

import lxml.etree
import pytest

REFERRING = ("href", "src", "srcset", "poster", "data")


def test_every_chapter_has_its_page(project, site):
    for chapter in project.chapters:
        assert (site / chapter.page).is_file(), chapter.page
    assert len(project.chapters) == 18


def test_every_link_and_anchor_resolves(pages, site):
    anchors = {
        page: {element.get("id") for element in root.iter() if element.get("id")}
        for page, root in pages.items()
    }
    checked = 0
    for page, root in pages.items():
        for element, attribute, link, _ in root.iterlinks():
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "mailto", "data") or attribute not in REFERRING:
                continue
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(page), unquote(parts.path))
            )
            target = page if not parts.path else target
            assert (site / target).is_file(), f"{page}: {link} leads nowhere"
            if parts.fragment and target in anchors:
                assert unquote(parts.fragment) in anchors[target], f"{page}: no anchor {link}"
            checked += element.tag == "a"
    assert checked > 200


def test_no_anchor_stands_twice_on_a_page(pages):
    for page, root in pages.items():
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), f"{page}: {sorted(i for i in ids if ids.count(i) > 1)}"


def test_every_image_exists_and_has_alt_text(pages):
    for page, root in pages.items():
        for image in root.iter("img"):
            assert image.get("alt") is not None, f"{page}: {image.get('src')}"
    figures = [
        (page, image) for page, root in pages.items() for image in root.iterfind(".//main//img")
    ]
    assert len(figures) >= 8
    for page, image in figures:
        assert len(image.get("alt")) > 40, f"{page}: {image.get('src')}"


def test_each_column_of_a_table_has_a_heading_of_its_own(pages):
    checked = 0
    for page, root in pages.items():
        for head in root.iterfind(".//main//table/thead"):
            headings = [" ".join(cell.text_content().split()) for cell in head.iter("th")]
            assert len(headings) == len(set(headings)), f"{page}: {headings}"
            checked += 1
    assert checked > 50


def test_no_page_loads_anything_from_another_host(pages):
    for page, root in pages.items():
        for element in root.iter("link", "script", "img", "iframe", "source", "video", "object"):
            for attribute in REFERRING:
                link = element.get(attribute) or ""
                assert not re.match(r"(?:\w+:)?//", link), f"{page}: {element.tag} loads {link}"


def test_no_stylesheet_loads_anything_from_another_host(site):
    sheets = list(site.rglob("*.css"))
    assert sheets
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:\w+:)?//", text), sheet.name


def test_no_reference_is_left_unresolved(pages):
    for page, root in pages.items():
        text = "".join(root.find("body").itertext())
        assert "?@" not in text, page
        assert "{python}" not in text, page
        assert not re.search(r"@(?:sec|fig|tbl|eq)-", text), page
        assert ":::" not in text, page


def test_numbered_figures_and_tables_are_referred_to_by_their_number(pages):
    root = pages["chapters/data.html"]
    text = " ".join("".join(root.find("body").itertext()).split())
    assert "Figure 1.1" in text.replace("\u00a0", " ")
    assert "Table 1.2" in text.replace("\u00a0", " ")


def test_every_solution_is_collapsed(pages):
    solutions = [
        box
        for root in pages.values()
        for box in root.iter("details")
        if "Solution" in "".join(box.find("summary").itertext())
    ]
    assert len(solutions) >= 10
    assert not any("open" in box.attrib for box in solutions)


@pytest.mark.parametrize(
    ("page", "task"),
    [
        ("chapters/data.html", "Task 0"),
        ("chapters/models.html", "Task 1a"),
        ("chapters/models.html", "Task 1b"),
        ("chapters/models.html", "Task 1c"),
        ("chapters/inference.html", "Task 2"),
        ("chapters/shrinkage.html", "Task 3"),
        ("chapters/predictive-checks.html", "Task 4"),
        ("chapters/comparison.html", "Task 5"),
        ("chapters/exact.html", "Task 6"),
    ],
)
def test_every_task_of_the_sheet_has_hint_and_solution(pages, page, task):
    headings = [h for h in pages[page].iter("h2") if "".join(h.itertext()).find(task) >= 0]
    assert len(headings) == 1
    summaries = []
    for element in headings[0].getparent().itersiblings():
        if element.find("h2") is not None:
            break
        summaries += ["".join(summary.itertext()) for summary in element.iter("summary")]
    assert any("Hint" in summary for summary in summaries)
    assert any("Solution" in summary for summary in summaries)


def test_the_page_says_its_language_and_has_a_title_and_a_main_part(pages):
    for page, root in pages.items():
        assert root.get("lang") == "en-GB", page
        assert root.findtext("head/title"), page
        assert len(list(root.iter("main"))) == 1, page
        assert len(list(root.iter("h1"))) == 1, page


def test_no_page_shows_a_warning_a_bare_repr_or_a_path_of_the_machine(pages, project):
    for page, root in pages.items():
        text = "".join(root.find(".//main").itertext())
        for unwanted in ("Warning:", "np.int64(", "np.float64(", "<Figure", str(project.root)):
            assert unwanted not in text, f"{page}: {unwanted}"


def test_every_page_is_light(pages, site):
    def weight(path):
        return len(gzip.compress(path.read_bytes(), mtime=0))

    for page, root in pages.items():
        files = [site / page]
        for link in root.xpath("//script/@src | //link[@rel='stylesheet']/@href"):
            files.append(site / posixpath.normpath(posixpath.join(posixpath.dirname(page), link)))
        assert len(files) > 3, page
        assert sum(map(weight, files)) < 150_000, page


def test_no_script_stands_in_a_page_and_the_policy_forbids_it(pages):
    for page, root in pages.items():
        (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert "unsafe-inline" not in rules["script-src"], page
        assert rules["default-src"] == "'self'", page
        assert all(script.get("src") for script in root.iter("script")), page
        handlers = root.xpath("//@*[starts-with(name(), 'on')]")
        assert handlers == [], page
        assert not root.xpath("//@href[starts-with(., 'javascript:')]"), page


def test_every_page_leads_to_its_copies(pages, site):
    for page, root in pages.items():
        links = root.xpath("//ul[@class='page-links']//@href")
        name = posixpath.basename(page)
        stem = name.removesuffix(".html")
        notebooks = [f"{stem}-work.ipynb", f"{stem}-solved.ipynb"]
        copies = [f"{name}.md", *(notebooks if page.startswith("chapters/") else [])]
        assert links[: len(copies)] == copies, page
        assert [each for each in links if each.endswith(".ipynb")] == copies[1:], page
        assert root.xpath("//header//a[@download]/@href") == copies[1:2], page  # "Work on it"
        for link in copies:
            assert (site / posixpath.dirname(page) / link).is_file(), f"{page}: {link}"


def test_pictures_say_how_large_they_are(pages, site):
    """Exactly: if a drawing's sides had another ratio, the page would move when it comes."""
    drawings = 0
    for page, root in pages.items():
        for picture in root.iter("img", "source"):
            name = picture.get("src") or picture.get("srcset")
            sides = [int(picture.get(side)) for side in ("width", "height")]
            assert min(sides) > 0, f"{page}: {name}"
            file = site / posixpath.normpath(posixpath.join(posixpath.dirname(page), name))
            if file.suffix == ".svg" and (own := lxml.etree.parse(file).getroot()).get("width"):
                assert [own.get("width"), own.get("height")] == [str(side) for side in sides], file
                drawings += 1
    assert drawings > 50
