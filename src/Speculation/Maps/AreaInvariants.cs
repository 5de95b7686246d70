using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Linux.Calls;
using Orleans.Mmu.Linux.Vmalloc;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Speculation.Maps;

/// <summary>
/// Above the linear map only areas are mapped; each of their pages is mapped as promised, and none is both writable and
/// executable.
/// </summary>
internal static class AreaInvariants
{
    public static void Check(KernelMemory memory, IReadOnlyList<LeafSequence> runs, Findings findings)
    {
        var geometry = memory.Kernel.Machine.Geometry;
        var areas = new Queue<VmallocArea>(memory.Areas.Values.OrderBy(a => a.Start));
        // The first address of the current area that no leaf has covered yet.
        var at = areas.TryPeek(out var first) ? first.Start : default;
        foreach (var run in runs.Where(r => r.Start >= memory.Kernel.Layout.PageEnd))
        {
            for (var va = run.Start; va < run.End(geometry);)
            {
                while (areas.TryPeek(out var passed) && passed.End <= va)
                {
                    Unmapped(at, passed.End, memory, findings);
                    areas.Dequeue();
                    at = areas.TryPeek(out var following) ? following.Start : default;
                }

                if (!areas.TryPeek(out var area) || va < area.Start)
                {
                    // The guard page after an area, or the range of a former area.
                    var end = area is not null && area.Start < run.End(geometry) ? area.Start : run.End(geometry);
                    if (run.First.IsValid)
                        findings.Add(Property.WrongPage, va, end, "is mapped and belongs to no area");
                    va = end;
                    continue;
                }

                Unmapped(at, va, memory, findings);
                Judge(memory, area, run, va, findings);
                at = va += area.PageSize;
            }
        }

        for (; areas.TryDequeue(out var rest); at = areas.TryPeek(out var following) ? following.Start : default)
            Unmapped(at, rest.End, memory, findings);
    }

    private static void Judge(
        KernelMemory memory, VmallocArea area, LeafSequence run, VirtualAddress va, Findings findings)
    {
        var geometry = memory.Kernel.Machine.Geometry;
        var promised = memory.Expected.Of(va);
        var found = LeafAccess.Of(geometry, run);
        if (promised != PageAccess.Unknown && promised != found)
            findings.Add(
                LeafAccess.Broken(promised, found), va, va + area.PageSize,
                $"is {LeafAccess.Name(found)} in its area and should be {LeafAccess.Name(promised)}");
        if (!run.First.IsValid)
            return;
        if (run.First.OutputAddress(geometry, run.Level) + (va - run.Start) != area.PageAt(va))
            findings.Add(
                Property.WrongPage, va, va + area.PageSize, "is not mapped by the page that its area was given");
        if (found == PageAccess.Writable && !run.First.Attributes(geometry, run.Level).PrivilegedExecuteNever)
            findings.Add(Property.WritableAndExecutable, va, va + area.PageSize, "can be written and executed");
    }

    private static void Unmapped(VirtualAddress start, VirtualAddress end, KernelMemory memory, Findings findings)
    {
        ulong page = memory.Kernel.Machine.Geometry.Granule.PageSize;
        for (var va = start; va < end; va += page)
        {
            if (memory.Expected.Of(va) is PageAccess.Writable or PageAccess.ReadOnly)
                findings.Add(Property.UnexpectedFault, va, va + page, "is mapped by nothing in its area");
        }
    }
}
