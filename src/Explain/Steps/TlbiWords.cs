using System.Collections.Immutable;
using System.Text;
using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Explain.Steps;

/// <summary>What a TLBI removes and when it is complete.</summary>
internal static class TlbiWords
{
    public static string OfStep(Step step)
    {
        var (name, broadcast, range) = NameOf(step);
        return Of(name, broadcast, range);
    }

    public static ImmutableArray<string> LabelsOfStep(Step step)
    {
        var (name, _, range) = NameOf(step);
        return Labels(name, range);
    }

    public static string Of(TlbiName name, bool broadcast, bool range) =>
        $"{(broadcast ? "On every CPU of the domain" : "On this CPU alone")}, invalidates {Named(name, range)}. " +
        $"It is complete at this CPU's next DSB {(broadcast ? "ISH" : "NSH or ISH")}; until then it may have done " +
        "nothing.";

    /// <summary>Rules about what the operation names, without those that hold for every TLBI.</summary>
    public static ImmutableArray<string> Labels(TlbiName name, bool range)
    {
        ImmutableArray<string> scope = name.Scope switch
        {
            TlbiScope.All => ["R_RVJDB"],
            TlbiScope.Asid => ["R_CHVGJ"],
            TlbiScope.Va => ["R_VMSWQ", "I_JQPNP"],
            TlbiScope.VaAllAsids => ["R_ZSXRQ", "I_JQPNP"],
            TlbiScope.VaLastLevel or TlbiScope.VaAllAsidsLastLevel => ["R_JXKNN", "I_JQPNP"],
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such scope"),
        };
        return range ? [.. scope, "R_QKRKL", "R_XKMMX"] : scope;
    }

    // The text of the steps is that of the instruction, with a place where the operand stands.
    private static (TlbiName Name, bool Broadcast, bool Range) NameOf(Step step)
    {
        string name = step.Text["tlbi ".Length..].Split(',')[0];
        return TlbiNames.FindAny(Encoding.ASCII.GetBytes(name))
            ?? throw new ArgumentException($"{step.Text} names no TLBI", nameof(step));
    }

    private static string Named(TlbiName name, bool range)
    {
        string regime = name.Regime switch
        {
            TlbiRegime.El1 => "EL1&0",
            TlbiRegime.BothStages => "both stages of EL1&0",
            TlbiRegime.Stage2 => "stage 2 of EL1&0",
            TlbiRegime.El2 => "EL2",
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such regime"),
        };
        string address = range ? "the addresses of the range" : "one address";
        string leaf = range ? "the leaves for the addresses of the range" : "the leaf for one address";
        return name.Scope switch
        {
            TlbiScope.All => name.AllVmids ? $"every entry of {regime}, of every VMID" : $"every entry of {regime}",
            TlbiScope.Asid => $"the non-global leaves and the table entries of one ASID in {regime}",
            TlbiScope.Va => name.Regime is TlbiRegime.El1
                ? $"the entries of all levels for {address} in {regime}: those of one ASID, and the global leaf"
                : $"the entries of all levels for {address} in {regime}",
            TlbiScope.VaAllAsids => $"the entries of all levels for {address} in {regime}, whatever the ASID",
            TlbiScope.VaLastLevel => name.Regime is TlbiRegime.El1
                ? $"{leaf} in {regime}, of one ASID or global; table entries stay"
                : $"{leaf} in {regime}; table entries stay",
            TlbiScope.VaAllAsidsLastLevel =>
                $"{leaf} in {regime}, whatever the ASID; table entries stay",
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such scope"),
        };
    }
}
