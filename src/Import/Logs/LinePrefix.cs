using System.Text.RegularExpressions;

namespace Orleans.Mmu.Import.Logs;

/// <summary>
/// What stands in front of a message of the kernel: nothing, a time stamp, a level, "kernel:" of a system log, a mark
/// of a quotation. Programs write to the same logs, with their names in front.
/// </summary>
internal static partial class LinePrefix
{
    /// <summary>Whether a text is such a prefix, or ends with one.</summary>
    public static bool IsKernels(ReadOnlySpan<char> before) => Prefix().IsMatch(before);

    /// <summary>A line without the colours that dmesg, journalctl and boot loaders give it on a terminal.</summary>
    public static string WithoutColours(string line) =>
        line.Contains('\e', StringComparison.Ordinal) ? Colours().Replace(line, "") : line;

    // dmesg -x: "kern  :info  : "; /dev/kmsg: "6,1,0,-;"; logcat -b kernel, which has no tag: "0     0 I         : ".
    [GeneratedRegex(@"(?:^|[\]>)|]|\bkernel:|[0-9]Z?|^\s*kern *:[a-z]+ *:|^[0-9]+,[0-9]+,[0-9]+,[^;]*;"
        + @"|\b[0-9]+ +[0-9]+ [VDIWEF](?: *:)?)\s*$")]
    private static partial Regex Prefix();

    // ECMA-48 control sequences, of which SGR ("m") sets colours.
    [GeneratedRegex(@"\e\[[0-9;:?]*[ -/]*[@-~]")]
    private static partial Regex Colours();
}
