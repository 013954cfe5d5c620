"""Rules of style on words and sentences, as far as a machine can judge it.

A rule takes a chapter's outline, some the book's style law too, and gives a line and a message for
each breach.
"""

import re

from press.book.markdown import LINK, line_of
from press.book.outline import Outline
from press.check.law import LAW, Law
from press.check.rules import Breaches

SAYS_NOTHING = re.compile(r"(click )?(here|this|link|this link|more|read more)", re.IGNORECASE)
BLOCK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+|#]|:::|\d+\.)[ \t])|\n(?=\|)")
SENTENCE = re.compile(r"(?:(?!(?<=[.?!])[\"”’)*]*\s).)+", re.DOTALL)


def other_words(outline: Outline, law: Law) -> Breaches:
    """One word for one thing, in one spelling: that of the law's list."""
    for chosen, others in law.words:
        forms = "|".join(re.escape(form) for form in others)
        pattern = re.compile(rf"(?<![\w@-])(?:{forms})(?![\w-])", re.IGNORECASE)
        for text, first in (*outline.prose, *outline.alt_texts):
            for match in pattern.finditer(text):
                if match[0] != chosen:
                    line = first + line_of(text, match.start()) - 1
                    yield line, f"{match[0]}: write {chosen} (see {LAW})"


def doubled_words(outline: Outline) -> Breaches:
    """No word stands twice in a row."""
    for text, first in (*outline.prose, *outline.alt_texts):
        for match in re.finditer(r"\b([^\W\d_]+)[ \n]\1\b", text, re.IGNORECASE):
            if match[1].lower() not in ("that", "had"):
                line = first + line_of(text, match.start()) - 1
                yield line, f"{match[1]} stands twice; delete one"


def exclamation_marks(outline: Outline) -> Breaches:
    """The text does not shout."""
    for text, first in (*outline.prose, *outline.alt_texts):
        for match in re.finditer(r"[^\W_][\"'”’)*]*(!)(?!\[)", text):
            line = first + line_of(text, match.start(1)) - 1
            yield line, "an exclamation mark; write a full stop"


def link_words(outline: Outline) -> Breaches:
    """The words of a link say where it leads, also to one who hears only them."""
    for match in LINK.finditer(outline.text):
        words = outline.document.text[slice(*match.span(1))].strip()
        if not words or SAYS_NOTHING.fullmatch(words.strip("*_. ")):
            line = line_of(outline.text, match.start())
            yield line, f"[{words}] does not say where the link leads; write it in words"


def long_sentences(outline: Outline, law: Law) -> Breaches:
    """A sentence can be read in one breath; formulas and code are not counted."""
    most = law.sentence_words
    if most is None:
        return
    for text, first in (*outline.prose, *outline.alt_texts):
        start = 0
        for end in [*(match.start() for match in BLOCK.finditer(text)), len(text)]:
            for sentence in SENTENCE.finditer(text, start, end):
                count = len(re.findall(r"[^\W_][\w'’-]*", sentence[0]))
                if count > most and "|" not in sentence[0]:
                    begin = sentence.start() + len(sentence[0]) - len(sentence[0].lstrip())
                    message = f"a sentence of {count} words; split it (at most {most})"
                    yield first + line_of(text, begin) - 1, message
            start = end


RULES = (doubled_words, exclamation_marks, link_words)
RULES_OF_LAW = (other_words, long_sentences)
