using Orleans.Mmu.Checking.Replay;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Files;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Client.Commands;

/// <summary>Reads a counterexample from a file for grains to perform, and judges the result.</summary>
internal static class ReplaySource
{
    /// <exception cref="UsageException">The file cannot be read.</exception>
    public static ReplayScript Read(string file) =>
        ReplayFile.Parse(file, InputFile.ReadText(file, "a counterexample", ReplayFile.MaxBytes));

    /// <summary>Whether the grains ended in the counterexample's violation.</summary>
    public static bool CameTo(ReplayScript script, BootReport report) =>
        report.Violations.Any(v => script.EndsIn(v.Rule, v.Cpu));
}
