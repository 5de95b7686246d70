using System.Collections.Immutable;
using System.Globalization;

namespace Orleans.Mmu.Litmus.Tests;

/// <summary>A named page of memory: x, or x+0x1000 for the page after it.</summary>
/// <param name="Base">Index of the name that the page is counted from; each name is aligned to a block.</param>
/// <param name="Offset">Distance from there, in pages.</param>
public readonly record struct LitmusPage(string Name, int Base, int Offset);

/// <summary>A word of a translation table: the pte of a page, or the pmd of the block that holds the page.</summary>
/// <param name="Page">The page; for a pmd the first page of the block.</param>
public readonly record struct LitmusTableWord(int Page, bool IsPmd);

/// <summary>Numbers every page, table word and descriptor that a test names.</summary>
public sealed class LitmusNames
{
    /// <summary>The maximum number of pages, of table words and of descriptors.</summary>
    public const int Limit = 64;

    /// <summary>The number of a word of zeros.</summary>
    public const int ZeroDescriptor = 0;

    /// <summary>Pages of a block.</summary>
    public const int PagesOfBlock = 512;

    private readonly List<string> _bases = [];
    private readonly List<LitmusPage> _pages = [];
    private readonly List<LitmusTableWord> _words = [];
    private readonly Dictionary<int, int> _arrays = [];
    private readonly List<LitmusDescriptor> _descriptors = [LitmusDescriptor.Zero];

    public IReadOnlyList<LitmusPage> Pages => _pages;

    public IReadOnlyList<LitmusTableWord> Words => _words;

    public IReadOnlyList<LitmusDescriptor> Descriptors => _descriptors;

    /// <summary>The number of a page, added if it is new; null beyond the limit.</summary>
    /// <param name="offset">Pages from the first page of the name.</param>
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

        _pages.Add(
            new(offset == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}+0x{offset * 4096:x}"), number,
                offset));
        return _pages.Count - 1;
    }

    /// <summary>Declares a page an array of elements of a size in bytes.</summary>
    public void DeclareArray(int page, int bytes) => _arrays[page] = bytes;

    public bool IsArray(int page) => _arrays.ContainsKey(page);

    /// <summary>Bytes between the cells of a page: 4 for an array of int, else 8.</summary>
    public int CellBytes(int page) => _arrays.GetValueOrDefault(page, 8);

    /// <summary>The page at an offset from the same name, or null.</summary>
    public int? Find(int ofPage, int offset)
    {
        int found = _pages.FindIndex(p => p.Base == _pages[ofPage].Base && p.Offset == offset);
        return found < 0 ? null : found;
    }

    /// <summary>The number of a table word, added if it is new; null beyond the limit.</summary>
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

    /// <summary>The number of a descriptor, added if it is new; null beyond the limit.</summary>
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

    /// <summary>What a pmd must hold instead of this descriptor; null where it may hold it.</summary>
    public string? WhyNoPmd(int word, int descriptor)
    {
        var held = _descriptors[descriptor];
        if (held.Output is { } output && _pages[output].Offset != 0)
            return "a block at the first page of its memory";
        return held.Table is { } table && _pages[table].Base != _pages[_words[word].Page].Base
            ? $"the table of the block's own ptes in {WordName(word)}, since there is no other" : null;
    }

    /// <summary>Whether a page is mapped through TTBR1_EL1, which is so where the test names the page's pmd.</summary>
    public bool IsKernel(int page) => _words.Any(w => w.IsPmd && _pages[w.Page].Base == _pages[page].Base);

    public string PageName(int page) => _pages[page].Name;

    /// <summary>The name of a table word: PTE(x).</summary>
    public string WordName(int word) => $"{(_words[word].IsPmd ? "PMD" : "PTE")}({PageName(_words[word].Page)})";

    /// <summary>A value as herd prints it.</summary>
    public string Text(LitmusValue value) => value.Kind switch
    {
        LitmusValueKind.Address when value.Offset != 0 =>
            string.Create(CultureInfo.InvariantCulture, $"{PageName(value.Page)}+{value.Offset}"),
        LitmusValueKind.Address => PageName(value.Page),
        LitmusValueKind.TableWord => WordName((int)value.Bits),
        LitmusValueKind.PageNumber => string.Create(
            CultureInfo.InvariantCulture,
            $"{PageName(value.Page)}>>12{(value.OperandFields == 0 ? "" : $"|0x{value.OperandFields:x}")}"),
        LitmusValueKind.Descriptor => _descriptors[(int)value.Bits].Text(PageName),
        LitmusValueKind.Root => Text((LitmusRoot)value.Bits),
        LitmusValueKind.Translated =>
            value.Bits < 0 ? "(parel1_t:(f:1))" : $"(parel1_t:(oa:PA({PageName((int)value.Bits)})))",
        LitmusValueKind.Code =>
            string.Create(CultureInfo.InvariantCulture, $"P{value.CodeCpu}'s instruction {value.CodeIndex + 1}"),
        _ => value.Bits.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The names that pages are counted from, in order.</summary>
    public ImmutableArray<string> Bases => [.. _bases];

    private static string Text(LitmusRoot root)
    {
        string name = (root & LitmusRoot.Reserved) != 0 ? "reserved" : "swapper";
        return $"(root:{name}{((root & LitmusRoot.Cnp) != 0 ? ", cnp:1" : "")})";
    }
}
