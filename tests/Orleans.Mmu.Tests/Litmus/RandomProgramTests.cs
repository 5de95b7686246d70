using CsCheck;
using Orleans.Mmu.Litmus.Reading;
using Orleans.Mmu.Litmus.Runs;

namespace Orleans.Mmu.Tests.Litmus;

/// <summary>The machine against the rules by version, on random programs.</summary>
public class RandomProgramTests
{
    private const string Registers = """
         x=1; y=2;
         0:X1=PTE(x); 1:X1=PTE(x); 0:X2=PTE(y); 1:X2=PTE(y);
         0:X3=x; 1:X3=x; 0:X4=y; 1:X4=y;
         0:X5=(oa:PA(x), valid:0); 1:X5=(oa:PA(x), valid:0); 0:X6=(oa:PA(y)); 1:X6=(oa:PA(y));
         0:X7=(oa:PA(x), db:0); 1:X7=(oa:PA(x), db:0); 0:X8=(oa:PA(x)); 1:X8=(oa:PA(x));
         0:X9=(oa:PA(y), af:0); 1:X9=(oa:PA(y), af:0);
         0:X20=z; 1:X20=z;
        """;

    // X10, X11, X12: what loads give; X13: pages for TLBIs; X14: numbers; X16: an index that depends on X10.
    private static readonly string[] Instructions =
    [
        "LDR X10,[X3]", "LDR X11,[X4]", "LDR X12,[X20]", "LDR X15,[X1]", "LDR X10,[X3,X16]", "STR X14,[X3]",
        "STR X14,[X4]", "STR X14,[X20]",
        "STR X5,[X1]", "STR X6,[X1]", "STR X7,[X1]", "STR X8,[X1]", "STR X9,[X2]", "STR X6,[X2]", "STR X5,[X2]",
        "DSB ISH", "DSB ISH", "DSB LD", "DSB ST", "ISB", "DMB SY",
        "TLBI VAAE1IS,X13", "TLBI VAAE1IS,X13", "TLBI VAAE1,X13", "TLBI VMALLE1IS", "TLBI VMALLE1",
        "LSR X13,X3,#12", "LSR X13,X4,#12", "MOV X14,#1", "MOV X14,#3", "EOR X16,X12,X12", "CBNZ X12,end",
    ];

    private static readonly Gen<string[]> GenProgram =
        Gen.Int[0, Instructions.Length - 1].Select(i => Instructions[i]).Array[1, 6];

    private static readonly Gen<string> GenTest =
        from first in GenProgram
        from second in GenProgram
        from unmapped in Gen.Bool
        select Text(first, second, unmapped);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheMachineReachesTheSameFinalStates(bool ets2) => GenTest.ForAll(
        text =>
        {
            var test = LitmusReader.Parse("random", text);
            var found = LitmusExecution.Run(
                test, ets2, inOrder: true, LitmusExecution.UsualMemory, CancellationToken.None).States;
            var expected = new RulesByVersion(test, ets2).Outcomes();
            return found.SequenceEqual(expected);
        },
        iter: 500);

    // Program order is one of the orders that Arm's model allows.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OutOfOrderEveryStateOfCpusInOrderIsReached(bool ets2) => GenTest.ForAll(
        text =>
        {
            var test = LitmusReader.Parse("random", text);
            var inOrder = LitmusExecution.Run(
                test, ets2, inOrder: true, LitmusExecution.UsualMemory, CancellationToken.None);
            var found = LitmusExecution.Run(
                test, ets2, inOrder: false, LitmusExecution.UsualMemory, CancellationToken.None);
            return found.IsComplete && !inOrder.States.Except(found.States).Any();
        },
        iter: 200);

    private static string Text(string[] first, string[] second, bool unmapped)
    {
        var rows = new List<string> { "P0 | P1 ;" };
        for (int i = 0; i < Math.Max(first.Length, second.Length) + 1; i++)
            rows.Add($"{Cell(first, i)} | {Cell(second, i)} ;");
        string faults = string.Concat(new[] { first, second }.SelectMany(
            (p, c) => Enumerable.Range(0, p.Length).Where(i => IsAccess(p[i])).Select(i => $"fault(P{c}:L{i});")));
        return $$"""
            AArch64 random
            {
            {{Registers}}
            {{(unmapped ? "[PTE(x)]=(oa:PA(x), valid:0);" : "")}}
            }
            {{string.Join('\n', rows)}}
            locations [0:X10;0:X11;0:X12;1:X10;1:X11;1:X12;x;y;{{faults}}]
            exists (true)

            """;
    }

    private static string Cell(string[] program, int i) =>
        i < program.Length ? $"{(IsAccess(program[i]) ? $"L{i}: " : "")}{program[i]}"
        : i == program.Length ? "end:" : "";

    private static bool IsAccess(string instruction) => instruction.StartsWith("LDR", StringComparison.Ordinal)
        || instruction.StartsWith("STR", StringComparison.Ordinal);
}
