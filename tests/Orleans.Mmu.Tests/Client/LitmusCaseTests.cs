using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Tests.Shared;

namespace Orleans.Mmu.Tests.Client;

/// <summary>Litmus tests in which the machine follows Arm's text where herd does not.</summary>
public sealed class LitmusCaseTests
{
    private const string Folder = "cases/litmus";

    // A DSB NSH completes no broadcast TLBI (R_PSMWS), and ASIDE1IS leaves a global entry: in both tests, P1 may read
    // the old page after the flag.
    [SharedTheory(Folder)]
    [InlineData("dsbnsh.litmus")]
    [InlineData("aside1is.litmus")]
    public async Task An_entry_that_the_TLBI_does_not_remove_may_be_used(string name)
    {
        var run = await CommandRun.WithoutSiloAsync("litmus", Path.Combine(SharedFolder.Of(Folder), name));

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("\n1:X0=1; 1:X2=1;\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("\n1:X0=1; 1:X2=2;\n", run.Out, StringComparison.Ordinal);
    }
}
