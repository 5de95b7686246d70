namespace Orleans.Mmu.Import.Places;

/// <summary>What a file of a real machine is; mmu import has an option for each.</summary>
public enum FileKind
{
    /// <summary>/proc/cpuinfo.</summary>
    Cpuinfo,

    /// <summary>/proc/iomem.</summary>
    Iomem,

    /// <summary>/proc/cmdline.</summary>
    CommandLine,

    /// <summary>uname -r, or /proc/version.</summary>
    Release,

    /// <summary>getconf PAGESIZE.</summary>
    PageSize,

    /// <summary>A .config, plain or compressed.</summary>
    Config,

    /// <summary>System.map.</summary>
    SystemMap,

    /// <summary>/proc/kallsyms.</summary>
    Kallsyms,

    /// <summary>dmesg.</summary>
    BootLog,

    /// <summary>A flattened device tree, such as /sys/firmware/fdt.</summary>
    DeviceTree,

    /// <summary>The source of a device tree.</summary>
    DeviceTreeSource,

    /// <summary>The first bytes of /proc/kcore.</summary>
    Kcore,
}
