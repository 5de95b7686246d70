using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>The programs of a test, with what each instruction does to memory.</summary>
internal sealed class WindowPrograms
{
    private readonly ImmutableArray<ExplicitAccess?[]> _accesses;

    public WindowPrograms(LitmusTest test)
    {
        Test = test;
        Locations = new LitmusLocations(test);
        _accesses = [.. test.Programs.Select(p => p.Select(ExplicitAccess.Of).ToArray())];
    }

    public LitmusTest Test { get; }

    public LitmusLocations Locations { get; }

    public Instruction Of(int cpu, int at) => Test.Programs[cpu][at];

    public ExplicitAccess? AccessAt(int cpu, int at) => _accesses[cpu][at];

    /// <summary>The instruction that follows in the program; −1 after the last one.</summary>
    public int After(int cpu, int at) => at + 1 < Test.Programs[cpu].Length ? at + 1 : -1;

    /// <summary>The first instruction of a CPU's fault handler; −1 for an empty handler, null for none.</summary>
    public int? Handler(int cpu) => Test.Handler(cpu) is not { } at ? null
        : at < Test.Programs[cpu].Length ? at : WindowEntry.None;

    /// <summary>The single TLBIs of a set, and whether each is broadcast.</summary>
    public IEnumerable<(TlbiSet Single, bool Broadcast)> TlbisIn(TlbiSet set, WindowCpu cpu)
    {
        for (ulong left = set.Window; left != 0; left &= left - 1)
        {
            int at = BitOperations.TrailingZeroCount(left);
            yield return (new(1UL << at, 0), ((TlbiInstruction)Of(cpu.Number, cpu.Entries[at].At)).Broadcast);
        }

        for (ulong left = set.Retired; left != 0; left &= left - 1)
        {
            int at = BitOperations.TrailingZeroCount(left);
            yield return (new(0, 1UL << at), cpu.Retired[at].Broadcast);
        }
    }

    /// <summary>Whether an exception may be taken: not in a handler, and once where instructions run again.</summary>
    public bool CanEnter(int cpu, bool hasFaulted, bool inHandler) =>
        !inHandler && !(hasFaulted && Test.Handler(cpu) is null && Test.Variant.FaultEnd == FaultEnd.Retry);

    /// <summary>The instruction after an exception of a CPU without a handler; −1 for none.</summary>
    public int AfterFault(int cpu, int at, int returnsTo) => Test.Variant.FaultEnd switch
    {
        FaultEnd.Fatal => WindowEntry.None,
        FaultEnd.Retry => returnsTo < Test.Programs[cpu].Length ? returnsTo : WindowEntry.None,
        FaultEnd.Skip => After(cpu, at),
        _ => throw new UnreachableException($"no rule says what follows a fault with {Test.Variant.FaultEnd}"),
    };

    /// <summary>An SVC returns to the instruction after it, a UDF to itself.</summary>
    public static int ReturnOf(ExceptionInstruction exception, int at) => exception.IsUndefined ? at : at + 1;

    public static LitmusFault TypeOf(ExceptionInstruction exception) =>
        exception.IsUndefined ? LitmusFault.UndefinedInstruction : LitmusFault.SupervisorCall;

    /// <summary>Whether taking an exception synchronizes the context.</summary>
    public bool EntrySynchronizes(LitmusFault fault) =>
        Test.Variant.EntrySynchronizes || fault != LitmusFault.SupervisorCall;

    /// <summary>The instruction at which an ERET continues; −1 after the program's last one.</summary>
    /// <exception cref="InputException">ELR_EL1 does not hold the address of an instruction of the CPU.</exception>
    public int Linked(int cpu, LitmusValue link, Instruction instruction)
    {
        if (link.Kind != LitmusValueKind.Code || link.CodeCpu != cpu)
            throw new InputException(
                Test.Source, instruction.Line,
                $"expected the address of an instruction of P{cpu} in ELR_EL1, found {Test.Names.Text(link)} in "
                + instruction.Text);
        return link.CodeIndex < Test.Programs[cpu].Length ? link.CodeIndex : WindowEntry.None;
    }

    /// <summary>
    /// The entry of the exclusive load that an STXR pairs with; −1 for one that has left the window, −2 for none.
    /// </summary>
    public int ExclusiveBefore(WindowCpu cpu, int at)
    {
        for (int i = at - 1; i >= 0; i--)
        {
            switch (AccessAt(cpu.Number, cpu.Entries[i].At)?.Instruction)
            {
                case LoadExclusiveInstruction:
                    return cpu.Entries[i].Fault == LitmusFault.None ? i : -2;
                case StoreExclusiveInstruction:
                    return -2;
            }
        }

        return cpu.Monitored >= 0 ? -1 : -2;
    }
}
