using Orleans.Mmu.Axioms.Events;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Search;

/// <summary>
/// A final state as text that is compared: registers and words in a fixed order, then the faults that happened and that
/// the test asks for. Descriptors have herd's order of fields.
/// </summary>
internal static class FinalState
{
    public static string Of(AbstractProgram program, Execution execution, Coherence coherence)
    {
        var parts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (cpu, register) in program.Observed.Registers)
            parts.Add($"{cpu}:X{register}={execution.Cpus[cpu].Trace.Registers[register]}");
        foreach (var location in program.Observed.Locations)
            parts.Add($"[{location}]={coherence.Last(location) ?? program.Initial(location)}");
        foreach (var fault in execution.Cpus.SelectMany(cpu => cpu.Trace.Faults))
        {
            if (program.Observed.Faults.Any(atom => Matches(atom, fault)))
                parts.Add(Text(fault));
        }
        return string.Join("; ", parts);
    }

    /// <summary>A fault of a final state: its CPU, labels, page and kind.</summary>
    public static string Text(int cpu, string labels, string? page, string kind) =>
        $"Fault(P{cpu},{labels},{page},{kind})";

    private static string Text(TakenFault fault) =>
        Text(fault.Cpu, fault.Labels, fault.Page, Name(fault.Kind));

    private static bool Matches(FaultAtom atom, TakenFault fault) =>
        atom.Cpu == fault.Cpu
        && (atom.Label is null || fault.Labels.Split('+').Contains(atom.Label))
        && (atom.Page is null || atom.Page == fault.Page)
        && (atom.Type is null || atom.Type == Name(fault.Kind));

    private static string Name(FaultKind kind) => kind switch
    {
        FaultKind.Translation => "Translation",
        FaultKind.AccessFlag => "AccessFlag",
        FaultKind.Permission => "Permission",
        FaultKind.Call => "SupervisorCall",
        _ => throw new NotExpressibleException(kind.ToString()),
    };
}
