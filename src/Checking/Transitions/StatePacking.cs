using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// Packs a machine's state into as few bits as its protocol needs: whatever follows from a CPU's position in its
/// program takes none, and sets for TLBIs that are not pending are zero.
/// </summary>
internal sealed class StatePacking
{
    private readonly FlagModel _flag;
    private readonly ImmutableArray<ToyCpuKind> _kinds;
    private readonly int[] _points;
    private readonly int _entries;
    private readonly int _stores;
    private readonly bool _broadcasts;
    private readonly bool _hasFlag;
    private readonly bool[] _invalidates;
    private readonly Lingering[] _lingering;
    // Null where only CPU 0 stores descriptors and broadcasts TLBIs.
    private readonly WriterPacking? _writers;

    public StatePacking(MachineModel model, FlagModel flag, ImmutableArray<ToyCpuKind> kinds)
    {
        (_flag, _kinds) = (flag, kinds);
        _entries = model.Universe.Entries.Length;
        _stores = model.Stores.Length;
        _points = [.. kinds.Select(k => BitOperations.Log2((uint)k.Program.Length + 1) + 1)];
        _broadcasts = model.BootCpu.Points.Any(p => p.BroadcastPending);
        _hasFlag = kinds.SelectMany(k => k.Program).Concat(model.Script.Handler)
            .Any(s => s.Step.Has(StepEffects.ChangesFlag));
        _invalidates = [.. kinds.Select((k, i) => k.Points.Any(p => p.LocalPending) || (i == 0 && _broadcasts))];
        _lingering = [.. kinds.Select((k, i) => i == 0 || k is { Lingers: true } && k.Points.Any(IsPendingBeforeIsb)
            ? Lingering.OwnField : k.Lingers ? Lingering.SharedField : Lingering.Never)];
        _writers = model.Layout is null ? null : new WriterPacking(model, kinds, _hasFlag ? flag.Width : 0);
        Width = _writers?.Width ?? _stores + (_hasFlag ? flag.Width : 0) + kinds.Select((_, i) => WidthOf(i)).Sum();
        if (Width > Bits256.Capacity)
            throw new ModelLimitException(
                $"expected a state of at most {Bits256.Capacity} bits, found {Width} on "
                + Counted.Of(kinds.Length, "CPU"));
    }

    /// <summary>The number of bits of a state.</summary>
    public int Width { get; }

    public Bits256 Pack(in ToyState state)
    {
        if (_writers is not null)
            return _writers.Pack(state);
        var bits = default(Bits256);
        var writer = new BitWriter(ref bits);
        if (_stores > 0)
            writer.Put(state.Memory, _stores);
        if (_hasFlag)
            writer.Put(state.Flag, _flag.Width);
        writer.Put(state.Cpus[0].UsableUntilIsb, _entries);
        for (int i = 0; i < _kinds.Length; i++)
        {
            ref readonly var cpu = ref state.Cpus[i];
            writer.Put((uint)cpu.Point, _points[i]);
            writer.Put(cpu.MaySet, _entries);
            if (_invalidates[i])
                writer.Put(IsShared(i, cpu.Point) ? cpu.UsableUntilIsb : cpu.MaySetAfterLocal, _entries);
            if (i > 0 && _lingering[i] == Lingering.OwnField)
                writer.Put(cpu.UsableUntilIsb, _entries);
            if (_broadcasts && i > 0)
                writer.Put(cpu.MaySetAfterBroadcast, _entries);
        }

        return bits;
    }

    public void Unpack(in Bits256 bits, ref ToyState state)
    {
        if (_writers is not null)
        {
            _writers.Unpack(bits, ref state);
            return;
        }

        var reader = new BitReader(in bits);
        state.Memory = _stores > 0 ? reader.Take(_stores) : 0;
        state.Flag = _hasFlag ? reader.Take(_flag.Width) : 0;
        uint bootZombies = reader.Take(_entries);
        for (int i = 0; i < _kinds.Length; i++)
        {
            ref var cpu = ref state.Cpus[i];
            cpu.Point = (int)reader.Take(_points[i]);
            cpu.MaySet = reader.Take(_entries);
            uint own = _invalidates[i] ? reader.Take(_entries) : 0;
            bool shared = IsShared(i, cpu.Point);
            cpu.MaySetAfterLocal = shared ? 0 : own;
            cpu.UsableUntilIsb = i == 0 ? bootZombies
                : shared ? own : _lingering[i] == Lingering.OwnField ? reader.Take(_entries) : 0;
            cpu.MaySetAfterBroadcast = _broadcasts && i > 0 ? reader.Take(_entries) : 0;
        }
    }

    // Lingering entries need no field of their own while no TLBI of the CPU is pending: they use that of AfterOwn,
    // which is empty then.
    private bool IsShared(int cpu, int point) =>
        _lingering[cpu] == Lingering.SharedField && !_kinds[cpu].Points[point].LocalPending;

    private static bool IsPendingBeforeIsb(ProgramPoint point) => point is { LocalPending: true, BeforeOwnIsb: true };

    // Where a state holds the entries that the CPU has invalidated and may use until its ISB.
    private enum Lingering
    {
        Never,
        SharedField,
        OwnField,
    }

    private int WidthOf(int cpu) =>
        _points[cpu] + _entries * (1 + (_invalidates[cpu] ? 1 : 0) + (_lingering[cpu] == Lingering.OwnField ? 1 : 0)
            + (_broadcasts && cpu > 0 ? 1 : 0));
}
