using System.Collections.Immutable;
using Orleans.Mmu.Checking.Scripts;
using Orleans.Mmu.Checking.Toy;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Transitions;

/// <summary>
/// A store of a CPU that waits in its store buffer between its issue and its performance. The buffer drains out of
/// order between locations, unless a barrier stands between two stores.
/// </summary>
/// <param name="Word">The descriptor written; null for the flag, a lock and a word of the protocol's own.</param>
/// <param name="After">The stores that must be performed before it, as a mask.</param>
public sealed record DescriptorStore(int Index, WatchedWord? Word, WordContent Content, uint After)
{
    // One bit of a mask each.
    private const int MaxStores = 31;

    public uint Bit => 1u << Index;

    /// <summary>The lock that the store gives back; null for other stores.</summary>
    public string? Unlocks { get; init; }

    /// <summary>The word of the protocol's own that the store sets, and to what; null for other stores.</summary>
    public (string Name, int Value)? Sets { get; init; }

    public bool IsFlag => Word is null && Unlocks is null && Sets is null;

    /// <summary>"pmd(below text) = table", "flag = 0", "pgtable_split_lock = free".</summary>
    public override string ToString() =>
        Word is { } word ? $"{word} = {Name(Content)}" : Unlocks is { } name ? $"{name} = free"
            : Sets is var (set, value) ? $"{set} = {value}" : "flag = 0";

    /// <summary>The stores of a program, and for each position those issued before it.</summary>
    /// <param name="buffersUnlocks">
    /// Whether giving a lock back is a store of its own. Where only CPU 0 stores descriptors, nothing depends on when a
    /// lock is seen free after its owner's stores, so it is free at once.
    /// </param>
    public static (ImmutableArray<DescriptorStore> Stores, ImmutableArray<uint> IssuedBefore) Of(
        ImmutableArray<ScriptStep> program, bool buffersUnlocks = false)
    {
        var stores = ImmutableArray.CreateBuilder<DescriptorStore>();
        var issued = ImmutableArray.CreateBuilder<uint>(program.Length + 1);
        uint ordered = 0;
        foreach (var at in program)
        {
            var step = at.Step;
            issued.Add(Mask(stores.Count));
            if (step.Has(StepEffects.OrdersStores))
                ordered = Mask(stores.Count);
            foreach (var (word, content) in Writes(step))
            {
                uint sameWord = stores.Where(s => s.Word == word && s.Sets is null)
                    .Aggregate(0u, (mask, s) => mask | s.Bit);
                stores.Add(new(stores.Count, word, content, ordered | sameWord));
            }

            if (step is SetWord set)
            {
                uint sameName = stores.Where(s => s.Sets?.Name == set.Name).Aggregate(0u, (mask, s) => mask | s.Bit);
                stores.Add(new(stores.Count, null, WordContent.None, ordered | sameName)
                {
                    Sets = (set.Name, set.Value),
                });
            }

            // A store-release comes after every earlier store.
            if (buffersUnlocks && Unlocked(step) is { } name)
                stores.Add(new(stores.Count, null, WordContent.None, Mask(stores.Count)) { Unlocks = name });
            if (stores.Count > MaxStores)
                throw new ModelLimitException($"expected at most {MaxStores} stores of a CPU, found more", at);
        }

        issued.Add(Mask(stores.Count));
        return (stores.ToImmutable(), issued.MoveToImmutable());
    }

    /// <summary>What a step writes: words with contents, or the flag.</summary>
    public static IEnumerable<(WatchedWord? Word, WordContent Content)> Writes(Step step) => step switch
    {
        WriteEntries write =>
            WatchedWord.Of(write.Range, write.Word).Select(w => ((WatchedWord?)w, ContentOf(write.Value))),
        FreeTable free =>
            WatchedWord.Of(free.Range, EntryWord.AllPtes).Select(w => ((WatchedWord?)w, WordContent.Freed)),
        ClearFlag => [(null, WordContent.None)],
        // These change the flag and the locks, no descriptor.
        RaiseFlag or CountIn or AllocatorLock or TableLock or SetWord or AddToWord => [],
        // In a script, a split is already replaced by its stores.
        SplitToPages => [],
        WriteTtbr0 or WriteTtbr1 or SetT0sz or SetWalks or Isb or Dsb or Dmb or Tlbi or TlbiRange => [],
        EnterIdmap or LeaveIdmap or TouchStack or AwaitAll or AwaitRelease or Stopped or SkipUnless => [],
        // A watched page holds nothing that the machine keeps.
        AwaitWord or SkipUnlessWord or AccessPage or SendIpi or MaskInterrupts => [],
        _ => throw new UnknownStepException(step, nameof(DescriptorStore)),
    };

    /// <summary>The content that a descriptor of a value gives a word.</summary>
    public static WordContent ContentOf(EntryValue value) => value switch
    {
        EntryValue.Block => WordContent.Block,
        EntryValue.BlockNt => WordContent.BlockNt,
        EntryValue.Table => WordContent.Table,
        EntryValue.Page => WordContent.Page,
        EntryValue.ReadOnlyPage => WordContent.ReadOnlyPage,
        EntryValue.ReadOnlyCopy => WordContent.ReadOnlyCopy,
        EntryValue.OtherReadOnlyPage => WordContent.OtherReadOnlyPage,
        EntryValue.ContiguousPage => WordContent.ContiguousPage,
        EntryValue.SecondTable => WordContent.SecondTable,
        EntryValue.BlockNg => WordContent.BlockNg,
        EntryValue.None => WordContent.None,
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "no such value"),
    };

    /// <summary>The locks that a CPU gives back after a store: who takes one then comes after the store.</summary>
    public static IReadOnlySet<string> GivenBackAfterStores(ImmutableArray<ScriptStep> program)
    {
        int first = program.FirstIndex(0, s => Writes(s).Any(w => w.Word is not null));
        return first < 0 ? new HashSet<string>()
            : program[first..].Select(s => Unlocked(s.Step)).OfType<string>().ToHashSet();
    }

    /// <summary>The lock that a step takes or gives back; null for other steps.</summary>
    public static string? LockOf(Step step) =>
        step is TableLock table ? table.Name : step is AllocatorLock ? AllocatorLock.Name : null;

    private static string? Unlocked(Step step) => step is TableLock { Take: false } given ? given.Name
        : step is AllocatorLock { Take: false } ? AllocatorLock.Name : null;

    private static uint Mask(int count) => count >= 32 ? uint.MaxValue : (1u << count) - 1;

    /// <summary>A content as a protocol's text names it: "read-only page"; "0" for nothing.</summary>
    public static string Name(WordContent content) => content switch
    {
        WordContent.None => "0",
        WordContent.Freed => "what its next owner writes",
        WordContent.BlockNt => "block with nT",
        WordContent.ReadOnlyPage => "read-only page",
        WordContent.ReadOnlyCopy => "read-only copy of the page",
        WordContent.OtherReadOnlyPage => "another read-only page",
        WordContent.ContiguousPage => "contiguous page",
        WordContent.SecondTable => "second table",
        WordContent.BlockNg => "block with nG",
        _ => content.ToString().ToLowerInvariant(),
    };
}
