namespace Orleans.Mmu.Litmus.Tests;

/// <summary>The quantifier of a condition over the final states.</summary>
public enum LitmusQuantifier
{
    /// <summary>exists: some final state satisfies the proposition.</summary>
    Exists,

    /// <summary>~exists: no final state satisfies the proposition.</summary>
    NotExists,

    /// <summary>forall: every final state satisfies the proposition.</summary>
    ForAll,
}

/// <summary>A part of a final state: a register of a CPU, a page's memory, or a table word.</summary>
/// <param name="Cpu">The CPU of a register, else −1.</param>
/// <param name="Index">The register's number, the page, or the table word.</param>
public readonly record struct LitmusObservable(LitmusObservableKind Kind, int Cpu, int Index);

/// <summary>In the order in which herd prints them.</summary>
public enum LitmusObservableKind
{
    Register, Memory, TableWord,
}

/// <summary>fault(P1:L0,x,MMU:Permission) or conflict(P1:L0,x); a part that is left out matches any.</summary>
/// <param name="IsConflict">Whether it is a TLB conflict rather than a fault.</param>
/// <param name="Place">The address that was accessed: of a page or of a table word.</param>
/// <param name="Type">
/// Translation, AccessFlag, Permission, SupervisorCall, UndefinedInstruction; null for any.
/// </param>
public sealed record FaultAtom(bool IsConflict, int Cpu, string? Label, LitmusValue? Place, string? Type)
{
    /// <summary>The page that was accessed; null for any, and for a table word.</summary>
    public int? Page => Place is { Kind: LitmusValueKind.Address } place ? place.Page : null;
}

/// <summary>A proposition about a final state.</summary>
public abstract record Proposition;

/// <summary>A register or a word has a value.</summary>
internal sealed record HasValue(LitmusObservable Observable, LitmusValue Value) : Proposition;

/// <summary>A register holds the address of a label.</summary>
/// <param name="Cpu">The CPU whose program has the label.</param>
internal sealed record HasLabel(LitmusObservable Observable, int Cpu, string Label) : Proposition;

/// <summary>A fault or a conflict happened.</summary>
internal sealed record Happened(FaultAtom Atom) : Proposition;

internal sealed record Negation(Proposition Of) : Proposition;

internal sealed record Conjunction(Proposition Left, Proposition Right) : Proposition;

internal sealed record Disjunction(Proposition Left, Proposition Right) : Proposition;

/// <summary>true, false.</summary>
internal sealed record Constant(bool Value) : Proposition;

/// <summary>The condition of a test.</summary>
/// <param name="Text">The condition as written, with single blanks.</param>
public sealed record LitmusCondition(LitmusQuantifier Quantifier, Proposition Proposition, string Text);
