using System.Collections.Immutable;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Explain.Answers;
using Orleans.Mmu.Explain.Rules;

namespace Orleans.Mmu.Explain.Barriers;

/// <summary>What a barrier waits for or orders, for which observers, and which TLBIs it completes.</summary>
internal static class BarrierWords
{
    public static Explanation Explain(BarrierForm form) => new(ExplainedKind.Barrier, form.Text, Of(form))
    {
        Rules = [.. Labels(form).Select(ArmRules.Of)],
        Commands = ["mmu lint TRACE --bbm 0", "mmu litmus TEST"],
    };

    public static string Of(BarrierForm form) => form.Waits ? Dsb(form) : Dmb(form.Option);

    /// <summary>Labels of the rules that a reader of the barrier needs.</summary>
    public static ImmutableArray<string> Labels(BarrierForm form) =>
        form.Waits ? ["R_SPVBD", "R_PSMWS", "R_YNJCP"] : ["R_TGRMW"];

    private static string Dsb(BarrierForm form)
    {
        string who = Observers(form.Option);
        string xs = form.Nxs
            ? " With nXS it does not wait for accesses to memory that has the XS attribute, and of TLBIs it " +
                "completes those with nXS alone (FEAT_XS)."
            : "";
        string waits = form.Option.Accesses() switch
        {
            BarrierAccesses.All => $"Waits until the CPU's earlier loads and stores are complete for {who}.",
            BarrierAccesses.Stores => $"Waits until the CPU's earlier stores are visible to {who}.",
            BarrierAccesses.Loads =>
                $"Waits until the CPU's earlier loads are complete for {who}; a store need not be.",
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "no such accesses"),
        };
        return $"{waits} {Completion(form.Option)}{xs}";
    }

    private static string Completion(DsbKind dsb) => (dsb.Completes(broadcast: true), dsb.Completes(broadcast: false))
        switch
    {
        (true, _) => "It completes the CPU's earlier TLBIs, local and broadcast ones.",
        (false, true) => "It completes the CPU's local TLBIs and no broadcast TLBI, which needs ISH or wider.",
        (false, false) => "It completes no TLBI.",
    };

    private static string Dmb(DsbKind option)
    {
        string what = option.Accesses() switch
        {
            BarrierAccesses.All => "earlier loads and stores before its later ones",
            BarrierAccesses.Stores => "earlier stores before its later stores",
            BarrierAccesses.Loads => "earlier loads before its later loads and stores",
            _ => throw new ArgumentOutOfRangeException(nameof(option), option, "no such accesses"),
        };
        return $"Orders the CPU's {what} for {Observers(option)}. It waits for nothing, makes no store certain to be " +
            "visible to walks, and completes no TLBI.";
    }

    private static string Observers(DsbKind option) => option switch
    {
        DsbKind.Nsh or DsbKind.Nshld or DsbKind.Nshst => "this CPU alone, its walks included",
        DsbKind.Ish or DsbKind.Ishld or DsbKind.Ishst => "every CPU of the Inner Shareable domain, walks included",
        DsbKind.Osh or DsbKind.Oshld or DsbKind.Oshst => "every observer of the Outer Shareable domain, walks included",
        DsbKind.Sy or DsbKind.Ld or DsbKind.St => "every observer of the system, walks included",
        _ => throw new ArgumentOutOfRangeException(nameof(option), option, "no such option"),
    };
}
