"""Hold the documents to the code, so that they cannot drift from it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pressrun_client.cli.exits import Exit
from pressrun_client.cli.main import pressrun
from reports import errors
from reports.bootstrap import TEMPLATES
from reports.bootstrap.settings import Settings
from reports.catalog.catalog import Catalog
from reports.datasets import MAX_ROWS
from reports.delivery.delivery import MOST_REPLAYS, Channel, Delivery, DeliveryFault, DeliveryStatus
from reports.errors import JobStoreError, PermanentError, PressrunError, TransientError
from reports.jobs.job import Job
from reports.jobs.values import Door, JobStatus
from tests.unit.test_architecture import ALLOWED, GROUND

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
NAMED = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]

ROUTES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("handlers/http/**/*.py"))

# Made by API Gateway, without a function.
DIRECT_DOOR = ("POST", "/queue/reports")

_FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def prose(text: str) -> str:
    """Return a document without its blocks of code."""
    return _FENCED.sub("", text)


def code(text: str) -> str:
    """Return the code of a document, from blocks and from within lines."""
    blocks = [match[2] for match in _FENCED.finditer(text) if match[1] in ("sh", "")]
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", prose(text))])


def section(text: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one of its level or above."""
    match = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert match, f"there is no heading {heading!r}"
    rest = text[match.end() :]
    end = re.search(rf"^#{{1,{len(match[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> list[list[str]]:
    """Return the rows of a text's first table, without its heading."""
    match = re.search(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    assert match, "there is no table"
    lines = match[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def table(document: str, heading: str) -> list[list[str]]:
    return rows(section(read(document), heading))


def unquoted(cell: str) -> str:
    return cell.strip("`")


def make_targets(*, in_help: bool = False) -> set[str]:
    end = r":.*## " if in_help else r":"
    return set(re.findall(rf"^([a-z][a-z-]*){end}", read("Makefile"), re.MULTILINE))


def make_commands(text: str) -> set[str]:
    return set(re.findall(r"\bmake (?:[A-Z]+=\S+ )*([a-z][a-z-]*)", code(text)))


def routes() -> set[tuple[str, str]]:
    """Return the routes of the API function, read from their decorators."""
    found: set[tuple[str, str]] = set()
    for path in ROUTES:
        for node in ast.walk(ast.parse(read(path))):
            for decorator in getattr(node, "decorator_list", []):
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "routes.on":
                    method, rule = (ast.literal_eval(argument) for argument in decorator.args)
                    found.add((method, re.sub(r"<\w+>", "{}", rule)))
    return found


def leaves(base: type[PressrunError]) -> Iterator[type[PressrunError]]:
    for kind in base.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield from ([kind] if "code" in vars(kind) else [])
            yield from leaves(kind)


def problem_codes() -> set[str]:
    """Return the codes of all problems that are not made of an error of the tree."""
    found = set(re.findall(r'"code": "(\w+)"', read("resources/direct.yml") + read("resources/problems.yml")))
    for module in ("handlers/api.py", *ROUTES, "handlers/http/problems.py"):
        for node in ast.walk(ast.parse(read(module))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem":
                found |= {a.value for a in node.args[1:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


def anchors(text: str) -> set[str]:
    """Return the anchors that headings get on GitHub."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMED)
def test_every_make_command_that_is_named_exists(name: str) -> None:
    assert make_commands(read(name)) <= make_targets()


def test_every_command_of_make_help_is_explained() -> None:
    explained = make_commands(read("README.md")) | make_commands(read("CONTRIBUTING.md"))

    assert make_targets(in_help=True) <= explained


@pytest.mark.parametrize("name", NAMED)
def test_every_link_and_picture_leads_somewhere(name: str) -> None:
    text = prose(read(name))
    folder = (ROOT / name).parent

    for link in re.findall(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"", text):
        target, _, anchor = "".join(link).partition("#")
        if "://" in target:
            continue
        path = folder / target if target else ROOT / name
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path.read_text("utf-8")), f"{target}#{anchor}"


def test_the_table_of_error_codes_is_the_tree_of_errors() -> None:
    documented = {unquoted(row[0]): row[2] for row in table("docs/operations.md", "Of reports")}

    permanent = {kind.code: "no" for kind in leaves(PermanentError)}
    transient = {kind.code: "yes" for kind in leaves(TransientError)}
    assert documented == permanent | transient


def test_the_table_of_faults_is_what_deliveries_name() -> None:
    documented = {unquoted(row[0]) for row in table("docs/delivery.md", "Faults")}

    assert documented == {str(fault) for fault in DeliveryFault}
    assert {unquoted(row[0]) for row in table("docs/delivery.md", "Deliveries")} == {str(s) for s in DeliveryStatus}


def test_the_table_of_http_codes_has_every_code_that_is_answered() -> None:
    documented = {unquoted(row[0]) for row in table("docs/operations.md", "Of HTTP answers")}

    assert problem_codes() <= documented
    known = problem_codes() | {kind.code for kind in leaves(PressrunError)}
    assert documented <= known


def test_no_error_is_left_unexplained() -> None:
    text = section(read("docs/operations.md"), "Error codes")

    assert [kind.code for kind in leaves(JobStoreError) if f"`{kind.code}`" not in text] == []


def test_the_table_of_routes_is_what_is_registered() -> None:
    documented = {(row[0], re.sub(r"\{\w+\}", "{}", unquoted(row[1]))) for row in table("docs/api.md", "Routes")}

    assert documented == routes() | {DIRECT_DOOR}


def test_the_tour_asks_for_routes_that_exist() -> None:
    tour = code(section(read("docs/tour.md"), "A tour with curl"))

    asked = set(re.findall(r"\$api(/[\w/$]+)", tour))

    known = "|".join(path.replace("{}", "[^/]+") for _, path in routes() | {DIRECT_DOOR})
    assert len(asked) > 5
    assert {path for path in asked if not re.fullmatch(known, path)} == set()


def test_git_ignores_what_the_tour_leaves_behind() -> None:
    tours = ("A tour with the command line", "A tour with curl")
    tour = "\n".join(code(section(read("docs/tour.md"), name)) for name in tours)

    made = set(re.findall(r"(?:> |-o |tee )([\w.]+)", tour))

    assert {"rain.pdf", "cities.csv", "accepted.json", "invoice.pdf"} <= made
    assert made <= {line.removeprefix("/") for line in read(".gitignore").splitlines()}


def test_the_readme_is_read_on_one_screen_and_a_half() -> None:
    assert len(read("README.md").splitlines()) <= 150


def test_the_readme_compares_with_figures_that_were_measured() -> None:
    text, measured = read("README.md"), rows(section(read("docs/performance.md"), "Long tables"))

    for engine in ("WeasyPrint", "Pressrun"):
        (figures,) = [row for row in measured if row[:3] == ["table", engine, "10,000"]]
        assert f"{figures[3]} s" in text
        assert f"{figures[6]} MB" in text


@pytest.mark.parametrize(
    ("document", "heading"), [("README.md", "How it works"), ("docs/templates.md", "Shipped templates")]
)
def test_the_table_of_templates_is_the_catalog(document: str, heading: str) -> None:
    documented = {unquoted(row[0]): row[1] for row in table(document, heading)}

    assert documented == {template.name: str(template.kind) for template in Catalog(TEMPLATES).all()}


def test_the_table_of_imports_is_the_rule_that_is_enforced() -> None:
    documented = {}
    for module, ours, theirs in table("docs/architecture.md", "Who may import whom"):
        names = {
            name if name.startswith(("handlers", "pressrun_client")) else f"reports.{name}"
            for name in re.findall(r"`([\w.]+)`", ours)
        }
        names |= {"reports"} if ours == "everything" else set()
        names |= GROUND if "*ground*" in ours else set()
        documented[unquoted(module)] = (names, set(re.findall(r"`(\w+)`", theirs)))

    assert documented == ALLOWED


@pytest.mark.parametrize(("name", "column"), [("default", 1), ("local", 2), ("prod", 3)])
def test_the_table_of_parameters_says_what_serverless_yml_says(name: str, column: int) -> None:
    block = re.search(rf"^  {name}:\n((?:    .*\n)+)", read("serverless.yml"), re.MULTILINE)
    assert block
    declared = dict(re.findall(r"^    (\w+): ([^\s#]+)", block[1], re.MULTILINE))

    for row in table("docs/operations.md", "Deploy"):
        parameter = re.match(r"`(\w+)`", row[0])
        assert parameter
        said = re.sub(r"^`(\w+)` of the environment$", r"${env:\1,", row[column])
        assert said == declared.get(parameter[1], "").strip('"'), parameter[1]


def test_the_limits_are_those_of_the_code() -> None:
    limits = read("docs/limits.md")

    megabyte = 1_000_000
    assert f"{MAX_ROWS:,} rows" in limits
    assert f"{Settings.max_body_bytes // megabyte} MB" in limits
    assert f"fit into {Settings.max_escaped_bytes // megabyte} MB" in limits
    assert f"{Settings.max_upload_bytes // megabyte} MB" in limits


@pytest.mark.parametrize("name", NAMED)
def test_a_block_of_code_says_its_language(name: str) -> None:
    assert [match[2][:40] for match in _FENCED.finditer(read(name)) if not match[1]] == []


def test_the_table_of_commands_is_what_the_command_line_has() -> None:
    documented = {unquoted(row[0]).split()[0] for row in table("docs/command-line.md", "Commands")}

    assert documented == set(pressrun.commands)


def test_the_table_of_statuses_is_what_the_command_line_ends_with() -> None:
    documented = {int(row[0]) for row in table("docs/command-line.md", "How it ends")}

    assert documented == {int(status) for status in Exit}


@pytest.mark.parametrize("name", NAMED)
def test_every_option_that_is_named_with_a_command_exists(name: str) -> None:
    for line in code(read(name)).splitlines():
        command = re.match(r"(?:\w+=\$\()?pressrun (\w+)", line)
        if command is None or command[1] not in pressrun.commands:
            assert command is None or command[1] == "COMMAND", line
            continue
        known = {option for each in pressrun.commands[command[1]].params for option in each.opts} | {"--help"}
        asked = re.sub(r"[|#].*", "", line)
        assert set(re.findall(r"(?<=\s)--?[a-z][\w-]*", asked)) <= known, line


def test_the_glossary_names_what_the_code_has() -> None:
    text = read("docs/glossary.md")

    quoted = set(re.findall(r"`(\w+)`", text))
    assert {str(word) for kind in (JobStatus, Door, Channel) for word in kind} <= quoted
    assert MOST_REPLAYS == 5, "the glossary says five"
    for kind, name in re.findall(r"`(Job|Delivery|Door)\.(\w+)`", text):
        known = {"Job": Job, "Delivery": Delivery, "Door": Door}[kind]
        assert hasattr(known, name) or name in getattr(known, "__dataclass_fields__", {}), f"{kind}.{name}"
    for path in re.findall(r"`((?:reports|handlers)/[\w/.]+)`", text):
        assert (ROOT / path).exists(), path
