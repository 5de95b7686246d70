using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Steps by their texts, which is how messages and traces carry them.</summary>
public class StepTests
{
    [Fact]
    public void Every_step_is_read_back_from_its_text()
    {
        foreach (var step in Step.All)
        {
            Assert.True(Step.TryParse(step.Text, out var parsed));
            Assert.Equal(step, parsed);
            Assert.Equal(step.Text, step.ToString());
        }
    }

    [Fact]
    public void Every_step_is_decoded_from_its_code()
    {
        foreach (var step in Step.All)
        {
            Assert.True(Step.TryDecode(step.Code, out var decoded));
            Assert.Equal(step, decoded);
            Assert.Matches("^[a-z0-9-]+(:[a-z0-9-]+)*$", step.Code);
        }

        Assert.False(Step.TryDecode("dsb ish", out var other));
        Assert.Null(other);
    }

    // Messages and saved files hold these: a line is added for a new step, and none is ever changed.
    [Fact]
    public void Codes_never_change()
    {
        string[] kept =
            File.ReadAllLines(Path.Combine(Repository.Root, "tests", "Orleans.Mmu.Tests", "Linux", "step-codes.txt"));

        Assert.Equal(kept, Step.All.Select(s => s.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Built_in_protocols_give_a_role_only_steps_that_it_may_perform()
    {
        var phases = BuiltInProtocols.All.SelectMany(f => f.Protocol.Phases.Concat(f.Outsider ?? []));

        Assert.All(phases, p => Assert.All(p.Steps, s => Assert.True(s.MayBePerformedBy(p.Role), $"{p.Role}: {s}")));
        Assert.All(BuiltInProtocols.All.SelectMany(f => f.Handler).SelectMany(p => p.Steps),
            s => Assert.True(s.MayBePerformedInHandler, $"{s}"));
        Assert.True(Tlbi.Broadcast.MayBePerformedBy(Role.Secondaries));
        Assert.False(ClearFlag.Instance.MayBePerformedBy(Role.Secondaries));
        Assert.False(CountIn.Instance.MayBePerformedBy(Role.BootCpu));
    }

    [Fact]
    public void Every_kind_of_step_there_is_can_be_read()
    {
        // A foreign step is one that this version does not know.
        var kinds = typeof(Step).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(Step)) && t != typeof(ForeignStep));

        Assert.Equal(kinds.OrderBy(t => t.Name), Step.All.Select(s => s.GetType()).Distinct().OrderBy(t => t.Name));
    }

    [Fact]
    public void No_two_steps_have_one_text()
    {
        Assert.Equal(Step.All.Count, Step.All.Select(s => s.Text).Distinct().Count());
        Assert.Equal(Step.All.Count, Step.All.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ISB")]
    [InlineData("isb ")]
    [InlineData("dsb sy")]
    [InlineData("msr ttbr1_el1, tramp_pg_dir")]
    public void Other_texts_are_no_steps(string text)
    {
        Assert.False(Step.TryParse(text, out var step));
        Assert.Null(step);
    }

    [Fact]
    public void A_root_that_is_written_is_the_root_that_is_named()
    {
        // root:B maps the kernel, so TTBR0 never holds it.
        Assert.False(Step.TryParse("msr ttbr0_el1, root:B", out _));
        foreach (var root in Enum.GetValues<RootTable>())
        {
            Assert.Equal(
                (root, $"msr ttbr1_el1, {RootSymbol.Of(root)}"), (WriteTtbr1.To(root).Root, WriteTtbr1.To(root).Text));
            Assert.Equal(
                (root, $"msr ttbr0_el1, {RootSymbol.Of(root)}"), (WriteTtbr0.To(root).Root, WriteTtbr0.To(root).Text));
        }

        Assert.Equal(
            ["swapper_pg_dir", "reserved_pg_dir", "idmap_pg_dir", "root:B"],
            Enum.GetValues<RootTable>().Select(RootSymbol.Of));
    }

    [Fact]
    public void Only_the_ish_forms_concern_other_cpus()
    {
        Assert.False(Tlbi.Local.Operation.Broadcast);
        Assert.True(Tlbi.Broadcast.Operation.Broadcast);
        Assert.Equal((DsbKind.Nsh, DsbKind.Ishst, DsbKind.Ish), (Dsb.Nsh.Kind, Dsb.Ishst.Kind, Dsb.Ish.Kind));
    }
}
