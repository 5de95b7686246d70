using System.Collections.Immutable;
using Orleans.Mmu.Arm.Invalidation;

namespace Orleans.Mmu.Explain.Tlbis;

/// <summary>What a TLBI removes and when it is complete.</summary>
internal static class TlbiWords
{
    public static string Of(TlbiForm form)
    {
        var (where, completes) = form.Reach switch
        {
            TlbiReach.Local => ("On this CPU alone", "NSH or ISH"),
            TlbiReach.Inner => ("On every CPU of the Inner Shareable domain", "ISH"),
            TlbiReach.Outer => ("On every CPU of the Outer Shareable domain", "OSH or SY"),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "no such reach"),
        };
        string removes = form.Known is { } known ? Named(known, form.Range) : form.Other!.Removes;
        return $"{where}, invalidates {removes}. It is complete at this CPU's next DSB {completes}; until then it " +
            $"may have done nothing.{Models(form)}{Xs(form)}";
    }

    /// <summary>Rules about what the operation names, without those that hold for every TLBI.</summary>
    public static ImmutableArray<string> Labels(TlbiForm form)
    {
        if (form.Known is not { } name)
            return [];
        ImmutableArray<string> scope = name.Scope switch
        {
            TlbiScope.All => ["R_RVJDB"],
            TlbiScope.Asid => ["R_CHVGJ"],
            TlbiScope.Va => ["R_VMSWQ", "I_JQPNP"],
            TlbiScope.VaAllAsids => ["R_ZSXRQ", "I_JQPNP"],
            TlbiScope.VaLastLevel or TlbiScope.VaAllAsidsLastLevel => ["R_JXKNN", "I_JQPNP"],
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "no such scope"),
        };
        return form.Range ? [.. scope, "R_QKRKL", "R_XKMMX"] : scope;
    }

    private static string Models(TlbiForm form) => form.Known is null
        ? " The models of this program do not have it."
        : form.Reach is TlbiReach.Outer
            ? " In the models of this program a DSB ISH completes it too, because all their CPUs are in one Inner " +
                "Shareable domain."
            : "";

    private static string Xs(TlbiForm form) => form.Nxs
        ? " With nXS it does not wait for accesses to memory that has the XS attribute, and a DSB with nXS completes " +
            "it as well (FEAT_XS)."
        : "";

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
