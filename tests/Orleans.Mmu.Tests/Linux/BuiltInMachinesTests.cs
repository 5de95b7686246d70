using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>The machines that are built in.</summary>
public class BuiltInMachinesTests
{
    // Help shows the first line of a machine's file, so a sentence must not go on in the second.
    [Fact]
    public void The_summary_of_each_is_whole_sentences() =>
        Assert.All(BuiltInMachines.Names, name => Assert.EndsWith(".", BuiltInMachines.Summary(name)));
}
