using System.Collections.Immutable;

namespace Orleans.Mmu.Linux.Protocols;

/// <summary>A lock that serialises changes of the kernel's tables. Any CPU may take it.</summary>
/// <remarks>
/// Taking it is an acquire. Giving it back is a store-release: the CPU's earlier stores are performed before any CPU
/// sees the lock free (queued_spin_unlock, mutex_unlock).
/// </remarks>
public sealed record TableLock : Step
{
    internal static StepKind Declaration { get; } = new("lock", StepPerformers.Any, StepEffects.ChangesFlag);

    /// <summary>
    /// The names of the locks: that of split_kernel_leaf_mapping(), which is a mutex, and that of apply_to_page_range()
    /// and of every other writer of init_mm's tables.
    /// </summary>
    public static ImmutableArray<string> Names { get; } = ["pgtable_split_lock", "init_mm.page_table_lock"];

    internal static IReadOnlyList<Step> Every =>
        [.. Names.SelectMany(n => new[] { new TableLock(n, take: true), new TableLock(n, take: false) })];

    private TableLock(string name, bool take)
        : base(Declaration, OperandOf(name, take), $"spin_{Verb(take)}({name})") => (Name, Take) = (name, take);

    public string Name { get; }

    public bool Take { get; }

    /// <exception cref="ArgumentException">There is no lock of that name.</exception>
    public static TableLock Of(string name, bool take) => Names.Contains(name)
        ? new(name, take) : throw new ArgumentException($"there is no lock {name}", nameof(name));

    // An operand has hyphens where the name has underscores and full stops.
    private static string OperandOf(string name, bool take) =>
        $"{name.Replace('_', '-').Replace('.', '-')}:{Verb(take)}";

    private static string Verb(bool take) => take ? "lock" : "unlock";
}
