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
        var machine = findings.Machine;
        string table = HeadlinePage.Table(["mapping", "leaf entries", "tables", "KiB"],
            findings.Mappings.Take(3).Select(m => new[]
            {
                m.Name,
                HeadlinePage.F(m.Census.Leaves.Sum(l => l.Value), "N0"),
                HeadlinePage.F(m.Census.Tables.Sum(t => t.Value), "N0"),
                HeadlinePage.F(m.Census.TableBytes / 1024.0, "N0"),
            }));
        return $"""

            ## Memory: explained

            A table of 512 descriptors maps 2 MB in pages and takes 4 KB, so pages cost 1/512 of memory. On
            {machine.Name} ({machine.MemoryBytes >> 30} GiB in one range, kernel {machine.Rules.Version}):

            {table}
            Blocks save {HeadlinePage.F(SavedKilobytes(findings), "N0")} kB. The published
            {HeadlineFindings.PublishedMemory:N0} kB are the tables of {HeadlinePage.F(implied, "0.00")} GiB: firmware
            reserves a part of "256 GB", and blocks still need a few tables. Real kernels among the tests have exactly
            the modelled number of tables: with 4 GiB, blocks replace 2,059 tables of level 3 by 23.

            The Contiguous bit saves TLB entries but no table. Not explained: in the same report MemFree grew by 588,564
            kB, 70 MiB more than MemTotal. Tables do not cause that, and no model here covers it.

            """.Replace("\r", "", StringComparison.Ordinal);
    }
}
