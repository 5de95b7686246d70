using System.Collections.Immutable;

namespace Orleans.Mmu.Litmus.Tests;

/// <summary>The attributes whose change requires break-before-make, by herd's names (aarch64memattrs.cat).</summary>
/// <param name="Type">Normal, or a kind of Device memory.</param>
public sealed record LitmusAttributes(string Type, string Shareability, string Inner, string Outer)
{
    private static readonly ImmutableDictionary<string, string> Short = ImmutableDictionary.CreateRange<string, string>(
    [
        new("NSH", "Non-shareable"), new("ISH", "Inner-shareable"), new("OSH", "Outer-shareable"),
        new("iNC", "Inner-non-cacheable"), new("iWT", "Inner-write-through"), new("iWB", "Inner-write-back"),
        new("oNC", "Outer-non-cacheable"), new("oWT", "Outer-write-through"), new("oWB", "Outer-write-back"),
    ]);

    /// <summary>The accepted attribute names, for errors.</summary>
    public static string Names =>
        "Normal, Device-GRE, Device-nGRE, Device-nGnRE, Device-nGnRnE, NSH, ISH, OSH, iNC, iWT, iWB, oNC, oWT or oWB";

    /// <summary>Normal, inner shareable, write-back memory.</summary>
    public static LitmusAttributes Usual { get; } = new(
        "Normal", "Inner-shareable", "Inner-write-back", "Outer-write-back");

    public bool IsDevice => Type.StartsWith("Device", StringComparison.Ordinal);

    /// <summary>A copy with one attribute changed; null if herd knows no attribute of that name.</summary>
    public LitmusAttributes? With(string name)
    {
        name = Short.GetValueOrDefault(name, name);
        return name switch
        {
            "Normal" or "Device-GRE" or "Device-nGRE" or "Device-nGnRE" or "Device-nGnRnE" => this with { Type = name },
            "Non-shareable" or "Inner-shareable" or "Outer-shareable" => this with { Shareability = name },
            "Inner-non-cacheable" or "Inner-write-through" or "Inner-write-back" => this with { Inner = name },
            "Outer-non-cacheable" or "Outer-write-through" or "Outer-write-back" => this with { Outer = name },
            _ => null,
        };
    }

    /// <summary>For Device memory herd prints neither shareability nor cacheability.</summary>
    public override string ToString() => IsDevice ? Type : $"{Type}, {Shareability}, {Inner}, {Outer}";
}
