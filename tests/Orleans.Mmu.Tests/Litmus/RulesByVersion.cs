using System.Globalization;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>
/// The rules for stale translations once more and as plainly as can be: every table word has versions, and a CPU may
/// use whatever is not older than a floor. One level of tables, no conflicts, no roots. What the machine does by sets
/// of entries, this does by two numbers for each word.
/// </summary>
internal sealed partial class RulesByVersion(LitmusTest test, bool ets2)
{
    private readonly HashSet<string> _seen = [];
    private readonly SortedSet<string> _outcomes = new(StringComparer.Ordinal);
    private readonly int _words = test.Names.Words.Count;

    public IReadOnlyCollection<string> Outcomes()
    {
        var state = new State
        {
            Memory = [.. Enumerable.Range(0, test.Names.Pages.Count).Select(
                p => test.Cells.GetValueOrDefault(p * LitmusTest.CellsOfPage))],
            Versions = [.. Enumerable.Range(0, _words)
                .Select(w => new List<(int, int[])> { (test.TableWords[w], new int[_words]) })],
            Cpus = [.. Enumerable.Range(0, test.Programs.Length).Select(c => new Cpu(_words)
            {
                Registers = [.. Enumerable.Range(0, 31).Select(r => test.Registers.GetValueOrDefault((c, r)))],
            })],
        };
        Explore(state);
        return _outcomes;
    }

    private void Explore(State state)
    {
        if (!_seen.Add(state.Key()))
            return;
        bool final = true;
        for (int c = 0; c < state.Cpus.Length; c++)
        {
            var program = test.Programs[c];
            if (state.Cpus[c].Ended || state.Cpus[c].At >= program.Length)
                continue;
            final = false;
            foreach (var next in Step(state, c, program[state.Cpus[c].At]))
                Explore(next);
        }

        if (final)
            _outcomes.Add(Text(state));
    }

    private IEnumerable<State> Step(State state, int c, Instruction instruction)
    {
        if (instruction is AccessInstruction access)
            return Access(state, c, access);
        var next = state.Copy();
        var cpu = next.Cpus[c];
        cpu.At++;
        switch (instruction)
        {
            case MoveInstruction move:
                cpu.Registers[move.Target.Number] = LitmusValue.Number(move.Source.Immediate);
                cpu.Taint[move.Target.Number] = new int[_words];
                cpu.TaintZ[move.Target.Number] = new int[_words];
                break;
            case ArithmeticInstruction shift when shift.Operator == LitmusOperator.ShiftRight:
                cpu.Registers[shift.Target.Number] = LitmusValue.PageNumber(cpu.Registers[shift.Left.Number].Page);
                cpu.Taint[shift.Target.Number] = cpu.Taint[shift.Left.Number];
                cpu.TaintZ[shift.Target.Number] = cpu.TaintZ[shift.Left.Number];
                break;
            case ArithmeticInstruction xor when xor.Operator == LitmusOperator.Xor:
                cpu.Registers[xor.Target.Number] = LitmusValue.Zero;
                cpu.Taint[xor.Target.Number] = cpu.Taint[xor.Left.Number];
                cpu.TaintZ[xor.Target.Number] = cpu.TaintZ[xor.Left.Number];
                break;
            case CompareBranchInstruction branch:
                cpu.C = Max(cpu.C, cpu.Taint[branch.Register.Number]);
                if (cpu.Registers[branch.Register.Number] == LitmusValue.Zero == branch.OnZero)
                    cpu.At = branch.Target;
                break;
            case DsbInstruction { Accesses: BarrierAccesses.Loads }:
                cpu.D = Max(cpu.D, cpu.LastLoad);
                break;
            case DsbInstruction { Accesses: BarrierAccesses.Stores }:
                cpu.D = Max(cpu.D, cpu.LastStore);
                break;
            case DsbInstruction:
                cpu.D = next.Now();
                Complete(next, c);
                if (ets2)
                    cpu.E = next.Now();
                break;
            case IsbInstruction:
                cpu.I = Max(cpu.I, Max(Max(cpu.D, cpu.C), Max(cpu.A, cpu.W)));
                cpu.E = Max(cpu.E, cpu.I);
                cpu.L = Max(cpu.L, cpu.Z);
                break;
            case TlbiInstruction tlbi:
                int[] floor = Max(Max(cpu.D, cpu.C), cpu.I);
                if (tlbi.Register is { } register)
                    floor = Max(floor, cpu.Taint[register.Number]);
                // All, one page, or what is no page number and hits nothing.
                int page = tlbi.Register is not { } r ? -1
                    : cpu.Registers[r.Number].Kind == LitmusValueKind.PageNumber ? cpu.Registers[r.Number].Page : -2;
                cpu.Pending.Add((tlbi.Broadcast, [.. Enumerable.Range(0, _words)
                    .Select(w => page == -1 || test.Names.Words[w].Page == page ? floor[w] : 0)]));
                break;
        }

        return [next];
    }

    private void Complete(State state, int issuer)
    {
        foreach (var (broadcast, floor) in state.Cpus[issuer].Pending)
        {
            for (int c = 0; c < state.Cpus.Length; c++)
            {
                var cpu = state.Cpus[c];
                if (c == issuer && ets2)
                    cpu.L = Max(cpu.L, floor);
                else if (c == issuer)
                    cpu.Z = Max(cpu.Z, floor);
                else if (broadcast)
                    (cpu.L, cpu.E) = (Max(cpu.L, floor), Max(cpu.E, floor));
            }
        }

        state.Cpus[issuer].Pending.Clear();
    }

    private string Text(State state)
    {
        var values = test.Locations.Where(o => o.Kind == LitmusObservableKind.Register).OrderBy(o => o.Cpu)
            .ThenBy(o => o.Index)
            .Select(o => string.Create(CultureInfo.InvariantCulture,
                $"{o.Cpu}:X{o.Index}={test.Names.Text(state.Cpus[o.Cpu].Registers[o.Index])};"))
            .Concat(test.Locations.Where(o => o.Kind == LitmusObservableKind.Memory)
            .Select(o => $"[{test.Names.PageName(o.Index)}]={test.Names.Text(state.Memory[o.Index])};")
            .Order(StringComparer.Ordinal));
        var atoms = test.FaultLocations.OrderBy(a => a.Cpu).ThenBy(a => a.Label, StringComparer.Ordinal).ToList();
        bool Happened(FaultAtom a) =>
            state.Cpus[a.Cpu].Fault is { } fault && test.Programs[a.Cpu][fault.At].Labels.Contains(a.Label!);
        string yes =
            string.Join(
                ' ', atoms.Where(Happened)
                    .Select(a =>
                        $"Fault(P{a.Cpu}:{a.Label},{test.Names.PageName(state.Cpus[a.Cpu].Fault!.Value.Page)},"
                        + $"D-MMU:{state.Cpus[a.Cpu].Fault!.Value.Type});"));
        string no = string.Join(
            ' ', atoms.Where(a => !Happened(a)).Select(a => $"~Fault(P{a.Cpu}:{a.Label});").Reverse());
        return $"{string.Join(' ', values)} {yes} {no}".TrimEnd();
    }

    private static int[] Max(int[] a, int[] b) => [.. a.Zip(b, Math.Max)];
}
