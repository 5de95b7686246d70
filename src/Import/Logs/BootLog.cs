using Orleans.Mmu.Import.Cpus;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Linux.Kernels;

namespace Orleans.Mmu.Import.Logs;

/// <summary>What a kernel said while it booted (dmesg).</summary>
/// <param name="File">The file's name.</param>
internal sealed record BootLog(string File)
{
    /// <summary>"Linux version …"; null where the log has lost its beginning.</summary>
    public PlacedValue<KernelRelease>? Release { get; init; }

    /// <summary>"Kernel command line: …".</summary>
    public PlacedValue<string>? CommandLine { get; init; }

    /// <summary>
    /// The CPUs that booted: "Booting Linux on physical CPU …" and "Booted secondary processor …". Empty where the log
    /// has none.
    /// </summary>
    public IReadOnlyList<ListedCpu> Cpus { get; init; } = [];

    /// <summary>"Early memory node ranges" and "… nomap …"; null where the log has no ranges.</summary>
    public MemoryLayout? Layout { get; init; }

    /// <summary>
    /// "detected: 52-bit Virtual Addressing"; null where the log does not list the boot CPU's features.
    /// </summary>
    public bool? Has52BitAddresses { get; init; }

    /// <summary>What the log says of KASLR, KPTI and E0PD.</summary>
    public LoggedSecurity Security { get; init; } = new(File, [], false);

    /// <summary>"efi: EFI v…": UEFI keeps memory that the log does not list.</summary>
    public bool IsUefi { get; init; }

    /// <summary>What the log leaves open.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

