using System.Text;
using CsCheck;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Tests.Shared;
using Orleans.Mmu.Traces.Lint;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>
/// Every step of a witness is possible by Arm's rules: another replay of the trace finds both entries in the TLB, and
/// one look-up that they answer.
/// </summary>
public sealed class LintWitnessTruthTests
{
    private const ulong NotGlobal = 1UL << 11;

    private static readonly string[] Dsbs = ["ish", "ish", "ishst", "nsh", "nshst", "ishld"];

    private static readonly string[] Tlbis =
        ["vmalle1is", "vmalle1", "vaae1is", "vaale1is", "vaae1", "vae1is", "aside1is", "vmalls12e1is"];

    private static readonly ulong[] Leaves =
    [
        0, 0, TraceText.Page(0x4000_0000), TraceText.Page(0x8000_0000), TraceText.Page(0x4000_0000) | NotGlobal,
        TraceText.Page(0x4000_0000) | 4, TraceText.Page(0x4000_0000) | 1UL << 52,
    ];

    private static readonly ulong[] Blocks =
        [0, TraceText.Pte | 3, TraceText.Pte | 3, TraceText.Block(0x4000_0000), 0x5000 | 3];

    // One event of one of two CPUs.
    private static Gen<Action<TraceText>> Event => Gen.Select(Gen.Int[0, 1], Gen.Int[0, 30], Gen.Int[0, 63], Make);

    private static Action<TraceText> Make(int cpu, int kind, int choice) => kind switch
    {
        < 6 => t => t.Add(Store(TraceText.Pte + (ulong)(choice & 8), Leaves[choice % Leaves.Length], choice), cpu),
        < 8 => t => t.Add(Store(TraceText.Pmd, Blocks[choice % Blocks.Length], choice), cpu),
        8 => t => t.Add(Store(0x5000, Leaves[choice % Leaves.Length], choice), cpu),
        < 14 => t => t.Add($"barrier ID dsb (kind {Dsbs[choice % Dsbs.Length]})", cpu),
        < 19 => t => t.Add(Tlbi(choice), cpu),
        < 22 => t => t.Isb(cpu),
        < 25 => t => t.Register("ttbr0_el1", (choice % 3) switch
        {
            0 => TraceText.Root,
            1 => 0x8000,
            _ => 1UL << 48 | TraceText.Root,
        }, cpu),
        < 27 => t => t.Register("sctlr_el1", (ulong)choice & 1, cpu),
        27 => t => t.Register("mair_el1", (choice & 1) == 0 ? 0x44ffUL : 0xffffUL, cpu),
        28 => t => t.Register("vttbr_el2", (5UL + ((ulong)choice & 1)) << 48 | 0xe000, cpu),
        29 => t => t.Register("tcr_el1", 0x10_8010_0010 | (((ulong)choice & 1) << 7), cpu),
        _ => t => t.Register("tcr_el1", (choice & 1) == 0 ? 0x10_8010_0010UL : 0x10_8010_0019UL, cpu),
    };

    private static string Store(ulong address, ulong value, int choice) =>
        $"mem-write ID (mem-order {((choice & 16) == 0 ? "plain" : "release")}) (address 0x{address:x}) "
        + $"(value 0x{value:x})";

    private static string Tlbi(int choice)
    {
        string name = Tlbis[choice % Tlbis.Length];
        ulong asid = ((ulong)choice >> 3 & 1) << 48;
        ulong address = name.StartsWith("va", StringComparison.Ordinal) ? (ulong)choice >> 4 & 1 : 0;
        return name[1] == 'm' ? $"tlbi ID {name}" : $"tlbi ID {name} (value 0x{asid | address:x})";
    }

    [Fact]
    public void Of_generated_traces_every_witness_is_true()
    {
        // By what the last walk of the witness holds: two leaves, a table entry beside something, a return.
        int leaves = 0, tables = 0, returns = 0;
        Gen.Select(Event.Array[4, 24], Gen.OneOf(Enum.GetValues<BbmLevel>())).ForAll((events, level) =>
        {
            var trace = TraceText.Tree(TraceText.Pte | 3, t => t.Write(TraceText.Pte, TraceText.Page(0x4000_0000))
                .Register("tcr_el1", 0x10_8010_0010));
            foreach (var happened in events)
                happened(trace);
            byte[] bytes = Encoding.Latin1.GetBytes(trace.ToString());
            string complaints = string.Join('\n', WitnessTruth.ComplaintsOf(bytes, [level], Count));
            Assert.True(complaints.Length == 0, $"{complaints}\nof the trace\n{trace}");
        }, iter: 1000);
        Assert.True(leaves > 20 && tables > 5 && returns > 2, $"{leaves}, {tables}, {returns} witnesses");

        void Count(LintWitnessStep walk)
        {
            if (walk.Event is null)
                Interlocked.Increment(ref returns);
            if (walk.Holds.Any(h => h.StartsWith("table entry", StringComparison.Ordinal)))
                Interlocked.Increment(ref tables);
            else if (walk.Holds.Length == 2)
                Interlocked.Increment(ref leaves);
        }
    }

    [SharedTheory("cases")]
    [InlineData("lint")]
    public void Of_traces_of_kernels_every_witness_is_true(string folder)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(SharedFolder.Of("cases"), folder), "*.log"))
        {
            foreach (var level in Enum.GetValues<BbmLevel>())
                Assert.Empty(WitnessTruth.ComplaintsOf(File.ReadAllBytes(file), [level]));
        }
    }

    [Fact]
    public void Of_the_trace_of_the_documents_every_witness_is_true() => Assert.All(
        Enum.GetValues<BbmLevel>(), level => Assert.Empty(WitnessTruth.ComplaintsOf(
            File.ReadAllBytes(Path.Combine(Repository.Root, "docs/examples/map-kernel.log")), [level])));
}
