using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Arm.TlbEntries;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.MachineFiles;
using Orleans.Mmu.Interfaces.Tables;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Speculation.Adversary;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Testing.Machines;

/// <summary>
/// A machine that a test drives itself, one store, TLBI and speculative walk after the other. Nothing happens that the
/// test does not ask for, so that a race is the same in every run. One caller at a time.
/// </summary>
public sealed class SteppedMachine
{
    // A machine has one writer: the test.
    private const long Epoch = 1;

    private readonly IGrainFactory _grains;
    private readonly IPageTableGrain _tables;
    private readonly MachineHandle _handle;
    private readonly Dictionary<RepaintRange, VirtualAddress> _reached = [];
    private readonly List<int> _online = [];
    private ImmutableArray<PublishingStep> _changes = [];
    private string _after = "map_mem()";
    private long _ordinal;
    private int _splits;
    private long _ordered;
    private long _current;

    private SteppedMachine(IGrainFactory grains, MachineHandle handle)
    {
        (_grains, _handle) = (grains, handle);
        _tables = grains.GetGrain<IPageTableGrain>(Key);
    }

    /// <summary>The key of its grains: its tables', and before "/number" that of a CPU.</summary>
    public string Key { get; } = $"stepped-{Guid.NewGuid():N}";

    /// <summary>The machine as its file describes it.</summary>
    public MachineDescription Description => _handle.Description;

    /// <summary>CPU 0 paints the linear map as map_mem() does, and no CPU is on.</summary>
    /// <param name="json">The text of a machine file.</param>
    /// <exception cref="Inputs.InputException">The text is no machine.</exception>
    /// <exception cref="InvalidOperationException">The kernel panics; the message is the panic's.</exception>
    public static async Task<SteppedMachine> PaintAsync(IGrainFactory grains, string json)
    {
        var machine = new SteppedMachine(grains, new("test", json));
        var decision = PaintDecision.OfBootCpu(machine.Description);
        var painted = await machine._tables.Paint(
            machine._handle, decision.ForcePages, decision.RequiresBbml2, CancellationToken.None);
        if (painted.Panic is { } panic)
            throw new InvalidOperationException(panic);
        machine._ordered = machine._current = painted.Version;
        return machine;
    }

    /// <summary>The addresses of the linear map that a repaint splits: below text, or above rodata.</summary>
    public LinearRange Range(RepaintRange range) => LinearRange.Of(range, Description);

    /// <summary>CPUs come out of reset with the MMU on.</summary>
    /// <param name="cpus">Their numbers; none for every CPU that is not late.</param>
    public async Task PowerOnAsync(params int[] cpus)
    {
        IEnumerable<int> early = Enumerable.Range(0, Description.Cpus.Length).Where(c => !Description.Cpus[c].Late);
        foreach (int cpu in cpus.Length > 0 ? cpus : early)
        {
            var report = await Cpu(cpu).PowerOn(CancellationToken.None);
            if (report.State == CpuRunState.Online && !_online.Contains(cpu))
                _online.Add(cpu);
        }
    }

    /// <summary>
    /// A CPU speculatively loads from addresses. It walks the tables that the last DSB has ordered and, where they
    /// differ, the newest: a walker may see either (R_SPVBD).
    /// </summary>
    /// <returns>What the walks found. A CPU reports each property once, at its first violation.</returns>
    public async Task<ImmutableArray<Violation>> SpeculateAsync(int cpu, params VirtualAddress[] addresses) =>
        (await LookAsync(cpu, [.. addresses], isRecorded: false)).Violations;

    /// <summary>CPU 0 replaces blocks by tables of pages, and goes on where the last such call stopped.</summary>
    /// <param name="blocks">Blocks to replace at most.</param>
    /// <returns>What was replaced; <c>Done</c> once the range has no block left.</returns>
    public async Task<SplitAnswer> SplitAsync(RepaintRange range, long blocks = long.MaxValue)
    {
        var answer = await _tables.Split(
            new(Epoch, ++_splits, range, _reached.GetValueOrDefault(range), blocks), CancellationToken.None);
        (_reached[range], _current, _after) = (answer.Next, answer.Version, $"split of {range}");
        _changes = _changes.Add(new(answer.Version, _after));
        return answer;
    }

    /// <summary>DSB ISHST on CPU 0: no walk from now on finds tables older than the newest.</summary>
    public void Order() => (_ordered, _after) = (_current, "dsb ishst");

    /// <summary>DSB ISHST, a broadcast TLBI on CPU 0, and the DSB ISH that waits for every CPU that is on.</summary>
    /// <param name="operations">What to invalidate; none for VMALLE1IS.</param>
    public async Task InvalidateAsync(params TlbiOperation[] operations)
    {
        Order();
        var message = new TlbiMessage(
            Epoch, ++_ordinal, operations.Length > 0 ? [.. operations] : [TlbiOperation.Vmalle1Is], _current);
        await Task.WhenAll(_online.Select(cpu => Cpu(cpu).Invalidate(message, CancellationToken.None)));
        _after = "dsb ish";
    }

    /// <summary>The entries of a CPU's TLB, cached table descriptors among them; none of a CPU that is off.</summary>
    public async Task<ImmutableArray<TlbEntry>> HeldAsync(int cpu) =>
        (await LookAsync(cpu, [], isRecorded: true)).Recorded is [.., var last] ? last.Tlb : [];

    /// <summary>The entries of a CPU's TLB that translate an address.</summary>
    public async Task<ImmutableArray<TlbEntry>> HeldAsync(int cpu, VirtualAddress address) =>
        [.. (await HeldAsync(cpu)).Where(e => !e.IsTable && e.Start <= address && address <= e.Last)];

    private Task<CpuAnswer> LookAsync(int cpu, ImmutableArray<VirtualAddress> addresses, bool isRecorded) =>
        Cpu(cpu).Speculate(
            Epoch, new(++_ordinal, _after, _ordered, _current, _changes, new(0, addresses, cpu), isRecorded),
            CancellationToken.None);

    private ICpuGrain Cpu(int cpu) => _grains.GetGrain<ICpuGrain>($"{Key}/{cpu}");
}
