"""What an arm64 kernel's image says of itself (Linux: Documentation/arch/arm64/booting.rst)."""
import gzip
import os
import re
import zlib

PAGE_SIZES = {1: "4K", 2: "16K", 3: "64K"}


def about(path):
    """The kernel in words. Raises ValueError where it cannot be recorded."""
    with open(path, "rb") as file:
        image = file.read()
    name = os.path.basename(path)
    if image[4:8] == b"zimg":
        return f"Linux in {name}"           # packed by EFI: the recorder refuses other pages when TCR_EL1 is written
    if image[:2] == b"\x1f\x8b":
        try:
            image = gzip.decompress(image)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{path}: expected a kernel packed by gzip, found: {error}") from None
    if image[56:60] != b"ARM\x64":
        raise ValueError(f"{path}: expected an arm64 kernel (Image, vmlinuz), found another file")
    size = PAGE_SIZES.get(image[24] >> 1 & 3)
    if size not in (None, "4K"):
        raise ValueError(f"{path}: expected a kernel with 4K pages, found {size}")
    start = image.find(b"Linux version ")
    version = re.match(rb"Linux version (\S+)", image[start:start + 200]) if start >= 0 else None
    return f"Linux {version[1].decode('ascii', 'replace')}" if version else f"Linux in {name}"
