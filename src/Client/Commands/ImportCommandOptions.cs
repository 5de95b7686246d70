using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Client.Completions;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Import.Machines;
using Orleans.Mmu.Import.Places;

namespace Orleans.Mmu.Client.Commands;

/// <summary>The files and values that mmu import takes.</summary>
internal sealed class ImportCommandOptions
{
    private readonly Argument<string?> _place = new("PLACE")
    {
        HelpName = "PLACE",
        Description = $"A folder or a tar of files with names such as {FileNames.Listed}; or one such file.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly List<(Option<string?> Option, FileKind Kind, string What)> _files =
    [
        File("--cpuinfo", FileKind.Cpuinfo, "a cpuinfo", "/proc/cpuinfo: the CPUs."),
        File("--iomem", FileKind.Iomem, "an iomem", "/proc/iomem as root reads it: memory and the kernel image."),
        File("--config", FileKind.Config, "a .config", "The kernel's .config, plain or compressed with gzip."),
        File("--system-map", FileKind.SystemMap, "a System.map", "System.map: where the image's parts end."),
        File("--kallsyms", FileKind.Kallsyms, "a kallsyms", "/proc/kallsyms as root reads it, instead."),
        File("--dmesg", FileKind.BootLog, "boot messages", "Boot messages: what other files do not give."),
        File("--dtb", FileKind.DeviceTree, "a device tree", "A flattened device tree, such as /sys/firmware/fdt."),
        File("--dts", FileKind.DeviceTreeSource, "a device tree", "Its source: says how to flatten it."),
        File("--kcore", FileKind.Kcore, "a kcore", "/proc/kcore, or its first 64K: where the linear map begins."),
    ];

    private readonly Option<string?> _commandLine = new("--cmdline")
    {
        HelpName = "FILE|TEXT",
        Description = "/proc/cmdline, or kernel parameters such as \"rodata=off nokaslr\".",
    };

    private readonly Option<string?> _version = new("--version")
    {
        HelpName = "FILE|TEXT",
        Description = "/proc/version, or what uname -r prints: 6.18.15-arm64, v6.18, 6.18-rc3.",
    };

    private readonly Option<string?> _pageSize = new("--page-size")
    {
        HelpName = "4K|16K|64K",
        Description = "The page size.",
    };

    private readonly Option<string?> _vaBits = new("--va-bits")
    {
        HelpName = "N",
        Description = "Bits of kernel virtual addresses that are in use: 48 for a 52-bit kernel on other hardware.",
    };

    private readonly Option<string?> _name = new("--name")
    {
        HelpName = "NAME",
        Description = "The machine's name; otherwise that of PLACE.",
    };

    /// <summary>-o.</summary>
    public Option<string?> Output { get; } = new WrittenFileOption("-o", "--output")
    {
        HelpName = "FILE",
        Description = "Write the machine file to FILE instead of standard output.",
    };

    /// <summary>--json.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print the machine file as one JSON document, without comments.",
    };

    /// <summary>--script.</summary>
    public Option<bool> Script { get; } = new("--script")
    {
        Description = "Print a shell script that collects the files on another machine and writes a tar of them.",
    };

    public void AddTo(Command command)
    {
        _pageSize.OfferGranules();
        _vaBits.OfferVaBits();
        command.Add(_place);
        foreach (var (option, _, _) in _files)
            command.Add(option);
        foreach (var option in (Option[])[_commandLine, _version, _pageSize, _vaBits, _name, Output, Json, Script])
            command.Add(option);
    }

    /// <summary>Refuses --script beside anything that would be read.</summary>
    /// <exception cref="UsageException">There is such a thing.</exception>
    public void RefuseFiles(ParseResult parsed)
    {
        Option[] others =
            [.. _files.Select(f => f.Option), _commandLine, _version, _pageSize, _vaBits, _name, Output, Json];
        if (parsed.GetValue(_place) is not null)
            throw new UsageException("--script: expected a command line without PLACE, which it does not read");
        if (others.FirstOrDefault(o => GivenOptions.Has(parsed, o)) is { } given)
            throw new UsageException($"--script: expected a command line without {given.Name}, which it does not read");
    }

    /// <summary>The files that are named, and the values.</summary>
    /// <exception cref="UsageException">A file cannot be read, a value is wrong, or nothing is given.</exception>
    public (FileSet Files, ImportOptions Options) Read(ParseResult parsed)
    {
        string? place = parsed.GetValue(_place);
        var files = place is null ? new FileSet() : ImportPlace.Read(place);
        foreach (var (option, kind, what) in _files)
        {
            if (parsed.GetValue(option) is { } path)
                ImportPlace.Add(files, kind, path, what);
        }

        var (release, line) = (parsed.GetValue(_version), parsed.GetValue(_commandLine));
        bool isText = release is not null && ImportPlace.IsRelease(release);
        if (release is not null && !isText)
            ImportPlace.Add(files, FileKind.Release, release, "a file with a release");
        bool isParameters = line is not null && ImportPlace.IsParameters(line);
        if (line is not null && !isParameters)
            ImportPlace.Add(files, FileKind.CommandLine, line, "a file of kernel parameters");
        if (!files.Kinds.Any() && !isText)
            throw new UsageException(
                "import: expected a folder, a tar or files of a machine, found none (see mmu import --help)");
        return (files, new(
            parsed.GetValue(_name) ?? ImportPlace.NameOf(place), isText ? release : null,
            isParameters ? line : null, PageSize(parsed.GetValue(_pageSize)), VaBits(parsed.GetValue(_vaBits))));
    }

    private static Granule? PageSize(string? text) => text is null ? null
        : Granule.TryParse(text, out var granule) ? granule
        : throw new UsageException(
            $"--page-size: expected 4K, 16K or 64K, found {GivenValue.Quoted(text)} (see mmu import --help)");

    private static int? VaBits(string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bits) && bits is > 0 and <= 64
            ? bits
        : throw new UsageException(
            $"--va-bits: expected {TranslationGeometry.ListOfVaSizes}, found {GivenValue.Quoted(text)} "
            + "(see mmu import --help)");

    private static (Option<string?>, FileKind, string) File(
        string name, FileKind kind, string what, string description) =>
        (new(name) { HelpName = "FILE", Description = description }, kind, what);
}
