using CsCheck;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// Random changes of small protocols: a protocol that is proved for any number of CPUs holds on two, three and four.
/// </summary>
public class AnyCpusAgainstMachinesTests
{
    private const int MostCpus = 4;

    private static readonly string[] Maps = ["remove-table", "remove-table", "fold-user-group", "read-only-page"];

    // For each map the program of the boot CPU, the secondaries, CPU 1 and the handler of interrupts.
    private static readonly string[][] Programs =
    [
        [
            "pte[all](below text) = 0|dsb ishst|tlbi rvaale1is, below text|dsb ish|isb|pmd(below text) = 0|dsb ishst"
                + "|tlbi vaae1is, below text|dsb ish|isb|a = 1|free the table below text",
            "wait a == 1|ldr x0, [below text page 0], must fault", "", "",
        ],
        [
            "msr ttbr1_el1, swapper_pg_dir & ~CnP|isb|wait a == num_online_cpus - 1|pmd(below text) = 0|dsb ishst"
                + "|send ipi|tlbi vmalle1|dsb nsh|isb|wait b == num_online_cpus - 1|free the table below text",
            "msr ttbr1_el1, swapper_pg_dir & ~CnP|isb|a += 1", "", "tlbi vmalle1|dsb nsh|isb|b += 1",
        ],
        [
            "pte[all](below text) = 0|dsb ishst|tlbi rvaae1is, below text|dsb ish|isb"
                + "|pte[all](below text) = contiguous page|dsb ishst|a = 1",
            "wait a == 1|isb|ldr x0, [below text page 0], must not fault", "", "",
        ],
        [
            "pte[all](below text) = page|dsb ishst|pmd(below text) = table|dsb ishst|isb"
                + "|pte[0](below text) = read-only page|dsb ishst|tlbi vaale1is, below text page 0|dsb ish|isb|a = 1",
            "wait a == 1|str x0, [below text page 0], must fault", "", "",
        ],
    ];

    // What can be inserted into each of the four programs.
    private static readonly string[][] Inserted =
    [
        [
            "a = 1", "a += 1", "b = 1", "b += 1", "a = 2", "wait a == 1", "wait a == 2", "wait b == 1", "wait b == 2",
            "wait b == num_online_cpus - 1", "spin_lock(m)", "spin_unlock(m)", "spin_lock(m); a += 1; spin_unlock(m)",
            "send ipi", "isb", "dsb ish", "msr daifset, #2", "msr daifclr, #2",
            "ldr x0, [below text page 0], must not fault", "msr tcr_el1, epd1 clear; isb",
        ],
        [
            "a += 1", "b += 1", "wait a == 1", "wait a == 2", "wait b == 1", "wait b == 2", "spin_lock(m)",
            "spin_unlock(m)", "spin_lock(m); b += 1; spin_unlock(m)", "isb", "tlbi vmalle1; dsb nsh",
            "tlbi vmalle1; dsb nsh; isb", "msr daifset, #2", "msr daifclr, #2", "msr tcr_el1, epd1",
            "msr tcr_el1, epd1 clear; isb", "ldr x0, [below text page 0], must not fault",
            "ldr x0, [below text page 0], finds the old page or faults", "str x0, [below text page 1], must fault",
            "msr ttbr1_el1, swapper_pg_dir & ~CnP; isb", "a = 1", "b = 1", "b = 2", "c = 1", "a = 0",
            "phase ?, secondaries\nskip this phase unless a == 1",
            "phase ?, secondaries\nskip this phase unless b == 0",
            "phase ?, secondaries\nskip this phase unless pmd(below text) == 0", "phase ?, secondaries\nisb",
        ],
        [
            "a += 1", "b += 1", "b = 1", "wait a == 1", "wait b == 1", "spin_lock(m); spin_unlock(m)", "send ipi",
            "tlbi vmalle1is; dsb ish; isb", "ldr x0, [below text page 0], must not fault",
        ],
        ["a += 1", "b += 1", "isb", "tlbi vmalle1; dsb nsh", "dsb ish"],
    ];

    private static readonly string[] Roles = ["boot cpu", "secondaries", "cpu 1", "on ipi"];

    // Most edits are of the boot CPU's and the secondaries' programs.
    private static readonly int[] Edited = [0, 0, 0, 1, 1, 1, 1, 3, 3, 2];

    private static readonly Gen<(int Program, int At, int Step)> Edits = Gen.Select(
        Gen.Int[0, Edited.Length - 1].Select(i => Edited[i]), Gen.Int[0, 99], Gen.Int[0, 99]);

    [Fact]
    public void What_is_proved_holds_on_two_to_four_CPUs() => Gen.Select(
        Gen.Int[0, Maps.Length - 1], Edits.Array[0, 4], Gen.Bool).ForAll((map, edits, cnp) =>
        {
            if (Read(Text(map, edits)) is not { } protocol
                || Check(protocol, new() { AnyCpus = true, Cnp = cnp }) != CheckVerdict.Holds)
                return;
            for (int cpus = 2; cpus <= MostCpus; cpus++)
                Assert.NotEqual(CheckVerdict.Violated, Check(protocol, new() { Cpus = cpus, Cnp = cnp }));
        }, iter: 40);

    // So the random changes begin at what can be proved.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Without_a_change_each_is_proved(int map) => Assert.Equal(
        CheckVerdict.Holds, Check(Read(Text(map, []))!, new() { AnyCpus = true }));

    // An edit inserts a step; one whose number no step has removes a step.
    private static string Text(int map, (int Program, int At, int Step)[] edits)
    {
        var programs = Programs[map]
            .Select(p => p.Split('|', StringSplitOptions.RemoveEmptyEntries).ToList()).ToArray();
        foreach (var (program, at, step) in edits)
        {
            var lines = programs[program];
            int place = at % (lines.Count + 1);
            int number = step % (Inserted[program].Length + 3);
            if (number < Inserted[program].Length)
                lines.Insert(place, Inserted[program][number]);
            else if (place < lines.Count)
                lines.RemoveAt(place);
        }

        string text = $"protocol mine\nabout a test\norigin a test\nlevels 3\nmap {Maps[map]}\n";
        for (int i = 0; i < programs.Length; i++)
        {
            if (programs[i].Count > 0)
                text += $"phase p{i}, {Roles[i]}\n{string.Join('\n', programs[i])}\n";
        }

        // A phase that an edit begins gets a name that no other has.
        string[] pieces = text.Split('?');
        return pieces[0] + string.Concat(pieces.Skip(1).Select((piece, i) => $"q{i}{piece}"));
    }

    private static CheckVerdict Check(CheckedProtocol protocol, CheckOptions options) => new ProtocolCheck(
        protocol, options with { MemoryLimit = 1 << 24 }, CancellationToken.None).Run().Verdict;

    private static CheckedProtocol? Read(string text)
    {
        try
        {
            return CheckedProtocols.Parse("mine", text);
        }
        catch (InputException)
        {
            return null;
        }
    }
}
