using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.ExploredPartitions;
using Orleans.Mmu.Checking.Places;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Exploration.Partitions;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using static Orleans.Mmu.Tests.Checking.Protocols.SmallProtocol;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>Protocols that are read from files, against the built-in ones and against the checker's limits.</summary>
public class CheckedFileTests
{
    public static TheoryData<string> Names => [.. CheckedProtocols.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_printed_protocol_is_checked_as_the_built_in_one_is(string name)
    {
        var known = CheckedProtocols.Find(name)!;
        var read = Renamed(known);
        var options = new CheckOptions { Cpus = 2 };
        var (expected, found) = (Check(known, options), Check(read, options));

        Assert.Same(known, CheckedProtocols.Parse("same", known.File.Text));
        Assert.False(read.IsBuiltIn);
        Assert.Same(known.Scene, read.Scene);
        Assert.Equal(
            (expected.Verdict, expected.Property, expected.States, expected.Transitions,
                expected.Counterexample?.Length),
            (found.Verdict, found.Property, found.States, found.Transitions, found.Counterexample?.Length));
        Assert.Equal(
            Mutant.Removals(known.Script).Concat(Mutant.Swaps(known.Script))
                .Concat(Mistakes.Of(known.Script, known.Levels)).Select(m => (m.Program, m.Name)),
            Mutant.Removals(read.Script).Concat(Mutant.Swaps(read.Script))
                .Concat(Mistakes.Of(read.Script, read.Levels)).Select(m => (m.Program, m.Name)));
        Assert.Null(expected.ProtocolFile);
        Assert.Equal(read.File.Text, found.ProtocolFile);
    }

    [Fact]
    public void Mutants_of_a_printed_protocol_have_the_same_verdicts()
    {
        var known = CheckedProtocols.Find("spin")!;

        Assert.Equal(Verdicts(known), Verdicts(Renamed(known)));

        static IEnumerable<(string, CheckVerdict, string?)> Verdicts(CheckedProtocol protocol) =>
            MutantMatrix.Of(protocol, new() { Cpus = 2 }, null, CancellationToken.None).Mutants
                .Select(m => (m.Mutant.Name, m.Report.Verdict, m.Report.Property?.Name));
    }

    [Fact]
    public void One_table_lies_below_one_root() => Assert.Contains(
        "expected a table of pages below one root",
        Assert.Throws<InputException>(() => CheckedProtocols.Parse("mine",
            Header.Replace("repaint", "replace-root", StringComparison.Ordinal)
            + "phase p, boot cpu\npmd(above rodata) = second table; pmd(above rodata, root:B) = second table; "
            + "pte[all](above rodata, second table) = page\n")).Message,
        StringComparison.Ordinal);

    // Other maps have no tree below root:B by which a CPU on it could be judged.
    [Theory]
    [InlineData("msr ttbr1_el1, root:B")]
    [InlineData("pmd(below text, root:B) = table")]
    [InlineData("skip this phase unless pmd(below text, root:B) == block")]
    public void A_second_root_is_for_the_map_that_has_one(string step)
    {
        string text = $"{Header}phase first, boot cpu\nisb\n{step}\n";

        var error = Assert.Throws<InputException>(() => CheckedProtocols.Parse("mine", text));

        Assert.Equal(
            $"mine:8: expected root:B with the map replace-root alone, where it has a tree, found \"{step}\" with the "
            + "map repaint", error.Message);
    }

    [Theory]
    [InlineData("reserved_pg_dir", null)]
    [InlineData("swapper_pg_dir", "idmap-left-behind")]
    [InlineData("idmap_pg_dir", "idmap-left-behind")]
    public void TTBR0_is_at_the_end_what_it_was(string root, string? property)
    {
        var protocol = CheckedProtocols.Find("set-memory-ro")!;
        string text = protocol.File.Text.Replace("protocol set-memory-ro", "protocol mine", StringComparison.Ordinal)
            + $"\nphase end, secondaries\nmsr ttbr0_el1, {root}; isb\n";

        var report = Check(CheckedProtocols.Parse("mine", text), new() { Cpus = 2 });

        Assert.Equal(property is not null, report.Violated.Any(v => v.Property.Name == property));
    }

    // Whatever its steps are, a file ends in a verdict or in a line that says what is wrong with it.
    [Fact]
    public void Every_step_is_checked_or_refused_wherever_a_file_has_it()
    {
        foreach (var step in Step.All)
        {
            foreach (string role in new[] { "boot cpu", "secondaries", "cpu 1" })
            {
                bool isAllowed = step.MayBePerformedBy(role == "boot cpu" ? Role.BootCpu : Role.Secondaries);
                string text = $"{Header}phase first, boot cpu\nisb\nphase one, {role}\n{step}; {step}\n";
                try
                {
                    var report = Check(CheckedProtocols.Parse("mine", text), new() { Cpus = 2 });
                    Assert.True(isAllowed);
                    Assert.Equal("mine", report.Protocol);
                }
                catch (InputException e)
                {
                    Assert.StartsWith("mine:", e.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Theory]
    [InlineData("repaint", "repant", "mine:5: map: expected \"repaint\" or another map that mmu check --list "
        + "names, found \"repant\"")]
    [InlineData("repaint", "fold-grup", "mine:5: map: expected \"fold-group\" or another map that mmu check --list "
        + "names, found \"fold-grup\"")]
    [InlineData("protocol mine", "protocol reference-park", "expected a name that no built-in protocol has")]
    [InlineData("isb", "flag = 0; flag = 0", "mine:7: protocol mine: expected one rendezvous, in which a CPU performs "
        + "\"flag = 0\" once, found it 2 times")]
    [InlineData("isb", "pmd(below text) = page",
        "expected a value that the entry can hold, found \"pmd(below text) = page\"")]
    [InlineData("isb", "tlbi vmalle1; tlbi vmalle1is", "expected a DSB between a local and a broadcast TLBI")]
    [InlineData("isb", "send ipi\nphase q, secondaries\ntlbi vmalle1is; isb; dsb ish\nphase h, on ipi\ntlbi vmalle1",
        "secondary: expected a DSB, or masked interrupts, between a broadcast TLBI and the handler's "
        + "\"tlbi vmalle1\", found an interrupt before step ")]
    [InlineData("isb", "pte[all](below text) = page; pte[all](below text) = 0; pte[all](below text) = page; "
        + "pte[all](below text) = 0; pte[all](below text) = page; pte[all](below text) = 0; "
        + "pte[all](below text) = page; "
        + "pte[all](below text) = 0; pte[all](below text) = page", "expected at most 16 stores")]
    [InlineData("isb", "skip this phase unless pmd(below text) == page",
        "expected a value that the entry can hold, found \"skip this phase unless pmd(below text) == page\"")]
    [InlineData("isb", "skip this phase unless pmd(below text) == block; tlbi vmalle1is; dsb ish",
        "mine:7: protocol mine: boot CPU: expected a phase that may be skipped to leave the roots as they were and to "
        + "end its TLBIs with DSB and ISB, found \"skip this phase unless pmd(below text) == block\"")]
    public void What_the_checker_cannot_hold_is_refused(string from, string to, string message)
    {
        string text = (Header + "phase p, boot cpu\nisb\n").Replace(from, to, StringComparison.Ordinal);

        Assert.Contains(
            message, Assert.Throws<InputException>(() => CheckedProtocols.Parse("mine", text)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_that_nothing_ends_is_an_endless_wait()
    {
        var protocol = CheckedProtocols.Parse(
            "mine", Header + "phase announce, boot cpu\nflag = 1; smp_mb\nphase p, boot cpu\n"
            + "wait flag == num_online_cpus\nphase q, secondaries\nisb\n");

        Assert.Equal("endless-wait", Check(protocol, new() { Cpus = 2 }).Property?.Name);
        Assert.Single(protocol.File.Warnings);
    }

    [Fact]
    public void A_mutant_beyond_the_limits_is_not_decided()
    {
        var protocol = CheckedProtocols.Parse(
            "mine", Header + "phase p, boot cpu\ntlbi vmalle1; dsb ish; tlbi vmalle1is; dsb ish\n");
        var matrix = MutantMatrix.Of(protocol, new() { Cpus = 2 }, null, CancellationToken.None);

        Assert.Contains(matrix.Mutants, m => m.Report.Verdict == CheckVerdict.NotDecided
            && m.Report.Notes.Single().Property == "limit");
    }

    [Fact]
    public void A_partition_reads_the_text_as_untrusted_input()
    {
        var mine = Renamed(CheckedProtocols.Find("spin")!);
        var system = new ExploredSystem("mine", 2, Levels: mine.Levels) { Text = mine.File.Text };
        var shape = new PartitionShape(1, true, 1, 1 << 28);

        Assert.NotNull(system.ToPartition(shape));
        Assert.Throws<ArgumentException>(() => (system with { Text = null }).ToPartition(shape));
        Assert.Throws<ArgumentException>(() => (system with { Text = "isb" }).ToPartition(shape));
        Assert.Throws<ArgumentException>(() => (system with { Text = new string('#', 1 << 20) }).ToPartition(shape));
    }

    private static CheckedProtocol Renamed(CheckedProtocol known) => CheckedProtocols.Parse(
        "mine", known.File.Text.Replace($"protocol {known.Name}\n", "protocol mine\n", StringComparison.Ordinal));

    private static CheckReport Check(CheckedProtocol protocol, CheckOptions options) =>
        new ProtocolCheck(protocol, options, CancellationToken.None).Run();
}
