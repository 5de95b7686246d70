using CsCheck;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Checking.Transitions;
using Orleans.Mmu.Exploration.Search;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// A TLBI keeps the floor that it has when it is issued, whatever stores, DSB ISHSTs and interrupts come before the DSB
/// that completes it. Random programs are held against <see cref="VersionedMachine"/>, which knows no may-sets.
/// </summary>
public class PendingFloorTests
{
    private static readonly string[] Unmap =
        ["pte[0](below text) = 0", "dsb ishst", "tlbi rvaale1is, below text", "dsb ish", "isb"];

    private static readonly string[] Writer =
    [
        "pte[0](below text) = 0", "pte[0](below text) = 0", "pte[0](below text) = page", "pte[0](below text) = page",
        "pte[1](below text) = 0", "pte[1](below text) = page", "dsb ishst", "dsb ishst", "dsb ishst", "dsb ish", "isb",
        "tlbi vaale1is, below text page 0", "tlbi vaale1is, below text page 0", "tlbi rvaale1is, below text",
        "tlbi vaale1is, below text page 1", "a = 1", "wait b == 1", "wait b == 1", "wait d == 1", "send ipi", "dsb nsh",
    ];

    private static readonly string[] Reader =
    [
        "wait a == 1", "dsb ish", "dsb ish; tlbi vale1, below text page 0; dsb nsh", "tlbi vmalle1; dsb nsh",
        "dsb ishst", "isb", "b = 1", "pte[0](below text) = page; dsb ishst", "dsb ishst; send ipi", "send ipi",
        "wait d == 1", "tlbi vale1, below text page 0", "dsb nsh", "pte[0](below text) = 0; dsb ish; b = 1",
    ];

    // The boot CPU's program ends with a DSB that completes its TLBIs, and CPU 1's begins its access after that.
    private static readonly Gen<(string Writer, string Reader)> Programs = Gen.Select(
        Gen.Bool, Chosen(Writer).Array[2, 6], Chosen(Reader).Array[0, 3], (isUnmapped, writer, reader) => (
            string.Join("; ", [.. isUnmapped ? Unmap : [], .. writer, "dsb ish", "c = 1"]),
            string.Join("; ", [.. reader, "wait c == 1", ""])));

    // A DSB ISHST, or an interrupt whose sender has ordered the new page, comes before the DSB that completes the TLBI.
    [Theory]
    [InlineData(
        "tlbi rvaale1is, below text; pte[0](below text) = page; dsb ishst; dsb ish; a = 1", "wait a == 1", true)]
    [InlineData("tlbi rvaale1is, below text; pte[0](below text) = page; dsb ish; a = 1", "wait a == 1", true)]
    [InlineData(
        "pte[0](below text) = page; dsb ishst; tlbi rvaale1is, below text; dsb ish; a = 1", "wait a == 1", false)]
    [InlineData("tlbi rvaale1is, below text; a = 1; wait d == 1; dsb ish; b = 1",
        "wait a == 1; pte[0](below text) = page; dsb ishst; send ipi; wait b == 1", true)]
    // The second TLBI has a later floor than the first one.
    [InlineData("tlbi rvaale1is, below text; pte[0](below text) = page; dsb ishst; tlbi rvaale1is, below text; dsb ish"
        + "; a = 1", "wait a == 1", false)]
    public void An_early_walk_younger_than_the_floor_may_be_used(string writer, string reader, bool mayFault) =>
        AssertAgree(
            string.Join("; ", [.. Unmap, writer]), reader + "; ", mustFault: false, mayFault);

    // A branch on a load orders a later TLBI after what it has loaded, without a DSB between.
    [Theory]
    [InlineData("wait b == 1; tlbi rvaale1is, below text; dsb ish; c = 1", false)]
    [InlineData("wait b == 1; dsb ishst; tlbi rvaale1is, below text; dsb ish; c = 1", false)]
    [InlineData("tlbi rvaale1is, below text; wait b == 1; dsb ish; c = 1", true)]
    public void A_wait_orders_a_later_TLBI(string writer, bool mayReach) => AssertAgree(
        writer, "pte[0](below text) = 0; dsb ish; b = 1; wait c == 1; isb; ", mustFault: true, mayReach);

    // A DSB NSH makes no store visible to other CPUs, and is no floor for a broadcast TLBI.
    [Theory]
    [InlineData("pte[0](below text) = 0; dsb nsh; tlbi rvaale1is, below text; dsb ish; a = 1", true)]
    [InlineData("pte[0](below text) = 0; dsb ishst; tlbi rvaale1is, below text; dsb ish; a = 1", false)]
    [InlineData("pte[0](below text) = 0; dsb ishst; dsb nsh; tlbi rvaale1is, below text; dsb ish; a = 1", false)]
    [InlineData("pte[0](below text) = 0; dsb ishst; tlbi rvaale1is, below text; dsb nsh; a = 1", true)]
    public void A_DSB_NSH_orders_nothing_for_other_CPUs(string writer, bool mayReach) => AssertAgree(
        writer, "wait a == 1; isb; ", mustFault: true, mayReach);

    // What the CPU has invalidated itself may be used until its ISB, unless another CPU's TLBI removes it before.
    [Theory]
    [InlineData("tlbi vaale1is, below text page 0; pte[0](below text) = 0; dsb ishst; a = 1", true)]
    [InlineData("pte[0](below text) = 0; dsb ishst; tlbi vaale1is, below text page 0; a = 1", false)]
    [InlineData("pte[0](below text) = 0; dsb ishst; tlbi vaale1is, below text page 0; pte[1](below text) = 0; dsb ishst"
        + "; tlbi vaale1is, below text page 1; a = 1", false)]
    [InlineData("tlbi vaale1is, below text page 0; pte[0](below text) = 0; dsb ishst; tlbi vaale1is, below text page 1"
        + "; a = 1", true)]
    public void An_entry_younger_than_the_floor_may_be_used(string writer, bool mayReach) => AssertAgree(
        writer + "; wait b == 1; dsb ish; a = 2", "wait a == 1; dsb ish; tlbi vmalle1; dsb nsh; b = 1; wait a == 2; ",
        mustFault: true, mayReach);

    [Fact]
    public void Random_programs_agree_with_versions() => Gen.Select(Programs, Gen.Bool).ForAll((programs, mustFault) =>
        AssertAgree(programs.Writer, programs.Reader, mustFault), iter: 500);

    private static Gen<string> Chosen(string[] steps) => Gen.Int[0, steps.Length - 1].Select(i => steps[i]);

    private static void AssertAgree(string writer, string reader, bool mustFault, bool? expected = null)
    {
        if (IsViolated(writer, reader, mustFault) is not { } violated)
        {
            Assert.Null(expected);
            return;
        }

        string[][] programs = [writer.Split("; "), reader.Split("; ")];
        Assert.Equal(new VersionedMachine(programs, mustFault).IsViolated(), violated);
        Assert.Equal(expected ?? violated, violated);
    }

    // Null for a program that the checker refuses: a local and a broadcast TLBI are pending at once.
    private static bool? IsViolated(string writer, string reader, bool mustFault)
    {
        string handler = (writer + reader).Contains("send ipi", StringComparison.Ordinal)
            ? "phase answer, on ipi\nd += 1\n" : string.Empty;
        string text = $"""
            protocol mine
            about    a test
            origin   a test
            levels   3
            map      fold-user-group
            phase change, boot cpu
            {writer}
            phase look, cpu 1
            {reader}ldr x0, [below text page 0], must {(mustFault ? "fault" : "not fault")}
            {handler}
            """;
        MachineSystem system;
        try
        {
            var protocol = CheckedProtocols.Parse("mine", text);
            system = new MachineSystem(protocol.Model(new() { Cnp = false }), 2, protocol.Levels);
        }
        catch (ModelLimitException)
        {
            return null;
        }

        ulong access = 1UL << MachineProperties.Order.IndexOf(Property.UnexpectedAccess);
        var seen = new HashSet<Bits256> { system.Initial };
        var open = new Queue<Bits256>(seen);
        var into = new SuccessorBuffer<Bits256>();
        while (open.TryDequeue(out var state))
        {
            if ((system.Violations(state) & access) != 0)
                return true;
            into.Clear();
            system.Successors(state, into);
            foreach (var next in into.States)
            {
                if (seen.Add(next))
                    open.Enqueue(next);
            }
        }

        return false;
    }
}
