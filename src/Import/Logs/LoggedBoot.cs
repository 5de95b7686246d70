using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Import.Cpus;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Import.Resources;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Linux.Cpus;
using Orleans.Mmu.Linux.Kernels;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Import.Logs;

/// <summary>The messages of one boot, as far as a log has been read.</summary>
internal sealed class LoggedBoot(ImportFile file)
{
    private const string Continued = " \\";

    private readonly SortedDictionary<int, ListedCpu> _cpus = [];
    private readonly List<NamedRange> _memory = [];
    private readonly List<NamedRange> _noMap = [];
    private readonly List<PlacedValue<SecurityMessage>> _security = [];
    private PlacedValue<KernelRelease>? _release;
    private PlacedValue<string>? _commandLine;
    private bool _listsFeatures;
    private bool _has52Bits;
    private bool _hasEfi;
    private bool _isUp;

    /// <summary>Whether "Linux version" was read.</summary>
    public bool HasRelease => _release is not null;

    /// <summary>Whether no message says anything.</summary>
    public bool IsEmpty => _release is null && _commandLine is null && _cpus.Count == 0 && _memory.Count == 0
        && _security.Count == 0 && !_listsFeatures;

    public void Set(KernelRelease release, TextLine line) => _release ??= new(release, file.At(line.Number));

    // Kernels that wrap a long command line end each part but the last with a backslash (print_kernel_cmdline).
    public void Set(string commandLine, TextLine line)
    {
        if (_commandLine is null)
            _commandLine = new(commandLine, file.At(line.Number));
        else if (_commandLine.Value.EndsWith(Continued, StringComparison.Ordinal))
            _commandLine = _commandLine with { Value = $"{_commandLine.Value[..^Continued.Length]} {commandLine}" };
    }

    // A CPU that is switched off and on again is the same CPU.
    public void Add(int number, string midr, TextLine line)
    {
        uint value = uint.Parse(midr, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (value != 0 && number < MachineDescription.MaxCpus)
            _cpus.TryAdd(number, new(number, new Midr(value), Place(line)));
    }

    // free_area_init() prints the regions of memblock.memory with inclusive ends.
    public void AddMemory(string first, string last, TextLine line) =>
        _memory.Add(new(Range(first, last, line), "memory", Place(line), file.At(line.Number)));

    public void AddNoMap(string first, string last, TextLine line) =>
        _noMap.Add(new(Range(first, last, line), "nomap", Place(line), file.At(line.Number)));

    public void SetFlags(TextLine line)
    {
        string text = line.Text;
        _listsFeatures |= text.Contains("CPU features: detected: ", StringComparison.Ordinal);
        _has52Bits |= text.Contains("52-bit Virtual Addressing (L", StringComparison.Ordinal);
        _hasEfi |= text.Contains("efi: EFI v", StringComparison.Ordinal);
        // smp_init() and smp_cpus_done().
        _isUp |= text.Contains("smp: Brought up ", StringComparison.Ordinal)
            || text.Contains("SMP: Total of ", StringComparison.Ordinal);
        if (SecurityMessage.Find(text) is { } message)
            _security.Add(new(message, file.At(line.Number)));
    }

    public BootLog Finish()
    {
        if (_release is { Value.IsTooOld: true } old)
            throw old.Error(ReleaseReader.TooOld(old.Value));
        List<ListedCpu> cpus = [.. _cpus.Values];
        return new(file.Name)
        {
            Release = _release,
            CommandLine = _commandLine,
            Cpus = cpus,
            Layout = _memory.Count == 0 ? null
                : new(MemoryLayout.Ordered(file.Name, _memory), MemoryLayout.Ordered(file.Name, _noMap)),
            // The feature is listed early, so its absence says something only where the log has its beginning.
            Has52BitAddresses = _has52Bits ? true : _listsFeatures && _release is not null ? false : null,
            Security = new(file.Name, _security, _listsFeatures && _release is not null && _isUp),
            IsUefi = _hasEfi,
            Warnings = [.. CpuList.Holes(file.Name, cpus)],
        };
    }

    private MemoryRange Range(string first, string last, TextLine line)
    {
        var (start, end) = (Address(first), Address(last));
        return end >= start && end.Value >> PhysicalAddress.MaxBits == 0 ? new(start, end + 1)
            : throw file.Error(line.Number,
                $"expected a range of memory below 2^{PhysicalAddress.MaxBits}, found 0x{first} to 0x{last}");
    }

    private static PhysicalAddress Address(string digits) =>
        new(ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    private string Place(TextLine line) => $"{file.Name}:{line.Number}";
}
