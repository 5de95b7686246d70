namespace Orleans.Mmu.Checking.TakeUp;

/// <summary>How far the model goes, and by which rules.</summary>
/// <param name="TakeUps">Epochs that the machine hands out, the first one among them; 1 to 4.</param>
/// <param name="Rebirths">How often a CPU loses its memory, all CPUs together.</param>
/// <param name="Secondaries">CPUs besides the boot CPU; 1 or 2. The last one lacks the level.</param>
internal sealed record TakeUpOptions(int TakeUps, int Rebirths, int Secondaries)
{
    /// <summary>
    /// A CPU's activation that was followed by another lives on, as one does in a silo that was declared dead and is
    /// not: it hears messages, reads the flag and answers.
    /// </summary>
    public bool FormersLive { get; init; }

    /// <summary>Rules of an older version, in place of those of today.</summary>
    public OldRules Old { get; init; }

    internal bool Has(OldRules rule) => (Old & rule) != 0;
}
