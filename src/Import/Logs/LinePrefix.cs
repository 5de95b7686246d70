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

    // dmesg -x: "kern  :info  : "; /dev/kmsg: "6,1,0,-;"; logcat -b kernel, which has no tag: "0     0 I         : ".
    [GeneratedRegex(@"(?:^|[\]>)|]|\bkernel:|[0-9]Z?|^\s*kern *:[a-z]+ *:|^[0-9]+,[0-9]+,[0-9]+,[^;]*;"
        + @"|\b[0-9]+ +[0-9]+ [VDIWEF](?: *:)?)\s*$")]
    private static partial Regex Prefix();
}
