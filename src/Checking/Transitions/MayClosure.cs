using System.Numerics;
using Orleans.Mmu.Checking.Toy;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// Speculation at any time needs no step of its own: a may-set contains whatever a walk could cache. A value enters it
/// only while its word can be reached from a root that may be in effect or from a cached table entry (R_SQBCS,
/// R_RVJDB).
/// </summary>
internal sealed class MayClosure(MachineModel model)
{
    private readonly int[] _parents = [.. model.Universe.Entries.Select(e => e.Parent)];
    private readonly uint _kernel = model.Universe.Kernel;
    private readonly uint _idmap = model.Universe.Idmap;
    private readonly uint _second = model.Universe.SecondTop;

    /// <summary>Closes every may-set of a state, then shares entries among CPUs whose roots carry CnP.</summary>
    public void Close(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds)
    {
        var memory = model.View(state.Memory);
        bool broadcast = kinds[0].Points[state.Cpus[0].Point].BroadcastPending;
        uint shared = 0;
        for (int i = 0; i < kinds.Length; i++)
        {
            ref var cpu = ref state.Cpus[i];
            var point = kinds[i].Points[cpu.Point];
            uint present = model.ViewOf(state, kinds, i, memory).Present;
            cpu.MaySet = Close(cpu.MaySet, present, point);
            if (point.LocalPending || (i == 0 && broadcast))
                cpu.MaySetAfterLocal = Close(cpu.MaySetAfterLocal, present, point);
            if (broadcast && i > 0)
                cpu.MaySetAfterBroadcast = Close(cpu.MaySetAfterBroadcast, present, point);
            if (point.Shares)
                shared |= cpu.MaySet;
        }

        shared &= _kernel;
        if (shared != 0)
            Share(ref state, kinds, shared, broadcast);
    }

    /// <summary>Closes one may-set.</summary>
    /// <param name="present">The entries whose word holds them now.</param>
    public uint Close(uint set, uint present, ProgramPoint point)
    {
        set |= FromRoots(point);
        // Parents come before children, so one pass is enough.
        uint candidates = present & ~set & _kernel;
        for (; candidates != 0; candidates &= candidates - 1)
        {
            int entry = BitOperations.TrailingZeroCount(candidates);
            int parent = _parents[entry];
            if (parent >= 0 && (set >> parent & 1) != 0)
                set |= 1u << entry;
        }

        return set;
    }

    /// <summary>
    /// The set that remains once a TLBI is complete: entries that it does not name, and named entries that a walk could
    /// have brought again since its floor, from a root in effect or from a table entry that remains.
    /// </summary>
    public uint After(uint set, uint scope, uint keeps, ProgramPoint point)
    {
        uint left = set & ~scope;
        uint candidates = set & scope & keeps;
        for (; candidates != 0; candidates &= candidates - 1)
        {
            int entry = BitOperations.TrailingZeroCount(candidates);
            uint bit = 1u << entry;
            bool again = _parents[entry] < 0 ? (FromRoots(point) & bit) != 0 : (left >> _parents[entry] & 1) != 0;
            if (again)
                left |= bit;
        }

        return left;
    }

    // The entries of the first descriptors that a walk reads from the roots that may be in effect.
    private uint FromRoots(ProgramPoint point)
    {
        uint roots = point.WalksKernel ? EntryUniverse.Top : 0;
        if (point.WalksSecond)
            roots |= _second;
        return point.WalksIdmap ? roots | _idmap : roots;
    }

    private void Share(ref ToyState state, ReadOnlySpan<ToyCpuKind> kinds, uint shared, bool broadcast)
    {
        uint left = 0;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (broadcast && kinds[i].Points[state.Cpus[i].Point].Shares)
                left |= i == 0 ? state.Cpus[i].MaySetAfterLocal : state.Cpus[i].MaySetAfterBroadcast;
        }

        left &= _kernel;
        for (int i = 0; i < kinds.Length; i++)
        {
            ref var cpu = ref state.Cpus[i];
            var point = kinds[i].Points[cpu.Point];
            if (!point.Shares)
                continue;
            cpu.MaySet |= shared;
            if (i == 0)
            {
                if (broadcast)
                    cpu.MaySetAfterLocal |= left;
                continue;
            }

            if (broadcast)
                cpu.MaySetAfterBroadcast |= left;
            // A local TLBI leaves the entries of other CPUs, and so the shared ones.
            if (point.LocalPending)
                cpu.MaySetAfterLocal |= SharedByOthers(state, kinds, i);
        }
    }

    private uint SharedByOthers(in ToyState state, ReadOnlySpan<ToyCpuKind> kinds, int cpu)
    {
        uint shared = 0;
        for (int i = 0; i < kinds.Length; i++)
        {
            if (i != cpu && kinds[i].Points[state.Cpus[i].Point].Shares)
                shared |= state.Cpus[i].MaySet;
        }

        return shared & _kernel;
    }
}
