"""The glossary and the list of tasks keep up with the chapters."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHAPTERS = [
    path.read_text(encoding="utf-8")
    for path in [ROOT / "index.qmd", *sorted((ROOT / "chapters").glob("*.qmd"))]
]
SET = re.compile(
    r"^#{2,3} (?:Task \w+|Exercise|Follow-up): .*?(?:\((easy|medium|hard)\) )?\{#(sec-[\w-]+)\}$",
    re.MULTILINE,
)
LISTED = re.compile(r"^\| .* \| (easy|medium|hard|) \| @(sec-[\w-]+) \|$", re.MULTILINE)
WORD = re.compile(r"^### .* \{#(sec-word-[\w-]+)\}$", re.MULTILINE)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_list_of_tasks_has_each_task_and_exercise_with_its_grade():
    tasks = [(label, grade) for text in CHAPTERS for grade, label in SET.findall(text)]
    listed = [(label, grade) for grade, label in LISTED.findall(read("tasks.qmd"))]
    assert len(tasks) > 30
    assert sorted(listed) == sorted(tasks)


def test_each_word_of_the_glossary_is_referred_to_where_it_is_used():
    words = WORD.findall(read("glossary.qmd"))
    assert len(words) > 40
    text = "\n".join(CHAPTERS)
    assert [word for word in words if not re.search(rf"@{word}\b(?!-)", text)] == []
