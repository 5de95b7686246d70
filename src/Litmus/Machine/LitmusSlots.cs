using System.Collections.Immutable;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// An element of a may-set: the entries that one table word can provide for one page, one bit for each version of the
/// word.
/// </summary>
/// <param name="Word">The table word; −1 for the entry above all pmds.</param>
/// <param name="Page">The page that it translates; −1 for the entry above all pmds.</param>
/// <param name="Parent">
/// The slot whose table entry leads to the word; −1 where the walk to the word never changes, −2 for the swapper root.
/// </param>
internal readonly record struct LitmusSlot(int Word, int Page, int Parent)
{
    public const int Unchanging = -1;
    public const int Root = -2;
}

/// <summary>The slots of a test, parents before children.</summary>
internal sealed class LitmusSlots
{
    public LitmusSlots(LitmusTest test, LitmusLayout layout)
    {
        var names = test.Names;
        var slots = new List<LitmusSlot>();
        if (names.Words.Any(w => w.IsPmd))
            slots.Add(new(-1, -1, LitmusSlot.Root));
        int Pmd(int page) =>
            slots.FindIndex(
                s => s.Word >= 0 && names.Words[s.Word].IsPmd && names.Pages[s.Page].Base == names.Pages[page].Base);
        for (int word = 0; word < names.Words.Count; word++)
        {
            if (names.Words[word].IsPmd)
                slots.Add(new(word, names.Words[word].Page, 0));
        }

        for (int word = 0; word < names.Words.Count; word++)
        {
            if (!names.Words[word].IsPmd)
                slots.Add(new(word, names.Words[word].Page, Pmd(names.Words[word].Page)));
        }

        // Slots for the other pages of a contiguous group, if the test uses the Contiguous bit.
        if (names.Descriptors.Any(d => d.Cont))
        {
            foreach (var slot in slots.Where(s => s.Word >= 0 && !names.Words[s.Word].IsPmd).ToList())
            {
                for (int page = 0; page < names.Pages.Count; page++)
                {
                    if (page != slot.Page && layout.AreGrouped(page, slot.Page))
                        slots.Add(slot with { Page = page });
                }
            }
        }

        All = [.. slots];
        OfWord = [.. Enumerable.Range(0, names.Words.Count).Select(w => Indices(s => s.Word == w))];
        ForPage = [.. Enumerable.Range(0, names.Pages.Count).Select(p => Indices(s => s.Word >= 0
            && (names.Words[s.Word].IsPmd ? names.Pages[s.Page].Base == names.Pages[p].Base : s.Page == p)))];
    }

    public ImmutableArray<LitmusSlot> All { get; }

    /// <summary>The slots of each table word, its own first.</summary>
    public ImmutableArray<ImmutableArray<int>> OfWord { get; }

    /// <summary>The slots that can answer for each page.</summary>
    public ImmutableArray<ImmutableArray<int>> ForPage { get; }

    private ImmutableArray<int> Indices(Func<LitmusSlot, bool> predicate) =>
        [.. Enumerable.Range(0, All.Length).Where(i => predicate(All[i]))];
}
