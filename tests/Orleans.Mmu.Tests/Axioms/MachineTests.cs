using Orleans.Mmu.Axioms.Comparison;
using Orleans.Mmu.Axioms.Generation;
using Orleans.Mmu.Axioms.Model;
using Orleans.Mmu.Axioms.Programs;
using Orleans.Mmu.Axioms.Reading;
using Orleans.Mmu.Axioms.Search;
using Orleans.Mmu.Axioms.Writing;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Tests.Axioms;

/// <summary>The litmus machine against the oracle, which shares no code with it, on random programs.</summary>
public class MachineTests
{
    private const int Programs = 100;
    private static readonly Lazy<IReadOnlyList<AbstractProgram>> Usual =
        new(() => RandomComparison.Generate(1, Programs, Extras.None));

    private static readonly Lazy<IReadOnlyList<AbstractProgram>> WithAll =
        new(() => RandomComparison.Generate(1, Programs / 4, Extras.All));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheMachineHasTheStatesOfTheAxioms(bool ets2) =>
        Assert.Empty(Usual.Value.Where(program => !AreEqual(program, ets2)).Select(LitmusWriter.Text));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AlsoWithHandlersHardwareUpdatesAndExclusives(bool ets2) =>
        Assert.Empty(WithAll.Value.Where(program => !AreEqual(program, ets2)).Select(LitmusWriter.Text));

    [Fact]
    public void AWrittenProgramReadsBack()
    {
        foreach (var program in WithAll.Value)
        {
            var read = ProgramText.Read(LitmusWriter.Text(program));
            Assert.Equal(
                Oracle.States(program, ModelMode.NoEts).Order(StringComparer.Ordinal),
                Oracle.States(read, ModelMode.NoEts).Order(StringComparer.Ordinal));
        }
    }

    private static bool AreEqual(AbstractProgram program, bool ets2)
    {
        var test = LitmusReader.Parse(program.Name, LitmusWriter.Text(program));
        var found = LitmusExecution
            .Run(test, ets2, inOrder: false, LitmusExecution.UsualMemory, CancellationToken.None).States;
        return Oracle.States(program, new ModelMode(ets2)).SetEquals(found.Select(StateText.Read));
    }
}
