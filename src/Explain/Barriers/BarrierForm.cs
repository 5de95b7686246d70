using System.Text;
using System.Text.RegularExpressions;
using Orleans.Mmu.Arm.Barriers;

namespace Orleans.Mmu.Explain.Barriers;

/// <summary>A DSB or a DMB as assembly writes it.</summary>
/// <param name="Waits">True for DSB, false for DMB.</param>
/// <param name="Option">The shareability domain, and the kind of access.</param>
/// <param name="Nxs">The nXS qualifier of a DSB (FEAT_XS).</param>
internal readonly partial record struct BarrierForm(bool Waits, DsbKind Option, bool Nxs)
{
    /// <summary>The instruction in lower case: "dsb ishst", "dsb oshnxs".</summary>
    public string Text => $"{(Waits ? "dsb" : "dmb")} {Option.Option()}{(Nxs ? "nxs" : "")}";

    /// <summary>
    /// Every form: DMB and DSB have the same twelve options, and a DSB with nXS waits for loads and stores alike.
    /// </summary>
    public static IEnumerable<BarrierForm> All =>
        Enum.GetValues<DsbKind>().SelectMany(kind => new BarrierForm[]
        {
            new(true, kind, false), new(false, kind, false), new(true, kind, true),
        }).Where(f => !f.Nxs || f.Option.Accesses() is BarrierAccesses.All);

    /// <summary>
    /// The barrier that a text in lower case names, as assembly or as Linux's macro: "dsb ishst", "dsb(ishst)".
    /// </summary>
    /// <returns>Null if the text names no DSB and no DMB.</returns>
    public static BarrierForm? Find(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
            return null;
        string option = match.Groups["option"].Value;
        bool nxs = option.EndsWith("nxs", StringComparison.Ordinal);
        if (DsbOptions.Find(Encoding.UTF8.GetBytes(nxs ? option[..^3] : option)) is not { } kind)
            return null;
        var form = new BarrierForm(match.Groups["name"].Value == "dsb", kind, nxs);
        return All.Contains(form) ? form : null;
    }

    [GeneratedRegex("^(?<name>dsb|dmb)(?: (?<option>[a-z]+)| ?\\( ?(?<option>[a-z]+) ?\\))$")]
    private static partial Regex Form();
}
