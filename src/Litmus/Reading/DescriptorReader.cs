using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>
/// Reads names of pages and descriptors: x, x+0x1000, PA(x), phy_x, PTE(x), pte_x, PMD(x), (oa:PA(x), valid:0).
/// </summary>
internal sealed class DescriptorReader(LitmusText source, LitmusNames names)
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
        if (word is "PTE" or "PMD" or "pte" or "pmd" && source.Take("("))
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
            return LitmusNumber.TryParse(word, out long number)
                ? LitmusValue.Number(negative ? -number : number)
                : throw source.Error(line, $"expected a number, found {word}");
        }

        if (negative)
            throw source.Error(line, $"expected a number after -, found {word}");
        return TableWord(word) is { } tableWord ? LitmusValue.TableWord(tableWord) : LitmusValue.Address(Page(word));
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
            do
            {
                string key = Key();
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

    private string Key()
    {
        source.SkipBlanks();
        int before = source.At;
        string key = source.Word();
        if (key is not (
            "oa" or "valid" or "af" or "db" or "dbm" or "el0" or "cont" or "nt" or "ng" or "attrs" or "table" or "root"
                or "cnp"))
        {
            source.At = before;
            throw source.Expected(
                "a field of a descriptor (oa, valid, af, db, dbm, el0, attrs, cont, nt, ng, table) or of a root " +
                "(root, cnp)");
        }

        return source.Take(":") ? key : throw source.Expected(":");
    }

    private LitmusDescriptor With(LitmusDescriptor descriptor, string key) => key switch
    {
        "oa" => descriptor with { Output = OutputPage(), Table = null },
        "table" => descriptor with { Output = null, Table = TablePage() },
        "valid" => descriptor with { Valid = Bit() },
        "af" => descriptor with { Af = Bit() },
        "db" => descriptor with { Db = Bit() },
        "dbm" => descriptor with { Dbm = Bit() },
        "el0" => descriptor with { El0 = Bit() },
        "cont" => descriptor with { Cont = Bit() },
        "nt" => descriptor with { Nt = Bit() },
        "ng" => descriptor with { Ng = Bit() },
        _ => descriptor with { Attributes = Attributes() },
    };

    private int OutputPage()
    {
        string word = source.Word();
        if (word == "PA" && source.Take("("))
        {
            int page = Page();
            return source.Take(")") ? page : throw source.Expected(")");
        }

        return word.StartsWith("phy_", StringComparison.Ordinal) && word.Length > 4
            ? Page(word[4..])
            : throw source.Error(
                source.Line, $"expected PA(x) or phy_x after oa:, found {(word.Length > 0 ? word : source.Found())}");
    }

    // The ptes of a block lie in one table, so any page of the block names that table.
    private int TablePage()
    {
        int line = source.Line;
        string word = source.Word();
        if (TableWord(word) is { } pte && !names.Words[pte].IsPmd)
            return FirstOfBlock(names.Words[pte].Page, line);
        throw source.Error(line, $"expected PTE(x) after table:, found {word}");
    }

    private int FirstOfBlock(int page, int line) =>
        names.Page(names.Bases[names.Pages[page].Base], 0)
            ?? throw source.Error(line, $"expected at most {LitmusNames.Limit} pages, found more");

    private LitmusAttributes Attributes()
    {
        if (!source.Take("("))
            throw source.Expected("( and attributes");
        var attributes = LitmusAttributes.Usual;
        do
        {
            source.SkipBlanks();
            int line = source.Line;
            string name = source.Until([',', ')', '\n', ';']).Trim();
            attributes = attributes.With(name)
                ?? throw source.Error(line, $"expected {LitmusAttributes.Names}, found {name}");
        }
        while (source.Take(","));
        return source.Take(")") ? attributes : throw source.Expected(", or )");
    }

    private LitmusRoot Root()
    {
        string name = source.Word();
        return name switch
        {
            "swapper" => LitmusRoot.Swapper,
            "reserved" => LitmusRoot.Reserved,
            _ => throw source.Error(
                source.Line,
                $"expected swapper or reserved after root:, found {(name.Length > 0 ? name : source.Found())}"),
        };
    }

    private bool Bit()
    {
        string bit = source.Word();
        return bit is "0" or "1"
            ? bit == "1"
            : throw source.Error(source.Line, $"expected 0 or 1, found {(bit.Length > 0 ? bit : source.Found())}");
    }

    private int Word(int page, bool isPmd, int line) =>
        names.Word(page, isPmd)
            ?? throw source.Error(line, $"expected at most {LitmusNames.Limit} table words, found more");
}
