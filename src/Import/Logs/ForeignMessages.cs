using System.Text.RegularExpressions;
using Orleans.Mmu.Import.Texts;

namespace Orleans.Mmu.Import.Logs;

/// <summary>Messages that only kernels of other architectures print.</summary>
internal static partial class ForeignMessages
{
    /// <summary>The architecture and the message; null where the line is none of them.</summary>
    public static (string Architecture, string Message)? Find(string text)
    {
        var found = Messages().Match(text);
        return ForeignArchitectures.Of(found) is { } architecture ? (architecture, found.Value) : null;
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
