using System.Text.RegularExpressions;

namespace Orleans.Mmu.Import.Texts;

/// <summary>
/// The architectures that files of other machines are named by. A pattern that recognizes them has a group for each.
/// </summary>
internal static class ForeignArchitectures
{
    private static readonly (string Group, string Name)[] All =
    [
        ("x86", "x86"), ("arm", "32-bit Arm"), ("riscv", "RISC-V"), ("ppc", "PowerPC"), ("s390", "s390"),
        ("loong", "LoongArch"), ("mips", "MIPS"), ("sparc", "SPARC"),
    ];

    /// <summary>The architecture whose group has matched; null where the text is of none of them.</summary>
    public static string? Of(Match match) => match.Success
        ? Array.Find(All, a => match.Groups[a.Group].Success).Name : null;
}
