using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Benchmarks;

/// <summary>
/// The linter on a trace of pages that come and go, each flushed by its address: five events for a page. The time per
/// event and the memory do not depend on the length.
/// </summary>
[MemoryDiagnoser]
public class LintBenchmarks
{
    private byte[] _trace = [];

    [Params(100_000, 1_000_000)]
    public int Events { get; set; }

    [GlobalSetup]
    public void Write()
    {
        var text = new StringBuilder();
        int id = 0;
        Add("hint", "(kind set_root_lock) (location 0x1000) (value 0x9000)");
        Add("mem-write", "(mem-order plain) (address 0x1000) (value 0x2003)");
        Add("mem-write", "(mem-order plain) (address 0x2000) (value 0x3003)");
        for (int i = 0; i < 512; i++)
            Add("mem-write",
                $"(mem-order plain) (address 0x{0x3000 + 8 * i:x}) (value 0x{0x1_0000_0003 + 0x1000L * i:x})");
        Add("sysreg-write", "(sysreg ttbr0_el1) (value 0x1000)");
        Add("lock", "(address 0x9000)");
        for (long page = 0; id < Events; page++)
        {
            long table = page % 512;
            long word = page / 512 % 512;
            string address = $"0x{0x1_0000_0000 + 0x1000 * table + 8 * word:x}";
            Add("mem-write", $"(mem-order release) (address {address}) (value 0x{0x60_0000_0000_0703 | page << 21:x})");
            Add("mem-write", $"(mem-order release) (address {address}) (value 0x0)");
            Add("barrier", "dsb (kind ishst)");
            Add("tlbi", $"vaale1is (value 0x{table * 512 + word:x})");
            Add("barrier", "dsb (kind ish)");
        }

        _trace = Encoding.ASCII.GetBytes(text.ToString());

        void Add(string kind, string fields) =>
            text.Append(CultureInfo.InvariantCulture,
                $"({kind} (id {id++}) (tid 0) {fields} (src \"arch/arm64/mm/mmu.c:277\"))\n");
    }

    [Benchmark]
    public long Lint()
    {
        using var stream = new MemoryStream(_trace);
        var result =
            CasemateLint.Run("trace", stream, [BbmLevel.Level0], CasemateLint.MaxPages, null, CancellationToken.None);
        return result.Violation is null ? result.Events : throw new InvalidOperationException(result.Violation.Reason);
    }
}
