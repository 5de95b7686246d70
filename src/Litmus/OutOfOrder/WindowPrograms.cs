using System.Collections.Immutable;
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

    /// <exception cref="InputException">The CPU runs at EL0 and accesses a table word.</exception>
    public void RefuseEl0(int cpu, ExplicitAccess access, LitmusValue address)
    {
        if (Test.El0.Contains(cpu))
            throw new InputException(
                Test.Source, access.Instruction.Line,
                $"expected no access of P{cpu} at EL0 to {Test.Names.Text(address)}, found {access.Instruction.Text}");
    }
}
