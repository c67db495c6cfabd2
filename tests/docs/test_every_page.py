"""No page tells its reader to type, to set or to write what nobody has tried: commands, settings, mapping files, make targets."""

from __future__ import annotations

import re
import shlex
import subprocess
from datetime import date
from importlib import import_module
from pathlib import Path
from runpy import run_path

import pytest
import yaml

from scoreboard.alerts.config import load_config
from scoreboard.cli import command_line
from scoreboard.mapping.config import load_mapping
from scoreboard.settings import PROJECT_ROOT, Settings
from tests.docs.commands import COMMANDS, DOCS, Block, blocks_of, declared, note_run, runs

TESTS_OF_PAGES = (
    "tests.docs.test_commands",
    "tests.docs.test_whole_runs",
    "tests.docs.test_servers",
    "tests.postgres.test_bi_docs",
    "tests.postgres.test_pages",
)
PAGES = sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))
LISTINGS = {"", "text", "yaml", "sql+jinja", "mermaid"}
"""Languages of blocks that are read: what is set or written among them is tried below."""


def test_every_block_of_every_page_is_run_by_a_test_or_is_none_to_run() -> None:
    for module in TESTS_OF_PAGES:
        import_module(module)
    for page in PAGES:
        for block in blocks_of(page):
            assert block.language in {*COMMANDS, *LISTINGS}, (page, block)
            if block.language in COMMANDS:
                assert (page, block.language) in declared, f"{page}: no test runs\n{block.body}"


def test_no_page_excuses_a_command() -> None:
    for page in PAGES:
        for block in blocks_of(page):
            assert "cannot" not in block.note, (page, block.note)


def test_a_block_that_looks_like_a_command_is_called_one() -> None:
    typed = re.compile(r"^\s*(\$ |make |export |python |\.venv/|scoreboard |docker |tar |curl )", re.MULTILINE)
    for page in PAGES:
        for block in blocks_of(page, *LISTINGS):
            assert not typed.search(block.body), (page, block.body)


def test_every_command_within_a_sentence_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    variables = set(
        re.findall(r"\$\((?:call typed,)?([A-Z]+)\)", (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8"))
    )
    for page in PAGES:
        text = " ".join((DOCS / page).read_text(encoding="utf-8").split())
        for said in re.findall(r"`(?:[A-Z_]+=\S+ )*(make [^`]+)`", text):
            target, *told = said.split()[1:]
            assert target in targets, (page, said)
            assert {name for name, found, _ in (word.partition("=") for word in told) if found} <= variables | {
                "SCOREBOARD_HOME"
            }, (page, said)
        for module in re.findall(r"`(?:\.venv/bin/)?python -m ([\w.]+)", text):
            path = PROJECT_ROOT.joinpath(*module.split("."))
            assert path.with_suffix(".py").exists() or (path / "__main__.py").exists() or module == "scoreboard", (
                page,
                module,
            )


def test_every_file_that_is_named_is_there() -> None:
    named = re.compile(r"`((?:plugins|dbt_project|tests|demo|deploy|dags|expectations|benchmarks|docs)/[\w./-]+)`")
    for page in PAGES:
        for path in named.findall((DOCS / page).read_text(encoding="utf-8")):
            assert (PROJECT_ROOT / path).exists(), (page, path)


MAPPINGS = [
    (page, block)
    for page in PAGES
    for block in blocks_of(page, "yaml")
    if "channels" not in (yaml.safe_load(block.body))
]
VENDORS = {"how-to/connect-salesforce.md": "salesforce", "mapping.md": "zendesk"}


@pytest.mark.parametrize(("page", "block"), MAPPINGS, ids=lambda value: value if isinstance(value, str) else "")
def test_every_mapping_file_that_is_shown_is_taken(page: str, block: Block, tmp_path: Path) -> None:
    vendor = VENDORS.get(page) or Path(page).stem
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / f"{vendor}.yaml").write_text(block.body, encoding="utf-8")

    assert load_mapping(Settings(home=tmp_path, as_of=date(2026, 4, 20)), vendor).vendor == vendor


def test_the_channels_file_that_is_shown_is_taken(tmp_path: Path) -> None:
    [shown] = blocks_of("alerts.md", "yaml")
    (tmp_path / "alerts").mkdir()
    (tmp_path / "alerts" / "channels.yaml").write_text(shown.body, encoding="utf-8")

    config = load_config(Settings(home=tmp_path, as_of=date(2026, 4, 20)))

    assert {"mail", "sales-room", "crm"} <= set(config.channels)


SETTINGS = [block for page in PAGES for block in blocks_of(page, "") if block.body.startswith("SCOREBOARD_")]


@pytest.mark.parametrize("block", SETTINGS, ids=lambda block: block.page)
def test_every_setting_that_is_shown_is_taken(block: Block, tmp_path: Path) -> None:
    said = dict(line.split("#")[0].strip().split("=") for line in block.body.splitlines())

    settings = Settings.from_environment({"SCOREBOARD_HOME": str(tmp_path), "SCOREBOARD_AS_OF": "2026-04-20"} | said)

    assert all(
        set(text.split(",")) <= set(settings.adapters_of(name.split("_")[1].lower())) for name, text in said.items()
    )


@runs("mapping.md", languages=("python",))
def test_the_code_of_the_mapping_page_works(tmp_path: Path) -> None:
    shape, its_test = blocks_of("mapping.md", "python")
    listing = tmp_path / "listing.py"
    listing.write_text(
        "from pathlib import Path\nfrom scoreboard.sources.shapes.base import Column, Shape\n"
        f"from tests.mapping.rig import mapped\nshape = {shape.body}\n{its_test.body}"
    )

    shown = run_path(str(listing))
    assert shown["shape"].vendor == "zendesk"
    shown["test_a_ticket"](tmp_path)

    note_run(shape, its_test)


def test_the_macros_of_the_mapping_page_are_there() -> None:
    macros = "\n".join(path.read_text() for path in (PROJECT_ROOT / "dbt_project" / "macros").rglob("*.sql"))
    page = (DOCS / "mapping.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"^\| `(\w+)\(", page, re.MULTILINE)) | set(re.findall(r"\{\{ (\w+)\(", page))
    for name in shown - {"source"}:
        assert f"macro {name}(" in macros, name


def test_a_reason_arrives_as_it_was_typed(tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    installed.touch()
    why, by = 'it\'s "late"; cost $5 & $(more), `hostname`\\', "A. O'Neill"
    for target, given in (("restate", ["QUARTER=2026-Q1"]), ("accept", ["ENTITY=tickets", "RUN=r1"])):
        told = subprocess.run(
            ["make", "--no-print-directory", "-n", target, *given, f"WHY={why}", f"BY={by}", f"INSTALLED={installed}"],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        asked = command_line().parse_args(shlex.split(told.stdout)[3:])
        assert asked.why == why
        assert target == "accept" or asked.by == by
