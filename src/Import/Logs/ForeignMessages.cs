using System.Text.RegularExpressions;

namespace Orleans.Mmu.Import.Logs;

/// <summary>Messages that only kernels of other architectures print.</summary>
internal static partial class ForeignMessages
{
    private static readonly (string Group, string Architecture)[] Architectures =
    [
        ("x86", "x86"), ("arm", "32-bit Arm"), ("riscv", "RISC-V"), ("ppc", "PowerPC"), ("s390", "s390"),
        ("loong", "LoongArch"), ("mips", "MIPS"),
    ];

    /// <summary>The architecture and the message; null where the line is none of them.</summary>
    public static (string Architecture, string Message)? Find(string text)
    {
        if (Messages().Match(text) is not { Success: true } found)
            return null;
        return (Array.Find(Architectures, a => found.Groups[a.Group].Success).Architecture, found.Value);
    }

    // "Linux version" names the compiler with its target. Only arm64 prints the MIDR behind the boot CPU's number.
    [GeneratedRegex(
        @"(?<x86>BIOS-e820|BIOS-provided physical RAM map|x86/fpu|x86/cpu|smpboot: CPU0|tsc: Detected"
        + @"|Linux version \S+[-.](amd64|x86_64)|\((x86_64|i686)-\S*gcc)"
        + @"|(?<arm>CPU: ARMv[4-7]\w* Processor|CPU: PIPT / VIPT|CPU: div instructions available"
        + @"|Booting Linux on physical CPU 0x[0-9a-f]{1,16}\s*$|\(arm-\S*gcc)"
        + @"|(?<riscv>Booting Linux on hartid|SBI specification v|riscv: base ISA|\(riscv64-\S*gcc)"
        + @"|(?<ppc>ppc64_pft_size|\(powerpc\S*gcc)|(?<s390>setup: Linux is running as a|\(s390x-\S*gcc)"
        + @"|(?<loong>Loongson-64bit|\(loongarch64-\S*gcc)|(?<mips>MIPS: machine is|\(mips\S*gcc)",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Messages();
}
