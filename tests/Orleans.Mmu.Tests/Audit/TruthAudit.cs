using Orleans.Mmu.Tests.Client;
using Orleans.Mmu.Tests.Truth;

namespace Orleans.Mmu.Tests.Audit;

/// <summary>mmu audit of the tables of a real kernel.</summary>
internal static class TruthAudit
{
    public static Task<CommandRun> OfAsync(string name, params string[] options) => AuditRun.OfAsync(
        [TruthFolder.File(name, "tables.bin.zst"), "--registers", TruthFolder.File(name, "registers.txt"), "--json",
            .. options]);
}
