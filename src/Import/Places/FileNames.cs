namespace Orleans.Mmu.Import.Places;

/// <summary>The names under which files of a real machine are kept.</summary>
public static class FileNames
{
    /// <summary>For help and errors.</summary>
    public const string Listed =
        "cpuinfo, iomem, cmdline, version, pagesize, config, System.map, kallsyms, dmesg, kcore, *.dtb";

    /// <summary>
    /// What a file is by its name, whatever its folder and the case of its letters, with or without ".txt"; null for
    /// any other name.
    /// </summary>
    public static FileKind? KindOf(string path)
    {
        string name = path[(path.LastIndexOfAny(['/', '\\']) + 1)..].ToLowerInvariant();
        if (name.EndsWith(".txt", StringComparison.Ordinal))
            name = name[..^4];
        return name switch
        {
            "cpuinfo" => FileKind.Cpuinfo,
            "iomem" => FileKind.Iomem,
            "cmdline" => FileKind.CommandLine,
            "version" or "uname" or "uname-r" => FileKind.Release,
            "pagesize" => FileKind.PageSize,
            "config" or ".config" or "config.gz" => FileKind.Config,
            "system.map" => FileKind.SystemMap,
            "kallsyms" => FileKind.Kallsyms,
            "dmesg" => FileKind.BootLog,
            "kcore" => FileKind.Kcore,
            "dtb" or "fdt" => FileKind.DeviceTree,
            "dts" => FileKind.DeviceTreeSource,
            _ when name.StartsWith("config-", StringComparison.Ordinal) => FileKind.Config,
            _ when name.StartsWith("system.map-", StringComparison.Ordinal) => FileKind.SystemMap,
            _ when name.EndsWith(".dtb", StringComparison.Ordinal) => FileKind.DeviceTree,
            _ when name.EndsWith(".dts", StringComparison.Ordinal) => FileKind.DeviceTreeSource,
            _ => null,
        };
    }
}
