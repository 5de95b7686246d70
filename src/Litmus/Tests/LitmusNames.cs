using System.Collections.Immutable;
using System.Globalization;

namespace Orleans.Mmu.Litmus.Tests;

/// <summary>A page of memory with a name: x, or x+0x1000 for the page after it.</summary>
/// <param name="Base">Number of the name that it is counted from; each is aligned to a block.</param>
/// <param name="Offset">Pages from there.</param>
public readonly record struct LitmusPage(string Name, int Base, int Offset);

/// <summary>A word of a translation table: the pte of a page, or the pmd of the block that it lies in.</summary>
/// <param name="Page">The page; for a pmd the first of the block.</param>
public readonly record struct LitmusTableWord(int Page, bool IsPmd);

/// <summary>Every page, table word and descriptor that a test names, numbered.</summary>
public sealed class LitmusNames
{
    /// <summary>The most of each.</summary>
    public const int Limit = 64;

    /// <summary>The number of a word of zeros.</summary>
    public const int ZeroDescriptor = 0;

    /// <summary>Pages of a block.</summary>
    public const int PagesOfBlock = 512;

    private readonly List<string> _bases = [];
    private readonly List<LitmusPage> _pages = [];
    private readonly List<LitmusTableWord> _words = [];
    private readonly List<LitmusDescriptor> _descriptors = [LitmusDescriptor.Zero];

    public IReadOnlyList<LitmusPage> Pages => _pages;

    public IReadOnlyList<LitmusTableWord> Words => _words;

    public IReadOnlyList<LitmusDescriptor> Descriptors => _descriptors;

    /// <summary>The number of a page, new or known; null once there are too many.</summary>
    /// <param name="offset">Pages from the first one of the name.</param>
    public int? Page(string name, int offset)
    {
        int known = _pages.FindIndex(p => _bases[p.Base] == name && p.Offset == offset);
        if (known >= 0)
            return known;
        if (_pages.Count == Limit)
            return null;
        int number = _bases.IndexOf(name);
        if (number < 0)
        {
            number = _bases.Count;
            _bases.Add(name);
        }

        _pages.Add(new(offset == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}+0x{offset * 4096:x}"), number, offset));
        return _pages.Count - 1;
    }

    /// <summary>The page of a known name and offset, or null.</summary>
    public int? Find(int ofPage, int offset)
    {
        int found = _pages.FindIndex(p => p.Base == _pages[ofPage].Base && p.Offset == offset);
        return found < 0 ? null : found;
    }

    /// <summary>The number of a table word, new or known; null once there are too many.</summary>
    public int? Word(int page, bool isPmd)
    {
        var word = new LitmusTableWord(page, isPmd);
        int known = _words.IndexOf(word);
        if (known >= 0)
            return known;
        if (_words.Count == Limit)
            return null;
        _words.Add(word);
        return _words.Count - 1;
    }

    /// <summary>The number of a descriptor, new or known; null once there are too many.</summary>
    public int? Descriptor(LitmusDescriptor descriptor)
    {
        int known = _descriptors.IndexOf(descriptor);
        if (known >= 0)
            return known;
        if (_descriptors.Count == Limit)
            return null;
        _descriptors.Add(descriptor);
        return _descriptors.Count - 1;
    }

    /// <summary>What a pmd must hold instead of a descriptor; null where it may hold it.</summary>
    public string? WhyNoPmd(int word, int descriptor)
    {
        var held = _descriptors[descriptor];
        if (held.Output is { } output && _pages[output].Offset != 0)
            return "a block at the first page of its memory";
        return held.Table is { } table && _pages[table].Base != _pages[_words[word].Page].Base
            ? $"the table of the block's own ptes in {WordName(word)}, since there is no other" : null;
    }

    /// <summary>Whether a page is mapped through TTBR1_EL1: the test speaks of its pmd.</summary>
    public bool IsKernel(int page) => _words.Any(w => w.IsPmd && _pages[w.Page].Base == _pages[page].Base);

    /// <summary>The name of a page.</summary>
    public string PageName(int page) => _pages[page].Name;

    /// <summary>The name of a table word: PTE(x).</summary>
    public string WordName(int word) => $"{(_words[word].IsPmd ? "PMD" : "PTE")}({PageName(_words[word].Page)})";

    /// <summary>A value as herd prints it.</summary>
    public string Text(LitmusValue value) => value.Kind switch
    {
        LitmusValueKind.Address when value.Offset != 0 => string.Create(CultureInfo.InvariantCulture, $"{PageName(value.Page)}+{value.Offset}"),
        LitmusValueKind.Address => PageName(value.Page),
        LitmusValueKind.TableWord => WordName((int)value.Bits),
        LitmusValueKind.PageNumber => $"{PageName((int)value.Bits)}>>12",
        LitmusValueKind.Descriptor => _descriptors[(int)value.Bits].Text(PageName),
        LitmusValueKind.Root => Text((LitmusRoot)value.Bits),
        _ => value.Bits.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The bases in order, for whoever lays them out.</summary>
    public ImmutableArray<string> Bases => [.. _bases];

    private static string Text(LitmusRoot root) =>
        $"(root:{((root & LitmusRoot.Reserved) != 0 ? "reserved" : "swapper")}{((root & LitmusRoot.Cnp) != 0 ? ", cnp:1" : "")})";
}
