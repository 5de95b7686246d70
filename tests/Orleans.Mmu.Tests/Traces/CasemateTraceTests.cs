using Orleans.Mmu.Checking.Casemate;
using Orleans.Mmu.Checking.Checks;
using Orleans.Mmu.Checking.Protocols;
using Orleans.Mmu.Verdicts.Checks;
using Orleans.Mmu.Verdicts.Properties;

namespace Orleans.Mmu.Tests.Traces;

/// <summary>The way back: what the checker finds, written as a trace, is what the linter refuses.</summary>
public class CasemateTraceTests
{
    public static TheoryData<string> Protocols => [.. CheckedProtocols.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void TheLinterRefusesWhatTheCheckerRefusesForItsTables(string name)
    {
        var protocol = CheckedProtocols.Find(name)!;
        var report =
            new ProtocolCheck(protocol, new CheckOptions { Cpus = 2, Cnp = false }, CancellationToken.None).Run();
        if (report.Counterexample is not { } counterexample)
            return;

        using var text = new StringWriter();
        CasemateTrace.OfCounterexample(text, protocol, report, counterexample);
        var result = TraceText.Lint(text.ToString(), report.Levels);

        // Faults and waits are no matter of break-before-make; everything else is.
        bool ofTables = report.Property == Property.TlbConflict || report.Property == Property.FreedTable
            || report.Property == Property.MixedGroup;
        Assert.Equal((name, ofTables), (name, result.Violation is not null));
        Assert.Equal(report.Property == Property.ConflictAbortPossible, result.MayAbort > 0);
        if (report.Property == Property.TlbConflict)
            Assert.Equal(report.Levels[counterexample.Cpu!.Value], report.Levels[result.Violation!.Cpu]);
    }

    [Fact]
    public void SomeAreRefusedAndSomeMayAbort()
    {
        var properties = CheckedProtocols.All.Select(
            p => new ProtocolCheck(p, new CheckOptions { Cpus = 2 }, CancellationToken.None).Run().Property).ToList();
        Assert.True(properties.Count(p => p == Property.TlbConflict) >= 4);
        Assert.Contains(Property.FreedTable, properties);
        Assert.Contains(Property.ConflictAbortPossible, properties);
    }
}
