using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;

namespace Orleans.Mmu.Checking.Counterexamples;

/// <summary>Why an access of a protocol may find something else than it must, and the rule that allows that.</summary>
internal static class AccessSite
{
    /// <summary>The first reason; null if the access finds what it must by every translation.</summary>
    public static ViolationSite? Of(MachineSystem system, PageAccess access, in ToyState state, int cpu)
    {
        var universe = system.Model.Universe;
        var point = system.Kinds[cpu].Points[state.Cpus[cpu].Point];
        var view = system.ViewOf(state, cpu);
        string performs = $"CPU {cpu} performs \"{access.Step}\"";
        uint leaves = access.WrongLeaves(state.Cpus[cpu]);
        if (leaves != 0)
        {
            // What memory no longer holds says more than what a walk may find.
            uint stale = leaves & ~view.Reachable;
            var leaf = universe.Members(stale != 0 ? stale : leaves).First();
            string holds = stale != 0 ? "which memory no longer holds" : "which memory holds";
            return new(cpu, [leaf], $"{performs}, and {access.Told(leaf)} by a {leaf.Name}, {holds}",
                stale != 0 ? "R_LXHLD" : "R_TGRMW");
        }

        uint tables = access.WrongTables(state.Cpus[cpu], view);
        if (tables != 0)
        {
            var table = universe.Members(tables).First();
            return new(
                cpu, [table], $"{performs}, and a walk by the table entry \"{table.Name}\" finds an invalid descriptor",
                "R_RVJDB");
        }

        uint words = access.WrongWords(state.EarlyOf(cpu));
        if (words != 0)
        {
            var word = WatchedWord.All.First(w => (EarlyFaults.BitOf(w) & words) != 0);
            return new(
                cpu, [],
                $"{performs}, and may fault by a walk that it began when {word} was invalid: no ISB of the CPU is "
                + "ordered after the store", "R_SPVBD");
        }

        if (access.Step.Expected.MayFault
            || !PageAccess.MayHaveNoRoot(point))
            return null;
        return point.Epd1
            ? new(cpu, [], $"{performs}, and faults while TCR_EL1.EPD1 may be 1", "TCR_EL1.EPDn")
            : new(cpu, [], $"{performs}, and faults while TTBR1 may be {ViolationSite.Roots(point.Ttbr1)}", "I_RBMTM");
    }
}
