"""The workflow for GitHub Actions: it asks for little, is pinned, and does what `make` does."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r"[\w./-]+@([0-9a-f]{40}|v\d+\.\d+\.\d+)")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
ALLOWED = {"build": None, "quarto": None, "publish": {"pages": "write", "id-token": "write"}}


@pytest.fixture(scope="module")
def workflow():
    return yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_a_job_may_read_and_only_publishing_may_write(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    assert {name: job.get("permissions") for name, job in workflow["jobs"].items()} == ALLOWED


def test_only_main_is_published(workflow, steps):
    main = "github.ref == 'refs/heads/main'"
    assert workflow["jobs"]["publish"]["if"] == main
    uploads = [step for step in steps if "upload-pages-artifact" in step.get("uses", "")]
    assert [step["if"] for step in uploads] == [main]


def test_nothing_is_published_that_a_job_found_wrong(workflow):
    others = set(workflow["jobs"]) - {"publish"}
    assert set(workflow["jobs"]["publish"]["needs"]) == others


def test_actions_are_pinned(steps):
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert [action for action in used if not PINNED.fullmatch(action)] == []


def test_a_checkout_leaves_no_token_behind(steps):
    checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_every_command_is_one_of_the_project(steps):
    commands = [step["run"] for step in steps if "run" in step]
    assert ".ci/run" in commands
    for command in commands:
        assert command == ".ci/run" or command.removeprefix("make ") in TARGETS
