using System.Collections.Frozen;
using Orleans.Mmu.Checking.Scripts;
using Place = (Orleans.Mmu.Checking.Scripts.CpuProgram Program, int Position);

namespace Orleans.Mmu.Checking.Protocols;

/// <summary>
/// Why a step of the merged protocol is redundant: the argument in a sentence for each step that can be removed alone.
/// </summary>
internal static class WhyRedundant
{
    private const string Ttbr0WasReserved =
        "At this point of boot TTBR0 already holds reserved_pg_dir and nothing was walked from it, so neither the " +
        "switch nor the flush can change anything; a CPU that runs user tasks would need them.";

    private const string WithoutCnp =
        "Without CnP no other CPU can use what CPU 0 has cached, the other CPUs have cached nothing, and CPU 0's old " +
        "blocks translate as the pages do: a note. With CnP the step is needed.";

    private static readonly FrozenDictionary<Place, string> Reasons = new Dictionary<Place, string>
    {
        [(CpuProgram.BootCpu, 6)] =
            "The next DSB (step 9) waits for the same store, and in between only CPU 0 can walk, which may see a " +
            "mixture.",
        [(CpuProgram.BootCpu, 7)] =
            "An ISB orders CPU 0's own later walks after a DSB; CPU 0 may use the old block as well as the new " +
            "pages, which translate alike.",
        [(CpuProgram.BootCpu, 11)] =
            "The DSB that begins the flush (step 13) waits for the same store; only without both can the flag " +
            "overtake it.",
        [(CpuProgram.BootCpu, 12)] =
            "As step 7: no access of CPU 0 depends on which of two equal translations it uses.",
        [(CpuProgram.BootCpu, 13)] =
            "The DSB of leaving lazy MMU mode (step 11) has ordered every store already, and the TLBI's floor is the " +
            "last DSB.",
        [(CpuProgram.BootCpu, 14)] = WithoutCnp,
        [(CpuProgram.BootCpu, 15)] = WithoutCnp,
        [(CpuProgram.BootCpu, 16)] =
            "Until its next ISB CPU 0 may go on using the block that it has flushed, which translates as the pages " +
            "do: a note, not a violation.",
        [(CpuProgram.Secondaries, 1)] = Ttbr0WasReserved,
        [(CpuProgram.Secondaries, 2)] = Ttbr0WasReserved,
        [(CpuProgram.Secondaries, 3)] = Ttbr0WasReserved,
        [(CpuProgram.Secondaries, 4)] = Ttbr0WasReserved,
        [(CpuProgram.Secondaries, 5)] = Ttbr0WasReserved,
        [(CpuProgram.Secondaries, 15)] =
            "Between this ISB and the one on the way back the CPU accesses nothing through TTBR1; what it has " +
            "flushed cannot grow and goes with that later ISB.",
        [(CpuProgram.Secondaries, 25)] =
            "The CPU accesses no address of the TTBR0 half before step 27, whose ISB ends the use of what was " +
            "flushed just as well.",
        [(CpuProgram.Secondaries, 27)] =
            "The next access through TTBR0 comes after an exception return, which is a context synchronization event " +
            "itself.",
    }.ToFrozenDictionary();

    /// <summary>The argument for a step of idmap-reserved, or null.</summary>
    /// <param name="position">From 1, in the program.</param>
    public static string? Of(CpuProgram program, int position) => Reasons.GetValueOrDefault((program, position));

    /// <summary>All of them, in the order of the programs.</summary>
    public static IEnumerable<(CpuProgram Program, int Position, string Reason)> All =>
        Reasons.Select(r => (r.Key.Program, r.Key.Position, r.Value)).OrderBy(r => r.Item1).ThenBy(r => r.Item2);
}
