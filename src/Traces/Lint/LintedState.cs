using System.Globalization;
using System.Text;
using Orleans.Mmu.Arm.Dumps;
using Orleans.Mmu.Arm.Geometry;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>The tables and the registers behind an event of a trace.</summary>
/// <param name="Tables">The pages of all trees of EL1, as <see cref="TableDump"/> reads them.</param>
/// <param name="Registers">What each CPU has written last, as <see cref="RegisterFile"/> reads it.</param>
public sealed record LintedState(byte[] Tables, string Registers)
{
    internal static LintedState Of(
        LintedMemory memory, IEnumerable<((int Cpu, CasemateRegister Register) Key, ulong Value)> registers)
    {
        List<LintedPage> pages = [.. memory.Tables.Where(p => p.Regime == CasemateRegime.El1)];
        var granule = pages.Count == 0 ? Granule.K4 : pages.MaxBy(p => p.Geometry.Granule.PageSize)!.Geometry.Granule;
        var text = new StringBuilder();
        foreach (var (key, value) in registers.OrderBy(r => r.Key))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"cpu{key.Cpu} {CasemateWords.Spelling(key.Register)} = 0x{value:x16}\n");
        }

        var pieces = pages.Select(p => (p.Address, (IReadOnlyList<ulong>)p.ToWords()));
        return new(TableDumpWriter.Write(granule, pieces), text.ToString());
    }
}
