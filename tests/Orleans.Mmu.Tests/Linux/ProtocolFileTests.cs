using System.Reflection;
using Orleans.Mmu.Arm.BreakBeforeMake;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using static Orleans.Mmu.Tests.Linux.SampleProtocol;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Protocol files: what the language says, and how files and built-in protocols are printed.</summary>
public class ProtocolFileTests
{
    public static TheoryData<string> BuiltIn => [.. BuiltInProtocols.Names];

    [Fact]
    public void A_file_says_a_protocol()
    {
        var file = ProtocolReader.Parse("my.protocol", Dance);
        var protocol = file.Protocol;

        Assert.Equal(
            ("my-dance", "secondaries wait in the idmap", "the thread of March 2025", "repaint"),
            (protocol.Name, protocol.Summary, protocol.Origin, file.Map));
        Assert.Equal<BbmLevel>([BbmLevel.Level2NoAbort, BbmLevel.Level0], [.. file.Levels]);
        Assert.Null(file.Outsider);
        Assert.Empty(file.Warnings);
        Assert.Equal(
        [
            "announce BootCpu: flag = 1; smp_mb",
            "park Secondaries: msr ttbr0_el1, reserved_pg_dir; isb; flag += 1",
            "repaint BootCpu: wait flag == num_online_cpus; split [PAGE_OFFSET, lm_alias(_stext)); flag = 0",
            "resume Secondaries: wfe until flag == 0",
        ], protocol.Phases.Select(p => $"{p.Name} {p.Role}: {new StepSequence(p.Steps)}"));
    }

    [Theory]
    [InlineData("msr ttbr1_el1,swapper_pg_dir", "msr ttbr1_el1, swapper_pg_dir")]
    [InlineData("msr ttbr1_el1 , swapper_pg_dir&~CnP", "msr ttbr1_el1, swapper_pg_dir & ~CnP")]
    [InlineData("pte[ all ]( below text )=page", "pte[all](below text) = page")]
    [InlineData("parked+=1", "parked += 1")]
    [InlineData("wait  parked==num_online_cpus - 1", "wait parked == num_online_cpus - 1")]
    public void Spaces_around_signs_may_be_left_out(string written, string step) => Assert.Equal(
        ProtocolReader.Parse("a", Dance.Replace("isb", step)).Text,
        ProtocolReader.Parse("b", Dance.Replace("isb", written)).Text);

    [Fact]
    public void Every_step_is_printed_with_the_usual_spaces() =>
        Assert.All(Step.All, s => Assert.Equal(s.Text, StepSpacing.Usual(s.Text)));

    [Theory]
    [InlineData("\r\n")]
    [InlineData(" # and a comment\n")]
    [InlineData("\n\n\t\n")]
    public void Line_breaks_comments_and_indentation_change_nothing(string end) => Assert.Equal(
        ProtocolReader.Parse("a", Dance).Text, ProtocolReader.Parse("b", Dance.Replace("\n", end)).Text);

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void What_is_printed_reads_back_as_the_same(string name)
    {
        var file = BuiltInProtocols.Find(name)!;
        var again = ProtocolReader.Parse("again", file.Text);

        Assert.Equal(file.Text, again.Text);
        Assert.Equal<BbmLevel>([.. file.Levels], [.. again.Levels]);
        Assert.Equal(
            (file.Protocol.Name, file.Protocol.Summary, file.Protocol.Origin, file.Map, file.Outsider?.Length),
            (again.Protocol.Name, again.Protocol.Summary, again.Protocol.Origin, again.Map, again.Outsider?.Length));
        Assert.Equal(Flat(file), Flat(again));
        Assert.Empty(file.Warnings);
    }

    [Fact]
    public void Every_file_that_ships_is_listed_by_its_name()
    {
        var files = Assembly.GetAssembly(typeof(BuiltInProtocols))!.GetManifestResourceNames()
            .Where(n => n.EndsWith(".protocol", StringComparison.Ordinal));

        Assert.Equal(BuiltInProtocols.Names.Select(n => $"protocols/{n}.protocol").Order(), files.Order());
        Assert.Equal(BuiltInProtocols.Names, BuiltInProtocols.All.Select(f => f.Protocol.Name));
    }

    // A kind of step that is added later is read without a change of the reader, as long as this holds.
    [Fact]
    public void Every_step_is_read_alone_and_among_others()
    {
        foreach (var step in Step.All)
        {
            bool isBoot = step.MayBePerformedBy(Role.BootCpu);
            var file = ProtocolReader.Parse("one", $"""
                protocol one
                about a step
                origin a test
                levels 3
                map repaint
                phase alone, {(isBoot ? "boot cpu" : "secondaries")}
                    isb; {step.Text}; isb
                """);

            Assert.Equal<Step>([Isb.Instance, step, Isb.Instance], [.. file.Protocol.Phases[0].Steps]);
        }
    }

    [Fact]
    public void CPU_1_has_phases_of_its_own_which_may_be_empty()
    {
        var working = ProtocolReader.Parse(
            "a", Dance + "\nphase park, cpu 1\n isb\nphase more, cpu 1\n stopped where it is");
        var elsewhere = ProtocolReader.Parse("a", Dance + "\nphase elsewhere, cpu 1\n");

        Assert.Equal(["park", "more"], working.Outsider!.Value.Select(p => p.Name));
        Assert.Equal(4, working.Protocol.Phases.Length);
        Assert.Empty(Assert.Single(elsewhere.Outsider!.Value).Steps);
        Assert.Equal(elsewhere.Text, ProtocolReader.Parse("b", elsewhere.Text).Text);
    }

    [Theory]
    [InlineData("flag += 1;", "isb", "my.protocol:14: \"wait flag == num_online_cpus\" waits for ever, because no "
        + "secondary performs \"flag += 1\"")]
    [InlineData("; flag = 0", "", "my.protocol:16: \"wfe until flag == 0\" waits for ever, because no boot CPU "
        + "performs \"flag = 0\"")]
    public void A_wait_that_no_step_can_end_is_a_warning(string from, string to, string warning) => Assert.Equal(
        warning,
        Assert.Single(ProtocolReader.Parse("my.protocol", Dance.Replace(from, to, StringComparison.Ordinal)).Warnings));

    [Theory]
    [InlineData("spin", true)]
    [InlineData("spun", false)]
    public void A_built_in_name_is_for_the_built_in_text(string name, bool isTaken)
    {
        string text = Dance.Replace("my-dance", name, StringComparison.Ordinal);

        if (isTaken)
            Assert.Contains(
                "expected a name that no built-in protocol has, found \"spin\" with other contents",
                Assert.Throws<InputException>(() => BuiltInProtocols.Read("a", text)).Message,
                StringComparison.Ordinal);
        else
            Assert.Equal(name, BuiltInProtocols.Read("a", text).Protocol.Name);
        Assert.Same(BuiltInProtocols.Find("spin"), BuiltInProtocols.Read("a", BuiltInProtocols.TextOf("spin")!));
    }

    private static IEnumerable<(string, Role, string)> Flat(ProtocolFile file) =>
        file.Protocol.Phases.Concat(file.Outsider ?? [])
            .SelectMany(p => p.Steps.Select(s => (p.Name, p.Role, s.Code)));
}
