using System.Text;
using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Writing;

/// <summary>A program as a litmus test in herd's format, for <c>mmu litmus</c> and for herd.</summary>
internal static class LitmusWriter
{
    public static string Text(AbstractProgram program)
    {
        var text = new StringBuilder($"AArch64 {program.Name}\n");
        if (HardwareUpdates(program) is { Length: > 0 } updates)
            text.Append($"TTHM={updates}\n");
        text.Append("{\n");
        foreach (var (word, value) in program.Memory.OrderBy(each => each.Key.ToString(), StringComparer.Ordinal))
            text.Append($" [{word}]={value};\n");
        foreach (var (number, cpu) in program.Cpus.Index())
        {
            foreach (var (register, value) in cpu.Registers.OrderBy(each => each.Key))
                text.Append($" {number}:X{register}={value};\n");
        }
        text.Append("}\n");
        Table(program, text);
        var shown = program.Observed.Registers.Select(each => $"{each.Cpu}:X{each.Register}")
            .Concat(program.Observed.Locations.Select(word => $"[{word}]"))
            .Concat(program.Observed.Faults.Select(Text)).ToArray();
        text.Append($"locations [{string.Concat(shown.Select(each => each + ";"))}]\n");
        text.Append($"exists ({Condition(program)})\n");
        return text.ToString();
    }

    private static void Table(AbstractProgram program, StringBuilder text)
    {
        string[][] columns =
        [
            .. program.Cpus.Select((cpu, number) => OfCpu(number, cpu)),
            .. program.Cpus.Index().Where(each => each.Item.HandlerAt is not null)
                .Select(each => OfHandler(each.Index, each.Item)),
        ];
        var rows = columns.Max(column => column.Length);
        var widths = columns.Select(column => column.Max(cell => cell.Length)).ToArray();
        for (var row = 0; row < rows; row++)
        {
            var cells = columns.Select((column, at) =>
                (row < column.Length ? column[row] : "").PadRight(widths[at]));
            text.Append($" {string.Join(" | ", cells)} ;\n");
        }
    }

    private static string[] OfCpu(int number, Cpu cpu) =>
        [$"P{number}", .. Cells(cpu, 0, cpu.HandlerAt ?? cpu.Steps.Count, withLast: true)];

    private static string[] OfHandler(int number, Cpu cpu) =>
        [$"P{number}.F", .. Cells(cpu, cpu.HandlerAt!.Value, cpu.Steps.Count, withLast: false)];

    private static IEnumerable<string> Cells(Cpu cpu, int start, int end, bool withLast)
    {
        for (var index = start; index < end + (withLast ? 1 : 0); index++)
        {
            // The end of a CPU's steps is where its handler begins: labels there belong to the former.
            var isHandlersFirst = !withLast && index == start;
            foreach (var label in cpu.Labels.Where(label => label.Value == index && !isHandlersFirst))
                yield return $"{label.Key}:";
            if (index < end)
                yield return StepWriter.Text(cpu.Steps[index]);
        }
    }

    private static string Text(FaultAtom fault) =>
        $"fault(P{fault.Cpu}"
        + (fault.Label is null ? "" : $":{fault.Label}")
        + (fault.Page is null ? "" : $",{fault.Page}")
        + ")";

    /// <summary>States are compared, not the condition: any that the test's names allow.</summary>
    private static string Condition(AbstractProgram program) => program.Observed switch
    {
        { Registers: [var (cpu, register), ..] } => $"{cpu}:X{register}=0",
        { Locations: [{ Kind: LocationKind.Data } word, ..] } => $"[{word}]=0",
        { Faults: [var fault, ..] } => Text(fault),
        _ => "true",
    };

    private static string HardwareUpdates(AbstractProgram program) => string.Join(' ', program.Cpus.Index()
        .Where(each => each.Item.UpdatesAccessFlag)
        .Select(each => $"P{each.Index}:{(each.Item.UpdatesDirtyState ? "HD" : "HA")}"));
}
