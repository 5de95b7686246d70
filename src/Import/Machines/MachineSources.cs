using Orleans.Mmu.Import.Cpus;
using Orleans.Mmu.Import.DeviceTrees;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Import.Logs;
using Orleans.Mmu.Import.Places;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Machines;

/// <summary>What the given files say; null for each that is not given.</summary>
internal sealed record MachineSources(
    ImportOptions Options, CpuList? Cpuinfo, ResourceMap? Iomem, PlacedValue<KernelRelease>? Release,
    PlacedValue<string>? CommandLine, PlacedValue<string>? PageSize, BuildConfig? Config, KernelSymbols? Symbols,
    BootLog? Log, DeviceTree? Tree, KernelCore? Core)
{
    /// <summary>The warning about a dmesg without boot messages; null where it has some, or there is none.</summary>
    public string? SilentLog { get; init; }

    /// <summary>What files leave open.</summary>
    public IEnumerable<string> Warnings =>
    [
        .. SilentLog is { } silent ? (string[])[silent] : [],
        .. Iomem?.Warnings ?? [], .. Cpuinfo?.Warnings ?? [], .. Symbols?.Warnings ?? [],
        .. Cpuinfo is null ? Log?.Warnings ?? [] : [],
    ];

    /// <exception cref="InputException">A file is not what its kind says.</exception>
    public static MachineSources Read(FileSet files, ImportOptions options)
    {
        if (files[FileKind.DeviceTreeSource] is { } source && files[FileKind.DeviceTree] is null)
            throw DeviceTreeReader.IsSource(source);
        var messages = files[FileKind.BootLog];
        // A dmesg alone must say something.
        var log = messages is null ? null
            : files.Kinds.Count() == 1 ? BootLogReader.Read(messages) : BootLogReader.Find(messages);
        return new(
            options,
            Read(files, FileKind.Cpuinfo, CpuinfoReader.Read),
            Read(files, FileKind.Iomem, IomemReader.Read),
            Read(files, FileKind.Release, ReleaseReader.Read),
            Read(files, FileKind.CommandLine, CommandLineFile),
            Read(files, FileKind.PageSize, FirstLine),
            Read(files, FileKind.Config, ConfigReader.Read),
            ReadSymbols(files),
            log,
            Read(files, FileKind.DeviceTree, DeviceTreeReader.Read),
            Read(files, FileKind.Kcore, KernelCoreReader.Read))
        {
            SilentLog = messages is not null && log is null
                ? $"{messages.Name}:1: {BootLogReader.None}: the file is passed over" : null,
        };
    }

    // A System.map has every address, where kallsyms has zeros for other users than root. Debian's is a placeholder.
    private static KernelSymbols? ReadSymbols(FileSet files)
    {
        var map = Read(files, FileKind.SystemMap, SymbolReader.Read);
        return map is { Found.Count: > 0 } ? map : Read(files, FileKind.Kallsyms, SymbolReader.Read) ?? map;
    }

    private static T? Read<T>(FileSet files, FileKind kind, Func<ImportFile, T> read) where T : class =>
        files[kind] is { } file ? read(file) : null;

    private static PlacedValue<string> FirstLine(ImportFile file) =>
        new(file.FirstLine.Text.Trim(), file.At(file.FirstLine.Number));

    private static PlacedValue<string> CommandLineFile(ImportFile file)
    {
        var lines = file.Lines().Where(l => !l.IsBlank).ToList();
        if (lines.Count > 1)
            throw file.Error(lines[1].Number, $"expected one line of kernel parameters, found {lines[1].Found} too");
        // A device tree's bootargs in /proc end with a NUL.
        string text = lines.Count == 0 ? "" : lines[0].Text.TrimEnd('\0').Trim();
        return OneLine.IsPlain(text.Replace('\t', ' ')) ? new(text, file.At(lines.Count == 0 ? 1 : lines[0].Number))
            : throw file.Error(lines[0].Number, $"expected kernel parameters, found {lines[0].Found}");
    }
}
