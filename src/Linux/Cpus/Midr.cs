using System.Globalization;

namespace Orleans.Mmu.Linux.Cpus;

/// <summary>
/// MIDR_EL1, which identifies a core. Fields: implementer [31:24], variant [23:20], architecture [19:16], part [15:4],
/// revision [3:0].
/// </summary>
public readonly record struct Midr(uint Value)
{
    public int Implementer => (int)(Value >> 24);

    /// <summary>The variant: the first number of a name such as r1p0.</summary>
    public int Variant => (int)(Value >> 20 & 0xf);

    public int Part => (int)(Value >> 4 & 0xfff);

    /// <summary>The revision: the second number of a name such as r1p0.</summary>
    public int Revision => (int)(Value & 0xf);

    /// <summary>The MIDR with variant and revision cleared, as Linux's MIDR_CPU_MODEL_MASK does.</summary>
    public Midr Model => new(Value & 0xff0ffff0);

    /// <summary>Variant and revision as one ordered number.</summary>
    public int VariantRevision => Variant << 4 | Revision;

    /// <summary>Variant and revision as manuals name them, such as "r1p0".</summary>
    public string RevisionName => MidrRange.NameOf(VariantRevision);

    public static Midr Of(int implementer, int part) => new((uint)implementer << 24 | 0xfu << 16 | (uint)part << 4);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"0x{Value:x8}");
}

/// <summary>A core and a range of its revisions; Linux's struct midr_range.</summary>
/// <param name="Model">Implementer and part.</param>
/// <param name="From">The lowest variant and revision, as variant × 16 + revision.</param>
/// <param name="To">The highest variant and revision, inclusive.</param>
public readonly record struct MidrRange(Midr Model, int From, int To)
{
    /// <summary>MIDR_ALL_VERSIONS.</summary>
    public static MidrRange All(Midr model) => new(model, 0, 0xff);

    /// <summary>MIDR_REV_RANGE: one variant, a range of its revisions.</summary>
    public static MidrRange Revisions(Midr model, int variant, int from, int to) =>
        new(model, variant << 4 | from, variant << 4 | to);

    /// <summary>A revision, given as variant × 16 + revision, as manuals name it: "r1p0".</summary>
    public static string NameOf(int variantRevision) =>
        string.Create(CultureInfo.InvariantCulture, $"r{variantRevision >> 4}p{variantRevision & 0xf}");

    public bool Contains(Midr midr) =>
        midr.Model == Model.Model && midr.VariantRevision >= From && midr.VariantRevision <= To;
}
