using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>The fields of a descriptor or root in parentheses.</summary>
internal sealed partial class DescriptorReader
{
    private string Key(List<string> before)
    {
        source.SkipBlanks();
        int start = source.At;
        string key = source.Word();
        if (key is not (
            "oa" or "valid" or "af" or "db" or "dbm" or "el0" or "x" or "cont" or "nt" or "ng" or "attrs" or "table"
                or "root" or "cnp"))
        {
            source.At = start;
            throw source.Expected(
                "a field of a descriptor (oa, valid, af, db, dbm, el0, x, attrs, cont, nt, ng, table) or of a root " +
                "(root, cnp)");
        }

        if (before.Contains(key))
            throw source.Error(source.Line, $"expected each field of a descriptor once, found {key} again");
        if (before.Find(other => Excludes(key, other)) is { } excluded)
            throw source.Error(source.Line, $"expected {excluded} without {key}, found both");
        before.Add(key);
        return source.Take(":") ? key : throw source.Expected(":");
    }

    // A descriptor leads to a page or to a table; a root is no descriptor.
    private static bool Excludes(string key, string other) => (key, other) switch
    {
        ("oa", "table") or ("table", "oa") => true,
        _ => key is "root" or "cnp" != other is "root" or "cnp",
    };

    private LitmusDescriptor With(LitmusDescriptor descriptor, string key) => key switch
    {
        "oa" => descriptor with { Output = OutputPage(), Table = null },
        "table" => descriptor with { Output = null, Table = TablePage() },
        "valid" => descriptor with { Valid = Bit() },
        "af" => descriptor with { Af = Bit() },
        "db" => descriptor with { Db = Bit() },
        "dbm" => descriptor with { Dbm = Bit() },
        "el0" => descriptor with { El0 = Bit() },
        "x" => descriptor with { X = Bit() },
        "cont" => descriptor with { Cont = Bit() },
        "nt" => descriptor with { Nt = Bit() },
        "ng" => descriptor with { Ng = Bit() },
        _ => descriptor with { Attributes = Attributes() },
    };

    // What PAR_EL1 holds: parel1_t:(oa:PA(x)) or parel1_t:(f:1), with or without parentheses around it.
    private LitmusValue? Translated()
    {
        int before = source.At;
        bool enclosed = source.Take("(");
        if (!source.TakeWord("parel1_t") || !source.Take(":") || !source.Take("("))
        {
            source.At = before;
            return null;
        }

        string key = source.Word();
        if (key is not ("oa" or "f") || !source.Take(":"))
            throw source.Expected("oa: or f: of PAR_EL1");
        LitmusValue value;
        if (key == "oa")
            value = LitmusValue.Translated(OutputPage());
        else
            value = Bit() ? LitmusValue.Translated(null) : throw source.Expected("f:1, or oa: of a page");
        return source.Take(")") && (!enclosed || source.Take(")")) ? value : throw source.Expected(")");
    }

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
            if (name.StartsWith("Tagged", StringComparison.Ordinal))
                throw source.Error(
                    line, $"expected memory without tags, found {name}: memory tags (MTE) are not supported");
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
}
