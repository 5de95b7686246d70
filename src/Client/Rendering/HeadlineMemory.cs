using Orleans.Mmu.Client.Results;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>The section on memory.</summary>
internal static class HeadlineMemory
{
    private const double BytesOfMemoryPerTableByte = 512;

    /// <summary>Table memory that blocks save on the machine, in kB.</summary>
    public static double SavedKilobytes(HeadlineFindings findings) =>
        (findings.Mappings[0].Census.TableBytes - findings.Mappings[2].Census.TableBytes) / 1024.0;

    public static string Render(HeadlineFindings findings)
    {
        double implied = HeadlineFindings.PublishedMemory * BytesOfMemoryPerTableByte / (1 << 20);
        return $"""

            ## Memory: explained

            A table of 512 descriptors maps 2 MB in pages and takes 4 KB, so pages cost 1/512 of memory. On {findings.Machine.Name}
            ({findings.Machine.MemoryBytes >> 30} GiB in one range, kernel {findings.Machine.Rules.Version}):

            {HeadlinePage.Table(["mapping", "leaf entries", "tables", "KiB"], findings.Mappings.Take(3).Select(m => new[]
            {
                m.Name, HeadlinePage.F(m.Census.Leaves.Sum(l => l.Value), "N0"), HeadlinePage.F(m.Census.Tables.Sum(t => t.Value), "N0"), HeadlinePage.F(m.Census.TableBytes / 1024.0, "N0"),
            }))}
            Blocks save {HeadlinePage.F(SavedKilobytes(findings), "N0")} kB. The published {HeadlineFindings.PublishedMemory:N0} kB are the tables of
            {HeadlinePage.F(implied, "0.00")} GiB: what "256 GB" leaves after firmware's carve-outs, and the few tables that blocks still need. The
            real kernels among our tests agree to the table: with 4 GiB 2,059 tables of level 3 become 23.

            The Contiguous bit saves TLB entries and no table. Not explained: the same report's MemFree grew by 588,564 kB, 70 MiB
            more than MemTotal did; tables have no part in that, and no model here makes it up.

            """.Replace("\r", "", StringComparison.Ordinal);
    }
}
