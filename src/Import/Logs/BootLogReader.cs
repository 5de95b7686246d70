using System.Globalization;
using System.Text.RegularExpressions;
using Orleans.Mmu.Import.Kernels;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Import.Logs;

/// <summary>
/// Reads the boot messages of an arm64 kernel, with or without what dmesg, journalctl or a serial console puts in front
/// of each: a message is found anywhere in its line. Where a log has several boots, the last one counts; a boot begins
/// with "Booting Linux", or with "Linux version" on consoles whose loglevel hides the former.
/// </summary>
internal static partial class BootLogReader
{
    private const string Version = "Linux version ";

    /// <summary>What is wrong with a log that has no message that says anything.</summary>
    public const string None =
        "expected the boot messages of an arm64 kernel, found none (journalctl -k -b has those that dmesg has lost)";

    /// <exception cref="InputException">The log is of another architecture, or has no message that says anything.
    /// </exception>
    public static BootLog Read(ImportFile file) => Find(file) ?? throw file.Error(1, None);

    /// <summary>As above; null where no message says anything, as in a dmesg that has lost its beginning.</summary>
    /// <exception cref="InputException">The log is of another architecture.</exception>
    public static BootLog? Find(ImportFile file)
    {
        var boot = new LoggedBoot(file);
        foreach (var raw in file.Lines())
        {
            var line = raw with { Text = JsonMessage.Of(raw.Text) };
            if (ForeignMessages.Find(line.Text) is var (architecture, message))
                throw file.Error(line.Number,
                    $"expected the boot messages of an arm64 kernel, found {architecture}'s {TextLine.Quote(message)}");
            if (BootCpu().Match(line.Text) is { Success: true } first)
            {
                boot = new(file);
                boot.Add(0, first.Groups[1].Value, line);
            }
            else
            {
                if (boot.HasRelease && BeginsBoot(line.Text))
                    boot = new(file);
                ReadLine(boot, line);
            }
        }

        return boot.IsEmpty ? null : boot.Finish();
    }

    private static bool BeginsBoot(string text) =>
        text.IndexOf(Version, StringComparison.Ordinal) is >= 0 and var at
        && LinePrefix.IsKernels(text.AsSpan(0, at)) && ReleaseReader.Find(text) is not null;

    private static void ReadLine(LoggedBoot boot, TextLine line)
    {
        string text = line.Text;
        if (text.Contains(Version, StringComparison.Ordinal) && ReleaseReader.Find(text) is { } release)
            boot.Set(release, line);
        else if (CommandLine().Match(text) is { Success: true } command)
            boot.Set(command.Groups[1].Value, line);
        else if (Secondary().Match(text) is { Success: true } cpu)
            boot.Add(int.Parse(cpu.Groups[1].ValueSpan, CultureInfo.InvariantCulture), cpu.Groups[2].Value, line);
        else if (NodeRange().Match(text) is { Success: true } range)
            boot.AddMemory(range.Groups[1].Value, range.Groups[2].Value, line);
        else if (NoMapRange().Match(text) is { Success: true } hole)
            boot.AddNoMap(hole.Groups[1].Value, hole.Groups[2].Value, line);
        else
            boot.SetFlags(line);
    }

    [GeneratedRegex(@"Booting Linux on physical CPU 0x[0-9a-f]{1,16} \[0x([0-9a-f]{8})\]")]
    private static partial Regex BootCpu();

    [GeneratedRegex(@"\bCPU([0-9]{1,5}): Booted secondary processor 0x[0-9a-f]{1,16} \[0x([0-9a-f]{8})\]")]
    private static partial Regex Secondary();

    [GeneratedRegex(@"Kernel command line: ?(.*)$")]
    private static partial Regex CommandLine();

    [GeneratedRegex(@"node +[0-9]+: \[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\]")]
    private static partial Regex NodeRange();

    [GeneratedRegex(@"reserved mem: 0x([0-9a-f]{1,16})\.\.0x([0-9a-f]{1,16}) \(-?[0-9]+ KiB\) nomap\b")]
    private static partial Regex NoMapRange();
}
