using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Explain.Syndromes;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Explain.Oopses;

/// <summary>
/// Finds the first oops in a log (die_kernel_fault(), mem_abort_decode(), show_pte() and show_regs() of arm64). The
/// lines may carry time stamps, marks of a quotation or the names of a system log, and may be wrapped.
/// </summary>
public static partial class OopsReader
{
    // A report is some 60 lines; what comes later belongs to another one.
    private const int MostLines = 200;

    // A longer line is no line of an oops.
    private const int LongestLine = 4096;

    /// <param name="source">The name of the text for messages.</param>
    /// <exception cref="InputException">The text holds no oops, or that of another architecture.</exception>
    public static Oops Read(string source, string text)
    {
        string[] lines = TerminalText.Plain(text).Split('\n');
        if (Array.FindIndex(lines, l => l.Length <= LongestLine && Encoded().IsMatch(l)) is >= 0 and var encoded)
        {
            throw new InputException(
                source, encoded + 1, "expected a log as the kernel printed it, found quoted-printable text of a mail, "
                + "in which \"=3D\" stands for \"=\" (save the mail's text from a mail program)");
        }

        int first = Array.FindIndex(lines, l => l.Length <= LongestLine && (IsHead(l) || IsPart(l)));
        int foreign = Array.FindIndex(lines, l => l.Length <= LongestLine && Foreign(l) is not null);
        if (foreign >= 0 && (first < 0 || foreign <= first + MostLines))
            throw Expected(source, foreign, Foreign(lines[foreign])!);
        if (first < 0)
            throw Expected(source, 0, "none");
        var oops = new Oops();
        int end = Math.Min(lines.Length, first + MostLines);
        for (int at = first; at < end; at++)
        {
            if (lines[at].Length > LongestLine)
                continue;
            if (at > first && IsHead(lines[at]) && oops.What is not null)
                break;
            oops = With(oops, source, at, lines);
        }

        return oops;
    }

    /// <summary>Whether a text has a line that begins an oops or belongs to one.</summary>
    public static bool IsOops(string text) =>
        TerminalText.Plain(text).Split('\n').Any(l => l.Length <= LongestLine && (IsHead(l) || IsPart(l)));

    private static Oops With(Oops oops, string source, int at, string[] lines)
    {
        string line = lines[at];
        if (oops.What is null && Head().Match(line) is { Success: true } head)
        {
            return oops with
            {
                What = head.Groups["what"].Value,
                Address = new(Hex(source, at, head.Groups["va"].Value)),
            };
        }

        if (StackOverflow().IsMatch(line))
            oops = oops with { IsStackOverflow = true };
        if (oops is { IsStackOverflow: true, Address: null } && StackAddress().Match(line) is { Success: true } sp)
            oops = oops with { Address = new(Hex(source, at, sp.Groups[1].Value)) };
        if (oops.Hypervisor is null && Hypervisor().IsMatch(line))
            oops = oops with { Hypervisor = new() };
        if (oops.Hypervisor is { Far: null } && FaultAddresses().Match(line) is { Success: true } far)
            oops = oops with
            {
                Hypervisor = new(Hex(source, at, far.Groups["far"].Value), Hex(source, at, far.Groups["hpfar"].Value)),
            };
        if (oops.Syndrome is null && SyndromeOf(line) is { } esr)
            oops = oops with { Syndrome = new ExceptionSyndrome(Hex(source, at, esr)) };
        else if (oops.Syndrome is null && DamagedSyndrome().Match(line) is { Success: true } damaged)
            throw new InputException(
                source, at + 1, $"expected 8 to 16 hexadecimal digits behind ESR, found {OneLine.Of(damaged.Value)}");
        if (oops.Tables is null && Pgtable().Match(line) is { Success: true } tables)
            return oops with { Tables = TablesOf(source, at, tables) };
        if (oops.Walk.IsEmpty && WalkStart().Match(line) is { Success: true } walk)
        {
            var address = oops.Address ?? new VirtualAddress(Hex(source, at, walk.Groups["va"].Value));
            return oops with { Address = address, Walk = OopsWalkLine.Read(source, at, lines) };
        }

        if (oops.Code is null && ProgramCounter().Match(line) is { Success: true } pc)
            return oops with { Code = pc.Groups[1].Value };
        return oops.Where is null && Cpu().Match(line) is { Success: true } cpu
            ? oops with { Where = cpu.Value.Trim() } : oops;
    }

    private static OopsTables TablesOf(string source, int at, Match match)
    {
        string pages = match.Groups["pages"].Value.ToUpperInvariant();
        if (!Granule.TryParse(pages, out var granule))
            throw new InputException(source, at + 1, $"expected 4k, 16k or 64k pages, found {pages}");
        int bits = int.Parse(match.Groups["bits"].Value, CultureInfo.InvariantCulture);
        if (!TranslationGeometry.VaSizes(granule).Contains(bits))
        {
            throw new InputException(
                source, at + 1,
                $"expected a VA size of {string.Join(", ", TranslationGeometry.VaSizes(granule))} bits with " +
                $"{granule} pages, found {bits}");
        }

        return new(match.Groups["who"].Value == "user", granule, bits);
    }

    private static string? SyndromeOf(string line) =>
        Syndrome().Match(line) is { Success: true } named ? named.Groups[1].Value
            : Died().Match(line) is { Success: true } died ? died.Groups[1].Value
            : Coded().Match(line) is { Success: true } coded ? coded.Groups[1].Value : null;

    private static ulong Hex(string source, int at, string digits) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value
            : throw new InputException(source, at + 1, $"expected 16 hexadecimal digits, found \"{digits}\"");

    private static bool IsHead(string line) => Head().IsMatch(line);

    private static bool IsPart(string line) => SyndromeOf(line) is not null || WalkStart().IsMatch(line)
        || Hypervisor().IsMatch(line) || StackOverflow().IsMatch(line);

    // Reports that look alike at first sight.
    private static string? Foreign(string line) =>
        line.Contains("BUG: unable to handle", StringComparison.OrdinalIgnoreCase)
            || line.Contains("RIP: 0010:", StringComparison.Ordinal) ? "one of an x86 kernel"
        : line.Contains(", era == ", StringComparison.Ordinal) ? "one of a LoongArch kernel"
        : RiscV().IsMatch(line) ? "one of a RISC-V kernel"
        : Arm32().IsMatch(line) ? "one of a 32-bit ARM kernel" : null;

    private static InputException Expected(string source, int at, string found) => new(
        source, at + 1,
        $"expected an oops of an arm64 kernel (\"Unable to handle kernel … at virtual address …\"), found {found}");

    [GeneratedRegex("Unable to handle kernel (?<what>.{1,80}?) at virtual address (?<va>[0-9a-f]{16})\\b")]
    private static partial Regex Head();

    [GeneratedRegex("\\bESR(?:_EL1)?\\s*[=:]?\\s*(?:0x)?([0-9a-f]{8,16})\\b")]
    private static partial Regex Syndrome();

    [GeneratedRegex("\\bESR(?:_EL1)?\\s*[=:]\\s*0x\\w{1,40}")]
    private static partial Regex DamagedSyndrome();

    [GeneratedRegex("Internal error: .{1,80}: ([0-9a-f]{8,16}) \\[#[0-9]+\\]")]
    private static partial Regex Died();

    // arm64_serror_panic(); bad_mode() of kernels before 5.13.
    [GeneratedRegex("(?:SError Interrupt on|Bad mode in .{1,80} handler detected on) CPU[0-9]+, "
        + "code (?:0x)?([0-9a-f]{8,16})\\b")]
    private static partial Regex Coded();

    // panic_bad_stack().
    [GeneratedRegex("Insufficient stack space to handle exception!")]
    private static partial Regex StackOverflow();

    [GeneratedRegex("\\bFAR: (?:0x)?([0-9a-f]{16})\\b")]
    private static partial Regex StackAddress();

    // nvhe_hyp_panic_handler(), __hyp_call_panic().
    [GeneratedRegex("\\bnVHE hyp (?:panic|BUG) at: |Kernel panic - not syncing: HYP panic:")]
    private static partial Regex Hypervisor();

    [GeneratedRegex("\\bFAR:(?<far>[0-9a-f]{16}) HPFAR:(?<hpfar>[0-9a-f]{16})\\b")]
    private static partial Regex FaultAddresses();

    [GeneratedRegex("(?<who>swapper|user) pgtable: (?<pages>[0-9]{1,3}[kK]) pages, (?<bits>[0-9]{1,2})-bit VAs")]
    private static partial Regex Pgtable();

    [GeneratedRegex("\\[(?<va>[0-9a-f]{16})\\] pgd=[0-9a-f]")]
    private static partial Regex WalkStart();

    [GeneratedRegex("\\bpc : ([A-Za-z_][^ ]{0,120}\\+0x[0-9a-f]+/0x[0-9a-f]+)")]
    private static partial Regex ProgramCounter();

    [GeneratedRegex("\\bCPU: [0-9]+ (?:UID: [0-9]+ )?PID: [0-9]+ Comm: .{1,120}")]
    private static partial Regex Cpu();

    // A value behind an encoded "=". The kernel prints hexadecimal digits in lower case.
    [GeneratedRegex("(?:\\bESR ?|\\bEC |\\bp[gu4mt][de]|\\bpgdp)=3D ?[0-9a-fx]")]
    private static partial Regex Encoded();

    [GeneratedRegex("\\bepc : [0-9a-f]{16} ra : ")]
    private static partial Regex RiscV();

    [GeneratedRegex("Unable to handle kernel .{1,80} at virtual address [0-9a-f]{8}\\b(?![0-9a-f])")]
    private static partial Regex Arm32();
}
