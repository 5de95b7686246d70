using System.Collections.Immutable;
using Orleans.Mmu.Arm.Addresses;
using Orleans.Mmu.Arm.Descriptors;
using Orleans.Mmu.Arm.Geometry;
using Orleans.Mmu.Arm.Tables;
using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Linux.LinearMap;
using Orleans.Mmu.Linux.Permissions;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Checking.Toy;

/// <summary>
/// The content of a watched table word: a descriptor of <see cref="EntryValue"/>, or a value that the protocol did not
/// write.
/// </summary>
public enum WordContent
{
    None,
    Block,
    BlockNt,
    Table,
    Page,
    ReadOnlyPage,

    /// <summary>A read-only page at another address, which holds what the page holds.</summary>
    ReadOnlyCopy,

    /// <summary>A read-only page at another address, which holds something else.</summary>
    OtherReadOnlyPage,
    ContiguousPage,
    SecondTable,
    BlockNg,

    /// <summary>The former content of a new table's page: Linux allocates it without __GFP_ZERO.</summary>
    Unfilled,

    /// <summary>The content written by the page's next owner.</summary>
    Freed,
}

/// <summary>A word of the toy machine's tables: a pmd, or a pte of one of the watched pages.</summary>
/// <param name="Page">−1 for the pmd, else the page's number in its block.</param>
/// <param name="Second">Whether a pmd lies below root:B, or a pte in the range's second table.</param>
public readonly record struct WatchedWord(RepaintRange Range, int Page, bool Second = false)
{
    /// <summary>
    /// Number of watched pages in a block. Two pages distinguish a TLBI of one page from one of all, and a whole group
    /// from a half-made one; a third would behave as the second does.
    /// </summary>
    public const int Pages = AccessPage.Pages;

    /// <summary>Every word, a pmd before the ptes below it.</summary>
    public static ImmutableArray<WatchedWord> All { get; } =
    [
        .. from second in new[] { false, true }
           from range in Enum.GetValues<RepaintRange>() from page in Enumerable.Range(-1, Pages + 1)
           select new WatchedWord(range, page, second),
    ];

    public bool IsPmd => Page < 0;

    /// <summary>The content of a pmd that leads to this pte.</summary>
    public WordContent Link => Second ? WordContent.SecondTable : WordContent.Table;

    /// <summary>
    /// Whether a protocol can store the content here: a pmd holds no page, and a pte neither a block nor a table.
    /// </summary>
    public bool CanHold(WordContent content) => content switch
    {
        WordContent.Block or WordContent.BlockNt or WordContent.BlockNg => IsPmd,
        WordContent.Table or WordContent.SecondTable => IsPmd,
        WordContent.Page or WordContent.ReadOnlyPage or WordContent.ReadOnlyCopy or WordContent.OtherReadOnlyPage
            or WordContent.ContiguousPage => !IsPmd,
        _ => true,
    };

    /// <summary>The words that a step names.</summary>
    public static IEnumerable<WatchedWord> Of(RepaintRange range, EntryWord word) => word switch
    {
        EntryWord.Pmd => [new(range, -1)],
        EntryWord.FirstPte => [new(range, 0)],
        EntryWord.SecondPte => [new(range, 1)],
        EntryWord.AllPtes => Ptes(range, second: false),
        EntryWord.SecondFirstPte => [new(range, 0, true)],
        EntryWord.SecondAllPtes => Ptes(range, second: true),
        EntryWord.SecondPmd => [new(range, -1, true)],
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "no such word"),
    };

    /// <summary>The word's first address.</summary>
    public VirtualAddress Address(ToyMachine machine) =>
        machine.BlockOf(Range) + (ulong)Math.Max(0, Page) * machine.Geometry.Granule.PageSize;

    /// <summary>
    /// The descriptor of a content, made by the code that Linux would make it with; zero for a value that the protocol
    /// did not write.
    /// </summary>
    public Descriptor Descriptor(ToyMachine machine, WordContent content)
    {
        var before = At(machine.Painted, machine);
        var after = At(machine.InPages, machine);
        return content switch
        {
            WordContent.Block => before,
            WordContent.BlockNt => before.WithNoTranslation(true),
            WordContent.BlockNg => before.WithNotGlobal(true),
            WordContent.Table or WordContent.Page => after,
            WordContent.SecondTable => machine.ToSecondTable(Range, after),
            WordContent.ReadOnlyPage => PermissionChange.ReadOnly.ApplyTo(after),
            WordContent.ReadOnlyCopy or WordContent.OtherReadOnlyPage => Elsewhere(after, machine),
            WordContent.ContiguousPage => after.WithContiguous(true),
            _ => Arm.Descriptors.Descriptor.Invalid,
        };
    }

    public override string ToString() => (IsPmd ? "pmd" : $"pte[{Page}]") + $"({RepaintRangeText.Of(Range)}"
        + (Second ? IsPmd ? ", root:B)" : ", second table)" : ")");

    private static IEnumerable<WatchedWord> Ptes(RepaintRange range, bool second) =>
        Enumerable.Range(0, Pages).Select(p => new WatchedWord(range, p, second));

    /// <summary>The word's physical address.</summary>
    public PhysicalAddress Location(ToyMachine machine)
    {
        Span<WalkRead> steps = stackalloc WalkRead[TableWalker.MaxSteps];
        TableWalker.Walk(machine.InPages, machine.Swapper, Address(machine), 52, steps, out _);
        var first = steps[IsPmd ? 1 : 2].Address;
        return Second ? machine.InSecond(this, first) : first;
    }

    // A page behind the watched ones.
    private static Descriptor Elsewhere(Descriptor page, ToyMachine machine)
    {
        var geometry = machine.Geometry;
        var attributes = PermissionChange.ReadOnly.ApplyTo(page).Attributes(geometry, Level.L3);
        var output = page.OutputAddress(geometry, Level.L3) + Pages * geometry.Granule.PageSize;
        return Arm.Descriptors.Descriptor.Leaf(geometry, Level.L3, output, attributes, contiguous: false);
    }

    // The descriptor that a walk reads at the word's level; before the split there is no level below a block.
    private Descriptor At(TableSnapshot tables, ToyMachine machine)
    {
        Span<WalkRead> steps = stackalloc WalkRead[TableWalker.MaxSteps];
        TableWalker.Walk(tables, machine.Swapper, Address(machine), 52, steps, out int count);
        int index = IsPmd ? 1 : 2;
        return index < count ? steps[index].Value : Arm.Descriptors.Descriptor.Invalid;
    }
}
