using System.Runtime.CompilerServices;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.References;

/// <summary>
/// A small independent model of the same question, whose exact number of states is known: N CPUs with TLBs of two
/// entries, one block of four pages that CPU 0 splits, walks and evictions at any time. It validates the explorer.
/// </summary>
internal sealed class ReferenceSystem : ITransitionSystem<ReferenceState>
{
    /// <summary>A transition's label is this times the CPU, plus one of the kinds below.</summary>
    internal const int PerCpu = 4;
    internal const int WalkLabel = 1;

    private const int ProgramLabel = 0;
    private const int EvictLabel = 2;
    private const int TlbiLabel = 3;

    private readonly ReferenceOptions _options;

    public ReferenceSystem(ReferenceOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Cpus, ReferenceOptions.MinCpus);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Cpus, ReferenceOptions.MaxCpus);
        _options = options;
        for (int cpu = 0; cpu < options.Cpus; cpu++)
            Initial = Initial.With(cpu, ReferenceCpu.Initial);
    }

    public ReferenceState Initial { get; }

    /// <summary>The CPU that makes a transition.</summary>
    public static int CpuOf(int label) => label / PerCpu;

    /// <summary>
    /// Whether a transition is a step of the protocol, rather than a walk, an eviction or a TLBI's arrival.
    /// </summary>
    public static bool IsProtocol(int label) => label % PerCpu == ProgramLabel;

    public static bool IsSpeculation(int label) => label % PerCpu is WalkLabel or EvictLabel;

    /// <summary>A transition in words.</summary>
    /// <param name="after">The state that it leads to.</param>
    public string Describe(int label, in ReferenceState after)
    {
        int cpu = CpuOf(label);
        return (label % PerCpu) switch
        {
            WalkLabel when after[cpu].Walk != 0 => "a walk reads a descriptor",
            WalkLabel => "a walk fills the TLB",
            EvictLabel => "an entry is evicted",
            TlbiLabel => "the broadcast TLBI arrives",
            _ when cpu == 0 => BootStep(after[0].Counter),
            _ => SecondaryStep(after[cpu].Counter),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Successors(in ReferenceState state, SuccessorBuffer<ReferenceState> into)
    {
        bool split = state[0].Counter >= 2;
        for (int cpu = 0; cpu < _options.Cpus; cpu++)
        {
            var at = state[cpu];
            if (_options.TwoStep)
                ReferenceWalks.InTwo(state, cpu, at, split, into);
            else if (at.SeesMap)
                ReferenceWalks.AtOnce(state, cpu, at, split, into);
            for (int left = at.Tlb; left != 0; left &= left - 1)
                into.Add(state.With(cpu, at.WithTlb(at.Tlb & ~(left & -left))), cpu * PerCpu + EvictLabel);
            if (at.HasTlbi)
                into.Add(state.With(cpu, at.AfterTlbi()), cpu * PerCpu + TlbiLabel);
            if (cpu == 0)
                Boot(state, into);
            else
                Secondary(state, cpu, at, into);
        }
    }

    /// <summary>
    /// Bit 0: a CPU that lacks level 2 holds both a block and one of its pages. Odd CPUs lack level 2. If CPUs are
    /// exchangeable every secondary counts, which is equivalent: a CPU's behaviour does not depend on its number.
    /// </summary>
    public ulong Violations(in ReferenceState state)
    {
        for (int cpu = 1; cpu < _options.Cpus; cpu += _options.Symmetry ? 1 : 2)
        {
            int tlb = state[cpu].Tlb;
            if ((tlb & 1) != 0 && tlb != 1)
                return 1;
        }

        return 0;
    }

    public bool IsFinal(in ReferenceState state)
    {
        for (int cpu = 0; cpu < _options.Cpus; cpu++)
        {
            if (state[cpu].Counter < 5)
                return false;
        }

        return true;
    }

    /// <summary>The state with the secondaries sorted by their bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReferenceState Canonical(in ReferenceState state)
    {
        Span<ushort> cpus = stackalloc ushort[ReferenceOptions.MaxCpus];
        bool moved = false;
        for (int i = 1; i < _options.Cpus; i++)
        {
            ushort bits = state[i].Bits;
            int at = i;
            for (; at > 1 && cpus[at - 1] > bits; at--)
                cpus[at] = cpus[at - 1];
            cpus[at] = bits;
            moved |= at != i;
        }

        if (!moved)
            return state;
        cpus[0] = state[0].Bits;
        return ReferenceState.Of(cpus);
    }

    private void Boot(in ReferenceState state, SuccessorBuffer<ReferenceState> into)
    {
        var boot = state[0];
        bool can = boot.Counter switch
        {
            0 or 2 => true,
            1 => AllSecondaries(state, 3),
            3 => Has(ReferenceMutant.Early) || !state.HasTlbi,
            4 => AllSecondaries(state, 5),
            _ => false,
        };
        if (!can)
            return;
        var next = state.With(0, boot.Next());
        for (int cpu = 0; boot.Counter == 2 && !Has(ReferenceMutant.NoBroadcast) && cpu < _options.Cpus; cpu++)
            next = next.With(cpu, next[cpu].WithTlbi());
        into.Add(next, ProgramLabel);
    }

    private void Secondary(in ReferenceState state, int cpu, ReferenceCpu at, SuccessorBuffer<ReferenceState> into)
    {
        int boot = state[0].Counter;
        ReferenceCpu? next = at.Counter switch
        {
            0 when boot < 1 => null,
            0 when !_options.Parks => at.At(2),
            0 => at.Sees(Has(ReferenceMutant.NoSwitch)).At(1),
            1 => (Has(ReferenceMutant.NoLocal) ? at : at.Flushed()).At(2),
            2 => at.At(3),
            3 when boot < 4 => null,
            3 => at.At(4),
            4 => at.Sees(true).At(5),
            _ => null,
        };
        if (next is { } value)
            into.Add(state.With(cpu, value), cpu * PerCpu + ProgramLabel);
    }

    private bool AllSecondaries(in ReferenceState state, int counter)
    {
        for (int cpu = 1; cpu < _options.Cpus; cpu++)
        {
            if (state[cpu].Counter < counter)
                return false;
        }

        return true;
    }

    private bool Has(ReferenceMutant mutant) => (_options.Mutant & mutant) != 0;

    private static string BootStep(int after) => after switch
    {
        1 => "stop = 1",
        2 => "wait for all CPUs; store the table descriptor",
        3 => "tlbi vae1is",
        4 => "dsb ish; done = 1",
        _ => "wait until all CPUs are back",
    };

    private string SecondaryStep(int after) => after switch
    {
        1 => "msr ttbr1_el1, reserved_pg_dir; isb",
        2 => _options.Parks ? "tlbi vmalle1; dsb nsh; isb" : "enter the waiting loop",
        3 => "ready += 1",
        4 => "see done == 1",
        _ => "msr ttbr1_el1, swapper_pg_dir; isb; back += 1",
    };
}
