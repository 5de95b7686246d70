using System.Globalization;

namespace Orleans.Mmu.Chaos.Moments;

/// <summary>What befalls a silo at a moment.</summary>
internal enum StrikeKind
{
    /// <summary>The process stops (SIGSTOP) until it is continued from outside.</summary>
    Freeze,

    /// <summary>The call waits until it is let go, and the silo lives on.</summary>
    Hold,
}

/// <summary>Strikes a silo once, at a moment of a machine's boot.</summary>
/// <param name="IsBefore">Before the call is made; otherwise after its answer.</param>
/// <param name="Nth">Which of such calls, from 1.</param>
/// <param name="FirstEpoch">The first epoch that counts.</param>
/// <param name="LastEpoch">The last epoch that counts.</param>
internal sealed record Strike(
    StrikeKind Kind, Moment Moment, bool IsBefore, int Nth, long FirstEpoch = 1, long LastEpoch = long.MaxValue)
{
    /// <summary>The line that a silo reads.</summary>
    public string Line => string.Create(CultureInfo.InvariantCulture,
        $"strike {Kind} {Moment} {IsBefore} {Nth} {FirstEpoch} {LastEpoch}");

    /// <summary>The strike of a line that a silo has read; null where it is none.</summary>
    public static Strike? Of(string line) => line.Split(' ') is
        ["strike", var kind, var moment, var isBefore, var nth, var first, var last]
        ? new(Enum.Parse<StrikeKind>(kind), Enum.Parse<Moment>(moment), bool.Parse(isBefore),
            int.Parse(nth, CultureInfo.InvariantCulture), long.Parse(first, CultureInfo.InvariantCulture),
            long.Parse(last, CultureInfo.InvariantCulture))
        : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(IsBefore ? "before" : "after")} {Moment}{(Nth == 1 ? "" : $" {Nth}")}");
}
