using System.Collections.Immutable;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>A lock that serializes changes of the kernel's tables. Any CPU may take it.</summary>
/// <remarks>
/// Taking it is an acquire. Giving it back is a store-release: the CPU's earlier stores are performed before any CPU
/// sees the lock free (queued_spin_unlock, mutex_unlock).
/// </remarks>
public sealed record TableLock : Step
{
    internal static StepKind Declaration { get; } = new("lock", StepPerformers.Any, StepEffects.ChangesFlag);

    /// <summary>
    /// The names of the kernel's locks: that of split_kernel_leaf_mapping(), which is a mutex, and that of
    /// apply_to_page_range()
    /// and of every other writer of init_mm's tables.
    /// </summary>
    public static ImmutableArray<string> Names { get; } = ["pgtable_split_lock", "init_mm.page_table_lock"];

    internal static IReadOnlyList<Step> Every =>
        [.. Names.SelectMany(n => new[] { new TableLock(n, take: true), new TableLock(n, take: false) })];

    private TableLock(string name, bool take)
        : base(Declaration, OperandOf(name, take), $"spin_{Verb(take)}({name})") => (Name, Take) = (name, take);

    public string Name { get; }

    public bool Take { get; }

    /// <summary>A lock of the kernel's, or of a name that the protocol chooses.</summary>
    /// <exception cref="ArgumentException">A lock cannot have that name.</exception>
    public static TableLock Of(string name, bool take) => IsName(name)
        ? new(name, take) : throw new ArgumentException($"a lock cannot have the name {name}", nameof(name));

    /// <summary>The step of a text; null if it is none.</summary>
    internal static TableLock? Parse(string text)
    {
        foreach (bool take in new[] { true, false })
        {
            string before = $"spin_{Verb(take)}(";
            if (text.StartsWith(before, StringComparison.Ordinal) && text[^1] == ')'
                && text[before.Length..^1] is var name && IsName(name))
                return new(name, take);
        }

        return null;
    }

    /// <summary>The step of a code; null if it is none.</summary>
    internal static TableLock? Decode(string code) =>
        code.Split(':') is [var kind, var name, var verb] && kind == Declaration.Code && IsName(name)
            && (verb == Verb(true) || verb == Verb(false)) && !Names.Contains(name)
            ? new(name, verb == Verb(true)) : null;

    private static bool IsName(string name) => Names.Contains(name) || WordName.IsWellFormed(name);

    // The operand of a kernel's lock has hyphens where the name has underscores and full stops. No other name has a
    // hyphen, so no two locks have one operand.
    private static string OperandOf(string name, bool take) =>
        $"{(Names.Contains(name) ? name.Replace('_', '-').Replace('.', '-') : name)}:{Verb(take)}";

    private static string Verb(bool take) => take ? "lock" : "unlock";
}
