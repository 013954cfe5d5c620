"""What `survey.lua` finds in a chapter: all that the pages of other chapters need to know of it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """What a label names: `Figure`, and its number; None for a heading that has none."""

    name: str
    number: str | None


@dataclass(frozen=True)
class Citation:
    """A citation in the text, and the number of the section it stands in, if that has one."""

    key: str
    section: str | None


@dataclass(frozen=True)
class Survey:
    """What one chapter has; it depends on nothing but the chapter.

    Parameters
    ----------
    numbered
        Whether the chapter counts.
    title, plain_title
        Its title, in HTML and as plain text; None where it has none.
    targets
        What the labels name, by label. In numbers, `#` stands for the chapter's own.
    identifiers
        Whatever a link may lead to.
    references, links
        Labels that the text refers to, and identifiers that it links.
    citations
        In the order of the text.
    images
        The images' addresses, as written.
    lists_references
        Whether the list of references stands here.
    minutes
        How long it takes to read.
    runs
        Whether it shows code that ran, or that its readers are to write.
    """

    numbered: bool
    title: str | None
    plain_title: str | None
    targets: dict[str, Target]
    identifiers: list[str]
    references: list[str]
    links: list[str]
    citations: list[Citation]
    images: list[str]
    lists_references: bool
    minutes: int
    runs: bool

    @classmethod
    def from_lua(cls, found: dict[str, Any]) -> "Survey":
        """Read what `survey.lua` wrote: what is nil is left out, an empty table is a list."""
        targets = dict(found["targets"] or {})
        return cls(
            numbered=found["numbered"],
            title=found.get("title"),
            plain_title=found.get("plain_title"),
            targets={
                label: Target(each["name"], each.get("number")) for label, each in targets.items()
            },
            identifiers=list(found["identifiers"]),
            references=list(found["references"]),
            links=list(found["links"]),
            citations=[Citation(each["key"], each.get("section")) for each in found["citations"]],
            images=list(found["images"]),
            lists_references=found["lists_references"],
            minutes=found["minutes"],
            runs=found["runs"],
        )
