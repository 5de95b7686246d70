using System.Collections.Immutable;
using System.Reflection;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Linux.ProtocolFiles;

/// <summary>The protocols that ship with the program, stored as protocol files.</summary>
public static class BuiltInProtocols
{
    private const string Prefix = "protocols/";
    private const string Suffix = ".protocol";

    /// <summary>The names of all, in the order of a list: the merged protocol comes first.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "idmap-reserved", "idmap-only", "spin", "live", "reserved-on-stack",
        "live-level2", "boot-cpu-level0",
        "break-before-make", "split-nt", "set-memory-ro", "set-memory-ro-level0", "hot-remove", "hot-remove-last-level",
        "contiguous-fold", "contiguous-fold-level0", "contiguous-fold-level1", "contiguous-fold-level2",
        "contiguous-unfold", "contiguous-unfold-level0", "contiguous-unfold-level1", "contiguous-unfold-level2",
        "contpte-fold-elided", "contpte-fold-elided-level2", "hot-remove-group", "hot-remove-group-members",
        "vmap-huge-over-table", "vmap-huge-live", "hvo-remap", "hvo-remap-writable", "hvo-remap-other",
        "allocator-lock", "allocator-rendezvous", "allocator-preallocated",
        "two-splitters", "two-splitters-unlocked", "cpu-replace-ttbr1", "cpu-replace-ttbr1-direct",
        "kpti-install", "kpti-install-live", "epd1", "epd1-no-flush",
        "percpu-tlbi", "percpu-tlbi-no-wait", "percpu-tlbi-cnp", "percpu-tlbi-masked",
    ];

    /// <summary>All of them, in the order of <see cref="Names"/>.</summary>
    public static ImmutableArray<ProtocolFile> All { get; } =
        [.. Names.Select(n => ProtocolReader.Parse(n + Suffix, TextOf(n)!))];

    /// <summary>The built-in protocol of that name, or null.</summary>
    public static ProtocolFile? Find(string name) => All.FirstOrDefault(p => p.Protocol.Name == name);

    /// <summary>Reads a protocol file. The text of a built-in protocol is that protocol.</summary>
    /// <param name="source">The file's name, for errors.</param>
    /// <exception cref="InputException">
    /// The text is no protocol, or has a built-in protocol's name and other contents.
    /// </exception>
    public static ProtocolFile Read(string source, string text)
    {
        var file = ProtocolReader.Parse(source, text);
        return Find(file.Protocol.Name) is not { } known ? file
            : known.Text == file.Text ? known : throw NameIsTaken(file);
    }

    /// <summary>The error that another protocol has the name of a file's.</summary>
    public static InputException NameIsTaken(ProtocolFile file) => file.Error(
        $"protocol: expected a name that no built-in protocol has, found \"{file.Protocol.Name}\" with other contents");

    /// <summary>The text of a built-in protocol's file with its comments; null if there is none of that name.</summary>
    public static string? TextOf(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Prefix + name + Suffix);
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
