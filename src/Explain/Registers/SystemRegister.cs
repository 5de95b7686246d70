using System.Collections.Immutable;

namespace Orleans.Mmu.Explain.Registers;

/// <summary>A system register that translation or its faults depend on.</summary>
/// <param name="Name">Its name: "TTBR1_EL1".</param>
/// <param name="Holds">What it holds, in one sentence.</param>
/// <param name="Fields">The fields that verdicts rest on, with what each says.</param>
internal sealed record SystemRegister(string Name, string Holds, ImmutableArray<(string Field, string Says)> Fields)
{
    /// <summary>When a write takes effect, and what else a reader needs; empty for what software only reads.</summary>
    public string Effect { get; init; } = "";

    /// <summary>Labels of Arm's rules about it.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];
}
