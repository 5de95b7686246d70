using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>
/// Reads names of pages and descriptors: x, x+0x1000, PA(x), phy_x, PTE(x), pte_x, PMD(x), (oa:PA(x), valid:0).
/// </summary>
internal sealed partial class DescriptorReader(LitmusText source, LitmusNames names)
{
    /// <summary>Reads a page: a name, and optionally a distance in bytes that is a whole number of pages.</summary>
    public int Page()
    {
        string name = source.Word();
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            throw source.Expected("the name of a page");
        return Page(name);
    }

    /// <summary>Reads the optional distance after a page's name.</summary>
    public int Page(string name)
    {
        int offset = 0;
        int line = source.Line;
        if (source.Take("+"))
        {
            string distance = source.Word();
            if (!LitmusNumber.TryParse(distance, out long bytes) || bytes < 0 || bytes % 4096 != 0
                || bytes >= 4096L * LitmusNames.PagesOfBlock)
                throw source.Error(
                    line, $"expected whole pages of 0x1000 bytes within a block after {name}+, found {distance}");
            offset = (int)(bytes / 4096);
        }

        return names.Page(name, offset)
            ?? throw source.Error(line, $"expected at most {LitmusNames.Limit} pages, found more");
    }

    /// <summary>
    /// Reads the table word of PTE(…), PMD(…) or pte_x whose first word has been read; null if it is none of these.
    /// </summary>
    public int? TableWord(string word)
    {
        int line = source.Line;
        if (word is "tag" && source.Next == '(')
            throw source.Error(line, "expected no tag(…), found one: memory tags (MTE) are not supported");
        if (word is "PTE" or "TTD" or "PMD" or "pte" or "ttd" or "pmd" && source.Take("("))
        {
            int page = Page();
            if (!source.Take(")"))
                throw source.Expected(")");
            return word is "PMD" or "pmd" ? Word(FirstOfBlock(page, line), true, line) : Word(page, false, line);
        }

        return word.StartsWith("pte_", StringComparison.Ordinal) && word.Length > 4
            ? Word(Page(word[4..]), false, line) : null;
    }

    /// <summary>Reads a value: a number, an address, a table word, a descriptor, or a root.</summary>
    public LitmusValue Value()
    {
        source.SkipBlanks();
        int line = source.Line;
        if (Translated() is { } translated)
            return translated;
        if (source.Next == '(')
            return Literal();
        if (source.Take("&"))
            return LitmusValue.Address(Page());
        bool negative = source.Take("-");
        string word = source.Word();
        if (word.Length == 0)
            throw source.Expected("a value: a number, a page, PTE(x), or a descriptor in ( )");
        if (char.IsAsciiDigit(word[0]))
        {
            // The sign belongs to the number: the magnitude of the smallest one is no 64-bit number.
            bool isHex = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            return LitmusNumber.TryParse(negative && !isHex ? $"-{word}" : word, out long number)
                ? LitmusValue.Number(negative && isHex ? -number : number)
                : throw source.Error(line, $"expected a number, found {word}");
        }

        if (negative)
            throw source.Error(line, $"expected a number after -, found {word}");
        if (TableWord(word) is { } tableWord)
            return LitmusValue.TableWord(tableWord);
        // x:red is an address with a tag.
        if (source.Next == ':')
            throw source.Error(
                line, $"expected an address without a tag, found {word}{source.Found()}: memory tags (MTE) are not "
                + "supported");
        return LitmusValue.Address(Page(word));
    }

    /// <summary>Reads a descriptor or a root in parentheses.</summary>
    /// <param name="ownPage">The output page of a descriptor without oa; null where oa is required.</param>
    public LitmusValue Literal(int? ownPage = null)
    {
        int line = source.Line;
        if (!source.Take("("))
            throw source.Expected("a descriptor in ( )");
        var descriptor = new LitmusDescriptor { Output = ownPage };
        LitmusRoot? root = null;
        bool cnp = false;
        if (!source.Take(")"))
        {
            var keys = new List<string>();
            do
            {
                string key = Key(keys);
                if (key == "root")
                    root = Root();
                else if (key == "cnp")
                    cnp = Bit();
                else
                    descriptor = With(descriptor, key);
            }
            while (source.Take(","));
            if (!source.Take(")"))
                throw source.Expected(", or )");
        }

        if (root is { } value)
            return LitmusValue.Root(cnp ? value | LitmusRoot.Cnp : value);
        if (descriptor is { Output: null, Table: null, Valid: true })
            throw source.Error(line, "expected oa: in a valid descriptor, found none");
        return LitmusValue.Descriptor(names.Descriptor(descriptor)
            ?? throw source.Error(line, $"expected at most {LitmusNames.Limit} descriptors, found more"));
    }

    private int FirstOfBlock(int page, int line) =>
        names.Page(names.Bases[names.Pages[page].Base], 0)
            ?? throw source.Error(line, $"expected at most {LitmusNames.Limit} pages, found more");

    private int Word(int page, bool isPmd, int line) =>
        names.Word(page, isPmd)
            ?? throw source.Error(line, $"expected at most {LitmusNames.Limit} table words, found more");
}
