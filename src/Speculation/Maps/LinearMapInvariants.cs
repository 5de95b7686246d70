using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Maps;

/// <summary>
/// The linear map must map all memory and nothing else, each address to its own page, with the promised access, and
/// never executable.
/// </summary>
internal static class LinearMapInvariants
{
    /// <param name="runs">The leaves of swapper_pg_dir, in order; those above the linear map are ignored.</param>
    public static void Check(KernelMemory memory, IReadOnlyList<LeafSequence> runs, Findings findings)
    {
        var layout = memory.Kernel.Layout;
        var linear = runs.TakeWhile(r => r.Start < layout.PageEnd).ToList();
        CheckMemory(memory, linear, findings);
        CheckHoles(memory, linear, findings);
    }

    // Compares every range of memory with one promise with every leaf that covers part of it.
    private static void CheckMemory(KernelMemory memory, List<LeafSequence> linear, Findings findings)
    {
        var geometry = memory.Kernel.Machine.Geometry;
        int next = 0;
        foreach (var promised in PromisedRanges.Of(memory))
        {
            for (var at = promised.Start; at < promised.End;)
            {
                while (next < linear.Count && linear[next].End(geometry) <= at)
                    next++;
                bool mapped = next < linear.Count && linear[next].Start <= at;
                var end = next == linear.Count ? promised.End : mapped
                    ? linear[next].End(geometry) : linear[next].Start;
                end = end < promised.End ? end : promised.End;
                if (mapped)
                    Judge(memory.Kernel.Layout, linear[next], new(at, end, promised.Access), findings);
                else
                    Judge(PageAccess.Invalid, new(at, end, promised.Access), findings);
                at = end;
            }
        }
    }

    private static void Judge(LinearMapLayout layout, LeafSequence run, PromisedRange promised, Findings findings)
    {
        var geometry = layout.Geometry;
        Judge(LeafAccess.Of(geometry, run), promised, findings);
        if (!run.First.IsValid)
            return;
        if (run.First.OutputAddress(geometry, run.Level)
            + (promised.Start - run.Start) != layout.ToPhysical(promised.Start))
            findings.Add(Property.WrongPage, promised.Start, promised.End, "is not mapped by its own memory");
        if (!run.First.Attributes(geometry, run.Level).PrivilegedExecuteNever)
            findings.Add(
                Property.WritableAndExecutable, promised.Start, promised.End, "can be executed through the linear map");
    }

    private static void Judge(PageAccess found, PromisedRange promised, Findings findings)
    {
        if (promised.Access != PageAccess.Unknown && promised.Access != found)
        {
            findings.Add(LeafAccess.Broken(promised.Access, found), promised.Start, promised.End,
                $"is {LeafAccess.Name(found)} through the linear map and should be {LeafAccess.Name(promised.Access)}");
        }
    }

    // Finds what leaves map before, between and after memory.
    private static void CheckHoles(KernelMemory memory, List<LeafSequence> linear, Findings findings)
    {
        var (layout, geometry) = (memory.Kernel.Layout, memory.Kernel.Machine.Geometry);
        var ranges = memory.Present.Ranges
            .Select(r => new LinearRange(layout.ToVirtual(r.Start), layout.ToVirtual(r.End))).ToList();
        int next = 0;
        foreach (var run in linear.Where(r => r.First.IsValid))
        {
            var (at, end) = (run.Start, run.End(geometry));
            while (next < ranges.Count && ranges[next].End <= at)
                next++;
            for (int i = next; at < end; i++)
            {
                var start = i < ranges.Count && ranges[i].Start < end ? ranges[i].Start : end;
                if (at < start)
                    findings.Add(Property.WrongPage, at, start, "is mapped and no memory");
                at = start < end ? ranges[i].End : end;
            }
        }
    }
}
