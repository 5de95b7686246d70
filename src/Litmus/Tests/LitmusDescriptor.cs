using System.Text;

namespace Orleans.Mmu.Litmus.Tests;

/// <summary>
/// A descriptor as litmus tests write it: (oa:PA(x), valid:1, af:1, db:1, dbm:0, el0:1), with herd's defaults.
/// </summary>
public sealed record LitmusDescriptor
{
    /// <summary>The attributes of ordinary memory, which herd does not print.</summary>
    private const string UsualAttributes = "Normal, Inner-shareable, Inner-write-back, Outer-write-back";

    /// <summary>A word of zeros.</summary>
    public static LitmusDescriptor Zero { get; } = new() { Valid = false };

    /// <summary>The output page; null for a word of zeros and for a table.</summary>
    public int? Output { get; init; }

    /// <summary>For a table descriptor, a page of the block whose ptes the table holds; null for a leaf.</summary>
    public int? Table { get; init; }

    public bool Valid { get; init; } = true;

    /// <summary>The access flag.</summary>
    public bool Af { get; init; } = true;

    /// <summary>herd's "dirty bit": 0 is read-only.</summary>
    public bool Db { get; init; } = true;

    /// <summary>DBM.</summary>
    public bool Dbm { get; init; }

    /// <summary>EL0 may access.</summary>
    public bool El0 { get; init; } = true;

    /// <summary>herd's "x": 0 is execute-never. No instruction is fetched through a descriptor here.</summary>
    public bool X { get; init; } = true;

    /// <summary>The Contiguous bit.</summary>
    public bool Cont { get; init; }

    /// <summary>FEAT_BBM's nT.</summary>
    public bool Nt { get; init; }

    /// <summary>nG.</summary>
    public bool Ng { get; init; }

    /// <summary>Memory type, shareability and cacheability.</summary>
    public LitmusAttributes Attributes { get; init; } = LitmusAttributes.Usual;

    /// <summary>
    /// Whether a TLB may hold it: descriptors that cause Translation or Access flag faults are never cached (R_XCLRD).
    /// </summary>
    public bool IsCacheable => Valid && (Af || Table is not null) && !(Output is null && Table is null);

    /// <summary>
    /// The descriptor in herd's form: the output address and every field that differs from its default.
    /// </summary>
    /// <param name="page">Gives the name of a page.</param>
    public string Text(Func<int, string> page)
    {
        if (this == Zero)
            return "0";
        var text = new StringBuilder("(");
        if (Output is { } output)
            text.Append("oa:PA(").Append(page(output)).Append(')');
        if (Table is { } table)
            text.Append("table:PTE(").Append(page(table)).Append(')');
        Add("af", Af, true);
        Add("db", Db, true);
        Add("dbm", Dbm, false);
        Add("valid", Valid, true);
        Add("el0", El0, true);
        Add("x", X, true);
        Add("cont", Cont, false);
        Add("nt", Nt, false);
        Add("ng", Ng, false);
        string attributes = Attributes.ToString();
        if (attributes != UsualAttributes)
            text.Append(", attrs:(").Append(attributes).Append(')');
        return text.Append(')').ToString();

        void Add(string name, bool value, bool usual)
        {
            if (value != usual)
                text.Append(text.Length > 1 ? ", " : "").Append(name).Append(value ? ":1" : ":0");
        }
    }
}
