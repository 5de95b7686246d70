using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// Whether entries that a CPU has invalidated itself, and may use until its ISB, can decide a verdict. Only staleness
/// depends on them, and only on a CPU for which the change is complete. They decide nothing in two cases: the ISB comes
/// before the CPU counts in, and CPU 0 stores nothing until all CPUs have counted in; or the CPU saw the release before
/// the DSB, the release does not ask it to flush, and memory does not change any more, because then the stale entry was
/// a violation before that DSB. In these cases a state need not hold them.
/// </summary>
internal static class LingeringEntries
{
    /// <param name="program">The program of a CPU other than CPU 0.</param>
    /// <param name="isCounted">Whether CPU 0 waits for that CPU.</param>
    /// <param name="releaseAsksForFlush">Whether CPUs flush behind the release what CPU 0 has stored before it.</param>
    public static bool Matter(
        ImmutableArray<ScriptStep> program, ImmutableArray<ProgramPoint> points, bool isCounted, ProtocolScript script,
        ImmutableArray<DescriptorStore> stores, ImmutableArray<uint> issuedBefore, bool releaseAsksForFlush)
    {
        bool awaited = isCounted && IsAwaited(script, issuedBefore);
        bool released = !releaseAsksForFlush && IsReleasedLast(program, stores);
        for (int i = 0; i < program.Length; i++)
        {
            if (!points[i].IsCompletedBefore(points[i + 1]))
                continue;
            bool before = awaited && IsBeforeCount(program, points, i);
            if (!before && !(released && points[i].SawRelease))
                return true;
        }

        return false;
    }

    // CPU 0 waits for each CPU's one count before it stores anything.
    private static bool IsAwaited(ProtocolScript script, ImmutableArray<uint> issuedBefore)
    {
        int wait = script.BootCpu.FirstIndex(0, s => s is AwaitAll);
        return wait >= 0 && issuedBefore[wait] == 0 && script.BootCpu.Count(s => s.Step is RaiseFlag) == 1
            && script.BootCpu[..wait].Any(s => s.Step is RaiseFlag)
            && !script.BootCpu[..wait].Any(s => s.Step.Has(StepEffects.StoresDescriptors))
            && script.Secondaries.Count(s => s.Step is CountIn) == 1
            && (script.Outsider ?? []).Count(s => s.Step is CountIn) <= 1;
    }

    private static bool IsBeforeCount(ImmutableArray<ScriptStep> program, ImmutableArray<ProgramPoint> points, int dsb)
    {
        int isb = program.FirstIndex(dsb, s => s is Isb);
        return isb >= 0 && program.FirstIndex(0, s => s is CountIn) > isb && !points[isb + 1].SawRelease;
    }

    // The flag is cleared once, after every other store; until then the CPU's own count keeps it above 0.
    private static bool IsReleasedLast(ImmutableArray<ScriptStep> program, ImmutableArray<DescriptorStore> stores)
    {
        uint all = stores.Where(s => !s.IsFlag).Aggregate(0u, (mask, s) => mask | s.Bit);
        int count = program.FirstIndex(0, s => s is CountIn);
        return stores.Where(s => s.IsFlag).ToList() is [var flag] && (all & ~flag.After) == 0
            && count >= 0 && program.FirstIndex(0, s => s is AwaitRelease) > count;
    }
}
