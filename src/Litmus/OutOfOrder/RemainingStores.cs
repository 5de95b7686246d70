using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>What a store may go to: one bit for each page and one for each table word of the test.</summary>
internal readonly record struct StoreTargets(ulong Pages, ulong Words)
{
    public static StoreTargets All => new(ulong.MaxValue, ulong.MaxValue);

    public static StoreTargets operator |(in StoreTargets a, in StoreTargets b) =>
        new(a.Pages | b.Pages, a.Words | b.Words);
}

/// <summary>What the rest of a CPU's program may store to, whatever it reads.</summary>
internal sealed class RemainingStores
{
    private readonly StoreTargets[][] _own;
    private readonly StoreTargets[][] _rest;

    public RemainingStores(WindowPrograms programs, WindowTranslation translation)
    {
        var test = programs.Test;
        _own = new StoreTargets[test.Programs.Length][];
        _rest = new StoreTargets[test.Programs.Length][];
        for (int cpu = 0; cpu < _own.Length; cpu++)
        {
            var program = test.Programs[cpu];
            var assigned = program.SelectMany(Assigned).ToHashSet();
            _own[cpu] = [.. program.Select(
                (_, at) => Of(programs.AccessAt(cpu, at), test, cpu, assigned, translation))];
            _rest[cpu] = new StoreTargets[program.Length + 1];
            for (int at = program.Length - 1; at >= 0; at--)
                _rest[cpu][at] = _rest[cpu][at + 1] | _own[cpu][at];
            // What runs again may store again.
            if (test.Handler(cpu) is not null || test.Variant.FaultEnd == FaultEnd.Retry || HasLoop(program))
                Array.Fill(_rest[cpu], _rest[cpu][0]);
        }
    }

    /// <summary>What a CPU may still store to.</summary>
    public StoreTargets Of(WindowCpu cpu)
    {
        if (cpu.HasEnded)
            return default;
        if (cpu.Entries.Count == 0)
            return _rest[cpu.Number][cpu.Next];
        var targets = _rest[cpu.Number][cpu.Entries[^1].At + 1];
        foreach (var entry in cpu.Entries)
            targets |= entry.Has(EntryProgress.Written) ? default : _own[cpu.Number][entry.At];
        return targets;
    }

    private static StoreTargets Of(
        ExplicitAccess? access, LitmusTest test, int cpu, HashSet<int> assigned, WindowTranslation translation)
    {
        if (access is not { Writes: true })
            return default;
        if (assigned.Contains(access.Base.Number))
            return StoreTargets.All;
        var address = test.Registers.GetValueOrDefault((cpu, access.Base.Number), LitmusValue.Zero);
        return address.Kind switch
        {
            // An index leads to the words beside it.
            LitmusValueKind.TableWord => new(0, access.Index == default ? 1UL << (int)address.Bits : ulong.MaxValue),
            LitmusValueKind.Address => new(translation.PagesBehind(address.Page), 0),
            _ => StoreTargets.All,
        };
    }

    private static bool HasLoop(IReadOnlyList<Instruction> program)
    {
        for (int at = 0; at < program.Count; at++)
        {
            if (program[at] is BranchInstruction { Target: var target } && target <= at)
                return true;
            if (program[at] is CompareBranchInstruction { Target: var other } && other <= at)
                return true;
        }

        return program.Any(i => i is ExceptionReturnInstruction);
    }

    private static IEnumerable<int> Assigned(Instruction instruction)
    {
        var target = instruction switch
        {
            MoveInstruction move => move.Target,
            ArithmeticInstruction arithmetic => arithmetic.Target,
            SelectInstruction select => select.Target,
            AddressInstruction address => address.Target,
            ReadLinkInstruction read => read.Target,
            ReadTranslationInstruction read => read.Target,
            _ => (LitmusRegister?)null,
        };
        if (target is { } register)
            yield return register.Number;
        if (ExplicitAccess.Of(instruction) is { Reads: true } access)
            yield return access.Target.Number;
        if (instruction is StoreExclusiveInstruction store)
            yield return store.Status.Number;
    }
}
