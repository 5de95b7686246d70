"""The blocks of commands in the pages, and the comments above them that say how they are run.

A block is a fence of the language sh, or any other fence that has a line "$ COMMAND", whose output follows it. Comments
stand on lines of their own directly above the fence; a reader of the page does not see them:

  <!-- not run: REASON -->        nothing of the block is run; above a page's first heading: nothing of the page
  <!-- first: COMMAND -->         run before the block, such as a copy of an example in the place of a reader's own file
  <!-- needs: FILE … -->          not run where one of these files is missing, such as a suite that belongs to others
  <!-- silo -->                   a silo runs for the time of the block
  <!-- exit: CODE … -->           the codes with which its commands may end; without it 0, 3 and 141
  <!-- terminal: WORDS -->        a terminal of its own: the next block begins when the words are printed, and the
                                  terminal is closed after that block
  <!-- ready: COUNT WORDS -->     its jobs go on; the next block begins when the words were printed so often
  <!-- output varies -->          its commands are run, and their output is not compared
  <!-- form -->                   not commands but their form, or a file
  <!-- spans -->                  above a table or paragraph: each code in it that begins with mmu is run
  <!-- with: NAME=VALUE … -->     what stands in the place of a word of capitals there
  <!-- leave: COMMAND -->         a command of them that is not run
"""
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

KINDS = ("not run", "first", "needs", "silo", "exit", "terminal", "ready", "output varies", "form", "spans", "with", "leave")
COMMENT = re.compile(r"^\s*<!-- (" + "|".join(KINDS) + r")(?:: (.*))? -->\s*$")
FENCE = re.compile(r"^(\s*)```(\w*)\s*$")
SPAN = re.compile(r"`(mmu [^`]*)`")
COMMAND = re.compile(r"^\s*\$?(mmu|dotnet|recorder/\S+|redis-\w+|openssl|apt-get|curl|ssh|\.ci/\S+) ")


class BadPage(Exception):
    pass


@dataclass
class Command:
    """One command, the line of the page that has it, and what the page shows below it."""
    line: int
    text: str
    shown: list[str] = field(default_factory=list)


@dataclass
class Block:
    page: str
    line: int
    commands: list[Command]
    marks: dict[str, list[str]]
    shows: bool
    """Whether each command has its output below it, in place of a script."""
    end_only: bool
    """Whether the words above say that what is shown is the end of the output."""

    def mark(self, kind):
        return self.marks.get(kind, [None])[0]

    def reason(self, root):
        """Why the block is not run, or None."""
        missing = [f for f in (self.mark("needs") or "").split() if not (Path(root) / os.path.expandvars(f)).exists()]
        return self.mark("not run") or (f"needs {missing[0]}" if missing else None)

    @property
    def text(self):
        return "\n".join(self.marks.get("first", []) + [c.text for c in self.commands])


def pages(root):
    names = subprocess.run(["git", "ls-files", "*.md"], cwd=root, check=True, capture_output=True, text=True).stdout
    found = [name for name in names.split() if name != "CHANGELOG.md"]
    return sorted(found, key=lambda name: (name != "README.md", name))


def blocks(root, page):
    lines = (Path(root) / page).read_text(encoding="utf-8").split("\n")
    found, marks, of_page, at = [], {}, None, 0
    while at < len(lines):
        line, at = lines[at], at + 1
        comment = COMMENT.match(line)
        if comment:
            kind, value = comment.groups()
            if kind == "not run" and not any(l.startswith("# ") for l in lines[:at]):
                of_page = value
            marks.setdefault(kind, []).append(value)
            continue
        fence = FENCE.match(line)
        if "spans" in marks and line.strip():
            end = next(i for i in range(at, len(lines)) if not lines[i].strip())
            found.append(Block(page, at, spans(lines, at - 1, end, marks), marks, False, False))
            marks, at = {}, end
            continue
        if not fence:
            if marks and line.strip() and of_page is None:
                raise BadPage(f"{page}:{at}: expected a block below its comments, found {line[:60]!r}")
            marks = {} if line.strip() else marks
            continue
        end = next(i for i in range(at, len(lines)) if lines[i].strip() == "```")
        body = [l[len(fence[1]):] for l in lines[at:end]]
        if of_page is not None:
            marks = {"not run": [of_page]}
        above = " ".join(lines[max(0, at - 6):at - 1])
        block = made(page, at, fence[2], body, marks, "the end of the output" in above)
        if block:
            found.append(block)
        marks, at = {}, end + 1
    return found


def spans(lines, start, end, marks):
    """The commands in a table or a paragraph, each once, with the values of their words of capitals."""
    values = dict(v.split("=", 1) for v in " ".join(marks.get("with", [])).split())
    found = {}
    for number in range(start, end):
        for text in SPAN.findall(lines[number].replace("\\|", "|")):
            command = re.sub(r"\b[A-Z]{2,}\b", lambda m: values.get(m[0], m[0]), text)
            if text not in marks.get("leave", []):
                found.setdefault(command, Command(number + 1, command))
    return list(found.values())


def made(page, line, language, body, marks, end_only):
    if language == "sh":
        script = Command(line + 1, "\n".join(body))
        return Block(page, line, [script], marks, False, end_only)
    if any(l.startswith("$ ") for l in body):
        commands = []
        for number, text in enumerate(body, line + 1):
            if text.startswith("$ "):
                commands.append(Command(number, text[2:]))
            elif commands:
                commands[-1].shown.append(text)
            else:
                raise BadPage(f"{page}:{number}: expected a command behind $ at the start of the block, found {text!r}")
        return Block(page, line, commands, marks, True, end_only)
    looks = next((i for i, l in enumerate(body, line + 1) if COMMAND.match(l)), None)
    if looks and not marks.keys() & {"form", "not run"}:
        raise BadPage(f"{page}:{looks}: expected commands in a block of sh or behind $, or a comment above it that says "
                      f"why they are not run, found {body[looks - line - 1]!r}")
    return Block(page, line, [], marks, True, end_only) if "not run" in marks else None
