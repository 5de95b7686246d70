using System.Collections.Immutable;
using System.Numerics;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Linux.LinearMap;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// The representative of a state's orbit: CPUs of one kind may be exchanged, and so may the watched pages of a block if
/// the protocol treats them alike.
/// </summary>
internal sealed class StateSymmetry
{
    private readonly ImmutableArray<ToyCpuKind> _kinds;
    private readonly StatePacking _packing;
    private readonly ImmutableArray<PageSwap> _swaps;
    private readonly int _writers;

    public StateSymmetry(MachineModel model, ImmutableArray<ToyCpuKind> kinds, StatePacking packing)
    {
        _kinds = kinds;
        _packing = packing;
        _writers = model.SeveralWriters ? kinds.Length : 0;
        // The stores of several CPUs would have to be exchanged together; such a state keeps its pages.
        _swaps = model.SeveralWriters
            ? [] : [.. Enum.GetValues<RepaintRange>().Select(r => PageSwap.Of(model, r)).OfType<PageSwap>()];
    }

    public Bits256 Canonical(in Bits256 bits)
    {
        var state = new ToyState(stackalloc ToyCpuState[_kinds.Length], stackalloc ToyWriterState[_writers]);
        _packing.Unpack(bits, ref state);
        var best = default(Bits256);
        for (int choice = 0; choice < 1 << _swaps.Length; choice++)
        {
            // Gray code: each choice differs from the previous one by one exchange.
            if (choice > 0)
                _swaps[BitOperations.TrailingZeroCount(choice)].Apply(ref state);
            SortCpus(ref state);
            var packed = _packing.Pack(state);
            if (choice == 0 || IsLess(packed, best))
                best = packed;
        }

        return best;
    }

    private void SortCpus(ref ToyState state)
    {
        for (int i = 2; i < _kinds.Length; i++)
        {
            for (int j = i; j > 1 && _kinds[j] == _kinds[j - 1] && IsBefore(state, j, j - 1); j--)
                Exchange(ref state, j, j - 1);
        }
    }

    private static void Exchange(ref ToyState state, int a, int b)
    {
        (state.Cpus[a], state.Cpus[b]) = (state.Cpus[b], state.Cpus[a]);
        if (state.Writers.IsEmpty)
            return;
        (state.Writers[a], state.Writers[b]) = (state.Writers[b], state.Writers[a]);
        foreach (ref var issuer in state.Writers)
            (issuer.After[a], issuer.After[b]) = (issuer.After[b], issuer.After[a]);
    }

    private static bool IsBefore(in ToyState state, int a, int b)
    {
        int order = Compare(state.Cpus[a], state.Cpus[b]);
        if (order != 0 || state.Writers.IsEmpty)
            return order < 0;
        order = state.Writers[a].Performed.CompareTo(state.Writers[b].Performed);
        if (order == 0)
            order = Compare(state.Writers[a].Windows, state.Writers[b].Windows);
        if (order == 0)
            order = state.Writers[a].SenderWindow.CompareTo(state.Writers[b].SenderWindow);
        if (order == 0)
            order = Compare(state.Writers[a].Early, state.Writers[b].Early);
        if (order == 0)
            order = state.Writers[a].Begun.Through.CompareTo(state.Writers[b].Begun.Through);
        if (order == 0)
            order = state.Writers[a].Begun.UntilIsb.CompareTo(state.Writers[b].Begun.UntilIsb);
        if (order == 0)
            order = state.Writers[a].Removes.Entries.CompareTo(state.Writers[b].Removes.Entries);
        if (order == 0)
            order = state.Writers[a].Removes.Words.CompareTo(state.Writers[b].Removes.Words);
        for (int i = 0; order == 0 && i < state.Writers.Length; i++)
        {
            if (i != a && i != b)
                order = state.Writers[i].After[a].CompareTo(state.Writers[i].After[b]);
        }

        return order < 0;
    }

    private static int Compare(in ToyCpuState a, in ToyCpuState b)
    {
        int order = a.Point.CompareTo(b.Point);
        if (order == 0)
            order = a.MaySet.CompareTo(b.MaySet);
        if (order == 0)
            order = a.MaySetAfterLocal.CompareTo(b.MaySetAfterLocal);
        if (order == 0)
            order = a.MaySetAfterBroadcast.CompareTo(b.MaySetAfterBroadcast);
        return order != 0 ? order : a.UsableUntilIsb.CompareTo(b.UsableUntilIsb);
    }

    private static int Compare(in FloorWindows a, in FloorWindows b)
    {
        int order = a.Broadcast.CompareTo(b.Broadcast);
        if (order == 0)
            order = a.Local.CompareTo(b.Local);
        if (order == 0)
            order = a.Sent.CompareTo(b.Sent);
        return order != 0 ? order : a.Store.CompareTo(b.Store);
    }

    private static int Compare(in EarlyWalks a, in EarlyWalks b)
    {
        int order = a.Found.CompareTo(b.Found);
        if (order == 0)
            order = a.SinceDsb.CompareTo(b.SinceDsb);
        if (order == 0)
            order = a.SinceWideDsb.CompareTo(b.SinceWideDsb);
        if (order == 0)
            order = a.SinceStore.CompareTo(b.SinceStore);
        if (order == 0)
            order = a.SinceBranch.CompareTo(b.SinceBranch);
        return order != 0 ? order : a.SinceSender.CompareTo(b.SinceSender);
    }

    private static bool IsLess(in Bits256 a, in Bits256 b)
    {
        for (int i = Bits256.Words - 1; i >= 0; i--)
        {
            if (a[i] != b[i])
                return a[i] < b[i];
        }

        return false;
    }
}
