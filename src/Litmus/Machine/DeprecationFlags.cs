using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// Arm's model flags shareability arguments that have no effect, on barriers that some run executes
/// (aarch64fences.cat).
/// </summary>
internal sealed class DeprecationFlags
{
    private readonly SortedSet<string> _found = new(StringComparer.Ordinal);

    /// <summary>The flags of the barriers executed so far, in order.</summary>
    public IReadOnlyCollection<string> Found => _found;

    /// <summary>Notes an executed instruction.</summary>
    public void Execute(Instruction instruction)
    {
        if (Of(instruction) is { } flag)
            _found.Add(flag);
    }

    private static string? Of(Instruction instruction) => instruction switch
    {
        DmbInstruction when !IsPlain(instruction) => "Shareability-argument-for-DMB-is-deprecated",
        DsbInstruction { Accesses: BarrierAccesses.Loads } when !IsPlain(instruction) =>
            "Maintenance-scope-for-DSB-LD-is-deprecated",
        DsbInstruction { Accesses: BarrierAccesses.Stores } when !IsPlain(instruction) =>
            "Maintenance-scope-for-DSB-ST-is-deprecated",
        _ => null,
    };

    private static bool IsPlain(Instruction barrier) =>
        barrier.Text[3..].Trim().ToUpperInvariant() is "SY" or "LD" or "ST" or "";
}
