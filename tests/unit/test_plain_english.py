"""Fail on the phrases that make readers read a sentence twice; CONTRIBUTING.md has the style and its examples."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# History, which is not rewritten.
HISTORY = {"CHANGELOG.md", "docs/decisions.md"}
DOCUMENTS = [
    path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")) if str(path.relative_to(ROOT)) not in HISTORY
]
EMAILS = [path for path in ROOT.glob("emails/**/*") if path.suffix in {".json", ".j2", ".md"}]
PAGE = [path for path in ROOT.glob("web/src/**/*.ts*") if ".test." not in path.name]
MESSAGES = [ROOT / "reports" / "errors.py", *ROOT.glob("pressrun_client/**/*.py")]

PACKAGES = ("handlers", "pressrun_client", "reports", "templates", "tests", "tools")

# Each phrase with its cure. A headless clause begins a sentence, and is no question.
PATTERNS = {
    r"\b(?:no|some|any|every)body\b": "name the actor: you, the caller, a worker, the service",
    r"\bwho(?:m)?ever\b": "write 'if you …', or name the role: the operator, the receiver",
    r"(?:^|(?<=[.:!] ))(?:What|Who|Whose)\s[a-z][^.?!|]*(?=[.!|]|$)": "begin with a noun: 'Reports that …', 'You …'",
    r"\b(?:of|by)\s+(?:which|whom|whose)\b": "split the sentence, or write 'whose', 'that' or 'with'",
    r"\bbut\s+for\b": "write 'except' or 'without'",
    r"\bat\s+the\s+(?:most|least)\b": "write 'at most' or 'at least' before the number",
    r"(?<!, )\bso\s+(?:many|much)\b": "give the number, or write 'that many'",
    r"\b(?:is|are|be|was|were)\s+told\b": "name the actor: 'Pressrun notifies you', 'the answer says'",
    r"\b(?:another|its)\s+life\b|\bsuch\s+a\s+one\b": "write what happens: 'reopen the job'; repeat the noun",
}


# Those that docstrings are held to, too.
PATTERNS_OF_DOCSTRINGS = {
    pattern.replace("(?:^|(?<=[.:!] ))", "(?<=[.:!] )"): cure
    for pattern, cure in PATTERNS.items()
    if any(word in pattern for word in ("body", "ever", "What"))
}


@dataclass(frozen=True)
class Finding:
    """A bad phrase, and the line where it begins."""

    line: int
    phrase: str
    cure: str


def blanked(pattern: str, text: str) -> str:
    """Replace what matches with spaces, so that lines keep their numbers."""
    return re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.MULTILINE | re.DOTALL)


def found_in(text: str, first_line: int = 1) -> Iterator[Finding]:
    for pattern, cure in PATTERNS.items():
        for match in re.finditer(pattern, text, re.MULTILINE | (0 if "What" in pattern else re.IGNORECASE)):
            yield Finding(first_line + text.count("\n", 0, match.start()), " ".join(match[0].split()), cure)


def of_document(text: str) -> Iterator[Finding]:
    """Look at prose alone: no code, no headings, no rows of tables' headings, no struck-out examples."""
    for apart in (r"^ *```.*?^ *```$", r"`[^`\n]+`", r"~~.*?~~", r"^#+ .*?$", r"^\|[^\n]*\n(?=\|-)"):
        text = blanked(apart, text)
    # A sentence may begin in the middle of a line, or at the start of one that ends a sentence before.
    lines = text.split("\n")
    for number, line in enumerate(lines[1:], 1):
        if (
            re.match(r"(?:What|Who|Whose)\s", line)
            and lines[number - 1].strip()
            and not re.search(r"[.:!]$", lines[number - 1])
        ):
            lines[number] = f" {line[1:]}"
    return found_in("\n".join(lines))


def of_page(text: str) -> Iterator[Finding]:
    return found_in(blanked(r"//[^\n]*$", blanked(r"/\*.*?\*/", text)))


def of_messages(text: str) -> Iterator[Finding]:
    """Look at the texts of a Python file that people read: its strings, and the docstrings of commands."""
    tree = ast.parse(text)
    commands = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and is_command(node)]
    helping = {id(node.body[0]) for node in commands}
    # A string that stands alone is documentation.
    unseen = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and id(node) not in helping}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unseen:
            yield from found_in(node.value, node.lineno)


def is_command(function: ast.FunctionDef) -> bool:
    return any(
        re.match(r"click\.(?:command|group)|\w+\.command", ast.unparse(each)) for each in function.decorator_list
    )


READERS = [(DOCUMENTS, of_document), (EMAILS, of_page), (PAGE, of_page), (MESSAGES, of_messages)]
FILES = [(path, reader) for paths, reader in READERS for path in sorted(paths)]


@pytest.mark.parametrize(("path", "reader"), FILES, ids=[path.relative_to(ROOT).as_posix() for path, _ in FILES])
def test_words_for_people_are_plain(path: Path, reader: type) -> None:
    findings = [
        f"{path.relative_to(ROOT)}:{each.line}: {each.phrase!r}: {each.cure}"
        for each in reader(path.read_text("utf-8"))
    ]

    assert not findings, "\n" + "\n".join(findings)


@pytest.mark.parametrize(
    "bad",
    [
        "Nobody answers.",
        "Tell somebody else.",
        "Whoever runs it can allow more.",
        "What wants more ends as FAILED.",
        "It is secret. Who has only guessed learns nothing.",
        "Files, of each of which a report is made, of which there are two.",
        "The address by which it is found.",
        "All but for the code.",
        "A hundred at\nthe most.",
        "In so many seconds.",
        "The caller is told.",
        "Give it another life.",
    ],
)
def test_each_bad_phrase_is_found_with_its_line(bad: str) -> None:
    for reader, text in (
        (of_document, f"# Title\n\n{bad}\n"),
        (of_messages, f"x = 1\n\nraise E({bad!r})\n"),
        (of_page, f'const x = 1;\n\nsay("");{bad}\n'),
    ):
        if reader is of_page and bad.startswith("What"):
            continue  # found at the start of a text, which only a JSX line shows
        assert {finding.line for finding in reader(text)} == {3}, (reader, bad)


@pytest.mark.parametrize(
    "good",
    [
        "What is wrong? Look at the log.",
        "# What it costs\n\nA report costs three writes.",
        "| What | Limit |\n|---|---|\n| Rows | 10 |",
        "Run `nobody` at most twice.",
        "~~Nobody knows.~~",
        "The sweep does less, so many jobs wait.",
        "Say who\nhas called.",
    ],
)
def test_plain_words_pass(good: str) -> None:
    assert list(of_document(good)) == []


def docstrings(package: str) -> Iterator[tuple[Path, ast.stmt, str]]:
    """Yield the docstrings of files that may have a bad one: to parse all files would take seconds."""
    for path in sorted((ROOT / package).rglob("*.py")):
        source = path.read_text("utf-8")
        texts = re.findall(r'''"""(.*?)"""''', source, re.DOTALL)
        if not any(any(faults_of_docstring(text, of_class=True)) for text in texts):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node, clean=False)
                if text:
                    yield path, node.body[0] if isinstance(node, ast.Module) else node, text


def faults_of_docstring(text: str, *, of_class: bool) -> Iterator[str]:
    """Yield faults. A fragment that begins a docstring, such as "What a cell holds.", is none."""
    flat = " ".join(text.split())
    if of_class and (match := re.match(r"(?:Be|Hold)\b", flat)):
        yield f"{match[0]!r}: write a noun phrase"
    if match := re.match(r"(?:Say|Know|Settle)\b", flat):
        yield f"{match[0]!r}: write Return, Describe, Explain or Print; a noun phrase for a class or a module"
    for pattern, cure in PATTERNS_OF_DOCSTRINGS.items():
        for match in re.finditer(pattern, flat, 0 if "What" in pattern else re.IGNORECASE):
            yield f"{match[0][:60]!r}: {cure}"


@pytest.mark.gate
@pytest.mark.parametrize("package", PACKAGES)
def test_docstrings_are_plain(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {fault}"
        for path, node, text in docstrings(package)
        for fault in faults_of_docstring(text, of_class=isinstance(node, ast.ClassDef))
    ]

    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("bad", "line"),
    [
        ('def f():\n    """Say what it is."""', "'Say'"),
        ('def f():\n    """Read it. What nobody\n    wants is left out."""', "'nobody'"),
        ('def f():\n    """Read it.\n\n    What is left is for\n    others.\n    """', "'What is left is for others'"),
        ('"""Help whoever asks."""', "'whoever'"),
        ('class A:\n    """Be a store."""', "'Be'"),
        ('class A:\n    """Know of somebody."""', "'Know'"),
    ],
)
def test_each_bad_docstring_is_found(bad: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "bad.py").write_text(bad, "utf-8")

    found = [
        fault
        for _, node, text in docstrings(".")
        for fault in faults_of_docstring(text, of_class=isinstance(node, ast.ClassDef))
    ]

    assert any(fault.startswith(line) for fault in found), found


CODE = [
    path
    for folder in (*PACKAGES, "web/src", "resources", ".github")
    for ending in ("py", "ts", "tsx", "yml")
    for path in (ROOT / folder).rglob(f"*.{ending}")
    if path != Path(__file__)
]
COMMENT = re.compile(
    r"(?:^|\s)(?:#|//) .*\b(?:(?:no|some|any|every)body|who(?:m)?ever)\b.*$", re.MULTILINE | re.IGNORECASE
)


@pytest.mark.gate
def test_comments_name_their_actors() -> None:
    assert CODE
    found = [
        f"{path.relative_to(ROOT)}: {comment.strip()}"
        for path in (*CODE, ROOT / "Makefile", ROOT / "serverless.yml")
        for comment in COMMENT.findall(path.read_text("utf-8"))
    ]

    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("bad", ["x = 1  # Nobody asks.", "# Of whoever calls.", "  // so that anybody may read it"])
def test_a_comment_without_an_actor_is_found(bad: str) -> None:
    assert COMMENT.search(f"first\n{bad}\nlast")


def test_a_plain_docstring_passes() -> None:
    for good in (
        "Return what it is.",
        "What a cell holds.",
        "Read it: rows, and who asked for them.",
        "Tell whether it is.",
    ):
        assert list(faults_of_docstring(good, of_class=False)) == []
