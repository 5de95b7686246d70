using System.Globalization;
using Orleans.Mmu.Explain.Answers;

namespace Orleans.Mmu.Explain.Syndromes;

/// <summary>The syndrome of an exception that is no abort (DDI0487, ESR_EL1, ISS by exception class).</summary>
internal static class ClassFields
{
    private const int Brk = 0x3c;

    // An instruction's immediate is in bits 15:0.
    private static bool HasImmediate(int exceptionClass) => exceptionClass
        is 0x11 or 0x12 or 0x15 or 0x16 or 0x17 or 0x38 or Brk;

    /// <summary>What Linux uses a BRK for, in words that follow "for"; null for other exceptions and users.</summary>
    public static string? User(ExceptionSyndrome esr) => esr.Class != Brk ? null : (esr.Iss & 0xffff) switch
    {
        0x004 or 0x006 => "a kprobe",
        0x005 => "a uprobe",
        0x007 => "a kretprobe",
        0x100 => "code that was filled with faulting instructions, such as unused memory of BPF programs",
        0x400 or 0x401 => "KGDB",
        0x800 => "BUG() or WARN()",
        >= 0x900 and <= 0x9ff => "a report of KASAN with software tags",
        >= 0x5500 and <= 0x55ff => "a check of UBSAN",
        >= 0x8000 and <= 0x83ff => "a call through a pointer of another type (CFI)",
        _ => null,
    };

    public static IEnumerable<ExplainedField> Of(ExceptionSyndrome esr)
    {
        if (HasImmediate(esr.Class))
            yield return new("imm16", Hex(esr.Iss & 0xffff), User(esr) is { } user
                ? $"Linux: {user} (asm/brk-imm.h)" : "the instruction's immediate");
        else if (esr.Class == 0x18)
            yield return Trapped(esr.Iss);
        else if (esr.Class is 0x34 or 0x35)
            yield return new("WnR", Has(esr.Iss, 6) ? "1" : "0", Has(esr.Iss, 6) ? "a write" : "a read");
        else
            yield return new("ISS", Hex(esr.Iss), "as the exception class defines it");
    }

    private static ExplainedField Trapped(uint iss)
    {
        var (op0, op1, crn) = (iss >> 20 & 3, iss >> 14 & 7, iss >> 10 & 0xf);
        var (crm, op2, rt) = (iss >> 1 & 0xf, iss >> 17 & 7, iss >> 5 & 0x1f);
        string value = string.Create(CultureInfo.InvariantCulture, $"S{op0}_{op1}_C{crn}_C{crm}_{op2}");
        string register = rt == 31 ? "xzr" : string.Create(CultureInfo.InvariantCulture, $"x{rt}");
        string what = (op0, crn) switch
        {
            (1, 8 or 9) => "a TLBI",
            (1, 7) => "a cache or address translation instruction",
            (1, _) => "a system instruction",
            _ => Has(iss, 0) ? "MRS, a read" : "MSR, a write",
        };
        return new(op0 == 1 ? "instruction" : "register", value,
            $"{what} with {register}{(op0 == 1 ? null : Register(value))}");
    }

    // HCR_EL2.TVM and TRVM trap these.
    private static string? Register(string encoding) => encoding switch
    {
        "S3_0_C1_C0_0" => ": SCTLR_EL1",
        "S3_0_C2_C0_0" => ": TTBR0_EL1",
        "S3_0_C2_C0_1" => ": TTBR1_EL1",
        "S3_0_C2_C0_2" => ": TCR_EL1",
        "S3_0_C10_C2_0" => ": MAIR_EL1",
        "S3_0_C13_C0_1" => ": CONTEXTIDR_EL1",
        _ => null,
    };

    private static bool Has(uint bits, int bit) => (bits >> bit & 1) != 0;

    private static string Hex(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
