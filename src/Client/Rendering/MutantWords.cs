using System.Globalization;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>What both tables of mutants say in words.</summary>
internal static class MutantWords
{
    public static string Performers(CpuProgram program) => program switch
    {
        CpuProgram.BootCpu => "The boot CPU",
        CpuProgram.Secondaries => "Every other CPU",
        CpuProgram.CpuOne => "CPU 1",
        CpuProgram.Handler => "A CPU that takes an interrupt",
        _ => throw new ArgumentOutOfRangeException(nameof(program), program, "no such program"),
    };

    /// <summary>The violated property, "holds" with a note where there is one, or "not decided".</summary>
    public static string Verdict(MutantVerdict row) => row.Report.Verdict switch
    {
        CheckVerdict.Violated => row.Report.Property!.Name,
        CheckVerdict.NotDecided => "not decided",
        _ when row.Report.Notes.IsEmpty => "holds",
        _ => $"holds; note {row.Report.Notes[0].Property}",
    };

    /// <summary>The length of the shortest way to a violation, in transitions; empty for none.</summary>
    public static string Length(MutantVerdict row) => row.Length?.ToString(CultureInfo.InvariantCulture) ?? "";

    /// <summary>The number of the step in its phase; empty for a mistake that is no single step.</summary>
    public static string Position(MutantVerdict row) =>
        row.Mutant.Position > 0 ? row.Mutant.Position.ToString(CultureInfo.InvariantCulture) : "";
}
