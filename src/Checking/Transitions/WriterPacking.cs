using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// Packs a state where several CPUs store. The points of all programs come first; they say which of the other fields a
/// state has: a set for a TLBI is there only while one is pending, a store's bit only until a DSB has waited for it.
/// Sets for TLBIs hold only the entries that a TLBI of their issuer names; in the others they are as the may-set.
/// </summary>
internal sealed partial class WriterPacking
{
    private readonly ImmutableArray<ToyCpuKind> _kinds;
    private readonly int[] _points;
    private readonly int _entries;
    private readonly int _memory;
    private readonly int _flag;
    private readonly uint _early;
    private readonly uint _begun;

    /// <param name="flag">The number of bits of flag and locks.</param>
    public WriterPacking(MachineModel model, ImmutableArray<ToyCpuKind> kinds, int flag)
    {
        (_kinds, _flag) = (kinds, flag);
        (_early, _begun) = (model.EarlyFaults?.Words ?? 0, model.BegunThrough);
        _memory = model.Layout!.Width;
        _entries = model.Universe.Entries.Length;
        _points = [.. kinds.Select(k => BitOperations.Log2((uint)k.Points.Length) + 1)];
        Width = _memory + flag + kinds.Select((k, i) => _points[i] + Enumerable.Range(0, k.Points.Length).Max(
            p => Fields(k, p))).Sum();
    }

    /// <summary>The number of bits that suffice for every state.</summary>
    public int Width { get; }

    public Bits256 Pack(in ToyState state)
    {
        var bits = default(Bits256);
        var writer = new BitWriter(ref bits);
        Put(ref writer, state.Memory, _memory);
        Put(ref writer, state.Flag, _flag);
        for (int i = 0; i < _kinds.Length; i++)
        {
            writer.Put((uint)state.Cpus[i].Point, _points[i]);
            writer.Put(state.Cpus[i].MaySet, _entries);
        }

        for (int i = 0; i < _kinds.Length; i++)
        {
            ref readonly var cpu = ref state.Cpus[i];
            ref readonly var own = ref state.Writers[i];
            var (program, point) = (_kinds[i].Writer!, _kinds[i].Points[cpu.Point]);
            if (IsPending(point))
                PutMembers(ref writer, program.Named, cpu.MaySetAfterLocal);
            if (point.BeforeOwnIsb)
                PutMembers(ref writer, program.Named, cpu.UsableUntilIsb);
            Put(ref writer, own.Windows, program, cpu.Point);
            if (program.NeedsSenderWindow(cpu.Point))
                PutMembers(ref writer, program.Named, own.SenderWindow);
            if (program.NeedsEarly(cpu.Point))
                Put(ref writer, own.Early, program, cpu.Point);
            PutMembers(ref writer, _begun, own.Begun.Through);
            PutMembers(ref writer, point.BeforeOwnIsb ? _begun : 0, own.Begun.UntilIsb);
            Put(ref writer, own.Performed >> program.Settled(cpu.Point), Unsettled(program, cpu.Point));
            for (int target = 0; point.BroadcastPending && target < _kinds.Length; target++)
            {
                if (target != i)
                    PutMembers(ref writer, program.Named, own.After[target]);
            }

            if (!point.BroadcastPending)
                continue;
            PutMembers(ref writer, program.Named, own.Removes.Entries);
            PutMembers(ref writer, _early, own.Removes.Words);
        }

        return bits;
    }

    public void Unpack(in Bits256 bits, ref ToyState state)
    {
        var reader = new BitReader(in bits);
        state.Memory = Take(ref reader, _memory);
        state.Flag = Take(ref reader, _flag);
        for (int i = 0; i < _kinds.Length; i++)
        {
            state.Cpus[i].Point = (int)reader.Take(_points[i]);
            state.Cpus[i].MaySet = reader.Take(_entries);
        }

        for (int i = 0; i < _kinds.Length; i++)
        {
            ref var cpu = ref state.Cpus[i];
            ref var own = ref state.Writers[i];
            var (program, point) = (_kinds[i].Writer!, _kinds[i].Points[cpu.Point]);
            uint others = ~program.Named;
            cpu.MaySetAfterLocal = IsPending(point) ? cpu.MaySet & others | TakeMembers(ref reader, program.Named) : 0;
            cpu.UsableUntilIsb = point.BeforeOwnIsb ? TakeMembers(ref reader, program.Named) : 0;
            cpu.MaySetAfterBroadcast = 0;
            own.Windows = TakeWindows(ref reader, program, cpu.Point);
            own.SenderWindow = program.NeedsSenderWindow(cpu.Point) ? TakeMembers(ref reader, program.Named) : 0;
            own.Early = program.NeedsEarly(cpu.Point) ? TakeEarly(ref reader, program, cpu.Point) : default;
            own.Begun = new()
            {
                Through = TakeMembers(ref reader, _begun),
                UntilIsb = TakeMembers(ref reader, point.BeforeOwnIsb ? _begun : 0),
            };
            int settled = program.Settled(cpu.Point);
            own.Performed = Take(ref reader, Unsettled(program, cpu.Point)) << settled | (1u << settled) - 1;
            for (int target = 0; target < _kinds.Length; target++)
            {
                own.After[target] = point.BroadcastPending && target != i
                    ? state.Cpus[target].MaySet & others | TakeMembers(ref reader, program.Named) : 0;
            }

            own.Removes = point.BroadcastPending ? new()
            {
                Entries = TakeMembers(ref reader, program.Named),
                Words = TakeMembers(ref reader, _early),
            } : default;
        }
    }

    private int Fields(ToyCpuKind kind, int at)
    {
        var (program, point) = (kind.Writer!, kind.Points[at]);
        int sets = (IsPending(point) ? 1 : 0) + (point.BeforeOwnIsb ? 1 : 0) + program.Needs.Count(at)
            + (program.NeedsSenderWindow(at) ? 1 : 0) + (point.BroadcastPending ? _kinds.Length : 0);
        int walks = 4 + (program.HasOwnFloors ? 1 : 0) + (program.IsPending(at) ? 1 : 0);
        int early = (program.NeedsEarly(at) ? walks : 0) + (point.BroadcastPending ? 1 : 0);
        return _entries + sets * BitOperations.PopCount(program.Named) + early * BitOperations.PopCount(_early)
            + (point.BeforeOwnIsb ? 2 : 1) * BitOperations.PopCount(_begun) + Unsettled(program, at);
    }

    // The number of stores issued before a point that may still be in the store buffer.
    private static int Unsettled(WriterProgram program, int point) =>
        BitOperations.PopCount(program.IssuedBefore[point]) - program.Settled(point);

    private static bool IsPending(ProgramPoint point) => point.LocalPending || point.BroadcastPending;

    private static void Put(ref BitWriter writer, uint value, int width)
    {
        if (width > 0)
            writer.Put(value, width);
    }

    private static void Put(ref BitWriter writer, in FloorWindows windows, WriterProgram program, int at)
    {
        PutMembers(ref writer, program.Needs.Broadcast[at] ? program.Named : 0, windows.Broadcast);
        PutMembers(ref writer, program.Needs.Local[at] ? program.Named : 0, windows.Local);
        PutMembers(ref writer, program.Needs.Sent[at] ? program.Named : 0, windows.Sent);
        PutMembers(ref writer, program.Needs.Store[at] ? program.Named : 0, windows.Store);
    }

    private static FloorWindows TakeWindows(ref BitReader reader, WriterProgram program, int at) => new()
    {
        Broadcast = TakeMembers(ref reader, program.Needs.Broadcast[at] ? program.Named : 0),
        Local = TakeMembers(ref reader, program.Needs.Local[at] ? program.Named : 0),
        Sent = TakeMembers(ref reader, program.Needs.Sent[at] ? program.Named : 0),
        Store = TakeMembers(ref reader, program.Needs.Store[at] ? program.Named : 0),
    };

    private void Put(ref BitWriter writer, in EarlyWalks walks, WriterProgram program, int at)
    {
        PutMembers(ref writer, _early, walks.Found);
        PutMembers(ref writer, _early, walks.SinceDsb);
        PutMembers(ref writer, _early, walks.SinceStore);
        PutMembers(ref writer, _early, walks.SinceBranch);
        PutMembers(ref writer, program.HasOwnFloors ? _early : 0, walks.SinceWideDsb);
        PutMembers(ref writer, program.IsPending(at) ? _early : 0, walks.SinceSender);
    }

    private EarlyWalks TakeEarly(ref BitReader reader, WriterProgram program, int at)
    {
        var walks = new EarlyWalks
        {
            Found = TakeMembers(ref reader, _early),
            SinceDsb = TakeMembers(ref reader, _early),
            SinceStore = TakeMembers(ref reader, _early),
            SinceBranch = TakeMembers(ref reader, _early),
        };
        walks.SinceWideDsb = program.HasOwnFloors ? TakeMembers(ref reader, _early) : walks.SinceDsb;
        walks.SinceSender = TakeMembers(ref reader, program.IsPending(at) ? _early : 0);
        return walks;
    }
}
