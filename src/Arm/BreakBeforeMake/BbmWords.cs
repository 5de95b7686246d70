namespace Orleans.Mmu.Arm.BreakBeforeMake;

/// <summary>Levels of FEAT_BBM and what overlapping entries may do, in words.</summary>
public static class BbmWords
{
    /// <summary>"BBM level 0" to "BBM level 3", as every option, table and document spells it.</summary>
    public static string Sentence(this BbmLevel level) => $"BBM level {(int)level}";

    /// <summary>"BBM level 3, 0": the levels of several CPUs, CPU 0 first.</summary>
    public static string Sentence(this IEnumerable<BbmLevel> levels) =>
        $"BBM level {string.Join(", ", levels.Select(l => (int)l))}";

    /// <summary>What an access may do, in words.</summary>
    public static string Sentence(this OverlapBehaviours outcomes)
    {
        var parts = new List<string>();
        if ((outcomes & OverlapBehaviours.ConflictAbort) != 0)
            parts.Add("take a TLB conflict abort");
        if ((outcomes & OverlapBehaviours.OneEntry) != 0)
            parts.Add("use either entry");
        if ((outcomes & OverlapBehaviours.Amalgamation) != 0)
            parts.Add("use an amalgamation of both");
        return string.Join(", or ", parts);
    }
}
