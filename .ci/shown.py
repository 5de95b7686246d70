"""Compares what a page shows with what its command printed."""
import re

# Times of the host differ; times of a machine's clock are printed in ms or us.
HOST_TIME = re.compile(r"\d[\d,]*(\.\d+)? s\b")

# What takes long says on standard error how far it is.
PROGRESS = re.compile(r" \(\d+ s\)$")


def comparable(lines):
    return [HOST_TIME.sub("N s", line).rstrip() for line in lines]


def difference(shown, printed, end_only):
    """The first difference, or None. A line of three dots or … in what is shown stands for any lines."""
    wanted = comparable(shown)
    got = comparable(line for line in printed.rstrip("\n").split("\n") if not PROGRESS.search(line))
    parts, part = [], []
    for line in wanted:
        if line.strip() in ("...", "…"):
            parts.append(part)
            part = []
        else:
            part.append(line)
    parts.append(part)
    at = 0
    for number, part in enumerate(parts):
        places = [i for i in range(at, len(got) - len(part) + 1) if got[i:i + len(part)] == part]
        if number == 0 and not end_only:
            places = [i for i in places if i == 0]
        if number == len(parts) - 1 and part:
            places = [i for i in places if i + len(part) == len(got)]
        if not places:
            return f"expected {nearest(part, got, at)!r} as the page shows it, in its place"
        at = places[0] + len(part)
    return None


def nearest(part, got, at):
    """The first line that was not printed; the first line of the part where each was, but not so together."""
    return next((line for line in part if line not in got[at:]), part[0] if part else "")
