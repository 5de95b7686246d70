using System.Formats.Tar;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Places;

/// <summary>The files of a tar that have a known name, in whatever folder of it. A tar may be compressed.</summary>
public static class TarFiles
{
    private const int MaxEntries = 65_536;
    private const int BlockBytes = 512;

    /// <exception cref="InputException">
    /// The file is no tar or was cut, no file in it has a known name, or two are of one kind.
    /// </exception>
    public static FileSet Read(ImportFile file)
    {
        var raw = GzipText.Expand(file);
        var files = new FileSet();
        using var stream = new MemoryStream(raw.Content.ToArray(), writable: false);
        using var tar = new TarReader(stream);
        try
        {
            int entries = 0;
            long end = 0;
            for (TarEntry? entry; (entry = tar.GetNextEntry()) is not null;)
            {
                if (++entries > MaxEntries)
                    throw file.Error(1, $"expected at most {MaxEntries} files in a tar, found more");
                end = entry.DataOffset + (entry.Length + BlockBytes - 1) / BlockBytes * BlockBytes;
                if (entry.DataStream is { } data && FileNames.KindOf(entry.Name) is { } kind)
                    files.Add(kind, BoundedFile.Read($"{file.Name}/{OneLine.Of(entry.Name)}", data, kind));
            }

            if (entries > 0 && !EndsAt(raw.Content.Span, end))
                throw file.Error(1, "expected a tar with its end, blocks of zeros, found one that was cut");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException
            or ArgumentException or NotSupportedException)
        {
            throw file.Error(1, $"expected a folder or a tar, found {Found(raw)}");
        }

        return files.Kinds.Any() ? files
            : throw file.Error(1, $"expected a tar with files such as {FileNames.Listed}, found none");
    }

    // Two blocks of zeros end a tar (POSIX, pax); some programs write one.
    private static bool EndsAt(ReadOnlySpan<byte> content, long end) =>
        end + BlockBytes <= content.Length && !content.Slice((int)end, BlockBytes).ContainsAnyExcept((byte)0);

    private static string Found(ImportFile raw) => raw.Content.IsEmpty ? "an empty file" : "another file or a cut tar";
}
