using Orleans.Mmu.Audit.Cores;
using Orleans.Mmu.Client.Exits;

namespace Orleans.Mmu.Client.Audits;

/// <summary>The kinds of files that mmu audit reads.</summary>
internal enum DumpKind
{
    Text,
    Tables,
    ElfCore,

    /// <summary>Compressed with zstd: a text or tables.</summary>
    Zstd,

    /// <summary>Compressed with gzip: a text or tables.</summary>
    Gzip,

    /// <summary>Nothing that says what it is: a raw memory image.</summary>
    Image,
}

/// <summary>Tells the kind of a file by its first bytes.</summary>
internal static class DumpKinds
{
    /// <summary>The bytes that decide.</summary>
    public const int HeadBytes = 4096;

    /// <summary>
    /// Known formats that are refused: the first bytes, the name, and the way to a format that is read.
    /// </summary>
    private static readonly (byte[] Magic, string Name, string Advice)[] Refused =
    [
        ("KDUMP   "u8.ToArray(), "a kdump-compressed dump", "write it as ELF: makedumpfile -E, or dump-guest-memory "
            + "without -z, -l, -s"),
        ("DISKDUMP"u8.ToArray(), "a diskdump", "write it as ELF: makedumpfile -E"),
        ("makedumpfile\0"u8.ToArray(), "a flattened dump", "makedumpfile -R DUMP < FILE, from one written with -E; or "
            + "dump-guest-memory without -z, -l, -s"),
        ("LiME"u8.ToArray(), "a LiME dump", "write it with format=padded, and give --base"),
        ("EMiL"u8.ToArray(), "a LiME dump", "write it with format=padded, and give --base"),
        ([0xff, 0xfe], "UTF-16 text", "iconv -f UTF-16 -t UTF-8"),
        ([0xfe, 0xff], "UTF-16 text", "iconv -f UTF-16 -t UTF-8"),
        ([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "xz data", "decompress it with unxz"),
        ("BZh"u8.ToArray(), "bzip2 data", "decompress it with bunzip2"),
        ([0x04, 0x22, 0x4d, 0x18], "lz4 data", "decompress it with unlz4"),
        ([(byte)'P', (byte)'K', 3, 4], "a zip archive", "unpack it with unzip"),
        ("QEVM"u8.ToArray(), "a saved state of QEMU", SavedState),
        ("LibvirtQemud"u8.ToArray(), "a saved state of QEMU", SavedState),
        ([(byte)'Q', (byte)'F', (byte)'I', 0xfb], "a disk image (qcow2)", SavedState),
    ];

    private const string SavedState = "write memory alone: dump-guest-memory, or virsh dump --memory-only";

    private static ReadOnlySpan<byte> ZstdMagic => [0x28, 0xb5, 0x2f, 0xfd];

    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    /// <param name="path">The file's name, for the error.</param>
    /// <exception cref="UsageException">The file is empty, or of a kind that is not read.</exception>
    public static DumpKind Of(string path, ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
            throw new UsageException(
                $"{path}: expected a ptdump, dumped tables, an ELF core or a memory image, found an empty file");
        foreach (var (magic, name, advice) in Refused)
        {
            if (head.StartsWith(magic))
                throw new UsageException($"{path}: expected an ELF core or another dump, found {name} ({advice})");
        }

        if (CoreMemory.IsElf(head))
            return DumpKind.ElfCore;
        if (head.StartsWith("A64TBL01"u8))
            return DumpKind.Tables;
        if (head.StartsWith(ZstdMagic))
            return DumpKind.Zstd;
        if (head.StartsWith(GzipMagic))
            return DumpKind.Gzip;
        return IsText(head) ? DumpKind.Text : DumpKind.Image;
    }

    // Text has no zero bytes and hardly any control characters.
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        int control = 0;
        foreach (byte letter in head)
        {
            if (letter == 0)
                return false;
            if (letter < ' ' && letter is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0c or 0x1b))
                control++;
        }

        return control <= head.Length / 100;
    }
}
