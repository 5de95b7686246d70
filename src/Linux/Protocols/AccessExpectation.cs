using System.Collections.Immutable;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>What can become of an access, as a set.</summary>
[Flags]
public enum AccessOutcomes
{
    None = 0,

    /// <summary>A translation fault or a permission fault.</summary>
    Fault = 1,

    /// <summary>It reaches the page of memory that the address has before the change.</summary>
    OldPage = 2,

    /// <summary>It reaches the page of memory that the address has at the end.</summary>
    NewPage = 4,

    /// <summary>It reaches another page of memory.</summary>
    OtherPage = 8,
}

/// <summary>What an access of a protocol must find. A page that does not move is the old one and the new one.</summary>
public sealed record AccessExpectation
{
    private AccessExpectation(AccessOutcomes allowed, string text, string code) =>
        (Allowed, Text, Code) = (allowed, text, code);

    /// <summary>The outcomes of which the access must have one.</summary>
    public AccessOutcomes Allowed { get; }

    /// <summary>Whether a fault is among them.</summary>
    public bool MayFault => Allowed.HasFlag(AccessOutcomes.Fault);

    /// <summary>The end of the step's text; empty where every outcome is allowed.</summary>
    public string Text { get; }

    /// <summary>The end of the step's code, which never changes.</summary>
    public string Code { get; }

    /// <summary>Anything: the access is there to be read.</summary>
    public static AccessExpectation Anything { get; } = new(
        AccessOutcomes.Fault | AccessOutcomes.OldPage | AccessOutcomes.NewPage | AccessOutcomes.OtherPage, "", "any");

    public static AccessExpectation Faults { get; } = new(AccessOutcomes.Fault, ", must fault", "faults");

    public static AccessExpectation DoesNotFault { get; } = new(
        AccessOutcomes.OldPage | AccessOutcomes.NewPage | AccessOutcomes.OtherPage, ", must not fault", "no-fault");

    public static AccessExpectation FindsNewPage { get; } =
        new(AccessOutcomes.NewPage, ", finds the new page", "new");

    public static AccessExpectation FindsOldPage { get; } =
        new(AccessOutcomes.OldPage, ", finds the old page", "old");

    public static AccessExpectation FindsNewPageOrFaults { get; } = new(
        AccessOutcomes.NewPage | AccessOutcomes.Fault, ", finds the new page or faults", "new-or-fault");

    public static AccessExpectation FindsOldPageOrFaults { get; } = new(
        AccessOutcomes.OldPage | AccessOutcomes.Fault, ", finds the old page or faults", "old-or-fault");

    public static ImmutableArray<AccessExpectation> All { get; } =
    [
        Anything, Faults, DoesNotFault, FindsNewPage, FindsOldPage, FindsNewPageOrFaults, FindsOldPageOrFaults,
    ];
}
