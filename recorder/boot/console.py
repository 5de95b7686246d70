"""What a guest prints on its console: sections between marks, among them what `mmu import` reads."""
import os
import re

# The names that `mmu import` knows, in the order of docs/import.md.
FACTS = ("cpuinfo", "iomem", "cmdline", "version")


def sections(text):
    """The sections that init prints, by name."""
    found = {}
    for match in re.finditer(r"^=== BEGIN (\S+)\n(.*?)^=== END \1$", text.replace("\r", ""), re.M | re.S):
        found[match[1]] = match[2]
    return found


def write_facts(found, folder):
    """Writes the sections that `mmu import` reads as a folder."""
    os.makedirs(folder, exist_ok=True)
    for name in FACTS:
        if name in found:
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(found[name])
    with open(os.path.join(folder, "pagesize"), "w", encoding="utf-8") as file:
        file.write("4096\n")
