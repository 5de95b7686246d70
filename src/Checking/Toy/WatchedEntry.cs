using Orleans.Mmu.Arm.TlbEntries;

namespace Orleans.Mmu.Checking.Toy;

/// <summary>
/// A TLB entry that a CPU of the toy machine can hold: a table descriptor (walk cache), a block, a page, or what a
/// member of a contiguous group provides for another page of it.
/// </summary>
/// <param name="Index">Its bit in a may-set.</param>
/// <param name="Entry">The entry in the TLB model.</param>
/// <param name="Word">The word that it was read from; null for a word that no protocol writes.</param>
/// <param name="Content">The content of that word.</param>
/// <param name="Parent">The table entry that leads to the word; −1 if a root does.</param>
/// <param name="Name">Its name in output: "2M block below text".</param>
public sealed record WatchedEntry(
    int Index, TlbEntry Entry, WatchedWord? Word, WordContent Content, int Parent, string Name)
{
    public uint Bit => 1u << Index;

    /// <summary>
    /// Whether memory holds the same at the output addresses of two leaves for one page: true for a page and its copy.
    /// </summary>
    public bool HoldsWhat(WatchedEntry other) =>
        (Content == WordContent.OtherReadOnlyPage) == (other.Content == WordContent.OtherReadOnlyPage);
}
