using System.CommandLine;
using System.Globalization;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Audit.Registers;
using Orleans.Mmu.Client.Audits;
using Orleans.Mmu.Client.Completions;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Client.Machines;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Changes;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Client.Commands;

/// <summary>The files and values that mmu audit takes.</summary>
internal sealed class AuditOptions
{
    private const int MaxRegisterBytes = 16 << 20;
    private const int MaxChangesBytes = 64 << 20;

    private readonly Argument<string> _file = new("FILE")
    {
        HelpName = "FILE",
        Description = "A ptdump (also quoted in a mail), dumped tables (A64TBL01), an ELF core, or a memory image; " +
            "- for standard input.",
    };

    private readonly Option<string?> _registers = new("--registers")
    {
        HelpName = "FILE",
        Description = "System registers as a debugger prints them: TTBR1_EL1, TCR_EL1, MAIR_EL1, ID_AA64MMFR0_EL1. " +
            "An ELF core with VMCOREINFO does without.",
    };

    private readonly Option<string?> _machine = new("--machine")
    {
        HelpName = "MACHINE",
        Description = "Also compare the linear map with the one that this machine's kernel makes.",
    };

    private readonly Option<string?> _changes = new("--changes")
    {
        HelpName = "FILE",
        Description = "With --machine: permission changes after boot, as mmu map takes them.",
    };

    private readonly Option<string?> _base = new("--base")
    {
        HelpName = "ADDRESS",
        Description = "The physical address of the first byte of a memory image: 0x40000000.",
    };

    private readonly Option<string?> _pageSize = new("--page-size")
    {
        HelpName = "4K|16K|64K",
        Description = "The page size of a ptdump, which does not say it.",
    };

    private readonly Option<string?> _vaBits = new("--va-bits")
    {
        HelpName = "N",
        Description = "The bits of kernel addresses in a ptdump without the start of the linear map.",
    };

    /// <summary>--json.</summary>
    public Option<bool> Json { get; } = JsonOption.Create();

    /// <summary>--junit and --sarif.</summary>
    public CaseReportOptions Reports { get; } = new();

    /// <summary>--html.</summary>
    public Option<string?> Html { get; } = HtmlOption.Create("what is wrong, rule by rule, and what differs");

    public void AddTo(Command command)
    {
        _machine.OfferMachines();
        _pageSize.OfferGranules();
        _vaBits.OfferVaBits();
        command.Add(_file);
        foreach (var option in (Option[])[_registers, _machine, _changes, _base, _pageSize, _vaBits, Html, Json,
            .. Reports.All])
            command.Add(option);
    }

    /// <summary>Reads what is named, except for the dump.</summary>
    /// <exception cref="UsageException">A file cannot be read, or a value is wrong.</exception>
    /// <exception cref="InputException">A file is malformed.</exception>
    public AuditRequest Read(ParseResult parsed, Terminal terminal)
    {
        string? registers = parsed.GetValue(_registers);
        var machine = parsed.GetValue(_machine) is { } name ? MachineSource.Read(name, terminal) : null;
        return new(parsed.GetRequiredValue(_file), registers is null ? null : Registers(registers), registers, machine,
            Changes(parsed.GetValue(_changes), machine), Base(parsed.GetValue(_base)),
            PageSize(parsed.GetValue(_pageSize)), VaBits(parsed.GetValue(_vaBits)));
    }

    private static RegisterFile Registers(string path)
    {
        try
        {
            return RegisterText.Parse(InputFile.ReadText(path, "a file of registers", MaxRegisterBytes));
        }
        catch (DumpException e)
        {
            throw new InputException(path, e.Line ?? 1, e.Message);
        }
    }

    private static IReadOnlyList<MapChange> Changes(string? path, MachineDescription? machine)
    {
        if (path is null)
            return [];
        if (machine is null)
            throw new UsageException("--changes: expected --machine beside it, whose map the changes are made to");
        using var text = new StringReader(InputFile.ReadText(path, "a changes file", MaxChangesBytes));
        return ChangesFile.Parse(path, text, machine);
    }

    private static PhysicalAddress? Base(string? text) => text is null ? null
        : text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out ulong value) && value >> PhysicalAddress.MaxBits == 0 ? new PhysicalAddress(value)
        : throw new UsageException(
            $"--base: expected an address such as 0x40000000, below 2^{PhysicalAddress.MaxBits}, found "
            + GivenValue.Quoted(text));

    private static Granule? PageSize(string? text) => text is null ? null
        : Granule.TryParse(text, out var granule) ? granule
        : throw new UsageException($"--page-size: expected 4K, 16K or 64K, found {GivenValue.Quoted(text)}");

    private static int? VaBits(string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int bits)
            && Granule.All.Any(g => TranslationGeometry.VaSizes(g).Contains(bits)) ? bits
        : throw new UsageException(
            $"--va-bits: expected {TranslationGeometry.ListOfVaSizes}, found {GivenValue.Quoted(text)}");
}
