using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Writes small casemate traces: a kernel's tree of 4K pages under lock 0x9000, walked by CPUs 0 and 1 through
/// TTBR0_EL1.
/// </summary>
internal sealed class TraceText
{
    public const ulong Root = 0x1000;
    public const ulong Pud = 0x2000;
    public const ulong Pmd = 0x3000;
    public const ulong Pte = 0x4000;

    /// <summary>A 2M block of ordinary memory at an address.</summary>
    public static ulong Block(ulong output) => output | 0x0060_0000_0000_0701;

    public static ulong Page(ulong output) => Block(output) | 2;

    private readonly StringBuilder _text = new();
    private int _id;

    /// <summary>The tree down to the pmds, in which the first is as given, and both CPUs on it.</summary>
    public static TraceText Tree(ulong pmd, Action<TraceText>? before = null)
    {
        var trace = new TraceText();
        trace.Add($"hint ID (kind set_root_lock) (location {Hex(Root)}) (value 0x9000)");
        trace.Write(Root, Pud | 3).Write(Pud, Pmd | 3).Write(Pmd, pmd);
        before?.Invoke(trace);
        return trace.Add($"sysreg-write ID (sysreg ttbr0_el1) (value {Hex(Root)})")
            .Add($"sysreg-write ID (sysreg ttbr0_el1) (value {Hex(Root)})", cpu: 1).Add("lock ID (address 0x9000)");
    }

    /// <summary>A table of 512 pages of the block at an address.</summary>
    public TraceText FillPte(ulong output, ulong change = 0)
    {
        for (ulong i = 0; i < 512; i++)
            Write(Pte + 8 * i, Page(output + 4096 * i) ^ change);
        return this;
    }

    public TraceText Write(ulong address, ulong value) =>
        Add($"mem-write ID (mem-order release) (address {Hex(address)}) (value {Hex(value)})");

    public TraceText Dsb(string kind = "ish") => Add($"barrier ID dsb (kind {kind})");

    public TraceText Tlbi(string operation, ulong? value = null) =>
        Add($"tlbi ID {operation}{(value is { } v ? $" (value {Hex(v)})" : "")}");

    /// <summary>CPU 1 goes to a table of its own, all invalid, and invalidates what it has.</summary>
    public TraceText Park(bool isb, bool tlbi)
    {
        Add("sysreg-write ID (sysreg ttbr0_el1) (value 0x8000)", cpu: 1);
        if (isb)
            Add("barrier ID isb", cpu: 1);
        if (tlbi)
            Add("tlbi ID vmalle1", cpu: 1);
        return Add("barrier ID dsb (kind nsh)", cpu: 1);
    }

    /// <summary>A CPU writes a register.</summary>
    public TraceText Register(string register, ulong value, int cpu = 0) =>
        Add($"sysreg-write ID (sysreg {register}) (value {Hex(value)})", cpu);

    public TraceText Isb(int cpu = 0) => Add("barrier ID isb", cpu);

    /// <summary>DSB ISHST, TLBI, DSB ISH.</summary>
    public TraceText Flush(string operation, ulong? value = null) => Dsb("ishst").Tlbi(operation, value).Dsb();

    public TraceText Add(string body, int cpu = 0)
    {
        string ids = string.Create(CultureInfo.InvariantCulture, $"(id {_id++}) (tid {cpu})");
        _text.Append('(').Append(body.Replace("ID", ids, StringComparison.Ordinal)).Append(" (src \"t.c:1\"))\n");
        return this;
    }

    /// <summary>The events of another trace after those of this one.</summary>
    public TraceText Append(TraceText other)
    {
        _text.Append(other._text);
        return this;
    }

    public override string ToString() => _text.ToString();

    public LintResult Lint(BbmLevel level) => Lint(ToString(), level);

    /// <summary>The verdicts at BBM levels 0 to 3: l for legal, v for a violation.</summary>
    public static string Verdicts(TraceText trace) => string.Concat(
        Enum.GetValues<BbmLevel>().Order().Select(level => trace.Lint(level).Violation is null ? 'l' : 'v'));

    public static LintResult Lint(string text, BbmLevel level, int maxPages = CasemateLint.MaxPages) =>
        Lint(text, [level], maxPages);

    public static LintResult Lint(string text, IReadOnlyList<BbmLevel> levels, int maxPages = CasemateLint.MaxPages) =>
        CasemateLint.Run(
            "t.log", new MemoryStream(Encoding.Latin1.GetBytes(text)), levels, maxPages, null, CancellationToken.None);

    private static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
