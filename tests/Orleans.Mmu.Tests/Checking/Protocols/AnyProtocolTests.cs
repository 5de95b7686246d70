using CsCheck;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Coordination.Journals;
using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.ProtocolFiles;
using Orleans.Mmu.Linux.Protocols;
using Orleans.Mmu.Tests.Coordination;
using Orleans.Mmu.Verdicts.Checks;

namespace Orleans.Mmu.Tests.Checking.Protocols;

/// <summary>
/// Protocols of random steps: each is refused in a line or has a verdict, and what grains do not refuse they bring to
/// an end, wherever a run of it was lost.
/// </summary>
public class AnyProtocolTests
{
    private const string Header = "protocol mine\nabout a test\norigin a test\nlevels 3, 0\nmap repaint\n";

    private static readonly string[] Roles = ["boot cpu", "secondaries", "boot cpu", "secondaries", "cpu 1", "on ipi"];

    // Steps that a protocol is about come more often than the many TLBIs and stores.
    private static readonly Step[] Common =
        [.. Step.All.Where(s => s is not (TlbiRange or WriteEntries or AccessPage))];

    private static readonly Step[] Accesses = [.. Step.All.OfType<AccessPage>()];

    private static readonly Gen<string> Steps = Gen.OneOf(Of(Common), Of(Accesses), Of(Step.All))
        .Array[1, 5].Select(s => string.Join('\n', s.Select(t => t.Text)));

    private static readonly Gen<string> Handlers = Of([.. Step.All.Where(s => s.MayBePerformedInHandler)])
        .Array[1, 3].Select(s => string.Join('\n', s.Select(t => t.Text)) + "\n");

    // A handler's steps are chosen among those that it may have, and something sends the interrupts.
    private static readonly Gen<string> Files = Gen.Select(Gen.Int[0, 5], Steps, Handlers).Array[1, 5]
        .Select(phases => Header + string.Concat(phases.Select((p, i) =>
            $"phase {(i == 0 ? "announce" : $"p{i}")}, {Roles[p.Item1]}\n"
            + (p.Item1 == Roles.Length - 1 ? $"{p.Item3}phase s{i}, boot cpu\nsend ipi\n" : $"{p.Item2}\n"))));

    [Fact]
    public void It_is_refused_or_decided() => Files.ForAll(text =>
    {
        if (Read(text) is not { } protocol)
            return;
        var options = new CheckOptions { Cpus = 2, MemoryLimit = 1 << 24 };
        Assert.Equal("mine", new ProtocolCheck(protocol, options, CancellationToken.None).Run().Protocol);
        Assert.Equal(protocol.File.Text, ProtocolReader.Parse("again", protocol.File.Text).Text);
        if (protocol.Script.BootCpu.Length + protocol.Script.Secondaries.Length < 6)
            Assert.NotEmpty(MutantMatrix.Of(protocol, options, null, CancellationToken.None).Mutants);
    }, iter: 20);

    [Fact]
    public void What_grains_take_comes_to_an_end_wherever_it_was_lost() => Files.ForAll(text =>
    {
        if (Read(text) is not { } read || RunLimits.WhyNot(read.File) is not null)
            return;
        var protocol = read.Protocol;
        var steps = protocol.Phases.SelectMany(p => p.Steps).ToList();
        foreach (var found in Enum.GetValues<RunPhase>())
        {
            // A record has a phase only if the protocol comes to it.
            if ((found == RunPhase.Changing && !steps.Any(s => s is SplitToPages))
                || (found == RunPhase.Released && !steps.Contains(ClearFlag.Instance)))
                continue;
            var end = new FakeRun().Perform(FakeRun.Begin(FakeRun.Setup(protocol, found)));
            Assert.NotNull(end.Outcome);
        }
    }, iter: 1_000);

    [Fact]
    public void A_text_that_was_damaged_is_read_or_refused_in_a_line() => Gen.Select(
        Of(BuiltInProtocols.Names), Gen.Int[0, 2000], Gen.Int[0, 20], Gen.String[0, 10])
        .ForAll((name, at, length, put) =>
        {
            string text = BuiltInProtocols.TextOf(name)!;
            at = Math.Min(at, text.Length);
            text = text[..at] + put + text[Math.Min(text.Length, at + length)..];
            try
            {
                var file = ProtocolReader.Parse("damaged", text);
                Assert.Equal(file.Text, ProtocolReader.Parse("again", file.Text).Text);
            }
            catch (InputException e)
            {
                Assert.StartsWith("damaged:", e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
            }
        }, iter: 100);

    private static Gen<T> Of<T>(IReadOnlyList<T> all) => Gen.Int[0, all.Count - 1].Select(i => all[i]);

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
